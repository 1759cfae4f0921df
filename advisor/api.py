"""What `from advisor import ...` offers, and all that the command line uses to compute."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.advice import recommendation
from advisor.advice.recommendation import Knowledge
from advisor.engine.library import Library, bundled_folder, load_library
from advisor.profile.reader import Profile, read_profile
from advisor.report import Recommendation

if TYPE_CHECKING:
    from advisor.baseline_report import BaselineResult
    from advisor.baselines.options import Options
    from advisor.baselines.trials import Progress
    from advisor.what_if_report import Difference, Sweep


def load_rules(folders: Sequence[Path] = (), cache: Path | None = None) -> Library:
    """Read the bundled rules and the user's folders, later ones overriding; see `load_library`."""
    return load_library([bundled_folder("rules"), *folders], cache)


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
    advisor.source.problems.InputError
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


def recommend(profile: Profile, knowledge: Knowledge, baseline: "BaselineResult | None" = None) -> Recommendation:
    """Return the whole answer to one profile.

    Parameters
    ----------
    profile : Profile
        From `read_profile`.
    knowledge : Knowledge
        From `load_knowledge`.
    baseline : BaselineResult, optional
        A measurement on the project's data, from `run_baseline` or `read_results`: then the answer is the one after
        it, and says whether the one before was confirmed; see `advisor.advice.confirmation.confirm`.
    """
    if baseline is None:
        return recommendation.recommend(profile, knowledge)
    from advisor.advice.confirmation import confirm

    return confirm(profile, knowledge, baseline)


def measured_knowledge(profile: Profile, knowledge: Knowledge, baseline: "BaselineResult") -> Knowledge:
    """Return knowledge in which a measurement on the profile's data replaces rules and estimates."""
    from advisor.advice import confirmation

    return confirmation.measured_knowledge(profile, knowledge, baseline)


def against_profile(result: "BaselineResult", profile: Profile, knowledge: Knowledge) -> "BaselineResult":
    """Return a measured baseline with what it says of the answer to a profile, in `recommendation`."""
    from advisor.advice.confirmation import confirm, profile_answer

    return result._replace(recommendation=profile_answer(confirm(profile, knowledge, result)))


def measurable_limits(profile: Profile) -> dict[str, float]:
    """Return the limits of a profile that a measured model can be held against, by field."""
    from advisor.baselines.options import LIMITS

    return {field: float(profile.values[field]) for field in LIMITS if profile.values.get(field) is not None}


def run_baseline(
    path: str | Path,
    options: "Options",
    *,
    shown_as: str | None = None,
    report: "Callable[[Progress], None] | None" = None,
    began: float | None = None,
    replayed: Mapping[str, Any] | None = None,
) -> "BaselineResult":
    """Measure classical and neural baselines on a data file; see `advisor.baselines.baseline.run_baseline`.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, Parquet or JSON lines, also gzipped.
    options : advisor.baselines.options.Options
        The request; `Options(target="y")` is enough.
    shown_as, report, began, replayed
        As in `advisor.baselines.baseline.run_baseline`.

    Raises
    ------
    advisor.baselines.errors.DataError
        If the data or the request cannot be used.
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
    """Return how the answer moves along each number of a profile; see `advisor.advice.sweep.numeric_sweeps`."""
    from advisor.advice import sweep as sweeping

    return sweeping.numeric_sweeps(profile, knowledge)


def sweep(profile: Profile, knowledge: Knowledge, field: str, values: Sequence[Any] | None = None) -> "Sweep":
    """Return how the answer moves along one field; see `advisor.advice.sweep.sweep`.

    Parameters
    ----------
    profile : Profile
        The profile that is varied.
    knowledge : Knowledge
        Rules and catalogue; of all structures where the field is `data.structure`.
    field : str
        The path of the field, such as `data.labelled`.
    values : sequence, optional
        What the field is set to, in the field's unit; left out, two decades to either side of the present value,
        the whole range of a share or a priority, or all choices.

    Raises
    ------
    ValueError
        For an unknown field, one that has no influence, or values that it does not allow, all of them at once.

    Examples
    --------
    >>> profile = read_profile(b"task: classification\\ndata: {structure: text, labelled: 9000}", "p.yaml")
    >>> change = sweep(profile, load_knowledge(), "data.labelled").changes[0]
    >>> change.before, change.low, change.high, change.after
    ('transfer', 14000, 15000, 'classical')
    """
    from advisor.advice import sweep as sweeping
    from advisor.advice.sweep_values import default_values

    if values is None:
        values = default_values(sweeping.swept_field(field), profile.values)
    return sweeping.sweep(profile, knowledge, field, values)


def difference(before: Recommendation, after: Recommendation) -> "Difference":
    """Return the fields, rules and limits that account for the difference between two answers.

    Parameters
    ----------
    before, after : Recommendation
        Two results; see `advisor.advice.difference.difference`.

    Examples
    --------
    >>> knowledge = load_knowledge()
    >>> text = b"task: classification\\ndata: {structure: text, labelled: 9000}"
    >>> few = recommend(read_profile(text, "p.yaml"), knowledge)
    >>> many = recommend(read_profile(text, "p.yaml", ["data.labelled=90000"]), knowledge)
    >>> [(row.rule, row.before, row.after) for row in difference(few, many).rules[:1]]
    [('amount-of-text', 1.409, 3.656)]
    """
    from advisor.advice import difference as comparing

    return comparing.difference(before, after)


__all__ = [
    "Knowledge",
    "Library",
    "Profile",
    "Recommendation",
    "against_profile",
    "bundled_examples",
    "difference",
    "load_knowledge",
    "load_rules",
    "measurable_limits",
    "measured_knowledge",
    "numeric_sweeps",
    "read_profile",
    "recommend",
    "run_baseline",
    "sweep",
]
