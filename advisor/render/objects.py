"""A result as plain data, as a table, and as the first screen of its page for a notebook."""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from advisor.render.baseline import content as measured
from advisor.render.baseline import json as measured_json
from advisor.render.layout import wording as say
from advisor.render.layout.blocks import Document, Facts
from advisor.render.layout.json_keys import json_text, serialise
from advisor.render.recommendation import content as recommended
from advisor.render.recommendation.json import RESULT
from advisor.render.view import View
from advisor.reports.baseline import BaselineResult
from advisor.reports.recommendation import Recommendation
from advisor.source.extras import require

if TYPE_CHECKING:
    import pandas as pd

Result = Recommendation | BaselineResult


def to_dict(result: Result) -> dict[str, Any]:
    """Return the object that `--format json` prints."""
    return measured_json.content(result) if isinstance(result, BaselineResult) else serialise(RESULT, result)


def to_json(result: Result) -> str:
    """Return what `--format json` prints."""
    return json_text(to_dict(result))


def to_frame(result: Result) -> "pd.DataFrame":
    """Return a row for each model that was measured, or for each of the five approaches."""
    require("to_frame", ("pandas",), "baseline-cpu")
    import pandas as pd

    rows: list[Mapping[str, Any]] = to_dict(result)["models" if isinstance(result, BaselineResult) else "approaches"]
    return pd.json_normalize(list(rows)).set_index("id")


def to_html(result: Result) -> str:
    """Return the answer and what comes right below it, as one element without scripts, links or pictures."""
    if isinstance(result, BaselineResult):
        document = measured.document(result, View())
        return "".join(_element(document, result.dataset.path))
    document = recommended.document(result, View())
    return "".join(_element(document, document.name))


_LOOK = "max-width:52em;line-height:1.4"
_CARD = "display:grid;grid-template-columns:max-content 1fr;gap:.2em 1em;margin:.5em 0"


def _element(document: Document, name: str) -> Iterator[str]:
    yield f'<div style="{_LOOK}"><bdi style="opacity:.7">{_text(say.clipped(name, say.LONGEST_TITLE))}</bdi>'
    yield f'<div style="font-size:1.2em;font-weight:bold">{_prose(document.headline)}</div>'
    for block in document.opening:
        if isinstance(block, Facts):
            yield f'<dl style="{_CARD}">'
            yield from (_fact(*row) for row in block.rows)
            yield "</dl>"
        else:
            mark = f"<b>{_text(block.mark)}</b> " if block.mark else ""
            yield f'<p style="margin:.5em 0">{mark}{_prose(block.text)}</p>'
    yield f'<small style="opacity:.7">{_text(document.footer)}</small></div>'


def _fact(term: str, text: str) -> str:
    return f'<dt style="opacity:.7">{_text(term)}</dt><dd style="margin:0">{_prose(text)}</dd>'


def _text(text: str) -> str:
    """Return a text as HTML, whatever it came from."""
    return escape(say.plain(text))


def _prose(text: str) -> str:
    """Return text in which a pair of backticks means code as HTML."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick of the user's own
        return _text(text)
    shown: tuple[Callable[[str], str], Callable[[str], str]] = (_text, lambda part: f"<code>{_text(part)}</code>")
    return "".join(shown[place % 2](part) for place, part in enumerate(parts))


__all__ = ["to_dict", "to_frame", "to_html", "to_json"]
