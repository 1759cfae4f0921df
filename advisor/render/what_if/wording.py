"""What sweeps and comparisons say of answers, rules and limits."""

from collections.abc import Iterator, Sequence

from advisor.render.layout import wording as say
from advisor.reports.what_if import Lead, LimitChange, RuleChange

_NOTHING = "no feasible approach"
LEAST = 0.05  # points that would be shown as 0.0


def noun(approach: str | None) -> str:
    """Return an approach, or that none is left, as it stands in a sentence."""
    return say.NOUNS[approach] if approach else _NOTHING


def name(approach: str | None) -> str:
    """Return an approach, or that none is left, as it stands in a table."""
    return say.NAMES[approach] if approach else _NOTHING


def identity(rule: str) -> str:
    """Return the id of a rule as code; it may come from a result that anybody wrote."""
    inside = say.plain(rule).replace("`", "'")
    return f"`{inside}`"


def lead(found: Lead, before: str, after: str) -> str:
    """Return by how much one approach leads another on both sides, which `before` and `after` name."""
    both = f"{noun(found.of)} over {noun(found.over)}"
    return f"Points for {both}: {say.points(found.before)} {before}, {say.points(found.after)} {after}."


def rest(rules: Sequence[RuleChange]) -> str:
    """Return what the rules that are not listed do together, nothing where that is too little to show."""
    total = sum(rule.change for rule in rules)
    if abs(total) < LEAST:
        return ""
    return f"{say.counted(len(rules), 'smaller rule')}: {say.points(total)}"


def told(rules: Sequence[RuleChange], most: int) -> tuple[Sequence[RuleChange], Sequence[RuleChange]]:
    """Return the rules that are listed, at most so many, and the others."""
    shown = [rule for rule in rules[:most] if abs(rule.change) >= LEAST]
    return shown, rules[len(shown) :]


def limits(found: Sequence[LimitChange], before: str, after: str) -> Iterator[str]:
    """Yield a sentence for each approach that limits exclude on one side only."""
    sides: dict[tuple[str, bool], list[str]] = {}
    for row in found:
        if row.decisive:
            sides.setdefault((row.approach, row.appeared), []).append(identity(row.rule))
    for (approach, appeared), rules in sides.items():
        yield f"{say.capital(noun(approach))} is excluded {after if appeared else before} by {say.joined(rules)}."
