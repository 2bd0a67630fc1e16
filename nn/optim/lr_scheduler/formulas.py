"""Schedulers by a formula: powers, lines, waves, functions of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from .. import schedules
from ..optimizer import Optimizer
from ..schedules import Schedule
from .scheduler import LRScheduler, for_each, groups_of


class LambdaLR(LRScheduler):
    """The first rate times a function of the step, or one function for each group.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = LambdaLR(optimizer, lambda step: 1 / (1 + step))
    >>> scheduler.step()
    >>> optimizer.lr
    4.0
    """

    absolute = True

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Any,
        last_epoch: int = -1,
    ) -> None:
        factors = for_each(optimizer, lr_lambda, "lr_lambda")
        super().__init__(
            optimizer, [partial(_scaled, factor) for factor in factors], last_epoch
        )


class MultiplicativeLR(LRScheduler):
    """Each rate times a function of the step is the next.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = MultiplicativeLR(optimizer, lambda step: 1 / step)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 8.0, 4.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Any,
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = for_each(optimizer, lr_lambda, "lr_lambda")
        super().__init__(
            optimizer, lambda base: schedules.exponential(base, 1.0), last_epoch
        )

    def step(self) -> None:
        epoch, groups = self.last_epoch + 1, groups_of(self.optimizer)
        factors = [factor(epoch) for factor in self.lr_lambdas]
        for group, factor in zip(groups, factors):
            group["lr"] *= factor
        self.last_epoch = epoch


class StepLR(LRScheduler):
    """``gamma`` times less after every ``step_size`` steps: ``schedules.step``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> rates = [optimizer.lr]
    >>> for _ in range(3):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 8.0, 4.0, 4.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        step_size: int,
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer, lambda lr: schedules.step(lr, step_size, gamma), last_epoch
        )


class MultiStepLR(LRScheduler):
    """``gamma`` times less at each milestone: ``schedules.multistep``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
    >>> rates = [optimizer.lr]
    >>> for _ in range(3):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 4.0, 4.0, 2.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        at = sorted(milestones)
        super().__init__(
            optimizer, lambda lr: schedules.multistep(lr, at, gamma), last_epoch
        )


class ConstantLR(LRScheduler):
    """``factor`` of the rate for ``total_iters`` steps: ``schedules.constant``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = ConstantLR(optimizer, factor=0.25, total_iters=2)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [2.0, 2.0, 8.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer,
            lambda lr: schedules.constant(lr, factor, total_iters),
            last_epoch,
        )


class LinearLR(LRScheduler):
    """From one factor of the rate to another: ``schedules.linear``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = LinearLR(optimizer, start_factor=0.25, total_iters=2)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [2.0, 5.0, 8.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        def make(lr: float) -> Schedule:
            return schedules.linear(lr * start_factor, lr * end_factor, total_iters)

        super().__init__(optimizer, make, last_epoch)


class ExponentialLR(LRScheduler):
    """``gamma`` times less at each step: ``schedules.exponential``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = ExponentialLR(optimizer, gamma=0.5)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 4.0, 2.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        gamma: float,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer, lambda lr: schedules.exponential(lr, gamma), last_epoch
        )


class PolynomialLR(LRScheduler):
    """Down to 0 as a power: ``schedules.polynomial``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = PolynomialLR(optimizer, total_iters=2, power=2.0)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 2.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer,
            lambda lr: schedules.polynomial(lr, total_iters, power),
            last_epoch,
        )


class CosineAnnealingLR(LRScheduler):
    """Half a wave from the rate to ``eta_min``: ``schedules.cosine``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = CosineAnnealingLR(optimizer, T_max=2)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 4.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_max: int,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.lowest = eta_min
        super().__init__(
            optimizer, lambda lr: schedules.cosine(lr, T_max, eta_min), last_epoch
        )


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a wave again and again: ``schedules.restarts``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 4.0, 8.0]
    """

    absolute = True

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer,
            lambda lr: schedules.restarts(lr, T_0, T_mult, eta_min),
            last_epoch,
        )


def _scaled(factor: Schedule, base: float) -> Schedule:
    return lambda step: base * factor(step)
