import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from advisor.baselines.judging.comparison import (
    INTERIM_ANALYSES,
    Judgement,
    champions,
    compare,
    corrected_t,
    next_analysis,
    score_interval,
)
from advisor.baselines.judging.protocol import Protocol
from tests.benchmarks.verdicts import SCORES, Cell, simulate
from tests.bounds import examples

quick = examples(100)
TITLES = {"linear": "Regularised linear model", "xgboost": "XGBoost", "mlp": "Plain network (MLP)", "tabm": "TabM"}
WAVE = np.array([-0.02, 0.01, 0.0, 0.02, -0.01])  # what all models share: some folds are harder
differences = st.lists(st.floats(-1, 1).map(lambda value: round(value, 6)), min_size=3, max_size=25).map(np.array)


def table(mean: float, spread: float = 0.0, repeats: int = 1) -> np.ndarray:
    """Return scores of five folds around a mean; `spread` is a model's own variation."""
    own = np.random.default_rng(int(mean * 1e6)).permuted(np.tile(WAVE, (repeats, 1)), axis=1)
    return mean + WAVE + spread * own


def judge(ml: Any, dl: Any, *, dummy: float = 0.5, metric: str = "roc_auc", **options: Any) -> Judgement:
    shape = next(iter({**ml, **dl}.values())).shape
    named = {"test_train_ratio": 0.25, "rope": 0.005, **options}
    protocol = Protocol(metric, **{name: named.pop(name) for name in Protocol._fields if name in named})
    return compare(ml, dl, np.full(shape, dummy), protocol, **{"titles": TITLES, **named})


# -- the test itself ---------------------------------------------------------------------------------------------------


@quick
@given(differences, st.sampled_from([0.0, 0.01, 0.3]))
def test_corrected_t_is_that_of_baycomp(values, rope):
    baycomp = pytest.importorskip("baycomp")
    if np.ptp(values) == 0:
        return
    ours = corrected_t(values, 1 / (len(values) - 1), rope)
    theirs = baycomp.CorrelatedTTest(np.zeros(len(values)), values, rope=rope, runs=1).probs()
    worse, better = theirs[0], theirs[-1]
    assert (ours.p_worse, ours.p_better) == (pytest.approx(worse, abs=1e-9), pytest.approx(better, abs=1e-9))


@pytest.mark.parametrize("runs", [2, 5])
def test_repeats_are_corrected_as_in_baycomp(runs):
    baycomp = pytest.importorskip("baycomp")
    values = np.random.default_rng(runs).normal(0.01, 0.02, 5 * runs)
    ours = corrected_t(values, 0.25, 0.01)
    theirs = baycomp.CorrelatedTTest(np.zeros(5 * runs), values, rope=0.01, runs=runs).probs()
    assert (ours.p_worse, ours.p_equal, ours.p_better) == pytest.approx(theirs)


@quick
@given(differences, st.integers(1, 100), st.integers(1, 100))
def test_corrected_t_is_that_of_scikit_learns_example(values, n_train, n_test):
    """Types the functions of "Statistical comparison of models using grid search" again."""
    if np.ptp(values) == 0:
        return
    kr = len(values)
    corrected_std = np.sqrt(np.var(values, ddof=1) * (1 / kr + n_test / n_train))
    t_stat = np.mean(values) / corrected_std
    p_val = t.sf(np.abs(t_stat), kr - 1)
    t_post = t(kr - 1, loc=np.mean(values), scale=corrected_std)

    ours = corrected_t(values, n_test / n_train, 0.01)
    assert ours.ci95 == pytest.approx(t_post.interval(0.95), abs=1e-12)
    assert ours.p_equal == pytest.approx(t_post.cdf(0.01) - t_post.cdf(-0.01), abs=1e-12)
    without_rope = corrected_t(values, n_test / n_train, 0.0)
    assert min(without_rope.p_better, without_rope.p_worse) == pytest.approx(p_val, abs=1e-12)


@quick
@given(differences, st.floats(0, 1), st.floats(0, 0.5), st.randoms(use_true_random=False))
def test_properties_of_the_posterior(values, ratio, rope, random):
    known = corrected_t(values, ratio, rope)
    assert known.p_better + known.p_equal + known.p_worse == pytest.approx(1)
    assert min(known.p_better, known.p_equal, known.p_worse) >= 0
    assert known.ci95[0] <= known.mean <= known.ci95[1]

    mirrored = corrected_t(-values, ratio, rope)
    assert mirrored.mean == -known.mean
    assert mirrored.ci95 == pytest.approx((-known.ci95[1], -known.ci95[0]))
    assert (mirrored.p_better, mirrored.p_worse) == pytest.approx((known.p_worse, known.p_better))

    shuffled = list(values)
    random.shuffle(shuffled)
    assert corrected_t(np.array(shuffled), ratio, rope)[0] == pytest.approx(known.mean, abs=1e-12)

    # rounding moves the thirds of a posterior without width
    if np.ptp(values) > 0:
        scaled = corrected_t(1000 * values, ratio, 1000 * rope)
        assert scaled.ci95 == pytest.approx((1000 * known.ci95[0], 1000 * known.ci95[1]), abs=1e-9)
        assert scaled[2:] == pytest.approx(known[2:], abs=1e-6)


@pytest.mark.parametrize("values", [[], [0.3], [0.3, 0.3]])
def test_one_fold_or_two_that_agree_tell_nothing(values):
    known = corrected_t(np.array(values), 0.25, 0.01)
    assert known[1:] == (None, None, None, None)


def test_differences_without_variance_are_a_point_unless_rows_are_few():
    assert corrected_t(np.zeros(5), 0.25, 0.01) == (0, (0, 0), 0, 1, 0)
    assert corrected_t(np.full(5, 0.5), 0.25, 0.01)[2:] == (1, 0, 0)
    # both perfect on twenty rows: one row more or less is a twentieth
    assert corrected_t(np.zeros(5), 0.25, 0.01, resolution=1 / 20).p_equal == pytest.approx(0.149, abs=0.001)


def test_the_interval_of_a_score_stays_within_the_metrics_range():
    scores = np.array([0.99, 1.0, 0.98, 1.0, math.nan])
    low, high = score_interval(scores, 0.25, "roc_auc")
    assert (low, high) == (pytest.approx(0.9925 - 3.1824 * 0.009574 * math.sqrt(0.5), abs=1e-5), 1)
    assert score_interval(np.array([0.9]), 0.25, "roc_auc") is None


# -- champions ---------------------------------------------------------------------------------------------------------


@quick
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(2, 6), st.sampled_from(["accuracy", "rmse"]))
def test_champions_by_the_definition(seed, repeats, folds, metric):
    rng = np.random.default_rng(seed)
    scores = {name: rng.integers(0, 4, (repeats, folds)) / 4 for name in "abc"}  # quarters: many ties
    found = champions(scores, metric)
    for repeat in range(repeats):
        for fold in range(folds):
            others = [other for other in range(folds) if other != fold]
            sums = {name: scores[name][repeat, others].sum() for name in scores}
            best = (max if metric == "accuracy" else min)(sums, key=sums.get)
            assert found.models[repeat, fold] == best
            assert found.scores[repeat, fold] == scores[best][repeat, fold]


def test_a_lucky_fold_does_not_make_a_champion_of_itself():
    lucky = np.array([[0.1, 0.1, 0.1, 0.1, 1.0]])
    steady = np.array([[0.2, 0.2, 0.2, 0.2, 0.2]])
    assert champions({"lucky": lucky, "steady": steady}, "accuracy").scores.tolist() == [[0.1, 0.1, 0.1, 0.1, 0.2]]


def test_a_family_without_members_has_no_champion():
    with pytest.raises(ValueError, match="without members"):
        champions({}, "accuracy")


# -- verdicts ----------------------------------------------------------------------------------------------------------


def test_ml():
    outcome = judge(
        {"linear": table(0.881, 0.1), "xgboost": table(0.921, 0.1)}, {"mlp": table(0.891, 0.2), "tabm": table(0.9, 0.1)}
    )
    assert outcome.verdict == outcome.prefer == "ml"
    assert (outcome.comparison.best_ml, outcome.comparison.best_dl) == ("xgboost", "tabm")
    assert outcome.comparison.beats_dummy is True
    assert outcome.comparison.difference == pytest.approx(0.021)
    assert outcome.verdict_reason == (
        "XGBoost scores 0.921 ROC AUC against 0.900 of the best network; the difference of 0.021 "
        "(95% CI 0.016 to 0.026) is larger than the 0.005 that would matter."
    )
    assert outcome.repeats == 1
    assert outcome.more_repeats_help is False


def test_dl_with_an_error_and_folds_in_time():
    outcome = judge(
        {"xgboost": table(5.31, 2)}, {"tabm": table(5.0, 2)}, dummy=9.0, metric="rmse", rope=0.09, by_time=True
    )
    assert outcome.verdict == outcome.prefer == "dl"
    assert outcome.comparison.difference == pytest.approx(-0.31)
    assert outcome.verdict_reason == (
        "TabM scores 5.00 RMSE (lower is better) against 5.31 of the best classical model; the difference of 0.31 "
        "(95% CI 0.20 to 0.42, approximate since the folds follow time) is larger than the 0.09 that would matter."
    )


def test_equal_prefers_the_simpler():
    outcome = judge({"xgboost": table(0.921, 0.02)}, {"tabm": table(0.922, 0.02)})
    assert (outcome.verdict, outcome.prefer) == ("equal", "ml")
    assert outcome.verdict_reason == (
        "TabM scores 0.922 ROC AUC against 0.921 of the best classical model; the difference of 0.001 "
        "(95% CI 0.000 to 0.002) is too small to matter (below 0.005), so simpler is better."
    )


def test_undecided_and_what_to_do_meanwhile():
    outcome = judge({"xgboost": table(0.905, 1)}, {"tabm": table(0.921, 1)}, last=False, budget_s=400)
    assert (outcome.verdict, outcome.prefer) == ("undecided", "dl")
    assert outcome.comparison.p_dl_better > 0.5
    assert outcome.more_repeats_help is True
    assert outcome.verdict_reason == (
        "TabM scores 0.921 ROC AUC against 0.905 of the best classical model; the difference of 0.016 "
        "(95% CI -0.007 to 0.039) may be chance; --budget 7m would allow more repeats."
    )
    assert judge({"xgboost": table(0.92, 1)}, {"tabm": table(0.921, 1)}).prefer == "ml"


def test_a_verdict_in_an_early_look_needs_more_certainty():
    ml, dl = {"xgboost": table(0.925, 0.4)}, {"tabm": table(0.905, 0.4)}
    figures = (
        "XGBoost scores 0.925 ROC AUC against 0.905 of the best network; "
        "the difference of 0.020 (95% CI 0.001 to 0.039)"
    )
    last = judge(ml, dl, last=True)
    assert last.verdict == "ml"
    assert last.verdict_reason == f"{figures} is larger than the 0.005 that would matter with 95% probability."
    early = judge(ml, dl, last=False)
    assert early.verdict == "undecided"
    assert early.verdict_reason == f"{figures} is not clearly larger than the 0.005 that would matter."


def test_champions_that_change_are_named_as_such():
    first, second = np.array([[0.9, 0.7, 0.8, 0.7, 0.8]]), np.array([[0.8, 0.8, 0.8, 0.8, 0.7]])
    outcome = judge({"linear": first, "xgboost": second}, {"tabm": table(0.6)})
    assert outcome.verdict_reason.startswith("The best classical model of each fold (mostly ")


@pytest.mark.parametrize("ml_score", [0.9, 0.921])
def test_a_network_that_was_cut_off_cannot_lose(ml_score):
    options = {"stopped": ["tabm"], "budget_s": 361.0}
    outcome = judge({"xgboost": table(ml_score, 0.02)}, {"tabm": table(0.9, 0.01)}, **options)
    assert (outcome.verdict, outcome.prefer) == ("undecided", "ml")
    assert outcome.more_repeats_help is False
    assert outcome.verdict_reason == (
        "TabM was still improving when the time ran out, so the networks cannot be judged yet "
        f"(so far XGBoost scores {ml_score:.3f} ROC AUC against 0.900 of the best network); "
        "--budget 7m would let it finish."
    )


def test_a_network_that_was_cut_off_can_win():
    outcome = judge({"xgboost": table(0.88)}, {"tabm": table(0.92)}, stopped=["tabm"], budget_s=361.0)
    assert outcome.verdict == "dl"
    assert "budget" not in outcome.verdict_reason


def test_neither_beats_the_dummy_is_said_first():
    outcome = judge({"xgboost": table(0.505, 1)}, {"tabm": table(0.502, 1)}, dummy=0.5)
    assert (outcome.verdict, outcome.prefer) == ("undecided", "none")
    assert outcome.comparison.beats_dummy is False
    assert outcome.verdict_reason == (
        "Neither family clearly beats a constant answer: XGBoost scores 0.505 ROC AUC, a constant answer 0.500."
    )


def test_the_less_bad_of_two_useless_families_does_not_win():
    outcome = judge({"xgboost": table(0.49)}, {"tabm": table(0.4)}, dummy=0.5)
    assert (outcome.verdict, outcome.prefer) == ("undecided", "none")


@pytest.mark.parametrize(
    ("ml", "dl", "prefer", "beats", "reason"),
    [
        (
            0.8,
            math.nan,
            "ml",
            True,
            "No network has a score in every fold, so there is nothing to compare the classical models",
        ),
        (
            math.nan,
            0.8,
            "dl",
            True,
            "No classical model has a score in every fold, so there is nothing to compare the networks",
        ),
        (
            0.5,
            math.nan,
            "none",
            False,
            "No network has a score in every fold, so there is nothing to compare the classical models",
        ),
        (math.nan, math.nan, "none", None, "No model has a score in every fold, so nothing can be compared"),
    ],
)
def test_an_empty_family(ml, dl, prefer, beats, reason):
    outcome = judge({"linear": np.full((1, 5), ml) + WAVE}, {"mlp": np.full((1, 5), dl) + WAVE})
    assert (outcome.verdict, outcome.prefer) == ("undecided", prefer)
    assert outcome.comparison[2:] == (None, None, None, None, None, beats, (), ())
    assert outcome.verdict_reason.startswith(reason)
    assert outcome.more_repeats_help is False


def test_families_may_be_empty_from_the_start():
    outcome = judge({}, {"mlp": table(0.8)})
    assert (outcome.comparison.best_ml, outcome.comparison.best_dl, outcome.prefer) == (None, "mlp", "dl")


def test_one_fold_tells_nothing():
    outcome = judge({"linear": np.array([[0.8]])}, {"mlp": np.array([[0.7]])})
    assert (outcome.verdict, outcome.comparison.ci95, outcome.comparison.p_ml_better) == ("undecided", None, None)
    assert outcome.verdict_reason.endswith("0.100 comes from a single fold, which says nothing about chance.")


# -- missing scores ----------------------------------------------------------------------------------------------------


def test_a_model_that_failed_in_the_first_repeat_does_not_take_part():
    broken = table(0.99)
    broken[0, 3] = math.nan
    ml, dl = {"xgboost": table(0.92, 0.1)}, {"tabm": table(0.9, 0.1)}
    assert judge({**ml, "linear": broken}, dl) == judge(ml, dl)


def test_a_model_that_failed_later_costs_repeats():
    late = table(0.93, 0.1, repeats=5)
    late[3, 2] = math.nan
    ml, dl = {"linear": table(0.9, 0.1, 5), "xgboost": late}, {"tabm": table(0.9, 0.2, 5)}
    outcome = judge(ml, dl)
    assert outcome.repeats == 2
    assert outcome == judge({name: scores[:2] for name, scores in ml.items()}, {"tabm": dl["tabm"][:2]})


@pytest.mark.parametrize(("finished", "repeats"), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 5)])
def test_repeats_are_cut_to_the_last_analysis(finished, repeats):
    assert judge({"xgboost": table(0.92, 0.1, finished)}, {"tabm": table(0.9, 0.1, finished)}).repeats == repeats


def test_folds_in_which_nobody_has_a_score_do_not_count():
    ml, dl, dummy = table(0.92, 0.1), table(0.9, 0.1), np.full((1, 5), 0.5)
    for scores in (ml, dl, dummy):
        scores[0, 1] = math.nan
    protocol = Protocol("roc_auc", 0.25, rope=0.005)
    outcome = compare({"xgboost": ml}, {"tabm": dl}, dummy, protocol)
    kept = [0, 2, 3, 4]
    expected = compare({"xgboost": ml[:, kept]}, {"tabm": dl[:, kept]}, dummy[:, kept], protocol)
    assert outcome == expected
    assert outcome.verdict == "ml"


def test_without_a_dummy_nothing_is_said_about_it():
    outcome = judge({"xgboost": table(0.92, 0.1)}, {"tabm": table(0.9, 0.1)}, dummy=math.nan)
    assert (outcome.verdict, outcome.comparison.beats_dummy) == ("ml", None)


# -- properties of verdicts --------------------------------------------------------------------------------------------


@st.composite
def contests(draw: st.DrawFn) -> tuple[Any, Any, np.ndarray]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    repeats = draw(st.sampled_from([1, 2, 5]))
    gap, noise = draw(st.sampled_from([0, 0.002, 0.02])), draw(st.sampled_from([0.0005, 0.005, 0.05]))
    shared = rng.normal(0, 0.02, (repeats, 5))

    def family(mean: float) -> dict[str, np.ndarray]:
        return {name: mean + shared + rng.normal(0, noise, (repeats, 5)) for name in "abc"}

    return family(0.7), family(0.7 + gap), np.full((repeats, 5), draw(st.sampled_from([0.5, 0.7])))


ACCURACY = Protocol("accuracy", 0.25, rope=0.01, last=False)
ERROR = ACCURACY._replace(metric="rmse")


@quick
@given(contests())
def test_swapping_the_families_swaps_the_verdict(contest):
    ml, dl, dummy = contest
    one = compare(ml, dl, dummy, ACCURACY)
    other = compare(dl, ml, dummy, ACCURACY)
    assert other.verdict == {"ml": "dl", "dl": "ml"}.get(one.verdict, one.verdict)
    assert other.comparison.difference == pytest.approx(-one.comparison.difference)
    assert other.comparison.p_dl_better == pytest.approx(one.comparison.p_ml_better)
    assert other.comparison.p_equal == pytest.approx(one.comparison.p_equal)
    assert other.comparison.beats_dummy == one.comparison.beats_dummy


@quick
@given(contests(), st.permutations(range(5)))
def test_the_order_of_the_folds_does_not_matter(contest, order):
    one = compare(*contest, ACCURACY)
    ml, dl, dummy = contest
    permuted = [{name: scores[:, order] for name, scores in family.items()} for family in (ml, dl)]
    other = compare(*permuted, dummy[:, order], ACCURACY)
    assert other.verdict == one.verdict
    assert other.comparison[2] == pytest.approx(one.comparison[2])


@quick
@given(contests(), st.sampled_from([0.001, 1000.0]))
def test_the_unit_of_the_metric_does_not_matter(contest, factor):
    ml, dl, dummy = contest
    one = compare(ml, dl, dummy, ERROR)
    scaled = [{name: factor * scores for name, scores in family.items()} for family in (ml, dl)]
    other = compare(*scaled, factor * dummy, ERROR._replace(rope=factor * ERROR.rope))
    assert other.verdict == one.verdict
    assert other.comparison.p_ml_better == pytest.approx(one.comparison.p_ml_better, abs=1e-9)


@quick
@given(contests())
def test_a_cut_off_network_never_loses_whatever_the_scores(contest):
    outcome = compare(*contest, ACCURACY, stopped=["a"])
    assert outcome.verdict in ("dl", "undecided")


# -- looks -------------------------------------------------------------------------------------------------------------


def test_looks_follow_each_other_until_there_is_a_verdict():
    undecided = judge({"xgboost": table(0.92, 1)}, {"tabm": table(0.921, 1)}, last=False)
    assert [next_analysis(undecided, run, most_repeats=5) for run in INTERIM_ANALYSES] == [2, 5, None]
    assert next_analysis(undecided, 1, most_repeats=1) is None
    assert next_analysis(undecided, 2, most_repeats=4) is None
    decided = judge({"xgboost": table(0.95)}, {"tabm": table(0.9)}, last=False)
    assert decided.verdict == "ml"
    assert next_analysis(decided, 1, most_repeats=5) is None


# -- simulation: tests/benchmarks/verdicts.py has the full one ---------------------------------------------------------


@pytest.mark.slow
def test_equal_families_seldom_get_a_winner_and_uncorrected_repeats_often_would():
    results = [simulate(Cell("views", metric, 200), 100, ("looks 1, 2, 5", "uncorrected")) for metric in SCORES]
    wrong = {plan: np.mean([result[plan].ml + result[plan].dl for result in results]) for plan in results[0]}
    assert wrong["looks 1, 2, 5"] <= 0.05
    assert wrong["uncorrected"] > 0.2


@pytest.mark.nightly
@pytest.mark.parametrize("rows", [200, 1000])
@pytest.mark.parametrize("metric", SCORES)
@pytest.mark.parametrize("design", ["views", "terms", "seeds"])
def test_equal_families_of_any_kind_get_a_winner_once_in_twenty_times_at_most(design, metric, rows):
    (rates,) = simulate(Cell(design, metric, rows), 500, ("looks 1, 2, 5",)).values()
    wrong = rates.ml + rates.dl
    assert rates.interval(wrong)[0] <= 0.05


def test_a_large_difference_is_found_and_on_the_right_side():
    (found,) = simulate(Cell("terms", "rmse", 1000, gain=0.8), 40, ("looks 1, 2, 5",)).values()
    assert found.advantage > 5
    assert found.dl >= 0.9
    assert found.ml == 0
