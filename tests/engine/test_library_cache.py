"""The cache of parsed rules is believed only where this user's program wrote it, and removes nothing else."""

import hashlib
import json
import os
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.engine import library as module
from advisor.engine.library import load_library
from advisor.engine.library_cache import KEY, Cache, Content
from tests.bounds import examples
from tests.engine.test_library import GROUPS, rule, write

RULES = {"groups.yaml": GROUPS, "few.yaml": rule("few"), "catalogue/prices.yaml": "- {id: a, usd: 1}\n"}
unix = pytest.mark.skipif(sys.platform == "win32", reason="files have no owner and no mode there")


@pytest.fixture
def desk(tmp_path):
    """Return a folder of rules, a cache that holds it, and what it says."""
    folder, cache = write(tmp_path / "rules", RULES), tmp_path / "cache"
    return folder, cache, everything(load_library([folder], cache))


def everything(library):
    return library.rules, list(library.groups), dict(library.catalogue), dict(library.structures), library.sha256


def kept(cache):
    """Return the files of the cache but the key."""
    return sorted(path for path in cache.iterdir() if path.name != KEY)


def signatures(content):
    """Return what somebody who does not know the key may write before the content."""
    return [hashlib.blake2b(content).hexdigest().encode(), b"%d" % zlib.crc32(content), b"", b"0" * 128]


def test_a_cache_is_used(desk, monkeypatch):
    folder, cache, expected = desk
    monkeypatch.setattr(module, "parse_yaml", None)
    assert everything(load_library([folder], cache)) == expected


LEAVES = st.none() | st.integers(-5, 5) | st.text(max_size=3)
VALUES = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=3), LEAVES, max_size=2)


@examples(300)
@given(st.sampled_from([*Content._fields[:-1], None]), VALUES, st.integers(0, 3))
def test_whatever_others_write_into_it_changes_no_answer(desk, field, value, signed):
    folder, cache, expected = desk
    load_library([folder], cache)
    parts, core = sorted(kept(cache), key=lambda path: path.suffix, reverse=True)
    data = json.loads(core.read_bytes().partition(b"\n")[2])
    data["rules"]["few"]["points"] = {"none": 20}
    changed = json.dumps(value if field is None else {**data, field: value}).encode()
    core.write_bytes(signatures(changed)[signed] + b"\n" + changed)
    assert everything(load_library([folder], cache)) == expected
    parts.write_bytes(parts.read_bytes().replace(b"1", b"2"))
    assert everything(load_library([folder], cache)) == expected


@unix
@pytest.mark.parametrize("which", ["json", "parts", "key"])
@pytest.mark.parametrize("thing", ["pipe", "link", "folder", "endless", "sparse"])
def test_nothing_that_lies_in_its_place_is_waited_for(desk, which, thing):
    folder, cache, expected = desk
    path = cache / KEY if which == "key" else next(cache.glob(f"*.{which}"))
    other = cache / "other"
    other.write_bytes(path.read_bytes())
    path.unlink()
    if thing == "pipe":
        os.mkfifo(path)
    elif thing == "link":
        path.symlink_to(other)
    elif thing == "endless":
        path.symlink_to("/dev/zero")
    elif thing == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(20 << 30)
    before = other.read_bytes()
    assert everything(load_library([folder], cache)) == expected
    assert other.read_bytes() == before


@unix
def test_a_key_that_others_can_read_proves_nothing(desk, monkeypatch):
    folder, cache, expected = desk
    assert (cache / KEY).stat().st_mode & 0o777 == 0o600
    (cache / KEY).chmod(0o644)
    assert Cache.of(cache) is None
    assert everything(load_library([folder], cache)) == expected


@examples(100)
@given(st.lists(st.from_regex(r"rules-[-a-z0-9]{0,40}(\.json|\.parts|\.yaml|\.part)?", fullmatch=True), max_size=8))
def test_nobody_elses_files_are_removed(desk, names):
    folder, cache, _ = desk
    theirs = {cache / name: name.encode() for name in [*names, "rules-of-team-a.yaml", f"rules-6-{'a' * 32}.json"]}
    for path, content in theirs.items():
        path.write_bytes(content)
        os.utime(path, (1, 1))
    for number in range(6):
        write(folder, {"few.yaml": rule("few", title=f"Title {number}")})
        load_library([folder], cache)
    assert {path: path.read_bytes() for path in theirs} == theirs
    own = [path for path in kept(cache) if path not in theirs]
    assert len(own) == 8  # four sets of two files
    for path in [*own, *theirs]:
        path.unlink()


@unix
def test_nothing_is_written_through_a_link_that_lies_in_wait(desk, tmp_path):
    folder, cache, _ = desk
    victim = tmp_path / "victim"
    victim.write_text("precious")
    for path in kept(cache):
        path.unlink()
        path.with_name(f"{path.name}.{os.getpid()}.part").symlink_to(victim)
    load_library([folder], cache)
    assert victim.read_text() == "precious"
