"""The wheel, installed with its runtime dependencies only, and the editable install."""

import json
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_ships_rules_and_examples(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "examples"):
        expected = {
            f"advisor/{folder}/{path.relative_to(ROOT / folder).as_posix()}" for path in (ROOT / folder).rglob("*.yaml")
        }
        assert expected <= names
    assert "advisor/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "rules/", "examples/"))]


def test_the_wheel_answers_with_runtime_dependencies_only(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    binaries = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    constraints = str(ROOT / "constraints.txt")
    subprocess.run(
        [str(binaries / "python"), "-m", "pip", "install", "--quiet", "-c", constraints, str(wheel)],
        check=True,
    )
    listed = subprocess.run(
        [str(binaries / "python"), "-m", "pip", "list", "--format", "json"],
        check=True,
        capture_output=True,
        text=True,
    )
    installed = {item["name"].lower() for item in json.loads(listed.stdout)} - {"pip", "setuptools", "wheel"}
    assert installed == {
        "model-selection-advisor",
        "click",
        "pyyaml",
        "rich",
        "markdown-it-py",
        "mdurl",
        "pygments",
    }
    (tmp_path / "p.yaml").write_text("task: classification\ndata: {structure: tabular, rows: 900, labelled: 900}\n")
    for arguments, words in (
        (["--help"], "recommend"),
        (["examples"], "telecom-churn"),
        (["recommend", "p.yaml"], "classical learning"),
        (["recommend", "p.yaml", "--format", "markdown"], "classical learning"),
    ):
        result = subprocess.run(
            [str(binaries / "advisor"), *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        assert words in result.stdout
        assert result.stderr == ""
    page = subprocess.run(
        [str(binaries / "advisor"), "recommend", "p.yaml", "--format", "html", "-o", "page.html"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (page.returncode, page.stdout) == (2, "")
    assert "--format html needs packages that are not installed (jinja2, matplotlib)" in page.stderr
    assert 'pip install ".[report]"' in page.stderr
    assert not (tmp_path / "page.html").exists()


def test_the_wheel_ships_the_templates_of_pages(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"advisor/render/html/templates/{name}" for name in ("page.html", "blocks.html", "style.css")} <= names


def test_core_dependencies_are_three_and_extras_are_complete():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [requirement.split(">")[0] for requirement in project["dependencies"]]
    assert names == ["click", "PyYAML", "rich"]
    assert set(project["optional-dependencies"]) == {
        "audio",
        "baseline",
        "baseline-cpu",
        "catboost",
        "encoders",
        "foundation",
        "mcp",
        "report",
        "cluster",
        "skops",
        "docs",
        "dev",
    }


def test_constraints_pin_everything_that_is_asked_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = {
        line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    }
    asked = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    names = {item.split(">")[0].split("[")[0].lower().replace("dask", "dask") for item in asked}
    assert names - pinned == {"model-selection-advisor"}
    assert "torch==2.13.0" in (ROOT / "constraints.txt").read_text()


def test_no_module_imports_from_a_floor_above_its_own():
    floors = [
        {"version", "source"},
        {"reports"},
        {"profile", "baselines", "render"},
        {"engine"},
        {"advice"},
        {"calibration"},
        {"gate"},
        {"cli"},
        {"__init__", "__main__"},
    ]
    height = {room: number for number, rooms in enumerate(floors) for room in rooms}
    wrong = []
    for path in (ROOT / "advisor").rglob("*.py"):
        room = path.relative_to(ROOT / "advisor").parts[0].removesuffix(".py")
        for line in path.read_text("utf-8").splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in ("from", "import") and words[1].startswith("advisor."):
                other = words[1].split(".")[1]
                if other in height and other != room and height[other] >= height[room]:
                    wrong.append(f"{path.relative_to(ROOT)}: {line.strip()}")
    assert wrong == []


def test_what_holds_for_any_data_knows_no_data_structure():
    structures = {path.parent.name for path in (ROOT / "advisor" / "baselines").glob("*/structure.py")}
    assert structures == {"audio", "forecast", "images", "series", "tabular", "text"}
    knowing = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in ("running", "judging", "networks")
        for path in (ROOT / "advisor" / "baselines" / room).glob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if any(f"advisor.baselines.{name}" in line for name in structures)
    }
    assert knowing == set()
