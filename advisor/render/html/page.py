"""The page: results of either kind, laid out by one template."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.render.baseline import content as measured_content
from advisor.render.baseline import wording as measured
from advisor.render.baseline.card import card as measured_card
from advisor.render.html import baseline_figures, sweep_figures
from advisor.render.html import what_if as playing
from advisor.render.html.bar_lists import approaches, arguments
from advisor.render.html.layout import Item, PageSection, page_section, prose
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Argument, Bars, Facts, Paragraph, Section, Table
from advisor.render.layout.glossary import GLOSSARY
from advisor.render.recommendation import content
from advisor.render.recommendation import wording as words
from advisor.render.recommendation.card import card
from advisor.render.recommendation.record import profile_table
from advisor.render.view import View
from advisor.reports.baseline import BaselineResult
from advisor.reports.recommendation import Recommendation
from advisor.reports.what_if import JointAnswers, Sweep

if TYPE_CHECKING:
    from jinja2 import Environment

_LONGEST_NAME = 80


class Banner(NamedTuple):
    """What a measurement says of a recommendation; `kind` is confirmed, contradicted or inconclusive."""

    kind: str
    title: str
    text: str


_BANNERS = {
    "confirmed": "Confirmed by the measurement",
    "contradicted": "Contradicted by the measurement",
    "inconclusive": "The measurement is inconclusive",
}


class Chapter(NamedTuple):
    """A result on the page: what it is about, the answer, the card, and the parts of each place.

    `glance` lies beside the card, `board` below them in two columns, `wide` over both, and `folded` at the end, opened
    on demand. `color` is the approach of the answer.
    """

    id: str
    name: str
    answer: str
    color: str
    card: tuple[tuple[str, str], ...]
    banner: Banner | None
    opening: tuple[Paragraph, ...]
    glance: tuple[PageSection, ...]
    board: tuple[PageSection, ...]
    wide: tuple[PageSection, ...]
    folded: tuple[PageSection, ...]
    provenance: str
    what_if: playing.WhatIf | None = None

    @property
    def parts(self) -> tuple[PageSection, ...]:
        """Every part in the order of the page."""
        return (*self.glance, *self.board, *self.wide, *self.folded)


# The sections of the places where nothing is folded, by their names.
_PLACES: Mapping[str, tuple[str, ...]] = {
    "glance": ("approaches", "glance", "costs-beside"),
    "board": (
        *("why-not", "measured", "scores", "for", "against", "flips", "flipping", "missing", "warnings", "models"),
        *("costs", "plan", "latency", "curve", "checks", "protocol", "hints"),
    ),
    "wide": ("all-flipping",),
}
_ARGUMENTS = ("for", "against")


def render_recommendations(results: Sequence[Recommendation], view: View) -> str:
    """Return the page of one recommendation, or of several with an overview."""
    several = len(results) > 1
    each = zip(results, view.sweeps or [()] * len(results), view.joints or [None] * len(results), strict=True)
    chapters = [
        _recommended(result, view, sweeps, joint, f"r{place}-" if several else "")
        for place, (result, sweeps, joint) in enumerate(each, 1)
    ]
    return _page(chapters, content.overview(results) if several else None)


def render_baseline(result: BaselineResult, view: View) -> str:
    """Return the page of a measured baseline."""
    return _page([_measured(result, view)], None)


def _recommended(
    result: Recommendation, view: View, sweeps: Sequence[Sweep], joint: JointAnswers | None, prefix: str
) -> Chapter:
    sections: list[tuple[str, str, Sequence[Item]]] = []
    for section in content.sections(result, view):
        sections += _with_drawings(section, result, view, sweeps, prefix)
    if result.gain is None:  # then there is room for the costs beside the card
        sections = [("costs-beside" if name == "costs" else name, title, items) for name, title, items in sections]
    sections.append(("profile", "The profile", (Facts(tuple((row[0], row[1]) for row in profile_table(result).rows)),)))
    return Chapter(
        id=f"{prefix}answer",
        name=words.short_name(result, _LONGEST_NAME),
        answer=words.answer(result),
        color=result.approach or "warn",
        card=tuple(row for row in card(result).rows if row[0] != "Measured"),  # the banner says it
        banner=_banner(result.confirmation, words.confirmed(result).partition(": ")[2]),
        opening=(),
        **_placed(sections, prefix),
        provenance=words.provenance(result),
        what_if=playing.what_if(joint, prefix) if joint and joint.controls else None,
    )


def _with_drawings(
    section: Section, result: Recommendation, view: View, sweeps: Sequence[Sweep], prefix: str
) -> Iterator[tuple[str, str, Sequence[Item]]]:
    """Yield a section with its bars, and those of the measurement where it stands; what the banner says is left out."""
    name, title, blocks = section.name, section.title, section.blocks
    if name in _ARGUMENTS:
        shown = [block for block in blocks if isinstance(block, Argument)]
        texts = [block for block in blocks if isinstance(block, Paragraph)]
        bars = arguments(result, shown, against=name == "against")
        yield name, title, (*texts, bars) if bars.rows and shown else blocks
    elif name == "measured" and result.baseline is not None:
        said = Paragraph(words.confirmed(result))
        drawn = baseline_figures.figures(result.baseline, prefix)["scores"]
        yield name, title, _before_tables([block for block in blocks if block != said], drawn[:1])
        yield from _latency(drawn)
        for part in measured_content.sections(result.baseline, view):
            if part.name not in ("scores", "hints"):
                yield part.name, part.title, part.blocks
    elif name == "flips":
        still = sweep_figures.unchanging([sweep for sweep in sweeps if not sweep.changes])
        yield name, title, (*blocks, *([Paragraph(still)] if still else []))
        drawn = sweep_figures.figures([sweep for sweep in sweeps if sweep.changes], prefix)
        if drawn:
            yield "flipping" if len(drawn) == 1 else "all-flipping", "Where the answer changes", drawn
    else:
        yield name, title, [approaches(result) if isinstance(block, Bars) else block for block in blocks]


def _latency(drawn: Sequence[Item]) -> Iterator[tuple[str, str, Sequence[Item]]]:
    if drawn[1:]:
        yield "latency", "Time against score", drawn[1:]


def _before_tables(blocks: Sequence[Item], drawn: Sequence[Item]) -> list[Item]:
    """Return blocks with drawings before the first that is not a paragraph."""
    at = next((place for place, block in enumerate(blocks) if not isinstance(block, Paragraph)), len(blocks))
    return [*blocks[:at], *drawn, *blocks[at:]]


def _placed(sections: Iterable[tuple[str, str, Sequence[Item]]], prefix: str) -> dict[str, Any]:
    """Return the sections of each place of the page."""
    found: dict[str, list[PageSection]] = {name: [] for name in ("glance", "board", "wide", "folded")}
    for number, (name, title, items) in enumerate(sections, 1):
        place = next((place for place, names in _PLACES.items() if name in names), "folded")
        found[place].append(page_section(title, items, name or f"section-{number}", prefix))
    return {place: tuple(parts) for place, parts in found.items()}


def _banner(confirmation: str | None, text: str) -> Banner | None:
    return Banner(confirmation, _BANNERS[confirmation], text) if confirmation else None


def _measured(result: BaselineResult, view: View) -> Chapter:
    drawn = baseline_figures.figures(result, "")["scores"]
    sections: list[tuple[str, str, Sequence[Item]]] = []
    if drawn:
        sections.append(("glance", "Scores", drawn[:1]))
    banner, said = None, None
    if result.recommendation is not None:
        text = measured.against_profile(result.recommendation)
        banner, said = _banner(result.recommendation.confirmation, text), Paragraph(text)
    for part in measured_content.sections(result, view):
        sections.append((part.name, part.title, tuple(block for block in part.blocks if block != said)))
        sections += _latency(drawn) if part.name == "scores" else ()
    return Chapter(
        id="answer",
        name=say.tail(result.dataset.path, _LONGEST_NAME),
        answer=measured_content.headline(result),
        color={"ml": "classical", "dl": "deep", "hybrid": "hybrid"}.get(result.prefer, "none"),
        card=tuple(row for row in measured_card(result).rows if row[0] != "Profile"),  # the banner says it
        banner=banner,
        opening=(),
        **_placed(sections, ""),
        provenance=measured.provenance(result),
    )


def _page(chapters: Sequence[Chapter], overview: Table | None) -> str:
    template = _environment().get_template("page.html")
    plays = any(chapter.what_if for chapter in chapters)
    return (
        template.render(
            chapters=chapters,
            overview=overview,
            glossary=GLOSSARY,
            script=playing.script() if plays else "",
            policy=f"; script-src {playing.script_policy()}" if plays else "",
        )
        + "\n"
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("advisor.render.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_one_line,
    )
    environment.filters["prose"] = prose
    environment.filters["points"] = say.points
    environment.filters["percent"] = lambda share: f"{100 * share:.1f}%"
    return environment


def _one_line(value: Any) -> Any:
    """Return text without control characters, whatever it came from; markup is left as it is."""
    return say.plain(value) if type(value) is str else value
