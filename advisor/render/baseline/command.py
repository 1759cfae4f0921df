"""The command that asks the same of the same data again, with one thing more."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from advisor.render.layout.wording import plain
from advisor.reports.baseline import BaselineResult

# By the name of the recorded option: how it is typed, and the values that need not be.
_OPTIONS: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "task": ("--task", ()),
    "positive": ("--positive", ()),
    "merge_labels": ("--merge-labels", ()),
    "metric": ("--metric", ()),
    "group": ("--group", ()),
    "time": ("--time", ()),
    "horizon": ("--horizon", ()),
    "series": ("--series", ()),
    "structure": ("--structure", ()),
    "text": ("--text", ()),
    "weights": ("--weights", ()),
    "exclude": ("--exclude", ()),
    "keep": ("--keep", ()),
    "predictions": ("--predictions", ()),
    "models": ("--only", ()),
    "extra": ("--model", ()),
    "curve": ("--curve", ()),
    "rope": ("--rope", ()),
    "prior": ("--prior", ("published",)),
    "folds": ("--folds", (5,)),
    "repeats": ("--repeats", (5,)),
    "seed": ("--seed", (0,)),
    "memory_mb": ("--memory", (2000, 2048)),
}
_READING: Mapping[str, str] = {
    "format": "--data-format",
    "encoding": "--encoding",
    "separator": "--separator",
    "quote": "--quote",
    "decimal": "--decimal",
    "skip_rows": "--skip-rows",
    "comment": "--comment",
    "missing": "--missing",
    "missing_only": "--missing-only",
    "keep_totals": "--keep-totals",
}
_JOINED = ("models",)  # of several values, that are typed as one
_SEPARATORS = {"\t": "tab", " ": "space"}


def command(result: BaselineResult, *more: str) -> str:
    """Return the command line of a measurement with further options, as one types it in a shell.

    A name that a terminal cannot show is left to the reader.
    """
    data = result.dataset
    column = data.columns and any(row.role == "target" for row in data.columns_read)  # a folder has none
    asked = [data.path, *(("--target", data.target) if column else ()), *_options(result.protocol.options, more)]
    asked += [word for row in result.pretrained for word in ("--pretrained", row.path)]
    if result.recommendation is not None:
        asked += ["--profile", result.recommendation.path or "profile.yaml"]
    return " ".join(["advisor", "baseline", *(typed(word) for word in (*asked, *more))])


def _options(recorded: Mapping[str, Any], more: Sequence[str]) -> Iterator[str]:
    for name, (flag, usual) in _OPTIONS.items():
        value = recorded.get(name)
        if flag not in more and value not in usual:
            yield from _words(flag, ",".join(value) if value and name in _JOINED else value)
    reading = recorded.get("reading") or {}
    for name, flag in _READING.items():
        given = reading.get(name)
        yield from _words(flag, _SEPARATORS.get(str(given), given) if name == "separator" else given)
    if reading.get("header") is not None:
        yield "--header" if reading["header"] else "--no-header"
    for column, kind in (reading.get("kinds") or {}).items():
        yield from ("--kind", f"{column}={kind}")


def _words(flag: str, value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        if value:
            yield flag
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from (flag, str(one))
    elif value is not None and value != "":
        yield from (flag, f"{value:g}" if isinstance(value, float) else str(value))


def typed(word: str) -> str:
    """Return a word as one types it in a shell, dots for one that a terminal cannot show."""
    return shlex.quote(word) if plain(word) == word and "`" not in word else "..."
