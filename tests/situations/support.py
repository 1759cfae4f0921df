"""Reads the situations and asks the advisor about them."""

import json
from functools import cache
from pathlib import Path

import yaml

from advisor.advice.recommend import recommend
from advisor.engine.approaches import APPROACHES
from advisor.profile.reader import read_profile
from tests.engine.support import ask, knowledge

FOLDER = Path(__file__).parent


@cache
def entries(name):
    """Return the entries of one of the files beside this one."""
    return yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


def profile_of(nested):
    """Return a profile from its nested mapping, checked by the reader of profile files."""
    return read_profile(json.dumps(nested).encode(), "situation.json")


def scored(nested):
    """Return the scores of a situation."""
    profile = profile_of(nested)
    return ask(profile.values).score(profile.values)


def answer(nested):
    """Return the approach for a situation, None if all are excluded."""
    approach = scored(nested).approach
    return None if approach is None else APPROACHES[approach]


def recommended(nested):
    """Return the whole recommendation for a situation."""
    return recommend(profile_of(nested), knowledge())


def summary(nested):
    """Return probabilities, points and exclusions in a line, for the message of a failing test."""
    result = scored(nested)
    return ", ".join(
        f"{name} {result.probabilities[index]:.3f} ({result.points[index]:+.1f})"
        + (f" excluded by {' and '.join(result.excluded[index])}" if index in result.excluded else "")
        for index, name in enumerate(APPROACHES)
    )
