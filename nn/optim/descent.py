"""Rules that follow the gradient, or its sign: SGD, ASGD, Rprop, Lion."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cells import State
from .optimizer import Optimizer, elementwise, kept
from .settings import Settings


class SGD(Optimizer):
    """p ← p - lr·v, where v ← momentum·v + (1 - dampening)·g (v = g at first).

    With ``nesterov`` the step is along g + momentum·v. ``weight_decay`` adds
    weight_decay·p to the gradient; ``maximize`` ascends. Sutskever et al., "On the
    importance of initialization and momentum in deep learning" (2013), in PyTorch's
    form.

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

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        maximize: bool = False,
    ) -> None:
        g = directed(p, g, weight_decay, maximize)
        if momentum:
            if "momentum_buffer" not in state:
                v = state["momentum_buffer"] = np.array(g)
            else:
                v = kept(state, "momentum_buffer", g)
                v *= momentum
                v += g if dampening == 0 else (1 - dampening) * g
            g = g + momentum * v if nesterov else v
        p -= lr * g

    def check(self, params: tuple[Any, ...], settings: Settings) -> None:
        super().check(params, settings)
        momentum, dampening = settings["momentum"], settings["dampening"]
        if settings["nesterov"] and (momentum == 0 or dampening != 0):
            raise ValueError(
                "nesterov needs a momentum, and no dampening; got "
                f"momentum={momentum}, dampening={dampening}"
            )


class ASGD(Optimizer):
    """SGD whose steps shrink, and the mean of where it has been, kept as "ax".

    p ← (1 - lambd·η)·p - η·g, where η ← lr / (1 + lambd·lr·t)^alpha, lr at first. From
    step t0 on the mean is that of all positions; before, the last. Polyak and Juditsky,
    "Acceleration of stochastic approximation by averaging" (1992).

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> optimizer = ASGD([x], lr=0.25, lambd=0.0)
    >>> optimizer.step()
    >>> x.data, float(optimizer.state_dict()["state"][0]["ax"])
    (0.5, 0.5)
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        step, ax = state["step"], kept(state, "ax", g)
        g = directed(p, g, weight_decay, maximize)
        eta = state.get("eta", lr)
        p *= 1 - lambd * eta
        p -= eta * g
        ax += (p - ax) * state.get("mu", 1.0)
        state["eta"] = lr / (1 + lambd * lr * step) ** alpha
        state["mu"] = 1 / max(1, step - t0)


class Rprop(Optimizer):
    """p ← p - s·sign(g), where s grows while the sign stays, and else shrinks.

    s ← s·etas[1] where g has the sign it had, s·etas[0] where it has the other, and
    there the element rests for a step; s starts at lr and stays within ``step_sizes``.
    For gradients of the whole data, not of batches. Riedmiller and Braun, "A direct
    adaptive method for faster backpropagation learning" (1993).

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Rprop([x], lr=0.25).step()
    >>> x.data
    0.75
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50.0),
        maximize: bool = False,
    ) -> None:
        before, size = kept(state, "prev", g), kept(state, "step_size", g, lr)
        signs = np.sign(g) if not maximize else -np.sign(g)
        turned = signs * before
        size *= np.where(turned > 0, etas[1], np.where(turned < 0, etas[0], 1.0))
        np.clip(size, *step_sizes, out=size)
        signs = np.where(turned < 0, 0, signs)
        p -= size * signs
        before[...] = signs


class Lion(Optimizer):
    """p ← (1 - lr·weight_decay)·p - lr·sign(β₁m + (1 - β₁)g), m ← β₂m + (1 - β₂)g.

    Chen et al., "Symbolic discovery of optimization algorithms" (2023),
    arXiv:2302.06675.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Lion([x], lr=0.25).step()
    >>> x.data
    0.75
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        m, (beta1, beta2) = kept(state, "exp_avg", g), betas
        g = -g if maximize else g
        p *= 1 - lr * weight_decay
        p -= lr * np.sign(beta1 * m + (1 - beta1) * g)
        m *= beta2
        m += (1 - beta2) * g


def directed(
    p: np.ndarray, g: np.ndarray, weight_decay: float, maximize: bool
) -> np.ndarray:
    """The gradient of what is made small: with half the squared norm times the decay.

    >>> directed(np.array([3.0]), np.array([2.0]), weight_decay=0.5, maximize=True)
    array([-0.5])
    """
    if maximize:
        g = -g
    return g + weight_decay * p if weight_decay else g
