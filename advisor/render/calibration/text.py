"""The report of `advisor rules calibrate` as text."""

from advisor.render import View
from advisor.render.calibration import content
from advisor.render.layout import wording as say
from advisor.render.what_if.text import report
from advisor.reports.calibration import Calibration


def render(result: Calibration, view: View) -> str:
    """Return the report."""
    return report(
        content.headline(result),
        content.opening(result),
        content.sections(result),
        say.origin(result.tool, result.rules),
        view,
    )
