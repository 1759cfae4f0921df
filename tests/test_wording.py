"""What people read: no phrase that was translated rather than written, one place for names, titles inside sentences."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from advisor.render.layout.wording import counted, in_sentence, sentence

ROOT = Path(__file__).parents[1]
# What German puts into English, and what replaced it.
TRANSLATED = {
    r"\d %": "no space before the sign: 28%",
    r"\} %": "no space before the sign: 28%",
    r"\b(is|are) no (number|date|file|folder|valid|result|metric|table|size|time|value|encoding|SHA|JSON|Parquet)\b": (
        "is not a ..."
    ),
    r"\bthis is no\b": "this is not a ...",
    r"\bmakeshift\b": "only a fallback",
    r"\bbuys? .{0,20}\bback\b": "cannot be outweighed by",
    r"\bhangs? together\b": "depend on each other",
    r"\b(told|tells) (twice|the target|nothing|more)\b": "duplicate; predicts; says",
    r"\bThe data tell\b": "Filled in from the data",
    r"\bstands? (here|there|already|twice|in the file|at last)\b": "is",
    r"\bwhat stands\b(?! (below|in place))": "the current ...",
    r"\b[Ll]east (probability|confidence)\b": "minimum",
    r"\b[Mm]ost (milliseconds|megabytes|repeats)\b": "maximum",
    r"\bis to be (predicted|forecast|named)\b": "should be",
    r"\bas it stands\b": "current",
    r"\b(on|of|by|from|the|an) own\b(?! two)": "your own, a ... of your own",
    r"\bforeign weights\b": "third-party weights",
    r"\bleaves? the house\b": "leave the organisation",
    r"\bno legal advice\b": "not legal advice",
    r"\bover night\b": "overnight",
    r"\bdear(er|est)?\b": "expensive",
    r"\btaken as \w+[,}]? since\b": "treated as ... because",
    r"\bclassical machine learning\b": "classical learning, or classical models",
    r"\btrains? it anew\b|\b[Tt]rains anew\b|\bmeasures? (it )?anew\b": "retrain, measure again",
}
AMERICAN = (
    r"\b[Cc]olors?\b",
    r"\b(?!re?siz|priz)\w{2,}[iy]z(e|es|ed|ing|ations?)\b",
    r"\b[Bb]ehaviors?\b",
    r"\b[Cc]enters?\b",
)


def literals(path):
    """Yield (line, text) of every text in a module that is not a docstring or part of an expression's name."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(node.body[0], ast.Expr)
    }
    parts = {id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | parts:
            yield node.lineno, node.value


def texts(value):
    """Yield the texts of plain data, but for ids, conditions and links."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in ("id", "when", "tests", "url", "library", "where"):
                yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


@cache
def words_of_the_program():
    """Return (place, text) of every sentence: of the code, and of the rules and the catalogue."""
    found = []
    for path in sorted((ROOT / "advisor").rglob("*.py")):
        found += [(f"{path.relative_to(ROOT)}:{line}", text) for line, text in literals(path) if " " in text]
    for path in sorted((ROOT / "rules").rglob("*.yaml")):
        # The titles of publications and the articles' own words are quoted, not written here.
        if path.stem not in ("sources", "knowledge"):
            content = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
            found += [(str(path.relative_to(ROOT)), text) for text in texts(content) if " " in text]
    return tuple(found)


@pytest.mark.slow
def test_the_walk_finds_what_people_read():
    said = [text for _, text in words_of_the_program()]
    assert len(said) > 3000
    assert any("only a fallback here" in text for text in said)
    assert any(text.startswith("Under fast drift") for text in said)


@pytest.mark.parametrize("pattern", TRANSLATED)
def test_no_sentence_sounds_translated(pattern):
    found = [(place, text) for place, text in words_of_the_program() if re.search(pattern, text)]
    assert not found, f"better: {TRANSLATED[pattern]}"


@pytest.mark.parametrize("pattern", AMERICAN)
def test_the_spelling_is_british(pattern):
    assert not [(place, text) for place, text in words_of_the_program() if re.search(pattern, text)]


def models():
    for path in sorted((ROOT / "rules" / "catalogue" / "models").glob("*.yaml")):
        yield from yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)


# Every first word of a title that looks like an ordinary word: the names among them keep their capital in a sentence.
NAMES = {"Conformer", "Donut", "Faster", "Gaussian", "Mahalanobis", "Marian", "Segment", "Whisper"}


def test_titles_keep_a_capital_inside_a_sentence_only_where_they_begin_with_a_name():
    titles = [model["title"] for model in models()]
    ordinary = [title for title in titles if re.fullmatch(r"[A-Z][a-z]*(-[a-z]+)*", title.split()[0])]
    kept = {title.split()[0] for title in ordinary if in_sentence(title) == title}
    assert kept == NAMES
    assert all(in_sentence(title) == title for title in titles if title not in ordinary)


def test_a_count_agrees_with_its_noun():
    assert [counted(number, "finding") for number in (0, 1, 2, 1234)] == [
        "0 findings",
        "1 finding",
        "2 findings",
        "1,234 findings",
    ]


def test_a_sentence_does_not_capitalise_a_field():
    assert sentence("data.rows is far from 10") == "data.rows is far from 10."
    assert sentence("no model fits") == "No model fits."
