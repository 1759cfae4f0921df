"""The one temperature is what the situations give, and the stated probabilities agree with how often they are right."""

import sys
from pathlib import Path

import pytest

from tests.engine.support import knowledge, library

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests" / "benchmarks"))

import situations  # noqa: E402

pytestmark = pytest.mark.slow  # fits a temperature


@pytest.fixture(scope="module")
def figures():
    return situations.figures(situations.cases())


def test_the_temperature_that_ships_is_the_one_that_was_fitted(figures):
    (entry,) = library().catalogue.get("calibration")
    assert entry["situations"] == figures.n
    assert entry["fitted"] == round(figures.fitted, 2), "refit: python tests/benchmarks/situations.py"
    assert entry["floor"] == situations.FLOOR
    assert entry["value"] == max(entry["floor"], entry["fitted"]) == knowledge().book.temperature


def test_answers_are_at_least_as_often_right_as_they_say(figures):
    """More often on these cases: the rules were tuned on them, and may not make an answer surer than the points say."""
    low, high = figures.right_interval
    assert low - 0.05 <= figures.stated <= high


def test_twenty_cases_cannot_make_the_answers_sharp():
    few = situations.figures(situations.cases(("agreed",)))
    assert few.fitted < 0.5  # all twenty are right: they would have every answer certain
    assert few.temperature == situations.FLOOR


def test_a_part_is_judged_by_the_temperature_of_all():
    agreed, panel = (situations.cases((name,)) for name in situations.SETS)
    both = [*agreed, *panel]
    whole, part = situations.figures(both), situations.figures(panel, both)
    assert part.temperature == whole.temperature
    assert part.n == len(panel)


def test_the_interval_is_that_of_wilson():
    from scipy.stats import binomtest

    for hits, n in ((20, 20), (55, 60), (3, 7)):
        exact = binomtest(hits, n).proportion_ci(method="wilson")
        assert situations.wilson(hits, n) == pytest.approx((exact.low, exact.high), abs=1e-6)


def test_a_calibrated_forecast_has_little_calibration_error():
    stated = [0.25] * 48 + [0.75] * 32
    right = [place % 4 == 0 for place in range(48)] + [place % 4 != 0 for place in range(32)]
    assert situations.calibration_error(stated, right) == pytest.approx(0.0, abs=1e-9)
    assert situations.calibration_error(stated, [not hit for hit in right]) == pytest.approx(0.5, abs=1e-9)
