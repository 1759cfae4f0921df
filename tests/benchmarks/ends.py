"""Every limit and amount at both of its ends, for all tasks and structures: which approaches survive, and why.

    python tests/benchmarks/ends.py

Prints a row for each (task, structure, end) in which an approach survives that should not, or falls that should not,
with the reason that explains it. The test beside the tests of limits fails where there is none.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]

from advisor.advice.knowledge import bundled_knowledge, question  # noqa: E402
from advisor.advice.limits import relevant_models, verdicts  # noqa: E402
from advisor.engine.approaches import APPROACHES  # noqa: E402
from advisor.engine.scoring import score  # noqa: E402
from advisor.profile.facts import derive_facts  # noqa: E402
from advisor.profile.fields import STRUCTURES, TASKS  # noqa: E402
from advisor.profile.reader import profile_from_values  # noqa: E402

LEARNERS = ("classical", "hybrid", "transfer", "deep")
MANY = {"data.rows": 100_000, "data.labelled": 100_000, "data.series": 100, "data.history": 1_000}


class End(NamedTuple):
    """One end of a limit or an amount: the approaches that must fall there, and those that must live.

    A forecast learns from points of series, the other tasks from rows: `rows` and `points` give either.
    """

    name: str
    rows: Mapping[str, Any]
    points: Mapping[str, Any]
    fall: Sequence[str] = ()
    live: Sequence[str] = ()


def _end(name: str, values: Mapping[str, Any], fall: Sequence[str] = (), live: Sequence[str] = ()) -> End:
    return End(name, values, values, fall, live)


_NONE_TO_COME = {"data.unlabelled": 0, "labels.budget_usd": 0, "data.simulator": False}
ENDS = (
    End(
        "nothing to learn from",
        {"data.rows": 0, "data.labelled": 0} | _NONE_TO_COME,
        {"data.rows": 0, "data.series": 1, "data.history": 0},
        fall=("classical", "hybrid", "deep"),
    ),
    End(
        "one example",
        {"data.rows": 1, "data.labelled": 1} | _NONE_TO_COME,
        {"data.rows": 1, "data.series": 1, "data.history": 1},
        fall=("classical", "deep"),
    ),
    End(
        "a billion examples",
        {"data.rows": 10**9, "data.labelled": 10**9, "compute.hardware": "gpu-cluster"},
        {"data.series": 10**6, "data.history": 10**3, "compute.hardware": "gpu-cluster"},
        live=("classical", "hybrid", "deep"),
    ),
    _end("a hundred bytes", {"deployment.memory_mb": 1e-4}, fall=LEARNERS),
    _end("a terabyte", {"deployment.memory_mb": 1e6}, live=LEARNERS),
    _end("a tenth of a microsecond", {"latency.p95_ms": 1e-4}, fall=LEARNERS),
    _end("a day for an answer", {"latency.p95_ms": 86_400_000}, live=LEARNERS),
    _end("no GPU-hours on a GPU", {"compute.hardware": "gpu", "compute.gpu_hours": 0} | MANY, fall=("deep",)),
    _end("no GPU-hours on a CPU", {"compute.hardware": "cpu", "compute.gpu_hours": 0}, live=("none", "classical")),
    _end("a million GPU-hours", {"compute.hardware": "gpu-cluster", "compute.gpu_hours": 1e6}, live=LEARNERS),
    _end("no money for training", {"compute.budget_usd": 0}, live=("none", "classical")),
    _end("a billion dollars for training", {"compute.budget_usd": 1e9}, live=LEARNERS),
    _end("no columns", {"data.features": 0}, live=("none", "classical", "deep")),
    _end("a million columns", {"data.features": 10**6}, live=("none", "classical", "deep")),
    _end("a million classes", {"data.classes": 10**6}, live=LEARNERS),
    _end("one pixel", {"data.resolution": 1}, live=LEARNERS),
    _end("a hundred thousand pixels", {"data.resolution": 100_000}, live=LEARNERS),
    _end("one token", {"data.length": 1}, live=LEARNERS),
    _end("ten million tokens", {"data.length": 10**7}, live=LEARNERS),
    _end("a million categories", {"data.max_cardinality": 10**6}, live=LEARNERS),
    _end("a trillion answers a day", {"deployment.predictions_per_day": 1e12}, live=("none", "classical")),
    _end("a day to the first model", {"team.weeks": 0}, live=("none", "classical")),
    _end("free labels", {"labels.cost_usd": 0, "labels.budget_usd": 0}, live=LEARNERS),
    _end("no network", {"deployment.offline": True}, live=("none", "classical", "hybrid", "deep")),
)

# Models that survive although little is left to learn from or to train with, and why an expert would leave them.
SURVIVORS = {
    "sentence-embeddings-nearest-neighbours": "compares with what is stored by pretrained features, no training",
    "frozen-vision-features-nearest-neighbours": "compares with what is stored by pretrained features, no training",
    "audio-embeddings-nearest-neighbours": "compares with what is stored by pretrained features, no training",
    "pretrained-embeddings-search": "compares with what is stored by pretrained features, no training",
    "speaker-embeddings-diarisation": "clusters the voices of one recording, no training",
    "change-point-detection": "splits one series by itself, no training",
    "pixel-forest-segmentation": "learns from the pixels of one painted image",
    "pixel-clustering": "parts the pixels of one image, no training",
    "deep-rl": "policies on readings are trained in a simulator on a CPU",
}
# (end, approach, what is in the way) of approaches that fall although more of everything is there, and why.
FALLEN = {
    ("a billion examples", "classical", "no-model-takes-so-much"): "exact comparison with all that is stored",
    ("a trillion answers a day", "none", "no-model-for-the-task"): "a person who does each by hand was all there was",
    **{
        ("one pixel", approach, "too-few-pixels-to-read"): "a page of one pixel says nothing"
        for approach in ("classical", "hybrid", "transfer", "deep")
    },
}


class Cell(NamedTuple):
    """An approach that survives or falls against the expectation, with the models or rules, and their reasons."""

    task: str
    structure: str
    end: str
    approach: str
    survives: bool
    named: tuple[str, ...]
    reasons: tuple[str, ...]


def cells() -> Iterator[Cell | None]:
    """Yield for every (task, structure, end, approach) None, or the cell that is not as expected at first sight."""
    catalogue = bundled_knowledge().catalogue
    for task in TASKS:
        for structure in STRUCTURES:
            if not catalogue.models(task, structure):
                continue
            where = {"task": task, "data.structure": structure}
            usual = _excluded(where)
            series = task == "forecasting" and structure not in ("image", "video")
            for end in ENDS:
                values = {**(end.points if series else end.rows), **where}
                excluded = _excluded(values)
                for approach in (*end.fall, *end.live):
                    if approach in end.fall and approach not in excluded:
                        names = _survivors(values, approach)
                        reasons = tuple(SURVIVORS.get(name, "") for name in names)
                        yield Cell(task, structure, end.name, approach, True, names, reasons)
                    elif approach in end.live and approach in excluded and approach not in usual:
                        names = excluded[approach]
                        reasons = tuple(FALLEN.get((end.name, approach, name), "") for name in names)
                        yield Cell(task, structure, end.name, approach, False, names, reasons)
                    else:
                        yield None


def _excluded(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    asked, facts = question(profile_from_values(values), bundled_knowledge()), derive_facts(values)
    scored = score(asked.book, facts, asked.unfit(facts))
    return {APPROACHES[approach]: rules for approach, rules in scored.excluded.items()}


def _survivors(values: Mapping[str, Any], approach: str) -> tuple[str, ...]:
    facts, catalogue = derive_facts(values), bundled_knowledge().catalogue
    return tuple(
        model.id
        for model in relevant_models(facts, catalogue)
        if model.approach == approach and False not in verdicts(model, facts, catalogue).values()
    )


if __name__ == "__main__":
    walked = list(cells())
    for cell in filter(None, walked):
        fate = "survives" if cell.survives else "falls"
        told = "; ".join(
            f"{name} ({reason or 'UNEXPLAINED'})" for name, reason in zip(cell.named, cell.reasons, strict=True)
        )
        print(f"{cell.task}, {cell.structure}, {cell.end}: {cell.approach} {fate}: {told}")
    print(f"{len(walked)} cells walked, {sum(cell is not None for cell in walked)} told apart")
