"""Results as text, JSON and Markdown: pure functions to a string, one registry per kind of result."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

from advisor.report import Recommendation


class View(NamedTuple):
    """How a report is shown.

    `width` and `color` concern text alone; `array` asks JSON for an array even of one result; `why_not` is
    the approach that the reader would have expected.
    """

    width: int = 80
    color: bool = False
    explain: bool = False
    array: bool = False
    why_not: str | None = None


Renderer = Callable[[Sequence[Recommendation], View], str]

# Named by module, so that one format does not load what another needs: JSON never imports rich.
RECOMMENDATION_FORMATS: dict[str, str] = {
    "text": "advisor.render.text:render",
    "json": "advisor.render.json_format:render",
    "markdown": "advisor.render.markdown:render",
}


def render_recommendations(format: str, results: Sequence[Recommendation], view: View) -> str:  # noqa: A002
    """Return the report of one or more results in one of `RECOMMENDATION_FORMATS`, ending in a newline."""
    module, _, function = RECOMMENDATION_FORMATS[format].partition(":")
    renderer: Renderer = getattr(import_module(module), function)
    return renderer(results, view)
