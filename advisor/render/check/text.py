"""The report on gates as text: a line for each gate, what changed and what was overridden below it."""

from advisor.render.check import wording as say
from advisor.render.layout.text import open_console, print_hanging, printed, styled
from advisor.render.view import View
from advisor.reports.check import CheckReport

_MARKS = {"ok": ("ok", "green"), "failed": ("FAILED", "bold red"), "overridden": ("overridden", "yellow")}
_WIDTH = max(len(word) for word, _ in _MARKS.values())


def render(report: CheckReport, view: View) -> str:
    """Return the report, a block for each result and a line that sums up."""
    console, output = open_console(view)
    for result in report.results:
        console.print(styled(say.title(result), "bold"))
        for row in result.gates:
            word, style = _MARKS[row.status]
            line = styled("").append(row.gate, "bold").append(f": {say.finding(row)}")
            below = [styled(note, "dim") for note in say.notes(row)]
            print_hanging(f"{word:<{_WIDTH}}", style, [line, *below], console)
        console.print()
    console.print(styled(f"{say.headline(report)}.", "green" if report.passed else "bold red"))
    return printed(output)
