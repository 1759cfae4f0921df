"""Inner validation, as every model that chooses something inside its fit uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST_PROBABILITY = 1e-7


def loss_name(task: str, metric: str) -> str:
    """Return the loss to minimise for a deciding metric: log_loss, mse or mae."""
    if task != "regression":
        return "log_loss"
    return "mae" if metric == "mae" else "mse"


def holdout(target: np.ndarray, share: float, *, classes: bool, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Split rows into training and validation, stratified for classes.

    A class with one row is always trained on. With fewer than two rows in validation, all rows are in both.

    Parameters
    ----------
    target : numpy.ndarray of shape (rows,)
        Class positions or values.
    share : float
        Share of rows in validation.
    classes : bool
        Whether to stratify by the target.
    seed : int
        Seed of the shuffle.

    Returns
    -------
    tuple of numpy.ndarray
        Sorted row numbers of training and of validation.
    """
    places = _places(target, classes=classes, seed=seed)
    chosen = places < share
    if chosen.sum() < 2 or (~chosen).sum() < 2:
        everything = np.arange(len(target))
        return everything, everything
    return np.flatnonzero(~chosen), np.flatnonzero(chosen)


def folds(target: np.ndarray, count: int, *, classes: bool, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield `count` pairs of training and validation rows, stratified; single-row classes are trained on."""
    places = _places(target, classes=classes, seed=seed)
    for number in range(count):
        chosen = (places >= number / count) & (places < (number + 1) / count)
        if 0 < chosen.sum() < len(target) - 1:
            yield np.flatnonzero(~chosen), np.flatnonzero(chosen)


def _places(target: np.ndarray, *, classes: bool, seed: int) -> np.ndarray:
    """Return a random place in [0, 1) for each row, spread evenly within each class; 2 for single-row classes."""
    order = np.random.default_rng(seed).permutation(len(target))
    if not classes:
        places = np.empty(len(target))
        places[order] = (np.arange(len(target)) + 0.5) / len(target)
        return places
    places = np.full(len(target), 2.0)
    for value in np.unique(target):
        rows = order[target[order] == value]
        if len(rows) > 1:
            places[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return places


def mean_loss(name: str, target: np.ndarray, predicted: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return the weighted mean log_loss, mse or mae.

    Parameters
    ----------
    name : str
        log_loss, mse or mae.
    target : numpy.ndarray of shape (rows,)
        Class positions or values.
    predicted : numpy.ndarray of shape (rows, classes) or (rows,)
        Probabilities or values.
    weights : numpy.ndarray of shape (rows,), optional
        Row weights.

    Examples
    --------
    >>> mean_loss("mae", np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    1.0
    """
    if name == "log_loss":
        chosen = predicted[np.arange(len(target)), target]
        losses = -np.log(np.clip(chosen, SMALLEST_PROBABILITY, 1.0))
    else:
        losses = np.abs(predicted - target) if name == "mae" else (predicted - target) ** 2
    return float(np.average(losses, weights=weights))
