"""Tabular foundation models: which releases are known, and how a checkpoint of each is recognised."""

from collections.abc import Container
from itertools import chain, count

from advisor.baselines.pretrained.checkpoints import Checkpoint
from advisor.baselines.pretrained.licences import Licence
from advisor.baselines.pretrained.weights import Recognised, Release
from advisor.baselines.structure import Dataset, ModelSpec

_HERE = "advisor.baselines.tabular.models"
_BSD = Licence("BSD-3-Clause", False)
_ATTRIBUTION = Licence("Prior Labs License", False)
TABICL_CLASSES = 10  # where a configuration leaves them to the library
SUPPORTED = "tables take TabICL (v1, v2) and TabPFN (v2 to v3.5)"


def _tabpfn(version: str, licence: Licence, rows: int, columns: int, cells: int | None = None) -> Release:
    return Release("tabpfn", f"TabPFN v{version}", "tabpfn", licence, "foundation", rows, columns, cells)


def _non_commercial(version: str) -> Licence:
    return Licence(f"TabPFN-{version} License (non-commercial)", True)


# Limits and licences of the publishers: soda-inria/tabicl and PriorLabs/TabPFN, their READMEs and model pages, 2026-11.
TABICL_V1 = Release("tabicl", "TabICL v1", "tabicl", _BSD, "foundation", 60_000)
TABICL_V2 = Release("tabicl", "TabICL v2", "tabicl", _BSD, "foundation", 100_000, 2_000)
# By the name of the architecture in a checkpoint; the first release wrote none, the second "base".
TABPFN = {
    "tabpfn_v2": _tabpfn("2", _ATTRIBUTION, 10_000, 500),
    "tabpfn_v2_5": _tabpfn("2.5", _non_commercial("2.5"), 50_000, 2_000),
    "tabpfn_v2_6": _tabpfn("2.6", _non_commercial("2.6"), 100_000, 2_000),
    "tabpfn_v3": _tabpfn("3", _non_commercial("3"), 1_000_000, 20_000, 200_000_000),
    "tabpfn_v3_5": _tabpfn("3.5", _non_commercial("3.5"), 1_000_000, 20_000),
}
_UNNAMED = {"": "tabpfn_v2", "base": "tabpfn_v2_5"}


def recognise(checkpoint: Checkpoint) -> Recognised | None:
    """Return what a checkpoint is, None where it is of no model of tables."""
    return _as_tabicl(checkpoint) or _as_tabpfn(checkpoint)


def _as_tabicl(checkpoint: Checkpoint) -> Recognised | None:
    config, heads = checkpoint.config, {name.partition(".")[0] for name in checkpoint.tensors}
    if not config or not {"col_embedder", "row_interactor", "icl_predictor"} <= heads:
        return None
    classes = _count(config.get("max_classes", TABICL_CLASSES))
    release = TABICL_V2 if config.get("col_target_aware", True) else TABICL_V1
    return Recognised(release, ("classification",) if classes else ("regression",), classes)


def _as_tabpfn(checkpoint: Checkpoint) -> Recognised | None:
    named, config = str(checkpoint.content.get("architecture_name", "")), checkpoint.config
    release = TABPFN.get(_UNNAMED.get(named, named))
    if release is None or not ({"max_num_classes", "nlayers"} <= set(config) or named):
        return None
    classes = _count(config.get("max_num_classes"))
    borders = any(name.endswith(("criterion.borders", "regression_borders")) for name in checkpoint.tensors)
    tasks = (("classification", classes >= 2), ("regression", borders))
    served = tuple(task for task, has in tasks if has)
    return Recognised(release, served, classes) if served else None


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


class FoundationModels:
    """TabICL and TabPFN, from a folder of their weights."""

    ids = ("tabicl", "tabpfn")

    def models(self, folder: str, taken: Container[str]) -> tuple[ModelSpec, ...]:
        """Return the row of the model whose weights lie in a folder; a second one of a kind has a number."""
        from advisor.baselines.pretrained.weights import read_weights

        weights = read_weights(folder, recognise, supported=SUPPORTED)
        kind, library = weights.release.kind, weights.release.library
        names = chain((kind,), (f"{kind}-{number}" for number in count(2)))
        model = ModelSpec(
            next(name for name in names if name not in taken),
            weights.release.title,
            "transfer",
            f"{_HERE}.specs:in_context",
            imports=("torch", f"{_HERE}.in_context", library),
            packages=("torch", library),
            cost_exponent=1.3,
            takes_weights=False,
            strongest=True,
            weights=weights,
        )
        return (model,)

    def refusal(self, model: ModelSpec, dataset: Dataset) -> str:
        """Return why these rows, columns or classes are beyond a model, or an empty string."""
        from advisor.baselines.tabular.table import TableExamples

        assert isinstance(dataset.examples, TableExamples)  # noqa: S101 - these are models of tables
        return "" if model.weights is None else model.weights.refusal(dataset, dataset.examples.frame.shape[1])


FOUNDATION_MODELS = FoundationModels()
