"""Files of a folder or of an archive, by their names below it."""

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

from advisor.baselines.errors import DataError

_NOT_OF_THE_USER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
MOST_BYTES = 200_000_000  # of one file: nothing larger is read
MOST_NAMES = 2_000_000


class Files(Protocol):
    """Where files lie; names are relative, with slashes, and those of folders end with one."""

    @property
    def names(self) -> tuple[str, ...]:
        """All files and folders that are the user's own, sorted."""
        ...

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of a file; raise OSError where that is impossible."""
        ...


class Folder:
    """A folder on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = tuple(sorted(_own(_names_below(path))))

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        return (self.path / name).stat().st_size

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        return (self.path / name).read_bytes()


class ZipArchive:
    """A zip archive, which is read in place."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DataError(f"{path}: the zip archive cannot be read ({error}); copy or download it again") from None
        self.names = tuple(sorted(_own(self._archive.namelist())))

    def size(self, name: str) -> int:
        """Return the bytes of a file once it is unpacked."""
        return self._archive.getinfo(name).file_size

    def read(self, name: str) -> bytes:
        """Return the content of a file."""
        try:
            return self._archive.read(name)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError) as error:  # damaged or encrypted
            raise OSError(str(error)) from None


def opened(path: Path) -> Folder | ZipArchive:
    """Return the files of a folder or a zip archive.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    if path.is_dir():
        if not os.access(path, os.R_OK | os.X_OK):
            raise DataError(f"{path}: the folder cannot be read: permission denied")
        return Folder(path)
    return ZipArchive(path)


def shown_name(name: str) -> str:
    """Return a file's name as text that every encoding has: bytes that are none become the sign for that."""
    return os.fsencode(name).decode("utf-8", "replace")


def suffix(name: str) -> str:
    """Return the ending of a file's name in small letters, with its dot."""
    return PurePosixPath(name).suffix.lower()


def counted_by_ending(names: Iterable[str], most: int = 4) -> str:
    """Return how many files of each ending there are.

    Examples
    --------
    >>> counted_by_ending(["a/1.txt", "a/2.TXT", "labels.csv", "LICENSE"])
    '2 .txt, 1 .csv, 1 without an ending'
    """
    from collections import Counter

    counts = Counter(suffix(name) or "without an ending" for name in names if not name.endswith("/"))
    shown = [f"{count:,} {ending}" for ending, count in counts.most_common(most)]
    rest = sum(counts.values()) - sum(count for _, count in counts.most_common(most))
    return ", ".join([*shown, *([f"{rest:,} others"] if rest else [])]) or "no file"


def digest(files: Files) -> str:
    """Return the SHA-256 of all files' names and contents, in the order of the names.

    Raises
    ------
    DataError
        If a file cannot be read.
    """
    import hashlib

    found = hashlib.sha256()
    for name in files.names:
        found.update(name.encode("utf-8", "surrogateescape") + b"\0")
        if name.endswith("/"):
            continue
        try:
            size = files.size(name)
            content = files.read(name) if size <= MOST_BYTES else b""
        except OSError as error:
            content, size = str(error.strerror or error).encode(), -1  # said of the file in a check
        found.update(size.to_bytes(8, "big", signed=True))
        found.update(hashlib.sha256(content).digest())
    return found.hexdigest()


def _names_below(path: Path) -> Iterable[str]:
    count = 0
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if _is_own(name)]
        below = Path(folder).relative_to(path)
        for name in [*(f"{one}/" for one in folders), *names]:
            count += 1
            if count > MOST_NAMES:
                raise DataError(f"{path}: the folder holds more than {MOST_NAMES:,} files; pass a smaller one")
            plain = name.removesuffix("/")
            yield (below / plain).as_posix() + name[len(plain) :]


def _own(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if all(_is_own(part) for part in PurePosixPath(name).parts))


def _is_own(part: str) -> bool:
    """Return whether a file or folder is the user's, and not one that a file manager leaves behind."""
    return not part.startswith(".") and part.lower() not in _NOT_OF_THE_USER
