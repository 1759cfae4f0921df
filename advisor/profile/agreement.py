"""Where a profile and the data it describes differ."""

from collections.abc import Callable, Mapping
from typing import Any

from advisor.profile.consistency import Inconsistency

# By how much a number of the profile may differ from the data before it is worth a warning. Judgement: a profile is
# written in round numbers, and a file may be an extract.
_RATIO = 1.25
_SHARE_RATIO = 1.5
_LEAST_SHARE = 0.05


def disagreements(values: Mapping[str, Any], told: Mapping[str, Any]) -> list[Inconsistency]:
    """Return a finding for each field of a profile that the data contradict.

    Parameters
    ----------
    values : mapping
        The profile's fields by dotted path; unknown fields contradict nothing.
    told : mapping
        What the data say, see `advisor.profile.drafting.fields_from_data`.

    Examples
    --------
    >>> [finding.message for finding in disagreements({"data.rows": 50_000}, {"data.rows": 7_043})]
    ['data.rows is 50,000 in the profile but 7,043 in the data']
    """
    return [
        Inconsistency("profile-differs-from-data", (field,), f"{field} is {_shown(values[field])} in the profile "
                f"but {_shown(told[field])} in the data")
        for field, differs in _DIFFERS.items()
        if field in values and field in told and differs(values[field], told[field])
    ]  # fmt: skip


def _count_differs(stated: float, found: float) -> bool:
    return max(stated, found) > _RATIO * min(stated, found)


def _share_differs(stated: float, found: float) -> bool:
    return abs(stated - found) > _LEAST_SHARE and max(stated, found) > _SHARE_RATIO * min(stated, found)


def _rare_share_differs(stated: float, found: float) -> bool:
    return max(stated, found) > _SHARE_RATIO * min(stated, found)


def _unlike(stated: Any, found: Any) -> bool:
    return bool(stated != found)


_DIFFERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "task": _unlike,
    "data.structure": _unlike,
    "data.rows": _count_differs,
    "data.labelled": _count_differs,
    "data.features": _count_differs,
    "data.classes": _unlike,
    "data.minority_share": _rare_share_differs,
    "data.categorical_share": _share_differs,
    "data.missing_share": _share_differs,
    "data.max_cardinality": _count_differs,
}


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,}"
