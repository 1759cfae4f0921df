"""Read `.ts` files, the format of the UEA and UCR archives: one line a series, its label last."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from advisor.baselines.errors import DataError
from advisor.source.problems import did_you_mean, shorten

if TYPE_CHECKING:
    import numpy as np

SUFFIX = ".ts"
_HEADERS = ("@problemname", "@timestamps", "@missing", "@univariate", "@dimensions", "@equallength", "@classlabel")
_LINES_LOOKED_AT, _CHARACTERS_LOOKED_AT = 500, 200_000
_PART = re.compile(r"(.+)_(train|test)", re.IGNORECASE)


class TsSeries(NamedTuple):
    """What `.ts` files hold: arrays of shape (channels, steps), the label of each, and how many gaps were filled."""

    series: "list[np.ndarray]"
    labels: list[str]
    gaps: int


class _Header(NamedTuple):
    """What the lines before @data say: the classes, empty where any will do, and whether there are labels."""

    classes: tuple[str, ...]
    labelled: bool


def looks_like_ts(path: Path) -> bool:
    """Return whether it is a `.ts` file, or a folder that has any."""
    if path.is_dir():
        return any(one.suffix.lower() == SUFFIX for one in path.iterdir() if one.is_file())
    if path.suffix.lower() == SUFFIX:
        return True
    if not path.is_file():
        return False
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            beginning = file.read(_CHARACTERS_LOOKED_AT)  # a line may be as long as the file
    except OSError:
        return False
    lines = (line.strip("\ufeff \t\r\n").lower() for line in beginning.splitlines()[:_LINES_LOOKED_AT])
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return first.startswith(_HEADERS)


def ts_files(path: Path) -> tuple[Path, ...]:
    """Return the files to read: the one of that path, or those of a folder.

    Raises
    ------
    DataError
        If a folder holds other than one file, or NAME_TRAIN.ts and NAME_TEST.ts.
    """
    if not path.is_dir():
        return (path,)
    found = sorted(one for one in path.iterdir() if one.is_file() and one.suffix.lower() == SUFFIX)
    if len(found) == 1:
        return tuple(found)
    parts = {(part[1], part[2].lower()) for one in found if (part := _PART.fullmatch(one.stem))}
    if len(found) == len(parts) == 2 and len({name for name, _ in parts}) == 1:
        return tuple(sorted(found, key=lambda one: one.stem.lower().endswith("_test")))
    shown = ", ".join(one.name for one in found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
    raise DataError(
        f"{path}: the folder holds {shown or 'no .ts file'}, and one file is read, or the two called NAME_TRAIN.ts and "
        "NAME_TEST.ts; pass the file itself"
    )


def read_ts(path: Path, *, labelled: bool = True) -> TsSeries:
    """Read a file.

    Parameters
    ----------
    path : Path
        The file.
    labelled : bool
        Whether series without a label are an error; otherwise their labels are empty.

    Raises
    ------
    DataError
        If the file cannot be read, or a line of it is not as the format says.
    """
    lines = _numbered_lines(path)
    header = _header(path, lines)
    if labelled and not header.labelled:
        raise DataError(f"{path}: it says @classLabel false, so there is nothing to predict; label the series")
    series: list[np.ndarray] = []
    labels: list[str] = []
    gaps = 0
    for number, line in lines:
        fields = line.split(":")
        label = fields.pop().strip() if header.labelled else ""
        where = f"{path}, line {number:,}"
        if header.labelled:
            _refuse_label(where, label, header.classes)
        one, missing = _channels(where, fields)
        if series and len(one) != len(series[0]):
            raise DataError(
                f"{where}: {len(one):,} channels, but the first series has {len(series[0]):,}; channels are separated "
                "by a colon, and the label stands behind the last one"
            )
        series.append(one)
        labels.append(label)
        gaps += missing
    if not series:
        raise DataError(f"{path}: no series follows @data; each is a line of values with its label behind a colon")
    return TsSeries(series, labels, gaps)


def _numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments; a byte order mark may stand inside a comment, too."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror or error}") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip("\ufeff \t\r")
        if line and not line.startswith("#"):
            yield number, line


def _header(path: Path, lines: Iterator[tuple[int, str]]) -> _Header:
    classes: tuple[str, ...] | None = None
    labelled = False
    for number, line in lines:
        name, *values = line.split()
        key, first = name.lower(), values[0].lower() if values else ""
        where = f"{path}, line {number:,}"
        if key == "@data":
            if classes is None:
                raise DataError(f"{path}: no line @classLabel says which classes there are; add @classLabel true A B")
            return _Header(classes, labelled)
        if not key.startswith("@"):
            raise DataError(f"{where}: {shorten(line)} stands before @data; a .ts file says @data before its series")
        if key == "@timestamps" and first == "true":
            raise DataError(
                f"{where}: @timeStamps true: series whose values carry their times are not read; write the values "
                "alone, at even steps"
            )
        if key == "@targetlabel" and first == "true":
            raise DataError(f"{where}: @targetLabel true: only classes of series are predicted, no amounts")
        if key == "@classlabel":
            labelled, classes = first == "true", tuple(values[1:])
    raise DataError(f"{path}: no line @data; a .ts file has headers that begin with @, then @data, then the series")


def _refuse_label(where: str, label: str, classes: tuple[str, ...]) -> None:
    if label and (not classes or label in classes):
        return
    if not label:
        raise DataError(f"{where}: no label behind the last colon; add it, or delete the line")
    near = did_you_mean(label, classes) or f"classes: {', '.join(classes[:10])}"
    raise DataError(f"{where}: the label {shorten(label)} is none of those that @classLabel names; {near}")


def _channels(where: str, fields: list[str]) -> "tuple[np.ndarray, int]":
    """Return a series, shape (channels, steps), without gaps, and how many there were."""
    import numpy as np

    from advisor.baselines.series.panel import without_gaps

    if not fields:
        raise DataError(f"{where}: no values before the label; they stand before a colon, separated by commas")
    channels = [_numbers(where, number, field) for number, field in enumerate(fields, 1)]
    longest = max(len(channel) for channel in channels)
    one = np.full((len(channels), longest), np.nan)
    for row, channel in enumerate(channels):
        one[row, : len(channel)] = channel
    if not np.isfinite(one).any():
        raise DataError(f"{where}: the series has no value; delete the line")
    return without_gaps(one)


def _numbers(where: str, channel: int, field: str) -> "np.ndarray":
    import numpy as np

    texts = field.split(",")
    try:
        return np.array([np.nan if text.strip() in ("?", "") else float(text) for text in texts])
    except ValueError:
        wrong = next(text.strip() for text in texts if not _is_number(text))
        raise DataError(
            f"{where}: {shorten(wrong)} in channel {channel} is not a number; values are separated by commas, and ? "
            "stands for a missing one"
        ) from None


def _is_number(text: str) -> bool:
    if text.strip() in ("?", ""):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True
