"""Real recommendations from the bundled rules."""

from pathlib import Path

import pytest

from advisor.advice.knowledge import Knowledge
from advisor.advice.recommend import recommend
from advisor.engine.library import load_library
from advisor.profile.reader import read_profile
from advisor.reports.recommendation import Recommendation
from tests.render.support import PROFILES


@pytest.fixture(scope="session")
def real() -> dict[str, Recommendation]:
    knowledge = Knowledge.of(load_library([Path(__file__).parents[2] / "rules"]))
    return {name: recommend(read_profile(text.encode(), f"{name}.yaml"), knowledge) for name, text in PROFILES.items()}
