"""SGD: gradient descent, with momentum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .optimizer import Optimizer, check_not_negative


class SGD(Optimizer):
    """p ← p - lr·v, where v ← momentum·v + (1 - dampening)·g (v = g at first).

    With ``nesterov`` the step is along g + momentum·v. ``weight_decay`` adds
    weight_decay·p to the gradient. Sutskever et al., "On the importance of
    initialization and momentum in deep learning" (2013), in PyTorch's form.

    Raises:
        ValueError: a setting is negative, or nesterov comes without momentum or with
            dampening.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> optimizer = SGD([x], lr=0.25)
    >>> (x * x).backward()
    >>> optimizer.step()
    >>> x.data
    0.5
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        check_not_negative(lr=lr, momentum=momentum, weight_decay=weight_decay)
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError(
                "nesterov needs a momentum, and no dampening; got "
                f"momentum={momentum}, dampening={dampening}"
            )
        self.n_moments = 1 if momentum else 0
        super().__init__(params)
        self.lr = lr
        self.momentum = momentum
        self.dampening = dampening
        self.weight_decay = weight_decay
        self.nesterov = nesterov

    def update(
        self, p: np.ndarray, g: np.ndarray, step: int, *moments: np.ndarray
    ) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * p
        for v in moments:
            v *= self.momentum
            v += g if step == 1 else (1 - self.dampening) * g
            g = g + self.momentum * v if self.nesterov else v
        p -= self.lr * g
