"""The formats of every kind of result: one registry, one function that renders."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import PurePath
from typing import Any, NamedTuple

from advisor.render.view import View


class Format(NamedTuple):
    """What turns a result into a string, by the name `module:function`.

    `content` makes the document that `layout` lays out; without it `layout` takes the result itself. Named and not
    imported, so that one format does not load what another needs: JSON never imports rich.
    """

    layout: str
    content: str = ""


_HTML = "advisor.render.html.page"


def _document(content: str) -> dict[str, Format]:
    """Return the formats that lay out one and the same document."""
    return {name: Format(f"advisor.render.layout.{name}:document", content) for name in ("text", "markdown")}


def _own(room: str, *names: str) -> dict[str, Format]:
    """Return formats that have a module of their own."""
    return {name: Format(f"advisor.render.{room}.{name}:render") for name in names}


# The first format of a kind is the default.
FORMATS: Mapping[str, Mapping[str, Format]] = {
    "recommendation": {
        **_own("recommendation", "text", "json", "markdown"),
        "html": Format(f"{_HTML}:render_recommendations"),
    },
    "baseline": {
        **_own("baseline", "text"),
        "markdown": Format("advisor.render.layout.markdown:document", "advisor.render.baseline.content:document"),
        **_own("baseline", "json"),
        "html": Format(f"{_HTML}:render_baseline"),
    },
    "check": _own("check", "text", "json", "github", "junit", "markdown"),
    "sweep": {
        **_document("advisor.render.what_if.sweep:document"),
        "json": Format("advisor.render.what_if.json:render_sweep"),
    },
    "comparison": {
        **_document("advisor.render.what_if.difference:document"),
        "json": Format("advisor.render.what_if.json:render_difference"),
    },
    "calibration": {
        **_document("advisor.render.calibration.content:document"),
        **_own("calibration", "json"),
    },
    "coverage": _own("coverage", "text", "json"),
}
SUFFIXES: Mapping[str, str] = {
    ".txt": "text",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xml": "junit",
}


def render(kind: str, format: str, result: Any, view: View = View()) -> str:  # noqa: A002, B008 - frozen
    """Return the report of a result, ending in a newline.

    Parameters
    ----------
    kind, format : str
        Keys of `FORMATS`.
    result : object
        What the formats of that kind take: a sequence of recommendations, or one result of any other kind.
    view : View, optional
        How it is shown.
    """
    layout, content = FORMATS[kind][format]
    return str(_loaded(layout)(_loaded(content)(result, view) if content else result, view))


def format_of(path: str) -> str | None:
    """Return the format that the suffix of a file's name stands for.

    Examples
    --------
    >>> format_of("out/report.HTML"), format_of("result.json"), format_of("report")
    ('html', 'json', None)
    """
    return SUFFIXES.get(PurePath(path).suffix.lower())


def _loaded(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)
