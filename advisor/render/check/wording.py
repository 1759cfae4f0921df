"""What a report on gates says in plain words, shared by its formats."""

from advisor.render.layout.wording import LONGEST_TITLE, clipped, counted, plain, tail
from advisor.reports.check import CheckedResult, CheckReport, GateRow, OverrideRow


def headline(report: CheckReport) -> str:
    """Return how the check ended, without a full stop."""
    rows = [row for result in report.results for row in result.gates]
    failed = sum(row.status == "failed" for row in rows)
    overridden = sum(row.status == "overridden" for row in rows)
    excused = f", {overridden} excused by an override" if overridden else ""
    if failed:
        return f"{failed} of {counted(len(rows), 'gate')} failed{excused}"
    return ("The gate passed" if len(rows) == 1 else f"All {len(rows)} gates passed") + excused


def title(result: CheckedResult) -> str:
    """Return the name of a result with its file, unless they are the same."""
    name, file = clipped(result.name, LONGEST_TITLE), tail(result.file, LONGEST_TITLE)
    if result.name == result.file:
        return file
    return f"{name} ({file})" if file else name


def finding(row: GateRow) -> str:
    """Return what a gate expected and what was found."""
    return f"expected {plain(row.expected)}, found {plain(row.found)}"


def notes(row: GateRow) -> list[str]:
    """Return what changed since the earlier result, and what an override says."""
    return [*(plain(detail) for detail in row.details), *([override(row.override)] if row.override else [])]


def override(row: OverrideRow) -> str:
    """Return what an override does, until when and why.

    Examples
    --------
    >>> override(OverrideRow("applies", "the new server comes in March", "Ana", "2027-03-31", 12))
    'excused until 2027-03-31 (Ana): the new server comes in March; ends in 12 days'
    >>> override(OverrideRow("expired", "later", "", "2026-01-01", -3))
    'the override ended on 2026-01-01: later'
    """
    who = f" ({plain(row.by)})" if row.by else ""
    start = {
        "applies": "excused until",
        "expired": "the override ended on",
        "not-needed": "passes without the override until",
    }[row.state]
    left = ""
    if row.ends_soon:
        left = "; ends today" if row.days_left == 0 else f"; ends in {counted(row.days_left, 'day')}"
    return f"{start} {row.until}{who}: {plain(row.reason)}{left}"
