"""Open a data file as bytes, and say what it is if it is not a table."""

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from advisor.baselines.errors import DataError
from advisor.baselines.folders import Folder, counted_by_ending
from advisor.source.problems import near_file

BLOCK = 1 << 20
_HEAD = 1 << 18

# First bytes, where they start, what such a file is, and what to do with it.
_SAVE = "save the table as CSV and pass that file"
_UNPACK = "unpack it and pass the table inside"
_NO_TABLE = "pass a table with one row per example (CSV, TSV, Parquet or JSON lines)"
_PICTURES = "pass the folder that holds a subfolder of pictures for each class, or a table of paths and labels"
_RECORDINGS = "pass the folder that holds a subfolder of recordings for each class, or a table of paths and labels"
_SIGNATURES: tuple[tuple[bytes, int, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "an old Excel or other Office document", _SAVE),
    (b"SQLite format 3\x00", 0, "an SQLite database", _SAVE),
    (b"\x89HDF\r\n\x1a\n", 0, "an HDF5 file", _SAVE),
    (b"ARROW1", 0, "an Arrow (Feather) file", "save the table as Parquet or CSV and pass that file"),
    (b"FEA1", 0, "a Feather file", "save the table as Parquet or CSV and pass that file"),
    (b"ORC", 0, "an ORC file", "save the table as Parquet or CSV and pass that file"),
    (b"Obj\x01", 0, "an Avro file", "save the table as Parquet or CSV and pass that file"),
    (b"\x93NUMPY", 0, "a NumPy array", _SAVE),
    (b"$FL2", 0, "an SPSS file", _SAVE),
    (b"<stata_dta>", 0, "a Stata file", _SAVE),
    (b"RDX2\n", 0, "an R workspace", _SAVE),
    (b"RDX3\n", 0, "an R workspace", _SAVE),
    (b"\x80\x02", 0, "a Python pickle", _SAVE),
    (b"\x80\x03", 0, "a Python pickle", _SAVE),
    (b"\x80\x04\x95", 0, "a Python pickle", _SAVE),
    (b"\x80\x05\x95", 0, "a Python pickle", _SAVE),
    (b"BZh", 0, "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ\x00", 0, "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", 0, "a Zstandard archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", 0, "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", 0, "a RAR archive", _UNPACK),
    (b"ustar", 257, "a tar archive", _UNPACK),
    (b"\x89PNG\r\n\x1a\n", 0, "a PNG image", _PICTURES),
    (b"\xff\xd8\xff", 0, "a JPEG image", _PICTURES),
    (b"GIF87a", 0, "a GIF image", _PICTURES),
    (b"GIF89a", 0, "a GIF image", _PICTURES),
    (b"II*\x00", 0, "a TIFF image", _PICTURES),
    (b"MM\x00*", 0, "a TIFF image", _PICTURES),
    (b"WEBP", 8, "a WebP image", _PICTURES),
    (b"WAVE", 8, "a WAV audio recording", _RECORDINGS),
    (b"ID3", 0, "an MP3 audio recording", _RECORDINGS),
    (b"OggS", 0, "an Ogg recording", _RECORDINGS),
    (b"fLaC", 0, "a FLAC audio recording", _RECORDINGS),
    (b"%PDF-", 0, "a PDF document", _NO_TABLE),
    (b"\x7fELF", 0, "a program", _NO_TABLE),
    (b"version https://git-lfs.github.com/spec/", 0, "a Git LFS pointer, not the data", "run git lfs pull"),
    (b"%%MatrixMarket", 0, "a Matrix Market file", _SAVE),
)
_IDX_TYPES = (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E)


class Source(NamedTuple):
    """A file that may be opened again and again; `head` is its first bytes, unpacked where it is gzip."""

    path: Path
    gzipped: bool
    head: bytes


def find(path: Path) -> Source:
    """Return the file, ready to be opened.

    Raises
    ------
    DataError
        If no such file, if it cannot be read or is empty.
    """
    if path.is_dir():
        held = counted_by_ending(Folder(path).names)
        raise DataError(f"{path}: this is a folder without pictures (it holds {held}); pass one data file")
    if path.exists() and not path.is_file():
        raise DataError(f"{path}: this is not a regular file; save the data in one, because it is read more than once")
    try:
        with path.open("rb") as raw:
            gzipped = raw.read(2) == b"\x1f\x8b"
    except FileNotFoundError:
        raise DataError(f"{path}: no such file{near_file(path)}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: the file cannot be opened: {_reason(error)}") from None
    source = Source(path, gzipped, b"")
    with opened(source) as stream:
        source = source._replace(head=stream.read(_HEAD))
    if not source.head:
        raise DataError(f"{path}: the file is empty" + (" once it is unpacked" if gzipped else ""))
    return source


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open the file as unpacked bytes; what goes wrong while it is read becomes a DataError."""
    try:
        with source.path.open("rb") as raw:
            yield cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if source.gzipped else raw
    except EOFError:
        raise DataError(
            f"{source.path}: the gzip file is cut off: it ends before its content does; copy or download it again"
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{source.path}: the gzip file is damaged ({error}); copy or download it again") from None
    except OSError as error:
        raise DataError(f"{source.path}: the file cannot be read: {_reason(error)}") from None


def refuse_what_is_no_table(source: Source) -> None:
    """Raise a DataError that names what the file is, if its first bytes give it away."""
    path, head = source.path, source.head
    for magic, offset, what, advice in _SIGNATURES:
        if head[offset : offset + len(magic)] == magic:
            raise DataError(f"{path}: this is {what}; {advice}")
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        raise DataError(f"{path}: this is {_zip_content(source)}")
    if head[:2] == b"\0\0" and len(head) > 3 and head[2] in _IDX_TYPES and 1 <= head[3] <= 8:
        sizes = [int.from_bytes(head[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(head[3])]
        shape = " x ".join(str(size) for size in sizes)
        raise DataError(
            f"{path}: this is an IDX array of {shape} (such as MNIST's images or labels), not a table; pass the "
            "folder that holds it beside the array of the labels"
        )
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise DataError(f"{path}: this is a web page, perhaps in place of a download; save the data file itself")
    if start.startswith(b"<?xml"):
        raise DataError(f"{path}: this is an XML document; {_SAVE}")
    if (
        mark := re.search(rb"^@(relation|problemname|attribute|classlabel)\b", head[:8192].lower(), re.MULTILINE)
    ) is not None:
        what = "an ARFF file" if mark[1] in {b"relation", b"attribute"} else "a .ts file of time series"
        raise DataError(f"{path}: this is {what}; {_SAVE}")


def _zip_content(source: Source) -> str:
    if source.gzipped:
        return f"a zip archive inside gzip; {_UNPACK}"
    try:
        with zipfile.ZipFile(source.path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "a damaged zip archive; copy or download it again"
    if any(name.startswith("xl/") for name in names):
        return f"an Excel workbook; {_SAVE}"
    if "mimetype" in names or any(name.startswith("word/") for name in names):
        return f"an Office document; {_SAVE}"
    inside = f" with {names[0]!r}" if len(names) == 1 else f" of {len(names)} files"
    return f"a zip archive{inside}; {_UNPACK}"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
