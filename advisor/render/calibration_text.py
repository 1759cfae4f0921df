"""The report of `advisor rules calibrate` as text."""

from advisor.render import View, calibration_content
from advisor.render.layout import wording as say
from advisor.render.what_if_text import report
from advisor.reports.calibration import Calibration


def render(result: Calibration, view: View) -> str:
    """Return the report."""
    return report(
        calibration_content.headline(result),
        calibration_content.opening(result),
        calibration_content.sections(result),
        say.origin(result.tool, result.rules),
        view,
    )
