"""Read rule folders into a rule book, with a cache keyed by the content of the files."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.engine.rulebook import Group, Rule, RuleBook, RuleError, parse_groups, parse_rule
from advisor.source.problems import InputError, Problem
from advisor.source.yaml_reader import Document, read_yaml

CACHE_FORMAT = 2
MOST_RULES = 20_000


class Parts(Mapping[str, Any]):
    """The catalogue's files by name, each decoded when it is asked for.

    A recommendation needs the models of one structure and little else; decoding all of them would cost as much as
    the rest of the start.
    """

    def __init__(self, encoded: Mapping[str, str]) -> None:
        self.encoded = encoded
        self._decoded: dict[str, Any] = {}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Parts":
        """Encode plain data, the models of each structure once more under `structure/<name>`."""
        encoded = {name: json.dumps(content) for name, content in data.items()}
        by_structure: dict[str, list[Any]] = {}
        for name in sorted(data):
            if name.startswith("models/") and isinstance(data[name], list):
                for entry in data[name]:
                    structures = entry.get("structures", ()) if isinstance(entry, dict) else ()
                    for structure in structures:
                        by_structure.setdefault(str(structure), []).append(entry)
        encoded |= {f"structure/{name}": json.dumps(entries) for name, entries in by_structure.items()}
        return cls(encoded)

    def __getitem__(self, name: str) -> Any:
        if name not in self._decoded:
            self._decoded[name] = json.loads(self.encoded[name])
        return self._decoded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.encoded)

    def __len__(self) -> int:
        return len(self.encoded)


@dataclass(frozen=True, slots=True)
class Library:
    """Everything under the rule folders as plain data: rules, groups and the catalogue's files."""

    rules: Mapping[str, Any]
    groups: Sequence[Any]
    catalogue: Parts
    sha256: str

    def rule_book(self) -> RuleBook:
        """Compile the rules."""
        groups = parse_groups(list(self.groups))
        rules = tuple(parse_rule(data, groups, name) for name, data in sorted(self.rules.items()))
        return RuleBook(rules, groups, self.sha256)


def bundled_folder(name: str) -> Path:
    """Return a folder of data that ships with the program, in the wheel or beside an editable package."""
    package = Path(__file__).resolve().parent.parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def load_library(folders: Sequence[Path], cache: Path | None = None) -> Library:
    """Read rule folders; a later folder adds rules and overrides those of the same id.

    Parameters
    ----------
    folders : sequence of Path
        The bundled rules first, then the user's.
    cache : Path, optional
        Folder for the compiled form; skipped where it cannot be read or written.

    Raises
    ------
    InputError
        With every problem of every file.
    """
    contents = [(folder, path, path.read_bytes()) for folder in folders for path in _files(folder)]
    digest = hashlib.sha256(f"{CACHE_FORMAT}\n".encode())
    for folder, path, raw in contents:
        name = f"{folders.index(folder)}/{path.relative_to(folder).as_posix()}\n{len(raw)}\n"
        digest.update(name.encode())
        digest.update(raw)
    key = digest.hexdigest()
    cached = _from_cache(cache, key)
    if cached is not None:
        return cached
    library = _parse(contents, key)
    _to_cache(cache, library)
    return library


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError([_whole_file(str(folder), "no such folder of rules")])
    try:
        found = sorted(path for path in folder.rglob("*.yaml") if path.is_file())
        found += sorted(path for path in folder.rglob("*.yml") if path.is_file())
    except OSError as error:
        raise InputError([_whole_file(str(folder), f"cannot be read: {error.strerror}")]) from None
    if not found:
        raise InputError([_whole_file(str(folder), "no .yaml files in this folder of rules")])
    return found


def _whole_file(file: str, message: str) -> Problem:
    return Document(file, None, "").problem((), message)


def _parse(contents: Iterable[tuple[Path, Path, bytes]], key: str) -> Library:
    problems: list[Problem] = []
    documents: dict[str, Document] = {}
    groups: dict[str, tuple[Any, Document]] = {}
    catalogue: dict[str, Any] = {}
    places: dict[tuple[str, str], Path] = {}
    for folder, path, raw in contents:
        try:
            document = read_yaml(raw, str(path))
        except InputError as error:
            problems += error.problems
            continue
        inside = path.relative_to(folder)
        if inside.parts[0] == "catalogue":
            name = "/".join(inside.with_suffix("").parts[1:])
            catalogue[name] = _merged(catalogue.get(name), document.data)
        elif inside.name in ("groups.yaml", "groups.yml"):
            _read_groups(document, groups, problems)
        else:
            twin = places.get((str(folder), path.stem))
            if twin is not None:
                problems.append(document.problem((), f"a rule of this name stands in {twin} already"))
            places[str(folder), path.stem] = path
            documents[path.stem] = document
    known = _known_groups(groups)
    for name, document in documents.items():
        try:
            parse_rule(document.data, known, name)
        except RuleError as error:
            problems += [document.problem(path, message, hint) for path, message, hint in error.problems]
    if problems:
        raise InputError(problems)
    return Library(
        {name: document.data for name, document in sorted(documents.items())},
        [entry for entry, _ in groups.values()],
        Parts.of(catalogue),
        key,
    )


def _merged(before: Any, after: Any) -> Any:
    """Return catalogue entries of two folders in one list; a later entry replaces one of the same id."""
    if not isinstance(before, list) or not isinstance(after, list):
        return after
    by_id = {entry.get("id"): entry for entry in before if isinstance(entry, dict)}
    by_id |= {entry.get("id"): entry for entry in after if isinstance(entry, dict)}
    return list(by_id.values())


def _read_groups(document: Document, groups: dict[str, tuple[Any, Document]], problems: list[Problem]) -> None:
    try:
        parsed = parse_groups(document.data)
    except RuleError as error:
        problems += [document.problem(path, message, hint) for path, message, hint in error.problems]
        return
    for entry in document.data:
        groups[entry["id"]] = (entry, document)
    del parsed


def _known_groups(groups: Mapping[str, tuple[Any, Document]]) -> dict[str, Group]:
    return parse_groups([entry for entry, _ in groups.values()])


def _from_cache(cache: Path | None, key: str) -> Library | None:
    if cache is None:
        return None
    # A cache may be missing, foreign or damaged: then the files are parsed, which is always right.
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        data = json.loads((cache / f"rules-{key[:32]}.json").read_bytes())
        if data["sha256"] == key:
            return Library(data["rules"], data["groups"], Parts(data["catalogue"]), key)
    return None


def _to_cache(cache: Path | None, library: Library) -> None:
    if cache is None:
        return
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        for old in sorted(cache.glob("rules-*.json"), key=lambda path: path.stat().st_mtime)[:-8]:
            old.unlink(missing_ok=True)
        target = cache / f"rules-{library.sha256[:32]}.json"
        part = cache / f"{target.name}.{hashlib.sha256(str(id(library)).encode()).hexdigest()[:8]}.part"
        data = {
            "rules": library.rules,
            "groups": library.groups,
            "catalogue": library.catalogue.encoded,
            "sha256": library.sha256,
        }
        part.write_text(json.dumps(data), encoding="utf-8")
        part.replace(target)


__all__ = ["Library", "Rule", "bundled_folder", "load_library"]
