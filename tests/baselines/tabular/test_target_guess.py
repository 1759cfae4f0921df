"""Which column of a table is taken for the target, and which come into question."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from advisor.baselines.tabular.reading import read_table
from advisor.baselines.tabular.target_guess import guess_target
from tests.baselines.tables import levels, numbers, table

ROWS = 200
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def column(name):
    """Values for a column: few classes, or amounts where the name asks for them."""
    if name in ("price", "count", "x", "z", "size", "age", "rating", "salary_in_usd", "SalePrice"):
        return numbers(ROWS, len(name)) * 10 + 40
    if name in ("id", "customerID"):
        return np.arange(ROWS) * 7
    if name == "date":
        return pd.date_range("2020", periods=ROWS)
    return levels(ROWS, "a b c", len(name))


def guess(names, **options):
    return guess_target(table({name: column(name) for name in names.split()}), **options)


@pytest.mark.parametrize(
    ("names", "target", "why"),
    [
        ("size colour target", "target", "the last column, named as targets are"),
        ("size colour Class", "Class", "the last column, named as targets are"),
        ("label size colour", "label", "the first column, named as targets are"),
        ("id label size colour", "label", "the first column, named as targets are"),
        ("customerID survived size", "survived", "the first column, named after an outcome"),
        ("size colour target_class", "target_class", "the last column, named as targets are"),
        ("size default y", "y", "the last column, named as targets are"),
        ("x y", "y", "the last column, named as targets are"),
        ("size colour Churn", "Churn", "the last column, named after an outcome"),
        ("size colour is_fraud", "is_fraud", "the last column, named after an outcome"),
        ("size type price", "price", "the last column, named after an amount that is often predicted"),
        ("size colour SalePrice", "SalePrice", "the last column, named after an amount that is often predicted"),
        ("size colour species", "species", "the last column, named after classes that are often predicted"),
    ],
)
def test_a_column_is_the_target_where_name_and_place_agree(names, target, why):
    assert guess(names) == (target, why, ())


@pytest.mark.parametrize(
    ("names", "candidates"),
    [
        ("size target colour age", ["target", "age", "size"]),
        ("size class colour label", ["label", "class", "size"]),  # two names of targets
        ("size survived colour age", ["survived", "age", "size"]),
        ("size price colour age", ["age", "price", "size"]),
        ("size rating colour price", ["price", "rating", "size"]),  # either may be meant
        ("type size colour age", ["age", "type"]),
        ("size colour outlet_type", ["outlet_type", "size"]),
        ("x y z", ["z", "x"]),  # coordinates
        ("0 1 2 3", ["3", "0"]),
        ("size colour target date", ["target", "size"]),
        ("colour id", ["colour"]),
        ("id date", []),
    ],
)
def test_where_they_do_not_the_likely_columns_are_named(names, candidates):
    found = guess(names)
    assert found.target == found.why == ""
    assert [candidate.name for candidate in found.candidates] == candidates


def test_each_candidate_says_why():
    assert guess("size survived colour age").candidates == (
        ("survived", "named after an outcome"),
        ("age", "the last column"),
        ("size", "the first column"),
    )


def test_columns_that_can_be_no_target_are_passed_over():
    columns = {"size": column("size"), "colour": column("colour")}
    assert guess_target(table({**columns, "target": ["a"] * ROWS})).target == ""
    assert guess_target(table({**columns, "target": pd.date_range("2020", periods=ROWS)})).target == ""
    assert guess_target(table({**columns, "target": [f"word {row}" for row in range(ROWS)]})).target == ""
    assert guess_target(table({**columns, "target": [None] * 150 + ["a", "b"] * 25})).target == ""
    blank = {**columns, "target": column("target"), "Unnamed: 3": [None] * ROWS}
    assert guess_target(table(blank)).target == "target"


def test_columns_with_another_part_are_passed_over():
    assert guess("size colour target", others=("target",)).target == ""
    assert guess("size target colour", others=("colour",)).target == "target"


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the development sets in ../shared")
def test_no_guess_on_real_sets_is_wrong():
    found = {"right": 0, "asked": 0, "wrong": 0}
    for entry in yaml.safe_load((DATA / "datasets.yaml").read_text("utf-8")):
        if entry["kind"] in ("tabular", "messy", "forecast"):
            guessed = guess_target(read_table(DATA / entry["file"])).target
            found["asked" if not guessed else "right" if guessed == entry["target"] else "wrong"] += 1
    assert found["wrong"] == 0
    assert found["right"] >= 12
