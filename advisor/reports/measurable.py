"""Which projects can be measured: what the recommending side may know of the measuring one."""

from collections.abc import Mapping
from typing import Any

LIMITS = ("latency.p95_ms", "deployment.memory_mb")  # of a profile, that a measurement can be held against
# (data.structure, task) of a profile -> the structure that measures it, an id of advisor.baselines.structures.
MEASURABLE: Mapping[tuple[str, str], str] = {
    ("tabular", "classification"): "tabular",
    ("tabular", "regression"): "tabular",
    ("time-series", "forecasting"): "forecast",
    ("text", "classification"): "text",
    ("time-series", "classification"): "time-series",
    ("text", "regression"): "text",
    ("image", "classification"): "image",
    ("audio", "classification"): "audio",
}


def measurable_limits(values: Mapping[str, Any]) -> dict[str, float]:
    """Return the limits of a profile that a measured model can be checked against, by field."""
    return {field: float(values[field]) for field in LIMITS if values.get(field) is not None}
