"""Networks of tables: what they calculate, and that they do it again."""

import pickle

import numpy as np
import pytest
import torch
from rtdl_num_embeddings import PiecewiseLinearEmbeddings
from tabm import EnsembleView, LinearEnsemble, make_tabm_backbone
from torch import nn

from advisor.baselines.networks.layers import Dropout, affine
from advisor.baselines.networks.training import quickest_precision
from advisor.baselines.tabular.models.architectures import EnsembleNetwork, EnsembleShape, bin_edges
from advisor.baselines.tabular.models.networks import NetworkClassifier, NetworkRegressor


class Library(nn.Module):
    """TabM-mini as the library builds it, with the parameters of one of ours."""

    def __init__(self, ours: EnsembleNetwork, edges: list[torch.Tensor], shape: EnsembleShape) -> None:
        super().__init__()
        columns, size, _ = ours.bins.shape
        self.embeddings = PiecewiseLinearEmbeddings(edges, size, activation=False, version="B")
        self.view = EnsembleView(k=shape.members)
        self.backbone = make_tabm_backbone(
            d_in=ours.first.in_features,
            n_blocks=shape.depth,
            d_block=shape.width,
            dropout=shape.dropout,
            k=shape.members,
            arch_type="tabm-mini",
            start_scaling_init="normal",
            start_scaling_init_chunks=[size] * columns + [1] * len(ours.plain),
        )
        self.output = LinearEnsemble(shape.width, ours.output.weight.shape[2], k=shape.members)
        with torch.no_grad():
            self.embeddings.linear0.load_state_dict(ours.linear.state_dict())
            self.embeddings.linear.weight.copy_(ours.bins.mT)
            self.backbone.affine.weight.copy_(ours.scale.weight)
            for block, layer in zip(self.backbone.blocks, [ours.first, *ours.later], strict=True):
                block[0].weight.copy_(layer.weight)
                block[0].bias.copy_(layer.bias)
            self.output.load_state_dict(ours.output.state_dict())

    def forward(self, numbers: torch.Tensor, plain: torch.Tensor) -> torch.Tensor:
        inputs = torch.cat([self.embeddings(numbers).flatten(1), plain], dim=1)
        return self.output(self.backbone(self.view(inputs)))


@pytest.mark.slow
def test_an_ensemble_calculates_what_the_library_does():
    torch.manual_seed(0)
    numbers, plain = torch.randn(300, 3), torch.randint(0, 2, (300, 2)).float()
    edges = bin_edges(numbers, 12)
    shape = EnsembleShape(members=4, width=16, depth=3, dropout=0.0)
    ours = EnsembleNetwork(torch.arange(3), torch.arange(3, 5), edges, 2, shape)
    nn.init.normal_(ours.bins)
    theirs = Library(ours, edges, shape)
    torch.testing.assert_close(ours(ours.encode(torch.cat([numbers, plain], dim=1))), theirs(numbers, plain))


@pytest.mark.slow
def test_numbers_beyond_the_bins_stay_at_their_ends():
    numbers = torch.linspace(-1, 1, 50)[:, None]
    network = EnsembleNetwork(torch.arange(1), torch.arange(0), bin_edges(numbers, 4), 1)
    places = network.encode(torch.tensor([[-9.0], [-1.0], [0.0], [1.0], [9.0]]))[:, 0]
    torch.testing.assert_close(places, torch.tensor([0.0, 0.0, 2.0, 4.0, 4.0]))


@pytest.mark.slow
@pytest.mark.parametrize("members", [(), (3,)])
def test_the_gradient_of_a_layer_is_that_of_its_steps(members):
    torch.manual_seed(0)
    x = torch.randn(*members, 6, 4, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(*members, 5, 4, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(5, dtype=torch.float64, requires_grad=True)
    kept = 2.0 * (torch.rand(*members, 6, 5, dtype=torch.float64) > 0.5)
    ours, theirs = affine(x, weight, bias, kept, rectified=True), torch.relu(x @ weight.mT + bias) * kept
    torch.testing.assert_close(ours, theirs)
    for own, expected in zip(
        *(torch.autograd.grad(y.sin().sum(), (x, weight, bias)) for y in (ours, theirs)), strict=True
    ):
        torch.testing.assert_close(own, expected)


def test_dropout_leaves_out_its_share_and_keeps_the_mean():
    torch.manual_seed(0)
    dropout, ones = Dropout(0.25), torch.ones(1_000, 100)
    first, second = dropout(ones), dropout(ones)
    assert (first == 0).double().mean().item() == pytest.approx(0.25, abs=0.01)
    assert first.mean().item() == pytest.approx(1, abs=0.01)
    assert (first == second).double().mean().item() == pytest.approx(0.25**2 + 0.75**2, abs=0.01)
    dropout.eval()
    assert dropout(ones) is ones
    assert len(pickle.dumps(dropout)) < 10_000


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("architecture", ["mlp", "tabm"])
def test_the_same_precision_gives_the_same_network(architecture, precision):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 6)), rng.integers(0, 3, 300)
    fits = [
        NetworkClassifier(architecture=architecture, precision=precision, most_steps=20).fit(X, y) for _ in range(2)
    ]
    assert fits[0].precision_ == precision
    np.testing.assert_array_equal(*(fit.predict_proba(X) for fit in fits))
    one_by_one = np.vstack([fits[0].predict_proba(X[[row]]) for row in range(20)])
    np.testing.assert_allclose(one_by_one, fits[0].predict_proba(X[:20]), atol=1e-6)


def test_a_network_says_which_precision_it_chose():
    X = np.random.default_rng(0).normal(size=(60, 3))
    fit = NetworkRegressor(architecture="tabm", most_steps=2).fit(X, X[:, 0])
    assert fit.precision_ == quickest_precision()
    assert quickest_precision() in ("float32", "bfloat16")


def test_precision_follows_what_the_processor_can_do(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for found, expected in [
        ({"avx512_bf16": True}, "bfloat16"),
        ({"amx_bf16": True, "avx512_bf16": False}, "bfloat16"),
        ({"avx2": True, "avx512_bf16": False}, "float32"),
        ({}, "float32"),
    ]:
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda found=found: found, raising=False)
        assert quickest_precision() == expected
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert quickest_precision() == "float32"
