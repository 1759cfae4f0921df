"""The part of the page in which values are chosen and the answer to them is shown, all worked out beforehand."""

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.render.html.figures import BarList, BarRow
from advisor.render.layout import wording as say
from advisor.render.recommendation import wording as words
from advisor.reports.recommendation import APPROACHES
from advisor.reports.what_if import JointAnswers, JointCell

if TYPE_CHECKING:
    from markupsafe import Markup

_CONTRADICTION = "These values contradict each other."
_COLORS = ("warn", *APPROACHES)


class Choice(NamedTuple):
    """A field on the page: what is asked, and its values with whether each is the profile's own."""

    field: str
    question: str
    values: tuple[tuple[str, bool], ...]


class WhatIf(NamedTuple):
    """Choices, the answer of the profile itself with its bars, and the answers to all combinations as JSON."""

    id: str
    choices: tuple[Choice, ...]
    answer: str
    color: str
    bars: BarList
    data: "Markup"


def what_if(found: JointAnswers, prefix: str) -> WhatIf:
    """Return the part of the page for the answers at each combination of values."""
    now = found.cells[found.current]
    choices = tuple(
        Choice(
            control.field,
            say.capital(say.plain(control.question)),
            tuple((_said(value), place == control.current) for place, value in enumerate(control.values)),
        )
        for control in found.controls
    )
    chances = now.probabilities if now else {}
    rows = tuple(
        BarRow(
            say.NAMES[name],
            say.probability(chances.get(name, 0.0)),
            0.0,
            chances.get(name, 0.0),
            name,
            strong=now is not None and name == now.approach,
        )
        for name in APPROACHES
    )
    bars = BarList("Probability that a panel of raters would choose the approach; 0 is excluded by a limit", rows)
    return WhatIf(f"{prefix}what-if", choices, _sentence(now), _color(now), bars, _data(found))


def _said(value: Any) -> str:
    if value is None:
        return "not given"
    return ("yes" if value else "no") if isinstance(value, bool) else say.field_value(value)


def _data(found: JointAnswers) -> "Markup":
    """Return the answers as JSON that ends no element of the page."""
    from markupsafe import Markup

    sentences: dict[str, int] = {}
    cells: list[int] = []
    for cell in found.cells:
        cells += (sentences.setdefault(_sentence(cell), len(sentences)), _COLORS.index(_color(cell)))
        cells += (_code(cell.probabilities[name]) if cell else 0 for name in APPROACHES)
    data = {
        "levels": [len(control.values) for control in found.controls],
        "sentences": list(sentences),
        "colors": _COLORS,
        "cells": cells,
    }
    text = json.dumps(data, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped


def _code(share: float) -> int:
    """Return a probability as a number that the script turns into the text that it has elsewhere.

    Examples
    --------
    >>> [_code(share) for share in (0.0, 0.001, 0.386, 0.999, 1.0)]
    [0, 1, 40, 101, 102]
    """
    fixed = {"0": 0, "<0.01": 1, ">0.99": 101, "1.00": 102}
    text = say.probability(share)
    return fixed[text] if text in fixed else round(100 * float(text)) + 1


def _color(cell: JointCell | None) -> str:
    return (cell.approach if cell else None) or "warn"


def _sentence(cell: JointCell | None) -> str:
    """Return the answer of a combination as one sentence, without the figures that the bars show."""
    if cell is None:
        return _CONTRADICTION
    if cell.approach is None:
        return "No approach is feasible."
    between: list[str] = []
    if cell.verdict == "toss-up":
        between = [say.NOUNS[name] for name in (cell.approach, cell.rival)]
    model = say.with_library(say.plain(cell.model), say.plain(cell.library)) if cell.model else ""
    return words.advised(cell.approach, between, model, certain=cell.fits)


@cache
def script() -> "Markup":
    """Return the script of the page, our own."""
    from markupsafe import Markup

    return Markup(files("advisor.render.html").joinpath("templates", "what_if.js").read_text("utf-8"))  # noqa: S704


def script_policy() -> str:
    """Return the source expression that allows the script and nothing else."""
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    return f"'sha256-{digest}'"
