"""Coverage as JSON: an array of rows."""

from collections.abc import Sequence

from advisor.render.layout.json_keys import json_text
from advisor.render.view import View
from advisor.reports.coverage import Carrier, CoverageRow


def render(rows: Sequence[CoverageRow], view: View) -> str:
    """Return an array with an object for each row."""
    del view  # JSON has no width
    return json_text([_row(row) for row in rows])


def _row(row: CoverageRow) -> dict[str, object]:
    return {"id": row.id, "claim": row.claim, "live": row.live, "carriers": [_carrier(item) for item in row.carriers]}


def _carrier(item: Carrier) -> dict[str, object]:
    return {"kind": item.kind, "id": item.id, "example": item.example or None}
