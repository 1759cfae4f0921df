"""How many random examples a property is tried on: few and the same ones in every run, many new ones at night."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, settings

T = TypeVar("T")

# `max_examples` is a percentage of the count that a test asks for, and the count itself where it asks for none.
QUICK, ORDINARY, NIGHTLY = "quick", "ordinary", "nightly"
NO_DEADLINE = settings(
    deadline=None,  # the machine may be busy
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(QUICK, NO_DEADLINE, max_examples=6, derandomize=True)
settings.register_profile(ORDINARY, NO_DEADLINE, max_examples=25, derandomize=True)
settings.register_profile(NIGHTLY, NO_DEADLINE, max_examples=1000, print_blob=True)


def examples(count: int) -> settings:
    """Return the settings for `count` examples, scaled by the profile that is loaded, and never for less than four."""
    return settings(max_examples=max(count * settings().max_examples // 100, 4))


def share_of(every: Sequence[T]) -> list[T]:
    """Return a share of the things to try, a quarter in an ordinary run, and every one of them at night."""
    return Random(0).sample(every, min(len(every) * settings().max_examples // 100, len(every)))
