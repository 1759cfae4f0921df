"""Every bundled example: the golden output in three formats, and the schema of the result."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from advisor import read_profile
from advisor.render import View, render
from advisor.render.schema import result_schema
from tests.answers import answer_to
from tests.golden_text import agrees, without_rule_set

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
GOLDEN = Path(__file__).parent / "golden"
SUFFIX = {"text": "txt", "json": "json", "markdown": "md"}


@pytest.mark.parametrize("format_", SUFFIX)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_output_is_the_golden_one(path, format_, update_golden):
    text = render("recommendation", format_, [answer_to(path)], View())
    agrees(text, GOLDEN / f"{path.stem}.{SUFFIX[format_]}", update_golden)


@pytest.mark.parametrize("format_", SUFFIX)
def test_a_report_says_which_rules_it_rests_on(format_):
    result = answer_to(EXAMPLES[0])
    text = render("recommendation", format_, [result], View())
    assert result.rules["sha256"][:12] in text
    count = result.rules["count"]
    counted = {"text": f"({count} rules,", "json": f'"count": {count}', "markdown": f", {count} of them"}
    assert counted[format_] in text
    assert without_rule_set(text) != text


@pytest.fixture(scope="module")
def schema():
    return jsonschema.Draft202012Validator(result_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_json_meets_the_schema(path, schema):
    data = json.loads(render("recommendation", "json", [answer_to(path)], View()))
    schema.validate(data)


def test_no_golden_file_is_left_over():
    stems = {path.stem for path in EXAMPLES}
    assert sorted(path.name for path in GOLDEN.glob("*.*") if path.stem not in stems) == []


def test_every_task_and_structure_has_an_example():
    from advisor.profile.fields import STRUCTURES, TASKS

    values = [read_profile(path.read_bytes(), path.name).values for path in EXAMPLES]
    assert {item["task"] for item in values} == set(TASKS)
    assert {item["data.structure"] for item in values} == set(STRUCTURES)


@pytest.mark.nightly
@pytest.mark.parametrize("path", [path for path in EXAMPLES if "--data examples/" in path.read_text("utf-8")], ids=str)
def test_bundled_data_confirm_their_profile(path, environment):
    """The second line of the profile says how to ask."""
    (asked,) = re.findall(r"`(--data [^`]+)`", path.read_text("utf-8"))
    command = [sys.executable, "-m", "advisor", "recommend", str(path), *asked.split(), "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["confirmation"] == "confirmed"
