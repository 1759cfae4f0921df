"""A result in a notebook, as plain data and as a table."""

import html
import json
import re
from html.parser import HTMLParser

from advisor import load_profile, recommend
from advisor.engine.library import bundled_folder
from advisor.profile.reader import read_profile
from advisor.render.formats import render

EXAMPLES = bundled_folder("examples")
NASTY = '<script>alert("1")</script>\u202e`x` & [link](http://evil.example)'


class Page(HTMLParser):
    """Collects the elements, their attributes and the text of a page."""

    def __init__(self, content):
        super().__init__()
        self.open, self.seen, self.attributes, self.text = [], set(), set(), ""
        self.feed(content)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_a_notebook_shows_the_answer_and_the_card():
    answer = recommend(load_profile(EXAMPLES / "telecom-churn.yaml"))
    page = Page(answer._repr_html_())
    assert page.open == []
    text = render("recommendation", "text", [answer])
    assert text.splitlines()[0] in page.text
    for label in re.findall(r"^  (\w[\w ()-]*?)  ", text, re.MULTILINE):
        assert label in page.text


def test_nothing_of_the_users_is_markup_and_nothing_is_fetched():
    profile = json.dumps({"name": NASTY, "task": "classification", "data": {"structure": "tabular", "rows": 900}})
    shown = recommend(read_profile(profile.encode(), "p.json"))._repr_html_()
    page = Page(shown)
    assert page.seen <= {"div", "bdi", "dl", "dt", "dd", "p", "small", "b", "code"}
    assert page.attributes == {"style"}
    assert html.escape('<script>alert("1")</script>') in shown
    assert "\u202e" not in shown


def test_the_object_and_its_text_are_what_the_command_prints():
    answer = recommend(load_profile(EXAMPLES / "telecom-churn.yaml"))
    assert answer.to_json() == render("recommendation", "json", [answer])
    assert answer.to_dict() == json.loads(answer.to_json())


def test_the_frame_has_a_row_for_each_approach():
    frame = recommend(load_profile(EXAMPLES / "telecom-churn.yaml")).to_frame()
    assert sorted(frame.index) == ["classical", "deep", "hybrid", "none", "transfer"]
    assert abs(frame["probability"].sum() - 1) < 1e-5
    assert frame.iloc[0].name == "classical"
