"""The update rules, the simplest first."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any

import numpy as np

from .flat import State
from .optimizer import Optimizer, elementwise


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
        super().__init__(params)
        self.lr = lr
        self.momentum = momentum
        self.dampening = dampening
        self.weight_decay = weight_decay
        self.nesterov = nesterov

    @elementwise
    def update(self, p: np.ndarray, g: np.ndarray, state: State) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * p
        if self.momentum:
            if "v" not in state:
                v = state["v"] = np.array(g, p.dtype)
            else:
                v = state["v"]
                v *= self.momentum
                v += g if self.dampening == 0 else (1 - self.dampening) * g
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

    @elementwise
    def update(self, p: np.ndarray, g: np.ndarray, state: State) -> None:
        step, (beta1, beta2) = state["step"], self.betas
        if step == 1:
            state |= {"m": np.zeros_like(p), "v": np.zeros_like(p), "unit": 1 - beta1}
        m, v = state["m"], state["v"]
        if self.weight_decay:
            g = g + self.weight_decay * p
        # m is kept in units of 1 - β₁: the gradient is added as it is, which saves a
        # pass over the memory. Not so v: a sum of squares overflows before their mean.
        m *= beta1 * state["unit"] / (1 - beta1)
        m += g
        state["unit"] = 1 - beta1
        part = np.square(g, out=np.empty_like(p))
        part *= 1 - beta2
        v *= beta2
        v += part
        scale = sqrt(1 - beta2**step)
        root = np.sqrt(v, out=part)
        root += self.eps * scale
        change = np.divide(m, root, out=part)
        change *= self.lr * scale * (1 - beta1) / (1 - beta1**step)
        p -= change


def check_not_negative(**settings: float) -> None:
    """Raise if one of the settings is negative, or no number.

    >>> check_not_negative(lr=-1)
    Traceback (most recent call last):
        ...
    ValueError: lr must not be negative; got -1
    """
    for name, value in settings.items():
        if not value >= 0:
            raise ValueError(f"{name} must not be negative; got {value}")
