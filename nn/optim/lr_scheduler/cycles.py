"""Schedulers of cycles, up and down, in which the momentum goes the other way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ...elsewhere import with_options
from .. import schedules
from ..optimizer import Optimizer
from ..schedules import Schedule
from .scheduler import LRScheduler, for_each


class CyclicLR(LRScheduler):
    """Between two rates in straight lines: ``schedules.cyclic``.

    With ``cycle_momentum`` the momentum, or the first of betas, goes the other way.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = CyclicLR(
    ...     optimizer, base_lr=1.0, max_lr=3.0, step_size_up=2, cycle_momentum=False
    ... )
    >>> rates = [optimizer.lr]
    >>> for _ in range(3):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [1.0, 2.0, 3.0, 2.0]
    """

    absolute = True

    @with_options
    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float,
        max_lr: float,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        shape = (step_size_up, step_size_down, mode, gamma)
        self.momentum = None
        if cycle_momentum:
            self.momentum = schedules.cyclic(max_momentum, base_momentum, *shape)
        super().__init__(
            optimizer, lambda lr: schedules.cyclic(base_lr, max_lr, *shape), last_epoch
        )

    def _settings(self, epoch: int, before: Sequence[float]) -> list[dict[str, Any]]:
        return _with_momentum(self, epoch, super()._settings(epoch, before))


class OneCycleLR(LRScheduler):
    """Up, and down to almost nothing: ``schedules.one_cycle``.

    Told to step after each of ``total_steps`` steps, it keeps the last number after the
    last; once more is an error. With ``cycle_momentum`` the momentum, or the first of
    betas, goes the other way.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = OneCycleLR(
    ...     optimizer, 10.0, total_steps=5, pct_start=0.4, cycle_momentum=False
    ... )
    >>> rates = [optimizer.lr]
    >>> for _ in range(1):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> [round(rate, 6) for rate in rates]
    [0.4, 10.0]
    """

    absolute = True

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("give total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        steps, shape = total_steps, (three_phase, anneal_strategy)
        self.momentum = None
        if cycle_momentum:
            div = base_momentum / max_momentum
            self.momentum = _kept_at_the_end(
                schedules.one_cycle(base_momentum, steps, pct_start, div, 1.0, *shape)
            )
        factors = (div_factor, final_div_factor)

        def made(top: float) -> Schedule:
            cycle = schedules.one_cycle(top, steps, pct_start, *factors, *shape)
            return _kept_at_the_end(cycle)

        tops = for_each(optimizer, max_lr, "max_lr")
        super().__init__(
            optimizer, [partial(_always, made(top)) for top in tops], last_epoch
        )

    def _settings(self, epoch: int, before: Sequence[float]) -> list[dict[str, Any]]:
        return _with_momentum(self, epoch, super()._settings(epoch, before))


def _kept_at_the_end(cycle: schedules.one_cycle) -> Schedule:
    """The last number is that after the last step, too, which no step will take."""
    return lambda step: cycle(step - (step == cycle.steps))


def _always(schedule: Schedule, _: float) -> Schedule:
    """One that does not depend on the first rate."""
    return schedule


def _with_momentum(
    scheduler: CyclicLR | OneCycleLR, epoch: int, settings: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """And the momentum, or the first of betas, where there is a schedule of it."""
    if scheduler.momentum is None:
        return settings
    momentum, optimizer = scheduler.momentum(epoch), scheduler.optimizer
    for group, own in zip(optimizer.param_groups, settings):
        if "betas" in group:
            own["betas"] = (momentum, *group["betas"][1:])
        elif "momentum" in group:
            own["momentum"] = momentum
        else:
            raise ValueError(
                f"{type(optimizer).__name__} has no momentum and no betas to cycle: "
                "cycle_momentum=False"
            )
    return settings
