"""Whether a network pays: answers, verdicts and their reasons on contests whose outcome is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.baselines.judging.comparison import (
    chances,
    score_interval,
)
from advisor.baselines.judging.instances import Estimate
from advisor.baselines.judging.protocol import too_few
from advisor.baselines.judging.published import Published
from advisor.baselines.judging.verdict_reason import reason
from advisor.reports.baseline import LIKELY, UNLIKELY
from advisor.reports.digits import Digits
from tests.baselines.judging.contests import judged, protocol, rows_of
from tests.baselines.running.simulated import dataset
from tests.bounds import examples

TABLES = Published("tabular", "deep", 0.0, 1.0, 1.0, "published tables", 100)


def said(judgement):
    return reason(judgement.verdict, judgement.summary, Digits(2, 0))


def test_a_network_that_is_far_ahead_pays():
    found = judged(0.85, 0.90)
    assert (found.answer, found.verdict, found.prefer) == ("yes", "dl", "dl")
    assert found.probability >= LIKELY
    assert said(found).startswith("TabM scores 0.900 accuracy against 0.850 of the best classical model; ")
    assert "is larger than the 0.010 that would matter" in said(found)


def test_a_network_that_is_far_behind_does_not_pay():
    found = judged(0.90, 0.85)
    assert (found.answer, found.verdict, found.prefer) == ("no", "ml", "ml")
    assert found.probability <= UNLIKELY


def test_neither_is_ahead_by_what_matters():
    found = judged(0.9, 0.9, noise=0.01)
    assert (found.answer, found.verdict, found.prefer) == ("no", "equal", "ml")


def test_no_and_open_differ_from_which_side_is_better():
    """Not surely worse, but surely not better by enough: that answers the question."""
    found = judged(0.9, 0.89, noise=0.2)
    assert (found.answer, found.verdict) == ("no", "undecided")
    assert said(found).endswith(" may be chance.")
    text = reason(found.verdict, found.summary._replace(unlikely=0.01), Digits(2, 0))
    assert text.endswith(" may be chance, but leaves little room for a network that is 0.010 better.")


def test_too_few_rows_leave_it_open():
    found = judged(0.9, 0.91, rows=60)
    assert (found.answer, found.verdict, found.prefer) == ("open", "undecided", "dl")


def test_meanwhile_the_more_probable_side_is_preferred():
    assert judged(0.9, 0.93, rows=60, noise=0.2).prefer == "dl"


def test_an_early_answer_has_to_be_surer():
    answers = set()
    for lead in np.linspace(-0.08, 0.08, 81):
        early, late = (judged(0.9, 0.9 + lead, noise=0.4, last=last) for last in (False, True))
        assert early.answer in ("open", late.answer)
        answers.add((early.answer, late.answer))
    assert {("open", "yes"), ("open", "no"), ("yes", "yes"), ("no", "no"), ("open", "open")} <= answers


def test_a_stated_probability_and_the_answer_never_differ():
    for lead in np.linspace(-0.05, 0.08, 60):
        for rows in (60, 300, 3000):
            found = judged(0.9, 0.9 + lead, rows=rows, published=TABLES)
            assert found.answer == (
                "yes" if found.probability >= LIKELY else "no" if found.probability <= UNLIKELY else "open"
            )


def test_what_is_published_moves_what_is_uncertain_and_leaves_what_is_sure():
    narrow, wide = judged(0.9, 0.93, noise=0.05, published=TABLES), judged(0.9, 0.93, rows=60, published=TABLES)
    assert narrow.probability == pytest.approx(narrow.probability_from_data_alone, abs=0.01)
    assert wide.probability < wide.probability_from_data_alone
    assert narrow.published is TABLES
    assert judged(0.9, 0.93).published is None


def test_a_wider_margin_than_the_rope_asks_for_more():
    assert judged(0.88, 0.90).answer == "yes"
    dear = judged(0.88, 0.90, margin=0.05)
    assert dear.answer == "no"
    assert dear.comparison.p_dl_better == judged(0.88, 0.90).comparison.p_dl_better


def test_errors_are_better_when_they_are_smaller():
    found = judged(2.0, 1.5, constant=3.0, metric="rmse", rope=0.03, margin=0.03)
    assert found.answer == "yes"
    assert found.comparison.difference == pytest.approx(-0.5)
    assert said(found).startswith("TabM scores 1.500 RMSE (lower is better) against 2.000")


def test_a_network_that_was_cut_off_may_win_but_cannot_lose():
    assert judged(0.8, 0.9, stopped=("TabM",)).answer == "yes"
    lost = judged(0.9, 0.8, stopped=("TabM",))
    assert (lost.answer, lost.verdict) == ("open", "undecided")
    assert said(lost).startswith("TabM was still improving when the time ran out, so the networks cannot be judged yet")


@pytest.mark.parametrize(("ml", "dl"), [(0.8, 0.9), (0.9, 0.8), (0.9, 0.9)])
@pytest.mark.parametrize("stopped", [(), ("TabM",)])
def test_where_a_weaker_model_stands_in_for_its_family_nothing_is_decided(ml, dl, stopped):
    found = judged(ml, dl, stand_ins=("XGBoost",), stopped=stopped, noise=0.01)
    assert (found.answer, found.verdict) == ("open", "undecided")
    if not found.summary.stopped:
        assert "decides nothing: XGBoost only stood in, for lack of time for the strongest of the family" in said(found)


def test_nothing_beats_a_constant_answer_only_where_everything_was_tried():
    found = judged(0.501, 0.5, rows=20_000, noise=0.2)
    assert (found.answer, found.verdict, found.prefer, found.comparison.beats_dummy) == (
        "no",
        "undecided",
        "none",
        False,
    )
    assert said(found).startswith("Neither family clearly beats a constant answer: XGBoost scores 0.501")
    too_short = judged(0.501, 0.5, rows=20_000, noise=0.2, whole=False)
    assert (too_short.comparison.beats_dummy, too_short.prefer) == (None, "ml")


def test_few_rows_are_no_proof_that_nothing_can_be_learnt():
    found = judged(0.52, 0.51, rows=100, noise=0.5)
    assert (found.comparison.beats_dummy, found.prefer) == (None, "ml")


@pytest.mark.parametrize(
    ("ml", "dl", "reason"),
    [
        (0.9, None, "No network finished a fold, so there is nothing to compare the classical models with."),
        (None, 0.9, "No classical model finished a fold, so there is nothing to compare the networks with."),
        (None, None, "No model finished a fold, so nothing can be compared."),
    ],
)
def test_a_family_without_a_score_leaves_it_open(ml, dl, reason):
    found = judged(ml, dl)
    assert (found.answer, found.probability, found.verdict, said(found)) == ("open", None, "undecided", reason)
    assert found.prefer == ("dl" if ml is None and dl else "ml")


def test_a_family_that_the_constant_answer_beats_with_all_rows_is_no_model():
    assert judged(0.5, None, rows=20_000, noise=0.1).prefer == "none"


@examples(60)
@given(st.floats(-0.05, 0.05), st.integers(40, 2000), st.sampled_from([1, 2, 5]), st.booleans())
def test_what_every_answer_keeps_to(lead, rows, repeats, stopped):
    found = judged(0.8, 0.8 + lead, rows=rows, repeats=repeats, stopped=("TabM",) if stopped else (), published=TABLES)
    assert (found.verdict == "dl") == (found.answer == "yes")
    assert found.verdict not in ("ml", "equal") or found.answer == "no"
    if found.answer == "no":
        assert found.probability <= UNLIKELY
        assert not stopped
    if found.answer == "yes":
        assert found.probability >= LIKELY
        assert found.prefer == "dl"
    shares = found.comparison.p_ml_better + found.comparison.p_equal + found.comparison.p_dl_better
    assert shares == pytest.approx(1)


@examples(40)
@given(st.floats(-0.05, 0.05), st.floats(0.001, 1000))
def test_the_unit_of_the_metric_does_not_matter(lead, unit):
    plain = judged(2.0, 2.0 - lead, constant=4.0, metric="rmse", published=TABLES)
    scaled = judged(
        2.0 * unit,
        (2.0 - lead) * unit,
        constant=4.0 * unit,
        noise=0.1 * unit,
        metric="rmse",
        rope=0.01 * unit,
        margin=0.01 * unit,
        published=TABLES,
    )
    assert scaled.probability == pytest.approx(plain.probability, abs=1e-3)
    assert scaled.probability_from_data_alone == pytest.approx(plain.probability_from_data_alone, abs=1e-3)


def test_the_interval_of_a_score_stays_within_the_metrics_range():
    known = protocol(200)
    low, high = score_interval(rows_of(0.99, known.folds.shape, 3, noise=0.3), known)
    assert low < 0.99 < high == 1


def test_a_rope_of_nothing_leaves_out_what_is_published_in_units_of_it():
    estimate = Estimate(-0.02, 0.01, 100.0)
    free = protocol(rope=0.0, margin=0.0)
    assert chances(estimate, free, TABLES) == chances(estimate, free, None)


def test_more_repeats_are_wanted_while_the_answer_is_open():
    assert not judged(0.9, 0.91, rows=60).settled
    assert judged(0.9, 0.8).settled
    assert judged(0.9, None).settled


def test_too_few_examples_give_an_estimate_and_never_an_answer():
    for ml, dl, answer in ((0.85, 0.90, "yes"), (0.90, 0.85, "no")):
        assert judged(ml, dl).answer == answer
        found = judged(ml, dl, too_few="80 examples are too few for an answer, which takes 100")
        assert (found.answer, found.verdict) == ("open", "undecided")
        assert said(found).endswith("is an estimate: 80 examples are too few for an answer, which takes 100.")


def test_groups_count_where_there_are_any_and_examples_where_the_structure_says_so():
    few = dataset(90)
    assert too_few(few) == ""
    asked = replace(few, least_to_answer=100)
    assert too_few(asked) == "90 examples are too few for an answer, which takes 100"
    assert too_few(replace(dataset(100), least_to_answer=100)) == ""
    for groups, found in ((5, "5 groups are too few for an answer, which takes 6"), (6, "")):
        assert too_few(replace(dataset(1200), groups=np.arange(1200) % groups)) == found
