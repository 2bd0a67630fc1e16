"""A training step as two programs: the loss with its gradient, and the update.

Between them the loss and the gradients are looked at, as in a training that is not
compiled; if they are not finite, or an error came up, the batch runs once more as it
is, to tell why.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

import autograd as ag

from .. import parallel
from ..optim import Optimizer, clip_grad_norm_
from .evaluation import forward, loss_of
from .origin import check_gradients, check_value, number_of


class Programs:
    """The programs of a training, which is ``run``."""

    def __init__(self, run: Any) -> None:
        self.run = run
        self._gradient = ag.compile(self._gradient_of)
        self.update = ag.compile(self._update)

    def check(self) -> None:
        """Raise if this training cannot be compiled."""
        run = self.run
        if type(run.optimizer).step is not Optimizer.step:
            raise ValueError(
                f"{type(run.optimizer).__name__} has a step of its own, which computes "
                "the loss as often as it needs; train with compile=False"
            )
        if isinstance(run.model, parallel.DistributedDataParallel):
            raise ValueError(
                "a training in several processes is not compiled; train with "
                "compile=False"
            )

    def add_gradient(self, batch: Any, share: float, where: str) -> float:
        """Add the gradient of a batch to what there is, and return its loss."""
        run = self.run
        dtype = run.optimizer.parameters[0].dtype
        part = share if share == 1 else np.asarray(share, dtype)
        try:
            value = self._gradient(tuple(batch), part)
        except (IndexError, TypeError, ValueError):
            self._recorded(batch)
            raise
        loss = number_of(value)
        if not isfinite(loss):
            check_value(self._recorded(batch), run.model, batch, where, run.loader)
            check_value(value, run.model, batch, where, run.loader)
        try:
            check_gradients(value, run.optimizer.parameters, run.model, where)
        except FloatingPointError:
            again = self._recorded(batch)
            check_gradients(again, run.optimizer.parameters, run.model, where)
        return loss

    def _recorded(self, batch: Any) -> Any:
        """The loss once more, with the graph that tells where something began."""
        output, targets = forward(self.run.model, batch, self.run.inputs)
        return loss_of(self.run.criterion, output, targets, self.run.loader)

    def _gradient_of(self, batch: Any, share: Any) -> Any:
        value = self._recorded(batch)
        if not getattr(value, "requires_grad", False):
            raise ValueError(
                "the loss does not depend on a parameter that is trained: are all of "
                "them frozen, or is it computed from .data?"
            )
        (value if isinstance(share, (int, float)) else value * share).backward()
        return value

    def _update(self) -> None:
        run = self.run
        if run.clip is not None:
            clip_grad_norm_(run.optimizer.parameters, run.clip)
        run.optimizer.step()
