"""What an entry of `rules/catalogue/models/` may hold: tables for checker, JSON Schema and documentation."""

from collections.abc import Iterator, Mapping
from typing import Any

from advisor.engine.approaches import APPROACHES
from advisor.engine.conditions import ConditionError, parse_condition
from advisor.profile.fields import FIELD, STRUCTURES, TASKS, Field, Kind
from advisor.profile.values import BadValueError, checked
from advisor.source.problems import meant_or_known, shorten
from advisor.source.yaml_reader import Path, dotted

# Keys with a value of their own, in the order of the file; those with a structure stand among them as None.
FIELDS: Mapping[str, Field | None] = {
    "id": Field("id", Kind.TEXT, "name of the model, unique in the catalogue"),
    "title": Field("title", Kind.TEXT, "the model as reports name it"),
    "approach": Field("approach", Kind.CHOICE, "the approach that it belongs to", values=APPROACHES),
    "library": Field("library", Kind.TEXT, "where to get it: a package, a service, or a word such as `arithmetic`"),
    "why": Field("why", Kind.TEXT, "one sentence on when to take it"),
    "tasks": Field("tasks", Kind.CHOICES, "the tasks that it solves", values=TASKS),
    "structures": Field("structures", Kind.CHOICES, "the data that it reads", values=STRUCTURES),
    "when": None,
    "rank": Field(
        "rank",
        Kind.AMOUNT,
        "how good a choice it is among the models of its approach, from judgement: 9 is the first to try, 5 ordinary, "
        "below 3 a last resort. It orders the models of one approach and never moves points between approaches",
        maximum=10,
    ),
    "better": None,
    "needs": None,
    "weights": Field(
        "weights",
        Kind.CHOICE,
        "whether it starts from weights that somebody else trained; then `deployment.pretrained_weights: false` "
        "excludes it",
        values=("none", "third-party"),
    ),
    "hosted": Field("hosted", Kind.FLAG, "whether the data leave for somebody else's service"),
    "licence": None,
    "explanation": Field(
        "explanation",
        Kind.CHOICE,
        "how its answers can be explained: by the model itself, afterwards, or not at all",
        values=("intrinsic", "post-hoc", "none"),
    ),
    "targets": Field(
        "targets", Kind.CHOICES, "the places where it can be served", values=FIELD["deployment.target"].values
    ),
    "cost": None,
    "baseline": Field("baseline", Kind.TEXT, "the model of `advisor baseline` that stands for it when measured"),
    "sources": None,
}
_NESTED = {
    "when": "a further condition on the profile, as in a rule; where it is false the model is not a candidate",
    "better": "where it ranks higher or lower: a list of {when, rank}, whose rank is added while the condition holds",
    "needs": "what it needs, below which (or above which) a limit excludes it",
    "licence": "licences of code and weights, and whether commercial use is free",
    "cost": "figures for the estimates of time, size and money; which ones depends on `kind`",
    "sources": "ids from `catalogue/sources.yaml`, or `judgement`",
}
DOCS: Mapping[str, str] = {name: field.doc if field else _NESTED[name] for name, field in FIELDS.items()}
OPTIONAL = ("when", "better", "needs", "baseline")

NEEDS: Mapping[str, Field] = {
    field.path: field
    for field in (
        Field("examples", Kind.COUNT, "examples to learn from; in a forecast, points of all series"),
        Field("hours", Kind.AMOUNT, "hours of recordings with labels or transcripts"),
        Field("unlabelled", Kind.COUNT, "examples with or without a label"),
        Field("history", Kind.COUNT, "points of each series"),
        Field("per_class", Kind.COUNT, "examples of each class"),
        Field("rows_at_most", Kind.COUNT, "rows that it can still hold"),
        Field("features_at_most", Kind.COUNT, "columns that it can still hold"),
        Field("training", Kind.CHOICE, "the least hardware that trains it", values=("gpu", "gpu-cluster")),
        Field("domain_features", Kind.FLAG, "whether it needs good hand-made features"),
    )
}
LICENCE: Mapping[str, Field] = {
    field.path: field
    for field in (
        Field("code", Kind.TEXT, "licence of the code; null where there is none"),
        Field("weights", Kind.TEXT, "licence of the weights; null where there are none"),
        Field("commercial", Kind.FLAG, "whether commercial use is free", required=True),
    )
}
_TRAINED = ("none", "head", "adapter", "all")


def _figures(*fields: Field) -> Mapping[str, Field]:
    return {field.path: field for field in fields}


def _needed(path: str, doc: str) -> Field:
    return Field(path, Kind.AMOUNT, doc, required=True)


_EPOCHS = (
    _needed("epochs", "passes over the examples in one training"),
    _needed("fits", "trainings of a whole search"),
)
# The figures of each kind of cost; see `advisor.advice.estimates` for what is made of them.
COSTS: Mapping[str, Mapping[str, Field]] = {
    "table": _figures(
        Field("cells_per_example", Kind.AMOUNT, "cells that one example has; the number of columns if left out"),
        _needed("seconds_per_million_cells", "seconds of one core for a fit, per million cells, at 10,000 rows"),
        _needed("rows_power", "how a fit grows with the rows: 1 in proportion, 2 with their square"),
        _needed("fits", "fits of a whole search"),
        _needed("predict_ms", "milliseconds for one prediction on a server core, without preparing the row"),
        _needed("predict_ms_per_million_cells", "what each million cells of training data adds to that"),
        _needed("size_mb", "megabytes of the saved file"),
        _needed("size_mb_per_million_cells", "what each million cells of training data adds to that"),
        Field("size_mb_per_thousand_rows", Kind.AMOUNT, "what each thousand rows adds to that"),
        Field("size_mb_at_most", Kind.AMOUNT, "where the size stops growing"),
        Field("memory_factor", Kind.AMOUNT, "memory when served, in sizes of the file; 1.2 if left out"),
        Field("compiled_ms", Kind.AMOUNT, "milliseconds for one prediction as compiled code, where it can be compiled"),
        Field("prepared", Kind.FLAG, "whether Python prepares the row before each prediction"),
    ),
    "network": _figures(
        Field(
            "architecture",
            Kind.CHOICE,
            "what the hardware's speed depends on",
            values=("dense", "conv", "depthwise", "transformer", "recurrent"),
            required=True,
        ),
        _needed("gmacs", "billions of multiply-accumulates for one example, forward"),
        Field("resolution", Kind.AMOUNT, "pixels of an edge to which `gmacs` refers, where it depends on them"),
        Field("length", Kind.AMOUNT, "tokens, steps or samples to which `gmacs` refers, where it depends on them"),
        Field("gmacs_per_thousand_rows", Kind.AMOUNT, "what a model in context reads again for each prediction"),
        _needed("params_m", "millions of parameters"),
        Field("embedding_width", Kind.AMOUNT, "parameters for each value of the largest categorical column"),
        Field("input_width", Kind.AMOUNT, "parameters for each input column"),
        Field("trained", Kind.CHOICE, "which part is trained", values=_TRAINED, required=True),
        *_EPOCHS,
        _needed("bytes_per_param", "bytes of a parameter as saved"),
        _needed("activations_mb", "memory for one prediction beside the parameters"),
        _needed("overhead_ms", "milliseconds of a call on a server core beside the arithmetic"),
        Field("prepared", Kind.FLAG, "whether Python prepares the row before each prediction"),
    ),
    "language-model": _figures(
        _needed("params_b", "billions of parameters"),
        _needed("bytes_per_param", "bytes of a parameter as saved"),
        _needed("tokens_in", "tokens read for one prediction"),
        _needed("tokens_out", "tokens written for one prediction"),
        Field("length", Kind.AMOUNT, "tokens of the text among those read; a longer text adds to them"),
        Field(
            "trained",
            Kind.CHOICE,
            "which part is trained",
            values=tuple(part for part in _TRAINED if part != "head"),
            required=True,
        ),
        *_EPOCHS,
    ),
    "hosted": _figures(
        Field("price", Kind.TEXT, "id of the price in `catalogue/prices.yaml`", required=True),
        _needed("tokens_in", "tokens read for one prediction, or the unit of the price"),
        _needed("tokens_out", "tokens written for one prediction, or the unit of the price"),
        _needed("p50_ms", "milliseconds of the service for one prediction, median"),
    ),
    "fixed": _figures(
        _needed("train_hours", "hours until it works, of one core"),
        _needed("predict_ms", "milliseconds for one prediction on a server core"),
        _needed("size_mb", "megabytes of the saved file"),
    ),
}


def nullable(field: Field) -> bool:
    """Return whether a value may be null: a licence of what is not there."""
    return field in LICENCE.values() and not field.required


def model_problems(entry: Any) -> Iterator[str]:
    """Yield one sentence for every mistake in the shape of one entry."""
    if not isinstance(entry, Mapping):
        yield f"expected a model, found {shorten(entry)}"
        return
    missing = [key for key in DOCS if key not in entry and key not in OPTIONAL]
    unknown = [key for key in entry if key not in DOCS]
    if missing:
        yield f"missing: {', '.join(missing)}"
    for key in unknown:
        yield f"unknown key {shorten(key)}; {meant_or_known(str(key), DOCS)}"
    order = [key for key in DOCS if key in entry]
    if [key for key in entry if key in DOCS] != order:
        yield f"keys must be in the order {', '.join(order)}"
    for name, field in FIELDS.items():
        if field is not None and name in entry:
            yield from _value_problems(field, entry[name], name)
    yield from _mapping_problems(entry.get("needs", {}), NEEDS, "needs")
    if "licence" in entry:
        yield from _mapping_problems(entry["licence"], LICENCE, "licence")
    if "cost" in entry:
        yield from _cost_problems(entry["cost"])
    if "when" in entry:
        yield from _condition_problems(entry["when"], ("when",))
    yield from _better_problems(entry.get("better", []))
    sources = entry.get("sources", ["judgement"])
    if not isinstance(sources, list) or not sources or not all(isinstance(source, str) for source in sources):
        yield "sources: expected a list of ids, or [judgement]"


def _value_problems(field: Field, value: Any, where: str) -> Iterator[str]:
    if value is None and nullable(field):
        return
    if value is None:
        yield f"{where}: no value"
        return
    try:
        checked(field, value)
    except BadValueError as bad:
        yield from (f"{where}: {fault.message}" + (f"; {fault.hint}" if fault.hint else "") for fault in bad.faults)


def _mapping_problems(data: Any, fields: Mapping[str, Field], where: str) -> Iterator[str]:
    if not isinstance(data, Mapping):
        yield f"{where}: expected {', '.join(fields)}, found {shorten(data)}"
        return
    for key in data:
        if key not in fields:
            yield f"{where}: unknown key {shorten(key)}; {meant_or_known(str(key), fields)}"
    for name, field in fields.items():
        if name in data:
            yield from _value_problems(field, data[name], f"{where}.{name}")
        elif field.required:
            yield f"{where}: missing {name}, {field.doc}"


def _cost_problems(cost: Any) -> Iterator[str]:
    if not isinstance(cost, Mapping) or str(cost.get("kind")) not in COSTS:
        yield f"cost: expected kind, one of {', '.join(COSTS)}"
        return
    figures = {name: value for name, value in cost.items() if name != "kind"}
    yield from _mapping_problems(figures, COSTS[cost["kind"]], "cost")


def _condition_problems(data: Any, path: Path) -> Iterator[str]:
    try:
        parse_condition(data, path)
    except ConditionError as error:
        yield from (
            f"{dotted(place)}: {message}" + (f"; {hint}" if hint else "") for place, message, hint in error.mistakes
        )


def _better_problems(data: Any) -> Iterator[str]:
    if not isinstance(data, list):
        yield f"better: expected a list of when and rank, found {shorten(data)}"
        return
    for index, part in enumerate(data):
        where = f"better[{index}]"
        if not isinstance(part, Mapping) or set(part) != {"when", "rank"}:
            yield f"{where}: expected exactly when and rank, found {shorten(part)}"
            continue
        yield from _condition_problems(part["when"], ("better", index, "when"))
        if isinstance(part["rank"], bool) or not isinstance(part["rank"], (int, float)):
            yield f"{where}.rank: expected a number, found {shorten(part['rank'])}"
