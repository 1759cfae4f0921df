"""At the ends of limits and amounts no learner survives that physics forbids, none falls that a library offers."""

import pytest

from tests.benchmarks import ends
from tests.engine.support import score_values


@pytest.fixture(scope="module")
def walked():
    return list(ends.cells())


@pytest.fixture(scope="module")
def told(walked):
    return [cell for cell in walked if cell is not None]


@pytest.mark.slow
def test_every_cell_at_the_ends_is_as_expected_or_explained(walked, told):
    assert len(walked) > 10_000
    unexplained = [cell for cell in told if not cell.named or not all(cell.reasons)]
    assert not unexplained, unexplained


@pytest.mark.slow
def test_every_explanation_is_used(told):
    assert {name for cell in told if cell.survives for name in cell.named} == ends.SURVIVORS.keys()
    fallen = {(cell.end, cell.approach, name) for cell in told if not cell.survives for name in cell.named}
    assert fallen == ends.FALLEN.keys()


def test_dictation_on_a_microcontroller_is_infeasible_and_a_keyword_spotter_is_not():
    device = {"data.structure": "audio", "deployment.target": "microcontroller", "deployment.memory_mb": 0.5}
    assert score_values({"task": "speech-recognition"} | device).approach is None
    spotter = score_values({"task": "classification", "data.labelled": 100_000} | device)
    assert spotter.approach is not None
    assert spotter.approach.id == "deep"


def test_half_a_megabyte_holds_a_classifier_of_texts():
    text = {"task": "classification", "data.structure": "text", "data.rows": 20_000, "data.labelled": 20_000}
    for place in ({"deployment.memory_mb": 0.5}, {"deployment.target": "microcontroller"}):
        found = score_values(text | place)
        assert found.approach is not None
        assert found.approach.id == "classical"
