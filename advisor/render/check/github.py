"""The report on gates as annotations of GitHub Actions, in which no text of a user becomes a command."""

from collections.abc import Iterator

from advisor.render.check import wording as say
from advisor.render.layout.wording import LONGEST_TITLE, clipped, plain
from advisor.render.view import View
from advisor.reports.check import CheckedResult, CheckReport, GateRow


def render(report: CheckReport, view: View) -> str:  # noqa: ARG001 - every format takes the view
    """Return an error for each gate that failed, what was overridden, and a line that sums up."""
    lines = [line for result in report.results for row in result.gates for line in _annotation(result, row)]
    return "\n".join([*lines, f"advisor check: {say.headline(report)}."]) + "\n"


def _annotation(result: CheckedResult, row: GateRow) -> Iterator[str]:
    if row.status == "ok":
        return
    command = "error" if row.status == "failed" else "warning" if row.override and row.override.ends_soon else "notice"
    properties = {"title": f"{clipped(result.name, LONGEST_TITLE)}: {row.gate}"}
    if result.file != "<stdin>":  # standard input is not a file of the repository
        properties = {"file": plain(result.file), **properties}
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    yield f"::{command} {shown}::{_message([say.finding(row), *say.notes(row)])}"


def _message(lines: list[str]) -> str:
    return "\n".join(lines).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _message([value]).replace(":", "%3A").replace(",", "%2C")
