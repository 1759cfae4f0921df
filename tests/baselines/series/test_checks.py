"""What is said of series before any model is fitted."""

import numpy as np

from advisor.baselines.options import Options
from advisor.baselines.prepared import prepared_data
from advisor.baselines.running.splits import make_folds
from advisor.baselines.series.checks import check_series
from advisor.baselines.series.panel import padded
from tests.baselines.series.made import waves, write_ts


def test_the_same_series_stays_in_one_fold_and_two_labels_of_it_are_reported(tmp_path):
    series, classes = waves(30)
    path = write_ts(tmp_path / "made.ts", [*series, *series[:6]], [*classes, *classes[:5], 1 - classes[5]])
    prepared = prepared_data(path, Options())
    found = {check.id: check.message for check in prepared.checks}
    assert found["duplicate-rows"] == "6 of 36 series repeat another one step by step"
    assert found["conflicting-labels"].endswith("no model can be right in more than 35 of 36")
    assert found["tiny-data"] == "only 36 rows have a target: every score is uncertain"
    groups = prepared.dataset.duplicate_groups
    for fold in make_folds(prepared.dataset, 5, 0, 0).folds:
        assert not set(groups[fold.train]) & set(groups[fold.test])


def test_a_length_that_tells_the_class_is_a_leak():
    rng = np.random.default_rng(0)
    classes = np.arange(60) % 2
    told = padded([rng.normal(size=(1, 30 + 5 * kind)) for kind in classes])
    found = list(check_series(told, classes))
    assert [(check.id, check.severity) for check in found] == [("leakage", "warning")]
    assert found[0].message.startswith("the number of steps alone avoids 100% of the errors")


def test_lengths_by_chance_are_no_leak():
    series, classes = waves(60)
    assert list(check_series(padded(series), classes)) == []
