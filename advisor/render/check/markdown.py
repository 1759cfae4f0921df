"""The report on gates as Markdown, for a job summary or a pull request."""

from collections.abc import Iterator

from advisor.render.check import wording as say
from advisor.render.layout.markdown import code, escaped, row_line
from advisor.render.layout.wording import LONGEST_TITLE, clipped, tail
from advisor.render.view import View
from advisor.reports.check import CheckedResult, CheckReport

_WORDS = {"ok": "ok", "failed": "**failed**", "overridden": "*overridden*"}


def render(report: CheckReport, view: View) -> str:  # noqa: ARG001 - every format takes the view
    """Return a heading that sums up and, for each result, a table of its gates and a list of notes."""
    lines = [f"## {escaped(say.headline(report))}"]
    for result in report.results:
        lines += ["", *_result(result)]
    return "\n".join(lines) + "\n"


def _result(result: CheckedResult) -> Iterator[str]:
    yield f"{code(clipped(result.name, LONGEST_TITLE))} in {code(tail(result.file, LONGEST_TITLE))}"
    yield ""
    yield row_line(("Gate", "", "Expected", "Found"))
    yield row_line(("---",) * 4)
    for row in result.gates:
        yield row_line((row.gate, _WORDS[row.status], escaped(row.expected), escaped(row.found)))
    notes = [(row.gate, note) for row in result.gates for note in say.notes(row)]
    if notes:
        yield ""
    for gate, note in notes:
        yield f"- {gate}: {escaped(note)}"
