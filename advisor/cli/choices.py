"""Options and commands that are one of a few words, and say which one was probably meant."""

import math
from typing import Any

import click


class Choice(click.Choice[Any]):
    """One of a few values."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return what is said of another value: the allowed ones, and the one that was probably meant."""
        from advisor.source.problems import did_you_mean

        allowed = [self.normalize_choice(choice, ctx) for choice in self.choices]
        near = did_you_mean(str(value), allowed)
        return f"'{value}' is not one of {', '.join(map(repr, allowed))}" + (f"; {near}" if near else "")


class Number(click.FloatRange):
    """A number in a range; one that is no number is in none."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a number that can be compared", param, ctx)
        return number


def whole(allowed: range) -> click.IntRange:
    """Return the type of a whole number that is one of these."""
    return click.IntRange(allowed.start, allowed.stop - 1)


class Group(click.Group):
    """A group of commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; say which one was probably meant."""
        name = args[0]
        known = self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"no such command '{name}'{self.hint(name, known)}", ctx)
        return super().resolve_command(ctx, args)

    def hint(self, name: str, known: list[str]) -> str:
        """Return what to type instead of a command that does not exist."""
        from advisor.source.problems import did_you_mean

        near = did_you_mean(name, known)
        return f"; {near}" if near else f". Commands: {', '.join(known)}."
