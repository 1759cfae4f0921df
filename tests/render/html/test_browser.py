"""Pages in a real browser: nothing fetched, nothing cut off on a phone, legible in the dark and on paper."""

import shutil
import struct
from pathlib import Path

import pytest

from advisor import load_knowledge, read_profile, recommend
from advisor.advice.what_if.joint import joint_answers
from advisor.advice.what_if.sweep import numeric_sweeps
from advisor.render import View, render
from tests.docs.pages import README, shown_files
from tests.render.baseline_samples import SAMPLES
from tests.render.html.test_page import HOSTILE, full_of
from tests.render.support import PROFILES, confirmed

ROOT = Path(__file__).parents[3]
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt-get install chromium")]
PAGES = (
    "table",
    "text",
    "several",
    "infeasible",
    "network-win",
    "failures",
    "confirmed",
    "interactive",
    "hostile",
    "hostile-baseline",
)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # Containers run as root without user namespaces; the page under test is our own.
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    knowledge = load_knowledge()
    results, sweeps = {}, {}
    for name, text in PROFILES.items():
        profile = read_profile(text.encode(), f"{name}.yaml")
        results[name], sweeps[name] = recommend(profile, knowledge), numeric_sweeps(profile, knowledge)
    hostile = [full_of(text) for text in HOSTILE]

    def page(*names):
        view = View(sweeps=tuple(sweeps[name] for name in names))
        return render("recommendation", "html", [results[name] for name in names], view)

    texts = {
        "table": page("table"),
        "text": page("text"),
        "several": page("table", "images", "impossible"),
        "infeasible": page("impossible"),
        "network-win": render("baseline", "html", SAMPLES["network-win"](), View()),
        "failures": render("baseline", "html", SAMPLES["failures"](), View()),
        "confirmed": render("recommendation", "html", [confirmed()], View()),
        "interactive": render(
            "recommendation",
            "html",
            [results["text"]],
            View(joints=(joint_answers(read_profile(PROFILES["text"].encode(), "text.yaml"), knowledge),)),
        ),
        "hostile": render("recommendation", "html", hostile, View(explain=True)),
        "hostile-baseline": render("baseline", "html", SAMPLES["hostile-names"](), View(explain=True)),
    }
    assert tuple(texts) == PAGES
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, files):
    """Open a page; at the end it must have said nothing on the console and asked for nothing but itself."""
    contexts, said, asked = [], [], []

    def open_(name, width=800, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((files / f"{name}.html").as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:///", "data:,"))] == []
    assert len([url for url in asked if url.startswith("file:///")]) == len(contexts)


def opening_all(page):
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_the_whole_width(opened, name):
    page = opened(name, width=360)
    opening_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    wide = """
        [...document.querySelectorAll('body *')].filter(element => {
            if (element.closest('.scroll, .hidden, .skip, svg')) return false;
            const box = element.getBoundingClientRect();
            return box.width && (box.right > 360.5 || box.left < -0.5);
        }).map(element => element.outerHTML.slice(0, 90))
    """
    assert page.evaluate(wide) == []


@pytest.mark.parametrize("name", ["text", "network-win", "failures"])
def test_no_words_of_a_drawing_are_cut_off(opened, name):
    page = opened(name, width=360)
    opening_all(page)
    cut = """
        [...document.querySelectorAll('svg text')].filter(text => {
            const box = text.getBoundingClientRect();
            const around = text.closest('svg').getBoundingClientRect();
            return box.left < around.left - 4 || box.right > around.right + 4
                || box.top < around.top - 4 || box.bottom > around.bottom + 4;
        }).map(text => text.textContent)
    """
    assert page.evaluate(cut) == []
    sizes = page.evaluate("""
        [...document.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)
    """)
    assert min(sizes) * 11 >= 8.9  # pixels of the smallest words


# The ratio of two colours by WCAG 2.
RATIO = """
    const parts = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => parts(colour).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
"""
# Every text with the ratio of its colour to what it is painted on.
TEXTS = f"""() => {{ {RATIO}
    const behind = element => {{
        for (let at = element; at; at = at.parentElement) {{
            const colour = getComputedStyle(at).backgroundColor;
            if (parts(colour)[3] !== 0) return colour;
        }}
        return 'rgb(255, 255, 255)';
    }};
    const found = [];
    for (const element of document.querySelectorAll('body *')) {{
        const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
        if (!own || element.closest('title, desc, style')) continue;
        const drawn = element.closest('svg');
        const style = getComputedStyle(element);
        const colour = drawn ? style.fill : style.color;
        found.push([ratio(colour, behind(drawn || element)), element.textContent.slice(0, 40)]);
    }}
    return found;
}}"""
# The colours of drawings with their ratio to the page.
SHAPES = f"""() => {{ {RATIO}
    const page = getComputedStyle(document.querySelector('.track')).backgroundColor;
    return ['none', 'classical', 'hybrid', 'transfer', 'deep'].map(name => {{
        document.body.style.outlineColor = `var(--${{name}})`;
        return [ratio(getComputedStyle(document.body).outlineColor, page), name];
    }});
}}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["text", "failures", "interactive"])
def test_every_text_has_contrast(opened, name, scheme):
    page = opened(name, color_scheme=scheme)
    opening_all(page)
    found = page.evaluate(TEXTS)
    assert len(found) > 100
    assert [text for ratio, text in found if ratio < 4.5] == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(241, 243, 246)", "dark": "rgb(16, 19, 22)"}[scheme]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shapes_stand_out_from_what_is_around_them(opened, scheme):
    """WCAG 2, 1.4.11: what a drawing means has three times the light of what is around it."""
    ratios = opened("text", color_scheme=scheme).evaluate(SHAPES)
    assert len(ratios) == 5
    assert [name for ratio, name in ratios if ratio < 3] == []


def test_the_keyboard_skips_to_the_answer_and_opens_details(opened):
    page = opened("table")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName"))
        if reached[-1] == "SUMMARY":
            break
    assert reached[-1] == "SUMMARY"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")


def test_values_are_chosen_by_keyboard_and_answered_without_a_request(opened):
    page = opened("interactive")
    section = page.locator(".what-if")
    said = section.locator("output").inner_text()
    assert said == page.locator("h1").inner_text()
    bars = section.locator(".value").all_inner_texts()
    section.locator('input[data-control="0"]:checked').focus()
    answers = set()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        answers.add(section.locator("output").inner_text())
    assert len(answers) > 1
    page.get_by_role("button", name="Back to the profile").press("Enter")
    page.wait_for_function("said => document.querySelector('.what-if output').textContent === said", arg=said)
    assert section.locator(".value").all_inner_texts() == bars


def test_without_scripts_the_page_is_whole(opened):
    page = opened("interactive", java_script_enabled=False)
    assert not page.locator(".what-if").is_visible()
    assert page.locator("h1").is_visible()
    assert page.get_by_role("heading", name="Plan").is_visible()


def test_paper_shows_what_is_folded_and_is_light(opened, tmp_path):
    page = opened("text", color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.querySelector('.part > details').open") is False
    hidden = """
        [...document.querySelectorAll('.part:not(.screen) > details > :not(summary)')]
            .filter(element => !element.checkVisibility({contentVisibilityAuto: true})
                || element.getBoundingClientRect().height === 0)
            .map(element => element.outerHTML.slice(0, 60))
    """
    assert page.evaluate(hidden) == []
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", ["several", "network-win", "failures", "confirmed", "interactive"])
def test_axe_finds_no_barrier(opened, name):
    """The rules of axe-core for WCAG 2.2 AA and good practice."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened(name, bypass_csp=True)  # axe is a script, which the page forbids
    opening_all(page)
    found = Axe().run(page).response
    assert len(found["passes"]) > 20
    assert [(item["id"], [node["html"][:120] for node in item["nodes"]]) for item in found["violations"]] == []


def test_the_program_writes_a_page_that_a_browser_shows(advisor, browser, tmp_path):
    done = advisor("recommend", str(ROOT / "examples" / "telecom-churn.yaml"), "--format", "html", "-o", "page.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert page.title().startswith("Use classical learning")
    assert page.locator(".bars li").count() >= 5
    page.close()


def test_the_picture_in_the_readme_is_of_this_page(browser, advisor, tmp_path, update_golden):
    """The picture is taken anew by --update-golden."""
    readme = README.read_text("utf-8")
    (tmp_path / "profile.yaml").write_text(shown_files(README)["profile.yaml"], encoding="utf-8")
    assert advisor("recommend", "profile.yaml", "--format", "html", "-o", "report.html").returncode == 0
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto((tmp_path / "report.html").as_uri())
    picture = ROOT / "docs" / "report.png"
    if update_golden:
        picture.parent.mkdir(exist_ok=True)
        page.screenshot(path=picture)
    answer = page.locator("h1").inner_text()
    page.close()
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (1400, 1000)
    assert f"![A page that says: {answer}](docs/report.png)" in readme, "the picture is old: pytest --update-golden"


def test_scripts_in_a_name_do_not_run(opened):
    page = opened("hostile")
    assert page.locator("script, img, iframe, object, [onerror], [onload]").count() == 0
    assert page.locator("main").count() == 1
    assert page.title() == f"Recommendations for {len(HOSTILE)} profiles"
