"""What lies in a folder of weights: recognised, its licence, and what is refused."""

import json
import struct

import numpy as np
import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.options import Options
from advisor.baselines.pretrained.checkpoints import read_checkpoint
from advisor.baselines.pretrained.licences import Licence, stated_licence
from advisor.baselines.pretrained.offline import weights_only
from advisor.baselines.pretrained.weights import File, Release, Weights, read_weights, refuse_licence
from advisor.baselines.structure import Dataset, ModelSpec
from advisor.baselines.tabular.models.foundation import FOUNDATION_MODELS, SUPPORTED, TABICL_V2, TABPFN, recognise
from advisor.baselines.tabular.table import TableExamples
from tests.baselines.pretrained.tiny_weights import saved

BSD = "BSD 3-Clause License\n\nCopyright (c) 2025, Soda team @ Inria\n"
NON_COMMERCIAL = "TABPFN-2.5 License v1.0\n\nFor non-commercial purposes only.\n"


def tabicl_content(classes, **config):
    """Return what a checkpoint of TabICL holds, with three tensors instead of hundreds."""
    import torch

    shapes = {"col_embedder.weight": (3, 4), "row_interactor.weight": (1,), "icl_predictor.weight": (4,)}
    state = {name: torch.zeros(shape) for name, shape in shapes.items()}
    return {"config": {"max_classes": classes, **config}, "state_dict": state}


def tabpfn_content(classes, architecture=None, *, borders=False):
    """Return what a checkpoint of TabPFN holds, with one tensor or two."""
    import torch

    state = {"encoder.weight": torch.zeros(2, 2)} | ({"criterion.borders": torch.zeros(3)} if borders else {})
    content = {"config": {"max_num_classes": classes, "nlayers": 1}, "state_dict": state}
    return content if architecture is None else {**content, "architecture_name": architecture}


def safetensors(path, header, numbers=b""):
    """Write a safetensors file."""
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + numbers)
    return path


def pretend(monkeypatch, found):
    """Make believe that the libraries of the models are installed, or are not."""
    import importlib.util

    find = importlib.util.find_spec
    answers = dict.fromkeys(("tabicl", "tabpfn"), found)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: answers[name] if name in answers else find(name, *rest)
    )


@pytest.fixture
def installed(monkeypatch):
    pretend(monkeypatch, "found")


def read(folder):
    """Return the weights in a folder as a table's model would load them."""
    return read_weights(str(folder), recognise, supported=SUPPORTED)


# -- recognition ---------------------------------------------------------------------------------------------------


def test_a_folder_of_tabicl_serves_both_tasks_from_a_file_each(tmp_path, installed):
    saved(tmp_path / "tabicl-classifier.ckpt", tabicl_content(10))
    saved(tmp_path / "tabicl-regressor.ckpt", tabicl_content(0))
    found = read(tmp_path)
    assert found.release == TABICL_V2
    assert found.licence == Licence("BSD-3-Clause", False)
    assert found.file("binary") == found.file("multiclass") == File(tmp_path / "tabicl-classifier.ckpt", 17, 10)
    assert found.file("regression") == File(tmp_path / "tabicl-regressor.ckpt", 17, 0)


def test_the_first_edition_of_tabicl_is_told_by_its_embedding(tmp_path, installed):
    saved(tmp_path / "model.ckpt", tabicl_content(10, col_target_aware=False))
    assert read(tmp_path).release.title == "TabICL v1"


@pytest.mark.parametrize(
    ("architecture", "title"),
    [(None, "TabPFN v2"), ("base", "TabPFN v2.5"), ("tabpfn_v2_6", "TabPFN v2.6"), ("tabpfn_v3", "TabPFN v3")],
)
def test_tabpfn_is_told_by_the_name_of_its_architecture(tmp_path, installed, architecture, title):
    saved(tmp_path / "a.ckpt", tabpfn_content(10, architecture))
    saved(tmp_path / "b.ckpt", tabpfn_content(0, architecture, borders=True))
    found = read(tmp_path)
    assert found.release.title == title
    assert (found.file("binary").path.name, found.file("regression").path.name) == ("a.ckpt", "b.ckpt")
    assert found.licence.non_commercial is (title != "TabPFN v2")


def test_one_safetensors_file_can_serve_both_tasks(tmp_path, installed):
    header = {
        "__metadata__": {
            "architecture_name": json.dumps("tabpfn_v3_5"),
            "config": json.dumps({"max_num_classes": 160, "nlayers": 24}),
        },
        "regression_borders": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]},
    }
    path = safetensors(tmp_path / "tabpfn-v3.5.safetensors", header, bytes(12))
    found = read(tmp_path)
    assert found.release == TABPFN["tabpfn_v3_5"]
    assert found.files == {"classification": File(path, 3, 160), "regression": File(path, 3, 160)}


# -- licences ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "licence"),
    [
        ({}, None),
        ({"LICENSE": BSD}, Licence("BSD-3-Clause", False)),
        ({"LICENSE.txt": "Prior Labs License\nVersion 1.1\n"}, Licence("Prior Labs License", False)),
        ({"LICENSE": NON_COMMERCIAL}, Licence("TABPFN-2.5 License v1.0", True)),
        ({"README.md": "---\nlicense: apache-2.0\n---\n# A model\n"}, Licence("apache-2.0", False)),
        ({"README.md": "---\nlicense: other\n---\n", "config.json": '{"license": "mit"}'}, Licence("mit", False)),
        (
            {"LICENSE": NON_COMMERCIAL, "README.md": "---\nlicense: other\nlicense_name: tabpfn-2.5-license\n---\n"},
            Licence("tabpfn-2.5-license", True),
        ),
        ({"config.json": '{"license": "cc-by-nc-4.0"}'}, Licence("cc-by-nc-4.0", True)),
        ({"LICENSE": "Terms of our own\n"}, Licence("Terms of our own", None)),
        ({"config.json": "[]", "README.md": "no head"}, None),
    ],
)
def test_the_licence_is_what_the_folder_states(tmp_path, files, licence):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert stated_licence(tmp_path) == licence


def test_a_licence_that_does_not_tell_leaves_commercial_use_to_the_publishers_word(tmp_path, installed):
    saved(tmp_path / "a.ckpt", tabpfn_content(10, "tabpfn_v2_6"))
    (tmp_path / "LICENSE").write_text("Some terms\n")
    assert read(tmp_path).licence == Licence("Some terms", True)


def test_commercial_use_is_refused_where_the_licence_forbids_it():
    weights = Weights("w", TABPFN["tabpfn_v3"], Licence("TabPFN-3 License", True), {})
    refuse_licence(weights, Options("y"))
    with pytest.raises(DataError, match="may not be used commercially") as caught:
        refuse_licence(weights, Options("y", commercial=True))
    assert str(caught.value) == (
        "--pretrained w: TabPFN v3 may not be used commercially (TabPFN-3 License), and the profile says "
        "deployment.commercial: true"
    )


# -- what is refused -----------------------------------------------------------------------------------------------


def refused(folder):
    """Return the message that refuses a folder, its own name replaced by DIR."""
    with pytest.raises(DataError) as caught:
        read(folder)
    return str(caught.value).replace(str(folder), "DIR")


def test_what_is_not_a_folder_of_weights_is_refused(tmp_path, installed):
    assert refused(tmp_path / "none") == "--pretrained DIR: no such folder"
    (tmp_path / "file").write_text("")
    assert refused(tmp_path / "file") == "--pretrained DIR: is a file; name the folder that it lies in"
    assert refused(tmp_path) == (
        "--pretrained DIR: the folder holds no file of weights (.ckpt, .pt, .pth, .bin, .safetensors); tables take "
        "TabICL (v1, v2) and TabPFN (v2 to v3.5)"
    )


def test_weights_of_other_models_are_refused(tmp_path, installed):
    import torch

    saved(tmp_path / "resnet.pth", {"conv1.weight": torch.zeros(3, 3)})
    saved(tmp_path / "headless.ckpt", tabpfn_content(0, "tabpfn_v3"))
    saved(tmp_path / "new.ckpt", tabpfn_content(10, "tabpfn_v9"))
    assert refused(tmp_path) == (
        "--pretrained DIR: nothing that can be loaded here (headless.ckpt, new.ckpt, resnet.pth); tables take "
        "TabICL (v1, v2) and TabPFN (v2 to v3.5)"
    )


def test_two_files_for_one_task_and_two_models_in_a_folder_are_refused(tmp_path, installed):
    saved(tmp_path / "a.ckpt", tabicl_content(10))
    saved(tmp_path / "b.ckpt", tabicl_content(10))
    assert refused(tmp_path) == (
        "--pretrained DIR: a.ckpt and b.ckpt are both for classification; leave one of them in the folder"
    )
    saved(tmp_path / "b.ckpt", tabpfn_content(10))
    assert refused(tmp_path) == (
        "--pretrained DIR: the folder holds TabICL v2 and TabPFN v2; give each a folder of its own"
    )


def test_a_missing_package_is_named_with_the_command_that_installs_it(tmp_path, monkeypatch):
    pretend(monkeypatch, None)
    saved(tmp_path / "a.ckpt", tabicl_content(10))
    assert refused(tmp_path) == (
        "--pretrained DIR: TabICL v2 needs the package tabicl, which is not installed; in a checkout of advisor: "
        'pip install ".[foundation]"'
    )


class Malicious:
    """An object whose unpickling would create a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


@pytest.mark.parametrize("forced", [False, True])
def test_a_file_with_objects_is_refused_and_runs_no_code(tmp_path, monkeypatch, forced):
    if forced:
        monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    path = saved(tmp_path / "w" / "a.ckpt", {**tabicl_content(10), "extra": Malicious(str(tmp_path / "ran"))})
    with pytest.raises(DataError, match="holds Python objects beside its weights"):
        read_checkpoint(path)
    assert not (tmp_path / "ran").exists()


def test_a_librarys_own_loader_is_held_to_weights(tmp_path, monkeypatch):
    import pickle

    import torch

    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    path = saved(tmp_path / "a.ckpt", Malicious(str(tmp_path / "ran")))
    with weights_only(), pytest.raises(pickle.UnpicklingError):
        torch.load(path, weights_only=None)
    with weights_only(), pytest.raises(pickle.UnpicklingError):
        torch.load(path, weights_only=False)
    assert not (tmp_path / "ran").exists()


def damage(name):
    """Return how a good file becomes a damaged one."""
    return {
        "half": lambda content: content[: len(content) // 2],
        "empty": lambda _: b"",
        "text": lambda _: b"<html>404 Not Found</html>",
        "zeros": lambda content: bytes(len(content)),
    }[name]


@pytest.mark.parametrize("how", ["half", "empty", "text", "zeros"])
@pytest.mark.parametrize("suffix", [".ckpt", ".safetensors"])
def test_a_damaged_file_is_refused(tmp_path, how, suffix):
    path = tmp_path / f"a{suffix}"
    if suffix == ".ckpt":
        saved(path, tabicl_content(10))
    else:
        safetensors(path, {"w": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}}, bytes(12))
    path.write_bytes(damage(how)(path.read_bytes()))
    with pytest.raises(DataError, match="is damaged, cut short or no file of weights") as caught:
        read_checkpoint(path)
    assert str(caught.value).endswith("; fetch it again")


def test_a_pointer_of_git_lfs_is_named_as_such(tmp_path):
    (tmp_path / "a.ckpt").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    with pytest.raises(DataError, match="is a Git LFS pointer, not the weights; fetch them with git lfs pull"):
        read_checkpoint(tmp_path / "a.ckpt")


# -- limits --------------------------------------------------------------------------------------------------------


def table(rows, columns, task="binary", labels=("a", "b")):
    """Return a table of so many rows and columns."""
    import pandas as pd

    frame = pd.DataFrame(np.zeros((rows, columns)))
    return Dataset(TableExamples(frame, {}), task, np.zeros(rows), labels)


@pytest.mark.parametrize(
    ("dataset", "reason"),
    [
        (table(10, 3), ""),
        (table(11, 3), "A takes up to 10 rows, these data have 11"),
        (table(4, 6), "A takes up to 5 columns, these data have 6"),
        (table(10, 5), "A takes up to 40 cells, these data have 50"),
        (table(4, 3, "multiclass", ("a", "b", "c", "d")), "A takes up to 3 classes, these data have 4"),
        (table(4, 3, "regression", ()), "the weights in w are for classification only"),
    ],
)
def test_a_model_says_what_is_beyond_it(tmp_path, dataset, reason):
    release = Release("tabicl", "A", "tabicl", Licence("MIT", False), "foundation", rows=10, columns=5, cells=40)
    weights = Weights("w", release, release.licence, {"classification": File(tmp_path, 1, 3)})
    model = ModelSpec("tabicl", "A", "transfer", "a:b", weights=weights)
    assert FOUNDATION_MODELS.refusal(model, dataset) == reason


# -- one fact, one place -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "release"), [("tabicl", TABICL_V2), ("tabpfn-v2", TABPFN["tabpfn_v2"]), ("tabpfn-3", TABPFN["tabpfn_v3"])]
)
def test_the_catalogue_says_the_same_of_licences_and_limits(entry, release):
    from advisor.advice.knowledge import bundled_knowledge

    models = bundled_knowledge().catalogue.models("classification", "tabular")
    model = next(one for one in models if one.id == entry)
    assert model.licence["commercial"] is not release.licence.non_commercial
    assert (model.needs["rows_at_most"], model.needs["features_at_most"]) == (release.rows, release.columns)
