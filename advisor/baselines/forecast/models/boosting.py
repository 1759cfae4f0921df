"""Boosted trees on lags: one model for all steps, which is told the step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from advisor.baselines.forecast.models.forecaster import (
    BaseForecaster,
    Framed,
    better_framing,
    evenly,
    last_in_time,
)

if TYPE_CHECKING:
    from advisor.baselines.forecast.panel import Histories

MOST_EXAMPLES = 60_000
MOST_TREES, PATIENCE = 600, 30
FEWEST_LAGS, MOST_LAGS = 12, 24


class LagBoostingForecaster(BaseForecaster):
    """XGBoost on absolute errors; an example is a row and a step, its target what the step adds to an anchor.

    Trees that are not anchored cannot follow a trend. Anchor and number of trees are chosen on the latest rows.

    Parameters
    ----------
    seed : int
        Of the trees.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def _fit(self, X: Histories, y: np.ndarray) -> None:  # noqa: N803
        from xgboost import XGBRegressor

        levels = X.to_levels(y)
        train, valid = last_in_time(X)
        self.framing_ = better_framing(X, levels, valid)
        most = max(1, MOST_EXAMPLES // y.shape[1])
        examples, targets, _ = self._examples(X, levels, evenly(train, most))
        later, truth, weights = self._examples(X, levels, evenly(valid, max(1, most // 4)))
        self.model_ = XGBRegressor(
            objective="reg:absoluteerror",
            n_estimators=MOST_TREES,
            learning_rate=0.05,
            max_depth=5,
            min_child_weight=10,
            early_stopping_rounds=PATIENCE,
            n_jobs=1,
            random_state=self.seed,
        )
        self.model_.fit(examples, targets, eval_set=[(later, truth)], sample_weight_eval_set=[weights], verbose=False)

    def _examples(self, X: Histories, levels: np.ndarray, rows: np.ndarray) -> tuple[Any, Any, Any]:  # noqa: N803
        some = X.take(rows)
        framed = self.framing_.framed(some)
        targets = framed.inwards(levels[rows])
        return _features(some, framed), targets.ravel(), np.repeat(framed.spread[:, 0], targets.shape[1])

    def _values(self, X: Histories) -> np.ndarray:  # noqa: N803
        framed = self.framing_.framed(X)
        predicted = self.model_.predict(_features(X, framed)).reshape(framed.anchor.shape)
        return X.from_levels(framed.outwards(predicted.astype(np.float64)))


def _features(X: Histories, framed: Framed) -> np.ndarray:  # noqa: N803
    """Return a row of features for each row and step, shape (rows x horizon, features)."""
    traits, rows = X.traits, len(X)
    steps = np.arange(traits.horizon)
    lags = min(max(traits.season, FEWEST_LAGS), MOST_LAGS, framed.windows.shape[1])
    last = X.before(np.array([1]))
    of_rows = [framed.windows[:, -lags:], framed.windows.mean(axis=1)[:, None], np.log(framed.spread)]
    of_steps = [np.broadcast_to(steps, (rows, len(steps)))]
    for season in traits.seasons:
        for back in (1, 2, 3) if season == traits.season else (1,):
            found = X.before(season * back - steps % season)
            of_steps.append((found - last) / framed.spread)
    calendar = traits.seasons if X.panel.grid.unit == "numbers" else X.panel.grid.seasons
    of_steps += [(X.origins[:, None] + steps) % season for season in calendar]
    repeated = np.repeat(np.hstack(of_rows), len(steps), axis=0)
    own = np.stack([values.ravel() for values in of_steps], axis=1)
    return np.hstack([repeated, own]).astype(np.float32)
