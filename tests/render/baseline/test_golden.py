"""Every sample result in three formats, as a user would see it; golden files hold what was judged good."""

from pathlib import Path

import pytest

from advisor.render import FORMATS, View, render
from tests.golden_text import agrees
from tests.render.baseline_samples import SAMPLES

GOLDEN = Path(__file__).parents[2] / "golden" / "baseline"
SUFFIX = {"text": "txt", "json": "json", "markdown": "md"}
EXPLAINED = ("classical-win", "hostile-names")


@pytest.mark.parametrize("format_", SUFFIX)
@pytest.mark.parametrize("name", SAMPLES)
def test_the_report_is_the_golden_one(name, format_, update_golden):
    text = render("baseline", format_, SAMPLES[name](), View())
    agrees(text, GOLDEN / f"{name}.{SUFFIX[format_]}", update_golden)


@pytest.mark.parametrize("format_", ["text", "markdown"])
@pytest.mark.parametrize("name", EXPLAINED)
def test_the_explained_report_is_the_golden_one(name, format_, update_golden):
    text = render("baseline", format_, SAMPLES[name](), View(explain=True))
    agrees(text, GOLDEN / f"{name}-explained.{SUFFIX[format_]}", update_golden)


def test_no_golden_file_is_left_over():
    stems = {*SAMPLES, *(f"{name}-explained" for name in EXPLAINED)}
    assert sorted(path.name for path in GOLDEN.iterdir() if path.stem not in stems) == []


def test_every_format_has_golden_files():
    assert {*SUFFIX, "html"} == set(FORMATS["baseline"])  # pages have test_html.py
