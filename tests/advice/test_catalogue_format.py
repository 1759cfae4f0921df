"""The catalogue of a rule pack is checked by schema: what is wrong is told with its file, and what is taken works."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.advice.catalogue import refuse_bad_entries
from advisor.advice.catalogue_format import KEYS, entry_problems
from advisor.advice.knowledge import Knowledge, load_rules
from advisor.advice.recommend import recommend
from advisor.cli.main import run
from advisor.engine.library import CatalogueFiles, bundled_folder, load_library
from advisor.profile.reader import read_profile
from advisor.render import View, render
from advisor.source.problems import InputError
from advisor.source.yaml_reader import read_yaml
from tests.bounds import examples
from tests.engine.support import library

FILES = [*KEYS, "gains", "published", "models/tabular"]
BUNDLED = {name: library().catalogue[name] for name in library().catalogue}
PLACES = [
    (name, place, key)
    for name in FILES
    for place, entry in enumerate(BUNDLED[name][:12])
    for key in entry
    if key != "id"
]
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=3)
VALUES = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.text(max_size=3), LEAVES, max_size=2)
PROFILES = [
    read_profile(f"task: {task}\ndata: {{structure: tabular, rows: {rows}, labelled: 90}}".encode(), "p.yaml")
    for task, rows in (("classification", 900), ("regression", 90_000))
]
SHAPES = ["x", "1", "[1]", "{}", "{a: 1}", "[{}]", "[{id: [a]}]", "[[]]", "[{id: x}, {id: 1}]"]


@pytest.mark.parametrize("name", KEYS)
def test_the_bundled_catalogue_keeps_its_schema(name):
    assert [problem for entry in BUNDLED[name] for problem in entry_problems(name, entry, BUNDLED)] == []


@examples(200)
@given(st.sampled_from(PLACES), VALUES | st.just(...))
def test_a_changed_entry_is_refused_with_its_file_or_works(tmp_path, place, value):
    name, index, key = place
    data = copy.copy(BUNDLED)
    data[name] = copy.deepcopy(data[name])
    if value is ...:
        del data[name][index][key]
    else:
        data[name][index][key] = value
    path = tmp_path / "catalogue" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    problems = []
    try:
        refuse_bad_entries(data, [tmp_path])
        knowledge = Knowledge.of(library()._replace(catalogue=CatalogueFiles.of(data)), {"tabular"})
        results = [recommend(profile, knowledge) for profile in PROFILES]
        assert render("recommendation", "text", results, View())
    except InputError as error:
        problems = error.problems
    assert [one for one in problems if one.file not in (str(path), f"catalogue/{name}.yaml")] == []
    path.unlink()


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_list_of_entries_is_refused_with_its_place(tmp_path, name):
    path = tmp_path / "catalogue" / f"{name}.yaml"
    path.parent.mkdir(parents=True)
    for text in SHAPES:
        path.write_text(text + "\n")
        with pytest.raises(InputError) as caught:
            load_library([tmp_path])
        assert {problem.file for problem in caught.value.problems} == {str(path)}


@pytest.mark.slow  # lint asks all rules
def test_a_rule_pack_commands_no_terminal(tmp_path, capsys):
    source = next((bundled_folder("rules") / "table").glob("*.yaml"))
    rule = read_yaml(source.read_bytes(), source.name).data
    odd = "a \x1b[31mred\x1b]0;x\x07 \u202eb\n::error::x"
    rule |= {"title": odd, "because": odd + ".", "exceptions": odd + "."}
    (tmp_path / source.name).write_text(json.dumps(rule))
    for command in (["list"], ["docs"], ["show", source.stem], ["test"], ["lint"]):
        assert run(["rules", *command, "--rules", str(tmp_path)]) in (0, 1)
        said = "".join(capsys.readouterr())
        assert not set(said) & set("\x1b\x07\u202e")
        assert not [line for line in said.split("\n") if line.startswith("::")]


def test_a_link_to_nothing_in_a_pack_is_told(tmp_path):
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    with pytest.raises(InputError, match=r"gone.yaml:1:1: error: a link to nothing"):
        load_rules([tmp_path])
