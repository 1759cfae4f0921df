"""`advisor init`: ask for what decides the answer, and write the profile."""

import shlex
import sys
from pathlib import Path
from typing import Any

import click

from advisor.cli.interview import ANSWERED, FROM_DATA, Draft, ask, prepared_for, say, shown_width
from advisor.cli.streams import FILE, OUTPUT, check_output, read_input, rules_option, write_report


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
    draft = Draft(rule_folders)
    if data is not None:
        draft.fill(_filled_from(data, target or ""), FROM_DATA)
    if answers is not None:
        _take(draft, answers)
        return _finish(draft, output)
    try:
        ask(draft)
    except KeyboardInterrupt:
        say("")
        if not draft.complete():
            say("Stopped before task and structure were known: no file was written.")
            return 130
        say("Stopped.")
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
    from advisor.baselines.options import Options
    from advisor.profile.drafting import fields_from_data
    from advisor.render.baseline.checks import listed_checks

    found = prepared_for(data, Options(target=target), "advisor init --from", fits=False)
    say(listed_checks(found.checks, shown_width()).rstrip("\n"))
    return fields_from_data(found.described)


def _take(draft: Draft, answers: str) -> None:
    """Fill the draft from a file of answers; fields that would have been asked for beyond them count as skipped."""
    from advisor.profile.reader import read_answers

    raw, shown = read_input(answers)
    given = draft.values
    draft.values = read_answers(raw, shown, given)
    draft.origins |= {path: ANSWERED for path, value in draft.values.items() if given.get(path) != value}
    while (item := draft.next_question()) is not None:
        draft.skip(item.field.path)


def _finish(draft: Draft, output: str) -> int:
    from advisor.render.layout.wording import counted, plain
    from advisor.render.recommendation import wording as words

    write_report(draft.text(), output)
    if output != "-":
        count = len(draft.values)
        fields = counted(count, "field") + (f", {len(draft.skipped)} skipped" if draft.skipped else "")
        shown = plain(shlex.quote(output))
        say(f"Wrote {shown}: {fields}.")
        found = draft.recommendation(output)
        sure = words.way_out(found) if found.approach is None else words.certainty(found)
        say(f"{words.answer(found)} {sure}", wrapped=True)
        say(f"Next: advisor recommend {shown}")
    return 0
