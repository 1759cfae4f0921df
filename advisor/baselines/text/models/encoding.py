"""Texts in, vectors out: static tables of word vectors, and transformers with their pooling."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.baselines.text.models.encoders import json_of

if TYPE_CHECKING:
    from collections.abc import Sequence

BATCH, MOST_TOKENS = 64, 256


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
    first_token = bool(json_of(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token"))

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
