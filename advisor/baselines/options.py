"""What a user asks of `advisor baseline`."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from advisor.baselines.allowed import (
    DECIMALS,
    FOLDS,
    FORMATS,
    LEAST_MEMORY_MB,
    MOST_MEMORY_MB,
    MOST_ROWS,
    PRIORS,
    REPEATS,
    SEEDS,
    TASKS,
)
from advisor.baselines.roles import Roles
from advisor.baselines.tabular.reading import ReadOptions
from advisor.baselines.tabular.table import KINDS
from advisor.source.problems import shorten


class Options(NamedTuple):
    """The request; see `advisor baseline --help` for what each means.

    Attributes
    ----------
    target : str
        Name of the column to predict; guessed where it is empty.
    task, positive, metric : str or None
        Decided from the data where None.
    group, time, weights : str or None
        Columns with a part in the split or in the fit.
    exclude, keep : tuple of str
        Columns left out in any case, and columns that no check leaves out.
    merge_labels : bool
        Whether classes that differ in case, blanks or invisible characters alone are one.
    predictions : tuple of str
        Columns of predictions that were made elsewhere, each without the row that it is for.
    structure : str or None
        The id of the data structure; recognised where None.
    text : tuple of str
        Columns that are read as texts.
    horizon : int, "auto" or None
        Steps to forecast; no forecast where None.
    series : str or None
        Column that tells the series of a forecast, or of a long table, apart.
    models : tuple of str
        Ids of the table of models; all of them where empty.
    extra : tuple of str
        The user's own estimators, `module:Class`.
    pretrained : tuple of str
        Folders of pretrained weights, each another model.
    commercial : bool
        Whether a profile asks for commercial use, which the licence of weights may rule out.
    budget_s : float
        Seconds for everything.
    folds, repeats : int
        Folds of a repeat, and the most repeats.
    rope : float or None
        Region of practical equivalence in the unit of the metric; by metric where None.
    jobs : int or None
        Fits at a time; one for each processor where None.
    memory_mb : int
        Resident memory for everything.
    limits : mapping of str to float
        A profile's limits by field, such as `latency.p95_ms`.
    prior : str
        "published" takes published differences between the families into account, "none" does not.
    margins : mapping of str to float
        By metric, by how much a network has to be better to pay by a profile's costs; the ROPE for the others.
    """

    target: str = ""
    task: str | None = None
    positive: str | None = None
    metric: str | None = None
    group: str | None = None
    time: str | None = None
    weights: str | None = None
    exclude: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    budget_s: float = 120.0
    folds: int = 5
    repeats: int = 5
    rope: float | None = None
    seed: int = 0
    jobs: int | None = None
    memory_mb: int = 2048
    curve: bool = False
    save: str | None = None
    limits: Mapping[str, float] = {}
    prior: str = "published"
    margins: Mapping[str, float] = {}
    pretrained: tuple[str, ...] = ()
    commercial: bool = False
    structure: str | None = None
    text: tuple[str, ...] = ()
    horizon: int | str | None = None
    series: str | None = None
    merge_labels: bool = False
    predictions: tuple[str, ...] = ()
    reading: ReadOptions = ReadOptions()

    @property
    def roles(self) -> Roles:
        """The columns that were named."""
        return Roles(
            self.target,
            self.group,
            self.time,
            self.weights,
            self.exclude,
            self.keep,
            self.series,
            self.predictions,
        )

    def recorded(self) -> dict[str, Any]:
        """Return what a replay needs to ask the same again."""
        own = {name: value for name, value in self._asdict().items() if name not in (*NOT_RECORDED, "reading")}
        reading = {**self.reading._asdict(), "kinds": dict(self.reading.kinds)}
        del reading["values"]  # what a saved model was fitted with; a measurement decides it anew
        del reading["until"]  # the clock; what was read is recorded instead
        return {**own, "reading": reading}


# The clock, the machine and the outputs, but for the memory, which decides what is sampled; a record names no folder
# to load from and none to write to.
NOT_RECORDED = ("budget_s", "jobs", "save", "limits", "pretrained", "commercial")


def option_problems(options: Options) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the path and what is wrong of every option that the command line would not take."""
    from advisor.baselines.structures import STRUCTURES

    reading = options.reading
    words: tuple[tuple[tuple[str, ...], Any, Collection[Any]], ...] = (
        (("task",), options.task, TASKS),
        (("structure",), options.structure, STRUCTURES),
        (("prior",), options.prior, PRIORS),
        (("repeats",), options.repeats, REPEATS),
        (("reading", "format"), reading.format, FORMATS),
        (("reading", "decimal"), reading.decimal, DECIMALS),
        *((("reading", "kinds", column), kind, KINDS[:-1]) for column, kind in reading.kinds.items()),
    )
    for path, value, allowed in words:
        if value is not None and value not in allowed:
            yield path, f"{shorten(value)} is not one of {', '.join(map(str, allowed))}"
    memory = range(LEAST_MEMORY_MB, MOST_MEMORY_MB + 1)
    ranges: tuple[tuple[tuple[str, ...], Any, range], ...] = (
        (("folds",), options.folds, FOLDS),
        (("seed",), options.seed, SEEDS),
        (("memory_mb",), options.memory_mb, memory),
        (("reading", "memory_mb"), reading.memory_mb, memory),
        (("reading", "most_mb"), reading.most_mb, range(1, MOST_MEMORY_MB + 1)),
        (("reading", "most_rows"), reading.most_rows, range(1, MOST_ROWS)),
        (("reading", "seed"), reading.seed, SEEDS),
        (("reading", "skip_rows"), reading.skip_rows, range(MOST_ROWS)),
        (("horizon",), options.horizon, range(1, MOST_ROWS)),
    )
    for path, number, within in ranges:
        if isinstance(number, int) and number not in within:
            yield path, f"{shorten(number)} is not a whole number from {within.start} to {within.stop - 1}"
    if isinstance(options.horizon, str) and options.horizon != "auto":
        yield ("horizon",), f"{shorten(options.horizon)} is neither a number of steps nor auto"
    if options.rope is not None and options.rope < 0:
        yield ("rope",), f"{shorten(options.rope)} is below 0"
    for metric, margin in options.margins.items():
        if not margin >= 0:
            yield ("margins", metric), f"{shorten(margin)} is not a number from 0 on"
