"""The JSON Schema and the table of the documentation are made from the field table."""

import json

import jsonschema
import pytest

from advisor.profile.fields import FIELD, FIELDS, SECTIONS, Kind
from advisor.profile.schema import field_table, profile_schema

SCHEMA = profile_schema()


def of(path: str):
    section, _, key = path.rpartition(".")
    return (SCHEMA["properties"][section] if section else SCHEMA)["properties"][key]


def test_it_is_a_valid_schema_and_plain_json():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA


def test_it_names_every_field_in_its_section_and_no_other():
    nested = {f"{section}.{key}" for section in SECTIONS for key in SCHEMA["properties"][section]["properties"]}
    assert nested | (set(SCHEMA["properties"]) - set(SECTIONS)) == set(FIELD)


def test_unknown_fields_are_refused_everywhere():
    assert SCHEMA["additionalProperties"] is False
    assert all(SCHEMA["properties"][section]["additionalProperties"] is False for section in SECTIONS)


def test_every_section_is_described():
    assert all(SCHEMA["properties"][section]["description"] for section in SECTIONS)


def test_task_and_structure_are_required():
    assert SCHEMA["required"] == ["task", "data"]
    assert of("data")["required"] == ["structure"]
    assert not any("required" in SCHEMA["properties"][section] for section in SECTIONS if section != "data")


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.path)
def test_a_field_carries_its_meaning_its_prior_and_whether_it_can_be_changed(field):
    schema = of(field.path)
    assert schema["description"] == field.doc
    assert schema["x-changeable"] is field.changeable
    prior = [(entry["value"], entry["weight"]) for entry in schema.get("x-prior", [])]
    assert prior == list(field.prior)


def test_every_kind_of_field_has_its_form():
    examples = {
        "task": {"type": "string", "enum": list(FIELD["task"].values)},
        "latency.mode": {"type": ["string", "null"], "enum": ["batch", "online", None]},
        "interpretability.regulation": {
            "type": ["array", "null"],
            "items": {"enum": list(FIELD["interpretability.regulation"].values)},
            "uniqueItems": True,
        },
        "name": {"type": ["string", "number", "boolean", "null"]},
        "risk.energy": {"type": ["boolean", "null"]},
        "data.classes": {"type": ["integer", "null"], "minimum": 2, "maximum": 1_000_000_000},
        "data.missing_share": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "latency.p95_ms": {"type": ["number", "null"], "minimum": 0.0001, "maximum": 10**15},
    }
    for path, expected in examples.items():
        schema = of(path)
        notes = ("description", "x-prior", "x-changeable")
        assert {key: value for key, value in schema.items() if key not in notes} == expected


def test_the_table_has_one_row_of_four_cells_for_every_field():
    head, rule, *rows = field_table().splitlines()
    assert head == "| field | type or values | meaning | changeable |"
    assert rule == "|---|---|---|---|"
    assert [row.split("`")[1] for row in rows] == list(FIELD)
    assert {row.replace("\\|", "").count("|") for row in rows} == {5}


@pytest.mark.parametrize(
    "row",
    [
        "| `version` | 1 | version of the profile format |  |",
        "| `data.labelled` | whole number, 0 or more | how many of these have a label (0 = none) | yes |",
        "| `data.missing_share` | share, 0 to 1 | share of cells that are empty | yes |",
        "| `data.classes` | whole number, 2 to 1e9 | classes of a classification |  |",
        "| `latency.mode` | batch, online | predictions in batches or one by one | yes |",
        "| `risk.energy` | true, false | whether energy use matters (a battery, a climate goal) |  |",
        "| `team.weeks` | number, 0 or more | weeks to the first model in use | yes |",
    ],
)
def test_a_row_of_the_table_reads_like_this(row):
    assert row in field_table().splitlines()


def test_the_table_tells_required_fields_and_lists():
    table = field_table()
    assert "what the model must do (required)" in table
    assert "| list of: credit-decision, insurance-pricing, " in table
    assert table.count("(required)") == 2
    assert sum(field.kind is Kind.CHOICES for field in FIELDS) == table.count("list of: ")
