"""What `from advisor import ...` offers, and all that the command line uses to compute."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.advice.recommendation import Knowledge, recommend
from advisor.engine.library import Library, bundled_folder, load_library
from advisor.profile.reader import Profile, read_profile
from advisor.report import Recommendation

if TYPE_CHECKING:
    from advisor.baseline_report import BaselineResult
    from advisor.baselines.options import Options
    from advisor.baselines.trials import Progress


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


__all__ = [
    "Knowledge",
    "Library",
    "Profile",
    "Recommendation",
    "bundled_examples",
    "load_knowledge",
    "load_rules",
    "read_profile",
    "recommend",
    "run_baseline",
]
