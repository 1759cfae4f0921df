"""What every data structure must keep, and that the recommending side knows of the same ones."""

from importlib import import_module
from importlib.metadata import packages_distributions

import pytest

from advisor.advice.knowledge import load_knowledge
from advisor.baselines.structure import FAMILIES
from advisor.baselines.structures import STRUCTURES, structure
from advisor.reports.measurable import MEASURABLE

MODELS = [(name, model) for name in STRUCTURES for model in structure(name).models]
named = pytest.mark.parametrize(("name", "model"), MODELS, ids=[f"{name}-{model.id}" for name, model in MODELS])


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_has_one_constant_answer_and_models_of_both_families(name):
    models = structure(name).models
    assert structure(name).id == name
    assert [model.role for model in models].count("constant") == 1
    assert {"ml", "dl"} <= {model.family for model in models}
    assert len({model.id for model in models}) == len(models)


@named
def test_everything_that_a_row_names_exists(name, model):
    module, _, function = model.builder.partition(":")
    assert callable(getattr(import_module(module), function))
    assert model.approach in FAMILIES
    for imported in (*structure(name).imports, *model.imports):
        import_module(imported)


@named
def test_the_packages_of_a_row_are_those_that_its_imports_come_from(name, model):
    distributions = packages_distributions()
    ours = {*structure(name).packages, *model.packages}
    for imported in model.imports:
        top = imported.partition(".")[0]
        assert top == "advisor" or ours & set(distributions[top]), f"{model.id} imports {imported}"


def test_what_the_recommending_side_takes_for_measurable_is():
    assert set(MEASURABLE.values()) <= set(STRUCTURES)


def test_the_catalogue_names_the_models_of_structures():
    named_there = {entry.get("baseline") for entry in load_knowledge().catalogue.entries()} - {None}
    assert named_there <= {model.id for _, model in MODELS}
    assert {model.id for _, model in MODELS if not model.role} <= named_there
