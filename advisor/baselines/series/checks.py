"""What is checked of series before any model is fitted."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from advisor.baselines.series.panel import lengths_of
from advisor.reports.baseline import Check

if TYPE_CHECKING:
    import numpy.typing as npt

CONFLICTS_WARNED = 0.02
# Of the errors that the most frequent class makes, the share that the length alone avoids.
LENGTH_TELLS = 0.8
_FOLDS = 5


def same_series(values: np.ndarray) -> "npt.NDArray[np.int64]":
    """Return a number for each series, the same for those that are alike in every step.

    Examples
    --------
    >>> same_series(np.array([[[1.0, 2.0]], [[1.0, np.nan]], [[1.0, 2.0]]])).tolist()
    [0, 1, 0]
    """
    import hashlib

    seen: dict[bytes, int] = {}
    digests = [hashlib.blake2b(np.ascontiguousarray(one).tobytes(), digest_size=16).digest() for one in values]
    return np.array([seen.setdefault(digest, len(seen)) for digest in digests], dtype=np.int64)


def check_series(values: np.ndarray, labels: np.ndarray) -> Iterator[Check]:
    """Yield that series repeat each other, that the same one has two labels, and that their length tells the class.

    Parameters
    ----------
    values : numpy.ndarray of shape (series, channels, steps)
        With NaN behind the end of each.
    labels : numpy.ndarray of shape (series,)
        The class of each.
    """
    codes = np.unique(labels, return_inverse=True)[1]
    same = same_series(values)
    count = len(same)
    repeats = count - len(np.unique(same))
    if repeats:
        yield Check(
            "duplicate-rows",
            "warning" if repeats >= CONFLICTS_WARNED * count else "note",
            None,
            f"{repeats:,} of {count:,} series repeat another one step by step",
            "they stay in one fold; delete them if they came in by mistake",
        )
        pairs = np.zeros((int(same.max()) + 1, int(codes.max()) + 1), dtype=np.int64)
        np.add.at(pairs, (same, codes), 1)
        right = int(pairs.max(axis=1).sum())
        if right < count:
            yield Check(
                "conflicting-labels",
                "warning" if count - right >= CONFLICTS_WARNED * count else "note",
                None,
                f"the same series has different labels: no model can be right in more than {right:,} of {count:,}",
                "look at these series, and settle how they are to be labelled",
            )
    avoided = _errors_that_length_avoids(lengths_of(values), codes)
    if avoided >= LENGTH_TELLS:
        yield Check(
            "leakage",
            "warning",
            None,
            f"the number of steps alone avoids {avoided:.0%} of the errors of always naming the most frequent class",
            "make sure that a new series has its length before its class is known; otherwise cut all to one length",
        )


def _errors_that_length_avoids(lengths: np.ndarray, codes: np.ndarray) -> float:
    """Return which share of the errors of the most frequent class a rule on the length avoids, on rows it never saw."""
    from sklearn.tree import DecisionTreeClassifier

    from advisor.baselines.models.validation import folds

    counts = np.bincount(codes)
    if len(np.unique(lengths)) == 1 or counts.max() == len(codes):
        return 0.0
    wrong = usual = 0
    for train, test in folds(codes, _FOLDS, classes=True, seed=0):
        rule = DecisionTreeClassifier(max_depth=3, min_samples_leaf=2, random_state=0)
        predicted = rule.fit(lengths[train, None], codes[train]).predict(lengths[test, None])
        wrong += int((predicted != codes[test]).sum())
        usual += int((np.bincount(codes[train]).argmax() != codes[test]).sum())
    return 1 - wrong / usual if usual else 0.0
