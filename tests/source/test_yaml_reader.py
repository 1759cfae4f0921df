# ruff: noqa: E501 - the problems are shown as users see them
"""YAML is read without surprises, with positions, and within bounds."""

import json
import subprocess
import sys

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.source.problems import InputError, Position
from advisor.source.yaml_reader import MAX_BYTES, MAX_DEPTH, MAX_NODES, dotted, parse_yaml, read_yaml, scalar
from tests.bounds import examples


def read(text: str | bytes):
    return read_yaml(text if isinstance(text, bytes) else text.encode(), "f.yaml").data


def printed(text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(text)
    return str(caught.value)


@pytest.fixture(params=["the C parser", "the Python parser"])
def _both_parsers(request, monkeypatch):
    if request.param == "the Python parser":
        monkeypatch.delattr(yaml, "CSafeLoader")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("", None),
        ("~", None),
        ("NULL", None),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("tRUE", "tRUE"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("010", 10),
        ("1_000", 1_000),
        ("-5", -5),
        ("1e6", 1e6),
        ("1.5E-3", 0.0015),
        (".5", 0.5),
        ("5.", 5.0),
        ("1_0.5", 10.5),
        ("1.10", 1.1),
        ("1e400", float("inf")),
        (".inf", float("inf")),
        ("+.INF", float("inf")),
        ("-.Inf", float("-inf")),
        ("NaN", "NaN"),
        ("1.2.3", "1.2.3"),
        ("1e", "1e"),
        ("+", "+"),
        (".", "."),
        ("-", "-"),
        ("_1", "_1"),
        ("1,5", "1,5"),
        ("٣", "٣"),
        ("5\n", "5\n"),
    ],
)
def test_plain_words_follow_the_core_schema_of_yaml_1_2(word, value):
    assert scalar(word) == value
    assert type(scalar(word)) is type(value)


def test_not_a_number_is_a_number_to_yaml():
    assert all(scalar(word) != scalar(word) for word in (".nan", ".NaN", ".NAN"))


def test_numbers_of_any_length_are_read_in_no_time():
    assert scalar("1" * 300) == int("1" * 300)
    assert scalar("1" * 5_000) == float("inf")
    assert scalar("-" + "1" * 900_000) == float("-inf")
    assert scalar("0." + "0" * 900_000 + "1") == 0.0


@pytest.mark.usefixtures("_both_parsers")
def test_quoted_words_are_text():
    assert read("[\"1\", '1', 'true', \"\", '~', |\n  1\n]".replace("|\n  1\n", "'null'")) == [
        "1",
        "1",
        "true",
        "",
        "~",
        "null",
    ]
    assert read("a: |\n  1\n") == {"a": "1\n"}
    assert read("a: >-\n  1\n") == {"a": "1"}


@pytest.mark.usefixtures("_both_parsers")
def test_keys_are_always_text():
    assert read("5: a\nno: b\ntrue: c\n~: d\n1.0: e\n'': f\n") == {
        "5": "a",
        "no": "b",
        "true": "c",
        "~": "d",
        "1.0": "e",
        "": "f",
    }


@pytest.mark.usefixtures("_both_parsers")
def test_json_is_yaml():
    text = '{\n\t"a":[1, 2.5e3, true, null, "x\\/\\n\\u00e9\\ud83d\\ude00"],\n\t"b":{"c":{}}}'
    assert read(text) == {"a": [1, 2500.0, True, None, "x/\né😀"], "b": {"c": {}}}


@pytest.mark.usefixtures("_both_parsers")
@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n...\n", "~", "\ufeff"])
def test_a_file_without_content_holds_nothing(text):
    assert read(text) is None


@pytest.mark.usefixtures("_both_parsers")
def test_places_start_at_one_and_span_the_value():
    document = read_yaml(b"a: 12\nb:\n  - xyz\n  - 'q'\nc: {d: ,}\n", "f.yaml")
    assert document.keys[("a",)] == Position(1, 1, 1)
    assert document.values[("a",)] == Position(1, 4, 2)
    assert document.values[("b",)] == Position(3, 3)
    assert document.values[("b", 0)] == Position(3, 5, 3)
    assert document.values[("b", 1)] == Position(4, 5, 3)
    assert document.keys[("c", "d")] == Position(5, 5, 1)
    assert document.values[()] == Position(1, 1)


def test_a_problem_without_a_place_of_its_own_points_at_its_parent():
    document = read_yaml(b"a:\n  b: 1\n", "f.yaml")
    assert document.problem(("a", "c"), "missing").position == Position(2, 3)
    assert document.problem(("x", "y"), "missing").position == Position(1, 1)
    assert document.problem(("a", "b"), "bad", at_key=True).position == Position(2, 3, 1)
    assert document.problem(("a", "b"), "bad").source_line == "  b: 1"


def test_numbers_are_kept_as_they_were_written():
    assert read_yaml(b"a: 1.10\nb: ['1', 0x1, True, ~]\n", "f").written == {
        ("a",): "1.10",
        ("b", 2): "True",
        ("b", 3): "~",
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("data", "rows"), "data.rows"),
        (("a", 0, "b", 1), "a[0].b[1]"),
        (("",), "''"),
        (("a", "x\ny"), "a.'x\\ny'"),
        (("a" * 99,), "'" + "a" * 56 + "..."),
    ],
)
def test_paths_are_written_with_dots_and_brackets(path, text):
    assert dotted(path) == text


REFUSED = {
    "an alias": (
        "a: 1\nb: *a\n",
        "f.yaml:2:4: error: b: aliases (*a) are not supported; write the value out\n  2 | b: *a\n    |    ^^",
    ),
    "an alias as a key": (
        "*a : 1\n",
        "f.yaml:1:1: error: aliases (*a) are not supported; write the key out\n  1 | *a : 1\n    | ^^",
    ),
    "an anchor": (
        "a: &x [1]\n",
        "f.yaml:1:4: error: a: anchors (&x) are not supported; write the value out\n  1 | a: &x [1]\n    |    ^^^^",
    ),
    "an anchor on a key": (
        "&x a: 1\n",
        "f.yaml:1:1: error: anchors (&x) are not supported; write the value out\n  1 | &x a: 1\n    | ^^^^",
    ),
    "a tag": (
        "a: !!int '5'\n",
        "f.yaml:1:4: error: a: tags ('!!int') are not supported; leave the tag out\n  1 | a: !!int '5'\n    |    ^^^^^^^^^",
    ),
    "the tag of nothing": (
        "a: ! 5\n",
        "f.yaml:1:4: error: a: tags ('!') are not supported; leave the tag out\n  1 | a: ! 5\n    |    ^^^",
    ),
    "a tag that runs code elsewhere": (
        "!!python/object/apply:os.system ['true']\n",
        "f.yaml:1:1: error: tags ('!!python/object/apply:os.system') are not supported; leave the tag out\n"
        "  1 | !!python/object/apply:os.system ['true']\n"
        "    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ),
    "a merge key": (
        "a:\n  <<: {b: 1}\n",
        "f.yaml:2:3: error: a: merge keys (<<) are not supported; write the fields out\n  2 |   <<: {b: 1}\n    |   ^^",
    ),
    "a duplicate key": (
        "a: 1\nb: 2\na: 3\n",
        "f.yaml:3:1: error: a: duplicate key, already on line 1; keep one\n  3 | a: 3\n    | ^",
    ),
    "a duplicate key in other quotes": (
        "{a: {b: 1, 'b': 2}}",
        "f.yaml:1:12: error: a.b: duplicate key, already on line 1; keep one\n"
        "  1 | {a: {b: 1, 'b': 2}}\n"
        "    |            ^^^",
    ),
    "a key that is a list": (
        "? [a]\n: 1\n",
        "f.yaml:1:3: error: a key must be a word, not a list or a mapping\n  1 | ? [a]\n    |   ^",
    ),
    "two documents": (
        "a: 1\n---\nb: 2\n",
        "f.yaml:2:1: error: a second document starts here; keep one document in the file\n  2 | ---\n    | ^^^",
    ),
    "a tab": (
        "a:\n\tb: 1\n",
        "f.yaml:2:1: error: not YAML: a tab cannot indent; indent with spaces\n  2 |  b: 1\n    | ^",
    ),
    "a value in backquotes": (
        "a: `b`\n",
        "f.yaml:1:4: error: not YAML: '`' cannot start a value; put the text in quotes\n  1 | a: `b`\n    |    ^",
    ),
    "a missing colon": (
        "a: 1\nbc\nd: 2\n",
        "f.yaml:3:1: error: not YAML: a colon is missing before this line; write `field: value` with a space\n"
        "  3 | d: 2\n"
        "    | ^",
    ),
    "NUL": (
        "a: b\nc: d\0\n",
        "f.yaml:2:5: error: the control character U+0000 is not allowed in YAML; save the file as UTF-8\n"
        "  2 | c: d\n"
        "    |     ^",
    ),
    "a control character": (
        "aé: \x1b[31m\n",
        "f.yaml:1:5: error: the control character U+001B is not allowed in YAML; remove it\n"
        "  1 | aé:  [31m\n"
        "    |     ^",
    ),
    "a byte order mark inside": (
        "a: 1\n\ufeffb: 2\n",
        "f.yaml:2:1: error: the control character U+FEFF is not allowed in YAML; remove it\n  2 |  b: 2\n    | ^",
    ),
    "UTF-16 without a mark": (
        "a: b\n".encode("utf-16-le"),
        "f.yaml:1:2: error: the control character U+0000 is not allowed in YAML; save the file as UTF-8\n"
        "  1 | a :   b\n"
        "    |  ^",
    ),
    "Latin-1": (
        "name: x\nart: Größe\n".encode("latin-1"),
        "f.yaml:2:8: error: the byte 0xf6 is not UTF-8; save the file as UTF-8",
    ),
    "Latin-1 after a mark of UTF-8": (
        b"\xef\xbb\xbfa: \xff\n",
        "f.yaml:1:4: error: the byte 0xff is not UTF-8; save the file as UTF-8",
    ),
    "half a character of UTF-16": (
        b"\xff\xfea\0:\0\n\0b",
        "f.yaml:2:1: error: the byte 0x62 is not UTF-16; save the file as UTF-8",
    ),
    "a picture": (
        b"\x89PNG\r\n\x1a\n",
        "f.yaml:1:1: error: the byte 0x89 is not UTF-8; save the file as UTF-8",
    ),
    "a file that is too large": (
        b"#" * (MAX_BYTES + 1),
        "f.yaml:1:1: error: the file is larger than 1,000,000 bytes",
    ),
}


# Here the two parsers differ in what they say, or where.
C_ONLY = {"a missing colon"}


@pytest.mark.usefixtures("_both_parsers")
@pytest.mark.parametrize("what", [name for name in REFUSED if name not in C_ONLY])
def test_what_is_not_supported_is_refused_with_its_place(what):
    text, expected = REFUSED[what]
    assert printed(text) == expected


def test_a_missing_colon_is_refused_with_its_place():
    text, expected = REFUSED["a missing colon"]
    assert printed(text) == expected


def test_problems_are_told_together_and_in_the_order_of_the_file():
    text = "b: *x\na: !t 1\nb: {c: &y 1, c: 2}\n<<: 1\n"
    with pytest.raises(InputError) as caught:
        read(text)
    places = [(problem.position.line, problem.position.column) for problem in caught.value.problems]
    assert places == [(1, 4), (2, 4), (3, 1), (3, 8), (3, 14), (4, 1)]


def test_whoever_knows_the_fields_gets_the_rest_of_the_data_with_the_problems():
    document = parse_yaml(b"a: 1\nb: *x\na: 22\nc: !t 5\n<<: {d: 1}\n", "f.yaml")
    assert document.data == {"a": 1, "b": None, "c": None}
    assert [problem.field for problem in document.problems] == ["b", "a", "c", ""]
    assert document.values[("a",)] == Position(1, 4, 1)
    assert document.written == {("a",): "1"}


@pytest.mark.usefixtures("_both_parsers")
@pytest.mark.parametrize(
    "text", ['"\\ud800"', '"\\UFFFFFFFF"', '"\\q"', "%YAML " + "9" * 5_000 + ".0\n--- a\n", "%TAG ! x y"]
)
def test_impossible_escapes_and_directives_are_refused(text):
    assert "f.yaml:1:" in printed(text)


@pytest.mark.usefixtures("_both_parsers")
def test_documents_may_be_as_deep_as_the_limit_and_not_deeper():
    assert read("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH)
    assert printed("[" * (MAX_DEPTH + 1) + "1" + "]" * (MAX_DEPTH + 1)) == (
        "f.yaml:1:22: error: [0][0]: nested deeper than 20 levels\n"
        "  1 | [[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]\n"
        "    |                      ^"
    )


def test_documents_may_have_as_many_values_as_the_limit_and_not_more():
    assert len(read("- 1\n" * (MAX_NODES - 1))) == MAX_NODES - 1
    assert printed("- 1\n" * MAX_NODES) == (
        "f.yaml:20000:3: error: [19999]: more than 20,000 values; a profile needs a few dozen\n"
        "  20000 | - 1\n"
        "        |   ^"
    )


def test_the_largest_file_that_is_read_is_a_megabyte():
    assert read(b"a: 1\n" + b"#" * (MAX_BYTES - 5)) == {"a": 1}


def test_the_problems_shown_are_at_most_a_hundred():
    text = printed("- &a 1\n" * 5_000)
    assert text.count(" error: ") == 101
    assert "f.yaml:101:3: error: more problems follow; the first 100 are shown" in text


@pytest.mark.usefixtures("_both_parsers")
@given(st.binary(max_size=300))
@examples(300)
def test_any_bytes_are_read_or_refused(raw):
    read_or_refuse(raw)


# Letters that mean something to YAML come often, so that texts are nearly valid.
yaml_text = st.text(st.sampled_from("ab01-:?,[]{}#&*!|>'\"%@`\\ \n\t\r<~.eu\u2028\x85\ufeffé😀\0"), max_size=60)


@pytest.mark.usefixtures("_both_parsers")
@given(yaml_text)
@example('"\\ud83d\\ude00')
@example("\ufeff\ufeffa: 1")
@example("? a\n: ? b\n  : ? c")
@examples(500)
def test_any_text_is_read_or_refused(text):
    read_or_refuse(text.encode())


def read_or_refuse(raw: bytes) -> None:
    refused = None
    try:
        document = read_yaml(raw, "f.yaml")
    except InputError as error:
        refused = error
    if refused is None:
        assert is_plain(document.data)
        return
    assert refused.problems
    assert "\x1b" not in str(refused)
    for problem in refused.problems:
        assert problem.message
        assert min(problem.position.line, problem.position.column, problem.position.width) >= 1


def is_plain(data) -> bool:
    if isinstance(data, dict):
        return all(isinstance(key, str) and is_plain(value) for key, value in data.items())
    if isinstance(data, list):
        return all(is_plain(value) for value in data)
    return data is None or isinstance(data, (str, bool, int, float))


json_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.usefixtures("_both_parsers")
@given(json_data, st.sampled_from([None, 2, "\t"]))
@examples(200)
def test_what_python_writes_as_json_is_read_back_the_same(data, indent):
    assert read(json.dumps({"data": data}, indent=indent)) == {"data": data}


@given(yaml_text)
@examples(300)
def test_without_the_c_parser_the_same_text_gives_the_same_data(text):
    """PyYAML's own parser refuses some text that libyaml takes, never the other way round."""
    with_c = outcome(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(yaml, "CSafeLoader")
        with_python = outcome(text)
    assert with_c == with_python or "refused" in (with_c, with_python)


def outcome(text: str):
    try:
        return read(text)
    except InputError:
        return "refused"


HOSTILE = """
import time
from advisor.source.problems import InputError
from advisor.source.yaml_reader import read_yaml

texts = ["[" * 50_000 + "]" * 50_000, "{a: " * 50_000, "- " * 50_000, "? " * 50_000]
texts += [text * (1_000_000 // len(text)) for text in (
    "[", "{a: ", "- ", "? ", "&a ", "!a ", "*a ", "a: ", "a ", "#", "\\n", "- 1\\n", "a: 1\\n", "'", '"', "1", ":",
)]
texts += ["&a [*a]", "a: &a [1]\\nb: &b [*a, *a]\\nc: [*b, *b]\\n", "a: " + "9" * 999_000, "a: |\\n" + " b\\n" * 300_000]
for text in texts:
    start = time.perf_counter()
    try:
        read_yaml(text.encode(), "f.yaml")
    except InputError as error:
        str(error)
    assert time.perf_counter() - start < 5, text[:10]
print("survived")
"""


@pytest.mark.slow
def test_hostile_files_end_quickly_and_do_not_crash_the_interpreter():
    done = subprocess.run([sys.executable, "-c", HOSTILE], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "survived\n", "")
