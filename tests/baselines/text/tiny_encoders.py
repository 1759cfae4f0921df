"""Tiny encoders of every format, made on the spot."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np


def tokenizer(folder: Path, words: Sequence[str]) -> Path:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = {word: number for number, word in enumerate(("[PAD]", "[UNK]", "[CLS]", "[SEP]", *words))}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def static(folder: Path, words: Sequence[str], meanings: Sequence[Sequence[float]], **tensors: np.ndarray) -> Path:
    """Write a table of word vectors as model2vec does: the meanings of the words, nothing for special tokens."""
    from safetensors.numpy import save_file

    table = np.zeros((4 + len(words), len(meanings[0])), dtype=np.float32)
    table[4:] = meanings
    save_file({"embeddings": table, **tensors}, str(tokenizer(folder, words) / "model.safetensors"))
    return folder


def transformer(folder: Path, words: Sequence[str], *, pooling: str = "mean") -> Path:
    """Write a BERT of two layers with random weights."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=4 + len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=300,
        pad_token_id=0,
    )
    BertModel(config).save_pretrained(str(tokenizer(folder, words)))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": pooling == "cls"}))
    return folder
