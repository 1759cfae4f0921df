"""Rules and catalogue together, and the question that a profile puts to them."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, NamedTuple

from advisor.advice.catalogue import Catalogue, build_catalogue
from advisor.advice.limits import UNFIT_FACTS, UnfitByTask
from advisor.engine.library import Library
from advisor.engine.rulebook import RuleBook
from advisor.engine.scoring import Measured, UnfitFunction
from advisor.engine.sensitivity import Question
from advisor.profile.facts import derive_facts
from advisor.profile.reader import Profile, is_valid


class Knowledge(NamedTuple):
    """Rules and catalogue, ready for use; `measured` takes the place of what rules say of the same approaches."""

    book: RuleBook
    catalogue: Catalogue
    version: str
    measured: Measured | None = None

    @classmethod
    def of(cls, library: Library, structures: Collection[str] | None = None) -> "Knowledge":
        """Compile a library, or the part of it that matters for some structures."""
        edition = library.catalogue.get("edition", [{"version": "none"}])[0]["version"]
        temperature = library.catalogue.get("calibration", [{"value": 1.0}])[0]["value"]
        book = replace(library.rule_book(structures), temperature=temperature)
        return cls(book, build_catalogue(library.catalogue), edition)

    def described(self) -> dict[str, Any]:
        """Return what a result says about the rules that it rests on."""
        count = self.book.count or len(self.book.rules)
        return {"version": self.version, "sha256": self.book.sha256, "count": count}


def unfit_function(catalogue: Catalogue) -> UnfitFunction:
    """Return the function that tells which approaches the limits leave without a model."""
    return UnfitByTask(catalogue)


def question(profile: Profile, knowledge: Knowledge) -> Question:
    """Return what scoring and sensitivity analysis need for one profile."""
    models = knowledge.catalogue.models(profile.values["task"], profile.values["data.structure"])
    return Question(
        knowledge.book,
        profile.values,
        derive_facts,
        is_valid,
        unfit_function(knowledge.catalogue),
        UNFIT_FACTS.union({"data.classes"}, *(model.reads for model in models)),
        knowledge.measured,
    )
