"""Each score in a headline or a sentence stands in the table, in the row of a champion; what had less is apart."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.render import View, render
from advisor.render.baseline.card import card
from advisor.render.baseline.content import headline, model_blocks
from advisor.render.layout.blocks import Paragraph, Ranking
from advisor.reports.baseline import HybridChance, Settles
from advisor.reports.digits import digits_of
from advisor.reports.selection import advised_model, common_footing, compared_models, footing_of, is_champion
from tests.bounds import examples
from tests.render.baseline_samples import PUBLISHED, SAMPLES, TITLES, changed, lost, made, scored, told

NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w]|\.\d)")
FOOTINGS = st.sampled_from(
    [(20000, 16000, 5), (20000, 16000, 3), (8000, 6400, 5), (20000, 9600, 5), (40000, 32000, 10)]
)


def as_value(text):
    return float(text.replace(",", ""))


def shown(format_, result):
    """Return a report as the words that a reader sees, a line for each row of the table."""
    text = render("baseline", format_, result, View(width=400, full=True))
    if format_ == "html":
        text = re.sub(r"<(svg|style|details)\b.*?</\1>", " ", text, flags=re.DOTALL)
        text = re.sub(r"\s*\n\s*", " ", text)
        text = re.sub(r"</(p|tr|li|h\d)>", "\n", text)
        text = unescape(re.sub(r"<[^>]*>", " ", text))
    return text


def rows_of(text, names):
    """Return the lines of the table that begin with one of these names, marked or not."""
    found = []
    for line in text.splitlines():
        bare = line.strip().strip("|* ")
        found += [line for name in names if bare.startswith(name) and re.search(r"\d.*\d.*\d", line)]
    return found


@st.composite
def results(draw):
    """Draw a result whose champions, rows and folds vary, with a reason that quotes the champions' scores."""
    scale = draw(st.sampled_from([1, 100, 1e4]))
    spread = draw(st.floats(0.001, 0.03)) * scale
    footing = draw(FOOTINGS)
    models = [scored("dummy", 0.5 * scale, 0.0)]
    for name in [name for name, (_, family) in TITLES.items() if family != "reference"]:
        row = scored(name, draw(st.floats(0.55, 0.95)) * scale, spread)
        own = draw(st.just(footing) | FOOTINGS)
        models.append(row._replace(rows=own[0], rows_tested=own[1], folds=own[2]))
        if draw(st.integers(0, 5)) == 0:
            models[-1] = lost(name, draw(st.sampled_from(["timed-out", "failed"])), "it took too long")
    ids = {row.id: row for row in models if row.status == "ok"}
    best = {
        family: draw(st.sampled_from([None, *(name for name in ids if TITLES[name][1] == family)]))
        for family in ("ml", "dl")
    }
    champions = [row for row in models if row.id in best.values()]
    result = made(models=tuple(models), prefer=draw(st.sampled_from(["ml", "dl", "hybrid", "none"])))
    result = changed(result, "comparison", best_ml=best["ml"], best_dl=best["dl"], advised_ml=None, advised_dl=None)
    if len(champions) == 2:
        ahead = ids[best["ml"]].score - ids[best["dl"]].score
        result = changed(result, "comparison", difference=ahead, ci95=(ahead - spread, ahead + spread))
    else:
        result = changed(result, "comparison", difference=None, ci95=None)
    digits = digits_of(compared_models(result))
    standing = [row for row in champions if row in compared_models(result)]
    because = " and ".join(f"{row.title} scores {digits.score(row.score)}" for row in standing) or "nothing finished"
    chance = draw(st.none() | st.floats(0, 1))
    pays = told(
        "open" if chance is None else draw(st.sampled_from(["yes", "no", "open"])),
        chance,
        because,
        published=draw(st.sampled_from([None, PUBLISHED])),
        hybrid=draw(st.none() | st.builds(HybridChance, st.floats(0, 1))),
        settles=draw(
            st.none() | st.builds(Settles, st.none() | st.floats(0.1, 500), st.none() | st.integers(1, 10**6))
        ),
    )
    return result._replace(pays=pays)


def holds(result, *formats):
    """Hold formats to one set of figures."""
    digits = digits_of(compared_models(result))
    compared = [row for row in compared_models(result) if row.score is not None and row.status == "ok"]
    champions = [row for row in compared if is_champion(row, result)]
    titles = [row.title for row in champions]
    reason = result.pays.because if result.pays else ""
    for format_ in formats:
        text = shown(format_, result)
        rows = rows_of(text, titles)
        standing = {as_value(number) for line in rows for number in NUMBER.findall(line)}
        standing |= {as_value(digits.score(row.score)) for row in compared if row.role == "constant"}
        quoted = [number for number in NUMBER.findall(reason) if "." in number]
        quoted = [number for number in quoted if as_value(number) not in amounts(result)]
        assert [number for number in quoted if as_value(number) not in standing] == []
        difference = re.search(r"Difference: ([\d,.]+) in favour of", text)
        if difference and result.pays:
            first, second = (row.score for row in champions if row.family in ("ml", "dl"))
            unit = 10.0 ** -(digits.decimals + 1)
            assert abs(as_value(difference[1]) - abs(first - second) / 10**digits.power) <= unit


def amounts(result):
    """Return what a reason may say besides scores: by how much one is ahead, as the report writes it."""
    digits, ahead = digits_of(compared_models(result)), result.comparison.difference
    return {as_value(digits.score(abs(ahead)))} if ahead is not None else set()


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_have_one_set_of_figures(name):
    holds(SAMPLES[name](), "text", "markdown", "html")


@examples(60)
@given(results())
def test_every_result_has_one_set_of_figures(result):
    holds(result, "text", "markdown")


@examples(10)
@given(results())
def test_every_page_has_one_set_of_figures(result):
    holds(result, "html")


@examples(100)
@given(results())
def test_what_had_other_rows_or_folds_is_below_the_line_and_never_starred(result):
    ranking = next(block for block in model_blocks(result) if isinstance(block, Ranking))
    common = common_footing(result)
    apart = [row for row in result.models if row.status == "ok" and footing_of(row) != common]
    below = [line for group in ranking.groups if group.apart for line in group.lines]
    above = [line for group in ranking.groups if not group.apart for line in group.lines]
    assert len(below) == len(apart)
    assert len(above) + len(below) == len(result.models)
    assert all(re.search(r", (\d+ of \d+ folds|\d+ folds|on |tested on )", line.name) for line in below)
    assert not any(line.best for line in below)
    assert {line.name for line in above if line.best} == {
        row.title for row in result.models if row not in apart and is_champion(row, result)
    }


@examples(60)
@given(results())
def test_families_are_compared_only_where_both_champions_stand(result):
    found = [block.text for block in model_blocks(result) if isinstance(block, Paragraph)]
    best = (result.comparison.best_ml, result.comparison.best_dl)
    standing = [row for row in compared_models(result) if row.id in best]
    assert bool(found) == (len(standing) == 2)


def test_a_headline_names_no_score():
    for make in SAMPLES.values():
        result = make()
        if result.pays:
            scores = {digits_of(compared_models(result)).score(row.score) for row in result.models if row.score}
            assert not scores & set(NUMBER.findall(headline(result)))
            assert dict(card(result).rows)["Why"]


@examples(100)
@given(results())
def test_scores_of_the_card_are_those_of_the_short_table(result):
    lines = render("baseline", "text", result, View(width=400)).splitlines()
    table = [line for line in lines if line.startswith("  * ")]
    for name, said in card(result).rows:
        if name in ("Classical", "Network", "Hybrid"):
            title, _, figures = said.rpartition(": ")
            line = next(line for line in table if line.startswith(f"  * {title} "))
            assert set(NUMBER.findall(figures)) <= set(NUMBER.findall(line.removeprefix(f"  * {title}")))


def test_what_the_model_takes_stands_in_its_row():
    for make in SAMPLES.values():
        result = make()
        lines = render("baseline", "text", result, View(width=400)).splitlines()
        said = dict(card(result).rows).get("Limits", "")
        for figure in re.findall(r"response ([\d.]+) ms|size ([\d.]+ [kMG]?B)", said):
            model = advised_model(result)
            row = next(line for line in lines if line.strip("* ").startswith(model.title))
            assert next(filter(None, figure)) in re.split(r"  +|/", row)
