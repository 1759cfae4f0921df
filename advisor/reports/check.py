"""The frozen output types of `advisor check`, in the order of its JSON."""

from collections.abc import Mapping
from typing import NamedTuple

CHECK_SCHEMA_VERSION = "1.0"
# In the order of the report; as keys of a policy with underscores, as options with two dashes before them.
GATES = (
    "expect",
    "min-probability",
    "min-confidence",
    "max-p95-ms",
    "max-size-mb",
    "require",
    "forbid-check",
    "same-as",
    "rules-sha256",
)
GATE_STATUSES = ("ok", "failed", "overridden")
OVERRIDE_STATES = ("applies", "expired", "not-needed")
SOON_DAYS = 30  # an override that ends within so many days is warned about


class OverrideRow(NamedTuple):
    """An override of the policy: it applies to its gate up to and including the day `until` (ISO 8601).

    `days_left` counts from today, so that 0 is the last day and what is negative has expired.
    """

    state: str
    reason: str
    by: str
    until: str
    days_left: int

    @property
    def ends_soon(self) -> bool:
        """Whether a gate will soon fail again."""
        return self.state == "applies" and self.days_left <= SOON_DAYS


class GateRow(NamedTuple):
    """One gate: what it expects and what was found, with `details` on what changed since an earlier result."""

    gate: str
    status: str
    expected: str
    found: str
    details: tuple[str, ...] = ()
    override: OverrideRow | None = None


class CheckedResult(NamedTuple):
    """One result and its gates; `kind` is recommend or baseline, `file` the file that holds the result."""

    name: str
    file: str
    kind: str
    verdict: str
    approach: str | None
    gates: tuple[GateRow, ...]

    @property
    def passed(self) -> bool:
        """Whether no gate failed."""
        return all(row.status != "failed" for row in self.gates)


class CheckReport(NamedTuple):
    """All results that were checked; `policy` is the file with the gates, null without one."""

    tool: Mapping[str, str]
    policy: str | None
    results: tuple[CheckedResult, ...]

    @property
    def passed(self) -> bool:
        """Whether no gate of any result failed."""
        return all(result.passed for result in self.results)
