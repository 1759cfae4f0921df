"""Pretrained encoders of text from a folder: static tables of word vectors, and transformers with their pooling."""

from __future__ import annotations

import json
from functools import cache
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.baselines.errors import DataError
from advisor.baselines.pretrained.licences import Licence
from advisor.baselines.pretrained.weights import Recognised, Release, read_weights
from advisor.baselines.structure import Dataset, ModelSpec

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from advisor.baselines.pretrained.checkpoints import Checkpoint

_HERE = "advisor.baselines.text.models"
_BOTH = ("classification", "regression")
_UNSTATED = Licence("not stated in the folder", None)
SUPPORTED = (
    "texts take static embeddings (tokenizer.json and model.safetensors with a tensor 'embeddings') and transformers "
    "(config.json, tokenizer.json and model.safetensors)"
)
MOST_CLASSES = 1_000_000
BATCH, MOST_TOKENS = 64, 256


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
    config = _json(folder / "config.json")
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


def _json(path: Path) -> Mapping[str, Any]:
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


class Encoder:
    """An encoder as it is used: texts in, vectors out.

    Parameters
    ----------
    path : str
        Its file of weights, with what belongs to it beside.
    """

    def __init__(self, path: str) -> None:
        self.folder = Path(path).parent
        if not Path(path).is_file():
            message = f"the pretrained weights {path} are not there any more; the model needs them to predict"
            raise FileNotFoundError(message)
        self.megabytes = Path(path).stat().st_size / 1e6
        self.encode = _static(Path(path)) if _is_static(Path(path)) else _transformer(self.folder)


@cache
def loaded(path: str) -> Encoder:
    """Return an encoder, loaded once in a process."""
    return Encoder(path)


def _is_static(path: Path) -> bool:
    from safetensors import safe_open

    with safe_open(str(path), framework="numpy") as file:
        return "embeddings" in set(file.keys())


def _static(path: Path) -> Any:
    """Return the mean of the vectors of a text's tokens, weighted where the table has weights (model2vec)."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    tensors = load_file(str(path))
    table = tensors["embeddings"].astype(np.float32)
    mapping, weights = tensors.get("mapping"), tensors.get("weights")
    tokenizer = Tokenizer.from_file(str(path.parent / "tokenizer.json"))
    tokenizer.no_padding()

    def encode(texts: Sequence[str]) -> np.ndarray:
        found = np.zeros((len(texts), table.shape[1]), dtype=np.float32)
        for row, encoding in enumerate(tokenizer.encode_batch(list(texts), add_special_tokens=False)):
            tokens = np.array(encoding.ids, dtype=np.int64)
            if mapping is not None:
                tokens = np.asarray(mapping, dtype=np.int64)[tokens]
            if len(tokens):
                vectors = table[tokens]
                found[row] = (vectors if weights is None else vectors * weights[encoding.ids][:, None]).mean(axis=0)
        return found

    return encode


def _transformer(folder: Path) -> Any:
    """Return the pooled last layer of a transformer: the mean over a text's tokens, or its first token's."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    from advisor.baselines.pretrained.offline import stay_offline

    stay_offline()
    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(str(folder), **local)
    model = AutoModel.from_pretrained(str(folder), use_safetensors=True, **local).eval()
    first_token = bool(_json(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token"))

    @torch.inference_mode()
    def encode(texts: Sequence[str]) -> np.ndarray:
        found: list[tuple[np.ndarray, np.ndarray]] = []
        order = np.argsort([-len(text) for text in texts], kind="stable")  # batches of like length waste no padding
        for start in range(0, len(texts), BATCH):
            rows = order[start : start + BATCH]
            batch = tokenizer(
                [texts[row] for row in rows], padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt"
            )
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"][..., None]
            pooled = hidden[:, 0] if first_token else (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp_min(1)
            found.append((rows, pooled.float().numpy()))
        rows = np.concatenate([rows for rows, _ in found])
        values = np.concatenate([values for _, values in found])
        return values[np.argsort(rows)]

    return encode
