"""Gates, and the overrides that a team agreed on."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from advisor.reports.baseline import PAYS_ANSWERS
from advisor.reports.recommendation import APPROACHES

VERDICTS = ("ml", "dl", "toss-up", "infeasible", "equal", "undecided")
PAYS = tuple(f"pays:{answer}" for answer in PAYS_ANSWERS)
EXPECTABLE = (*APPROACHES, *VERDICTS, *PAYS)
REQUIRABLE = ("confirmed", *PAYS)
SHA256 = re.compile("[0-9a-f]{12,64}")  # a hash, or as much of it as reports show


class Gates(NamedTuple):
    """What a result must meet; a gate that is empty or None is not asked for.

    Attributes
    ----------
    expect : tuple of str
        Approaches, verdicts and answers whether a network pays, one of which must be the answer.
    min_probability : float, optional
        Minimum probability of the answer, 0 to 1.
    min_confidence : str, optional
        One of `CONFIDENCES`.
    max_p95_ms, max_size_mb : float, optional
        Maximum milliseconds per prediction and maximum megabytes of the model.
    require : tuple of str
        "confirmed": a measurement must have confirmed the answer; "pays:no" and its like: it must have found one of
        these.
    forbid_check : tuple of str
        Ids of checks on the data that must not have been raised.
    same_as : str, optional
        File with an earlier result, whose approach and verdict must be the same, and whether a network pays where
        both say that.
    rules_sha256 : str, optional
        Hash of the rules, or its first 12 digits or more.
    """

    expect: tuple[str, ...] = ()
    min_probability: float | None = None
    min_confidence: str | None = None
    max_p95_ms: float | None = None
    max_size_mb: float | None = None
    require: tuple[str, ...] = ()
    forbid_check: tuple[str, ...] = ()
    same_as: str | None = None
    rules_sha256: str | None = None

    @property
    def asked_for(self) -> tuple[str, ...]:
        """Ids of the gates that are asked for, in the order of the report."""
        return tuple(name.replace("_", "-") for name, value in self._asdict().items() if value not in ((), None))


class Override(NamedTuple):
    """A gate that may fail up to and including the day `until`, and why; `by` is who said so, or empty."""

    gate: str
    reason: str
    until: date
    by: str = ""


class Policy(NamedTuple):
    """The gates of a team, with its overrides."""

    file: str
    gates: Gates
    overrides: tuple[Override, ...] = ()


def combined(policy: Gates, given: Gates) -> Gates:
    """Return the gates of a policy and those given beside it, which take the place of gates of the same name.

    Examples
    --------
    >>> combined(Gates(expect=("deep",), min_probability=0.5), Gates(expect=("hybrid",))).expect
    ('hybrid',)
    """
    return policy._replace(**{name: value for name, value in given._asdict().items() if value not in ((), None)})


def override_of(gate: str, overrides: Sequence[Override]) -> Override | None:
    """Return the override of a gate that lasts longest."""
    return max((item for item in overrides if item.gate == gate), key=lambda item: item.until, default=None)
