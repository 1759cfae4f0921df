"""Data sets and models as the runner and the judges see them."""

from importlib.util import find_spec

import numpy as np
import pandas as pd

from advisor.baselines.structure import Dataset, ModelSpec
from advisor.baselines.tabular.models.specs import MODELS
from advisor.baselines.tabular.table import TableExamples

SPECS = {model.id: model for model in MODELS}
INSTALLED = [model for model in MODELS if not model.where_installed or find_spec(model.where_installed) is not None]


def table_dataset(frame: pd.DataFrame, kinds: dict[str, str], task: str, target=(), labels=(), **arrays) -> Dataset:
    return Dataset(TableExamples(frame, kinds), task, np.asarray(target), tuple(labels), **arrays)


def user(name: str) -> ModelSpec:
    return ModelSpec(
        name, name, "", "advisor.baselines.tabular.models.specs:users_estimator", "user", takes_weights=None
    )
