"""Text for a terminal or a log: the card and the best models, the whole report where it is asked for."""

from advisor.render.baseline.content import document, short_sections
from advisor.render.layout import text
from advisor.render.layout.blocks import Paragraph
from advisor.render.view import View
from advisor.reports.baseline import BaselineResult

_REST = "--full shows the whole report, --explain also how the file was read."


def render(result: BaselineResult, view: View) -> str:
    """Return the report of a measurement."""
    shown = document(result, view)
    if not (view.full or view.explain):
        shown = shown._replace(opening=(*shown.opening, Paragraph(_REST)), sections=tuple(short_sections(result)))
    return text.document(shown, view)
