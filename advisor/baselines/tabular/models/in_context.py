"""Pretrained models of tables, TabICL and TabPFN, that take the training rows as their context: nothing is trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from advisor.baselines.models.estimator import BaseClassifier, BaseRegressor
from advisor.baselines.pretrained.offline import stay_offline, weights_only

stay_offline()  # before the libraries are imported


def _model(library: str, checkpoint: str, seed: int, *, classes: bool) -> Any:
    """Return the library's own estimator, which keeps what it computes of the training rows for later predictions."""
    if library == "tabicl":
        import tabicl
        import torch

        several = 8 if torch.cuda.is_available() else 1  # members at a time: more take more memory, and no less time
        estimator = tabicl.TabICLClassifier if classes else tabicl.TabICLRegressor
        return estimator(
            model_path=checkpoint, allow_auto_download=False, kv_cache=True, batch_size=several, random_state=seed
        )
    import tabpfn

    estimator = tabpfn.TabPFNClassifier if classes else tabpfn.TabPFNRegressor
    # the limits that count have been looked at, the library's own are about patience
    return estimator(
        model_path=checkpoint, fit_mode="fit_with_cache", ignore_pretraining_limits=True, random_state=seed
    )


def _fitted(estimator: Any, X: Any, target: np.ndarray, *, classes: bool) -> Any:  # noqa: N803
    """Load the weights and give the model its context."""
    model = _model(estimator.library, estimator.checkpoint, estimator.seed, classes=classes)
    with weights_only():
        model.fit(np.asarray(X, dtype=np.float64), target)
    if estimator.library == "tabicl":
        # A pickle without the weights would need the folder again, and weigh next to nothing.
        model._save_model_weights = True  # noqa: SLF001 - what TabICL's own save(save_model_weights=True) sets
    return model


class InContextClassifier(BaseClassifier):
    """A tabular foundation model for classes.

    Parameters
    ----------
    library : str
        tabicl or tabpfn.
    checkpoint : str
        File of the weights.
    seed : int
        Seed of the ensemble: order of the columns and classes, scaling.
    """

    def __init__(self, *, library: str, checkpoint: str, seed: int = 0) -> None:
        self.library = library
        self.checkpoint = checkpoint
        self.seed = seed

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: ARG002, N803
        self.model_ = _fitted(self, X, target, classes=True)

    def _probabilities(self, X: Any) -> np.ndarray:  # noqa: N803
        return np.asarray(self.model_.predict_proba(np.asarray(X, dtype=np.float64)), dtype=np.float64)


class InContextRegressor(BaseRegressor):
    """A tabular foundation model for amounts, which predicts the mean or, for absolute errors, the median.

    Parameters
    ----------
    loss : str
        mse or mae.
    library, checkpoint, seed
        As for `InContextClassifier`.
    """

    def __init__(self, *, library: str, checkpoint: str, loss: str = "mse", seed: int = 0) -> None:
        self.library = library
        self.checkpoint = checkpoint
        self.loss = loss
        self.seed = seed

    def _fit(self, X: Any, target: np.ndarray, weights: np.ndarray | None) -> None:  # noqa: ARG002, N803
        self.model_ = _fitted(self, X, target, classes=False)

    def _values(self, X: Any) -> np.ndarray:  # noqa: N803
        kind = "median" if self.loss == "mae" else "mean"
        return np.asarray(self.model_.predict(np.asarray(X, dtype=np.float64), output_type=kind))
