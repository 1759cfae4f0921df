"""The programming interface: what `from advisor import ...` offers, with the types that the commands print."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import advisor
from advisor.reports import reading

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = [name for name in advisor.__all__ if inspect.isfunction(getattr(advisor, name))]


def test_every_name_is_offered_and_no_other():
    assert sorted(advisor._API) == advisor.__all__
    assert set(advisor.__all__) <= set(dir(advisor))
    with pytest.raises(AttributeError, match="module 'advisor' has no attribute 'reccomend'"):
        advisor.reccomend  # noqa: B018 - reading it is the mistake


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_documents_its_parameters_and_errors(name):
    function = getattr(advisor, name)
    documented = inspect.getdoc(function)
    for parameter in inspect.signature(function).parameters:
        assert parameter in documented, f"{name}: {parameter}"
    assert all(hint is not inspect.Signature.empty for hint in [inspect.signature(function).return_annotation])


def test_data_that_cannot_be_used_raise_the_error_that_is_offered(tmp_path):
    from advisor import DataError, Options, describe_data

    with pytest.raises(DataError, match="no such file"):
        describe_data(tmp_path / "nothing.csv", Options(target="y"))


@pytest.mark.slow
def test_importing_the_package_loads_nothing_heavy():
    code = "import advisor, sys; print(sorted({'yaml', 'click', 'rich', 'pandas', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_command_prints_what_the_function_returns(advisor, tmp_path):
    """The same answer from Python, from the command, and read back from what the command printed."""
    from advisor import load_profile, recommend

    (tmp_path / "profile.yaml").write_text("task: classification\ndata: {structure: text, labelled: 9000}\n", "utf-8")
    returned = recommend(load_profile(tmp_path / "profile.yaml"))
    printed = advisor("recommend", "profile.yaml", "--format", "json").stdout
    (read,) = reading.read_results(printed, "profile.yaml").items
    assert (read.approach, read.verdict, read.counterfactuals) == (
        returned.approach,
        returned.verdict,
        returned.counterfactuals,
    )
    assert [row.rule for row in read.reasons] == [row.rule for row in returned.reasons]


def test_a_profile_is_loaded_with_its_problems(tmp_path):
    from advisor import InputError, load_profile

    path = tmp_path / "profile.yaml"
    path.write_text("task: clasification\ndata: {structure: tabular, rows: many}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load_profile(path)
    assert len(caught.value.problems) == 2
    with pytest.raises(FileNotFoundError):
        load_profile(tmp_path / "nothing.yaml")
