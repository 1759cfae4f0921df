"""Rules and catalogue together, and the question that a profile puts to them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache as remembered
from pathlib import Path
from typing import Any, NamedTuple

from advisor.advice.catalogue import Catalogue, build_catalogue, refuse_bad_entries
from advisor.advice.limits import UnfitByTask, unfit_facts
from advisor.engine.library import Library, bundled_folder, load_library
from advisor.engine.rulebook import RuleBook
from advisor.engine.scoring import Measured
from advisor.engine.sensitivity.question import Expectations, Question
from advisor.profile.facts import derive_facts
from advisor.profile.reader import Profile, is_valid


class Knowledge(NamedTuple):
    """Rules and catalogue, ready for use; `measured` takes the place of what rules say of the same approaches.

    `expectations` and `unfit` are what questions about one task and structure share, where they are given; they hold
    for nothing but this book, catalogue and measurement.
    """

    book: RuleBook
    catalogue: Catalogue
    version: str
    measured: Measured | None = None
    expectations: Expectations | None = None
    unfit: UnfitByTask | None = None

    @classmethod
    def of(cls, library: Library, structures: Collection[str] | None = None) -> "Knowledge":
        """Compile a library, or the part of it that matters for some structures."""
        edition = library.catalogue.get("edition", [{"version": "none"}])[0]["version"]
        temperature = library.catalogue.get("calibration", [{"value": 1.0}])[0]["value"]
        book = replace(library.rule_book(structures), temperature=temperature)
        catalogue = build_catalogue(library.catalogue)
        return cls(book, catalogue, edition, None, {}, UnfitByTask(catalogue))

    def forgetful(self) -> "Knowledge":
        """Return the same knowledge without what was remembered of the profiles that it answered."""
        return self._replace(expectations={}, unfit=UnfitByTask(self.catalogue))

    def described(self) -> dict[str, Any]:
        """Return what a result says about the rules that it rests on."""
        count = self.book.count or len(self.book.rules)
        return {"version": self.version, "sha256": self.book.sha256, "count": count}


def load_rules(folders: Sequence[Path] = (), cache: Path | None = None) -> Library:
    """Read the bundled rules and the user's folders, later ones overriding; see `load_library`.

    Raises
    ------
    advisor.InputError
        With every problem of the rules, or of the models of the user's folders.
    """
    library = load_library([bundled_folder("rules"), *folders], cache)
    if folders:
        refuse_bad_entries(library.catalogue, folders)
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
    >>> from advisor import read_profile, recommend
    >>> knowledge = load_knowledge()
    >>> profile = read_profile(b"task: classification\\ndata: {structure: tabular, rows: 900}", "p.yaml")
    >>> recommend(profile, knowledge).approach
    'classical'
    """
    return Knowledge.of(load_rules(folders, cache), structures)


@remembered
def bundled_knowledge() -> Knowledge:
    """Return the bundled rules and catalogue, read once."""
    return load_knowledge()


def question(profile: Profile, knowledge: Knowledge) -> Question:
    """Return what scoring and sensitivity analysis need for one profile."""
    models = knowledge.catalogue.models(profile.values["task"], profile.values["data.structure"])
    return Question(
        knowledge.book,
        profile.values,
        derive_facts,
        is_valid,
        UnfitByTask(knowledge.catalogue) if knowledge.unfit is None else knowledge.unfit,
        unfit_facts(profile.values["task"], models),
        knowledge.measured,
        {} if knowledge.expectations is None else knowledge.expectations,
    )
