"""Reading rule folders: overriding, the cache, and files that are not what they should be."""

import hashlib
import json
import random
from pathlib import Path

import pytest

from advisor.engine import library as module
from advisor.engine.library import bundled_folder, load_library
from advisor.source.problems import InputError
from tests.engine.support import library

GROUPS = "- {id: labels, title: Labels, criterion: success, cap: 20}\n"


def rule(name, points="{deep: -4}", title="A rule"):
    return f"""\
id: {name}
title: {title}
criterion: success
group: labels
when: {{fact: data.structure, is: tabular}}
points: {points}
because: So it is.
exceptions: None.
evidence:
  - {{source: judgement, claim: So it seems.}}
tests:
  fires: [{{data.structure: tabular}}]
  silent: [{{data.structure: text}}]
"""


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path):
    files = {"groups.yaml": GROUPS, "size/few.yaml": rule("few"), "size/many.yaml": rule("many")}
    return write(tmp_path / "rules", files)


def problems_of(*folders):
    with pytest.raises(InputError) as caught:
        load_library(folders)
    return caught.value.problems


def points_of(loaded):
    return {rule.id: dict(zip("nchtd", rule.points, strict=True))["d"] for rule in loaded.rule_book().rules}


# -- folders ----------------------------------------------------------------------------------------------


def test_a_folder_of_rules_becomes_a_rule_book_sorted_by_id(folder):
    book = load_library([folder]).rule_book()
    assert [found.id for found in book.rules] == ["few", "many"]
    assert list(book.groups) == ["labels"]


def test_a_second_folder_adds_rules_and_overrides_those_of_the_same_id(folder, tmp_path):
    own = write(tmp_path / "own", {"few.yaml": rule("few", "{deep: 7}"), "new.yaml": rule("new")})
    assert points_of(load_library([folder])) == {"few": -4, "many": -4}
    assert points_of(load_library([folder, own])) == {"few": 7, "many": -4, "new": -4}
    assert points_of(load_library([own, folder])) == {"few": -4, "many": -4, "new": -4}


def test_a_second_folder_may_change_the_cap_of_a_group_and_add_one(folder, tmp_path):
    added = GROUPS.replace("cap: 20", "cap: 5") + "- {id: own, title: Own, criterion: cost, cap: 2}\n"
    own = write(tmp_path / "own", {"groups.yaml": added})
    groups = load_library([folder, own]).rule_book().groups
    assert {name: group.cap for name, group in groups.items()} == {"labels": 5, "own": 2}


def test_a_rule_of_ones_own_may_use_the_groups_of_the_bundled_rules(tmp_path):
    own = write(tmp_path / "own", {"my-rule.yaml": rule("my-rule")})
    book = load_library([bundled_folder("rules"), own]).rule_book()
    assert len(book.rules) == len(library().rules) + 1
    assert "my-rule" in {found.id for found in book.rules}


def test_a_catalogue_entry_of_the_same_id_replaces_the_earlier_one(folder, tmp_path):
    write(folder, {"catalogue/prices.yaml": "- {id: a, usd: 1}\n- {id: b, usd: 2}\n"})
    own = write(tmp_path / "own", {"catalogue/prices.yaml": "- {id: b, usd: 9}\n- {id: c, usd: 3}\n"})
    merged = load_library([folder, own]).catalogue["prices"]
    assert merged == [{"id": "a", "usd": 1}, {"id": "b", "usd": 9}, {"id": "c", "usd": 3}]


def test_two_rules_of_one_id_in_one_folder_are_refused(folder):
    write(folder, {"labels/few.yaml": rule("few")})
    (problem,) = problems_of(folder)
    assert "already holds a rule of this name" in problem.message
    assert Path(problem.file).name == "few.yaml"


def test_a_rule_with_both_endings_is_refused_as_well(folder):
    write(folder, {"size/few.yml": rule("few")})
    assert "already holds a rule of this name" in problems_of(folder)[0].message


@pytest.mark.parametrize("name", ["groups", "catalogue/prices"])
def test_groups_and_catalogue_with_both_endings_are_refused_as_well(folder, name):
    text = GROUPS if name == "groups" else "- {id: a, usd: 1}\n"
    write(folder, {f"{name}.yaml": text, f"{name}.yml": text})
    (problem,) = problems_of(folder)
    assert problem.message == f"{folder / name}.yaml already holds a file of this name"


def test_files_may_end_in_yml(folder):
    other = write(
        folder.parent / "yml", {"groups.yml": GROUPS, "size/few.yml": rule("few"), "size/many.yml": rule("many")}
    )
    assert load_library([other]).rule_book().rules == load_library([folder]).rule_book().rules


def test_a_folder_that_does_not_exist_is_refused(tmp_path):
    (problem,) = problems_of(tmp_path / "nowhere")
    assert problem.message == "no such rules folder"


def test_a_folder_without_rules_is_refused(tmp_path):
    (problem,) = problems_of(write(tmp_path / "empty", {"readme.md": "nothing"}))
    assert problem.message == "no .yaml or .yml files in this rules folder"


def test_the_problems_of_all_files_are_told_at_once_with_their_places(folder):
    write(
        folder,
        {
            "size/few.yaml": rule("other"),
            "size/many.yaml": rule("many", "{deeep: -4}"),
            "size/torn.yaml": "id: torn\nid: torn\n",
        },
    )
    found = {(Path(problem.file).name, problem.position.line, problem.field) for problem in problems_of(folder)}
    assert ("few.yaml", 1, "id") in found
    assert ("many.yaml", 6, "points.deeep") in found
    assert ("torn.yaml", 2, "id") in found


def test_a_fault_in_the_groups_is_told_with_its_place(folder):
    write(folder, {"groups.yaml": GROUPS + "- {id: own, title: Own, criterion: luck, cap: 2}\n"})
    problem = problems_of(folder)[0]
    assert (Path(problem.file).name, problem.position.line, problem.field) == (
        "groups.yaml",
        2,
        "[1].criterion",
    )


def test_a_group_that_is_declared_with_a_fault_is_not_called_unknown(folder):
    write(folder, {"groups.yaml": GROUPS.replace("cap: 20", "cap: none"), "size/few.yaml": rule("few", "{deeep: 1}")})
    assert [problem.field for problem in problems_of(folder)] == ["[0].cap", "points.deeep"]
    write(folder, {"groups.yaml": "- {id: labels"})
    assert [problem.field for problem in problems_of(folder)] == ["", "points.deeep"]


def test_values_that_cannot_be_read_are_told_with_all_else_that_is_wrong(folder):
    text = rule("few", "{deeep: 1}").replace("because: So", "because: &so So").replace("title: A", "title: &a A")
    write(folder, {"size/few.yaml": text + "exceptions: *so\n"})
    assert [(problem.field, problem.message.partition(" ")[0]) for problem in problems_of(folder)] == [
        ("title", "anchors"),
        ("because", "anchors"),
        ("exceptions", "duplicate"),
        ("exceptions", "aliases"),
        ("points.deeep", "unknown"),
    ]


# -- the digest ----------------------------------------------------------------------------------------------


def test_the_digest_changes_with_any_content_and_only_with_content(folder):
    before = load_library([folder]).sha256
    assert load_library([folder]).sha256 == before
    (folder / "size" / "few.yaml").touch()
    assert load_library([folder]).sha256 == before
    write(folder, {"size/few.yaml": rule("few", title="A role")})
    after = load_library([folder]).sha256
    assert after != before
    write(folder, {"size/few.yaml": rule("few")})
    assert load_library([folder]).sha256 == before


@pytest.mark.parametrize("name", ["groups.yaml", "size/many.yaml", "catalogue/prices.yaml"])
def test_the_digest_covers_every_file(folder, name):
    write(folder, {"catalogue/prices.yaml": "- {id: a, usd: 1}\n"})
    before = load_library([folder]).sha256
    path = folder / name
    path.write_text(path.read_text(encoding="utf-8") + "# checked\n", encoding="utf-8")
    assert load_library([folder]).sha256 != before


def test_the_digest_does_not_depend_on_where_the_folder_lies(folder, tmp_path):
    copied = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")}
    assert load_library([write(tmp_path / "elsewhere", copied)]) == load_library([folder])


def test_moving_text_from_one_file_to_the_next_changes_the_digest(tmp_path):
    prices = "- {id: a, usd: 1}\n"
    one = {
        "groups.yaml": GROUPS,
        "r.yaml": rule("r"),
        "catalogue/p.yaml": prices,
        "catalogue/q.yaml": "# x\n",
    }
    other = one | {"catalogue/p.yaml": prices + "# x\n", "catalogue/q.yaml": ""}
    first, second = load_library([write(tmp_path / "one", one)]), load_library([write(tmp_path / "b", other)])
    assert first.catalogue["p"] == second.catalogue["p"]
    assert first.sha256 != second.sha256


def test_the_order_in_which_files_were_written_does_not_matter(tmp_path):
    names = [f"rule-{number}" for number in range(12)]
    libraries = []
    for seed in range(3):
        shuffled = random.Random(seed).sample(names, len(names))
        files = {"groups.yaml": GROUPS} | {f"area/{name}.yaml": rule(name) for name in shuffled}
        libraries.append(load_library([write(tmp_path / str(seed), files)]))
    assert libraries[0] == libraries[1] == libraries[2]
    assert list(libraries[0].rules) == sorted(names)


def test_the_order_in_which_the_system_lists_files_does_not_matter(folder, monkeypatch):
    before = load_library([folder])
    listed = Path.rglob
    monkeypatch.setattr(Path, "rglob", lambda *args: reversed(list(listed(*args))))
    assert load_library([folder]) == before


# -- the cache ----------------------------------------------------------------------------------------------


def refuse_to_parse(*args):
    raise AssertionError(f"parsed {args[1:]} although the cache knows it")


def cache_file(cache):
    (found,) = cache.glob("rules-*.json")
    return found


def test_a_cached_library_is_the_same_as_a_parsed_one(tmp_path, monkeypatch):
    folders, cache = [bundled_folder("rules")], tmp_path / "cache"
    parsed = load_library(folders, cache)
    monkeypatch.setattr(module, "parse_yaml", refuse_to_parse)
    cached = load_library(folders, cache)
    assert cached == parsed == library()
    assert cached.rule_book() == parsed.rule_book()


def test_the_cache_is_not_used_after_a_change(folder, tmp_path):
    cache = tmp_path / "cache"
    load_library([folder], cache)
    write(folder, {"size/few.yaml": rule("few", "{deep: 9}")})
    assert points_of(load_library([folder], cache)) == {"few": 9, "many": -4}


def test_the_cache_does_not_hide_a_rule_that_is_broken_now(folder, tmp_path):
    cache = tmp_path / "cache"
    load_library([folder], cache)
    write(folder, {"size/few.yaml": rule("other")})
    with pytest.raises(InputError):
        load_library([folder], cache)


def test_broken_rules_are_never_cached(folder, tmp_path):
    write(folder, {"size/few.yaml": rule("other")})
    for _ in range(2):
        with pytest.raises(InputError):
            load_library([folder], tmp_path / "cache")


def test_the_folders_of_rules_do_not_mix_in_the_cache(folder, tmp_path):
    own, cache = write(tmp_path / "own", {"few.yaml": rule("few", "{deep: 7}")}), tmp_path / "cache"
    for _ in range(2):
        assert points_of(load_library([folder], cache))["few"] == -4
        assert points_of(load_library([folder, own], cache))["few"] == 7
        assert points_of(load_library([own, folder], cache))["few"] == -4


def cached(cache):
    return json.loads(cache_file(cache).read_bytes().partition(b"\n")[2])


DAMAGE = {
    "empty": b"",
    "binary": b"\xff\xfe\x00\x01" * 50,
    "no JSON": b"rules: []",
    "a list": b"[]",
    "a number": b"3",
    "nothing": b"null",
    "an empty object": b"{}",
    "deep brackets": b"[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_cache_is_harmless(folder, tmp_path, content):
    cache = tmp_path / "cache"
    expected = load_library([folder], cache)
    cache_file(cache).write_bytes(content)
    assert load_library([folder], cache) == expected
    assert cached(cache)["sha256"] == expected.sha256


def test_a_cache_that_was_cut_short_is_harmless(folder, tmp_path):
    cache = tmp_path / "cache"
    expected = load_library([folder], cache)
    content = cache_file(cache).read_bytes()
    for length in range(0, len(content), 97):
        cache_file(cache).write_bytes(content[:length])
        assert load_library([folder], cache) == expected


def test_a_cache_of_other_content_under_the_right_name_is_not_believed(folder, tmp_path):
    cache = tmp_path / "cache"
    expected = load_library([folder], cache)
    content = json.dumps(cached(cache) | {"sha256": "0" * 64, "rules": {}}).encode()
    cache_file(cache).write_bytes(hashlib.blake2b(content).hexdigest().encode() + b"\n" + content)
    assert load_library([folder], cache) == expected


def test_damaged_parts_of_a_cache_are_read_from_the_files_again(folder, tmp_path):
    cache = tmp_path / "cache"
    expected = load_library([folder], cache)
    (parts,) = cache.glob("rules-*.parts")
    for content in (b"", b"x" * parts.stat().st_size):
        parts.write_bytes(content)
        library = load_library([folder], cache)
        assert {name: library.catalogue[name] for name in library.catalogue} == dict(expected.catalogue)
    parts.unlink()
    assert dict(load_library([folder], cache).catalogue) == dict(expected.catalogue)


def test_a_cache_folder_that_cannot_be_made_is_harmless(folder, tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    for cache in (in_the_way, in_the_way / "below", Path("/proc/nowhere/cache")):
        assert load_library([folder], cache) == load_library([folder])


def test_a_cache_folder_that_cannot_be_written_is_harmless(folder, tmp_path, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError(13, "read-only file system", str(args[0]), options)

    expected, cache = load_library([folder]), tmp_path / "cache"
    for name in ("write_text", "write_bytes", "replace", "mkdir", "unlink"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, refuse)
            assert load_library([folder], cache) == expected


def test_a_read_only_cache_folder_is_harmless(folder, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o500)
    assert load_library([folder], cache) == load_library([folder])
    cache.chmod(0o700)


def test_a_cache_folder_below_missing_ones_is_made(folder, tmp_path):
    cache = tmp_path / "home" / ".cache" / "advisor"
    load_library([folder], cache)
    assert cache_file(cache).is_file()


def test_the_cache_keeps_a_few_files_and_no_remains(folder, tmp_path):
    cache = tmp_path / "cache"
    for number in range(20):
        write(folder, {"size/few.yaml": rule("few", title=f"Title {number}")})
        load_library([folder], cache)
    assert len(list(cache.iterdir())) <= 10
    assert not list(cache.glob("*.part"))


def test_numbers_beyond_json_survive_the_cache(folder, tmp_path):
    write(folder, {"catalogue/p.yaml": "- {id: a, high: .inf, big: 123456789012345678901, tiny: 1e-300}\n"})
    first, second = (load_library([folder], tmp_path / "cache") for _ in range(2))
    assert first == second
