"""The answer in one sentence, changes in words, reasons for and against."""

import pytest

from advisor.render.layout import wording as say
from advisor.render.recommendation import wording as words
from advisor.reports.recommendation import CounterfactualRow
from advisor.reports.selection import rival
from tests.render.support import approach_rows, infeasible, made, model, reason, toss_up


@pytest.mark.parametrize(
    ("approach", "start"),
    [
        ("none", "No learning: start with "),
        ("classical", "Use classical learning: start with "),
        ("hybrid", "Use the features of a network with a classical model on top (hybrid): start with "),
        ("transfer", "Use a pretrained network: start with "),
        ("deep", "Train a network on your own data: start with "),
    ],
)
def test_every_approach_has_its_own_sentence(approach, start):
    result = made(approach=approach, candidates=(model(approach),))
    assert words.answer(result) == f"{start}model of the {approach} kind (somelib)."


def test_the_first_model_is_one_that_breaks_no_limit():
    result = made(candidates=(model("classical", False, title="Slow"), model("classical", None, title="Quick")))
    assert words.answer(result).endswith("start with quick (somelib).")


def test_without_a_fitting_model_the_sentence_says_so():
    result = made(candidates=(model("classical", False), model("transfer")))
    assert words.answer(result).endswith(
        "certain to fit the limits; the closest is model of the classical kind (somelib)."
    )
    assert words.answer(made(candidates=())) == "Use classical learning."


def test_toss_up_names_both_sides():
    assert words.answer(toss_up()) == (
        "Toss-up between a hybrid (0.49) and a pretrained network (0.46): compare them, "
        "starting with model of the hybrid kind (somelib)."
    )


def test_toss_up_skips_an_approach_of_the_same_family():
    rows = approach_rows(transfer=0.40, deep=0.25, hybrid=0.32, classical=0.03)
    result = made(verdict="toss-up", approach="transfer", probability=0.40, approaches=rows)
    assert "a pretrained network (0.40) and a hybrid (0.32)" in words.answer(result)


def test_infeasible_names_the_limits_and_the_smallest_change():
    result = infeasible()
    assert words.answer(result) == (
        "No approach is feasible: nothing meets interpretability.need intrinsic and latency.p95_ms 0.5 together."
    )
    assert words.way_out(result) == (
        "Smallest change that helps: interpretability.need intrinsic -> helpful: pretrained network."
    )


def test_infeasible_without_a_way_out_says_so():
    result = infeasible(counterfactuals=(), warnings=())
    assert words.answer(result) == "No approach is feasible for this task."
    assert "No realistic change to one or two fields" in words.way_out(result)


def test_figures_are_one_line():
    assert words.figures(made()) == "Probability 0.81 · confidence high · stable in 99% of draws"


@pytest.mark.parametrize(
    ("probability", "confidence", "said"),
    [
        (0.44, "low", "Open: right in about 44 of 100"),
        (0.50, "medium", "More likely than not: right in about 50 of 100"),
        (0.644, "medium", "More likely than not: right in about 64 of 100"),
        (0.649, "medium", "Likely: right in about 65 of 100"),
        (0.80, "high", "Very likely: right in about 80 of 100"),
        (0.944, "high", "Very likely: right in about 94 of 100"),
        (0.949, "high", "Nearly certain: right in about 95 of 100"),
        (0.9999, "high", "Nearly certain: right in more than 99 of 100"),
    ],
)
def test_five_words_refine_the_confidence(probability, confidence, said):
    result = made(probability=probability, confidence=confidence)
    assert words.certainty(result) == f"{said} similar projects."


def test_model_names_carry_the_library_once():
    assert words.model_name(model("none", title="Trees (XGBoost)", library="xgboost")) == "Trees (XGBoost)"
    assert words.model_name(model("none", title="Machine (EBM)", library="interpret")) == "Machine (EBM; interpret)"
    assert words.model_name(model("none", title="Machine", library="interpret")) == "Machine (interpret)"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (CounterfactualRow({"data.rows": 200}, {"data.rows": 5574}, "hybrid"), "data.rows 5,574 -> 200: hybrid"),
        (
            CounterfactualRow({"team.weeks": 2.5}, {"team.weeks": None}, "deep"),
            "team.weeks unknown -> 2.5: own network",
        ),
        (
            CounterfactualRow({"risk.fairness": True}, {"risk.fairness": False}, None),
            "risk.fairness false -> true: no feasible approach",
        ),
        (
            CounterfactualRow({"a.b": "x", "c.d": 1e6}, {"a.b": None, "c.d": 3}, "none"),
            "a.b unknown -> x\nand c.d 3 -> 1,000,000: no learning",
        ),
    ],
)
def test_counterfactuals_in_words(row, told):
    assert words.counterfactual(row) == told


def test_reasons_count_what_an_approach_gains_over_another():
    result = made(
        reasons=(
            reason("b-rule", classical=1.0, transfer=-2.0),
            reason("a-rule", classical=2.0, transfer=-1.0),
            reason("a-weak-rule", classical=0.4),
            reason("against", classical=-1.0, transfer=1.0),
        )
    )
    assert rival(result) == "transfer"
    found = words.weighed_reasons(result, "classical", "transfer")
    assert [(item.reason.rule, item.points) for item in found] == [("a-rule", 3.0), ("b-rule", 3.0)]
    assert [item.reason.rule for item in words.weighed_reasons(result, "transfer", "classical")] == ["against"]


def test_rival_is_feasible_where_one_is():
    assert rival(made(approaches=approach_rows(classical=0.99, none=0.01))) == "none"
    assert rival(made(approaches=approach_rows(classical=1.0))) is not None


def test_a_probability_never_rounds_to_certainty():
    assert [say.probability(share) for share in (0.9999, 0.0001, 1.0, 0.0)] == [">0.99", "<0.01", "1.00", "0"]
    assert say.percent(0.9999) == "99%"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (say.amount(1234), "1,234"),
        (say.amount(0.001), "<0.01"),
        (say.duration(0.4), "0.4 ms"),
        (say.duration(120_000), "2 minutes"),
        (say.duration(60_000), "1 minute"),
        (say.duration(1000), "1 s"),
        (say.duration(999), "999 ms"),
        (say.size(3), "3 MB"),
        (say.size(0.001), "1 kB"),
        (say.size(0), "0 MB"),
        (say.number(0), "0"),
        (say.number(1e-9), "0.000000001"),
        (say.points(-0.04), "0.0"),
    ],
)
def test_numbers_for_people(shown, expected):
    assert shown == expected


def test_control_characters_do_not_reach_a_reader():
    assert say.plain("a\x1b[31mb\u202ec\r\n d\x07") == "a [31mb c d"
