"""The update rules, the simplest first."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
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


class Adam(Optimizer):
    """p ← p - lr·m̂ / (√v̂ + eps), running means of the gradient and of its square.

    m ← β₁m + (1 - β₁)g and v ← β₂v + (1 - β₂)g² start from 0, for which the t-th update
    corrects: m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ). ``weight_decay`` adds weight_decay·p
    to the gradient. Kingma and Ba (2014), arXiv:1412.6980.

    Raises:
        ValueError: a setting is negative, or a beta is not below 1.

    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 1000.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> Adam([x], lr=0.5).step()
    >>> x.data.round(6).tolist()
    [0.5, 999.5]
    """

    n_moments = 2

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        check_not_negative(lr=lr, eps=eps, weight_decay=weight_decay)
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas lie between 0 and 1, 1 excluded; got {betas}")
        super().__init__(params)
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def update(
        self, p: np.ndarray, g: np.ndarray, step: int, *moments: np.ndarray
    ) -> None:
        m, v = moments
        beta1, beta2 = self.betas
        if self.weight_decay:
            g = g + self.weight_decay * p
        # The means are kept as plain sums, without their factors 1 - β, and all factors
        # are put into two numbers at the end: ten passes over the memory, not fourteen.
        m *= beta1
        m += g
        scratch = g * g
        v *= beta2
        v += scratch
        scale_m = (1 - beta1) / (1 - beta1**step)
        scale_v = sqrt((1 - beta2) / (1 - beta2**step))
        root = np.sqrt(v, out=scratch)
        root += self.eps / scale_v
        change = np.divide(m, root, out=scratch)
        change *= self.lr * scale_m / scale_v
        p -= change
