"""The scheduler that looks at a metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import schedules
from ..optimizer import Optimizer
from .scheduler import Rates, for_each, groups_of, load_all


class ReduceLROnPlateau(Rates):
    """``factor`` times less when a metric stops to improve: ``schedules.plateau``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    >>> for loss in (2.0, 2.0):
    ...     scheduler.step(loss)
    >>> optimizer.lr
    4.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.optimizer = optimizer
        shape = (mode, factor, patience, threshold, threshold_mode, cooldown)
        self.plateaus = [
            schedules.plateau(group["lr"], *shape, lowest, eps)
            for group, lowest in zip(
                groups_of(optimizer), for_each(optimizer, min_lr, "min_lr")
            )
        ]

    def step(self, metrics: Any) -> None:
        """Take note of the metric, and lower the rates if it is time."""
        for group, plateau in zip(groups_of(self.optimizer), self.plateaus):
            plateau.state["number"] = group["lr"]
            plateau.observe(metrics.item() if hasattr(metrics, "item") else metrics)
            group["lr"] = plateau.state["number"]

    def state_dict(self) -> dict[str, Any]:
        """What it has seen."""
        return {"plateaus": [plateau.state_dict() for plateau in self.plateaus]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there."""
        (states,) = self._of(state_dict, "plateaus")
        load_all(self.plateaus, for_each(self.plateaus, list(states), "states"))
