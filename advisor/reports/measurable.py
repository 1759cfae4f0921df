"""Which projects can be measured: what the recommending side may know of the measuring one."""

from collections.abc import Mapping

# (data.structure, task) of a profile -> the structure that measures it, an id of advisor.baselines.structures.
# A file of texts is a table with columns of text: its words are counted.
MEASURABLE: Mapping[tuple[str, str], str] = {
    ("tabular", "classification"): "tabular",
    ("tabular", "regression"): "tabular",
    ("text", "classification"): "tabular",
    ("text", "regression"): "tabular",
}
