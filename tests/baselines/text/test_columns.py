"""Which tables are texts: running text with few columns beside it, and nothing that only looks like it."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from advisor.baselines.errors import DataError
from advisor.baselines.options import Options
from advisor.baselines.structures import read
from tests.baselines.text.messages import messages, write

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
ROWS = messages(60)
JAPANESE = [(f"請求書の金額が間違っています。確認してください{number}", "AB"[number % 2]) for number in range(60)]


def names(found):
    return [column.name for column in found.texts]


def test_a_table_of_messages_is_text(tmp_path):
    structure, source = read(write(tmp_path / "tickets.csv", ROWS, ("message", "team")), Options("team"))
    assert structure.id == "text"
    assert names(source) == ["message"]
    assert source.why == "running text, 11 words a row"


def test_title_and_body_are_both_read(tmp_path):
    rows = [(f"problem number {i} of this very day", message, team) for i, (message, team) in enumerate(ROWS)]
    _, source = read(write(tmp_path / "t.csv", rows, ("title", "body", "team")), Options("team"))
    assert names(source) == ["title", "body"]


def test_words_are_counted_in_scripts_without_spaces(tmp_path):
    structure, _ = read(write(tmp_path / "t.csv", JAPANESE, ("message", "team")), Options("team"))
    assert structure.id == "text"


@pytest.mark.parametrize(
    "cell",
    [
        "{i} Main Street",  # an address
        "The Godfather {i}",  # a title
        "https://example.org/a/b/c/d/e/{i}",
        '["one", "two", "three", "four", "five", "six {i}"]',
        "customer {i}",
    ],
)
def test_what_is_no_running_text_stays_a_table(tmp_path, cell):
    rows = [(cell.format(i=i), team) for i, (_, team) in enumerate(ROWS)]
    structure, _ = read(write(tmp_path / "t.csv", rows, ("cell", "team")), Options("team"))
    assert structure.id == "tabular"


def test_with_many_columns_beside_it_a_text_is_a_feature_unless_the_user_says_otherwise(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(*map(str, rng.normal(size=8)), message, team) for message, team in ROWS]
    path = write(tmp_path / "t.csv", rows, (*"abcdefgh", "message", "team"))
    assert read(path, Options("team"))[0].id == "tabular"
    assert read(path, Options("team", text=("message",)))[0].id == "text"
    assert read(path, Options("team", structure="text"))[0].id == "text"


def test_the_user_may_ask_for_a_table(tmp_path):
    path = write(tmp_path / "t.csv", ROWS, ("message", "team"))
    assert read(path, Options("team", structure="tabular"))[0].id == "tabular"


def test_a_table_without_text_is_none(tmp_path):
    path = write(
        tmp_path / "t.csv", [(str(place * 1.5), team) for place, (_, team) in enumerate(ROWS)], ("size", "team")
    )
    with pytest.raises(DataError, match=r"^--structure text: no column holds running text of several words"):
        read(path, Options("team", structure="text"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options("team", text=("mesage",)), r"--text mesage: .*did you mean 'message'"),
        (Options("team", text=("team",)), r"^--text `?team`?: the column already has another part"),
        (Options("team", text=("size",)), r"^--text `?size`?: the column was read as numeric; if it holds text"),
    ],
)
def test_mistakes_say_what_to_do(tmp_path, options, message):
    rows = [(text, str(len(text) * 1.5 + place), team) for place, (text, team) in enumerate(ROWS)]
    path = write(tmp_path / "t.csv", rows, ("message", "size", "team"))
    with pytest.raises(DataError, match=message):
        read(path, options)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the development sets in ../shared")
def test_of_the_real_sets_those_of_text_are_text_and_no_table_is():
    entries = yaml.load((DATA / "datasets.yaml").read_text("utf-8"), yaml.CSafeLoader)
    found = {}
    for entry in entries:
        if entry["kind"] in ("tabular", "text") and entry.get("target") and "converted" not in str(entry["file"]):
            structure, _ = read(DATA / entry["file"], Options(str(entry["target"])))
            found[entry["name"]] = (structure.id, "text" if entry["kind"] == "text" else "tabular")
    assert len(found) > 20
    assert {name: pair for name, pair in found.items() if pair[0] != pair[1]} == {}
