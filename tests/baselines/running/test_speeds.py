"""Expected seconds of fits, from those that were timed."""

import pytest

from advisor.baselines.running.speeds import Speeds, Timing, seconds_at
from tests.baselines.support import SPECS


def test_the_time_of_a_fit_grows_with_its_rows_as_its_model_says():
    assert seconds_at(SPECS["tabm"], [Timing(1000, 2.0)], 3000) == pytest.approx(6.0)
    assert seconds_at(SPECS["forest"], [Timing(1000, 1.0)], 4000) == pytest.approx(4**1.15)


def test_folds_of_unlike_length_count_each_with_its_rows():
    speeds = Speeds(SPECS)
    speeds.note("tabm", 1000, 2.0)
    assert speeds.mean_seconds("tabm", (1000, 2000, 3000)) == pytest.approx(4.0)
    assert speeds.mean_seconds("mlp", (1000, 2000)) is None


def test_a_fit_on_few_rows_tells_little_of_one_on_many():
    speeds = Speeds(SPECS)
    speeds.note("tabm", 1000, 2.0)
    assert speeds.known_near("tabm", 2000)
    assert not speeds.known_near("tabm", 2001)
    assert not speeds.known_near("mlp", 10)


def test_what_is_unknown_begins_first_and_then_the_slowest():
    speeds = Speeds(SPECS)
    for name, seconds in (("linear", 0.1), ("tabm", 2.0), ("forest", 0.5)):
        speeds.note(name, 1000, seconds)
    assert speeds.slowest_first(["linear", "forest", "mlp", "tabm"], 1000) == ["mlp", "tabm", "forest", "linear"]
    assert speeds.slowest(2000) == pytest.approx(4.0)
