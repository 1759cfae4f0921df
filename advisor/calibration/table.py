"""Read a table of past projects or published results: the fields of a profile, and which approach was better."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from advisor.advice.gain import margin_of
from advisor.profile.consistency import contradictions
from advisor.profile.facts import Facts, derive_facts
from advisor.profile.fields import FIELD, FIELDS, Kind
from advisor.profile.values import BadValueError, checked
from advisor.reports.recommendation import APPROACHES
from advisor.source.problems import InputError, Position, Problem, did_you_mean, either, nearest, shorten
from advisor.source.yaml_reader import MAX_PROBLEMS, decode, scalar

TIE = "tie"
FAMILIES = {"ml": "classical", "dl": "deep"}  # what the words for a family mean in a table
# column -> what it says
COLUMNS = {
    "better": f"the better approach ({', '.join(APPROACHES)}), or ml, dl or tie",
    "against": "what it was compared with, the same words; left out: classical, or deep where classical was better",
    "margin": "the share by which its error was lower, 0 to 1; left out: by enough",
    "benchmark": "benchmark, department or year: one at a time is left out to judge the refit",
    "dataset": "data set or project: its rows have one vote together; `project` is the same",
    "project": "see dataset",
    "weight": "how much a row counts in the fit, 1 where it is left out",
}
# Below 3,000 examples a difference of 1% is noise of the test set.
_PAYING = {"margins": [{"from": 0, "margin": 0.05}, {"from": 3000, "margin": 0.01}]}
_MOST_WEIGHT = 1e6


class Case(NamedTuple):
    """One row: a comparison of two approaches on one data set.

    `simple` and `heavy` are the two in the order of the approaches; `better` is one of them, or empty for a tie.
    `win` is 1 where the heavy one was better by a margin that pays, 0 where the simple one was, else 0.5.
    """

    values: Mapping[str, Any]
    facts: Facts
    simple: str
    heavy: str
    better: str
    margin: float | None
    benchmark: str
    dataset: str
    weight: float

    @property
    def win(self) -> float:
        """Which side was better, a tie as half."""
        if not self.better or (self.margin is not None and self.margin < margin_of(_PAYING, self.facts)):
            return 0.5
        return float(self.better == self.heavy)


def read_table(raw: bytes, file: str) -> list[Case]:
    """Return the rows of a table in CSV (comma, semicolon or tab), a header first.

    Parameters
    ----------
    raw : bytes
        The file's content, UTF-8.
    file : str
        The name that problems show.

    Returns
    -------
    list of Case
        At least one.

    Raises
    ------
    InputError
        With every problem of the header and of all rows, each with line and column.
    """
    reader = _TableReader(decode(raw, file), file)
    cases = reader.cases()
    if reader.problems:
        raise InputError(reader.problems)
    return cases


class _Row(NamedTuple):
    """Cells by column, and where they are."""

    line: int
    text: str
    cells: tuple[str, ...]
    places: tuple[Position, ...]


class _FullError(Exception):
    """So many problems that reading on would not help."""


class _TableReader:
    """Collects cases and problems."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.text = text
        self.problems: list[Problem] = []

    def cases(self) -> list[Case]:
        found: list[Case] = []
        try:
            rows = self._rows()
            header = next(rows, None)
            if header is None:
                self._add(Position(1, 1), "", "the file is empty", "the first line names the columns")
                return []
            names = self._header(header)
            for row in rows:
                case = self._case(names, row)
                if case is not None:
                    found.append(case)
        except _FullError:
            return []
        except csv.Error as error:
            self._add(Position(1, 1), "", f"this is not a table in CSV: {error}")
        if not found and not self.problems:
            self._add(Position(2, 1), "", "the table has no rows", "add a row for each project or data set")
        return found

    def _rows(self) -> Iterator[_Row]:
        lines = re.split(r"\r\n|\r|\n", self.text)  # as csv counts them
        first = next((line for line in lines if line.strip()), "")
        separator = max(",;\t", key=first.count)
        cell = re.compile(rf'\s*"(?:[^"]|"")*"[^{separator}]*|[^{separator}]*')
        before = 0
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=separator)
        for cells in reader:
            start, before = before + 1, reader.line_num
            if not any(word.strip() for word in cells):
                continue
            text = lines[start - 1] if start <= len(lines) else ""
            yield _Row(start, text, tuple(word.strip() for word in cells), tuple(_places(cell, text, start, cells)))

    def _header(self, row: _Row) -> list[str]:
        names = list(row.cells)
        for index, name in enumerate(names):
            if name in COLUMNS or name in FIELD:
                if name in names[:index]:
                    self._add(row.places[index], name, "duplicate column", "keep one", row)
                continue
            near = nearest(name, COLUMNS) or nearest(name, FIELD)
            if near:
                hint = f"did you mean {either(near)}?"
            elif name:
                hint = f"known: {', '.join(COLUMNS)}, and the fields that `advisor schema profile` lists"
            else:
                hint = "name it or remove it"
            self._add(row.places[index], name, "unknown column", hint, row)
            if len(near) == 1 and near[0] not in names:
                names[index] = near[0]  # so that mistakes in its values are reported too
        end = row.places[-1]
        for name in ("task", "data.structure", "better"):
            if name not in names:
                what = COLUMNS.get(name) or FIELD[name].doc
                self._add(end, name, f"missing column: {what}", "", row)
        if "dataset" in names and "project" in names:
            self._add(
                row.places[names.index("project")], "project", "project and dataset are the same", "keep one", row
            )
        return names

    def _case(self, names: Sequence[str], row: _Row) -> Case | None:
        count = len(self.problems)
        if len(row.cells) > len(names):
            hint = "put a value that holds the separator in quotes"
            place = row.places[len(names)]
            self._add(place, "", f"{len(row.cells)} values under {len(names)} columns", hint, row)
            return None
        cells = {
            name: (word, row.places[index]) for index, (name, word) in enumerate(zip(names, row.cells, strict=False))
        }
        values = self._values(cells, row)
        better, against = self._side(cells, "better", row), self._side(cells, "against", row)
        sides = self._sides(better, against, cells, row) if better else None
        margin = self._number(cells, "margin", 1.0, row)
        weight = self._number(cells, "weight", _MOST_WEIGHT, row)
        if len(self.problems) > count or sides is None:
            return None
        named = [cells[name][0] for name in ("dataset", "project") if name in cells and cells[name][0]]
        return Case(
            values=values,
            facts=derive_facts(values),
            simple=sides[0],
            heavy=sides[1],
            better="" if better == TIE else str(better),
            margin=margin,
            benchmark=cells["benchmark"][0] if "benchmark" in cells else "",
            dataset=named[0] if named else f"line {row.line}",
            weight=1.0 if weight is None else weight,
        )

    def _values(self, cells: Mapping[str, tuple[str, Position]], row: _Row) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, (word, place) in cells.items():
            field = FIELD.get(name)
            if field is None or not word:
                if field is not None and field.required:
                    self._add(place, name, f"missing, but required: {field.doc}", "", row)
                continue
            value: Any = word if field.kind is Kind.TEXT else scalar(word)
            if field.kind is Kind.CHOICES:
                value = [part for part in re.split(r"[\s;|,]+", word.strip("[]")) if part]
            try:
                found[name] = checked(field, value, word if not isinstance(value, (str, list)) else "")
            except BadValueError as bad:
                for fault in bad.faults:
                    self._add(place, name, fault.message, fault.hint, row)
        for finding in contradictions(found):
            self._add(cells[finding.fields[0]][1], finding.fields[0], finding.message, "", row)
        return {field.path: found[field.path] for field in FIELDS if field.path in found}

    def _side(self, cells: Mapping[str, tuple[str, Position]], column: str, row: _Row) -> str | None:
        word, place = cells.get(column, ("", row.places[0]))
        allowed = [*APPROACHES, *FAMILIES, *([TIE] if column == "better" else [])]
        if not word:
            if column == "better" and column in cells:
                self._add(place, column, f"missing, but required: {COLUMNS[column]}", "", row)
            return None
        if word in allowed:
            return FAMILIES.get(word, word)
        message = f"{shorten(word)} is not one of {', '.join(allowed)}"
        self._add(place, column, message, did_you_mean(word, allowed), row)
        return None

    def _sides(
        self, better: str, against: str | None, cells: Mapping[str, tuple[str, Position]], row: _Row
    ) -> tuple[str, str] | None:
        """Return the two approaches that were compared, in their order."""
        one = "classical" if better == TIE else better
        other = against or ("deep" if one == "classical" else "classical")
        if better == TIE and other == "classical":
            other = "deep"
        if one == other:
            self._add(cells["against"][1], "against", f"{one} was compared with itself", "name the other side", row)
            return None
        first, second = sorted((one, other), key=APPROACHES.index)
        return first, second

    def _number(self, cells: Mapping[str, tuple[str, Position]], column: str, most: float, row: _Row) -> float | None:
        word, place = cells.get(column, ("", row.places[0]))
        if not word:
            return None
        value = scalar(word)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
            hint = ""
            if column == "margin":
                hint = "it is the share by which the error of the better side is lower: 0.05 for 5%"
            self._add(place, column, f"expected a number from 0 to {most:g}, found {shorten(word)}", hint, row)
            return None
        return float(value)

    def _add(self, place: Position, column: str, message: str, hint: str = "", row: _Row | None = None) -> None:
        shown = row.text if row is not None and row.line == place.line else ""
        if len(self.problems) >= MAX_PROBLEMS:
            message = f"more problems follow; the first {MAX_PROBLEMS} are shown"
            self.problems.append(Problem(self.file, place, "", message, "", shown))
            raise _FullError
        self.problems.append(Problem(self.file, place, _plain(column), message, hint, shown))


def _plain(text: str) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= 60 else text[:57] + "..."


def _places(cell: re.Pattern[str], text: str, line: int, cells: Sequence[str]) -> Iterator[Position]:
    """Yield where each cell is; those on later lines of a quoted text are placed at the end of the first."""
    at = 0
    for _ in cells:
        found = cell.match(text, at) if at <= len(text) else None
        if found is None:
            yield Position(line, len(text) + 1)
            continue
        inner = found[0].strip()
        yield Position(line, at + len(found[0]) - len(found[0].lstrip()) + 1, max(1, len(inner)))
        at = found.end() + 1
