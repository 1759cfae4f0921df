"""Stream a text file as lines that know their number."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading.encodings import Encoding, decoding_error
from advisor.baselines.tabular.reading.files import BLOCK, Source, opened

LONGEST = 1 << 26  # bytes of a line; a cell may have as many


class _Bounded(io.RawIOBase):
    """A stream that ends with an error within a line without an end, which would be kept whole otherwise."""

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self._stream = stream
        self._path = path
        self._length = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._length = len(block) - end - 1 if end >= 0 else self._length + len(block)
        if self._length > LONGEST:
            raise DataError(
                f"{self._path}: a line is longer than {LONGEST >> 20} MB; one row of a table belongs on each, without "
                "pictures and documents"
            )
        return len(block)


class Lines:
    """An iterator over lines that leaves out comments.

    A comment is a line that begins with `comment` where a record starts; the reader of records says so by
    setting `at_start`, as such a line may also be inside a quoted cell.
    """

    def __init__(self, lines: Iterator[str], comment: str | None = None) -> None:
        self._lines = lines
        self._comment = comment
        self._skipped = 0
        self.comments = 0
        self.at_start = True

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if self._comment is not None:
            while self.at_start and line.startswith(self._comment):
                self.comments += 1
                line = next(self._lines)
        self.at_start = False
        return line

    def skip(self, count: int) -> None:
        """Read past `count` lines, comments included."""
        self._skipped = sum(1 for _ in islice(self._lines, count))

    def number_of(self, line: int) -> int:
        """Return the number in the file of the `line`-th line read after those skipped, if it was read last."""
        return self._skipped + self.comments + line


@contextmanager
def text_of(source: Source, encoding: Encoding) -> Iterator[Iterator[str]]:
    r"""Open the file as lines that end in `\n`, without a byte-order mark; raises as `opened_text`."""
    with opened_text(source, encoding) as text:
        yield _without_mark(text)


@contextmanager
def opened_text(source: Source, encoding: Encoding) -> Iterator[io.TextIOWrapper]:
    r"""Open the file as text with `\n` as line ends; bytes that do not fit the encoding become a DataError."""
    name = "utf-8-sig" if encoding.name == "utf-8" else encoding.name
    try:
        with opened(source) as stream:
            bounded = io.BufferedReader(_Bounded(stream, source.path), BLOCK)
            with io.TextIOWrapper(bounded, encoding=name, errors="strict", newline=None) as text:
                yield text
    except UnicodeError as error:
        raise decoding_error(source, encoding, error) from None
    except MemoryError:
        raise DataError(f"{source.path}: a line of the file does not fit into memory") from None


def _without_mark(text: io.TextIOWrapper) -> Iterator[str]:
    first = text.readline().removeprefix("\ufeff")
    return chain([first] if first else [], text)
