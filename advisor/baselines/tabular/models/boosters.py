"""XGBoost, LightGBM and CatBoost, each set as a competent person would, behind one interface."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

PATIENCE = 50
MOST_TREES = 2_000


class Trial(NamedTuple):
    """What a fit with early stopping came to: the loss on the validation rows, and the trees that reached it."""

    loss: float
    trees: int


class Rows(NamedTuple):
    """Rows to fit or to validate on: features of shape (rows, columns), targets and weights of shape (rows,)."""

    X: np.ndarray
    target: np.ndarray
    weights: np.ndarray | None

    def take(self, rows: np.ndarray) -> Rows:
        """Return some of the rows."""
        return Rows(self.X[rows], self.target[rows], None if self.weights is None else self.weights[rows])


class Booster(ABC):
    """A library of boosted trees.

    Attributes
    ----------
    settings : tuple of dict
        Those that inner validation chooses from.
    trees : str
        The name of the parameter for the number of trees.
    """

    settings: tuple[dict[str, Any], ...]
    trees = "n_estimators"

    @abstractmethod
    def unfitted(self, setting: dict[str, Any], loss: str, seed: int) -> Any:
        """Return its estimator; `loss` is log_loss, mse or mae."""

    @abstractmethod
    def stopped_early(self, model: Any, train: Rows, valid: Rows) -> Trial:
        """Fit until the loss on the validation rows has not fallen for `PATIENCE` trees."""

    def decided(self, _: Any) -> dict[str, Any]:
        """Return parameters that the library itself decided in a fit, for the fit to all rows."""
        return {}

    def fit(self, model: Any, rows: Rows) -> Any:
        """Fit without validation."""
        return model.fit(rows.X, rows.target, sample_weight=rows.weights)


class XGBoost(Booster):
    """A shallow, regularised setting and a deep one."""

    settings = (
        {
            "learning_rate": 0.03,
            "max_depth": 4,
            "min_child_weight": 5,
            "reg_lambda": 3,
            "subsample": 0.7,
            "colsample_bytree": 0.5,
        },
        {
            "learning_rate": 0.05,
            "max_depth": 8,
            "min_child_weight": 2,
            "reg_lambda": 1,
            "subsample": 0.8,
            "colsample_bytree": 0.8,
        },
    )

    def unfitted(self, setting: dict[str, Any], loss: str, seed: int) -> Any:
        """Return a classifier or a regressor on one thread."""
        from xgboost import XGBClassifier, XGBRegressor

        options = {"n_estimators": MOST_TREES, **setting, "random_state": seed, "n_jobs": 1, "tree_method": "hist"}
        if loss == "log_loss":
            return XGBClassifier(**options)
        objective, measure = ("reg:absoluteerror", "mae") if loss == "mae" else ("reg:squarederror", "rmse")
        return XGBRegressor(**options, objective=objective, eval_metric=measure)

    def stopped_early(self, model: Any, train: Rows, valid: Rows) -> Trial:
        """Fit with early stopping on the validation rows."""
        model.set_params(early_stopping_rounds=PATIENCE)
        model.fit(
            train.X,
            train.target,
            sample_weight=train.weights,
            eval_set=[(valid.X, valid.target)],
            sample_weight_eval_set=None if valid.weights is None else [valid.weights],
            verbose=False,
        )
        return Trial(float(model.best_score), model.best_iteration + 1)


class LightGBM(Booster):
    """The same two by its own terms: few leaves, regularised, and many."""

    settings = (
        {
            "learning_rate": 0.03,
            "num_leaves": 12,
            "min_child_samples": 20,
            "reg_lambda": 3,
            "subsample": 0.7,
            "colsample_bytree": 0.5,
        },
        {
            "learning_rate": 0.05,
            "num_leaves": 63,
            "min_child_samples": 10,
            "reg_lambda": 1,
            "subsample": 0.8,
            "colsample_bytree": 0.8,
        },
    )

    def unfitted(self, setting: dict[str, Any], loss: str, seed: int) -> Any:
        """Return a classifier or a regressor on one thread."""
        from lightgbm import LGBMClassifier, LGBMRegressor

        options = {"n_estimators": MOST_TREES, **setting, "random_state": seed, "n_jobs": 1}
        options |= {"subsample_freq": 1, "verbosity": -1, "deterministic": True, "force_row_wise": True}
        if loss == "log_loss":
            return LGBMClassifier(**options)
        return LGBMRegressor(**options, objective="l1" if loss == "mae" else "l2")

    def stopped_early(self, model: Any, train: Rows, valid: Rows) -> Trial:
        """Fit with early stopping on the validation rows."""
        from lightgbm import early_stopping

        model.fit(
            train.X,
            train.target,
            sample_weight=train.weights,
            eval_X=valid.X,
            eval_y=valid.target,
            eval_sample_weight=None if valid.weights is None else [valid.weights],
            callbacks=[early_stopping(PATIENCE, verbose=False)],
        )
        (loss,) = model.best_score_["valid_0"].values()
        return Trial(float(loss), int(model.best_iteration_))


class CatBoost(Booster):
    """Its defaults, which are tuned, with a rate of learning that the library derives from rows and trees."""

    settings = ({},)
    trees = "iterations"

    def unfitted(self, setting: dict[str, Any], loss: str, seed: int) -> Any:
        """Return a classifier or a regressor on one thread."""
        from catboost import CatBoostClassifier, CatBoostRegressor

        options = {"iterations": MOST_TREES, **setting, "random_seed": seed, "thread_count": 1}
        options |= {"verbose": False, "allow_writing_files": False}
        if loss == "log_loss":
            return CatBoostClassifier(**options)
        return CatBoostRegressor(**options, loss_function="MAE" if loss == "mae" else "RMSE")

    def stopped_early(self, model: Any, train: Rows, valid: Rows) -> Trial:
        """Fit with early stopping on the validation rows."""
        from catboost import Pool

        model.fit(
            train.X,
            train.target,
            sample_weight=train.weights,
            eval_set=Pool(valid.X, valid.target, weight=valid.weights),
            early_stopping_rounds=PATIENCE,
        )
        (loss,) = model.best_score_["validation"].values()
        return Trial(float(loss), model.best_iteration_ + 1)

    def decided(self, model: Any) -> dict[str, Any]:
        """Return the rate of learning, which would be another for fewer trees."""
        return {"learning_rate": model.learning_rate_}


BOOSTERS: dict[str, Booster] = {"xgboost": XGBoost(), "lightgbm": LightGBM(), "catboost": CatBoost()}
