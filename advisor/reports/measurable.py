"""Which projects can be measured: what the recommending side may know of the measuring one."""

from collections.abc import Mapping

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
