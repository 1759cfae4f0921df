"""The training loop that all networks share: early stopping, a clock, exact replay by steps."""

from __future__ import annotations

import copy
import math
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from advisor.baselines.networks.layers import Dropout, ParameterGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VALIDATION_CHUNK = 4_096


class Recipe(NamedTuple):
    """How a network is trained.

    Attributes
    ----------
    epochs : int
        Most passes over the training rows; the schedule is laid out over these.
    batch : int
        Rows in a step.
    rate, decay : float
        Learning rate at its highest, and weight decay.
    patience : int
        Stop after so many epochs without a lower validation loss.
    schedule : str
        constant, one-cycle, or coslog4 (arXiv 2407.04491).
    beta : float
        Decay of the optimiser's mean of squares.
    flat_cos : bool
        Let dropout and weight decay fall along a cosine in the second half, as RealMLP does.
    smoothing : float
        Share of each label that is spread over all classes in training.
    precision : str
        float32, or bfloat16: what the products of matrices are calculated in; see `quickest_precision`.
    averaging : float
        Decay of a running mean of the weights, which is what is validated and kept; 0 keeps the weights themselves. A
        mean is nearly as good after a schedule that the clock cut short as the weights are after a whole one.
    """

    epochs: int
    batch: int
    rate: float
    decay: float
    patience: int
    schedule: str
    beta: float = 0.999
    flat_cos: bool = False
    smoothing: float = 0.0
    precision: str = "float32"
    averaging: float = 0.0


def quickest_precision() -> str:
    """Return bfloat16 where the processor multiplies matrices of it faster than of float32, else float32.

    Instructions for it (AVX512-BF16, AMX) halve the time of a product; where they are missing, it takes far longer.
    """
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # older versions of torch have none
    quick = capabilities.get("amx_bf16") or capabilities.get("avx512_bf16")
    return "bfloat16" if quick and not torch.cuda.is_available() else "float32"


class Inputs(Protocol):
    """What a network reads: a tensor whose first dimension is the rows, or what can be indexed and split like one."""

    def __getitem__(self, rows: Tensor) -> Any:
        """Return some rows as the network takes them."""
        ...

    def split(self, size: int) -> Sequence[Any]:
        """Return all rows in chunks, in order."""
        ...


class Rows(NamedTuple):
    """Inputs of some rows, targets (rows,) or (rows, outputs), and weights (rows,) or None."""

    inputs: Inputs
    target: Tensor
    weights: Tensor | None


class Limits(NamedTuple):
    """When to stop early: `deadline` on the monotonic clock, or after `steps` optimiser steps."""

    deadline: float | None = None
    steps: int | None = None


class Training(NamedTuple):
    """How a training ended.

    Attributes
    ----------
    steps : int
        Optimiser steps that were made.
    stopped_by : str
        early-stopping, schedule, clock or steps.
    still_improving : bool
        Whether the network was stopped by the clock (or by steps, in a replay) before its schedule ended, while the
        lowest validation loss was found in the last third of the epochs so far, or before three were finished.
    seconds_per_epoch : float
        Mean wall time of an epoch with its validation.
    planned_epochs : int
        Epochs of the schedule.
    loss : float
        Lowest validation loss, whose weights the network has now.
    """

    steps: int
    stopped_by: str
    still_improving: bool
    seconds_per_epoch: float
    planned_epochs: int
    loss: float


def train(
    network: nn.Module, groups: list[ParameterGroup], rows: Rows, valid: Rows, loss: str, recipe: Recipe, limits: Limits
) -> Training:
    """Train a network in place and leave it with the weights of the lowest validation loss.

    Parameters
    ----------
    network : torch.nn.Module
        Maps inputs to outputs of shape (rows, members, outputs).
    groups : list of ParameterGroup
        The network's parameters by learning rate.
    rows, valid : Rows
        Training and validation rows on the network's device.
    loss : str
        log_loss, mse or mae.
    recipe : Recipe
        How to train.
    limits : Limits
        When to stop early; a step is always made.

    Raises
    ------
    FloatingPointError
        If the loss is no longer a number.
    """
    optimisers = _optimisers(groups, recipe)
    parameters = [parameter for group in groups for parameter in group.parameters]
    dense = [parameter for group in groups if not group.sparse for parameter in group.parameters]
    dropouts = [(module, module.share) for module in network.modules() if isinstance(module, Dropout)]
    count = len(rows.target)
    batch = min(recipe.batch, count)
    per_epoch = max(1, count // batch)
    planned = recipe.epochs * per_epoch
    criterion = partial(_cross_entropy, smoothing=recipe.smoothing) if loss == "log_loss" else LOSSES[loss]
    averaged = _RunningMean(network, recipe.averaging)
    started = time.monotonic()
    steps, epoch, best_epoch, best, best_state = 0, 0, 0, math.inf, None
    stopped = None
    while stopped is None:
        network.train()
        order = torch.randperm(count, device=rows.target.device)
        for step in range(per_epoch):
            progress = steps / planned
            _set_rates(optimisers, recipe, progress, SCHEDULES[recipe.schedule](progress))
            if recipe.flat_cos:
                for module, share in dropouts:
                    module.share = share * flat_cosine(progress)
            chosen = order[step * batch : (step + 1) * batch]
            for parameter in parameters:
                parameter.grad = None
            _mean_loss(network, rows, chosen, criterion).backward()
            nn.utils.clip_grad_norm_(dense, 1.0)
            for optimiser in optimisers:
                optimiser.step()
            steps += 1
            averaged.update(steps)
            stopped = _limit(limits, steps)
            if stopped:
                break
        epoch += 1
        measured = validation_loss(averaged.network, valid, loss)
        if not math.isfinite(measured):
            message = f"the validation loss is {measured} after {steps} steps at a learning rate of {recipe.rate:g}"
            raise FloatingPointError(message)
        if measured < best or best_state is None:
            best, best_epoch = measured, epoch
            best_state = {name: value.clone() for name, value in averaged.network.state_dict().items()}
        if stopped is None and epoch == recipe.epochs:
            stopped = "schedule"
        if stopped is None and epoch - best_epoch >= recipe.patience:
            stopped = "early-stopping"
    assert best_state is not None  # noqa: S101
    network.load_state_dict(best_state)
    network.eval()
    finished = max(1, steps // per_epoch)
    return Training(
        steps=steps,
        stopped_by=stopped,
        still_improving=stopped in ("clock", "steps") and (epoch < 3 or best_epoch > 2 * epoch / 3),
        seconds_per_epoch=(time.monotonic() - started) / finished,
        planned_epochs=recipe.epochs,
        loss=best,
    )


def _mean_loss(network: nn.Module, rows: Rows, chosen: Tensor, criterion: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """Return the weighted loss of some rows."""
    values = criterion(network(rows.inputs[chosen]), rows.target[chosen])
    if rows.weights is None:
        return values.mean()
    return (values.mean(dim=1) * rows.weights[chosen]).mean()


class _RunningMean:
    """A copy of a network with the running mean of its weights and statistics, or itself where nothing is averaged."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network) if decay else network
        self._trained = network
        self._decay = decay

    @torch.no_grad()
    def update(self, steps: int) -> None:
        """Take the weights into the mean; the first ones, far from any optimum, are forgotten sooner."""
        if not self._decay:
            return
        share = 1 - min(self._decay, steps / (steps + 10))
        for mean, value in zip(self.network.state_dict().values(), self._trained.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, share)
            else:
                mean.copy_(value)


def _limit(limits: Limits, steps: int) -> str | None:
    """Return why to stop now, if at all."""
    if limits.steps is not None and steps >= limits.steps:
        return "steps"
    if limits.deadline is not None and time.monotonic() >= limits.deadline:
        return "clock"
    return None


def _optimisers(groups: list[ParameterGroup], recipe: Recipe) -> list[torch.optim.Optimizer]:
    """Return AdamW over the dense groups that have parameters, and SparseAdam over the sparse ones."""

    def settings(*, sparse: bool) -> list[dict[str, Any]]:
        found = (group for group in groups if group.parameters and group.sparse == sparse)
        return [{"params": group.parameters, "rate": group.rate, "decay": group.decay} for group in found]

    found: list[torch.optim.Optimizer] = []
    if dense := settings(sparse=False):
        found.append(torch.optim.AdamW(dense, betas=(0.9, recipe.beta), fused=True))
    if sparse := settings(sparse=True):
        found.append(torch.optim.SparseAdam(sparse, betas=(0.9, recipe.beta)))
    return found


def _set_rates(optimisers: list[torch.optim.Optimizer], recipe: Recipe, progress: float, factor: float) -> None:
    """Set the learning rate and the decay of each group for a share of the planned steps."""
    rate = recipe.rate * factor
    decay = recipe.decay * (flat_cosine(progress) if recipe.flat_cos else 1.0)
    for settings in (settings for optimiser in optimisers for settings in optimiser.param_groups):
        settings["lr"] = rate * settings["rate"]
        settings["weight_decay"] = decay * settings["decay"]


def flat_cosine(progress: float) -> float:
    """Return one in the first half, then a cosine from one to zero.

    Examples
    --------
    >>> [round(flat_cosine(progress), 2) for progress in (0.0, 0.5, 0.75, 1.0)]
    [1.0, 1.0, 0.5, 0.0]
    """
    return 1.0 if progress < 0.5 else 0.5 * (1 + math.cos(math.pi * (2 * progress - 1)))


def one_cycle(progress: float) -> float:
    """Return a linear rise over the first tenth, then a cosine from one to zero.

    Examples
    --------
    >>> [round(one_cycle(progress), 2) for progress in (0.0, 0.05, 0.1, 0.55, 1.0)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    rise = 0.1
    return progress / rise if progress < rise else 0.5 * (1 + math.cos(math.pi * (progress - rise) / (1 - rise)))


def coslog4(progress: float) -> float:
    """Return four cosine cycles that grow longer (arXiv 2407.04491, section 3).

    Examples
    --------
    >>> [round(coslog4(progress), 2) for progress in (0.0, 1 / 15, 0.2, 1.0)]
    [0.0, 0.0, 0.0, 0.0]
    """
    return 0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * progress)))


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "one-cycle": one_cycle,
    "coslog4": coslog4,
}


def _cross_entropy(outputs: Tensor, target: Tensor, smoothing: float = 0.0) -> Tensor:
    """Return the loss of each row and member, shape (rows, members)."""
    spread = target[:, None].expand(outputs.shape[:2])
    losses = nn.functional.cross_entropy(
        outputs.flatten(0, 1), spread.flatten(), reduction="none", label_smoothing=smoothing
    )
    return losses.view(spread.shape)


def _for_members(target: Tensor) -> Tensor:
    """Return targets as outputs have them: (rows, 1, outputs)."""
    return target.view(len(target), 1, -1)


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "log_loss": _cross_entropy,
    "mse": lambda outputs, target: ((outputs - _for_members(target)) ** 2).mean(dim=-1),
    "mae": lambda outputs, target: (outputs - _for_members(target)).abs().mean(dim=-1),
}


@torch.inference_mode()
def outputs_of(network: nn.Module, inputs: Inputs, *, classes: bool) -> Tensor:
    """Return probabilities (rows, classes) or values, of the shape of targets, averaged over the members."""
    network.eval()
    parts = []
    for chunk in inputs.split(VALIDATION_CHUNK):
        outputs = network(chunk)
        parts.append(outputs.softmax(dim=-1).mean(dim=1) if classes else outputs.mean(dim=1).squeeze(-1))
    return torch.cat(parts)


def validation_loss(network: nn.Module, valid: Rows, loss: str) -> float:
    """Return the weighted loss of the averaged prediction."""
    predicted = outputs_of(network, valid.inputs, classes=loss == "log_loss")
    if loss == "log_loss":
        losses = -predicted.gather(1, valid.target[:, None])[:, 0].clamp_min(1e-7).log()
    else:
        off = predicted.view(len(predicted), -1) - valid.target.view(len(predicted), -1)
        losses = (off.abs() if loss == "mae" else off**2).mean(dim=1)
    if valid.weights is None:
        return float(losses.mean())
    return float((losses * valid.weights).sum() / valid.weights.sum())
