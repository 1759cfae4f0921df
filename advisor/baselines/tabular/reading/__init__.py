"""Read a data file into typed columns, and say what was decided and why."""

from advisor.baselines.tabular.reading.options import ReadOptions
from advisor.baselines.tabular.reading.tables import read_table

__all__ = ["ReadOptions", "read_table"]
