"""What a user asks of `advisor baseline`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from advisor.baselines.roles import Roles
from advisor.baselines.tabular.reading import ReadOptions

LIMITS = ("latency.p95_ms", "deployment.memory_mb")  # of a profile, that a measurement can be held against


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
    reading: ReadOptions = ReadOptions()

    @property
    def roles(self) -> Roles:
        """The columns that were named."""
        return Roles(self.target, self.group, self.time, self.weights, self.exclude, self.keep, self.series)

    def recorded(self) -> dict[str, Any]:
        """Return what a replay needs to ask the same again: all but the clock, the machine and the outputs."""
        # the memory decides what is sampled; a record names no folder to load from
        left_out = {"budget_s", "jobs", "save", "limits", "reading", "pretrained", "commercial"}
        own = {name: value for name, value in self._asdict().items() if name not in left_out}
        reading = {**self.reading._asdict(), "kinds": dict(self.reading.kinds)}
        return {**own, "reading": reading}


def recorded_options(content: Mapping[str, Any]) -> Options:
    """Return the options of a recorded result.

    Raises
    ------
    TypeError
        If the record has options that this version does not know.
    """
    own = _with_tuples(content)
    reading = _with_tuples(own.pop("reading"))
    return Options(**own, reading=ReadOptions(**reading))


def _with_tuples(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
