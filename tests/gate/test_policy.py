"""Policies: what they may say, and every mistake with its place in one run."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.gate.gates import Gates, Override
from advisor.gate.policy import GATE_FIELDS, read_policy
from advisor.reports.check import GATES
from advisor.source.problems import InputError

FULL = """\
version: 1
expect: [classical, hybrid]
min_probability: 0.5
min_confidence: medium
max_p95_ms: 50
max_size_mb: 1_000
require: confirmed
forbid_check: [leakage, time-order]
same_as: decisions/churn.json
rules_sha256: 0123456789ab
overrides:
  - gate: max_p95_ms
    reason: the new server comes in March
    by: Ana
    until: 2027-03-31
  - {gate: require, reason: no data yet, until: "2027-01-01"}
"""


def complaints(text: str) -> list[str]:
    """Return the first line of every problem."""
    with pytest.raises(InputError) as caught:
        read_policy(text.encode(), "p.yaml")
    return [line for line in str(caught.value).splitlines() if line.startswith("p.yaml")]


def test_a_policy_says_all_that_options_can_and_records_overrides():
    policy = read_policy(FULL.encode(), "p.yaml")
    assert policy.gates == Gates(
        expect=("classical", "hybrid"),
        min_probability=0.5,
        min_confidence="medium",
        max_p95_ms=50,
        max_size_mb=1000,
        require=("confirmed",),
        forbid_check=("leakage", "time-order"),
        same_as="decisions/churn.json",
        rules_sha256="0123456789ab",
    )
    assert policy.gates.asked_for == GATES
    assert policy.overrides == (
        Override("max-p95-ms", "the new server comes in March", date(2027, 3, 31), "Ana"),
        Override("require", "no data yet", date(2027, 1, 1)),
    )


def test_keys_of_a_policy_are_the_gates_and_the_fields_of_their_type():
    keys = [field.path for field in GATE_FIELDS]
    assert keys == [gate.replace("-", "_") for gate in GATES]
    assert keys == list(Gates._fields)


def test_json_is_read_too():
    assert read_policy(b'{"expect": "deep", "min_probability": 0}', "p.json").gates.asked_for == (
        "expect",
        "min-probability",
    )


def test_all_mistakes_are_told_at_once_with_their_places():
    text = """\
expekt: [classical]
expect: [clasical, deep]
min_probability: sixty
min_confidence: sure
max_p95_ms: -1
require: contradicted
forbid_check: leek
rules_sha256: xyz
version: 2
overrides:
  - gate: max-p95-ms
    reason: ''
    until: 31.12.2026
    form: x
  - reason: because
  - 7
"""
    assert complaints(text) == [
        "p.yaml:1:1: error: expekt: unknown key; did you mean 'expect'?",
        "p.yaml:2:10: error: expect[0]: 'clasical' is not one of none, classical, hybrid, transfer, deep, ml, dl, "
        "toss-up, infeasible, equal, undecided, pays:yes, pays:no, pays:open; did you mean 'classical'?",
        "p.yaml:3:18: error: min_probability: expected a number, found 'sixty'",
        "p.yaml:4:17: error: min_confidence: 'sure' is not one of low, medium, high",
        "p.yaml:5:13: error: max_p95_ms: -1 is outside 0 to 1e15; leave the field out if it is unknown",
        "p.yaml:6:10: error: require: 'contradicted' is not one of confirmed, pays:yes, pays:no, pays:open",
        "p.yaml:7:15: error: forbid_check: 'leek' is not one of leakage, id-column, constant-column, "
        "duplicate-column, duplicate-rows, conflicting-labels, unreadable-files, part-read, missing-target, "
        "label-spellings, zero-weights, rare-class, imbalance, high-cardinality, text-column, "
        "mixed-types, group-column, time-order, tiny-data, no-signal, suspicious-score, task-ambiguous",
        "p.yaml:8:15: error: rules_sha256: 'xyz' is not a SHA-256 hash; 12 to 64 hexadecimal digits",
        "p.yaml:9:10: error: version: 2 is not 1, the only value allowed",
        "p.yaml:11:11: error: overrides[0].gate: 'max-p95-ms' is not one of expect, min_probability, min_confidence, "
        "max_p95_ms, max_size_mb, require, forbid_check, same_as, rules_sha256; did you mean 'max_p95_ms'?",
        "p.yaml:12:13: error: overrides[0].reason: an override needs a reason",
        "p.yaml:13:12: error: overrides[0].until: '31.12.2026' is not a valid date; write year-month-day, such "
        "as 2027-03-31",
        "p.yaml:14:5: error: overrides[0].form: unknown key; known: gate, reason, until, by",
        "p.yaml:15:5: error: overrides[1]: gate is missing: the gate that may fail",
        "p.yaml:15:5: error: overrides[1]: until is missing: the last day, such as 2027-03-31",
        "p.yaml:16:5: error: overrides[2]: expected gate, reason and until, found 7",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no gate; name at least one of expect, min_probability,"),
        ("# nothing yet", "no gate; name at least one of"),
        ("overrides: []", "no gate; name at least one of"),
        ("- expect", "a policy must be a mapping of gates, not a list; start with `expect: [classical]`"),
        ("expect:", "expect: no value;"),
        ("expect: []", "expect: expects nothing; leave the gate out"),
        ("same_as: ''", "same_as: expects nothing; leave the gate out"),
        ("expect: {a: 1}", "expect: a mapping is not one of"),
        ("expect: deep\noverrides: soon", "overrides: expected a list, found 'soon'"),
        ("expect: deep\nexpect: none", "duplicate key, already on line 1"),
        ("expect: deep\noverrides: [{gate: expect, reason: x, until: 2026-02-30}]", "'2026-02-30' is not a valid date"),
        ("expect: deep\noverrides: [{gate: expect, reason: x, until: 20260228}]", "'20260228' is not a valid date"),
        ("expect: deep\noverrides: [{gate: expect, reason: x, until: 2026-W01-1}]", "'2026-W01-1' is not a valid date"),
        ("expect: &a deep", "anchors (&a) are not supported"),
    ],
)
def test_a_policy_that_cannot_be_used_is_refused(text, complaint):
    assert [complaint in line for line in complaints(text)] == [True]


@given(st.text() | st.sampled_from(FULL.splitlines()).flatmap(lambda line: st.text().map(lambda end: f"{line}{end}")))
def test_any_text_is_a_policy_or_refused(text):
    try:
        found = read_policy(text.encode("utf-8", "surrogatepass"), "p.yaml").gates.asked_for
    except InputError as error:
        found = tuple(error.problems)
    assert found
