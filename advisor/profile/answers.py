"""Answers as people give them: typed words for one field, and files with the answers to some."""

from typing import Any

from advisor.profile.fields import Field, Kind
from advisor.profile.values import BadValueError, Fault, checked
from advisor.source.yaml_reader import scalar

_YES_NO = {
    **dict.fromkeys(("y", "yes", "true"), True),
    **dict.fromkeys(("n", "no", "false"), False),
}


def typed_answer(field: Field, text: str) -> Any:
    """Return the value that a typed answer stands for.

    A choice may be cut short as long as one value alone begins so; several are separated by commas, `no` or `none`
    means that none applies; true and false may be written as yes and no, a number as `20k` or `1.5GB`.

    Parameters
    ----------
    field : Field
        The field that was asked for.
    text : str
        What was typed, not blank.

    Raises
    ------
    BadValueError
        With what is wrong and, where one is near, what may have been meant.

    Examples
    --------
    >>> from advisor.profile.fields import FIELD
    >>> typed_answer(FIELD["task"], "class"), [typed_answer(FIELD["data.rows"], word) for word in ("1e6", "20k")]
    ('classification', [1000000, 20000])
    >>> typed_answer(FIELD["interpretability.regulation"], "hiring, high"), typed_answer(FIELD["risk.energy"], "no")
    (['hiring', 'high-risk-ai'], False)
    """
    word = text.strip()
    if field.kind is Kind.CHOICE:
        return checked(field, _completed(field, word))
    if field.kind is Kind.CHOICES:
        if word.lower() in ("no", "none", "[]"):
            return []
        parts = [part.strip() for part in word.strip("[]").split(",")]
        return checked(field, [_completed(field, part) for part in parts if part])
    if field.kind is Kind.FLAG and word.lower() in _YES_NO:
        return _YES_NO[word.lower()]
    if field.kind is Kind.FLAG:
        raise BadValueError(Fault(f"{word[:60]!r} is not yes or no"))
    value = None if field.kind is Kind.TEXT else scalar(word)
    return checked(field, word, typed=True) if value is None or isinstance(value, str) else checked(field, value, word)


def _completed(field: Field, word: str) -> str:
    """Return the one value that begins with the word, or the word."""
    folded = word.lower().replace("_", "-").replace(" ", "-")
    if folded in field.values:
        return folded
    begun = [value for value in field.values if folded and value.startswith(folded)]
    return begun[0] if len(begun) == 1 else word
