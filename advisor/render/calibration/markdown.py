"""The report of `advisor rules calibrate` as Markdown."""

from advisor.render import View
from advisor.render.calibration import content
from advisor.render.layout import wording as say
from advisor.render.layout.markdown import escaped
from advisor.render.what_if.markdown import report
from advisor.reports.calibration import Calibration


def render(result: Calibration, view: View) -> str:
    """Return the report."""
    del view  # width and colour concern text
    return report(
        content.headline(result),
        content.opening(result),
        content.sections(result),
        escaped(say.origin(result.tool, result.rules)),
    )
