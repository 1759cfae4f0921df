"""HTML: one page by itself, in which everything is labelled and no text becomes markup."""

import base64
import hashlib
import json
import re
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import read_profile, recommend
from advisor.advice.knowledge import bundled_knowledge
from advisor.advice.what_if.sweep import numeric_sweeps
from advisor.render import View, render
from advisor.reports.baseline import ProfileAnswer
from advisor.reports.recommendation import Caution, PlanStep
from advisor.reports.what_if import Control, JointAnswers, JointCell
from tests.bounds import examples
from tests.render.baseline_samples import SAMPLES
from tests.render.baseline_samples import hostile as hostile_baseline
from tests.render.html_pages import Page
from tests.render.support import PROFILES, confirmed, infeasible, made, model, reason, toss_up

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}} {% raw %}",
    "\x1b[31mred\x1b[0m",
    "\u202egnirts\u202c",
    "x" * 10_000,
    "=1+1|cmd",
    "</title></style></svg><b>",
    "$\\frac{1}{0}$ $x",
    "'\" onload=alert(1) ",
    "&lt;i&gt; &amp;",
    "\ud800half",
    "-->",
    "]]>",
)


parsed = cache(Page)


def shown(*results, **view):
    return render("recommendation", "html", results, View(**view))


def measured(result, **view):
    return render("baseline", "html", result, View(**view))


@pytest.fixture(scope="module")
def pages(real):
    explained = {"explain": True, "why_not": "deep"}
    return {
        **{name: shown(result) for name, result in real.items()},
        "explained": shown(real["table"], **explained),
        "several": shown(*real.values()),
        "toss-up": shown(toss_up()),
        "infeasible": shown(infeasible()),
        **{f"baseline-{name}": measured(make()) for name, make in SAMPLES.items()},
        "baseline-explained": measured(hostile_baseline(), explain=True),
    }


@pytest.mark.slow
def test_every_page_is_well_formed_and_consists_of_the_template_alone(pages):
    for name, text in pages.items():
        assert text.startswith("<!DOCTYPE html>\n<html lang="), name
        assert parsed(text).foreign() == [], name


def test_nothing_is_fetched_and_no_script_runs(pages):
    for name, text in pages.items():
        page = parsed(text)
        policy = page.of("meta")[1].attributes["content"]
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:"), name
        links = {element.attributes["href"] for element in page.elements if "href" in element.attributes}
        assert {link for link in links if not link.startswith("#")} == {"data:,"}, name
        assert {link[1:] for link in links if link.startswith("#")} <= set(page.ids), name
        styles = " ".join([*page.of("style")[0].words, *(str(item.attributes.get("style")) for item in page.elements)])
        assert not re.search(r"url\((?!#)|@import|@font-face", styles), name


def test_ids_are_unique_and_every_label_exists(pages):
    for name, text in pages.items():
        page = parsed(text)
        assert len(page.ids) == len(set(page.ids)), name
        for element in page.elements:
            assert set((element.attributes.get("aria-labelledby") or "").split()) <= set(page.ids), name


def test_headings_go_down_by_one(pages):
    for name, text in pages.items():
        levels = [int(item.tag[1]) for item in parsed(text).elements if re.fullmatch("h[1-6]", item.tag)]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after - before <= 1 for before, after in pairwise(levels)), name


def test_every_drawing_has_its_words_and_its_table(pages):
    for name, text in pages.items():
        page = parsed(text)
        assert len(page.of("svg")) == len(page.of("figure")) == len(page.of("figcaption")), name
        for drawing in page.of("svg"):
            assert drawing.attributes["role"] == "img"
        for tag in ("title", "desc"):
            words = [item.words for item in page.of(tag) if item.drawn]
            assert len(words) == len(page.of("svg")), name
            assert all("".join(part).strip() for part in words), name
        for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
            page = Page(table)
            assert page.of("caption"), name
            assert all(cell.attributes["scope"] in ("col", "row", "rowgroup") for cell in page.of("th")), name


def test_the_answer_comes_first(real):
    page = Page(shown(real["table"]))
    assert "".join(page.of("h1")[0].words).startswith("Use classical learning: start with")
    assert "right in about" in "".join(page.of("dd")[0].words)
    assert "".join(Page(shown(infeasible())).of("h1")[0].words).startswith("No approach is feasible")
    assert "Smallest change that helps" in Page(shown(infeasible())).text


def bar_of(page, label):
    """Return what stands beside a label: the style of its bar and its value."""
    words = [(element, " ".join("".join(element.words).split())) for element in page.elements]
    place = next(place for place, (element, said) in enumerate(words) if element.tag == "bdi" and said == label)
    rest = [element for element in page.elements[place:] if element.tag == "span"]
    bar = next(element for element in rest if (element.attributes["class"] or "").startswith("bar"))
    return bar.attributes["style"], next("".join(e.words) for e in rest if e.attributes["class"] == "value")


def test_bars_show_what_the_result_says():
    page = Page(shown(made(profile={"name": "x", "latency": {"p95_ms": 70}})))
    assert bar_of(page, "classical learning") == ("--c:var(--classical);left:0.0%;width:81.2%", "0.81")
    assert bar_of(page, "A plain table") == ("--c:var(--classical);left:0.0%;width:100.0%", "+8.5")
    assert bar_of(page, "Few labels") == ("--c:var(--transfer);left:0.0%;width:41.2%", "+3.5")
    assert "USD 0.50 to 1,234" in page.text


def test_models_stand_beside_the_limits_that_judge_them():
    text = shown(made(profile={"name": "x", "latency": {"p95_ms": 70}}))
    limits = re.search(r"Your limits.*?</tr>", text, re.DOTALL)
    assert limits
    assert "70 ms" in limits[0]
    models = re.findall(r"<tr>(?:(?!</tr>).)*62 ms(?:(?!</tr>).)*</tr>", text, re.DOTALL)
    assert ["over the limit" in model for model in models] == [False, True]


def test_a_baseline_has_scores_latency_and_curve():
    page = Page(measured(SAMPLES["network-win"]()))
    assert {"glance", "latency-title", "curve-title"} <= set(page.ids)
    drawn = [word for item in page.of("text") for word in item.words]
    assert "forecast" in drawn
    assert bar_of(page, "TabM-mini network")[1] == "534.1"
    assert bar_of(page, "TabM-mini network")[0].startswith("--c:var(--deep);left:0.0%")
    assert "off the scale" in page.text


@pytest.mark.slow
def test_one_approach_has_one_colour_on_the_whole_page():
    profile = read_profile(PROFILES["text"].encode(), "text.yaml")
    knowledge = bundled_knowledge()
    text = shown(recommend(profile, knowledge), sweeps=(numeric_sweeps(profile, knowledge),))
    line = re.search(r'<path d="[^"]*" clip-path="[^"]*" style="[^"]*stroke: var\(--classical\)', text)
    assert line
    assert "--c:var(--classical)" in text
    assert not re.search(r"var\(--(blue|orange|green|purple|gray)\)", text)


@pytest.mark.parametrize(
    ("confirmation", "title"),
    [
        ("confirmed", "Confirmed by the measurement"),
        ("contradicted", "Contradicted by the measurement"),
        ("inconclusive", "The measurement is inconclusive"),
    ],
)
def test_one_page_shows_profile_and_measurement(confirmation, title):
    text = shown(confirmed(confirmation=confirmation))
    page = Page(text)
    assert page.foreign() == []
    assert len(page.ids) == len(set(page.ids))
    heading, banner, nav = (text.index(part) for part in ("<h1", f"<strong>{title}</strong>", "<nav"))
    assert heading < banner < nav
    assert page.text.count("The profile alone says classical learning (0.74); with the measurement") == 1
    assert {"measured", "checks", "protocol", "approaches", "latency-title"} <= set(page.ids)
    assert "hints" not in page.ids


def test_a_baseline_held_against_a_profile_says_what_that_means():
    answer = ProfileAnswer(
        "p.yaml", "deep", 0.7, "classical", "ml", 0.8, "contradicted", "It is so.", ("Rows differ.",)
    )
    page = Page(measured(SAMPLES["classical-win"]()._replace(recommendation=answer)))
    assert page.text.count("Contradicted by the measurement") == 1
    assert page.text.count("It recommends a network of your own (0.70); with the measurement, classical") == 1
    assert "Rows differ." in page.text


def test_drawings_take_every_colour_from_the_page(pages):
    for name, text in pages.items():
        for element in parsed(text).elements:
            style = element.attributes.get("style") or ""
            assert "#" not in style.replace("url(#", ""), (name, style)
            assert "font-family" not in style


def test_probabilities_along_a_field_mark_the_flip_and_the_profile():
    profile = read_profile(PROFILES["text"].encode(), "text.yaml")
    knowledge = bundled_knowledge()
    page = Page(shown(recommend(profile, knowledge), sweeps=(numeric_sweeps(profile, knowledge),)))
    drawn = [word for item in page.of("text") for word in item.words]
    assert "now 5,574" in drawn
    assert any(word.startswith("changes at ") for word in drawn)
    assert "flipping" in page.ids
    assert "It stays the same, each on its own, for from 2 to 200" in page.text  # the field is code
    assert [name for name in page.ids if name.startswith("along-") and name.endswith("-title")] == [
        "along-data-labelled-title"
    ]
    assert page.foreign() == []
    values = [cell.words for cell in page.of("th") if cell.words == ["5,574"]]
    assert len(values) == 1


def test_identical_input_gives_identical_bytes(real):
    assert shown(real["images"]) == shown(real["images"])
    assert measured(SAMPLES["network-win"]()) == measured(SAMPLES["network-win"]())


def test_the_view_of_a_terminal_changes_nothing(real):
    assert shown(real["table"]) == shown(real["table"], width=20, color=True)


def test_the_style_of_the_users_matplotlib_changes_nothing(real):
    import matplotlib as mpl

    plain = shown(real["table"])
    with mpl.rc_context({"text.usetex": True, "font.size": 30, "svg.fonttype": "path", "axes.facecolor": "red"}):
        assert shown(real["table"]) == plain
        assert mpl.rcParams["font.size"] == 30


def full_of(text):
    """Return a recommendation in which every text of a user or of a rule is this one."""
    return made(
        profile={"name": text, "task": "classification", "latency": {"p95_ms": 50}},
        reasons=(
            reason("a", because=text, classical=7.5)._replace(title=text),
            reason("b", because=text, transfer=2.0)._replace(title=text),
        ),
        candidates=(
            model("classical", title=text, library=text, why=text),
            model("transfer", False, title=text, rescued_by=(text,)),
        ),
        plan=(PlanStep(text, text, "data"),),
        warnings=(Caution("x", ("data.rows",), text),),
    )


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text):
    for page in (
        Page(shown(full_of(text), full_of(text), explain=True, why_not="transfer")),
        Page(measured(SAMPLES["classical-win"]()._replace(verdict_reason=text, saved=text))),
    ):
        assert page.foreign() == []
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page.text)
        for element in page.elements:
            for name, value in element.attributes.items():
                assert name not in ("href", "src") or value.startswith(("#", "data:,"))
                assert not name.startswith("on")


def test_a_template_in_a_text_is_not_filled_in():
    assert "49" not in Page(shown(full_of("{{7*7}}"))).of("title")[0].words[0]


ANYTHING = st.text(max_size=30) | st.text("<>\"'&`={}%$\\/!-]sx", max_size=30)


@pytest.fixture(scope="module")
def harmless():
    return Page(shown(full_of("x"), explain=True))


@pytest.mark.slow
@examples(15)
@given(text=ANYTHING)
def test_no_text_becomes_markup(harmless, text):
    page = Page(shown(full_of(text), explain=True))
    assert page.foreign() == []
    for tag in ("figure", "table", "h2", "section", "summary"):
        assert len(page.of(tag)) == len(harmless.of(tag))


def playing(text="Trees"):
    """Return answers to two fields whose words are a user's own, one combination contradicting itself."""
    chances = dict.fromkeys(("none", "classical", "hybrid", "transfer", "deep"), 0.1) | {"classical": 0.6}
    cell = JointCell("ml", "classical", chances, "transfer", text, text)
    toss = JointCell("toss-up", "classical", chances, "transfer", text, "", fits=False)
    controls = (Control("data.rows", text, (None, 900), 1), Control("latency.mode", "How?", ("batch", text), 0))
    return JointAnswers(controls, (cell, None, toss, JointCell("infeasible", None, dict.fromkeys(chances, 0.0))))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_can_be_played_with_is_data_and_one_script_of_ours(text):
    page = Page(shown(made(), joints=(playing(text),)))
    data, ours = page.of("script")
    assert data.attributes == {"type": "application/json"}
    assert ours.attributes == {}
    allowed = base64.b64encode(hashlib.sha256("".join(ours.words).encode()).digest()).decode()
    policy = page.of("meta")[1].attributes["content"]
    assert policy.endswith(f"; form-action 'none'; script-src 'sha256-{allowed}'")
    assert {item.partition(" ")[0] for item in page.foreign()} == {
        *("section", "form", "fieldset", "legend", "label", "input", "button", "output", "script")
    }
    sentences = json.loads("".join(data.words))["sentences"]
    assert sentences[1] == "These values contradict each other."
    assert sentences[2].startswith("Toss-up between classical learning and a pretrained network: compare them, but no")
    assert sentences[3] == "No approach is feasible."


def test_a_page_to_play_with_is_small_and_the_same_each_time():
    page = shown(made(), joints=(playing(),))
    assert page == shown(made(), joints=(playing(),))
    assert len(page.encode()) < 400_000
    section = next(item for item in Page(page).of("section") if "what-if" in (item.attributes["class"] or ""))
    assert "hidden" in section.attributes
