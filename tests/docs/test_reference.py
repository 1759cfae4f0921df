"""The reference pages are what docs/generate.py makes of the program's tables."""

import json
import re
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from tests.docs.pages import ROOT

SPEC = spec_from_file_location("generate", ROOT / "docs" / "generate.py")
generate = module_from_spec(SPEC)
SPEC.loader.exec_module(generate)


@pytest.mark.parametrize("name", generate.PAGES)
def test_the_reference_is_current(name, update_golden):
    page, text = generate.path_of(name), generate.text_of(name)
    if update_golden:
        page.write_text(text, encoding="utf-8")
    assert page.read_text("utf-8") == text, "run: python docs/generate.py"


def test_the_list_for_language_models_is_current_and_names_every_page(update_golden):
    if update_golden:
        generate.LLMS.write_text(generate.llms_text(), encoding="utf-8")
    listed = generate.LLMS.read_text("utf-8")
    assert listed == generate.llms_text(), "run: python docs/generate.py"
    docs = ROOT / "docs"
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")} - {"index.md"}
    assert set(re.findall(r"^- \[[^]]+\]\(([^)]+)\)", listed, re.MULTILINE)) == pages


def test_the_page_of_rules_is_what_the_command_prints(advisor):
    assert advisor("rules", "docs").stdout == generate.path_of("rules").read_text("utf-8")


def test_no_key_of_a_result_is_without_its_row(advisor):
    """Every key that a real result holds stands on the page, at its path."""
    rows = set(re.findall(r"^\| `([^`]+)` \|", generate.path_of("json").read_text("utf-8"), re.MULTILINE))
    done = advisor("recommend", str(ROOT / "examples" / "telecom-churn.yaml"), "--format", "json")
    result = json.loads(done.stdout)
    assert {key for key in result if key not in rows} == set()
    assert {f"candidates[].{key}" for key in result["candidates"][0]} <= rows
    assert {f"candidates[].estimate.{key}" for key in result["candidates"][0]["estimate"]} <= rows


# -- the site ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("sphinx")
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(folder / "trees")]
    done = subprocess.run([*build, "docs", str(folder / "html")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_asks_nobody_for_anything(site):
    loaded = re.compile(
        r"""<(?:script|img|iframe|source)[^>]*\bsrc=["'](?:https?:)?//|<link[^>]*\bhref=["'](?:https?:)?//"""
        r"""|@import\s|url\(\s*["']?(?:https?:)?//|\bfetch\(\s*["'`]https?:"""
    )
    files = [path for path in site.rglob("*") if path.suffix in (".html", ".css", ".js")]
    assert len([path for path in files if path.suffix == ".html"]) > 20
    listed = re.findall(r"\]\(([^)]+\.md)\)", (site / "llms.txt").read_text("utf-8"))
    assert [name for name in listed if not (site / name).is_file()] == []
    assert [path.name for path in files if loaded.search(path.read_text("utf-8"))] == []


@pytest.mark.slow
def test_a_broken_link_stops_the_build(tmp_path):
    pytest.importorskip("sphinx")
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    (tmp_path / "docs" / "tutorial.md").write_text("# Tutorial\n\n[Nowhere](how-to/nowhere.md)\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "docs", "site"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr
