"""The folder that a caller may name files in; nothing outside it is read or written."""

import os
from pathlib import Path


class OutsideError(Exception):
    """A path that may not be used; the message says why."""


class Root:
    """A folder, and the paths below it as the commands take them: relative to the folder, links followed.

    Parameters
    ----------
    folder : str or Path
        The folder.

    Raises
    ------
    OutsideError
        If it is none.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(os.path.realpath(folder))
        if not self.folder.is_dir():
            raise OutsideError(f"{folder} is not a folder")

    def reading(self, name: str) -> str:
        """Return the path of a file or folder that is read.

        Raises
        ------
        OutsideError
            If it is not there or lies outside, or if a link in the folder leads outside.
        """
        path = self._inside(name)
        if not path.exists():
            raise OutsideError(f"no such file: {name}")
        if path.is_dir():
            self._refuse_links_out(path, name)
        return self._relative(path)

    def writing(self, name: str) -> str:
        """Return the path of a JSON file that is written.

        Raises
        ------
        OutsideError
            If it lies outside, its folder is not there, or it is not called a JSON file.
        """
        path = self._inside(name)
        if path.suffix.lower() != ".json":
            raise OutsideError(f"{name}: a result is written to a file whose name ends in .json")
        if not path.parent.is_dir():
            raise OutsideError(f"cannot write {name}: no such folder")
        return self._relative(path)

    def _inside(self, name: str) -> Path:
        try:
            path = Path(os.path.realpath(self.folder / name))
        except (OSError, ValueError) as error:
            raise OutsideError(f"{name!r} is no path: {error}") from None
        if not name.strip() or not path.is_relative_to(self.folder):
            raise OutsideError(f"{name!r} is outside the folder that may be used, {self.folder}")
        return path

    def _relative(self, path: Path) -> str:
        found = os.path.relpath(path, self.folder)
        return os.path.join(".", found) if found.startswith("-") else found  # noqa: PTH118 - `Path` drops the dot

    def _refuse_links_out(self, folder: Path, name: str) -> None:
        for place, folders, files in os.walk(folder):
            for entry in (*folders, *files):
                path = Path(place, entry)
                if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(self.folder):
                    raise OutsideError(f"{name}: the link {path.relative_to(folder)} leads out of {self.folder}")
