"""Whether a network pays: the headline, what stands below it, and results that do not say."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.render import View, render
from advisor.render.baseline.card import card
from advisor.render.baseline.content import headline, sections
from advisor.render.layout.wording import frequency
from advisor.reports.baseline import HybridChance, Margin, Settles
from tests.render.baseline_samples import (
    changed,
    hybrid_win,
    likely,
    made,
    open_answer,
    signal_free,
    stopped_early,
    unlikely,
)


def open_with(settles, **changes):
    result = open_answer()
    return result._replace(pays=result.pays._replace(settles=settles), **changes)


BEYOND = likely()._replace(pays=likely().pays._replace(answer="no"), prefer="ml")
OPEN = "Open: not settled whether a network pays here; start with XGBoost."


@pytest.mark.parametrize(
    ("result", "sentence", "how_sure"),
    [
        (
            unlikely(),
            "No: a network is unlikely to pay here; start with regularised linear model.",
            "Nearly certain: 1 in 60 that a network leads by over 0.005 ROC AUC.",
        ),
        (
            likely(),
            "Yes: a network is likely to pay here; start with TabM-mini network.",
            "Nearly certain: 19 in 20 that a network leads by over 39.9 RMSE.",
        ),
        (
            BEYOND,
            "No: a network may be better here, but breaks a limit of the profile; start with XGBoost.",
            "The limit decides: 19 in 20 that a network leads by over 39.9 RMSE.",
        ),
        (open_answer(), OPEN, "Open: 3 in 10 that a network leads by over 0.0021 ROC AUC."),
        (
            hybrid_win(),
            "A hybrid is likely to pay here, more than classical models and networks alone; start with network "
            "features, XGBoost on top.",
            "Nearly certain: 29 in 30 that it leads both by over 39.9 RMSE.",
        ),
        (signal_free(), "No model: nothing beats a constant answer here.", ""),
        (stopped_early(), "Open: stopped before there was an answer; start with XGBoost.", ""),
        (stopped_early()._replace(interrupted=False), "Open: no network finished; start with XGBoost.", ""),
        (
            made(),
            "Classical learning is enough here.",
            "Classical models better 0.93 · equal 0.07 · networks better <0.01",
        ),
    ],
)
@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_every_format_leads_with_whether_a_network_pays(result, sentence, how_sure, format_):
    text = render("baseline", format_, result, View(width=400))
    first = re.search(r"<h1[^>]*>(.*?)</h1>", text)[1] if format_ == "html" else text.splitlines()[0]
    assert first.removeprefix("## ") == sentence
    assert dict(card(result).rows).get("How sure", "") == how_sure
    assert re.sub(r"&lt;|\\", lambda found: {"&lt;": "<"}.get(found[0], ""), text).count(how_sure) == 1 or not how_sure


@pytest.mark.parametrize(("chance", "word"), [(0.9, "Very likely"), (0.949, "Very likely"), (0.95, "Nearly certain")])
def test_the_words_for_how_sure_are_those_of_every_card(chance, word):
    yes = likely()._replace(pays=likely().pays._replace(probability=chance))
    no = unlikely()._replace(pays=unlikely().pays._replace(probability=1 - chance - 1e-9))
    for result in (yes, no):
        assert dict(card(result).rows)["How sure"].startswith(f"{word}: ")


@pytest.mark.parametrize(
    ("settles", "said"),
    [
        (Settles(11.2, 8732), "12 more minutes or 8,800 more rows may do"),
        (Settles(100.0, None), "2 more hours may do"),
        (Settles(None, 9000), "9,000 more rows may do"),
        (Settles(None, None), None),
        (None, None),
    ],
)
def test_what_settles_an_open_answer_stands_on_the_card(settles, said):
    assert dict(card(open_with(settles)).rows).get("To settle") == said


def test_a_budget_that_was_too_short_is_no_finding():
    without = signal_free()._replace(checks=())
    pays = without.pays._replace(answer="open", probability=None, probability_from_data_alone=None)
    assert headline(without._replace(pays=pays)) == "Open: too short to say whether a network pays."


def how_sure(result):
    """Return what the section on both probabilities says."""
    found = next((section for section in sections(result, View()) if section.name == "sureness"), None)
    return "" if found is None else found.blocks[0].text


def test_both_probabilities_stand_below_with_the_margin_and_where_it_comes_from():
    assert how_sure(unlikely()) == (
        "Probability that a network is better by more than 0.005 ROC AUC (less counts as equal): 0.02 with published "
        "differences on 342 data sets (TabArena 0.1), 0.04 from these data alone."
    )
    assert how_sure(open_answer()) == (
        "Probability that a network is better by more than 0.0021 ROC AUC (less does not earn its cost, by the "
        "profile): 0.31 with published differences on 342 data sets (TabArena 0.1), 0.32 from these data alone."
    )
    assert how_sure(likely()) == (
        "Probability that a network is better by more than 39.9 RMSE (less counts as equal): 0.95 from these data "
        "alone; nothing published was taken into account."
    )
    assert how_sure(signal_free()) == how_sure(made()) == ""


def test_a_hybrid_below_the_mark_is_not_named():
    result = hybrid_win()
    assert headline(result._replace(pays=result.pays._replace(hybrid=HybridChance(0.89)))).startswith("Yes: ")


def test_the_model_to_start_with_is_the_advised_one_and_else_the_champion():
    plain = changed(likely(), "comparison", advised_dl=None)
    assert headline(plain) == headline(likely())


def test_a_large_margin_is_whole():
    result = likely()
    pays = result.pays._replace(margin=Margin(12345.678, "rmse", "profile"))
    assert "by more than 12,346 RMSE (less does not earn" in how_sure(result._replace(pays=pays))


def test_the_hint_names_the_budget_that_would_settle_it():
    text = render("baseline", "text", open_answer(), View(full=True))
    assert "  - `--budget 14m`: may settle the answer.\n" in text
    long = changed(open_answer(), "protocol", budget_s=86_000.0)
    assert "--budget" not in render("baseline", "text", long, View(full=True)).partition("Next steps")[2]


def test_what_the_champions_were_tested_on_is_told():
    text = " ".join(render("baseline", "text", stopped_early(), View(full=True)).split())
    assert "ROC AUC over 2 of 5 stratified folds of all 7,043 rows" in text
    assert "The champions were chosen on 4,000 rows that no fold tests." in render(
        "baseline", "text", likely(), View(full=True)
    )
    assert "Each family is judged by its own choice" in render("baseline", "text", unlikely(), View(full=True))


@given(st.floats(0, 1))
def test_a_frequency_never_makes_what_is_rare_rarer(share):
    found = frequency(share)
    if found[0].isdigit():
        count, of = (int(part.replace(",", "")) for part in found.split(" in "))
        shown = count / of
        assert 0 < shown < 1
        assert abs(shown - share) <= 0.0501
        if share < 0.15:
            assert shown >= share - 1e-6
        if share > 0.85:
            assert shown <= share + 1e-6
    else:
        assert min(share, 1 - share) < 0.001


def test_a_probability_that_is_not_a_number_is_unknown():
    result = open_answer()
    pays = result.pays._replace(probability=math.nan, probability_from_data_alone=math.nan, settles=None)
    result = result._replace(pays=pays)
    assert headline(result) == "Open: too short to say whether a network pays; start with XGBoost."
    assert how_sure(result) == dict(card(result).rows).get("How sure", "") == ""


def test_the_chance_of_a_hybrid_is_told_where_it_is_noteworthy():
    result = hybrid_win()
    for chance, told in ((0.04, False), (0.3, True)):
        pays = result.pays._replace(hybrid=HybridChance(chance))
        last = how_sure(result._replace(pays=pays))
        assert ("That a hybrid is better than both: 0.30." in last) == told
