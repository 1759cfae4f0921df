"""`advisor init`: ask for what decides the answer, and write the profile."""

import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.streams import (
    FILE,
    OUTPUT,
    cache_folder,
    check_output,
    read_input,
    rules_option,
    text_width,
    write_report,
)

if TYPE_CHECKING:
    from advisor.advice.interview.questions import NextQuestion
    from advisor.advice.knowledge import Knowledge

_WELCOME = """\
A few questions, the most important first. Press Enter to skip one, ? for help,
b to undo the last answer, or type done to stop."""
_ANSWERED, _FROM_DATA = "answered", "from the data"


@dataclass
class _Draft:
    """The profile so far: values and where they came from, skipped fields, and the order of the answers."""

    rule_folders: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    knowledge: "dict[str, Knowledge]" = field(default_factory=dict)

    def next_question(self) -> "NextQuestion | None":
        from advisor.advice.interview.questions import next_question

        return next_question(self.values, self.skipped, self._knowledge())

    def standing(self) -> str:
        from advisor.advice.interview.questions import answer_so_far
        from advisor.advice.interview.wording import standing

        return standing(*answer_so_far(self.values, self._knowledge()))

    def _knowledge(self) -> "Knowledge":
        """Return the rules for the structure, or for an unknown one."""
        from advisor.advice.knowledge import load_knowledge

        structure = self.values.get("data.structure", "")
        if structure not in self.knowledge:
            folders = [Path(folder) for folder in self.rule_folders]
            self.knowledge[structure] = load_knowledge(folders, cache_folder(), {structure})
        return self.knowledge[structure]

    def complete(self) -> bool:
        """Return whether the reader would take the profile."""
        return {"task", "data.structure"} <= self.values.keys()

    def answer(self, path: str, value: Any) -> None:
        self.values[path], self.origins[path] = value, _ANSWERED
        self.history.append(path)

    def skip(self, path: str) -> None:
        self.skipped.append(path)
        self.history.append(path)

    def take_back(self) -> None:
        path = self.history.pop()
        if path in self.skipped:
            self.skipped.remove(path)
        else:
            del self.values[path], self.origins[path]

    def text(self) -> str:
        from advisor.profile.writing import profile_text

        return profile_text(self.values, self.origins, self.skipped)


@click.command(short_help="Write a profile by answering a few questions, the most important first.")
@click.option(
    "-o",
    "--output",
    type=OUTPUT,
    default="profile.yaml",
    show_default=True,
    metavar="FILE",
    help="Where to write the profile; - for standard output.",
)
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@click.option(
    "--from", "data", type=FILE, metavar="DATA", help="A data file (as for `advisor baseline`) to fill in fields from."
)
@click.option("--target", metavar="COLUMN", help="With --from: the column to predict; without it, it is guessed.")
@click.option(
    "--answers",
    type=FILE,
    metavar="FILE",
    help="Ask nothing: take the answers from a YAML or JSON file (part of a profile, or dotted names with values; - "
    "for standard input). Fields that it leaves out are skipped.",
)
@rules_option
def init(
    output: str,
    force: bool,
    data: str | None,
    target: str | None,
    answers: str | None,
    rule_folders: tuple[str, ...],
) -> int:
    """Ask for what decides the answer, one question at a time, and write a commented profile.

    The next question is always the one whose answer is worth most at that point; the questions end when none that is
    left can change the approach. Every question can be skipped.

    \b
    Examples:
      advisor init
      advisor init --from churn.csv --target Churn
      advisor init --answers answers.yaml --output churn.yaml
    """
    _check(output, force, data, target, answers)
    draft = _Draft(rule_folders)
    if data is not None:
        draft.values = _filled_from(data, target or "")
        draft.origins = dict.fromkeys(draft.values, _FROM_DATA)
    if answers is not None:
        _take(draft, answers)
        return _finish(draft, output)
    try:
        _ask(draft)
    except KeyboardInterrupt:
        _say("")
        if not draft.complete():
            _say("Stopped before task and structure were known: no file was written.")
            return 130
        _say("Stopped.")
        _finish(draft, output)
        return 130
    return _finish(draft, output)


def _check(output: str, force: bool, data: str | None, target: str | None, answers: str | None) -> None:
    """Raise an error before anything is asked that could not be written."""
    check_output(output)
    if output != "-" and Path(output).exists() and not force:
        raise click.ClickException(
            f"{output} already exists; use --force to overwrite it or -o FILE to write another file"
        )
    if target is not None and data is None:
        raise click.UsageError("--target names a column of a data file: give --from DATA too")
    if answers is None and not sys.stdin.isatty():
        raise click.UsageError(
            "advisor init asks its questions on a terminal, and standard input is not one; give the answers "
            "with --answers FILE, "
            "such as `task: classification` and `data.structure: text`, one per line"
        )


def _filled_from(data: str, target: str) -> dict[str, Any]:
    from advisor.cli.measuring import require_libraries

    require_libraries("advisor init --from", data, fits=False)
    from advisor.baselines.errors import DataError
    from advisor.baselines.options import Options
    from advisor.baselines.prepared import prepared_data
    from advisor.cli.target import say_guess, with_target
    from advisor.profile.drafting import fields_from_data
    from advisor.render.baseline.checks import listed_checks

    try:
        found = with_target(lambda options: prepared_data(Path(data), options), Options(target=target), data)
    except DataError as error:
        raise click.ClickException(str(error)) from None
    say_guess(found.described)
    _say(listed_checks(found.checks, _width()).rstrip("\n"))
    return fields_from_data(found.described)


def _take(draft: _Draft, answers: str) -> None:
    """Fill the draft from a file of answers; fields that would have been asked for beyond them count as skipped."""
    from advisor.profile.reader import read_answers

    raw, shown = read_input(answers)
    given = draft.values
    draft.values = read_answers(raw, shown, given)
    draft.origins |= {path: _ANSWERED for path, value in draft.values.items() if given.get(path) != value}
    while (item := draft.next_question()) is not None:
        draft.skip(item.field.path)


def _ask(draft: _Draft) -> None:
    from advisor.advice.interview.wording import asked

    _say(_WELCOME)
    if draft.values:
        _say(f"Filled in from the data: {', '.join(draft.values)}.", wrapped=True)
    stands = ""
    while (item := draft.next_question()) is not None:
        stands = _say_standing(draft, stands)
        _say(f"\n{asked(item, len(draft.history) + 1, _width())}")
        if not _settle(draft, item):
            return
    _say_standing(draft, stands)
    _say("\nThat is enough: none of the remaining questions alone could change the answer.")


def _say_standing(draft: _Draft, before: str) -> str:
    """Say what the answer is so far, unless that was said before; return it."""
    if not draft.complete():
        return ""
    stands = draft.standing()
    if stands != before:
        _say(f"   So far: {stands}.")
    return stands


def _settle(draft: _Draft, item: "NextQuestion") -> bool:
    """Read lines until the question is answered, skipped or taken back; return whether to go on."""
    from advisor.advice.interview.wording import explained

    path = item.field.path
    while True:
        click.echo("   > ", nl=False, err=True)
        line = sys.stdin.buffer.readline().decode("utf-8", "replace")
        word = line.strip()
        if not line:
            _say("")
        if word == "?":
            _say(explained(item.field, _width()))
        elif word in ("b", "back") and draft.history:
            draft.take_back()
            return True
        elif word in ("b", "back"):
            _say("   There is no answer to undo.")
        elif not line and item.field.required:
            raise click.ClickException("a profile needs task and data.structure; nothing was written")
        elif not line or (word == "done" and draft.complete()):
            return False
        elif word == "done" or (not word and item.field.required):
            _say("   This one is required; ? explains the values.")
        elif not word:
            draft.skip(path)
            return True
        elif _accept(draft, item, word):
            return True


def _accept(draft: _Draft, item: "NextQuestion", word: str) -> bool:
    """Take an answer, or say what is wrong with it."""
    from advisor.profile.answers import typed_answer
    from advisor.profile.consistency import contradictions, suspicions
    from advisor.profile.values import BadValueError
    from advisor.render.layout.wording import plain

    path = item.field.path
    try:
        value = typed_answer(item.field, word)
    except BadValueError as bad:
        for fault in bad.faults:
            hint = f"; {fault.hint}" if fault.hint else ""
            _say(f"   {plain(fault.message + hint)}", wrapped=True)
        return False
    together = {**draft.values, path: value}
    clash = contradictions(together)
    for finding in clash:
        _say(f"   {plain(finding.message)}", wrapped=True)
    if clash:
        return False
    for finding in suspicions(together):
        if path in finding.fields:
            _say(f"   Note: {plain(finding.message)}; b undoes the answer.", wrapped=True)
    draft.answer(path, value)
    return True


def _finish(draft: _Draft, output: str) -> int:
    from advisor.render.layout.wording import counted, plain

    write_report(draft.text(), output)
    if output != "-":
        count = len(draft.values)
        fields = counted(count, "field") + (f", {len(draft.skipped)} skipped" if draft.skipped else "")
        shown = plain(shlex.quote(output))
        _say(f"Wrote {shown}: {fields}.\nNext: advisor recommend {shown}")
    return 0


def _width() -> int:
    return text_width(None)


def _say(text: str, *, wrapped: bool = False) -> None:
    """Write to standard error, which is where the conversation takes place."""
    if wrapped:
        from textwrap import fill

        indent = " " * (len(text) - len(text.lstrip()))
        text = fill(text.strip(), _width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    click.echo(text, err=True)
