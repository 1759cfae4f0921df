"""Results as text, JSON, Markdown and HTML: pure functions to a string, one registry per kind of result."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.reports.recommendation import Recommendation

if TYPE_CHECKING:
    from advisor.reports.baseline import BaselineResult  # building its types would cost every other command 1 ms
    from advisor.reports.calibration import Calibration
    from advisor.reports.check import CheckReport
    from advisor.reports.what_if import Difference, Sweep


class View(NamedTuple):
    """How a report is shown.

    `width` and `color` concern text alone; `array` asks JSON for an array even of one result; `why_not` is
    the approach that the reader would have expected; `sweeps` are those of each result, for HTML alone.
    """

    width: int = 80
    color: bool = False
    explain: bool = False
    array: bool = False
    why_not: str | None = None
    sweeps: "tuple[tuple[Sweep, ...], ...]" = ()


Renderer = Callable[[Sequence[Recommendation], View], str]
BaselineRenderer = Callable[["BaselineResult", View], str]
CheckRenderer = Callable[["CheckReport", View], str]

# Named by module, so that one format does not load what another needs: JSON never imports rich.
RECOMMENDATION_FORMATS: dict[str, str] = {
    "text": "advisor.render.recommendation.text:render",
    "json": "advisor.render.recommendation.json:render",
    "markdown": "advisor.render.recommendation.markdown:render",
    "html": "advisor.render.html.page:render_recommendations",
}
BASELINE_FORMATS: dict[str, str] = {
    "text": "advisor.render.baseline.text:render",
    "json": "advisor.render.baseline.json:render",
    "markdown": "advisor.render.baseline.markdown:render",
    "html": "advisor.render.html.page:render_baseline",
}
CHECK_FORMATS: dict[str, str] = {
    "text": "advisor.render.check.text:render",
    "json": "advisor.render.check.json:render",
    "github": "advisor.render.check.github:render",
    "junit": "advisor.render.check.junit:render",
    "markdown": "advisor.render.check.markdown:render",
}
SWEEP_FORMATS: dict[str, str] = {
    "text": "advisor.render.what_if.text:render_sweep",
    "json": "advisor.render.what_if.json:render_sweep",
    "markdown": "advisor.render.what_if.markdown:render_sweep",
}
CALIBRATION_FORMATS: dict[str, str] = {
    "text": "advisor.render.calibration.text:render",
    "json": "advisor.render.calibration.json:render",
    "markdown": "advisor.render.calibration.markdown:render",
}
DIFFERENCE_FORMATS: dict[str, str] = {
    "text": "advisor.render.what_if.text:render_difference",
    "json": "advisor.render.what_if.json:render_difference",
    "markdown": "advisor.render.what_if.markdown:render_difference",
}


def render_recommendations(format: str, results: Sequence[Recommendation], view: View) -> str:  # noqa: A002
    """Return the report of one or more results in one of `RECOMMENDATION_FORMATS`, ending in a newline."""
    renderer: Renderer = _loaded(RECOMMENDATION_FORMATS[format])
    return renderer(results, view)


def render_baseline(format: str, result: "BaselineResult", view: View) -> str:  # noqa: A002
    """Return the report of a measured baseline in one of `BASELINE_FORMATS`, ending in a newline."""
    renderer: BaselineRenderer = _loaded(BASELINE_FORMATS[format])
    return renderer(result, view)


def render_check(format: str, report: "CheckReport", view: View) -> str:  # noqa: A002
    """Return the report on gates in one of `CHECK_FORMATS`, ending in a newline."""
    renderer: CheckRenderer = _loaded(CHECK_FORMATS[format])
    return renderer(report, view)


def render_sweep(format: str, result: "Sweep", view: View) -> str:  # noqa: A002
    """Return the report of a sweep in one of `SWEEP_FORMATS`, ending in a newline."""
    renderer: Callable[[Sweep, View], str] = _loaded(SWEEP_FORMATS[format])
    return renderer(result, view)


def render_difference(format: str, result: "Difference", view: View) -> str:  # noqa: A002
    """Return why two answers differ in one of `DIFFERENCE_FORMATS`, ending in a newline."""
    renderer: Callable[[Difference, View], str] = _loaded(DIFFERENCE_FORMATS[format])
    return renderer(result, view)


def render_calibration(format: str, result: "Calibration", view: View) -> str:  # noqa: A002
    """Return the report of a refit in one of `CALIBRATION_FORMATS`, ending in a newline."""
    renderer: Callable[[Calibration, View], str] = _loaded(CALIBRATION_FORMATS[format])
    return renderer(result, view)


def _loaded(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)
