"""Networks on windows: DLinear, and N-HiTS as the median of several."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from advisor.baselines.forecast.models.forecaster import BaseForecaster, better_framing, evenly, last_in_time
from advisor.baselines.networks.layers import ParameterGroup
from advisor.baselines.networks.training import VALIDATION_CHUNK, Limits, Recipe, Rows, train

if TYPE_CHECKING:
    from advisor.baselines.forecast.panel import Histories

MOST_WINDOWS = 6_000
MOVING = 25
POOLS, WIDTH, MEMBERS = (8, 4, 1), 128, 3
# Of the papers below, with rates and patience measured on four series.
LEAST_STEPS, PATIENT_STEPS = 1_000, 100
RECIPE = Recipe(epochs=60, batch=64, rate=1e-3, decay=1e-2, patience=6, schedule="constant")


class DLinear(nn.Module):
    """A linear layer for the moving mean of a window, and one for the rest (Zeng et al., AAAI 2023).

    Parameters
    ----------
    window, horizon : int
        Values that are read and forecast.
    """

    def __init__(self, window: int, horizon: int) -> None:
        super().__init__()
        self.size = min(MOVING, window) - (1 - min(MOVING, window) % 2)
        self.trend = nn.Linear(window, horizon)
        self.rest = nn.Linear(window, horizon)
        for layer in (self.trend, self.rest):  # training begins at the anchor, which is a forecast already
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, windows: Tensor) -> Tensor:
        """Return the forecasts, shape (rows, 1, horizon)."""
        half = self.size // 2
        padded = nn.functional.pad(windows[:, None], (half, half), mode="replicate")
        trend = nn.functional.avg_pool1d(padded, self.size, stride=1)[:, 0]
        forecast: Tensor = self.trend(trend) + self.rest(windows - trend)
        return forecast[:, None]


class _MemberLinear(nn.Module):
    """A linear layer of its own for each member: (members, rows, inputs) to (members, rows, outputs)."""

    def __init__(self, members: int, inputs: int, outputs: int) -> None:
        super().__init__()
        bound = 1 / math.sqrt(inputs)
        self.weight = nn.Parameter(torch.empty(members, inputs, outputs).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(members, 1, outputs).uniform_(-bound, bound))

    def forward(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.bias, x, self.weight)


class _Block(nn.Module):
    """A block of N-HiTS: reads a pooled window, explains a part of it, forecasts few knots and joins them by lines."""

    def __init__(self, members: int, window: int, horizon: int, pool: int) -> None:
        super().__init__()
        self.pool = min(pool, window)
        self.horizon = horizon
        self.knots = max(1, horizon // pool)
        self.window = window
        pooled = -(-window // self.pool)
        self.layers = nn.Sequential(
            _MemberLinear(members, pooled, WIDTH),
            nn.ReLU(),
            _MemberLinear(members, WIDTH, WIDTH),
            nn.ReLU(),
            _MemberLinear(members, WIDTH, window + self.knots),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        read = nn.functional.max_pool1d(x, self.pool, ceil_mode=True) if self.pool > 1 else x
        explained, knots = self.layers(read).split([self.window, self.knots], dim=2)
        return explained, nn.functional.interpolate(knots, size=self.horizon, mode="linear", align_corners=False)


class NHits(nn.Module):
    """Small N-HiTS networks, trained side by side (Challu et al., AAAI 2023).

    Parameters
    ----------
    window, horizon : int
        Values that are read and forecast.
    members : int
        Networks with weights of their own.
    """

    def __init__(self, window: int, horizon: int, members: int = MEMBERS) -> None:
        super().__init__()
        self.members = members
        self.blocks = nn.ModuleList(_Block(members, window, horizon, pool) for pool in POOLS)

    def forward(self, windows: Tensor) -> Tensor:
        """Return the forecasts, shape (rows, members, horizon)."""
        left = windows.expand(self.members, *windows.shape)
        total = torch.zeros((), device=windows.device)
        for block in self.blocks:
            explained, forecast = block(left)
            left, total = left - explained, total + forecast
        return total.transpose(0, 1)


def recipe_for(rows: int) -> Recipe:
    """Return how a network is trained on so many rows: few rows make short epochs, of which it takes more.

    Examples
    --------
    >>> recipe_for(6_000).patience, recipe_for(320).patience
    (6, 10)
    """
    batch = max(8, min(RECIPE.batch, rows // 10))
    steps = max(1, rows // batch)
    epochs, patience = max(RECIPE.epochs, LEAST_STEPS // steps), max(RECIPE.patience, PATIENT_STEPS // steps)
    return RECIPE._replace(batch=batch, epochs=epochs, patience=patience)


ARCHITECTURES = {"dlinear": DLinear, "nhits": NHits}


class NetworkForecaster(BaseForecaster):
    """A network on windows, trained on absolute errors; it keeps the weights that are best on the latest rows.

    Parameters
    ----------
    architecture : str
        dlinear or nhits.
    seed : int
        Seed of the initial weights and the batches.
    time_limit_s : float, optional
        Stop after so many seconds of fitting with the best weights so far.
    most_steps : int, optional
        Stop after so many optimiser steps instead, without looking at the clock.

    Attributes
    ----------
    steps_, stopped_by_, still_improving_, seconds_per_epoch_, planned_epochs_, precision_
        As of `advisor.baselines.networks.estimator.NetworkClassifier`.
    """

    def __init__(
        self,
        *,
        architecture: str = "nhits",
        seed: int = 0,
        time_limit_s: float | None = None,
        most_steps: int | None = None,
    ) -> None:
        self.architecture = architecture
        self.seed = seed
        self.time_limit_s = time_limit_s
        self.most_steps = most_steps

    def _fit(self, X: Histories, y: np.ndarray) -> None:  # noqa: N803
        started = time.monotonic()
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        levels = X.to_levels(y)
        fitted, valid = last_in_time(X)
        self.framing_ = better_framing(X, levels, valid)
        fitted, valid = evenly(fitted, MOST_WINDOWS), evenly(valid, MOST_WINDOWS)

        def rows(chosen: np.ndarray, *, weighted: bool) -> Rows:
            framed = self.framing_.framed(X.take(chosen))
            inputs, targets, spread = (
                torch.as_tensor(values, dtype=torch.float32, device=device)
                for values in (framed.windows, framed.inwards(levels[chosen]), framed.spread[:, 0])
            )
            return Rows(inputs, targets, spread if weighted else None)

        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            network = ARCHITECTURES[self.architecture](X.traits.window, X.traits.horizon).to(device)
            recipe = recipe_for(len(fitted))
            deadline = None if self.time_limit_s is None else started + self.time_limit_s
            limits = Limits(deadline if self.most_steps is None else None, self.most_steps)
            groups = [ParameterGroup(list(network.parameters()))]
            done = train(
                network, groups, rows(fitted, weighted=False), rows(valid, weighted=True), "mae", recipe, limits
            )
        self.network_ = network.cpu()
        self.steps_, self.stopped_by_, self.still_improving_ = done.steps, done.stopped_by, done.still_improving
        self.seconds_per_epoch_, self.planned_epochs_ = done.seconds_per_epoch, done.planned_epochs
        self.precision_ = recipe.precision

    def _values(self, X: Histories) -> np.ndarray:  # noqa: N803
        framed = self.framing_.framed(X)
        inputs = torch.as_tensor(framed.windows, dtype=torch.float32)
        with torch.inference_mode():
            parts = [self.network_(chunk).median(dim=1).values for chunk in torch.split(inputs, VALIDATION_CHUNK)]
        return X.from_levels(framed.outwards(torch.cat(parts).numpy().astype(np.float64)))
