"""Several schedulers of one optimizer: one after another, or all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import schedules
from ..optimizer import Optimizer
from ..schedules import Schedule
from .scheduler import LRScheduler, Rates, for_each, groups_of, load_all


class SequentialLR(LRScheduler):
    """One scheduler after another, each beginning at its milestone.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> from nn.optim.lr_scheduler import LinearLR, StepLR
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> warmup = LinearLR(optimizer, start_factor=0.25, total_iters=2)
    >>> scheduler = SequentialLR(optimizer, [warmup, StepLR(optimizer, 1)], [2])
    >>> for _ in range(4):
    ...     print(round(optimizer.lr, 6))
    ...     scheduler.step()
    2.0
    5.0
    8.0
    0.8
    """

    absolute = True

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        _check_same(optimizer, schedulers)
        self._schedulers, self._milestones = schedulers, list(milestones)
        super().__init__(optimizer, schedules.constant, last_epoch)

    @property
    def kind(self) -> str:
        """That of each, in order."""
        each = ", ".join(scheduler.kind for scheduler in self._schedulers)
        return f"{type(self).__name__} of {each}"

    def _made(self) -> list[Schedule]:
        rows = []
        for scheduler in self._schedulers:
            scheduler.base_lrs = self.base_lrs
            rows.append(scheduler._made())
        return [schedules.sequential(row, self._milestones) for row in zip(*rows)]


class ChainedScheduler(Rates):
    """Several at once: each changes the rate in proportion.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> from nn.optim.lr_scheduler import ExponentialLR, StepLR
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> both = [ExponentialLR(optimizer, 0.5), StepLR(optimizer, 2, gamma=0.5)]
    >>> scheduler = ChainedScheduler(both)
    >>> scheduler.step()
    >>> scheduler.step()
    >>> optimizer.lr
    1.0
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        if not schedulers:
            raise ValueError("ChainedScheduler got no schedulers")
        self.optimizer = optimizer or schedulers[0].optimizer
        _check_same(self.optimizer, schedulers)
        self.schedulers = list(schedulers)

    def step(self) -> None:
        """Let each go on; after an error all are as before."""
        state = self.state_dict()
        groups = [(group, dict(group)) for group in groups_of(self.optimizer)]
        try:
            for scheduler in self.schedulers:
                scheduler.step()
        except BaseException:
            self.load_state_dict(state)
            for group, own in groups:
                group.update(own)
            raise

    def state_dict(self) -> dict[str, Any]:
        """Where each of them is."""
        return {"schedulers": [s.state_dict() for s in self.schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there."""
        (states,) = self._of(state_dict, "schedulers")
        states = for_each(self.schedulers, list(states), "states")
        load_all(self.schedulers, states)


def _check_same(optimizer: Optimizer, schedulers: Sequence[LRScheduler]) -> None:
    for scheduler in schedulers:
        if scheduler.optimizer is not optimizer:
            raise ValueError("all schedulers must be those of one optimizer")
