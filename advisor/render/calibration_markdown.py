"""The report of `advisor rules calibrate` as Markdown."""

from advisor.render import View, calibration_content
from advisor.render.layout import wording as say
from advisor.render.layout.markdown import escaped
from advisor.render.what_if_markdown import report
from advisor.reports.calibration import Calibration


def render(result: Calibration, view: View) -> str:
    """Return the report."""
    del view  # width and colour concern text
    return report(
        calibration_content.headline(result),
        calibration_content.opening(result),
        calibration_content.sections(result),
        escaped(say.origin(result.tool, result.rules)),
    )
