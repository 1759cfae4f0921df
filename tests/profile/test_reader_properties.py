"""Whatever stands in a file, the reader gives a profile or tells what is wrong."""

import json
import math
import subprocess
import sys

import jsonschema
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from advisor.profile.consistency import contradictions
from advisor.profile.fields import FIELD, FIELDS, SECTIONS, Kind
from advisor.profile.reader import Profile, profile_from_values, read_profile
from advisor.profile.schema import profile_schema
from advisor.source.problems import InputError
from tests.bounds import examples

relaxed = examples(150)
REQUIRED = [field.path for field in FIELDS if field.required]
OPTIONAL = [field.path for field in FIELDS if not field.required]
CHOICES = {value for field in FIELDS for value in field.values}
VALIDATOR = jsonschema.Draft202012Validator(profile_schema())


def valid_value(field):
    if field.kind is Kind.CHOICE:
        return st.sampled_from(field.values)
    if field.kind is Kind.CHOICES:
        return st.lists(st.sampled_from(field.values), unique=True)
    if field.kind is Kind.FLAG:
        return st.booleans()
    if field.kind is Kind.TEXT:
        return st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
    if field.kind is Kind.COUNT:
        return st.integers(int(field.minimum), int(field.maximum))
    return st.floats(field.minimum, field.maximum, allow_subnormal=False)


def invalid_value(field):
    """A value of a wrong type, out of range or out of the list, which no field of this kind takes."""
    wrong = [st.just({"a": 1}), st.just({})]
    if field.kind is not Kind.CHOICES:
        wrong.append(st.just([1]))
    if field.numeric:
        beyond = st.floats(max(1.0, field.maximum) * 1.01, 1e300) | st.floats(-1e300, field.minimum - 0.01)
        wrong += [st.just("many"), st.booleans(), beyond]
    if field.kind is Kind.COUNT:
        wrong.append(st.just(min(field.minimum + 0.5, field.maximum)).filter(lambda number: number % 1))
    if field.kind in (Kind.CHOICE, Kind.FLAG, Kind.CHOICES):
        wrong += [st.just("nonsense"), st.just(""), st.integers(), st.just(0.5)]
    if field.kind is Kind.CHOICES:
        wrong += [st.just(["nonsense"]), st.just([field.values[0]] * 2), st.just([None])]
    if field.kind is Kind.CHOICE:
        wrong.append(st.booleans())
    return st.one_of(wrong)


def nested(values):
    result = {}
    for path, value in values.items():
        section, _, key = path.rpartition(".")
        (result.setdefault(section, {}) if section else result)[key] = value
    return result


@st.composite
def valid_values(draw):
    optional = draw(st.lists(st.sampled_from(OPTIONAL), unique=True, max_size=12))
    values = {path: draw(valid_value(FIELD[path])) for path in [*REQUIRED, *optional]}
    assume(not contradictions(values))
    return values


def as_json(values) -> bytes:
    return json.dumps(nested(values)).encode()


def as_yaml(values) -> bytes:
    """Write in block style, with text in double quotes as in JSON, and everything else plain."""
    lines = []
    for key, value in nested(values).items():
        if isinstance(value, dict):
            lines += [f"{key}:", *(f"  {inner}: {written(item)}" for inner, item in value.items())]
        else:
            lines.append(f"{key}: {written(value)}")
    return "\n".join(lines).encode()


def written(value) -> str:
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    return value if value in CHOICES else json.dumps(value)


def outcome(raw: bytes, assignments=()):
    """Return the profile, or the problems."""
    try:
        return read_profile(raw, "p.yaml", assignments)
    except InputError as error:
        return error.problems


def is_accepted(raw: bytes) -> bool:
    return isinstance(outcome(raw), Profile)


def expect_profile_or_problems(result) -> None:
    if isinstance(result, Profile):
        assert set(result.values) <= set(FIELD)
        return
    assert result
    places = [(problem.position.line, problem.position.column) for problem in result]
    in_file = [place for place, problem in zip(places, result, strict=True) if problem.file == "p.yaml"]
    assert in_file == sorted(in_file)
    assert min(min(place) for place in places) >= 1
    for problem in result:
        assert not problem.source_line or problem.position.column <= len(problem.source_line) + 1


@given(st.binary(max_size=200))
@relaxed
def test_any_bytes_give_a_profile_or_problems(raw):
    expect_profile_or_problems(outcome(raw))


@given(st.text(max_size=100), st.lists(st.text(max_size=30), max_size=3))
@relaxed
def test_any_text_and_any_overrides_give_a_profile_or_problems(text, assignments):
    expect_profile_or_problems(outcome(text.encode("utf-8", "surrogatepass"), assignments))


@given(st.sampled_from(sorted(FIELD)), st.text(max_size=20))
@relaxed
def test_any_override_of_a_field_gives_a_profile_or_problems(path, text):
    expect_profile_or_problems(outcome(b"task: lookup\ndata: {structure: text}", [f"{path}={text}"]))


@given(valid_values())
@relaxed
def test_valid_values_are_read_the_same_from_json_and_from_yaml(values):
    expected = dict(profile_from_values(values).values)
    expected = {path: sort_list(path, value) for path, value in expected.items()}
    assert dict(read_profile(as_json(values), "p.json").values) == expected
    assert dict(read_profile(as_yaml(values), "p.yaml").values) == expected


def sort_list(path, value):
    return sorted(value, key=FIELD[path].values.index) if isinstance(value, list) else value


@given(valid_values())
@relaxed
def test_a_profile_that_is_written_out_as_json_is_read_back_the_same(values):
    profile = read_profile(as_json(values), "p.json")
    again = read_profile(json.dumps(profile.nested()).encode(), "p.json")
    assert again == profile
    assert list(again.values) == list(profile.values)


@given(valid_values(), st.randoms(use_true_random=False))
@relaxed
def test_the_order_of_keys_does_not_matter(values, random):
    shuffled = list(values.items())
    random.shuffle(shuffled)
    one, other = read_profile(as_yaml(values), "p"), read_profile(as_yaml(dict(shuffled)), "p")
    assert one == other
    assert list(one.values) == list(other.values)


@given(valid_values())
@relaxed
def test_overrides_say_the_same_as_a_file(values):
    assignments = [f"{path}={json.dumps(value)}" for path, value in values.items() if path not in REQUIRED]
    base = {path: values[path] for path in REQUIRED}
    assert read_profile(as_json(base), "p", assignments) == read_profile(as_json(values), "p")


DAMAGES = ("delete", "insert", "replace", "double a line", "delete a line", "swap lines", "cut off")
SIGNS = st.sampled_from([*"\t :-{}[]'\"&*!#|>%@`,?~\\\n\r\x00é😀", ": ", "\n\n", "---\n", "<<: ", "&a ", "*a"])


@st.composite
def damaged(draw):
    text = as_yaml(draw(valid_values())).decode()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        lines = text.split("\n")
        row = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(DAMAGES)):
            case "delete":
                text = text[:at] + text[at + 1 :]
            case "insert":
                text = text[:at] + draw(SIGNS) + text[at:]
            case "replace":
                text = text[:at] + draw(SIGNS) + text[at + 1 :]
            case "double a line":
                text = "\n".join([*lines[: row + 1], *lines[row:]])
            case "delete a line":
                text = "\n".join([*lines[:row], *lines[row + 1 :]])
            case "swap lines":
                text = "\n".join([*lines[row:], *lines[:row]])
            case "cut off":
                text = text[:at]
    return text


@given(damaged())
@examples(400)
def test_damaged_profiles_give_a_profile_or_problems(text):
    expect_profile_or_problems(outcome(text.encode()))


@given(damaged())
@examples(300)
def test_without_the_c_parser_the_same_profile_and_as_many_problems_are_found(text):
    with_c = outcome(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CSafeLoader")
        with_python = outcome(text.encode())
    if isinstance(with_c, Profile):
        # Only libyaml takes a tab between a key and its colon.
        assert with_python == with_c or "\t" in text
    elif not any(problem.message.startswith("not YAML") for problem in [*with_c, *as_list(with_python)]):
        # Where the text is not YAML, the two parsers may stop at different places.
        assert [problem.position.line for problem in with_python] == [p.position.line for p in with_c]
        assert [problem.message for problem in with_python] == [problem.message for problem in with_c]


def as_list(result):
    return [] if isinstance(result, Profile) else result


@given(valid_values())
@relaxed
def test_the_checker_and_the_json_schema_accept_the_same_valid_profiles(values):
    assert is_accepted(as_json(values))
    VALIDATOR.validate(nested(values))


@given(valid_values(), st.sampled_from(FIELDS), st.data())
@examples(400)
def test_the_checker_and_the_json_schema_refuse_the_same_wrong_values(values, field, data):
    mutant = {**values, field.path: data.draw(invalid_value(field))}
    agree_except_on_contradictions(nested(mutant), mutant)
    assert field.path in {problem.field.partition("[")[0] for problem in outcome(as_json(mutant))}


@given(valid_values(), st.sampled_from(FIELDS), st.data())
@examples(400)
def test_the_checker_and_the_json_schema_agree_on_values_at_the_edges(values, field, data):
    edges = [
        None,
        0,
        1,
        -1,
        5,
        0.5,
        5.0,
        True,
        False,
        "",
        "true",
        "none",
        "5",
        [],
        [None],
        {},
        1e15,
        10**15 + 1,
    ]
    edges += [field.minimum, field.maximum, math.nextafter(field.maximum, math.inf), *field.values[:2]]
    mutant = {**values, field.path: data.draw(st.sampled_from(edges))}
    agree_except_on_contradictions(nested(mutant), mutant)


@given(valid_values(), st.sampled_from(["", *SECTIONS]), st.sampled_from(["colour", "row", "5", "", "data.rows"]))
@relaxed
def test_the_checker_and_the_json_schema_refuse_unknown_fields(values, section, key):
    mutant = nested(values)
    (mutant.setdefault(section, {}) if section else mutant)[key] = 1
    assert not VALIDATOR.is_valid(mutant)
    assert not is_accepted(json.dumps(mutant).encode())


@given(valid_values(), st.sampled_from(SECTIONS), st.sampled_from([None, {}, [], 5, "text", True]))
@relaxed
def test_the_checker_and_the_json_schema_agree_on_sections(values, section, content):
    mutant = nested(values) | {section: content}
    assert VALIDATOR.is_valid(mutant) == is_accepted(json.dumps(mutant).encode())


@given(valid_values(), st.sampled_from(REQUIRED))
@relaxed
def test_the_checker_and_the_json_schema_ask_for_the_required_fields(values, path):
    mutant = nested({key: value for key, value in values.items() if key != path})
    assert not VALIDATOR.is_valid(mutant)
    assert not is_accepted(json.dumps(mutant).encode())


def agree_except_on_contradictions(mutant, values) -> None:
    """A JSON Schema sees one field at a time, so it cannot know that two fields contradict each other."""
    accepted = is_accepted(json.dumps(mutant).encode())
    if VALIDATOR.is_valid(mutant):
        known = {path: value for path, value in values.items() if value is not None}
        assert accepted is not bool(contradictions(known))
    else:
        assert not accepted


LARGE = """
import time
from advisor.profile.reader import read_profile
from advisor.source.problems import InputError

head = "task: classification\\ndata: {structure: tabular}\\n"
texts = [
    "[" * 50_000 + "]" * 50_000,
    "{data: " * 50_000 + "}" * 50_000,
    "\\n".join(f"key{number}: 1" for number in range(60_000)),
    "{" + ",".join(f"'key{number}': 1" for number in range(19_000)) + "}",
    "{data: {" + ",".join(f"'key{number}': 1" for number in range(19_000)) + "}}",
    head + "interpretability: {regulation: [" + "hirin," * 19_000 + "]}",
    head + "labels:\\n" + "  cost_usd: x\\n" * 19_000,
    head + "description: " + "a " * 400_000,
    head + "name: " + "9" * 900_000,
    head + "team: {weeks: " + "9" * 900_000 + "}",
    head + "deployment: {target: '" + "a-" * 400_000 + "'}",
    head + "'" + "b" * 900 + "': 1",
    head + "#" * 900_000,
]
for text in texts:
    assignments = ["data.rows=" + "[" * 50_000, "name=" + "x" * 900_000]
    start = time.perf_counter()
    try:
        read_profile(text.encode()[:1_000_000], "p.yaml", assignments)
    except InputError as error:
        assert len(str(error)) < 200_000
    assert time.perf_counter() - start < 5, text[:60]
print("survived")
"""


@pytest.mark.slow
def test_large_and_deep_profiles_end_quickly_and_do_not_crash_the_interpreter():
    done = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "survived\n", "")
