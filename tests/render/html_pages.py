"""What a page consists of, read by a parser."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

VOID = {"meta", "link", "input"}
# Elements of the template with their attributes; whatever else is found on a page came from a text.
OURS = {
    "html": {"lang"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "link": {"rel", "href"},
    "a": {"class", "href", "aria-label"},
    "main": {"id"},
    "nav": {"aria-label"},
    "section": {"class"},
    "article": {"class", "aria-labelledby"},
    "header": {"class", "style"},
    "h1": {"id"},
    "h2": {"id"},
    "h3": {"id"},
    "p": {"class"},
    "ul": {"class"},
    "ol": {"class"},
    "li": {"class", "aria-hidden"},
    "dl": {"class"},
    "div": {"class", "id", "role", "tabindex", "aria-label"},
    "span": {"class", "aria-hidden", "style"},
    "code": {"dir"},
    "details": {"class"},
    "table": {"class"},
    "caption": {"class"},
    "tr": {"class"},
    "th": {"scope", "class", "colspan"},
    "td": {"class", "colspan"},
    "figure": {"id"},
}
# What a style of an element may say: the colour of an approach, and where a bar lies.
STYLE = re.compile(r"--c:var\(--(none|classical|hybrid|transfer|deep|warn)\)(;left:[\d.]+%(;width:[\d.]+%)?)?")
BARE = {
    "head",
    "title",
    "style",
    "body",
    "footer",
    "dt",
    "dd",
    "strong",
    "summary",
    "thead",
    "tbody",
    "figcaption",
    "bdi",
}
SVG = {
    "svg": {"viewbox", "role", "aria-labelledby"},
    "g": {"id", "clip-path"},
    "path": {"id", "d", "style", "clip-path"},
    "text": {"style", "x", "y", "transform"},
    "use": {"href", "x", "y", "style"},
    "rect": {"x", "y", "width", "height"},
    "clippath": {"id"},
    "defs": set(),
    "title": {"id"},
    "desc": {"id"},
}


class Element(NamedTuple):
    """An element, its attributes, whether it is part of a drawing, and the text right inside."""

    tag: str
    attributes: dict[str, str | None]
    drawn: bool
    words: list[str]


class Page(HTMLParser):
    """The elements of a page in order; every tag that opens must close in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(text)
        self.close()
        assert not self.open, [element.tag for element in self.open]

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"{tag} has an attribute twice: {attrs}"
        drawn = tag == "svg" or any(element.drawn for element in self.open)
        element = Element(tag, dict(attrs), drawn, [])
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        if self.open:
            self.open[-1].words.append(data)
        else:
            assert not data.strip()

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    @property
    def text(self) -> str:
        """All that a reader sees, on one line."""
        parts = [part for element in self.elements if element.tag not in ("style", "script") for part in element.words]
        return " ".join(" ".join(parts).split())

    def foreign(self) -> list[str]:
        """Elements and attributes that are not the template's."""
        found = []
        for element in self.elements:
            allowed = (
                SVG.get(element.tag) if element.drawn else OURS.get(element.tag, set() if element.tag in BARE else None)
            )
            styled = element.drawn or STYLE.fullmatch(element.attributes.get("style") or "--c:var(--none)")
            if allowed is None or not styled or not set(element.attributes) <= allowed:
                found.append(f"{element.tag} {element.attributes}")
        return found

    def of(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    @property
    def ids(self) -> list[str]:
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]
