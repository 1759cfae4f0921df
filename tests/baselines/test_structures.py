"""What every data structure must keep, and that the recommending side knows of the same ones."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from advisor.advice.knowledge import bundled_knowledge
from advisor.baselines.structure import FAMILIES, libraries
from advisor.baselines.structures import STRUCTURES, structure
from advisor.reports.measurable import MEASURABLE
from tests.docs.pages import shown_files

ROOT = Path(__file__).resolve().parents[2]
MODELS = [(name, model) for name in STRUCTURES for model in structure(name).models]
INSTALLED = [(name, model) for name, model in MODELS if not model.where_installed or find_spec(model.where_installed)]
DISTRIBUTIONS = packages_distributions()  # by the name of an import
named = pytest.mark.parametrize(("name", "model"), INSTALLED, ids=[f"{name}-{model.id}" for name, model in INSTALLED])


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
    distributions = DISTRIBUTIONS
    ours = {*structure(name).packages, *model.packages}
    for imported in model.imports:
        top = imported.partition(".")[0]
        assert top == "advisor" or ours & set(distributions[top]), f"{model.id} imports {imported}"


@pytest.mark.parametrize(("structure_and_task", "measured_as"), MEASURABLE.items())
def test_what_the_recommending_side_takes_for_measurable_is(structure_and_task, measured_as):
    tasks = {"classification": {"binary", "multiclass"}, "regression": {"regression"}, "forecasting": {"forecasting"}}
    assert tasks[structure_and_task[1]] <= set(structure(measured_as).tasks)


@pytest.mark.parametrize("name", STRUCTURES)
def test_an_extra_installs_the_libraries_of_its_structure(name):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"][structure(name).extra]
    installed = {re.match(r"[\w-]+", requirement)[0].lower() for requirement in asked}
    distributions = DISTRIBUTIONS
    for library in libraries(structure(name)):
        assert installed & {item.lower() for item in distributions[library]}, library


def test_the_catalogue_names_the_models_of_structures():
    named_there = {entry.get("baseline") for entry in bundled_knowledge().catalogue.entries()} - {None}
    loaded = {kind for name in STRUCTURES if (offered := structure(name).pretrained) for kind in offered.ids}
    assert named_there <= {model.id for _, model in MODELS} | loaded
    assert {model.id for _, model in MODELS if not model.role} <= named_there


@pytest.mark.slow
def test_a_structure_of_ones_own_is_measured_saved_and_replayed(tmp_path, monkeypatch):
    """The structure of the page of the documentation, which is no table."""
    from advisor import Options, run_baseline
    from advisor.render import render

    page = ROOT / "docs" / "how-to" / "data-structures.md"
    (tmp_path / "sensor_windows.py").write_text(shown_files(page)["sensor_windows.py"], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(STRUCTURES, "sensor-windows", "sensor_windows:SENSOR_WINDOWS")
    rng = np.random.default_rng(0)
    label = np.arange(400) % 2
    windows = rng.normal(size=(400, 64)) * (1 + 0.3 * label[:, None])
    np.savez(tmp_path / "windows.npz", windows=windows, label=label)
    options = Options(target="label", repeats=1, budget_s=100, save=str(tmp_path / "winner"))

    first = run_baseline(tmp_path / "windows.npz", options)
    scores = {row.id: row.score for row in first.models}
    assert (first.verdict, first.dataset.task, first.dataset.rows) == ("ml", "binary", 400)
    assert scores["dummy"] == 0.5 < scores["statistics"]

    recorded = json.loads(render("baseline", "json", first))
    again = run_baseline(tmp_path / "windows.npz", Options(target=""), replayed=recorded)
    assert [row.fold_scores for row in again.models] == [row.fold_scores for row in first.models]
    predict = [sys.executable, "predict.py", str(tmp_path / "windows.npz")]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(predict, cwd=tmp_path / "winner", env=environment, capture_output=True, text=True, check=True)
    predicted = np.array(done.stdout.replace("[", " ").replace("]", " ").split(), dtype=int)
    assert (predicted == label).mean() > 0.9
