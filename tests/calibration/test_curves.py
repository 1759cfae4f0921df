"""Curves of the gain from results: coefficients found again, priors, too little data, and the published results."""

from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import yaml

from advisor.calibration.curves import refit
from advisor.calibration.fitting import sigmoid
from advisor.calibration.table import read_table
from tests.calibration.support import results, table

ROOT = Path(__file__).resolve().parent.parent.parent
EVIDENCE = ROOT.parent / "shared" / "evidence"
pytestmark = pytest.mark.slow  # fits
CURVES = {
    curve["id"]: curve for curve in yaml.safe_load((ROOT / "rules" / "catalogue" / "gains.yaml").read_text("utf-8"))
}
TABLES = CURVES["networks-on-tables"]


def cases_of(raw):
    return read_table(raw, "r.csv")


def simulated(count, intercept, per_doubling, seed=0):
    rng = np.random.default_rng(seed)
    rows = np.round(2 ** rng.uniform(np.log2(500), np.log2(500_000), count))
    won = rng.random(count) < sigmoid(intercept + per_doubling * np.log2(rows / TABLES["at"]))
    return cases_of(
        table(
            *(
                f"classification,tabular,{size:.0f},{'dl' if win else 'ml'},0.5,{place % 3},d{place}"
                for place, (size, win) in enumerate(zip(rows, won, strict=True))
            )
        )
    )


def test_known_coefficients_are_found_again():
    wide = TABLES | {"sd": {"intercept": 5, "per_doubling": 5}}
    found, entry = refit(simulated(3000, 0.4, -0.3), wide, anew=False)
    assert found.intercept[1] == pytest.approx(0.4, abs=0.12)
    assert found.per_doubling[1] == pytest.approx(-0.3, abs=0.05)
    assert (entry["intercept"], entry["per_doubling"]) == (found.intercept[1], found.per_doubling[1])
    assert entry["n"] == {"datasets": 3000, "benchmarks": 3}
    assert found.interval[0] < found.chance[1] < found.interval[1]


def test_the_slope_hardly_moves_since_size_is_confounded():
    found, _ = refit(simulated(400, 0.4, -0.3), TABLES, anew=True)
    assert found.per_doubling[1] == pytest.approx(TABLES["per_doubling"], abs=0.03)


def test_few_results_move_the_level_only_a_little_and_anew_more():
    cases = cases_of(results(10, 2))
    careful, _ = refit(cases, TABLES, anew=False)
    anew, _ = refit(cases, TABLES, anew=True)
    assert TABLES["intercept"] < careful.intercept[1] < anew.intercept[1] < np.log(5)


@pytest.mark.parametrize(
    ("cases", "why"), [(results(5, 4), "9 data sets"), (results(12, 0), "always won"), (results(0, 12), "never won")]
)
def test_with_too_little_the_curve_stays(cases, why):
    found, entry = refit(cases_of(cases), TABLES, anew=False)
    assert why in found.kept
    assert entry is None
    assert found.intercept == (TABLES["intercept"],) * 2


def test_a_win_by_less_than_the_margin_is_no_gain():
    rows = [f"classification,tabular,5000,dl,{0.02 if place < 6 else 0.005},a,d{place}" for place in range(12)]
    found, _ = refit(cases_of(table(*rows)), TABLES, anew=True)
    assert found.judged is not None
    assert found.judged.won == 0.5


def test_rows_of_another_comparison_say_nothing():
    rows = [f"classification,tabular,5000,transfer,0.2,a,d{place}" for place in range(20)]
    assert refit(cases_of(table(*rows)), TABLES, anew=False)[0].rows == 0


def test_no_data_set_of_the_benchmark_that_is_judged_was_fitted_on():
    # a network wins all of b where it is alone; what they share with a says nothing else
    shared = [f"classification,tabular,5000,{side},0.1,a,d{place}" for place, side in enumerate(["dl", "ml"] * 10)]
    copied = [line.replace(",a,", ",b,") for line in shared]
    found, _ = refit(cases_of(table(*shared, *copied)), TABLES, anew=True)
    assert found.judged is None


# -- what ships is what the published results give, and holds on a benchmark that was left out ----------------


published = pytest.mark.skipif(not EVIDENCE.is_dir(), reason="the published results are not here")


@cache
def evidence():
    return import_module("tests.benchmarks.evidence")


@cache
def published_cases():
    columns = evidence().COLUMNS
    rows = [",".join(str(row.get(name, "")) for name in columns) for row in evidence().rows(EVIDENCE)]
    return cases_of("\n".join([",".join(columns), *rows]).encode())


@published
@pytest.mark.parametrize("name", ["networks-on-tables", "networks-on-series", "pretrained-networks-on-images"])
def test_the_shipped_curves_are_fitted_on_published_results(name):
    curve = CURVES[name]
    found, entry = refit(published_cases(), curve, anew=True)
    assert found.intercept[1] == pytest.approx(curve["intercept"], abs=0.005)
    assert found.per_doubling[1] == pytest.approx(curve["per_doubling"], abs=0.005)
    assert entry["n"] == curve["n"]
    assert found.interval == pytest.approx(curve["interval"], abs=0.01)


@published
def test_tables_hold_on_a_benchmark_that_was_left_out():
    found, _ = refit(published_cases(), TABLES, anew=True)
    refitted, _, base, classical, rows = found.judged.scores
    for other in (base, classical, rows):
        assert refitted.log_loss.value <= other.log_loss.value
        assert refitted.brier.value <= other.brier.value
    assert refitted.calibration_error.value <= 0.05
    assert found.judged.rows == 531


@published
def test_the_growth_with_rows_is_that_within_one_data_set():
    slopes = evidence().growth(EVIDENCE)
    scratch = [slopes[name] for name in ("RealMLP", "TabNet", "sklearn MLP")]
    assert sum(scratch) / 3 == pytest.approx(TABLES["per_doubling"], abs=0.005)
    assert slopes["TabPFNv2"] == pytest.approx(CURVES["tabular-foundation-models"]["per_doubling"], abs=0.03)
