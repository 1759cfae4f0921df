"""Pretrained encoders of text: how the weights of each kind are recognised, and the rows of the table that use them."""

from __future__ import annotations

import json
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from advisor.baselines.errors import DataError
from advisor.baselines.pretrained.licences import Licence
from advisor.baselines.pretrained.weights import Recognised, Release, read_weights
from advisor.baselines.structure import Dataset, ModelSpec

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path

    from advisor.baselines.pretrained.checkpoints import Checkpoint

_HERE = "advisor.baselines.text.models"
_BOTH = ("classification", "regression")
_UNSTATED = Licence("not stated in the folder", None)
SUPPORTED = (
    "texts take static embeddings (tokenizer.json and model.safetensors with a tensor 'embeddings') and transformers "
    "(config.json, tokenizer.json and model.safetensors)"
)
MOST_CLASSES = 1_000_000


def recognise(checkpoint: Checkpoint) -> Recognised | None:
    """Return what a file of weights is, None where it encodes no text.

    Raises
    ------
    DataError
        If it is a model that cannot be loaded here: without its tokenizer, or with code of its own.
    """
    folder = checkpoint.path.parent
    if checkpoint.path.suffix != ".safetensors":
        return None
    config = json_of(folder / "config.json")
    table = checkpoint.tensors.get("embeddings")
    if table is not None and len(table) == 2:
        return _recognised("static-embeddings", "static embeddings", "tokenizers", folder)
    if not any(name.endswith("word_embeddings.weight") for name in checkpoint.tensors):
        return None
    if "auto_map" in config:
        raise DataError(f"--pretrained {folder}: the model brings Python code of its own, which is not run")
    kind = str(config.get("model_type", ""))
    if not kind:
        raise DataError(f"--pretrained {folder}: config.json says no model_type, without which nothing can load it")
    return _recognised("text-encoder", f"{kind} encoder", "transformers", folder)


def _recognised(kind: str, title: str, library: str, folder: Path) -> Recognised:
    if not (folder / "tokenizer.json").is_file():
        raise DataError(f"--pretrained {folder}: tokenizer.json is missing beside the weights")
    return Recognised(Release(kind, f"{title} {folder.name}", library, _UNSTATED, "encoders"), _BOTH, MOST_CLASSES)


def json_of(path: Path) -> Mapping[str, Any]:
    """Return a file's JSON object, empty where there is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


class TextEncoders:
    """Encoders of text, each two rows: a linear model on its embeddings, and one on words and embeddings."""

    ids = ("encoder", "encoder-words")

    def models(self, folder: str, taken: Container[str]) -> tuple[ModelSpec, ...]:
        """Return the rows of the encoder whose weights lie in a folder; those of a second one have a number."""
        weights = read_weights(folder, recognise, supported=SUPPORTED)
        numbers = chain(("",), (f"-{number}" for number in count(2)))
        number = next(one for one in numbers if f"encoder{one}" not in taken)
        library = weights.release.library
        shared: dict[str, Any] = {
            "builder": f"{_HERE}.specs:on_embeddings",
            "imports": (library, f"{_HERE}.embedding", "advisor.baselines.models.linear"),
            "packages": (library, "safetensors"),
            "weights": weights,
        }
        return (
            ModelSpec(f"encoder{number}", "Linear model on embeddings", "transfer", strongest=True, **shared),
            ModelSpec(f"encoder-words{number}", "Words and embeddings, linear", "hybrid", **shared),
        )

    def refusal(self, model: ModelSpec, dataset: Dataset) -> str:  # noqa: ARG002
        """Return an empty string: an encoder takes any text."""
        return ""


TEXT_ENCODERS = TextEncoders()
