"""Problems found in a user's file: what, where, why, and what to do."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

_MOST_NAMES = 1000  # of a folder, that are looked at for one that was meant


class Position(NamedTuple):
    """A place in a file; line and column start at 1, `width` is the length of the text there.

    Line 0 is nowhere: the path of the field has to do.
    """

    line: int
    column: int
    width: int = 1


class Problem(NamedTuple):
    """One thing that is wrong (or suspicious) in one file."""

    file: str
    position: Position
    field: str
    message: str
    hint: str = ""
    source_line: str = ""


class InputError(Exception):
    """Input that cannot be used; carries every problem that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(format_problem(problem) for problem in problems))
        self.problems = problems


def format_problem(problem: Problem, severity: str = "error") -> str:
    """Return the problem as `file:line:column: error: ...` with the source line and a caret.

    Examples
    --------
    >>> place = Position(2, 7, 3)
    >>> print(format_problem(Problem("p.yaml", place, "task", "unknown task 'foo'", "", "task: foo")))
    p.yaml:2:7: error: task: unknown task 'foo'
      2 | task: foo
        |       ^^^
    """
    place = problem.position
    field = f"{problem.field}: " if problem.field else ""
    hint = f"; {problem.hint}" if problem.hint else ""
    file = "".join(char if char.isprintable() else " " for char in problem.file)
    where = f"{file}:{place.line}:{place.column}" if place.line else file
    text = f"{where}: {severity}: {field}{problem.message}{hint}"
    if not problem.source_line.strip():
        return text
    # A very long line (minified JSON) is cut around the place, so that the caret stays in sight.
    start = max(0, place.column - 61) if len(problem.source_line) > 160 else 0
    shown = problem.source_line[start : start + 120]
    shown = "".join(char if char.isprintable() else " " for char in shown).rstrip()
    indent = " " * (place.column - 1 - start)
    width = max(1, min(place.width, len(shown) - len(indent)))
    margin = len(str(place.line))
    return f"{text}\n  {place.line} | {shown}\n  {' ' * margin} | {indent}{'^' * width}"


def shorten(value: object, limit: int = 60) -> str:
    """Return a value as a reader would recognise it in a message, at most `limit` characters long."""
    text = repr(value) if isinstance(value, str) else _plain(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return str(value)


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Return `did you mean 'x'?` for the nearest allowed words, or an empty string.

    Examples
    --------
    >>> did_you_mean("clasification", ["classification", "regression"])
    "did you mean 'classification'?"
    >>> did_you_mean("Time_Series", ["time-series"])
    "did you mean 'time-series'?"
    >>> did_you_mean("speech", ["speech-recognition", "speech-synthesis", "generation"])
    "did you mean 'speech-recognition' or 'speech-synthesis'?"
    """
    near = nearest(word, allowed)
    return f"did you mean {either(near)}?" if near else ""


def meant_or_known(word: str, allowed: Collection[str]) -> str:
    """Return `did you mean 'x'?` for the nearest allowed words, or all of them where none is near.

    Examples
    --------
    >>> meant_or_known("creteria", ["cap", "criterion"]), meant_or_known("weight", ["cap", "criterion"])
    ("did you mean 'criterion'?", 'known: cap, criterion')
    """
    return did_you_mean(word, allowed) or f"known: {', '.join(allowed) or 'none'}"


def near_file(path: Path) -> str:
    """Return `; did you mean x?` for what stands beside a missing file and has the nearest name, or an empty string."""
    try:
        names = [entry.name for entry in islice(path.parent.iterdir(), _MOST_NAMES)]
    except (OSError, ValueError):
        return ""
    found = nearest(path.name, names)
    return f"; did you mean {path.parent / found[0]}?" if found else ""


def nearest(word: str, allowed: Iterable[str]) -> list[str]:
    """Return the allowed words that `word` may stand for: up to three, none where nothing is near."""
    from difflib import get_close_matches  # costs start-up time, and is needed for mistakes only

    folded = {_fold(candidate): candidate for candidate in allowed}
    sought = _fold(word[:80])
    if sought in folded:
        return [folded[sought]]
    # A word of the name stands for the name: 'budget' for budget_usd, 'rows' for data.rows.
    inside = [name for spelling, name in folded.items() if f"-{sought}-" in f"-{spelling}-"]
    if sought and inside:
        return inside if len(inside) <= 3 else []
    return [folded[match] for match in get_close_matches(sought, folded, n=1, cutoff=0.65)]


def either(words: Sequence[str]) -> str:
    """Return `'a', 'b' or 'c'`."""
    quoted = [f"'{word}'" for word in words]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _fold(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-").replace(".", "-")
