"""What holds for the source as a whole: functions that fit on a screen, with parameters that fit in a head."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES, MOST_PARAMETERS = 60, 7


def functions():
    """Yield (file::name, function) for each function and method of the package."""
    for path in sorted((ROOT / "advisor").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT).as_posix()}::{node.name}", node


def lines(function):
    """Return the lines from the first statement after the docstring to the last."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def parameters(function):
    """Return the number of parameters, those of `*` and `**` among them, `self` and `cls` not."""
    given = function.args
    named = [item.arg for item in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    extra = [item for item in (given.vararg, given.kwarg) if item is not None]
    return len([name for name in named if name not in ("self", "cls")]) + len(extra)


def test_no_function_is_longer_than_a_screen():
    assert {name for name, function in functions() if lines(function) > MOST_LINES} == set()


def test_no_function_takes_more_parameters_than_one_remembers():
    assert {name for name, function in functions() if parameters(function) > MOST_PARAMETERS} == set()
