"""The questions of the interview in plain words."""

from textwrap import wrap

from advisor.advice.interview.questions import NextQuestion
from advisor.profile.explanations import EXAMPLES, EXPLANATIONS
from advisor.profile.fields import Field, Kind
from advisor.profile.schema import allowed_values
from advisor.render.layout.wording import NAMES, NOUNS, plain, probability, sentence

INDENT = "   "
_WHAT_TO_TYPE = {
    Kind.FLAG: "yes or no",
    Kind.COUNT: "a whole number",
    Kind.AMOUNT: "a number",
    Kind.SHARE: "a share from 0 to 1",
}
_HOW_TO_WRITE = {
    Kind.COUNT: "7043, 60k, 2m and 1e6 are understood.",
    Kind.AMOUNT: "0.5, 60k, 2m and 1e6 are understood.",
    Kind.SHARE: "0.25 and 25% are understood.",
}


def asked(item: NextQuestion, number: int, width: int = 80) -> str:
    """Return a question with its number, what may be typed, and why it is asked, on lines of their own."""
    field = item.field
    what = ", ".join(field.values) or _WHAT_TO_TYPE[field.kind]
    if field.kind is Kind.CHOICES:
        what = f"none, or one or more of {what}"
    return "\n".join(
        [
            *_lines(f"{number}. {field.question}", width, "", INDENT),
            *_lines(what, width),
            *_lines(f"Why: {why(item)}", width),
        ]
    )


def why(item: NextQuestion) -> str:
    """Return in one sentence why a question is asked.

    Examples
    --------
    >>> from advisor.profile.fields import FIELD
    >>> why(NextQuestion(FIELD["latency.p95_ms"], "transfer", ("classical",), "Networks answer slower"))
    'it could change the answer from a pretrained network to classical learning (rule: Networks answer slower).'
    """
    if item.field.required:
        return "it decides which rules and models apply."
    rule = f" (rule: {plain(item.rule)})" if item.rule else ""
    others = [NOUNS[name] for name in item.could_become if name != "infeasible"]
    if item.approach is None or not item.could_become:
        return f"it affects the answer, alone or together with others{rule}."
    if not others:
        return f"it could rule out every approach{rule}."
    return f"it could change the answer from {NOUNS[item.approach]} to {_either(others)}{rule}."


def explained(field: Field, width: int = 80) -> str:
    """Return what an answer would be in a project, what the values mean, and how to write a number.

    What the field is for stands in the question above already.
    """
    example = EXAMPLES.get(field.path)
    lines = _lines(f"For example: {example}." if example else sentence(field.doc), width)
    meanings = EXPLANATIONS.get(field.path, {})
    longest = max(map(len, meanings), default=0)
    for value, meaning in meanings.items():
        lines += _lines(f"{value:<{longest}}  {meaning}", width, f"{INDENT}  ", " " * (len(INDENT) + longest + 4))
    if field.numeric:
        lines += _lines(f"Allowed: {allowed_values(field)}. {_HOW_TO_WRITE[field.kind]}", width)
    return "\n".join(lines)


def standing(approach: str | None, chance: float | None) -> str:
    """Return the current answer in words.

    Examples
    --------
    >>> standing("transfer", 0.938), standing(None, None)
    ('pretrained network, probability 0.94', 'no approach is feasible; advisor recommend says which limits clash')
    """
    if approach is None:
        return "no approach is feasible; advisor recommend says which limits clash"
    return f"{NAMES[approach]}, probability {probability(chance)}"


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _lines(text: str, width: int, first: str = INDENT, further: str = INDENT) -> list[str]:
    return wrap(text, width, initial_indent=first, subsequent_indent=further, break_on_hyphens=False)
