"""Which files come from one source, such as a speaker, a patient or a recording, by their names or by a column."""

import re
from collections.abc import Container, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from advisor.baselines.media.layout import SPLITS

if TYPE_CHECKING:
    from advisor.baselines.tabular.table import Table

SOURCE = "source"
NAMED_ALIKE = 0.9  # of the files
FEWEST_SOURCES = 6  # where each is in one class only: fewer may be kinds of that class
MOST_SOURCES_SHARE = 0.5  # of the files: more are numbers of the files themselves

_BETWEEN_PARTS = re.compile(r"[-_. ()]+")
_BETWEEN_LETTERS_AND_DIGITS = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")
_RUNNING = re.compile(r"^(?P<source>.*\d.*?)(?<!\d)\d+\)?$")
_SAYS_SOURCE = frozenset(
    [
        *("speaker", "singer", "actor", "patient", "subject", "person", "participant", "respondent", "donor", "animal"),
        *("individual", "user", "client", "recordist", "recording", "session", "source", "device", "microphone"),
    ]
)


def sources_of(names: Sequence[str], labels: Sequence[str]) -> list[str] | None:
    """Return the source of each file, None where names tell none.

    A source is the first part of the names that varies within classes, unless it is a number of the file itself. It is
    in more than one class, as speakers of words are; or it has a number and is one of many, as patients are.

    Parameters
    ----------
    names, labels : sequence of str
        The files, and the class of each.

    Examples
    --------
    >>> names = [f"ill/patient{number}_{take}.png" for number in range(8) for take in range(3)]
    >>> sources_of(names, ["ill"] * 24)[:4]
    ['patient0', 'patient0', 'patient0', 'patient1']
    >>> words = [(word, who, take) for word in "012" for who in ("ann", "bob") for take in range(3)]
    >>> sources_of([f"{word}_{who}_{take}.wav" for word, who, take in words], [word for word, _, _ in words])[:4]
    ['ann', 'ann', 'ann', 'bob']
    >>> sources_of([f"cat/IMG_{number}.jpg" for number in range(20)], ["cat"] * 20)
    """
    stems = [PurePosixPath(name).stem for name in names]
    parts = _in_equal_parts(stems)
    if parts is None:
        return _before_a_running_number(stems, len(set(labels)))
    last = len(parts[0]) - 1
    for position in range(last + 1):
        values = [one[position] for one in parts]
        if _is_told_by(values, labels) or (position == last and all(value.isdigit() for value in values)):
            continue
        return values if _are_sources(values, labels) else None
    return None


def source_column(table: "Table", not_features: Container[str]) -> str | None:
    """Return the column that its name says is a speaker, a patient or the like, with several rows of each."""
    from advisor.baselines.tabular.column_names import words

    for column in table.columns:
        known = column.name not in not_features and not _SAYS_SOURCE.isdisjoint(words(column.name))
        if known and 2 <= column.distinct <= MOST_SOURCES_SHARE * len(table.frame):
            return column.name
    return None


def _in_equal_parts(stems: Sequence[str]) -> list[list[str]] | None:
    """Return the parts of names, all of as many; None where too many names have another number of them."""
    for between in (_BETWEEN_PARTS, _BETWEEN_LETTERS_AND_DIGITS):
        parts = [[part for part in between.split(stem) if part] for stem in stems]
        counts = [len(one) for one in parts]
        usual = max(set(counts), key=counts.count)
        if usual > 1:
            if counts.count(usual) < NAMED_ALIKE * len(stems):
                return None
            return [one if len(one) == usual else [stem] * usual for one, stem in zip(parts, stems, strict=True)]
    return None


def _is_told_by(values: Sequence[str], labels: Sequence[str]) -> bool:
    """Return whether every class has one value, or values are those of a split."""
    usual: dict[str, dict[str, int]] = {}
    for value, label in zip(values, labels, strict=True):
        counts = usual.setdefault(label, {})
        counts[value] = counts.get(value, 0) + 1
    told = sum(max(counts.values()) for counts in usual.values())
    return told >= NAMED_ALIKE * len(values) or {value.lower() for value in values} <= SPLITS


def _are_sources(values: Sequence[str], labels: Sequence[str]) -> bool:
    classes: dict[str, set[str]] = {}
    for value, label in zip(values, labels, strict=True):
        classes.setdefault(value, set()).add(label)
    if not 2 <= len(classes) <= MOST_SOURCES_SHARE * len(values):
        return False
    crossed = sum(len(found) > 1 for found in classes.values())
    if 2 * crossed > len(classes):
        return True
    numbered = sum(any(sign.isdigit() for sign in value) for value in classes)
    return numbered >= NAMED_ALIKE * len(classes) and len(classes) >= max(FEWEST_SOURCES, 2 * len(set(labels)) + 1)


def _before_a_running_number(stems: Sequence[str], classes: int) -> list[str] | None:
    """Return what stands before a running number and has a number itself; one for each class is a name of the class."""
    found = [_RUNNING.match(stem) for stem in stems]
    if sum(one is not None for one in found) < NAMED_ALIKE * len(stems):
        return None
    sources = [stem if one is None else one["source"].rstrip("-_. (") for one, stem in zip(found, stems, strict=True)]
    different = len(set(sources))
    if not max(FEWEST_SOURCES, 2 * classes + 1) <= different <= MOST_SOURCES_SHARE * len(stems):
        return None
    return sources
