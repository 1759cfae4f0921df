"""Recommend a kind of model for a project, and test the recommendation on its data."""

from typing import TYPE_CHECKING, Any

from advisor.version import __version__ as __version__

if TYPE_CHECKING:
    from advisor.advice.interview.questions import next_question
    from advisor.advice.knowledge import Knowledge, load_knowledge
    from advisor.advice.recommend import recommend
    from advisor.advice.what_if.difference import difference
    from advisor.advice.what_if.sweep import sweep
    from advisor.baselines.baseline import run_baseline
    from advisor.baselines.errors import DataError
    from advisor.baselines.options import Options
    from advisor.baselines.prepared import describe_data
    from advisor.profile.reader import Profile, load_profile, read_profile
    from advisor.reports.baseline import BaselineResult
    from advisor.reports.reading import read_results
    from advisor.reports.recommendation import Recommendation
    from advisor.source.extras import MissingExtraError
    from advisor.source.problems import InputError


# Name -> module: what is offered is imported when it is used, since start-up time counts.
_API = {
    "BaselineResult": "advisor.reports.baseline",
    "DataError": "advisor.baselines.errors",
    "InputError": "advisor.source.problems",
    "Knowledge": "advisor.advice.knowledge",
    "MissingExtraError": "advisor.source.extras",
    "Options": "advisor.baselines.options",
    "Profile": "advisor.profile.reader",
    "Recommendation": "advisor.reports.recommendation",
    "describe_data": "advisor.baselines.prepared",
    "difference": "advisor.advice.what_if.difference",
    "load_knowledge": "advisor.advice.knowledge",
    "load_profile": "advisor.profile.reader",
    "next_question": "advisor.advice.interview.questions",
    "read_profile": "advisor.profile.reader",
    "read_results": "advisor.reports.reading",
    "recommend": "advisor.advice.recommend",
    "run_baseline": "advisor.baselines.baseline",
    "sweep": "advisor.advice.what_if.sweep",
}


__all__ = [
    "BaselineResult",
    "DataError",
    "InputError",
    "Knowledge",
    "MissingExtraError",
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
