"""Tables whose layout is known, to hold readers against, each with its encoding, separator, header and size."""

import codecs
import contextlib
import csv
import gzip
import io
import json
import random
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from advisor.baselines.tabular.table import Table

ROOT = Path(__file__).resolve().parent.parent.parent
_SEPARATORS = {"tab": "\t", "blank": " ", "comma": ",", "semicolon": ";", "pipe": "|"}
_WESTERN = ("de", "fr", "es", "pt", "it", "sv", "da", "nb", "fi", "nl", "is", "ca", "et")
_CENTRAL = ("pl", "cs", "hu", "hr", "sk", "sl", "ro")
_LANGUAGES = {
    "cp1252": _WESTERN,
    "mac-roman": _WESTERN,
    "cp1250": _CENTRAL,
    "iso-8859-2": _CENTRAL,
    "cp1251": ("ru", "uk", "bg", "sr"),
    "koi8-r": ("ru",),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he",),
    "cp1256": ("ar", "fa"),
    "cp949": ("ko",),
    "cp932": ("ja",),
    "euc-jp": ("ja",),
    "gb18030": ("zh",),
    "big5": ("zh_Hant",),
}


class Case(NamedTuple):
    """A file and what is right for it; None where that is not known, for the separator where there is none."""

    name: str
    path: Path
    encoding: str
    separator: str | None = None
    header: bool | None = None
    rows: int | None = None
    columns: int | None = None


def content(case: Case) -> bytes:
    """Return the bytes of the file, unpacked."""
    found = case.path.read_bytes()
    return gzip.decompress(found) if found[:2] == b"\x1f\x8b" else found


def described(folder: Path) -> list[Case]:
    """Return the tables that a datasets.yaml describes, or the plain CSV files of a folder without one."""
    if not (folder / "datasets.yaml").is_file():
        return [_plain(path) for path in sorted(folder.glob("*.csv"))]
    found = []
    for entry in yaml.safe_load((folder / "datasets.yaml").read_text("utf-8")):
        path = folder / str(entry["file"]).rpartition("converted:")[2].strip()
        if "converted:" in str(entry["file"]):
            found.append(_plain(path))
        elif path.is_file():
            how = entry["pandas"]
            header = "header" not in how
            found.append(
                Case(
                    entry["name"], path, entry["encoding"], how.get("sep", ","), header, entry["rows"], entry["columns"]
                )
            )
    return found


def _plain(path: Path) -> Case:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return Case(path.name, path, "utf-8", ",", True, len(rows) - 1, len(rows[0]))


def of_the_tests(folder: Path) -> list[Case]:
    """Return what the tests of reading read with nothing stated, copied to a folder, and what they have found right."""
    from advisor.baselines.tabular import reading

    read, nothing = reading.read_table, reading.ReadOptions()
    seen: list[Case] = []
    right: list[Case] = []

    def recorded(path: Path, options: reading.ReadOptions = nothing) -> Table:
        table = read(path, options)
        told = {decision.what: decision.value for decision in table.decisions}
        stated = options._replace(kinds=nothing.kinds, memory_mb=nothing.memory_mb, seed=0) != nothing
        if told["format"] in {"csv", "tsv"} and not stated:
            copy = folder / f"{len(right) + len(seen)}{''.join(Path(path).suffixes)}"
            shutil.copy(path, copy)
            columns = len(table.columns)
            separator = None if columns == 1 else _SEPARATORS.get(told["separator"], told["separator"])
            seen.append(Case("", copy, told["encoding"], separator, told["header"] != "none", table.rows, columns))
        return table

    class Passed:
        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.when == "call":
                right.extend(case._replace(name=report.nodeid.split("::")[1]) for case in seen if report.passed)
                seen.clear()

    reading.read_table = recorded
    try:
        tests = str(ROOT / "tests" / "baselines" / "tabular" / "reading" / "test_reading.py")
        with contextlib.redirect_stdout(io.StringIO()):
            code = pytest.main(["-p", "no:cacheprovider", tests], plugins=[Passed()])
    finally:
        reading.read_table = read
    if not right:
        raise SystemExit(f"no test of {tests} has passed ({code!r})")
    return right


def survey(folder: Path) -> list[Case]:
    """Return the real files of the Pollock benchmark (`survey_sample` of HPI-Information-Systems/Pollock)."""
    found = []
    for path in sorted((folder / "parameters").glob("*.json")):
        told = json.loads(path.read_text("utf-8"))
        file = folder / "csv" / path.name.removesuffix("_parameters.json")
        # A few are said to be of an encoding that their bytes do not fit.
        if file.is_file() and file.stat().st_size and _fits(file.read_bytes(), told["encoding"]):
            header = {"0": False, "1": True}.get(str(told["header_lines"]))
            found.append(Case(file.name, file, told["encoding"], told["delimiter"] or None, header))
    return found


def _fits(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def names_of_places(folder: Path) -> list[Case]:
    """Write tables of a name and ten numbers a row, in the languages and encodings of old files; needs Babel."""
    try:
        from babel import Locale
    except ImportError:
        return []

    found = []
    for encoding, languages in _LANGUAGES.items():
        for language in languages:
            names = Locale.parse(language)
            months = [*names.months["format"]["wide"].items(), *names.days["format"]["wide"].items()]
            for what, pool in (
                ("territory", names.territories.items()),
                ("language", names.languages.items()),
                ("month", months),
            ):
                fitting = [(code, name) for code, name in pool if _can_be_written(name, encoding)]
                for rows in (3, 10, 40, 200):
                    draw = random.Random(f"{language}{what}{rows}")
                    drawn = draw.sample(fitting, rows) if rows <= len(fitting) else []
                    values = [",".join(str(draw.randint(1, 9999)) for _ in range(10)) for _ in drawn]
                    lines = [f'{code},"{name}",{value}\n' for (code, name), value in zip(drawn, values, strict=True)]
                    text = f"code,name,{','.join(f'x{place}' for place in range(10))}\n{''.join(lines)}"
                    if not text.isascii() and not _fits(text.encode(encoding), "utf-8"):
                        path = folder / f"{encoding}_{language}_{what}_{rows}.csv"
                        path.write_bytes(text.encode(encoding))
                        found.append(Case(path.name, path, encoding))
    return found


def _can_be_written(text: str, encoding: str) -> bool:
    try:
        codecs.encode(text, encoding)
    except UnicodeEncodeError:
        return False
    return True
