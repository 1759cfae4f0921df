"""What `from advisor import ...` offers, and all that the command line uses to compute."""

from collections.abc import Collection, Sequence
from pathlib import Path

from advisor.advice.recommendation import Knowledge, recommend
from advisor.engine.library import Library, bundled_folder, load_library
from advisor.profile.reader import Profile, read_profile
from advisor.report import Recommendation


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
]
