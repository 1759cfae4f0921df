"""The page: results of either kind, laid out by one template."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.render.baseline import content as measured_content
from advisor.render.baseline import wording as measured
from advisor.render.baseline.card import card as measured_card
from advisor.render.html import baseline_figures, recommendation_figures, sweep_figures
from advisor.render.html.layout import PageSection, page_section, prose
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Paragraph, Section, Table
from advisor.render.recommendation import content
from advisor.render.recommendation import wording as words
from advisor.render.recommendation.card import card
from advisor.render.recommendation.record import profile_table
from advisor.render.view import View
from advisor.reports.baseline import BaselineResult
from advisor.reports.recommendation import Recommendation
from advisor.reports.what_if import Sweep

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
    """A result on the page: what it is about, the answer, the card, and the parts below."""

    id: str
    name: str
    answer: str
    card: tuple[tuple[str, str], ...]
    banner: Banner | None
    opening: tuple[Paragraph, ...]
    parts: tuple[PageSection, ...]
    provenance: str


def render_recommendations(results: Sequence[Recommendation], view: View) -> str:
    """Return the page of one recommendation, or of several with an overview."""
    several = len(results) > 1
    chapters = [
        _recommended(result, view, sweeps, f"r{place}-" if several else "")
        for place, (result, sweeps) in enumerate(zip(results, view.sweeps or [()] * len(results), strict=True), 1)
    ]
    return _page(chapters, content.overview(results) if several else None)


def render_baseline(result: BaselineResult, view: View) -> str:
    """Return the page of a measured baseline."""
    return _page([_measured(result, view)], None)


def _recommended(result: Recommendation, view: View, sweeps: Sequence[Sweep], prefix: str) -> Chapter:
    drawn = recommendation_figures.figures(result, prefix)
    sections = content.sections(result, view)
    place = next((place for place, section in enumerate(sections, 1) if section.name == "flips"), len(sections))
    for name, title, found in (
        ("same", "Numbers that do not change the answer", [sweep for sweep in sweeps if not sweep.changes]),
        ("flipping", "Where the answer changes", [sweep for sweep in sweeps if sweep.changes]),
    ):
        drawn[name] = sweep_figures.figures(found, prefix)
        if drawn[name]:
            sections.insert(place, Section(title, (), name == "same", name))
    if result.baseline is not None:
        drawn["measured"] = baseline_figures.figures(result.baseline, prefix)["scores"]
        sections = list(_with_measurement(sections, result, result.baseline, view))
    sections.append(Section("The profile", (profile_table(result),), folded=True, name="profile"))
    return Chapter(
        id=f"{prefix}answer",
        name=words.short_name(result, _LONGEST_NAME),
        answer=words.answer(result),
        card=tuple(row for row in card(result).rows if row[0] != "Measured"),  # the banner says it
        banner=_banner(result.confirmation, words.confirmed(result).partition(": ")[2]),
        opening=(),
        parts=tuple(page_section(section, drawn, prefix, place) for place, section in enumerate(sections, 1)),
        provenance=words.provenance(result),
    )


def _with_measurement(
    sections: Sequence[Section], result: Recommendation, baseline: BaselineResult, view: View
) -> Iterator[Section]:
    """Yield the sections with those of the measurement in their place; what the banner says is left out."""
    for section in sections:
        if section.name != "measured":
            yield section
            continue
        said = Paragraph(words.confirmed(result))
        yield section._replace(blocks=tuple(block for block in section.blocks if block != said))
        yield from (row for row in measured_content.sections(baseline, view) if row.name not in ("scores", "hints"))


def _banner(confirmation: str | None, text: str) -> Banner | None:
    return Banner(confirmation, _BANNERS[confirmation], text) if confirmation else None


def _measured(result: BaselineResult, view: View) -> Chapter:
    figures = baseline_figures.figures(result, "")
    sections = measured_content.sections(result, view)
    banner = None
    if result.recommendation is not None:
        said = measured.against_profile(result.recommendation)
        banner = _banner(result.recommendation.confirmation, said)
        sections = [
            section._replace(blocks=tuple(block for block in section.blocks if block != Paragraph(said)))
            for section in sections
        ]
    return Chapter(
        id="answer",
        name=say.tail(result.dataset.path, _LONGEST_NAME),
        answer=measured_content.headline(result),
        card=tuple(row for row in measured_card(result).rows if row[0] != "Profile"),  # the banner says it
        banner=banner,
        opening=(),
        parts=tuple(
            page_section(section, figures, "", place) for place, section in enumerate(sections, 1) if section.blocks
        ),
        provenance=measured.provenance(result),
    )


def _page(chapters: Sequence[Chapter], overview: Table | None) -> str:
    return _environment().get_template("page.html").render(chapters=chapters, overview=overview) + "\n"


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
    return environment


def _one_line(value: Any) -> Any:
    """Return text without control characters, whatever it came from; markup is left as it is."""
    return say.plain(value) if type(value) is str else value
