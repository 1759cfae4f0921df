"""Networks on bags of words. Sequence networks from scratch are no fair opponent on fewer than some 10,000 texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from advisor.baselines.networks import estimator
from advisor.baselines.networks.layers import Dropout, ParameterGroup
from advisor.baselines.networks.sparse import SparseRows
from advisor.baselines.networks.training import Recipe

if TYPE_CHECKING:
    from scipy import sparse

EMBEDDED, HIDDEN = 64, 256
MOST_EPOCHS = 40
# Of arXiv 1607.01759 (fastText) and arXiv 2109.03777 (wide MLP), with rates and patience measured on three sets.
RECIPES = {
    "ngram-bag": Recipe(MOST_EPOCHS, 64, 5e-3, 1e-2, patience=3, schedule="constant"),
    "wide-mlp": Recipe(MOST_EPOCHS, 64, 1e-3, 1e-2, patience=2, schedule="constant"),
}


class BagNetwork(nn.Module):
    """The sum of the embeddings of a text's terms, each times its weight, and one layer on top.

    Parameters
    ----------
    terms, width, outputs : int
        Number of terms, of embedded dimensions and of outputs.
    dropout : float
        Share of embedded dimensions that are left out in a training step.
    rectified : bool
        Whether the embedded text is a hidden layer with a bias, as in a perceptron, or read as it is.
    """

    def __init__(self, terms: int, width: int, outputs: int, *, dropout: float, rectified: bool) -> None:
        super().__init__()
        self.rectified = rectified
        self.embedding = nn.EmbeddingBag(terms, width, mode="sum", sparse=True)
        nn.init.uniform_(self.embedding.weight, -1 / width, 1 / width)
        self.bias = nn.Parameter(torch.zeros(width))
        self.dropout = Dropout(dropout)
        self.output = nn.Linear(width, outputs)

    def forward(self, rows: SparseRows) -> Tensor:
        """Return the outputs, shape (rows, 1, outputs)."""
        bag = rows.bag()
        units = self.embedding(bag.columns, bag.offsets, per_sample_weights=bag.values) + self.bias
        return self.output(self.dropout(units.relu() if self.rectified else units))[:, None]

    def groups(self) -> list[ParameterGroup]:
        """Return the embedding, whose gradients are sparse, and the rest."""
        rest = [self.bias, *self.output.parameters()]
        embedding = list(self.embedding.parameters())
        return [ParameterGroup(embedding, sparse=True), ParameterGroup(rest)]


class _OfTexts(estimator.Architecture):
    """ngram-bag or wide-mlp on sparse rows."""

    architecture: str

    def as_inputs(self, X: sparse.csr_matrix, device: torch.device) -> SparseRows:  # noqa: N803
        """Return the rows."""
        return SparseRows(X, device)

    def recipe_for(self, rows: int, _: str) -> Recipe:
        """Return how the network is trained."""
        recipe = RECIPES[self.architecture]
        return recipe._replace(batch=max(8, min(recipe.batch, rows // 10)))

    def build(self, inputs: SparseRows, outputs: int, _loss: str, _recipe: Recipe) -> nn.Module:
        """Return an untrained network for the terms of the training rows."""
        if self.architecture == "ngram-bag":
            return BagNetwork(inputs.width, EMBEDDED, outputs, dropout=0.3, rectified=False)
        return BagNetwork(inputs.width, HIDDEN, outputs, dropout=0.5, rectified=True)


class NetworkClassifier(_OfTexts, estimator.NetworkClassifier):
    """A network of texts for classes: ngram-bag or wide-mlp."""


class NetworkRegressor(_OfTexts, estimator.NetworkRegressor):
    """A network of texts for amounts: ngram-bag or wide-mlp."""
