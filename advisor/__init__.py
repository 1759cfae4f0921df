"""Recommend a kind of model for a project, and test the recommendation on its data."""

from typing import Any

__version__ = "0.1.0"

_API = (
    "Knowledge",
    "Profile",
    "Recommendation",
    "difference",
    "load_knowledge",
    "read_profile",
    "recommend",
    "run_baseline",
    "sweep",
)


def __getattr__(name: str) -> Any:
    """Offer the functions of `advisor.api` without importing them at start-up."""
    if name in _API:
        from advisor import api

        return getattr(api, name)
    raise AttributeError(f"module 'advisor' has no attribute '{name}'")
