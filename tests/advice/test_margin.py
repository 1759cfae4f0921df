"""By how much a network has to be better: what it costs more over what an error costs."""

import pytest

from advisor.advice.confirmation.margin import paying_margins
from advisor.advice.knowledge import bundled_knowledge
from advisor.profile.reader import read_profile

PROFILE = """\
task: classification
data: {structure: tabular, rows: 20000, labelled: 20000, features: 20}
deployment: {target: cloud, predictions_per_day: %s}
value: {error_cost_usd: %s}
"""


@pytest.fixture(scope="module")
def knowledge():
    return bundled_knowledge()


def margin(knowledge, volume, cost):
    return paying_margins(read_profile((PROFILE % (volume, cost)).encode(), "p.yaml"), knowledge)


def test_dearer_errors_make_a_smaller_gain_worth_it(knowledge):
    cheap, dear = (margin(knowledge, 1000, cost)["accuracy"] for cost in (0.01, 1))
    assert cheap == pytest.approx(100 * dear)
    assert 0 < dear < cheap


def test_only_metrics_that_count_errors_have_one(knowledge):
    assert set(margin(knowledge, 1000, 1)) == {"accuracy"}


def test_without_the_value_of_an_error_nothing_is_known(knowledge):
    assert margin(knowledge, 1000, 0) == {}
    assert (
        paying_margins(read_profile(b"task: classification\ndata: {structure: tabular}\n", "p.yaml"), knowledge) == {}
    )
