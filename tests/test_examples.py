"""Every bundled example: the golden output in three formats, and the schema of the result."""

import json
from pathlib import Path

import jsonschema
import pytest

from advisor.api import load_knowledge, read_profile, recommend
from advisor.render import View, render_recommendations
from advisor.render.schema import result_schema

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
GOLDEN = Path(__file__).parent / "golden"
SUFFIX = {"text": "txt", "json": "json", "markdown": "md"}


@pytest.fixture(scope="session")
def knowledge():
    return load_knowledge()


@pytest.fixture(scope="session")
def answer(knowledge):
    answers = {}

    def of(path):
        if path not in answers:
            answers[path] = recommend(read_profile(path.read_bytes(), path.name), knowledge)
        return answers[path]

    return of


@pytest.mark.parametrize("format_", SUFFIX)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_output_is_the_golden_one(path, format_, answer, update_golden):
    golden = GOLDEN / f"{path.stem}.{SUFFIX[format_]}"
    digest = answer(path).rules["sha256"]
    text = render_recommendations(format_, [answer(path)], View())
    assert digest[:12] in text
    # The digest changes with every rule; it has its own test.
    text = text.replace(digest, "(digest)").replace(digest[:12], "(digest)")
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text("utf-8"), "if the change is meant: pytest --update-golden, and the changelog"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_json_meets_the_schema(path, answer):
    data = json.loads(render_recommendations("json", [answer(path)], View()))
    jsonschema.Draft202012Validator(result_schema()).validate(data)


def test_no_golden_file_is_left_over():
    stems = {path.stem for path in EXAMPLES}
    assert sorted(path.name for path in GOLDEN.glob("*.*") if path.stem not in stems) == []


def test_every_task_and_structure_has_an_example():
    from advisor.profile.fields import STRUCTURES, TASKS

    values = [read_profile(path.read_bytes(), path.name).values for path in EXAMPLES]
    assert {item["task"] for item in values} == set(TASKS)
    assert {item["data.structure"] for item in values} == set(STRUCTURES)
