"""Read rule folders into a rule book, with a cache keyed by the content of the files."""

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from advisor.engine.library_cache import Cache, Content
from advisor.engine.rule_parser import RuleError, parse_groups, parse_rule
from advisor.engine.rulebook import Rule, RuleBook, possible_structures
from advisor.source.bundled import bundled_folder
from advisor.source.problems import InputError, Problem, shorten
from advisor.source.yaml_reader import MAX_BYTES, YamlDocument, parse_yaml

ENDINGS = (".yaml", ".yml")
MOST_BYTES = 50_000_000  # of one folder: ten thousand rules
DEEPEST = 20  # folders in folders


class CatalogueFiles(Mapping[str, Any]):
    """The catalogue's files by name, each decoded when it is asked for.

    A recommendation needs the models of one structure and little else; decoding all of them would cost as much as
    the rest of the start.
    """

    def __init__(self, names: Iterable[str], encoded: Callable[[str], str | bytes]) -> None:
        self._names = tuple(names)
        self._encoded = encoded
        self._decoded: dict[str, Any] = {}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "CatalogueFiles":
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
        return cls(encoded, encoded.__getitem__)

    def encoded(self, name: str) -> str | bytes:
        """Return one part as JSON."""
        return self._encoded(name)

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._decoded:
            self._decoded[name] = json.loads(self._encoded(name))
        return self._decoded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Library(NamedTuple):
    """Everything under the rule folders as plain data: rules, groups and the catalogue's files."""

    rules: Mapping[str, Any]
    groups: Sequence[Any]
    catalogue: CatalogueFiles
    structures: Mapping[str, list[str]]
    sha256: str

    def rule_book(self, structures: Collection[str] | None = None) -> RuleBook:
        """Compile the rules, all of them or those that can matter for some structures."""
        groups = parse_groups(list(self.groups))
        wanted = None if structures is None else frozenset(structures)
        rules = tuple(
            parse_rule(data, groups, name)
            for name, data in sorted(self.rules.items())
            if wanted is None or not wanted.isdisjoint(self.structures[name])
        )
        return RuleBook(rules, groups, self.sha256, len(self.rules))


def bundled_examples() -> list[Path]:
    """Return the profiles that ship with the program, sorted by name."""
    return sorted(bundled_folder("examples").glob("*.yaml"))


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
    contents = [(index, name, raw) for index, folder in enumerate(folders) for name, raw in _contents(folder)]
    digest = hashlib.sha256()
    for index, name, raw in contents:
        digest.update(f"{index}/{name}\n{len(raw)}\n".encode())
        digest.update(raw)
    key = digest.hexdigest()

    def parse() -> Library:
        return _parse([(folders[index], folders[index] / name, raw) for index, name, raw in contents], key)

    kept = None if cache is None else Cache.of(cache)
    if kept is None:
        return parse()
    found = kept.read(key)
    if found is not None:
        rest = _Rest(found, parse)
        return Library(found.rules, found.groups, CatalogueFiles(found.parts, rest), found.structures, key)
    library = parse()
    kept.write(Content(library.rules, library.groups, library.structures, key, {}), _encoded(library.catalogue))
    return library


class _Rest:
    """Reads the parts of the catalogue from the cache, or parses the files again where the cache has lost them."""

    def __init__(self, content: Content, parse: Callable[[], Library]) -> None:
        self._content, self._parse = content, parse
        self._parsed: Library | None = None

    def __call__(self, name: str) -> str | bytes:
        found = self._content.part(name)
        if found is not None:
            return found
        self._parsed = self._parsed or self._parse()
        return self._parsed.catalogue.encoded(name)


def _encoded(files: CatalogueFiles) -> dict[str, bytes]:
    encoded = {name: files.encoded(name) for name in files}
    return {name: content.encode() if isinstance(content, str) else content for name, content in encoded.items()}


def _contents(folder: Path) -> list[tuple[str, bytes]]:
    """Return name within the folder and content of every YAML file, sorted by name."""
    if not folder.is_dir():
        raise InputError([_whole_file(str(folder), "no such rules folder")])
    problems: list[Problem] = []
    contents: list[tuple[str, bytes]] = []
    size = 0
    try:
        found = sorted(_yaml_files(str(folder), ""))
    except OSError as error:
        raise InputError([_whole_file(str(folder), f"cannot be read: {error.strerror}")]) from None
    if not found:
        raise InputError([_whole_file(str(folder), "no .yaml or .yml files in this rules folder")])
    for name, path in found:
        if not os.path.isfile(path):  # noqa: PTH113 - a thousand paths would cost more than reading the files
            lost = "a link to nothing" if os.path.islink(path) else "not a file"  # noqa: PTH114
            problems.append(_whole_file(path, f"{lost}; mend it or take it out of the folder"))
            continue
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                contents.append((name, file.read(MAX_BYTES + 1)))
        except OSError as error:
            problems.append(_whole_file(path, f"cannot be read: {error.strerror}"))
            continue
        size += len(contents[-1][1])
        if size > MOST_BYTES:
            problems.append(_whole_file(str(folder), f"the files of this folder are larger than {MOST_BYTES:,} bytes"))
            break
    if problems:
        raise InputError(problems)
    return contents


def _yaml_files(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    if prefix.count("/") > DEEPEST:
        raise InputError([_whole_file(folder, f"folders more than {DEEPEST} deep, or a link that leads back")])
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if entry.is_dir():
                yield from _yaml_files(entry.path, f"{name}/")
            elif name.endswith(ENDINGS):
                yield name, entry.path


def _whole_file(file: str, message: str) -> Problem:
    return YamlDocument(file, None, "").problem((), message)


def _parse(contents: Iterable[tuple[Path, Path, bytes]], key: str) -> Library:
    problems: list[Problem] = []
    documents: dict[str, YamlDocument] = {}
    groups = _Groups()
    catalogue: dict[str, Any] = {}
    places: dict[tuple[Path, str], Path] = {}
    for folder, path, raw in contents:
        inside = path.relative_to(folder).with_suffix("")
        in_catalogue = inside.parts[0] == "catalogue"
        is_groups = inside.name == "groups" and not in_catalogue
        try:
            document = parse_yaml(raw, str(path))
        except InputError as error:
            problems += error.problems
            groups.unreadable |= is_groups
            continue
        problems += document.problems
        # A rule is known by its file's name alone, in whatever folder it lies.
        name = inside.as_posix() if in_catalogue or is_groups else path.stem
        twin = places.setdefault((folder, name), path)
        if twin != path:
            what = "file" if in_catalogue or is_groups else "rule"
            problems.append(document.problem((), f"{twin} already holds a {what} of this name"))
        if in_catalogue:
            part = "/".join(inside.parts[1:])
            wrong = _unlisted(document)
            if wrong:
                problems += wrong
                continue
            catalogue[part] = _merged(catalogue.get(part), document.data or ())
        elif is_groups:
            problems += groups.read(document)
        else:
            documents[path.stem] = document
    known = parse_groups(list(groups.entries.values()))
    structures: dict[str, list[str]] = {}
    for name, document in documents.items():
        try:
            structures[name] = possible_structures(parse_rule(document.data, known, name))
        except RuleError as error:
            problems += [problem for problem in _placed(document, error) if not groups.explain(document, problem)]
    if problems:
        raise InputError(problems)
    return Library(
        {name: document.data for name, document in sorted(documents.items())},
        [*groups.entries.values()],
        CatalogueFiles.of(catalogue),
        structures,
        key,
    )


def _unlisted(document: YamlDocument) -> list[Problem]:
    """Return why a file of the catalogue is not a list of entries with an id; nothing where it is."""
    if document.data is None:  # all of it is commented out
        return []
    if not isinstance(document.data, list):
        return [document.problem((), f"expected a list of entries with an id, found {shorten(document.data)}")]
    problems: list[Problem] = []
    for place, entry in enumerate(document.data):
        if not isinstance(entry, dict):
            problems.append(document.problem((place,), f"expected an entry with an id, found {shorten(entry)}"))
        elif not isinstance(entry.get("id"), str):
            problems.append(document.problem((place, "id"), "expected an id, which is text"))
    return problems


def _merged(before: Sequence[Mapping[str, Any]] | None, after: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return catalogue entries of two folders in one list; a later entry replaces one of the same id."""
    return list({entry["id"]: entry for entry in (*(before or ()), *after)}.values())


class _Groups:
    """The groups of all folders by id, and what is known of those that cannot be used."""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}
        self.unreadable = False
        self._declared: set[str] = set()

    def read(self, document: YamlDocument) -> list[Problem]:
        """Add the groups of one file, unless it has problems."""
        try:
            parse_groups(document.data)
        except RuleError as error:
            listed = document.data if isinstance(document.data, list) else []
            self._declared |= {str(entry.get("id")) for entry in listed if isinstance(entry, dict)}
            return _placed(document, error)
        self.entries |= {entry["id"]: entry for entry in document.data}
        return []

    def explain(self, document: YamlDocument, problem: Problem) -> bool:
        """Return whether a rule's group is unknown only because its declaration has problems of its own."""
        return problem.field == "group" and (self.unreadable or document.data["group"] in self._declared)


def _placed(document: YamlDocument, error: RuleError) -> list[Problem]:
    """Return mistakes with their places, without those of values that could not be read and are reported as such."""
    unread = {problem.field for problem in document.problems}
    problems = [document.problem(path, message, hint) for path, message, hint in error.problems]
    return [problem for problem in problems if not problem.field or problem.field not in unread]


__all__ = ["ENDINGS", "Library", "Rule", "bundled_examples", "bundled_folder", "load_library"]
