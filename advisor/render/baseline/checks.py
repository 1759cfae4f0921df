"""The checks of data alone, for what reads data without measuring."""

from collections.abc import Sequence

from advisor.render.baseline.content import checks_section
from advisor.render.layout import text
from advisor.render.view import View
from advisor.reports.baseline import Check


def listed_checks(checks: Sequence[Check], width: int) -> str:
    """Return all checks as text, as a measurement shows them."""
    console, output = text.open_console(View(width=width))
    text.print_section(checks_section(checks, explain=True), console)
    return text.printed(output)
