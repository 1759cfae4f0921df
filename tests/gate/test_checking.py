"""Gates on results of both kinds: what each reads, its bounds, and that what is not known never passes."""

import json
from datetime import date
from pathlib import Path

import pytest

from advisor.gate.checking import check_results, failures, judge
from advisor.gate.gates import Gates, Override, Policy, combined
from advisor.render.layout.wording import in_sentence
from advisor.reports.baseline import BaselineResult
from advisor.reports.check import GATES
from advisor.reports.reading import Results, read_results

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
TODAY = date(2026, 11, 25)


def golden(name):
    return read_results((GOLDEN / f"{name}.json").read_text("utf-8"), f"{name}.json").items[0]


ANSWER = golden("telecom-churn")  # classical, 0.944, high, XGBoost at 5.625 ms and 1.52688 MB
INFEASIBLE = golden("impossible-limits")
MEASURED = golden("baseline/classical-win")
PAYS_NO = golden("baseline/pays-no")  # equal, 1 in 60
EMPTY = read_results(json.dumps({"schema_version": "1.0", "verdict": "ml", "approach": None}), "e.json").items[0]


def row(result, earlier=None, **gates):
    """Return the one row of the one gate."""
    (found,) = judge(result, Gates(**gates), earlier=earlier)
    return found


def measured(confirmation="confirmed"):
    """Return the answer after a measurement."""
    return ANSWER._replace(baseline=MEASURED, confirmation=confirmation, confirmation_reason="No network is better.")


@pytest.mark.parametrize(
    ("result", "words", "status", "found"),
    [
        (ANSWER, ("classical",), "ok", "classical (verdict ml)"),
        (ANSWER, ("deep", "ml"), "ok", "classical (verdict ml)"),
        (ANSWER, ("none", "hybrid", "dl"), "failed", "classical (verdict ml)"),
        (ANSWER._replace(verdict="toss-up"), ("toss-up",), "ok", "classical (verdict toss-up)"),
        (ANSWER._replace(verdict="hybrid"), ("hybrid",), "failed", "classical (verdict hybrid)"),
        (INFEASIBLE, ("infeasible",), "ok", "no approach (verdict infeasible)"),
        (INFEASIBLE, ("none",), "failed", "no approach (verdict infeasible)"),
        (MEASURED, ("ml",), "ok", "verdict ml"),
        (MEASURED, ("equal", "undecided"), "failed", "verdict ml"),
        (MEASURED, ("classical",), "failed", "a measurement without a profile has no approach; verdict ml"),
        (MEASURED, ("pays:no", "equal"), "failed", "verdict ml"),
        (PAYS_NO, ("pays:no",), "ok", "verdict equal, pays:no, 1 in 60"),
        (PAYS_NO, ("ml", "pays:no"), "ok", "verdict equal, pays:no, 1 in 60"),
        (PAYS_NO, ("pays:yes", "pays:open"), "failed", "verdict equal, pays:no, 1 in 60"),
        (ANSWER._replace(baseline=PAYS_NO), ("pays:no",), "ok", "classical (verdict ml, pays:no, 1 in 60)"),
        (ANSWER, ("pays:no",), "failed", "classical (verdict ml)"),
    ],
)
def test_expect_compares_approaches_with_the_approach_and_the_others_with_the_verdict(result, words, status, found):
    got = row(result, expect=words)
    assert (got.status, got.expected, got.found) == (status, " or ".join(words), found)


def test_bounds_count_as_kept():
    exact = ANSWER._replace(probability=0.6)
    assert row(exact, min_probability=0.6).status == "ok"
    assert row(exact._replace(probability=0.5999), min_probability=0.6) == (
        "min-probability", "failed", "at least 0.6", "0.5999", (), None,
    )  # fmt: skip
    assert row(ANSWER, max_p95_ms=5.625).status == "ok"
    assert row(ANSWER, max_p95_ms=5.6249).status == "failed"
    assert row(ANSWER, min_probability=0.0).status == "ok"


@pytest.mark.parametrize(
    ("confidence", "least", "status"),
    [("high", "medium", "ok"), ("medium", "medium", "ok"), ("low", "medium", "failed"), ("certain", "low", "failed")],
)
def test_confidence_is_ordered(confidence, least, status):
    assert row(ANSWER._replace(confidence=confidence), min_confidence=least).status == status


def test_time_and_size_are_measured_where_they_were_measured_and_say_so():
    assert row(ANSWER, max_size_mb=2).found == "1.52688 MB, estimated for gradient-boosted trees (XGBoost)"
    first, *rest = ANSWER.candidates
    timed = first._replace(estimate=first.estimate._replace(p95_ms=3.5), measured=("p95_ms",))
    known = ANSWER._replace(candidates=(timed, *rest))
    assert row(known, max_p95_ms=2).found == "3.5 ms, measured for gradient-boosted trees (XGBoost)"
    best = next(model for model in MEASURED.models if model.id == MEASURED.comparison.best_ml)
    found = row(MEASURED, max_p95_ms=1e6).found
    assert found == f"{best.predict_ms.p95:.6g} ms, measured for {in_sentence(best.title)}"


def test_a_candidate_that_breaks_a_limit_is_not_what_is_judged():
    first, second, *rest = [model for model in ANSWER.candidates if model.approach == "classical"]
    narrowed = ANSWER._replace(candidates=(first._replace(fits=False), second, *rest))
    assert row(narrowed, max_size_mb=1e6).found.endswith(f"estimated for {second.title}")
    nothing = ANSWER._replace(candidates=(first._replace(fits=False),))
    assert row(nothing, max_size_mb=1e6) == (
        "max-size-mb", "failed", "at most 1e+06 MB", "unknown: no model of this approach fits the limits", (), None,
    )  # fmt: skip


def test_only_confirmed_is_confirmed():
    assert row(measured(), require=("confirmed",)).status == "ok"
    assert row(measured("contradicted"), require=("confirmed",)).found == "contradicted: No network is better."
    assert row(measured("inconclusive"), require=("confirmed",)).status == "failed"
    assert row(ANSWER, require=("confirmed",)).found == "not measured: run advisor recommend with --data and --target"


def test_whether_a_network_pays_can_be_required_alone_or_beside_a_confirmation():
    assert row(PAYS_NO, require=("pays:no",)) == ("require", "ok", "pays:no", "pays:no, 1 in 60", (), None)
    assert row(PAYS_NO, require=("pays:yes",)).status == "failed"
    assert row(PAYS_NO, require=("pays:open", "pays:no")).expected == "pays:open or pays:no"
    both = row(measured()._replace(baseline=PAYS_NO), require=("confirmed", "pays:no"))
    assert (both.status, both.expected) == ("ok", "confirmed by a measurement and pays:no")
    assert both.found == "confirmed: No network is better; pays:no, 1 in 60"
    assert row(measured("contradicted")._replace(baseline=PAYS_NO), require=("confirmed", "pays:no")).status == "failed"
    for silent in (ANSWER, MEASURED):
        found = row(silent, require=("pays:no",))
        assert (found.status, found.found) == ("failed", "no answer whether a network pays in this result")


def test_the_model_to_start_with_is_what_limits_are_held_against():
    assert row(PAYS_NO, max_size_mb=1).found == "0.0083 MB, measured for regularised linear model"


def test_another_answer_whether_a_network_pays_is_a_change_unless_a_result_does_not_say():
    opened = PAYS_NO._replace(pays=PAYS_NO.pays._replace(answer="open", probability=0.3))
    found = row(opened, PAYS_NO, same_as="old.json")
    assert (found.status, found.found) == ("failed", "verdict equal, pays:open, 3 in 10")
    assert found.details[0] == "whether a network pays: no (1 in 60) -> open (3 in 10)"
    assert row(PAYS_NO._replace(pays=None), PAYS_NO, same_as="old.json").status == "ok"
    before, after = (ANSWER._replace(baseline=item) for item in (PAYS_NO, opened))
    assert "whether a network pays: no (1 in 60) -> open (3 in 10)" in row(after, before, same_as="o").details


def test_forbidden_checks_are_looked_for_in_what_was_measured():
    raised = {check.id for check in MEASURED.checks}
    leaky = golden("baseline/failures")
    found = sorted({check.id for check in leaky.checks})
    assert row(leaky, forbid_check=tuple(found)).found == " and ".join(found)
    assert row(MEASURED, forbid_check=("leakage",)).status == ("failed" if "leakage" in raised else "ok")
    assert row(measured()._replace(baseline=leaky), forbid_check=(found[0],)).status == "failed"
    assert row(ANSWER, forbid_check=("leakage",)).found.startswith("no data were checked")


def test_rules_are_pinned_by_their_hash_or_its_beginning():
    sha256 = ANSWER.rules["sha256"]
    assert row(ANSWER, rules_sha256=sha256).status == "ok"
    assert row(ANSWER, rules_sha256=sha256[:12]).status == "ok"
    assert row(ANSWER, rules_sha256="0" * 64).found == sha256[:12]


@pytest.mark.parametrize("result", [EMPTY, INFEASIBLE, MEASURED._replace(models=(), prefer="none")])
@pytest.mark.parametrize(
    "gates",
    [
        {"min_probability": 0.0},
        {"min_confidence": "low"},
        {"max_p95_ms": 1e9},
        {"max_size_mb": 1e9},
        {"require": ("confirmed",)},
        {"same_as": "old.json"},
    ],
    ids=lambda gates: next(iter(gates)),
)
def test_what_cannot_be_judged_fails_and_says_why(result, gates):
    found = row(result, **gates)
    assert found.status == "failed"
    assert found.found.startswith(("no ", "unknown: ", "not measured"))


def test_a_number_that_was_not_measured_is_no_small_number():
    models = tuple(model._replace(predict_ms=None, size_mb=float("nan")) for model in MEASURED.models)
    result = MEASURED._replace(models=models)
    assert row(result, max_p95_ms=1e9).status == row(result, max_size_mb=1e9).status == "failed"


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate not in ("rules-sha256", "forbid-check")])
def test_every_gate_has_a_judge(gate):
    values = dict(zip(GATES, (("deep",), 1.0, "high", 0.0, 0.0, ("confirmed",), (), "old.json"), strict=False))
    assert row(ANSWER._replace(confidence="low"), **{gate.replace("-", "_"): values[gate]}).gate == gate


def test_all_gates_are_judged_in_the_order_of_the_report():
    rows = judge(ANSWER, Gates(rules_sha256="0" * 12, max_size_mb=0.0, expect=("deep",), min_probability=0.1))
    assert [(found.gate, found.status) for found in rows] == [
        ("expect", "failed"),
        ("min-probability", "ok"),
        ("max-size-mb", "failed"),
        ("rules-sha256", "failed"),
    ]
    assert failures("churn", rows)[0] == "churn: expect: expected deep, found classical (verdict ml)"


@pytest.mark.parametrize(
    ("until", "status", "state", "left", "soon"),
    [
        (date(2026, 11, 24), "failed", "expired", -1, False),
        (date(2026, 11, 25), "overridden", "applies", 0, True),
        (date(2026, 12, 25), "overridden", "applies", 30, True),
        (date(2026, 12, 26), "overridden", "applies", 31, False),
    ],
)
def test_an_override_applies_up_to_and_including_its_last_day(until, status, state, left, soon):
    override = Override("expect", "why", until, "Ana")
    (found,) = judge(ANSWER, Gates(expect=("deep",)), [override], TODAY)
    assert found.status == status
    assert found.override == (state, "why", "Ana", until.isoformat(), left)
    assert found.override.ends_soon is soon


def test_an_override_concerns_its_gate_alone_and_is_not_needed_where_the_gate_holds():
    override = Override("expect", "why", date(2027, 1, 1))
    rows = judge(ANSWER, Gates(expect=("classical",), min_probability=1.0), [override], TODAY)
    assert [(found.status, found.override and found.override.state) for found in rows] == [
        ("ok", "not-needed"),
        ("failed", None),
    ]


def test_of_several_overrides_the_one_that_lasts_longest_counts():
    overrides = [Override("expect", text, date(year, 1, 1)) for text, year in (("a", 2026), ("b", 2028), ("c", 2027))]
    assert judge(ANSWER, Gates(expect=("deep",)), overrides, TODAY)[0].override.reason == "b"


def test_a_gate_that_is_given_takes_the_place_of_that_of_the_policy():
    policy = Gates(expect=("deep",), min_probability=0.9, forbid_check=("leakage",))
    assert combined(policy, Gates(min_probability=0.0)) == policy._replace(min_probability=0.0)


# -- the same answer as before ----------------------------------------------------------------------------


def changed_answer():
    """Return the answers to one profile with few and with many labels."""
    from advisor import load_knowledge, read_profile, recommend

    text = b"name: n\ntask: classification\ndata: {structure: text, labelled: 20000}"
    knowledge = load_knowledge()
    return [recommend(read_profile(text, "p", [f"data.labelled={count}"]), knowledge) for count in (500, 50_000)]


@pytest.mark.slow
def test_a_changed_answer_names_fields_and_the_rules_that_did_it():
    before, after = changed_answer()
    found = row(after, before, same_as="old.json")
    assert (found.status, found.expected, found.found) == (
        "failed",
        "transfer (verdict dl) as in old.json",
        "classical (verdict ml)",
    )
    assert found.details[0] == "data.labelled: 500 -> 50,000"
    assert found.details[1].startswith("rule amount-of-text: +")
    assert found.details[1].endswith("points for classical over transfer (Number of labelled texts)")


@pytest.mark.slow
def test_other_rules_another_measurement_and_a_limit_are_named():
    before, after = changed_answer()
    rows = tuple(
        item._replace(excluded_by=("no-weights",)) if item.id == "transfer" else item for item in after.approaches
    )
    after = after._replace(
        rules={**after.rules, "version": "2027.01", "sha256": "f" * 64}, baseline=MEASURED, approaches=rows
    )
    details = row(after, before, same_as="old.json").details
    own = before.rules["sha256"][:12]
    assert f"rules: {before.rules['version']} ({own}) -> 2027.01 (ffffffffffff)" in details
    assert "measured verdict: none -> ml" in details
    assert "limit no-weights now excludes transfer" in details


def test_the_same_answer_passes_whatever_else_changed():
    assert row(ANSWER._replace(probability=0.5, rules={}), ANSWER, same_as="old.json").status == "ok"


def test_another_verdict_of_the_same_approach_is_a_change():
    assert row(ANSWER._replace(verdict="toss-up"), ANSWER, same_as="old.json").status == "failed"


def test_a_changed_measurement_names_data_and_scores():
    after = MEASURED._replace(
        verdict="dl",
        dataset=MEASURED.dataset._replace(sha256="f" * 64, rows_used=7),
        comparison=MEASURED.comparison._replace(difference=-0.5, ci95=None),
    )
    details = row(after, MEASURED, same_as="old.json").details
    assert details[0] == f"data: sha256 {MEASURED.dataset.sha256[:12]} -> sha256 ffffffffffff"
    assert details[1] == f"rows: {MEASURED.dataset.rows_used:,} -> 7"
    assert details[2].endswith(" -> -0.5")


def test_results_are_compared_by_kind_and_name():
    other = ANSWER._replace(profile={**ANSWER.profile, "name": "other"}, approach="deep", verdict="dl")
    earlier = Results("old.json", (other, ANSWER, MEASURED), True)
    policy = Policy("", Gates(same_as="old.json"))
    report = check_results([Results("new.json", (ANSWER, other, MEASURED), True)], policy, TODAY, earlier)
    assert [result.passed for result in report.results] == [True, True, True]
    assert report.passed
    unknown = ANSWER._replace(profile={**ANSWER.profile, "name": "new"})
    (judged,) = check_results([Results("n.json", (unknown,), False)], policy, TODAY, earlier).results
    assert judged.gates[0].found == "no single recommendation named new there"


def test_a_renamed_profile_is_compared_where_both_files_hold_one_result():
    renamed = ANSWER._replace(profile={**ANSWER.profile, "name": "new"})
    earlier = Results("old.json", (ANSWER,), False)
    policy = Policy("", Gates(same_as="old.json"))
    assert check_results([Results("n.json", (renamed,), False)], policy, TODAY, earlier).passed
    assert not check_results([Results("n.json", (MEASURED,), False)], policy, TODAY, earlier).passed


def test_a_measurement_with_a_profile_has_the_approach_of_its_answer():
    from advisor.reports.baseline import ProfileAnswer

    answer = ProfileAnswer("p.yaml", "classical", 0.7, "classical", "ml", 0.9, "confirmed", "It is so.", ())
    result = MEASURED._replace(recommendation=answer)
    rows = judge(result, Gates(expect=("classical",), min_probability=0.9, require=("confirmed",)))
    assert [found.status for found in rows] == ["ok", "ok", "ok"]
    assert isinstance(result, BaselineResult)
