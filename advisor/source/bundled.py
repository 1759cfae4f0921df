"""Where the data lie that ship with the program."""

from pathlib import Path


def bundled_folder(name: str) -> Path:
    """Return a folder of data that ships with the program, in the wheel or beside an editable package."""
    package = Path(__file__).resolve().parent.parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name
