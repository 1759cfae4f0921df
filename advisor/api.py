"""What `from advisor import ...` offers, and all that the command line uses to compute."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache as remembered
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.advice.catalogue import refuse_bad_models
from advisor.advice.knowledge import Knowledge
from advisor.advice.recommendation import assemble
from advisor.engine.library import Library, bundled_folder, load_library
from advisor.profile.reader import Profile, read_profile
from advisor.reports.recommendation import Recommendation

if TYPE_CHECKING:
    from advisor.advice.interview.questions import NextQuestion
    from advisor.baselines.options import Options
    from advisor.baselines.running.clock import Progress
    from advisor.calibration.calibration import Calibrated
    from advisor.reports.baseline import BaselineResult, DatasetRow
    from advisor.reports.what_if import Difference, FieldChange, FieldEffect, Sweep


def load_profile(path: str | Path, assignments: Sequence[str] = ()) -> Profile:
    """Read a project profile from a YAML or JSON file.

    Parameters
    ----------
    path : str or Path
        The file, at most a megabyte.
    assignments : sequence of str, optional
        Fields to change, each as `data.labelled=500`; `null` makes a field unknown.

    Returns
    -------
    Profile
        `values` holds the known fields by dotted path in the units of the contract: shares from 0 to 1, milliseconds,
        US dollars, megabytes. A field that is left out is unknown.

    Raises
    ------
    OSError
        If the file cannot be read.
    advisor.InputError
        With every problem of the profile, each with file, line and column.

    Examples
    --------
    >>> example = next(path for path in bundled_examples() if path.stem == "telecom-churn")
    >>> profile = load_profile(example, ["data.rows=1e6"])
    >>> profile.values["task"], profile.values["data.rows"]
    ('classification', 1000000)
    """
    return read_profile(Path(path).read_bytes(), str(path), assignments)


def load_rules(folders: Sequence[Path] = (), cache: Path | None = None) -> Library:
    """Read the bundled rules and the user's folders, later ones overriding; see `load_library`."""
    library = load_library([bundled_folder("rules"), *folders], cache)
    if folders:
        refuse_bad_models(library.catalogue, folders)
    return library


def load_knowledge(
    folders: Sequence[Path] = (), cache: Path | None = None, structures: Collection[str] | None = None
) -> Knowledge:
    """Return rules and catalogue, ready for `recommend`.

    Parameters
    ----------
    folders : sequence of Path
        Folders of rules that add to the bundled ones or override them by id.
    cache : Path, optional
        Folder in which the parsed rules are kept between calls.
    structures : collection of str, optional
        Load only what matters for profiles of these `data.structure` values, which is quicker.

    Raises
    ------
    advisor.InputError
        With every problem of the rules.

    Examples
    --------
    >>> knowledge = load_knowledge()
    >>> profile = read_profile(b"task: classification\\ndata: {structure: tabular, rows: 900}", "p.yaml")
    >>> recommend(profile, knowledge).approach
    'classical'
    """
    return Knowledge.of(load_rules(folders, cache), structures)


def bundled_examples() -> list[Path]:
    """Return the profiles that ship with the program, sorted by name."""
    return sorted(bundled_folder("examples").glob("*.yaml"))


@remembered
def _bundled_knowledge() -> Knowledge:
    return load_knowledge()


def recommend(
    profile: Profile, knowledge: Knowledge | None = None, baseline: "BaselineResult | None" = None
) -> Recommendation:
    """Return the whole answer to one profile.

    Parameters
    ----------
    profile : Profile
        From `load_profile` or `read_profile`.
    knowledge : Knowledge, optional
        From `load_knowledge`; the bundled rules and catalogue if not given.
    baseline : BaselineResult, optional
        A measurement on the project's data, from `run_baseline` or `read_results`. Then the answer is the one after
        it, and says whether the one before was confirmed; see `advisor.advice.confirmation.confirm.confirm`.

    Returns
    -------
    Recommendation
        `probability`, `stability`, `scores` and the approaches' probabilities are from 0 to 1, points are tenths of
        decimal log-odds, costs are ranges in US dollars and kilowatt-hours, estimates are in hours, milliseconds and
        megabytes. `approach` is None where the limits leave none.

    Examples
    --------
    >>> profile = read_profile(b"task: classification\\ndata: {structure: tabular, labelled: 900}", "p.yaml")
    >>> answer = recommend(profile)
    >>> answer.approach, answer.verdict, len(answer.approaches)
    ('classical', 'ml', 5)
    """
    known = _bundled_knowledge() if knowledge is None else knowledge
    if baseline is None:
        return assemble.recommend(profile, known)
    from advisor.advice.confirmation.confirm import confirm

    return confirm(profile, known, baseline)


def next_question(
    values: Mapping[str, Any], skipped: Collection[str] = (), knowledge: Knowledge | None = None
) -> "NextQuestion | None":
    """Return the field whose value is worth most to know now, and why; see `next_question` of the interview.

    Parameters
    ----------
    values : mapping of str to object
        What is known, by dotted path, in the units of the contract.
    skipped : collection of str, optional
        Fields that cannot be told.
    knowledge : Knowledge, optional
        From `load_knowledge`; the bundled rules and catalogue if not given.

    Returns
    -------
    NextQuestion or None
        None where no open field is worth asking for.

    Examples
    --------
    >>> known = {"task": "classification", "data.structure": "image", "data.rows": 5000}
    >>> question = next_question(known)
    >>> question.field.path, question.approach, question.could_become
    ('interpretability.need', 'transfer', ('classical',))
    """
    from advisor.advice.interview import questions

    return questions.next_question(values, skipped, _bundled_knowledge() if knowledge is None else knowledge)


def answer_so_far(values: Mapping[str, Any], knowledge: Knowledge) -> tuple[str | None, float | None]:
    """Return the approach that some values lead to and its probability; see `advisor.advice.interview.questions`."""
    from advisor.advice.interview import questions

    return questions.answer_so_far(values, knowledge)


def drafted_values(dataset: "DatasetRow") -> dict[str, Any]:
    """Return the values of the profile fields that data tell; see `advisor.profile.drafting`."""
    from advisor.profile.drafting import fields_from_data

    return fields_from_data(dataset)


def describe_data(path: str | Path, options: "Options") -> "DatasetRow":
    """Return what a data file holds, without fitting a model.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, Parquet or JSON lines, also gzipped.
    options : Options
        The request; `Options(target="y")` is enough.

    Returns
    -------
    DatasetRow
        As in the result of `run_baseline`.

    Raises
    ------
    advisor.DataError
        If the data or the request cannot be used.

    Examples
    --------
    >>> from advisor import Options
    >>> table = bundled_examples()[0].parent / "breast-cancer.csv"
    >>> found = describe_data(table, Options(target="diagnosis"))
    >>> found.rows, found.task, found.classes
    (569, 'binary', ('benign', 'malignant'))
    """
    from advisor.baselines.prepared import describe

    return describe(Path(path), options)


def measured_knowledge(profile: Profile, knowledge: Knowledge, baseline: "BaselineResult") -> Knowledge:
    """Return knowledge in which a measurement on the profile's data replaces rules and estimates."""
    from advisor.advice.confirmation import confirm

    return confirm.measured_knowledge(profile, knowledge, baseline)


def against_profile(result: "BaselineResult", profile: Profile, knowledge: Knowledge) -> "BaselineResult":
    """Return a measured baseline with what it says of the answer to a profile, in `recommendation`."""
    from advisor.advice.confirmation.confirm import confirm, profile_answer

    return result._replace(recommendation=profile_answer(confirm(profile, knowledge, result)))


def measurable_limits(profile: Profile) -> dict[str, float]:
    """Return the limits of a profile that a measured model can be held against, by field."""
    from advisor.baselines.options import LIMITS

    return {field: float(profile.values[field]) for field in LIMITS if profile.values.get(field) is not None}


def why_not_measurable(profile: Profile) -> str:
    """Return why no baseline can measure what a profile describes, or an empty string."""
    from advisor.advice.confirmation import measurement

    return measurement.why_not_measurable(profile.values)


def run_baseline(
    path: str | Path,
    options: "Options",
    *,
    shown_as: str | None = None,
    report: "Callable[[Progress], None] | None" = None,
    began: float | None = None,
    replayed: Mapping[str, Any] | None = None,
) -> "BaselineResult":
    """Measure classical and neural baselines on a data file.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, Parquet or JSON lines, also gzipped.
    options : Options
        The request; `Options(target="y")` is enough.
    shown_as, report, began, replayed
        As in `advisor.baselines.baseline.run_baseline`.

    Returns
    -------
    BaselineResult
        Scores in the unit of `protocol.metric`, one fold score for each of `protocol.folds` x `protocol.repeats`
        fits; times in seconds and milliseconds, sizes in megabytes. Every model that was asked for has a row.

    Raises
    ------
    advisor.DataError
        If the data or the request cannot be used.
    ImportError
        If the packages of the extra `baseline` or `baseline-cpu` are not installed.

    Examples
    --------
    >>> from advisor import Options
    >>> table = next(path.parent / "breast-cancer.csv" for path in bundled_examples())
    >>> options = Options(target="diagnosis", models=("linear", "mlp"), repeats=1)
    >>> result = run_baseline(table, options)  # doctest: +SKIP
    >>> result.verdict, result.prefer  # doctest: +SKIP
    ('equal', 'ml')
    """
    from advisor.baselines import baseline

    return baseline.run_baseline(
        Path(path),
        options,
        shown_as=shown_as,
        report=report or (lambda _: None),
        began=began,
        replayed=replayed,
    )


def numeric_sweeps(profile: Profile, knowledge: Knowledge) -> "tuple[Sweep, ...]":
    """Return how the answer moves along each number of a profile; see `advisor.advice.what_if.sweep.numeric_sweeps`."""
    from advisor.advice.what_if import sweep as sweeping

    return sweeping.numeric_sweeps(profile, knowledge)


def sweep(
    profile: Profile, field: str, values: Sequence[Any] | None = None, knowledge: Knowledge | None = None
) -> "Sweep":
    """Return how the answer moves along one field; see `advisor.advice.what_if.sweep.sweep`.

    Parameters
    ----------
    profile : Profile
        The profile that is varied.
    field : str
        The path of the field, such as `data.labelled`.
    values : sequence, optional
        What the field is set to, in the field's unit; left out, two decades to either side of the present value,
        the whole range of a share or a priority, or all choices.
    knowledge : Knowledge, optional
        Rules and catalogue, of all structures where the field is `data.structure`; the bundled ones if not given.

    Raises
    ------
    ValueError
        For an unknown field, one that has no influence, or values that it does not allow, all of them at once.

    Examples
    --------
    >>> profile = read_profile(b"task: classification\\ndata: {structure: text, labelled: 9000}", "p.yaml")
    >>> change = sweep(profile, "data.labelled").changes[0]
    >>> change.before, change.low, change.high, change.after
    ('transfer', 14000, 15000, 'classical')
    """
    from advisor.advice.what_if import sweep as sweeping
    from advisor.advice.what_if.values import default_values

    if values is None:
        values = default_values(sweeping.swept_field(field), profile.values)
    return sweeping.sweep(profile, _bundled_knowledge() if knowledge is None else knowledge, field, values)


def field_effects(
    profile: Profile, changes: "Sequence[FieldChange]", knowledge: Knowledge
) -> "tuple[FieldEffect, ...]":
    """Return the answer with one change at a time; see `advisor.advice.what_if.field_effects.field_effects`."""
    from advisor.advice.what_if import field_effects as scoring

    return scoring.field_effects(profile, changes, knowledge)


def difference(before: Recommendation, after: Recommendation) -> "Difference":
    """Return the fields, rules and limits that account for the difference between two answers.

    Parameters
    ----------
    before, after : Recommendation
        Two results; see `advisor.advice.what_if.difference.difference`.

    Examples
    --------
    >>> text = b"task: classification\\ndata: {structure: text, labelled: 9000}"
    >>> few = recommend(read_profile(text, "p.yaml"))
    >>> many = recommend(read_profile(text, "p.yaml", ["data.labelled=90000"]))
    >>> [(row.rule, row.before, row.after) for row in difference(few, many).rules[:1]]
    [('amount-of-text', 1.409, 3.656)]
    """
    from advisor.advice.what_if import difference as comparing

    return comparing.difference(before, after)


def calibrate(
    raw: bytes, file: str, library: Library, *, sd: float = 2.0, date: str = "", anew: bool = False
) -> "Calibrated":
    """Refit the gain and the points of success rules on a table of results; see `calibration.calibrate`.

    Parameters
    ----------
    raw : bytes
        The table in CSV, see `advisor.calibration.table.read_table`.
    file : str
        Its name, which problems, report and overlay show.
    library : Library
        From `load_rules`.
    sd : float, optional
        Standard deviation of the prior around the experts' points, in points.
    date : str, optional
        When the results are from; stands in the overlay.
    anew : bool, optional
        Fit the curves of the gain from this table alone.

    Returns
    -------
    Calibrated
        The report, and the files of an overlay that `load_knowledge` takes as a further folder.

    Raises
    ------
    advisor.source.problems.InputError
        With every problem of the table.
    advisor.calibration.calibration.TooFewError
        For a table from which nothing can be judged.
    """
    from advisor.calibration import calibration, table

    return calibration.calibrate(table.read_table(raw, file), file, library, sd=sd, date=date, anew=anew)


__all__ = [
    "Knowledge",
    "Library",
    "Profile",
    "Recommendation",
    "against_profile",
    "answer_so_far",
    "bundled_examples",
    "calibrate",
    "describe_data",
    "difference",
    "drafted_values",
    "field_effects",
    "load_knowledge",
    "load_profile",
    "load_rules",
    "measurable_limits",
    "measured_knowledge",
    "next_question",
    "numeric_sweeps",
    "read_profile",
    "recommend",
    "run_baseline",
    "sweep",
    "why_not_measurable",
]
