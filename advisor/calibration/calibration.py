"""From a table of results to refitted curves and points, a report on how good they are, and an overlay of rules."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import NamedTuple

from advisor.advice.knowledge import Knowledge
from advisor.calibration import curves, points
from advisor.calibration.overlay import Origin, overlay_files
from advisor.calibration.table import Case
from advisor.calibration.validation import validation
from advisor.engine.library import Library
from advisor.reports.calibration import Benchmark, Calibration
from advisor.version import __version__

FEWEST = 10  # data sets
SD = 2.0  # points: a factor of 1.6 in the odds


class TooFewError(Exception):
    """A table that is too small to say anything."""


class Calibrated(NamedTuple):
    """The report, and the files of the overlay by their path in it."""

    report: Calibration
    files: dict[str, str]


def calibrate(
    cases: Sequence[Case], file: str, library: Library, *, sd: float = SD, date: str = "", anew: bool = False
) -> Calibrated:
    """Refit the curves of the gain and the points of success rules on a table of results.

    Parameters
    ----------
    cases : sequence of Case
        From `read_table`.
    file : str
        The table's name, for the report and the overlay.
    library : Library
        The rules to start from.
    sd : float
        How far the difference of two approaches in a rule may move: the standard deviation of its prior, in points.
    date : str
        The date of the results, for the overlay; nothing else of today is in it.
    anew : bool
        Fit the level of each curve from this table alone, not around the current one of the catalogue.

    Returns
    -------
    Calibrated

    Raises
    ------
    TooFewError
        For fewer than ten data sets, or where one side won all of them.
    """
    datasets = {case.dataset for case in cases}
    if len(datasets) < FEWEST:
        raise TooFewError(
            f"the table holds {len(datasets)} data sets or projects; at least {FEWEST} are needed to judge a refit"
        )
    if len({case.win for case in cases}) == 1:
        outcome = {
            1.0: "the heavier approach won in every row",
            0.0: "the simpler approach won in every row",
            0.5: "every row is a tie, or a win by less than pays",
        }[cases[0].win]
        raise TooFewError(f"{outcome}; a refit needs rows of both kinds")
    knowledge = Knowledge.of(library)
    entries = [entry for entry in knowledge.catalogue.gains if entry["figure"] == "gain"]
    refits = [(entry, *curves.refit(cases, entry, anew=anew)) for entry in entries]
    rules = points.refit(cases, knowledge.book, sd)
    names = dict.fromkeys(case.benchmark for case in cases)
    benchmarks = tuple(_benchmark(name, [case for case in cases if case.benchmark == name]) for name in names)
    changed = [(entry, after) for entry, _, after in refits if after is not None]
    origin = Origin(PurePath(file).name, date, benchmarks)
    files = overlay_files(library.rules, changed, rules.changes, origin)
    if rules.judged is None:
        raise TooFewError("every benchmark contains the same data sets, so none can be left out to judge a refit")
    report = Calibration(
        tool={"name": "advisor", "version": __version__},
        rules=knowledge.described(),
        file=file,
        date=date,
        anew=anew,
        sd=sd,
        rows=len(cases),
        datasets=len(datasets),
        benchmarks=benchmarks,
        validation=validation(cases),
        curves=tuple(curve for _, curve, _ in refits),
        points=rules.judged,
        changes=rules.changes,
        fired=rules.fired,
        files=tuple(files),
    )
    return Calibrated(report, files)


def _benchmark(name: str, cases: Sequence[Case]) -> Benchmark:
    return Benchmark(name, len(cases), len({case.dataset for case in cases}))
