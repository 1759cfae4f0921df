"""Coverage as text: a line for each row, what carries it below."""

from collections.abc import Iterator, Sequence

from advisor.render.view import View
from advisor.reports.coverage import CoverageRow

_MOST_CARRIERS = 6


def render(rows: Sequence[CoverageRow], view: View) -> str:
    """Return the report of all rows and a line that sums up."""
    del view  # lines of a list are not wrapped
    lines = [line for row in rows for line in _row(row)]
    lines.append(f"{sum(row.live for row in rows)} of {len(rows)} claims are covered")
    return "\n".join(lines) + "\n"


def _row(row: CoverageRow) -> Iterator[str]:
    yield f"{row.id}  {row.claim}"
    shown = [item for item in row.carriers if item.example]
    for item in shown[:_MOST_CARRIERS]:
        yield f"    {item.kind} {item.id}  (in {item.example})"
    if not row.live:
        silent = ", ".join(item.id for item in row.carriers)
        yield f"    NOT COVERED{f': {silent} in no example' if silent else ''}"
