"""Pretrained encoders of text: what a folder holds, what they make of texts, and what is refused and why."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor.baselines.errors import DataError
from advisor.baselines.pretrained.embeddings import embedded, nothing_remembered
from advisor.baselines.text.models.encoders import TEXT_ENCODERS
from advisor.baselines.text.models.encoding import Encoder
from tests.baselines.text.messages import ABOUT, FILLER, write
from tests.baselines.text.tiny_encoders import static, transformer

pytest.importorskip("tokenizers")
WORDS = sorted({*ABOUT["billing"].split(), *ABOUT["technical"].split(), *FILLER.split()})
MEANINGS = [[float(word in ABOUT["billing"].split()), float(word in ABOUT["technical"].split()), 0.1] for word in WORDS]


def encoder(folder: Path) -> Encoder:
    return Encoder(str(folder / "model.safetensors"))


# -- what they make of texts ---------------------------------------------------------------------------------------


def test_a_static_table_gives_the_mean_of_the_vectors_of_a_text(tmp_path):
    found = encoder(static(tmp_path, WORDS, MEANINGS)).encode(["Invoice crash", "refund", ""])
    np.testing.assert_allclose(found, [[0.5, 0.5, 0.1], [1, 0, 0.1], [0, 0, 0]], atol=1e-6)


def test_a_static_table_may_map_tokens_and_weigh_them(tmp_path):
    size = 4 + len(WORDS)
    everything_is_the_first = np.full(size, 4, dtype=np.int64)
    folder = static(tmp_path, WORDS, MEANINGS, mapping=everything_is_the_first, weights=np.full(size, 2.0))
    np.testing.assert_allclose(encoder(folder).encode(["crash"]), [2 * np.array(MEANINGS[0])], atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_a_transformer_gives_its_pooled_last_layer(tmp_path, pooling):
    import torch
    from transformers import AutoModel, AutoTokenizer

    pytest.importorskip("transformers")
    folder = transformer(tmp_path, WORDS, pooling=pooling)
    texts = ["invoice", "my screen has an error since this morning", ""]
    found = encoder(folder).encode(texts)
    tokens, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    for text, row in zip(texts, found, strict=True):
        with torch.inference_mode():
            hidden = model(**tokens(text, return_tensors="pt")).last_hidden_state[0]
        expected = hidden[0] if pooling == "cls" else hidden.mean(dim=0)
        np.testing.assert_allclose(row, expected, atol=1e-5)


# -- once for all fits ---------------------------------------------------------------------------------------------


def test_each_text_is_encoded_once_in_a_run_and_anew_where_speed_is_measured(tmp_path):
    asked: list[str] = []

    def encode(texts):
        asked.extend(texts)
        return np.array([[float(len(text))] for text in texts])

    def run(texts):
        asked.clear()
        return embedded(texts, encode, str(tmp_path), None)[:, 0].tolist(), list(asked)

    assert run(["a", "bb", "a"]) == ([1, 2, 1], ["a", "bb"])
    assert run(["bb", "ccc"]) == ([2, 3], ["ccc"])
    with nothing_remembered():
        assert run(["bb"]) == ([2], ["bb"])


def test_a_saved_model_writes_nothing_where_its_run_kept_its_embeddings(tmp_path):
    embedded(["a"], lambda texts: np.zeros((len(texts), 2)), str(tmp_path / "gone"), None)
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_that_is_too_slow_says_so_after_the_first_texts(tmp_path):
    import time

    def encode(texts):
        time.sleep(0.001 * len(texts))
        return np.zeros((len(texts), 2))

    with pytest.raises(TimeoutError, match=r"^5,000 inputs would take 0 minutes at [1-9]\d* ms each$"):
        embedded([str(number) for number in range(5000)], encode, str(tmp_path), 1.0)


# -- folders ---------------------------------------------------------------------------------------------------


def test_a_folder_makes_a_row_by_itself_and_one_beside_the_words(tmp_path):
    first, second = TEXT_ENCODERS.models(str(static(tmp_path / "one", WORDS, MEANINGS)), {})
    assert (first.id, first.family, second.id, second.family) == ("encoder", "dl", "encoder-words", "hybrid")
    more = TEXT_ENCODERS.models(str(static(tmp_path / "two", WORDS, MEANINGS)), {"encoder": first})
    assert [model.id for model in more] == ["encoder-2", "encoder-words-2"]


def without_tokenizer(folder):
    (folder / "tokenizer.json").unlink()


def with_code_of_its_own(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"auto_map": {"AutoModel": "modeling.Own"}}))


def without_a_type(folder):
    (folder / "config.json").write_text("{}")


def a_pointer(folder):
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")


def cut_short(folder):
    content = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(content[:-100])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (without_tokenizer, "tokenizer.json is missing beside the weights"),
        (with_code_of_its_own, "brings Python code of its own, which is not run"),
        (without_a_type, "config.json says no model_type"),
        (a_pointer, "is a Git LFS pointer, not the weights; fetch them with git lfs pull"),
        (cut_short, "bytes announced"),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_the_reason(tmp_path, spoil, message):
    folder = transformer(tmp_path / "bert", WORDS)
    spoil(folder)
    with pytest.raises(DataError, match=message):
        TEXT_ENCODERS.models(str(folder), {})


@pytest.mark.slow
def test_weights_of_pictures_encode_no_text(tmp_path):
    from transformers import ViTConfig, ViTModel

    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    ViTModel(ViTConfig(image_size=16, patch_size=8, **size)).save_pretrained(str(tmp_path))
    with pytest.raises(DataError, match=r"nothing that can be loaded here \(model.safetensors\); texts take static"):
        TEXT_ENCODERS.models(str(tmp_path), {})


# -- the command -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_encoder_that_knows_the_words_wins_and_predicts_after_it_was_saved(tmp_path, environment):
    """Of few texts most words are new to a model that learns from them alone, and known to the encoder."""
    rng = np.random.default_rng(0)
    letters = list("abcdefghijklmnopqrstuvwxyz")
    rare = {name: ["".join(rng.choice(letters, 8)) for _ in range(400)] for name in ABOUT}
    rows = [
        (" ".join([*rng.choice(FILLER.split(), 8), *rng.choice(rare[team], 2)]), team)
        for team in (list(ABOUT)[number % 2] for number in range(160))
    ]
    words = [*FILLER.split(), *rare["billing"], *rare["technical"]]
    words = list(dict.fromkeys(words))
    meanings = [[float(word in rare["billing"]), float(word in rare["technical"]), 0.1] for word in words]
    static(tmp_path / "vectors", words, meanings)
    write(tmp_path / "tickets.csv", rows, ("message", "team"))
    write(
        tmp_path / "new.csv",
        [(f"hello {rare['technical'][7]} please",), (f"{rare['billing'][9]} hello",)],
        ("message",),
    )

    def run(*arguments):
        done = subprocess.run(arguments, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    command = (sys.executable, "-m", "advisor", "baseline", "tickets.csv", "--target", "team", "--repeats", "1")
    asked = (
        "--pretrained",
        "vectors",
        "--budget",
        "60",
        "--quiet",
        "--save",
        "winner",
        "--only",
        "tfidf-linear",
    )
    result = json.loads(run(*command, *asked, "--format", "json"))
    scores = {row["id"]: row["score"] for row in result["models"]}
    assert scores["encoder"] > 0.95 > scores["tfidf-linear"] + 0.1
    assert result["pays"]["answer"] == "yes"
    assert result["comparison"]["best_dl"] in ("encoder", "best-network")
    (weights,) = result["pretrained"]
    assert (weights["path"], weights["kind"]) == ("vectors", "static-embeddings")
    assert json.loads((tmp_path / "winner" / "model.json").read_text())["model"] == "encoder"
    printed = run(sys.executable, "winner/predict.py", "new.csv").splitlines()
    assert [line.partition(",")[0] for line in printed] == ["prediction", "technical", "billing"]
