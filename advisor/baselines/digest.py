"""The digest by which data are recognised."""

from pathlib import Path

from advisor.baselines.errors import DataError


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    import hashlib

    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
