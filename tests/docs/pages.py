"""README and the pages of docs/ as data: their blocks, what each says of itself, and how to run it.

A comment on the line before a block says what it is; without one, `console` is run and has to show what is printed.

    <!-- file: NAME -->    the block is this file in the folder in which the page's commands run
    <!-- exit: 1 -->       the last command ends with this exit code, and standard error is shown as well
    <!-- terminal -->      the command talks with a person, whose answers stand after `>`
    <!-- measured -->      the command fits models: seconds, milliseconds and sizes differ from run to run
    <!-- evidence -->      the command reads published results, which are not part of the repository

Tables of figures stand between `<!-- figures: NAME -->` and `<!-- end of figures -->`.
"""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]

_BLOCK = re.compile(
    r"^(?:<!-- (?P<kind>[a-z ]+?)(?:: (?P<argument>[^\n]+?))? -->\n)?"
    r"(?P<fence>```)(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_FIGURES = re.compile(r"^<!-- figures: (\w+) -->\n(.*?)^<!-- end of figures -->$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block of a page; `start` and `end` are where its text lies in the page."""

    kind: str
    argument: str
    language: str
    body: str
    start: int
    end: int

    @property
    def commands(self) -> list[str]:
        """The command lines of a console."""
        return [line.removeprefix("$ ") for line in self.body.splitlines() if line.startswith("$ ")]


def blocks(page: Path) -> list[Block]:
    """Return every fenced block of a page, in order."""
    return [
        Block(found["kind"] or "", found["argument"] or "", found["language"], found["body"], *found.span("body"))
        for found in _BLOCK.finditer(page.read_text("utf-8"))
    ]


def shown_files(page: Path) -> dict[str, str]:
    """Return the files that a page shows, by name."""
    return {block.argument: block.body for block in blocks(page) if block.kind == "file"}


def figures(page: Path) -> dict[str, tuple[str, int, int]]:
    """Return the tables of figures of a page by name, with where each starts and ends."""
    return {found[1]: (found[2], *found.span(2)) for found in _FIGURES.finditer(page.read_text("utf-8"))}


def named(page: Path) -> str:
    """Return the name of a page from the root of the repository."""
    return page.relative_to(ROOT).as_posix()


def without_times(text: str) -> list[str]:
    """Return the lines without seconds, milliseconds and sizes, and without the blanks that align them."""
    text = re.sub(r"\d[\d.]*/\d[\d.]*|\d[\d.]* (?:s|ms|minutes?|kB|MB)\b", "#", text)
    return [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]


def without_counts(text: str) -> str:
    """Return the text without the number of bundled rules and of their examples, which moves with every rule."""
    return re.sub(r"\d+(?= (?:of \d+ )?(?:examples|rules)\b)|(?<= of )\d+(?= examples)", "#", text)
