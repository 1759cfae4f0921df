"""The catalogue of models, techniques, hardware and prices: data, checked when it is read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from advisor.advice.gain import curve_problems
from advisor.advice.published import published_problems
from advisor.engine.conditions import (
    ALWAYS,
    Condition,
    Test,
    compile_condition,
    leaves,
    parse_condition,
)
from advisor.engine.library import ENDINGS
from advisor.source.problems import InputError, Position, Problem

_ALWAYS_TRUE = compile_condition(ALWAYS)


class MeasuredModel(NamedTuple):
    """What was measured of a model on this machine's processor; `leads` its family by score."""

    p95_ms: float
    size_mb: float
    leads: bool


class Model(NamedTuple):
    """One model of the catalogue; `cost` holds the figures of its kind, see `advisor.advice.estimates`.

    `baseline` is the id of the model that stands for it in a measured baseline, `measured` what was measured of that.
    """

    id: str
    title: str
    approach: str
    library: str
    why: str
    tasks: tuple[str, ...]
    structures: tuple[str, ...]
    rank: float
    needs: Mapping[str, Any]
    third_party_weights: bool
    hosted: bool
    commercial: bool
    licence: Mapping[str, Any]
    explanation: str
    targets: frozenset[str]
    cost: Mapping[str, Any]
    sources: tuple[str, ...]
    when: Condition = ALWAYS
    applies: Test = _ALWAYS_TRUE
    better: tuple[tuple[Test, float], ...] = ()
    reads: frozenset[str] = frozenset()
    baseline: str = ""
    measured: MeasuredModel | None = None


class Technique(NamedTuple):
    """Something that can be added to a model, and the factor that it applies to an estimate."""

    id: str
    title: str
    why: str
    effect: str
    factor: Mapping[str, float]
    approaches: tuple[str, ...]
    kinds: tuple[str, ...]
    caution: str
    sources: tuple[str, ...]
    standard: bool = False
    applies: Test | None = None

    def suits(self, model: Model) -> bool:
        """Return whether the technique can be added to this kind of model."""
        return model.approach in self.approaches and model.cost["kind"] in self.kinds

    def possible(self, facts: Mapping[str, Any]) -> bool:
        """Return whether the technique's own condition does not speak against it."""
        return self.applies is None or self.applies(facts) is not False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that the advice needs besides the rules."""

    data: Mapping[str, Any]
    techniques: Mapping[str, Technique]
    hardware: Mapping[str, Mapping[str, Any]]
    targets: Mapping[str, Mapping[str, Any]]
    prices: Mapping[str, Mapping[str, Any]]
    gains: Sequence[Mapping[str, Any]]
    measured: Mapping[str, MeasuredModel] = field(default_factory=dict)
    _models: dict[tuple[str, str], tuple[Model, ...]] = field(default_factory=dict, repr=False, compare=False)
    # What is worked out once for each of the models, by the place of the model in memory, which the value keeps.
    for_model: dict[int, tuple[Model, Any]] = field(default_factory=dict, repr=False, compare=False)

    def models(self, task: str, structure: str) -> tuple[Model, ...]:
        """Return the models for one task and structure, in the order of the files."""
        key = (task, structure)
        if key not in self._models:
            entries = self.data.get(f"structure/{structure}", ())
            models = (parse_model(entry) for entry in entries if task in entry["tasks"])
            self._models[key] = tuple(model._replace(measured=self.measured.get(model.baseline)) for model in models)
        return self._models[key]

    def with_measured(self, measured: Mapping[str, MeasuredModel]) -> "Catalogue":
        """Return the catalogue with measured figures, by the id of the model in the baseline."""
        return replace(self, measured=measured, _models={}, for_model={})

    def entries(self) -> Iterator[Mapping[str, Any]]:
        """Yield the raw entries of all models."""
        for name in sorted(self.data):
            if name.startswith("models/"):
                yield from self.data[name]

    def all_models(self) -> tuple[Model, ...]:
        """Return every model."""
        return tuple(parse_model(entry) for entry in self.entries())

    def sources(self) -> dict[str, Mapping[str, Any]]:
        """Return the bibliography by id."""
        return {entry["id"]: entry for entry in self.data.get("sources", [])}


def build_catalogue(data: Mapping[str, Any]) -> Catalogue:
    """Return the catalogue from the files under `catalogue/` as plain data.

    Raises
    ------
    InputError
        For entries of `gains` that cannot be used; `catalogue_problems` reports more than these.
    """
    gains = data.get("gains", [])
    wrong = [
        Problem("catalogue/gains.yaml", Position(0, 0), _named(entry), problem)
        for entry in (gains if isinstance(gains, list) else [gains])
        for problem in curve_problems(entry)
    ]
    if wrong:
        raise InputError(wrong)
    return Catalogue(
        data=data,
        techniques={entry["id"]: _technique(entry) for entry in data.get("techniques", [])},
        hardware=_by_id(data.get("hardware", [])),
        targets=_by_id(data.get("targets", [])),
        prices=_by_id(data.get("prices", [])),
        gains=gains,
    )


def _by_id(entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {entry["id"]: entry for entry in entries}


def _named(entry: Any) -> str:
    return str(entry.get("id", "")) if isinstance(entry, Mapping) else ""


def parse_model(entry: Mapping[str, Any]) -> Model:
    """Return one model from its entry."""
    when = parse_condition(entry["when"]) if "when" in entry else ALWAYS
    better = [(parse_condition(part["when"]), part["rank"]) for part in entry.get("better", [])]
    return Model(
        id=entry["id"],
        title=entry["title"],
        approach=entry["approach"],
        library=entry["library"],
        why=entry["why"],
        tasks=tuple(entry["tasks"]),
        structures=tuple(entry["structures"]),
        rank=entry["rank"],
        needs=entry.get("needs", {}),
        third_party_weights=entry["weights"] == "third-party",
        hosted=entry["hosted"],
        commercial=entry["licence"]["commercial"],
        licence=entry["licence"],
        explanation=entry["explanation"],
        targets=frozenset(entry["targets"]),
        cost=entry["cost"],
        sources=tuple(entry["sources"]),
        when=when,
        applies=compile_condition(when),
        better=tuple((compile_condition(condition), rank) for condition, rank in better),
        reads=frozenset(leaf.fact for leaf in leaves(when)),
        baseline=entry.get("baseline", ""),
    )


def _technique(entry: Mapping[str, Any]) -> Technique:
    return Technique(
        id=entry["id"],
        title=entry["title"],
        why=entry["why"],
        effect=entry["effect"],
        factor=entry.get("factor", {}),
        approaches=tuple(entry["applies"]["approaches"]),
        kinds=tuple(entry["applies"]["kinds"]),
        caution=entry["caution"],
        sources=tuple(entry["sources"]),
        standard=entry.get("standard", False),
        applies=compile_condition(parse_condition(entry["when"])) if "when" in entry else None,
    )


def catalogue_problems(data: Mapping[str, Any]) -> list[str]:
    """Return one sentence for every mistake in the catalogue's files."""
    from advisor.advice.catalogue_format import KEYS, entry_problems
    from advisor.advice.model_format import model_problems

    problems: list[str] = []
    known_sources = {entry["id"] for entry in data.get("sources", [])}
    seen: set[str] = set()
    for name in sorted(data):
        if not name.startswith("models/"):
            continue
        for entry in data[name]:
            if not isinstance(entry, Mapping) or "id" not in entry:
                problems.append(f"catalogue/{name}: every entry must be a mapping with an id")
                continue
            where = f"catalogue/{name}: {entry['id']}"
            if entry["id"] in seen:
                problems.append(f"{where}: duplicate id")
            seen.add(entry["id"])
            wrong = [*model_problems(entry)] or [
                *_price_problems(entry, data),
                *_source_problems(entry, known_sources),
            ]
            problems += [f"{where}: {problem}" for problem in wrong]
    for entry in data.get("gains", []):
        problems += [f"catalogue/gains: {_named(entry)}: {problem}" for problem in curve_problems(entry, known_sources)]
    for entry in data.get("published", []):
        problems += [
            f"catalogue/published: {_named(entry)}: {problem}" for problem in published_problems(entry, known_sources)
        ]
    for name in KEYS:
        for entry in data.get(name, []):
            problems += [f"catalogue/{name}: {entry['id']}: {problem}" for problem in entry_problems(name, entry, data)]
    for entry in data.get("techniques", []):
        problems += [
            f"catalogue/techniques: {entry['id']}: unknown source {source}"
            for source in entry["sources"]
            if not _source_known(source, known_sources)
        ]
    return problems


def refuse_bad_entries(data: Mapping[str, Any], folders: Sequence[Path]) -> None:
    """Raise `InputError` with everything that makes entries of the catalogue in the user's folders unusable."""
    wrong: list[Problem] = []
    for folder in folders:
        for path in sorted((folder / "catalogue").rglob("*")):
            if path.suffix in ENDINGS:
                name = path.relative_to(folder / "catalogue").with_suffix("").as_posix()
                wrong += [
                    Problem(str(path), Position(0, 0), _named(entry), problem)
                    for entry in data.get(name, ())
                    for problem in _usable(name, entry, data)
                ]
    if wrong:
        raise InputError(list(dict.fromkeys(wrong)))


def _usable(name: str, entry: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    from advisor.advice.catalogue_format import entry_problems
    from advisor.advice.model_format import model_problems

    if name.startswith("models/"):
        yield from [*model_problems(entry)] or _price_problems(entry, data)
    elif name == "gains":
        yield from curve_problems(entry)
    elif name == "published":
        yield from published_problems(entry)
    else:
        yield from entry_problems(name, entry, data)
        if name == "prices" and not {"in", "out"} <= set(entry) and entry["id"] in _hosted_prices(data):
            yield "in, out: missing; a hosted model is paid by this price"


def _hosted_prices(data: Mapping[str, Any]) -> set[str]:
    """Return the prices that hosted models are paid by."""
    costs = (model.get("cost") for name in data if name.startswith("models/") for model in data[name])
    return {str(cost.get("price")) for cost in costs if isinstance(cost, Mapping) and cost.get("kind") == "hosted"}


def _price_problems(entry: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[str]:
    if entry["cost"]["kind"] != "hosted":
        return
    price = next((price for price in data.get("prices", []) if price["id"] == entry["cost"]["price"]), None)
    if price is None:
        yield f"unknown price {entry['cost']['price']}"
    elif not {"in", "out"} <= set(price):
        yield f"price {entry['cost']['price']} lacks in or out"


def _source_problems(entry: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    yield from (f"unknown source {source}" for source in entry["sources"] if not _source_known(source, known))


def _source_known(source: str, known: set[str]) -> bool:
    return source == "judgement" or source.startswith(("article1#", "article2#")) or source in known
