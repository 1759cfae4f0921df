"""The conversation that fills a profile in: what the data tell, and the questions that are worth most."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.streams import cache_folder, text_width

if TYPE_CHECKING:
    from advisor.advice.interview.questions import NextQuestion
    from advisor.advice.knowledge import Knowledge
    from advisor.baselines.options import Options
    from advisor.baselines.prepared import Prepared
    from advisor.profile.reader import Profile
    from advisor.reports.recommendation import Recommendation

FROM_DATA, ANSWERED = "from the data", "answered"
_HOW = "Press Enter to skip one, ? for help,\nb to undo the last answer, or type done to stop."


@dataclass
class Draft:
    """The profile so far: values and where they came from, skipped fields, and the order of the answers."""

    rule_folders: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    knowledge: "dict[str, Knowledge]" = field(default_factory=dict)

    def next_question(self) -> "NextQuestion | None":
        """Return what to ask next, None where nothing is worth asking."""
        from advisor.advice.interview.questions import next_question

        return next_question(self.values, self.skipped, self.known())

    def standing(self) -> str:
        """Return the answer so far in words."""
        from advisor.advice.interview.questions import answer_so_far
        from advisor.advice.interview.wording import standing

        return standing(*answer_so_far(self.values, self.known()))

    def known(self) -> "Knowledge":
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

    def fill(self, values: Mapping[str, Any], origin: str) -> None:
        """Take values from elsewhere."""
        self.values |= values
        self.origins |= dict.fromkeys(values, origin)

    def answer(self, path: str, value: Any) -> None:
        """Take an answer."""
        self.values[path], self.origins[path] = value, ANSWERED
        self.history.append(path)

    def skip(self, path: str) -> None:
        """Note that an answer is not known."""
        self.skipped.append(path)
        self.history.append(path)

    def take_back(self) -> None:
        """Undo the last answer."""
        path = self.history.pop()
        if path in self.skipped:
            self.skipped.remove(path)
        else:
            del self.values[path], self.origins[path]

    def text(self) -> str:
        """Return the profile as commented YAML."""
        from advisor.profile.writing import profile_text

        return profile_text(self.values, self.origins, self.skipped)

    def profile(self, file: str) -> "Profile":
        """Return the profile as it is read from the file that it is written to."""
        from advisor.profile.reader import read_profile

        return read_profile(self.text().encode(), file)

    def recommendation(self, file: str) -> "Recommendation":
        """Return the answer to the profile, as if it were read from a file."""
        from advisor.advice.recommend import recommend

        return recommend(self.profile(file), self.known())


def prepared_for(data: str, options: "Options", purpose: str, *, fits: bool, quiet: bool = False) -> "Prepared":
    """Read and check the data that a profile is filled in from; ask for the target where none can be guessed."""
    from advisor.cli.measuring import require_libraries

    require_libraries(purpose, data, fits=fits)
    from advisor.baselines.errors import DataError
    from advisor.baselines.prepared import prepared_within_budget
    from advisor.cli.target import say_guess, with_target

    try:
        found = with_target(lambda asked: prepared_within_budget(Path(data), asked, data), options, data)
    except DataError as error:
        raise click.ClickException(str(error)) from None
    if not quiet:
        say_guess(found.described)
    return found


def ask(draft: Draft, most: int | None = None) -> None:
    """Ask what is worth most to know until nothing is left, at most so many questions, or the user has enough."""
    from advisor.advice.interview.wording import asked

    item = draft.next_question()
    if item is None and most is not None:
        return
    how_many = "A few questions" if most is None else f"Up to {most} questions"
    say(f"{how_many}, the most important first. {_HOW}")
    if draft.values:
        say(f"Filled in from the data: {', '.join(draft.values)}.", wrapped=True)
    stands = ""
    while item is not None and (most is None or len(draft.history) < most):
        stands = _say_standing(draft, stands)
        say(f"\n{asked(item, len(draft.history) + 1, shown_width())}")
        if not _settle(draft, item):
            return
        item = draft.next_question()
    if most is None:
        _say_standing(draft, stands)
        say("\nThat is enough: none of the remaining questions alone could change the answer.")


def _say_standing(draft: Draft, before: str) -> str:
    """Say what the answer is so far, unless that was said before; return it."""
    if not draft.complete():
        return ""
    stands = draft.standing()
    if stands != before:
        say(f"   So far: {stands}.")
    return stands


def _settle(draft: Draft, item: "NextQuestion") -> bool:
    """Read lines until the question is answered, skipped or taken back; return whether to go on."""
    from advisor.advice.interview.wording import explained

    path = item.field.path
    while True:
        click.echo("   > ", nl=False, err=True)
        line = sys.stdin.buffer.readline().decode("utf-8", "replace")
        word = line.strip()
        if not line:
            say("")
        if word == "?":
            say(explained(item.field, shown_width()))
        elif word in ("b", "back") and draft.history:
            draft.take_back()
            return True
        elif word in ("b", "back"):
            say("   There is no answer to undo.")
        elif not line and item.field.required:
            raise click.ClickException("a profile needs task and data.structure; nothing was written")
        elif not line or (word == "done" and draft.complete()):
            return False
        elif word == "done" or (not word and item.field.required):
            say("   This one is required; ? explains the values.")
        elif not word:
            draft.skip(path)
            return True
        elif _accept(draft, item, word):
            return True


def _accept(draft: Draft, item: "NextQuestion", word: str) -> bool:
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
            say(f"   {plain(fault.message + hint)}", wrapped=True)
        return False
    together = {**draft.values, path: value}
    clash = contradictions(together)
    for finding in clash:
        say(f"   {plain(finding.message)}", wrapped=True)
    if clash:
        return False
    for finding in suspicions(together):
        if path in finding.fields:
            say(f"   Note: {plain(finding.message)}; b undoes the answer.", wrapped=True)
    draft.answer(path, value)
    return True


def shown_width() -> int:
    """Return the width for what is said on standard error."""
    return text_width(None)


def say(text: str, *, wrapped: bool = False) -> None:
    """Write to standard error, which is where the conversation takes place."""
    if wrapped:
        from textwrap import fill

        indent = " " * (len(text) - len(text.lstrip()))
        text = fill(
            text.strip(), shown_width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        )
    click.echo(text, err=True)
