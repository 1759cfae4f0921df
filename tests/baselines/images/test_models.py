"""Each model sees what it is for: hue, texture, brightness; networks vary only what leaves a class alone."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from advisor.baselines.images.examples import ImageExamples
from advisor.baselines.images.models import features, networks
from advisor.baselines.images.models.specs import MODELS
from advisor.baselines.models.support_vectors import SupportVectorClassifier, coupled
from advisor.baselines.structure import Dataset, Setting
from tests.baselines.images.pictures import noise, of_hue, of_texture

SPECS = {model.id: model for model in MODELS}
RNG = np.random.default_rng(0)
CODES = np.arange(120) % 2
HUES = np.stack([of_hue(RNG, 30 if code else 90) for code in CODES])
TEXTURES = np.stack([of_texture(RNG, int(code)) for code in CODES])[..., None]


def accuracy(model: str, pixels: np.ndarray, codes: np.ndarray = CODES, **setting) -> float:
    dataset = Dataset(ImageExamples(pixels), "binary", codes, ("a", "b"))
    pipeline = SPECS[model].build(Setting("log_loss", 0, **setting), dataset)
    train, test = np.arange(len(codes)) < 80, np.arange(len(codes)) >= 80
    pipeline.fit(pixels[train].copy(), codes[train])
    shares = pipeline.predict_proba(pixels[test])
    assert shares.shape == (test.sum(), 2)
    assert np.allclose(shares.sum(axis=1), 1)
    return float((shares.argmax(axis=1) == codes[test]).mean())


@pytest.mark.parametrize("model", ["colour", "hog-linear", "hog-svm"])
def test_hue_alone_tells_the_class(model):
    assert accuracy(model, HUES) == 1


@pytest.mark.parametrize("model", ["hog-linear", "hog-svm"])
def test_texture_alone_tells_the_class(model):
    assert accuracy(model, TEXTURES) == 1


def test_the_mean_colour_knows_no_texture():
    assert accuracy("colour", TEXTURES) < 0.75


@pytest.mark.slow
@pytest.mark.parametrize("model", ["cnn", "cnn-plain"])
def test_a_network_learns_texture_and_repeats_itself_by_steps(model):
    assert accuracy(model, TEXTURES, most_steps=120) > 0.9
    twice = []
    for _ in range(2):
        dataset = Dataset(ImageExamples(TEXTURES), "binary", CODES, ("a", "b"))
        pipeline = SPECS[model].build(Setting("log_loss", 3, most_steps=7), dataset).fit(TEXTURES, CODES)
        twice.append(pipeline.predict_proba(TEXTURES[:5]))
    assert (twice[0] == twice[1]).all()


@pytest.mark.parametrize("shape", [(4, 4, 1), (8, 8, 1), (28, 28, 1), (17, 33, 3), (64, 64, 3)])
def test_every_shape_has_finite_features_that_do_not_depend_on_other_rows(shape):
    pixels = RNG.integers(0, 256, (5, *shape), dtype=np.uint8)
    pixels[0] = 0  # nothing to see
    whole = features.ShapeAndColour().fit_transform(pixels)
    assert np.isfinite(whole).all()
    assert np.allclose(whole[3:4], features.ShapeAndColour().fit_transform(pixels[3:4]), atol=1e-6)


def test_gradients_are_those_of_an_edge_and_turn_with_it():
    flat = np.zeros((1, 16, 16, 1), dtype=np.float32)
    flat[:, :, 8:] = 1
    upright = features.gradients(flat, 4).reshape(-1, 4, 9)
    lying = features.gradients(flat.transpose(0, 2, 1, 3), 4).reshape(-1, 4, 9)
    assert upright.sum(axis=(0, 1)).argmax() == 0  # the gradient points across
    assert lying.sum(axis=(0, 1)).argmax() in (4, 5)  # and down


def test_local_patterns_are_shares_of_each_quarter():
    found = features.local_patterns(RNG.random((3, 20, 20)).astype(np.float32)).reshape(3, 4, -1)
    assert found.shape[2] == 59
    assert np.allclose((found**2).sum(axis=2), 1, atol=1e-5)


def test_grey_has_no_hue():
    grey = np.full((1, 8, 8, 3), 0.5, dtype=np.float32)
    assert features.colours(grey)[0, : 4 * 16].sum() == 0


def test_probabilities_of_support_vectors_are_calibrated_and_the_kernel_matrix_changes_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(4, 6))
    codes = rng.integers(0, 4, 600)
    rows = (centres[codes] * 1.2 + rng.normal(size=(600, 6))).astype(np.float32)
    first = SupportVectorClassifier().fit(rows[:400], codes[:400])
    shares = first.predict_proba(rows[400:])
    guess = np.bincount(codes[:400]) / 400
    assert log_loss(codes[400:], shares) < 0.75 * log_loss(codes[400:], np.tile(guess, (200, 1)))
    confident = shares.max(axis=1)
    assert abs((shares.argmax(axis=1) == codes[400:]).mean() - confident.mean()) < 0.08
    monkeypatch.setattr("advisor.baselines.models.support_vectors.MATRIX_ROWS", 10)
    again = SupportVectorClassifier().fit(rows[:400], codes[:400]).predict_proba(rows[400:])
    assert np.allclose(shares, again, atol=1e-3)


@pytest.mark.parametrize("counts", [(1, 20), (2, 1, 20), (3, 3)])
def test_support_vectors_take_classes_of_one_row(counts):
    codes = np.repeat(np.arange(len(counts)), counts)
    rows = np.random.default_rng(0).normal(size=(len(codes), 5)) + codes[:, None] * 3
    shares = SupportVectorClassifier().fit(rows, codes).predict_proba(rows)
    assert shares.shape == (len(codes), len(counts))
    assert np.isfinite(shares).all()


def test_noise_makes_support_vectors_no_surer_than_the_prior():
    rng = np.random.default_rng(0)
    rows, codes = rng.normal(size=(500, 20)), rng.integers(0, 2, 500)
    shares = SupportVectorClassifier().fit(rows[:300], codes[:300]).predict_proba(rows[300:])
    assert log_loss(codes[300:], shares) < 0.72  # the prior has 0.693


def test_pairs_that_agree_give_back_the_probabilities_they_come_from():
    shares = np.random.default_rng(0).dirichlet(np.ones(5), size=7)
    first, second = np.triu_indices(5, 1)
    pairs = shares[:, first] / (shares[:, first] + shares[:, second])
    assert np.allclose(coupled(pairs, 5), shares, atol=1e-6)


def test_varied_pictures_stay_close_and_letters_are_not_mirrored():
    torch.manual_seed(0)
    arrow = torch.zeros(400, 1, 20, 20)
    arrow[:, :, 8:12, 3:10] = 1  # left of the middle
    balance = (networks.moved(arrow, mirrored=False) * torch.linspace(-1, 1, 20)).sum(dim=(1, 2, 3))
    assert (balance < 0).all()
    flipped = (networks.moved(arrow, mirrored=True) * torch.linspace(-1, 1, 20)).sum(dim=(1, 2, 3))
    assert 0.35 < (flipped > 0).float().mean() < 0.65
    holes = networks.with_holes(torch.ones(400, 3, 20, 20))
    assert 0.35 < (holes.amin(dim=(1, 2, 3)) == 0).float().mean() < 0.65


def test_photographs_have_many_colours_and_drawings_few():
    rng = np.random.default_rng(0)
    photographs = np.stack([noise(rng) for _ in range(5)]).transpose(0, 3, 1, 2)
    assert networks.are_photographs(photographs)
    assert not networks.are_photographs(photographs // 128 * 255)
    assert not networks.are_photographs(TEXTURES.transpose(0, 3, 1, 2))
