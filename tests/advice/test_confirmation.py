"""Confirmed, contradicted or inconclusive: the table of the contract, and the answer after a measurement."""

import pytest

from advisor.advice.confirmation.confirm import confirm, judge, profile_answer
from advisor.advice.confirmation.measurement import measured_models
from advisor.advice.recommend import recommend
from advisor.advice.recommendation.candidates import fitted_models
from advisor.profile.facts import derive_facts
from advisor.profile.reader import profile_from_values
from advisor.reports.baseline import Comparison, HybridChance, Pair
from tests.engine.support import knowledge
from tests.render.baseline_samples import (
    changed,
    churn_models,
    equal,
    likely,
    lost,
    made,
    network_win,
    scored,
    signal_free,
    told,
    unlikely,
)

CHURN = {
    "task": "classification",
    "data.structure": "tabular",
    "data.rows": 7043,
    "data.labelled": 7043,
    "data.features": 6,
    "data.classes": 2,
    "data.minority_share": 0.265,
}
SURE, OPEN, UNLIKELY = (0.01, 0.01, 0.98), (0.4, 0.2, 0.4), (0.5, 0.41, 0.09)


def measured(verdict, chances=OPEN, *, beats_dummy=True, pairs=(), stopped=(), **more):
    """Return a result on the churn data with a verdict and P(classical models better), P(equal), P(network better)."""
    comparison = Comparison("linear", "tabm", 0.0, (-0.01, 0.01), *chances, beats_dummy, tuple(pairs), tuple(stopped))
    return made(verdict=verdict, comparison=comparison, **more)


def against(first, second, verdict, p_first=0.5, p_second=0.05):
    return Pair(first, second, 0.0, (-0.01, 0.01), p_first, 1 - p_first - p_second, p_second, verdict)


def answered(approach):
    """Return an answer to the churn profile with this approach."""
    return recommend(profile_from_values(CHURN), knowledge())._replace(approach=approach)


def judged(approach, baseline, **values):
    return judge(answered(approach), CHURN | values, baseline).confirmation


# -- the table of the contract -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "chances", "expected"),
    [
        ("dl", SURE, "contradicted"),
        ("ml", UNLIKELY, "confirmed"),
        ("equal", (0.01, 0.98, 0.01), "confirmed"),
        ("undecided", UNLIKELY, "confirmed"),  # a network is unlikely to be better, whoever else leads
        ("undecided", (0.5, 0.4, 0.10), "confirmed"),
        ("undecided", (0.5, 0.39, 0.11), "inconclusive"),
        ("undecided", (None, None, None), "inconclusive"),
    ],
)
def test_classical_is_confirmed_when_a_network_is_unlikely_to_be_better(verdict, chances, expected):
    assert judged("classical", measured(verdict, chances)) == expected


def test_classical_is_not_confirmed_by_networks_that_were_stopped_or_by_useless_models():
    assert judged("classical", measured("undecided", UNLIKELY, stopped=("tabm",))) == "inconclusive"
    assert judged("classical", measured("undecided", UNLIKELY, beats_dummy=False)) == "inconclusive"
    assert judged("classical", measured("dl", SURE, stopped=("tabm",))) == "contradicted"  # stopped, and won


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [("dl", "confirmed"), ("ml", "contradicted"), ("equal", "contradicted"), ("undecided", "inconclusive")],
)
def test_deep_is_confirmed_by_its_win_and_contradicted_by_a_tie(verdict, expected):
    assert judged("deep", measured(verdict)) == expected


@pytest.mark.parametrize(
    ("against_ml", "against_dl", "expected"),
    [
        (("first", 0.99, 0.0), ("first", 0.99, 0.0), "confirmed"),
        (("first", 0.99, 0.0), ("equal", 0.02, 0.02), "confirmed"),
        (("first", 0.99, 0.0), ("undecided", 0.4, 0.10), "confirmed"),
        (("first", 0.99, 0.0), ("undecided", 0.4, 0.11), "inconclusive"),
        (("first", 0.99, 0.0), ("second", 0.0, 0.99), "contradicted"),
        (("equal", 0.01, 0.01), ("first", 0.99, 0.0), "contradicted"),
        (("second", 0.0, 0.99), ("undecided", 0.3, 0.3), "contradicted"),
        (("undecided", 0.5, 0.05), ("first", 0.99, 0.0), "inconclusive"),
    ],
)
def test_a_hybrid_is_judged_by_its_own_row_against_both_families(against_ml, against_dl, expected):
    pairs = (against("hybrid", "ml", *against_ml), against("hybrid", "dl", *against_dl))
    assert judged("hybrid", measured("undecided", pairs=pairs)) == expected


def test_a_hybrid_without_a_row_is_inconclusive():
    assert judged("hybrid", measured("ml")) == "inconclusive"


def no_learning(verdict, p_first):
    return [against(family, "one-rule", verdict, p_first) for family in ("ml", "dl")] + [
        against(family, "dummy", "first", 0.99, 0.0) for family in ("ml", "dl")
    ]


@pytest.mark.parametrize(
    ("beats_dummy", "pairs", "stopped", "expected"),
    [
        (False, (), (), "confirmed"),
        (False, (), ("tabm",), "inconclusive"),
        (True, no_learning("first", 0.99), (), "contradicted"),
        (True, no_learning("first", 0.99), ("tabm",), "contradicted"),
        (True, no_learning("undecided", 0.10), (), "confirmed"),
        (True, no_learning("undecided", 0.10), ("tabm",), "inconclusive"),
        (True, no_learning("undecided", 0.11), (), "inconclusive"),
        (True, (), (), "inconclusive"),
        (None, (), (), "inconclusive"),
    ],
)
def test_no_learning_is_confirmed_when_no_model_beats_a_constant_or_the_rule(beats_dummy, pairs, stopped, expected):
    assert judged("none", measured("undecided", beats_dummy=beats_dummy, pairs=pairs, stopped=stopped)) == expected


def test_a_pretrained_network_is_judged_only_where_its_model_was_run():
    assert judged("transfer", measured("equal")) == "inconclusive"
    own = (*churn_models(), scored("tabpfn:TabPFNClassifier", 0.86, 0.007, family="reference"))
    for verdict, expected in (
        ("first", "confirmed"),
        ("second", "contradicted"),
        ("equal", "contradicted"),
        ("undecided", "inconclusive"),
    ):
        pairs = [against("tabpfn:TabPFNClassifier", "ml", verdict)]
        assert judged("transfer", measured("undecided", pairs=pairs, models=own)) == expected
    failed = (*churn_models(), lost("tabpfn:TabPFNClassifier", "failed", "no weights"))
    assert judged("transfer", measured("undecided", models=failed)) == "inconclusive"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"data.structure": "image"}, "image data"),
        ({"task": "forecasting"}, "forecasting"),
        ({"task": "regression"}, "measured as classification"),
    ],
)
def test_a_measurement_of_something_else_is_inconclusive_and_says_why(values, words):
    found = judge(answered("classical"), CHURN | values, measured("dl", SURE))
    assert found.confirmation == "inconclusive"
    assert words in found.reason


def test_an_interrupted_measurement_confirms_nothing():
    assert judged("classical", measured("ml", UNLIKELY, interrupted=True)) == "inconclusive"


# -- whether a network pays ----------------------------------------------------------------------------------


def paid(answer, probability=0.5, *, transfer=False, **more):
    """Return a result that says whether a network pays; its champion is TabM, or a pretrained network."""
    result = measured("undecided", (0.3, 0.4, 0.3), pays=told(answer, probability, "that is how it is"), **more)
    if not transfer:
        return result
    own = scored("tabpfn", 0.86, 0.007, family="dl", title="TabPFN", approach="transfer")
    return changed(result._replace(models=(*result.models, own)), "comparison", best_dl="tabpfn", advised_dl="tabpfn")


@pytest.mark.parametrize(
    ("approach", "baseline", "expected"),
    [
        ("classical", paid("no", 0.04), "confirmed"),
        ("classical", paid("yes", 0.96), "contradicted"),
        ("classical", paid("open"), "inconclusive"),
        ("classical", paid("open", None), "inconclusive"),
        ("deep", paid("yes", 0.96), "confirmed"),
        ("deep", paid("no", 0.04), "contradicted"),
        ("deep", paid("open"), "inconclusive"),
        ("deep", paid("yes", 0.96, transfer=True), "inconclusive"),
        ("deep", paid("no", 0.04, models=churn_models()[:6]), "inconclusive"),
        ("transfer", paid("yes", 0.96, transfer=True), "confirmed"),
        ("transfer", paid("no", 0.04, transfer=True), "contradicted"),
        ("transfer", paid("open", transfer=True), "inconclusive"),
        ("transfer", paid("yes", 0.96), "inconclusive"),
        ("transfer", paid("no", 0.04), "inconclusive"),
    ],
)
def test_confirmation_follows_whether_a_network_pays(approach, baseline, expected):
    assert judged(approach, baseline) == expected


def test_the_selection_procedure_counts_as_the_model_that_it_comes_down_to():
    result = changed(paid("yes", 0.96, transfer=True), "comparison", best_dl="best-network")
    assert judged("transfer", result) == "confirmed"
    assert judged("deep", result) == "inconclusive"


@pytest.mark.parametrize(
    ("chance", "pairs", "expected"),
    [
        (0.95, (), "confirmed"),
        (0.05, (), "contradicted"),
        (0.5, (), "inconclusive"),
        (None, (), "inconclusive"),
        (0.5, (("second", 0.0, 0.99), ("undecided", 0.3, 0.3)), "contradicted"),
        (0.5, (("first", 0.99, 0.0), ("equal", 0.02, 0.02)), "confirmed"),
    ],
)
def test_a_hybrid_is_judged_by_its_own_chance_to_beat_both(chance, pairs, expected):
    rows = [against("hybrid", family, *row) for family, row in zip(("ml", "dl"), pairs, strict=False)]
    result = paid("no", 0.04, pairs=rows)
    hybrid = None if chance is None else HybridChance(chance)
    assert judged("hybrid", result._replace(pays=result.pays._replace(hybrid=hybrid))) == expected


def test_no_learning_is_judged_by_its_own_rows_whether_a_network_pays_or_not():
    assert judged("none", paid("open", pairs=no_learning("first", 0.99))) == "contradicted"
    assert judged("none", signal_free()) == "confirmed"
    assert judged("none", paid("no", 0.04)) == "inconclusive"


def test_the_reason_speaks_of_the_margin_and_of_the_chance():
    found = judge(answered("classical"), CHURN, paid("no", 0.04))
    assert found.reason == "A network is unlikely to pay (1 in 25 that one is better by more than 0.005 ROC AUC)."
    told_so = judge(answered("classical"), CHURN, signal_free()).reason
    assert told_so.endswith(" But no model clearly beats a constant answer.")


def points(after):
    return next(row.points for row in after.reasons if row.rule == "measured-on-your-data")


def test_the_probability_that_a_network_pays_is_the_evidence_for_the_approach_of_the_champion():
    deep, transfer = points(confirmed(paid("yes", 0.96))), points(confirmed(paid("yes", 0.96, transfer=True)))
    assert deep["deep"] - deep["classical"] == pytest.approx(13.8, abs=0.01)
    assert transfer["transfer"] - transfer["classical"] == pytest.approx(13.8, abs=0.01)
    assert transfer["deep"] < transfer["transfer"]
    after = confirmed(paid("yes", 0.96))
    assert (after.gain.p_dl_better, after.gain.margin) == (0.96, 0.005)


def test_what_is_open_because_networks_were_stopped_says_nothing_against_them():
    before = recommend(profile_from_values(CHURN), knowledge())
    assert confirmed(paid("open", 0.2, stopped=("tabm",))).approaches == before.approaches
    assert confirmed(paid("open", 0.2)).approaches != before.approaches


def test_samples_that_say_whether_a_network_pays_are_judged():
    values = CHURN | {"data.rows": 569, "data.labelled": 569}
    assert judge(answered("classical"), values, unlikely()).confirmation == "confirmed"
    assert judge(answered("deep"), CHURN | {"task": "regression"}, likely()).confirmation == "confirmed"


# -- the answer after it -------------------------------------------------------------------------------------


def confirmed(baseline, **values):
    return confirm(profile_from_values(CHURN | values), knowledge(), baseline)


def test_a_network_that_wins_turns_the_answer():
    after = confirmed(measured("dl", SURE))
    assert (after.prior.approach, after.approach, after.confirmation) == ("classical", "deep", "contradicted")
    assert after.reasons[0].rule == "measured-on-your-data"
    assert after.reasons[0].points["deep"] - after.reasons[0].points["classical"] == pytest.approx(16.9, abs=0.01)
    assert (after.gain.p_dl_better, after.gain.margin) == (0.98, 0.005)


def test_the_answer_before_stays_what_it_was_without_a_measurement():
    before = recommend(profile_from_values(CHURN), knowledge())
    after = confirmed(measured("dl", SURE))
    assert after.prior == (before.approach, before.probability)
    assert (before.baseline, before.prior, before.confirmation, before.confirmation_reason) == (None, None, None, "")


def test_networks_that_were_stopped_keep_what_the_rules_say_of_them():
    before = recommend(profile_from_values(CHURN), knowledge())
    lost_so_far = (0.98, 0.01, 0.01)
    after = confirmed(measured("undecided", lost_so_far, stopped=("tabm",)))
    assert after.approaches == before.approaches
    assert after.gain == before.gain
    assert "measured-on-your-data" not in {row.rule for row in after.reasons}


def test_a_hybrid_that_was_stopped_keeps_what_the_rules_say_of_it_unless_it_wins():
    before = recommend(profile_from_values(CHURN), knowledge())
    behind, ahead = (
        against("hybrid", "ml", "undecided", p_first)._replace(stopped=("hybrid",)) for p_first in (0.02, 0.98)
    )
    assert confirmed(measured("undecided", (None, None, None), pairs=[behind])).approaches == before.approaches
    after = confirmed(measured("undecided", (None, None, None), pairs=[ahead]))
    assert after.reasons[0].rule == "measured-on-your-data"
    assert after.reasons[0].points["hybrid"] > 10


def test_no_learning_gains_nothing_from_networks_that_were_stopped():
    before = recommend(profile_from_values(CHURN), knowledge())
    pairs = no_learning("undecided", 0.05)
    after = confirmed(measured("undecided", UNLIKELY, pairs=pairs, stopped=("tabm",)))
    assert after.approaches == before.approaches
    finished = confirmed(measured("undecided", UNLIKELY, pairs=pairs))
    assert next(row.points for row in finished.reasons if row.rule == "measured-on-your-data")["none"] > 5


@pytest.mark.parametrize(
    ("p_first", "title"),
    [
        (0.99, "On your data a rule on one column is no match for models"),
        (0.02, "On your data a rule on one column does as well as models"),
    ],
)
def test_where_no_network_was_measured_the_reason_says_what_was(p_first, title):
    after = confirmed(measured("undecided", (None, None, None), pairs=no_learning("undecided", p_first)))
    assert next(row.title for row in after.reasons if row.rule == "measured-on-your-data") == title
    known = confirmed(measured("undecided", UNLIKELY, pairs=no_learning("undecided", p_first)))
    assert next(row.title for row in known.reasons if row.rule == "measured-on-your-data") == "Measured on your data"


def test_a_measurement_of_another_version_without_columns_and_shares_is_held_against_the_profile():
    result = measured("ml", UNLIKELY)
    short = result._replace(dataset=result.dataset._replace(columns_read=(), class_shares=()))
    assert confirmed(short).confirmation == "confirmed"
    assert [warning.fields for warning in confirmed(short).warnings if warning.id == "profile-differs-from-data"] == []


def test_what_was_measured_on_something_else_changes_nothing():
    values = {"data.structure": "graph"}
    before = recommend(profile_from_values(CHURN | values), knowledge())
    after = confirmed(measured("dl", SURE), **values)
    assert (after.approaches, after.candidates, after.gain) == (before.approaches, before.candidates, before.gain)


def test_the_reasons_still_sum_to_the_points():
    pairs = [against("hybrid", "ml", "undecided", 0.3), *no_learning("first", 0.97)]
    after = confirmed(measured("undecided", (0.3, 0.4, 0.3), pairs=pairs))
    for row in after.approaches:
        assert sum(reason.points[row.id] for reason in after.reasons) == pytest.approx(row.points, abs=1e-9)


def test_measured_times_and_sizes_replace_the_estimates_and_say_so():
    after = confirmed(equal_on_churn())
    rows = {row.model: row for row in after.candidates}
    linear = rows["logistic-regression"]
    assert linear.measured == ("p95_ms", "size_mb")
    measured_row = next(row for row in equal_on_churn().models if row.id == "linear")
    assert (linear.estimate.p95_ms, linear.estimate.size_mb) == (measured_row.predict_ms.p95, measured_row.size_mb)
    assert all(row.measured == () for row in after.candidates if row.approach == "transfer")


def equal_on_churn():
    return measured("equal", (0.01, 0.98, 0.01))


def test_the_best_measured_model_of_the_answer_comes_first():
    for best in ("linear", "xgboost", "forest"):
        baseline = equal_on_churn()
        comparison = baseline.comparison._replace(best_ml=best)
        first = confirmed(baseline._replace(comparison=comparison)).candidates[0]
        assert first.model == {
            "linear": "logistic-regression",
            "xgboost": "gradient-boosted-trees",
            "forest": "random-forest",
        }[best]  # fmt: skip


def test_a_model_measured_over_a_limit_breaks_it_however_it_was_estimated():
    slow = tuple(
        row._replace(predict_ms=row.predict_ms._replace(p95=80.0)) if row.id == "linear" else row
        for row in churn_models()
    )
    facts = derive_facts(CHURN | {"latency.p95_ms": 20.0, "deployment.target": "cloud"})
    catalogue = knowledge().catalogue
    for known, fits in ((catalogue, True), (catalogue.with_measured(measured_models(made(models=slow))), False)):
        row = next(row for row in fitted_models(facts, known) if row.model.id == "logistic-regression")
        assert row.fits is fits
        assert row.broken == (() if fits else ("latency",))


def test_the_measured_winner_is_shown_also_where_it_breaks_a_limit():
    slow = tuple(
        row._replace(predict_ms=row.predict_ms._replace(p95=80.0)) if row.id == "linear" else row
        for row in churn_models()
    )
    limits = {"latency.p95_ms": 20.0, "latency.mode": "online", "deployment.target": "cloud"}
    after = confirmed(measured("equal", (0.01, 0.98, 0.01), models=slow), **limits)
    rows = {row.model: row for row in after.candidates}
    assert rows["logistic-regression"].violates == ("latency.p95_ms",)
    assert after.candidates[0].fits is True


def test_a_time_measured_here_says_nothing_of_a_phone():
    row = confirmed(equal_on_churn(), **{"deployment.target": "mobile"}).candidates[0]
    assert row.measured == ("size_mb",)


def test_measured_models_over_a_memory_limit_can_exclude_the_approach():
    """Where every model of an approach is measured or does not fit, the limit excludes the approach."""
    large = tuple(row._replace(size_mb=900.0) for row in network_win().models)
    baseline = network_win()._replace(models=large)
    values = {"task": "regression", "data.classes": None, "data.minority_share": None, "deployment.memory_mb": 500.0}
    values = {name: value for name, value in (CHURN | values).items() if value is not None}
    after = confirm(profile_from_values(values), knowledge(), baseline)
    measured_rows = [row for row in after.candidates if row.measured]
    assert measured_rows
    assert all(row.violates == ("deployment.memory_mb",) for row in measured_rows)


# -- profile against data ------------------------------------------------------------------------------------


def test_what_differs_between_profile_and_data_is_a_warning():
    values = {
        "data.rows": 500_000,
        "data.labelled": 500_000,
        "data.features": 60,
        "data.classes": 3,
        "data.minority_share": 0.02,
        "data.missing_share": 0.3,
    }
    found = [row for row in confirmed(equal_on_churn(), **values).warnings if row.id == "profile-differs-from-data"]
    assert [row.message for row in found] == [
        "data.rows is 500,000 in the profile but 7,043 in the data",
        "data.labelled is 500,000 in the profile but 7,043 in the data",
        "data.features is 60 in the profile but 6 in the data",
        "data.classes is 3 in the profile but 2 in the data",
        "data.minority_share is 0.02 in the profile but 0.265 in the data",
        "data.missing_share is 0.3 in the profile but 0.000267 in the data",
    ]
    assert found[0].fields == ("data.rows",)


def test_a_confirmation_on_other_data_than_the_profile_describes_says_so_at_once():
    told = confirmed(equal_on_churn(), **{"data.rows": 500_000, "data.features": 60}).confirmation_reason
    assert told.endswith("wins a tie. But the profile and the data differ in data.rows and data.features.")
    assert "differ" not in confirmed(equal_on_churn()).confirmation_reason
    unfit = confirmed(equal_on_churn(), **{"data.structure": "graph"})
    assert unfit.confirmation_reason.endswith("but the profile describes graph data.")


def test_round_numbers_and_unknown_fields_contradict_no_data():
    values = {"data.rows": 7000, "data.labelled": 6800, "data.features": 7, "data.minority_share": 0.25}
    assert not [row for row in confirmed(equal_on_churn(), **values).warnings if row.id == "profile-differs-from-data"]


def test_a_measurement_on_a_sample_says_so():
    sampled = changed(equal_on_churn(), "protocol", rows=900)
    (row,) = [row for row in confirmed(sampled).warnings if row.id == "measured-on-a-sample"]
    assert "900 of 7,043 rows" in row.message
    assert not [row for row in confirmed(equal_on_churn()).warnings if row.id == "measured-on-a-sample"]


def test_a_rule_that_a_person_knows_was_not_measured():
    after = confirmed(measured("equal", pairs=no_learning("first", 0.99)), **{"data.known_rule": True})
    assert "known-rule-not-measured" in {row.id for row in after.warnings}
    judged = judge(answered("none"), CHURN | {"data.known_rule": True}, after.baseline)
    assert judged.reason.endswith("The rule that a person can write down was not measured.")
    measured_row = next(row for row in after.reasons if row.rule == "measured-on-your-data")
    assert measured_row.points["none"] == measured_row.points["classical"]


def test_a_baseline_can_hold_what_the_profile_recommends():
    answer = confirmed(measured("dl", SURE), name="churn", **{"data.rows": 500_000, "data.labelled": 500_000})
    held = profile_answer(answer)
    assert held[:4] == ("churn", "classical", answer.prior.probability, "deep")
    assert (held.confirmation, held.confirmation_reason) == (
        "contradicted",
        "A network is better by more than 0.005 ROC AUC. But the profile and the data differ in data.rows and "
        "data.labelled.",
    )
    assert [text.split()[0] for text in held.warnings] == ["data.rows", "data.labelled"]


def test_real_samples_are_judged():
    assert judge(answered("classical"), CHURN, equal()).confirmation == "confirmed"
    values = CHURN | {"task": "regression"}
    assert judge(answered("classical"), values, network_win()).confirmation == "contradicted"
