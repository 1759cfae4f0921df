"""Profiles that are accepted, and what is read from them."""

import pytest

from advisor.profile.reader import is_valid, profile_from_values, read_profile
from advisor.source.problems import InputError

BASE = "task: classification\ndata:\n  structure: tabular\n"


def values(profile: str, *assignments: str):
    return dict(read_profile(profile.encode(), "p.yaml", assignments).values)


def field(line: str, path: str):
    return values(BASE + line)[path]


def test_two_fields_make_a_profile():
    assert values(BASE) == {"task": "classification", "data.structure": "tabular"}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("7043", 7043),
        ("1e6", 1_000_000),
        ("1E6", 1_000_000),
        ("1_000_000", 1_000_000),
        ("+5", 5),
        ("5.0", 5),
        ("5.", 5),
        ("010", 10),
        ("0", 0),
        ("-0", 0),
        ("1_0.0e1", 100),
        ("1e15", 10**15),
    ],
)
def test_a_count_may_be_written_in_several_ways(written, number):
    rows = field(f"  rows: {written}\n", "data.rows")
    assert rows == number
    assert type(rows) is int


@pytest.mark.parametrize(
    ("written", "number"), [(".5", 0.5), ("5e-1", 0.5), ("0.05", 0.05), ("1", 1), ("0.0", 0), ("1e-9", 1e-9)]
)
def test_a_share_may_be_written_in_several_ways(written, number):
    assert field(f"  missing_share: {written}\n", "data.missing_share") == number


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("fraud", "fraud"),
        ("1.10", "1.10"),
        ("010", "010"),
        ("1e3", "1e3"),
        ("2024_01", "2024_01"),
        ("2024-01-01", "2024-01-01"),
        ("yes", "yes"),
        ("True", "True"),
        ("12:30", "12:30"),
        ("'null'", "null"),
        ("''", ""),
        ("9" * 5_000, "9" * 5_000),
        (".inf", ".inf"),
        ('"😀 \\ud83d\\ude00"', "😀 😀"),
        ('"a\\\\ud83d\\\\ude00"', "a\\ud83d\\ude00"),
    ],
)
def test_text_stays_as_it_was_written(written, text):
    assert values(f"name: {written}\n" + BASE)["name"] == text


@pytest.mark.parametrize("word", ["true", "True", "TRUE"])
def test_a_flag_may_be_written_in_three_cases(word):
    assert field(f"  known_rule: {word}\n", "data.known_rule") is True


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
def test_a_field_without_a_value_is_unknown(nothing):
    profile = BASE + f"  rows: {nothing}\ninterpretability: {{regulation: {nothing}}}\nteam: {nothing}\n"
    assert "data.rows" not in values(profile)
    assert "interpretability.regulation" not in values(profile)


def test_an_empty_list_is_known_and_empty():
    assert field("interpretability: {regulation: []}\n", "interpretability.regulation") == []


def test_a_list_is_kept_in_the_order_of_the_field_table():
    regulation = field("interpretability: {regulation: [hiring, credit-decision]}\n", "interpretability.regulation")
    assert regulation == ["credit-decision", "hiring"]


def test_blanks_and_comments_at_the_end_of_a_line_do_not_matter():
    assert values("task: lookup   \ndata:  # what we have\n  structure: text\t# raw\n  rows: 5 \n") == {
        "task": "lookup",
        "data.structure": "text",
        "data.rows": 5,
    }


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(line_end):
    assert values(BASE.replace("\n", line_end)) == values(BASE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_recognised(encoding):
    raw = ("name: Größe\n" + BASE).encode(encoding)
    assert read_profile(raw, "p.yaml").values["name"] == "Größe"


def test_json_is_read_even_when_it_is_indented_with_tabs():
    assert values('{\n\t"task":"lookup",\n\t"data": {\n\t\t"structure": "text", "rows": 1E3}\n}') == {
        "task": "lookup",
        "data.structure": "text",
        "data.rows": 1000,
    }


def test_values_come_in_the_order_of_the_field_table():
    shuffled = "team: {weeks: 3}\ndata: {rows: 5, structure: text}\ntask: lookup\nname: x\n"
    assert list(values(shuffled)) == ["name", "task", "data.structure", "data.rows", "team.weeks"]


def test_the_nested_form_is_that_of_a_file():
    profile = read_profile(f"name: x\n{BASE}  rows: 5\n".encode(), "p.yaml")
    assert profile.nested() == {
        "name": "x",
        "task": "classification",
        "data": {"structure": "tabular", "rows": 5},
    }


@pytest.mark.parametrize(("line", "name"), [("", "p.yaml"), ("name: ' '\n", "p.yaml"), ("name: x\n", "x")])
def test_a_profile_without_a_name_is_called_like_its_file(line, name):
    assert read_profile((line + BASE).encode(), "p.yaml").name == name


def test_overrides_replace_add_and_remove_values():
    read = values(BASE + "  rows: 5\n  drift: slow\n", "data.rows=1e3", "data.drift=null", "name= a b ")
    assert read == {"name": "a b", "task": "classification", "data.structure": "tabular", "data.rows": 1000}


def test_the_last_override_of_a_field_counts():
    assert values(BASE, "data.rows=1", "data.rows=2")["data.rows"] == 2


def test_overrides_may_supply_a_whole_profile():
    read = values("", "task=lookup", "data.structure=text", "interpretability.regulation=[hiring]")
    assert read["interpretability.regulation"] == ["hiring"]


def test_an_override_keeps_text_as_it_was_written():
    assert values(BASE, "name=1.10")["name"] == "1.10"


def test_an_override_with_bytes_that_are_no_text_does_not_crash():
    assert values(BASE, "name=a\udcffb")["name"] == "a?b"


def test_warnings_do_not_refuse_a_profile():
    profile = read_profile(f"{BASE}  classes: 5\n  labelled: 3\n".encode(), "p.yaml")
    assert [warning.id for warning in profile.warnings] == ["more-classes-than-labels"]


def test_values_from_elsewhere_make_the_same_profile_as_a_file():
    read = read_profile((BASE + "  rows: 5\n").encode(), "p.yaml")
    made = profile_from_values({"data.rows": 5, "data.structure": "tabular", "task": "classification"})
    assert made.values == read.values
    assert list(made.values) == list(read.values)


def test_values_that_contradict_each_other_are_not_valid():
    assert is_valid({"task": "classification", "data.rows": 5, "data.labelled": 5})
    assert not is_valid({"task": "classification", "data.rows": 5, "data.labelled": 6})


def test_problems_can_be_read_one_by_one():
    with pytest.raises(InputError) as caught:
        read_profile(b"task: lookup\ndata: {structure: text, rows: x, drift: y}\n", "p.yaml")
    problems = caught.value.problems
    assert [(problem.field, problem.position.line, problem.position.column) for problem in problems] == [
        ("data.rows", 2, 31),
        ("data.drift", 2, 41),
    ]
