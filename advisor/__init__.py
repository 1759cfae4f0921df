"""Recommend a kind of model for a project, and test the recommendation on its data."""

from typing import TYPE_CHECKING, Any

from advisor.version import __version__ as __version__

if TYPE_CHECKING:
    from advisor.advice.knowledge import Knowledge
    from advisor.api import (
        describe_data,
        difference,
        load_knowledge,
        load_profile,
        next_question,
        recommend,
        run_baseline,
        sweep,
    )
    from advisor.baselines.errors import DataError
    from advisor.baselines.options import Options
    from advisor.profile.reader import Profile, read_profile
    from advisor.reports.baseline import BaselineResult
    from advisor.reports.reading import read_results
    from advisor.reports.recommendation import Recommendation
    from advisor.source.problems import InputError


# Name -> module: what is offered is imported when it is used, since start-up time counts.
_API = {
    **dict.fromkeys(
        (
            "describe_data",
            "difference",
            "load_knowledge",
            "load_profile",
            "next_question",
            "recommend",
            "run_baseline",
            "sweep",
        ),
        "advisor.api",
    ),
    "BaselineResult": "advisor.reports.baseline",
    "DataError": "advisor.baselines.errors",
    "InputError": "advisor.source.problems",
    "Knowledge": "advisor.advice.knowledge",
    "Options": "advisor.baselines.options",
    "Profile": "advisor.profile.reader",
    "Recommendation": "advisor.reports.recommendation",
    "read_profile": "advisor.profile.reader",
    "read_results": "advisor.reports.reading",
}


__all__ = [
    "BaselineResult",
    "DataError",
    "InputError",
    "Knowledge",
    "Options",
    "Profile",
    "Recommendation",
    "describe_data",
    "difference",
    "load_knowledge",
    "load_profile",
    "next_question",
    "read_profile",
    "read_results",
    "recommend",
    "run_baseline",
    "sweep",
]


def __getattr__(name: str) -> Any:
    """Offer the programming interface without importing it at start-up."""
    if name not in _API:
        raise AttributeError(f"module 'advisor' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_API[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_API})
