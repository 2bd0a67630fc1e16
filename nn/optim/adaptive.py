"""Rules that divide by how large gradients have been: Adagrad, RMSprop, Adadelta."""

from __future__ import annotations

import numpy as np

from .cells import State
from .descent import directed
from .optimizer import Optimizer, elementwise, kept


class Adagrad(Optimizer):
    """p ← p - lr·g / (√(Σ g²) + eps): the sum of all squares so far.

    The rate falls as lr / (1 + (t - 1)·lr_decay). Duchi, Hazan and Singer, "Adaptive
    subgradient methods" (2011).

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Adagrad([x], lr=0.25).step()
    >>> round(x.data, 6)
    0.75
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        maximize: bool = False,
    ) -> None:
        total = kept(state, "sum", g, initial_accumulator_value)
        g = directed(p, g, weight_decay, maximize)
        total += g * g
        rate = lr / (1 + (state["step"] - 1) * lr_decay)
        p -= rate * g / (np.sqrt(total) + eps)


class RMSprop(Optimizer):
    """p ← p - lr·g / (√v + eps), where v ← alpha·v + (1 - alpha)·g².

    ``centered`` subtracts the square of the running mean of g from v: a variance.
    ``momentum`` runs over the quotients. Tieleman and Hinton, "Lecture 6.5: rmsprop"
    (2012); Graves (2013), arXiv:1308.0850.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> RMSprop([x], lr=0.25, alpha=0.75).step()
    >>> round(x.data, 6)
    0.5
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        maximize: bool = False,
    ) -> None:
        v = kept(state, "square_avg", g)
        g = directed(p, g, weight_decay, maximize)
        v *= alpha
        v += (1 - alpha) * g * g
        if centered:
            mean = kept(state, "grad_avg", g)
            mean += (1 - alpha) * (g - mean)
            v = v - mean * mean
        change = g / (np.sqrt(v) + eps)
        if momentum:
            run = kept(state, "momentum_buffer", g)
            run *= momentum
            run += change
            change = run
        p -= lr * change


class Adadelta(Optimizer):
    """p ← p - lr·d, where d = g·√(u + eps) / √(v + eps): in the units of p.

    v and u are running means of g² and d²: v ← rho·v + (1 - rho)·g². Zeiler (2012),
    arXiv:1212.5701.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Adadelta([x], eps=0.1).step()
    >>> round(x.data, 6)  # 1 - 2·√0.1 / √(0.4 + 0.1)
    0.105573
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        v, u = kept(state, "square_avg", g), kept(state, "acc_delta", g)
        g = directed(p, g, weight_decay, maximize)
        v *= rho
        v += (1 - rho) * g * g
        change = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u *= rho
        u += (1 - rho) * change * change
        p -= lr * change
