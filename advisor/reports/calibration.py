"""The frozen output types of `advisor rules calibrate`."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class ScoreWithInterval(NamedTuple):
    """A figure with its 95% interval; None where it has no meaning."""

    value: float | None
    low: float | None
    high: float | None


class Scores(NamedTuple):
    """How good the probabilities of one forecaster are."""

    forecaster: str
    log_loss: ScoreWithInterval
    brier: ScoreWithInterval
    calibration_error: ScoreWithInterval
    auc: ScoreWithInterval


class Bin(NamedTuple):
    """Mean forecast, share of wins and votes among forecasts of about the same size."""

    forecast: float
    happened: float
    votes: float


class HeldOutScores(NamedTuple):
    """Forecasters on rows that they had not seen; the first one is the refit, whose reliability is reported."""

    validation: str
    rows: int
    datasets: int
    won: float
    scores: tuple[Scores, ...]
    reliability: tuple[Bin, ...]


class Curve(NamedTuple):
    """A curve of the gain before and after, and its chance at the middle; `kept` says why nothing was refitted."""

    id: str
    question: str
    fact: str
    at: float
    rows: int
    datasets: int
    benchmarks: int
    intercept: tuple[float, float]
    per_doubling: tuple[float, float]
    chance: tuple[float, float]
    interval: tuple[float, float] | None
    judged: HeldOutScores | None
    kept: str


class PointChange(NamedTuple):
    """Points of a rule for one approach before and after; `knot` is the place on a graded rule's fact."""

    rule: str
    title: str
    datasets: int
    knot: float | None
    approach: str
    before: float
    after: float


class Benchmark(NamedTuple):
    """One part of the table."""

    name: str
    rows: int
    datasets: int


class Calibration(NamedTuple):
    """What a table of results says of the gain and of the points of rules."""

    tool: Mapping[str, str]
    rules: Mapping[str, Any]
    file: str
    date: str
    anew: bool
    sd: float
    rows: int
    datasets: int
    benchmarks: tuple[Benchmark, ...]
    validation: str
    curves: tuple[Curve, ...]
    points: HeldOutScores
    changes: tuple[PointChange, ...]
    fired: int
    files: tuple[str, ...]
