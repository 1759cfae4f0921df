"""`advisor recommend --jsonl`: profiles as JSON lines, answered one by one as they come, in constant memory."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import click

from advisor.cli.guard import reader_is_gone
from advisor.cli.report import Report
from advisor.cli.streams import MOST_BYTES, cache_folder, open_input, whole_file
from advisor.source.problems import InputError, Position, Problem

if TYPE_CHECKING:
    from advisor.advice.knowledge import Knowledge
    from advisor.gate.gates import Gates

# After so many lines, what was remembered of earlier profiles is forgotten, which bounds the memory.
_MEMORY = 500
# Options of one answer, which make no sense for a stream of them.
_OF_ONE_ANSWER = (
    "data",
    "target",
    "budget_s",
    "baseline",
    "full",
    "explain",
    "why_not",
    "interactive",
    "array",
)


class Asked(NamedTuple):
    """What is asked of every line."""

    assignments: Sequence[str]
    sensitivity: bool
    gates: "Gates | None"


class _Line(NamedTuple):
    """One line of a file that is not blank; `content` is cut where it is too long to be a profile."""

    file: str
    number: int
    content: bytes


def answer_lines(names: Sequence[str], report: Report, rule_folders: Sequence[str], asked: Asked) -> int:
    """Answer every line of the files, or of standard input, and return the exit code.

    One line is written for each line that is read, in the same order: an answer, or an object with all problems of the
    line. The exit code is 2 if any line was no profile, else 1 if any answer fails a gate.
    """
    from advisor.advice.knowledge import load_knowledge

    if list(names).count("-") > 1:
        raise click.UsageError("standard input (-) can be read only once")
    _check_assignments(asked.assignments)
    bad = failed = 0
    with ExitStack() as stack:
        files = [("<stdin>" if name == "-" else name, stack.enter_context(open_input(name))) for name in names or "-"]
        knowledge = load_knowledge([Path(folder) for folder in rule_folders], cache_folder())
        write = stack.enter_context(_writer(report.output))
        with _collecting():
            for count, line in enumerate(line for name, file in files for line in _lines(name, file)):
                if count % _MEMORY == 0:
                    knowledge = _fresh(knowledge)
                try:
                    answer, failures = _answered(line, knowledge, asked)
                except InputError as error:
                    bad += 1
                    answer, failures = _refusal(line, error), []
                for failure in failures:
                    click.echo(f"advisor: gate failed: line {line.number}: {failure}", err=True)
                failed += bool(failures)
                write(answer.encode())
                if reader_is_gone():
                    break
    if bad:
        noun = "line is not a profile and has" if bad == 1 else "lines are not profiles and have"
        click.echo(f"advisor: {bad:,} {noun} an error instead of an answer (key `error`)", err=True)
        return 2
    return 1 if failed else 0


def refuse_options_of_one(given: dict[str, Any], format_: str | None, report: Report) -> None:
    """Raise an error for options that make sense for a single answer only."""
    odd = [name for name in _OF_ONE_ANSWER if given.get(name)]
    if odd:
        flag = "--" + odd[0].removesuffix("_s").replace("_", "-")
        raise click.UsageError(f"{flag} is for one profile; --jsonl answers one a line")
    if format_ not in (None, "json") or report.format not in ("text", "json"):
        raise click.UsageError("--jsonl writes JSON lines, no other format")


def _check_assignments(assignments: Sequence[str]) -> None:
    """Raise an error for a value that --set cannot set in any profile, once instead of for every line."""
    from advisor.profile.reader import read_profile

    try:
        read_profile(b"", "<stdin>", assignments)
    except InputError as error:
        own = [problem for problem in error.problems if problem.file == "--set"]
        if own:
            raise InputError(own) from None


def _lines(name: str, file: BinaryIO) -> Iterator[_Line]:
    """Yield the lines of a file that are not blank, holding one at a time."""
    number = 0
    while content := file.readline(MOST_BYTES):
        number += 1
        rest = content
        while len(rest) == MOST_BYTES and not rest.endswith(b"\n"):
            rest = file.readline(MOST_BYTES)
        if not content.isspace():
            yield _Line(name, number, content)


def _answered(line: _Line, knowledge: "Knowledge", asked: Asked) -> tuple[str, list[str]]:
    """Return the answer to one line as JSON, and the gates that it fails."""
    from advisor.advice.recommend import recommend
    from advisor.profile.reader import read_profile
    from advisor.render.recommendation.json import render_line

    profile = read_profile(line.content.rstrip(b"\r\n"), line.file, asked.assignments)
    answer = recommend(profile, knowledge, sensitivity=asked.sensitivity)
    text = render_line(answer, line.number)
    if asked.gates is None:
        return text, []
    from advisor.gate.checking import failures, judge

    return text, failures(answer.name, judge(answer, asked.gates))


def _refusal(line: _Line, error: InputError) -> str:
    """Return the problems of one line as JSON, at their place in the whole file."""
    from advisor.render.recommendation.json import render_bad_line

    def placed(problem: Problem) -> Problem:
        place = problem.position
        return problem._replace(position=Position(line.number, place.column, place.width))

    problems = [placed(problem) if problem.file == line.file else problem for problem in error.problems]
    return render_bad_line(line.file, line.number, problems)


def _fresh(knowledge: "Knowledge") -> "Knowledge":
    import gc

    gc.collect()
    return knowledge.forgetful()


@contextmanager
def _collecting() -> Iterator[None]:
    """Let garbage be found while lines are answered, but not among the rules, which stay."""
    import gc

    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def _writer(output: str | None) -> "Iterator[Any]":
    """Give the function that takes every line: to standard output at once, or to a file that is whole at the end."""
    if output in (None, "-"):

        def write(content: bytes) -> None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()

        yield write
        return
    try:
        with whole_file(Path(os.path.realpath(str(output)))) as file:
            yield file.write
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror or error}") from None
