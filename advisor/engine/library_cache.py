"""Parsed rules kept between calls, and believed only if this user's program has written them.

Whoever may write in the folder could else change every answer under the genuine checksum of the rules. What is kept is
therefore signed with a key that only its owner can read; what is not signed, not a plain file or not this user's does
not exist, and nothing but what is signed is ever removed.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

FORMAT = 6
KEY = "advisor-rules.key"
MOST_SETS = 4  # of rules
MOST_BYTES = 64_000_000
_KEY_BYTES = 32
_OWN = re.compile(r"rules-[0-9]+-[0-9a-f]{32}\.json\Z")
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Content(NamedTuple):
    """One set of rules as plain data; `parts` are the places of the catalogue's files in `file`."""

    rules: Mapping[str, Any]
    groups: Sequence[Any]
    structures: Mapping[str, list[str]]
    sha256: str
    parts: Mapping[str, Sequence[Any]]
    file: str = ""

    def part(self, name: str) -> bytes | None:
        """Return one of the catalogue's files; None where it is not what was written."""
        offset, length, digest = self.parts[name]
        with suppress(OSError), _opened(self.file) as file:
            file.seek(offset)
            content = file.read(length)
            if hashlib.blake2b(content).hexdigest() == digest:
                return content
        return None


class Cache(NamedTuple):
    """A folder with what this user's program has parsed, and the key that proves it."""

    folder: Path
    key: bytes

    @classmethod
    def of(cls, folder: Path) -> "Cache | None":
        """Return the cache in a folder, made where there is none; None where no key can be kept from others."""
        with suppress(OSError, ValueError):
            try:
                key = _key(folder / KEY)
            except FileNotFoundError:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write_new(folder / KEY, os.urandom(_KEY_BYTES))
                key = _key(folder / KEY)
            return None if key is None else cls(folder, key)
        return None

    def read(self, sha256: str) -> Content | None:
        """Return the rules of a checksum; None where they are not there as they were written."""
        path = self.folder / f"{_stem(sha256)}.json"
        content = self._signed(path)
        if content is None:
            return None
        found = Content(**json.loads(content), file=str(path.with_suffix(".parts")))
        return found if found.sha256 == sha256 else None

    def write(self, content: Content, files: Mapping[str, bytes]) -> None:
        """Keep a set of rules and the catalogue's files, as far as the folder allows."""
        parts: dict[str, tuple[int, int, str]] = {}
        offset = 0
        for name, raw in files.items():
            parts[name] = (offset, len(raw), hashlib.blake2b(raw).hexdigest())
            offset += len(raw)
        kept = content._replace(parts=parts)._asdict()
        del kept["file"]
        core = json.dumps(kept).encode()
        with suppress(OSError):
            self._make_room()
            stem = _stem(content.sha256)
            _replace(self.folder / f"{stem}.parts", b"".join(files.values()))
            _replace(self.folder / f"{stem}.json", self._signature(core) + b"\n" + core)

    def _signature(self, content: bytes) -> bytes:
        return hashlib.blake2b(content, key=self.key).hexdigest().encode()

    def _signed(self, path: Path) -> bytes | None:
        with suppress(OSError), _opened(path) as file:
            signature, _, content = file.read(MOST_BYTES + 1).partition(b"\n")
            if signature == self._signature(content):
                return content
        return None

    def _make_room(self) -> None:
        """Remove the oldest sets that this program has written here, so that one more has room."""
        with os.scandir(self.folder) as entries:
            candidates = [Path(entry.path) for entry in entries if _OWN.match(entry.name)]
        own = sorted(self._proven(candidates))
        for _, path in own[: max(0, len(own) - MOST_SETS + 1)]:
            path.unlink(missing_ok=True)
            path.with_suffix(".parts").unlink(missing_ok=True)

    def _proven(self, paths: Sequence[Path]) -> Iterator[tuple[float, Path]]:
        for path in paths:
            if self._signed(path) is not None:
                yield path.stat().st_mtime, path


def _stem(sha256: str) -> str:
    return f"rules-{FORMAT}-{sha256[:32]}"


def _key(path: Path) -> bytes | None:
    """Return the key; None where others could know it."""
    with _opened(path) as file:
        mode = os.fstat(file.fileno()).st_mode
        key = file.read(_KEY_BYTES + 1)
    private = not hasattr(os, "getuid") or not mode & (stat.S_IRWXG | stat.S_IRWXO)
    return key if private and len(key) == _KEY_BYTES else None


def _opened(path: str | Path) -> BinaryIO:
    """Open a plain file of this user's, and wait for nothing else.

    Raises
    ------
    OSError
        For whatever is not one.
    """
    number = os.open(path, _READ)
    found = os.fstat(number)
    if not stat.S_ISREG(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
        os.close(number)
        raise OSError(f"{path} is not a plain file of this user's")
    return os.fdopen(number, "rb")


def _write_new(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
        file.write(content)


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        _write_new(part, content)
        part.replace(path)
    except FileExistsError:
        raise  # somebody else's
    except BaseException:
        part.unlink(missing_ok=True)
        raise
