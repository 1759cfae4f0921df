"""Stream a file of JSON lines as rows of texts."""

import json
from collections.abc import Iterator
from typing import Any

from advisor.baselines.errors import DataError
from advisor.baselines.tabular.reading.encodings import Encoding
from advisor.baselines.tabular.reading.files import Source
from advisor.baselines.tabular.reading.lines import text_of

_MOST_COLUMNS = 100_000
_ROWS = "write the rows as JSON lines; in pandas: frame.to_json(PATH, orient='records', lines=True)"


class _Number(str):
    """A number with the text that it has in the file."""

    __slots__ = ()


class JsonRows:
    """Rows of a JSON lines file; `names` grows while the rows are read, and later rows may be longer.

    Numbers keep the text that they have in the file, null is an empty text, an object within an object gives
    columns such as `user.age`, a list is kept as JSON.
    """

    def __init__(self, source: Source, encoding: Encoding) -> None:
        self._source = source
        self._encoding = encoding
        self.names: dict[str, int] = {}

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the texts of each line.

        Raises
        ------
        DataError
            If a line is not a JSON object.
        """
        read = 0
        first: dict[str, Any] = {}
        with text_of(self._source, self._encoding) as text:
            for number, line in enumerate(text, 1):
                if line.strip():
                    value = self._object(line, number)
                    first = first if read else value
                    read += 1
                    yield self._row(value)
        if read == 1 and (how := _table_inside(first)):
            raise DataError(f"{self._source.path}: this is one JSON object that {how}, not one object per row; {_ROWS}")

    def _object(self, line: str, number: int) -> dict[str, Any]:
        path = self._source.path
        try:
            value = json.loads(line, parse_float=_Number, parse_int=_Number, parse_constant=_Number)
        except (ValueError, RecursionError) as error:
            if number == 1 and line.lstrip().startswith("["):
                raise DataError(_whole_document(path, "list")) from None
            if number == 1 and line.strip() == "{":
                raise DataError(_whole_document(path, "object")) from None
            cut = "" if line.endswith("\n") else ": the file seems to be cut off"
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is nested too deeply"
            raise DataError(f"{path}: line {number} is not valid JSON ({reason}){cut}; fix or delete it") from None
        if not isinstance(value, dict):
            if number == 1 and isinstance(value, list):
                raise DataError(_whole_document(path, "list"))
            raise DataError(
                f'{path}: line {number} is not a JSON object such as {{"age": 39, "job": "clerk"}}; write one per line'
            )
        return value

    def _row(self, value: dict[str, Any]) -> list[str]:
        row = [""] * len(self.names)
        for name, text in _flat(value, ""):
            place = self.names.setdefault(name, len(self.names))
            if place == len(row):
                row.append(text)
            else:
                row[place] = text
        if len(self.names) > _MOST_COLUMNS:
            raise DataError(f"{self._source.path}: the objects have more than {_MOST_COLUMNS:,} different names")
        return row


def _table_inside(value: dict[str, Any]) -> str:
    """Return how a single object holds a whole table, as pandas writes one unless asked otherwise, or an empty text."""
    columns = list(value.values())
    if isinstance(value.get("data"), list) and ("columns" in value or "schema" in value):
        return "holds the rows of a table"
    if len(columns) < 2 or len({len(column) if isinstance(column, (dict, list)) else -1 for column in columns}) > 1:
        return ""
    if all(isinstance(column, list) and len(column) > 1 for column in columns):
        return "holds a list for each column"
    same = all(isinstance(column, dict) and column.keys() == columns[0].keys() for column in columns)
    return "holds an object for each column or row" if same and len(columns[0]) > 1 else ""


def _flat(value: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, item in value.items():
        if isinstance(item, dict):
            yield from _flat(item, f"{prefix}{key}.")
        elif isinstance(item, str):
            yield prefix + key, str(item)  # a number takes more memory than its text
        elif item is None:
            yield prefix + key, ""
        elif isinstance(item, bool):
            yield prefix + key, "true" if item else "false"
        elif all(one is None or isinstance(one, _Number) for one in item):
            yield prefix + key, f"[{', '.join('null' if one is None else one for one in item)}]"
        else:
            yield prefix + key, json.dumps(item, ensure_ascii=False)


def _whole_document(path: object, what: str) -> str:
    return (
        f"{path}: this is one JSON {what} over the whole file, not JSON lines; write one object per line "
        "(jq -c '.[]' data.json > data.jsonl)"
    )
