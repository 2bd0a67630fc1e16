"""Adam and its kin: running means of the gradient and of its square."""

from __future__ import annotations

import numpy as np

from .cells import State, sqrt
from .descent import directed
from .optimizer import Optimizer, elementwise, kept

Betas = tuple[float, float]


class Adam(Optimizer):
    """p ← p - lr·m̂ / (√v̂ + eps), running means of the gradient and of its square.

    m ← β₁m + (1 - β₁)g and v ← β₂v + (1 - β₂)g² start from 0, for which the t-th update
    corrects: m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ). ``weight_decay`` adds weight_decay·p
    to the gradient; ``decoupled_weight_decay`` takes it from p itself, as AdamW does.
    ``amsgrad`` divides by the largest v so far. Kingma and Ba (2014), arXiv:1412.6980.

    Raises:
        ValueError: a setting is negative, or a beta is not below 1.

    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 1000.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> Adam([x], lr=0.5).step()
    >>> x.data.round(6).tolist()
    [0.5, 999.5]
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:
        step, (beta1, beta2) = state["step"], betas
        g = decayed(p, g, lr, weight_decay, maximize, decoupled_weight_decay)
        m, v = kept(state, "exp_avg", g), kept(state, "exp_avg_sq", g)
        part = run(m, v, g, betas)
        if amsgrad:
            largest = kept(state, "max_exp_avg_sq", g)
            v = np.maximum(largest, v, out=largest)
        scale = sqrt(1 - beta2**step)
        root = np.sqrt(v, out=part)
        root += eps * scale
        change = np.divide(m, root, out=part)
        change *= lr * scale / (1 - beta1**step)
        p -= change


class AdamW(Adam):
    """Adam whose weight decay shrinks p itself: p ← (1 - lr·weight_decay)·p.

    So it is not divided by the size of the gradients. Loshchilov and Hutter (2017),
    arXiv:1711.05101.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> x.grad = 0.0
    >>> AdamW([x], lr=0.5, weight_decay=0.5).step()
    >>> x.data
    0.75
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        maximize: bool = False,
        decoupled_weight_decay: bool = True,
    ) -> None:
        settings = (weight_decay, amsgrad, maximize, decoupled_weight_decay)
        super().update(p, g, state, lr, betas, eps, *settings)


class Adamax(Optimizer):
    """p ← p - lr·m̂ / u, where u ← max(β₂u, |g| + eps): Adam by the largest gradient.

    Kingma and Ba (2014), arXiv:1412.6980, section 7.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> Adamax([x], lr=0.5).step()
    >>> round(x.data, 6)
    0.5
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 2e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        step, (beta1, beta2) = state["step"], betas
        m, u = kept(state, "exp_avg", g), kept(state, "exp_inf", g)
        g = directed(p, g, weight_decay, maximize)
        m += (1 - beta1) * (g - m)
        np.maximum(beta2 * u, np.abs(g) + eps, out=u)
        p -= lr / (1 - beta1**step) * m / u


class NAdam(Optimizer):
    """Adam with Nesterov's look ahead: the step is along μₜ₊₁·m and (1 - μₜ)·g.

    μₜ = β₁·(1 - 0.96^(t·momentum_decay) / 2), and the corrections are by products of
    them. Dozat, "Incorporating Nesterov momentum into Adam" (2016).

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> NAdam([x], lr=0.5).step()
    >>> 0.4 < x.data < 0.6
    True
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 2e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        maximize: bool = False,
    ) -> None:
        step, (beta1, beta2) = state["step"], betas
        g = decayed(p, g, lr, weight_decay, maximize, decoupled_weight_decay)
        m, v = kept(state, "exp_avg", g), kept(state, "exp_avg_sq", g)
        run(m, v, g, betas)
        now = beta1 * (1 - 0.5 * 0.96 ** (step * momentum_decay))
        then = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * momentum_decay))
        product = state["mu_product"] = state.get("mu_product", 1.0) * now
        change = (1 - now) / (1 - product) * g + then / (1 - product * then) * m
        p -= lr * change / (np.sqrt(v / (1 - beta2**step)) + eps)


class RAdam(Optimizer):
    """Adam that waits with its division until the mean of squares can be trusted.

    As long as that has seen too little (ρₜ ≤ 5) it steps by the mean of gradients
    alone; then by a factor that nears 1. Liu et al. (2019), arXiv:1908.03265.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> (x * x).backward()
    >>> RAdam([x], lr=0.25).step()
    >>> round(x.data, 6)
    0.5
    """

    @elementwise
    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        maximize: bool = False,
    ) -> None:
        step, (beta1, beta2) = state["step"], betas
        g = decayed(p, g, lr, weight_decay, maximize, decoupled_weight_decay)
        m, v = kept(state, "exp_avg", g), kept(state, "exp_avg_sq", g)
        run(m, v, g, betas)
        change = lr / (1 - beta1**step) * m
        final = 2 / (1 - beta2) - 1
        now = final - 2 * step * beta2**step / (1 - beta2**step)
        if now > 5:
            trust = (now - 4) * (now - 2) * final / ((final - 4) * (final - 2) * now)
            change *= sqrt(trust) * sqrt(1 - beta2**step)
            change /= np.sqrt(v) + eps
        p -= change


def run(m: np.ndarray, v: np.ndarray, g: np.ndarray, betas: Betas) -> np.ndarray:
    """Let the means of the gradient and of its square run on; return memory to use.

    >>> m, v = np.zeros(1), np.zeros(1)
    >>> _ = run(m, v, np.array([2.0]), (0.5, 0.75))
    >>> m.item(), v.item()
    (1.0, 1.0)
    """
    beta1, beta2 = betas
    part = np.subtract(g, m, out=np.empty_like(m))
    part *= 1 - beta1
    m += part
    np.multiply(g, 1 - beta2, out=part)  # before g², which overflows sooner
    part *= g
    v *= beta2
    v += part
    return part


def decayed(
    p: np.ndarray,
    g: np.ndarray,
    lr: float,
    weight_decay: float,
    maximize: bool,
    decoupled: bool,
) -> np.ndarray:
    """The gradient to use, after weight decay has been added to it or taken from p.

    >>> p = np.array([4.0])
    >>> decayed(p, np.array([1.0]), 0.5, 0.5, maximize=False, decoupled=True), p
    (array([1.]), array([3.]))
    """
    if decoupled:
        if weight_decay:
            p *= 1 - lr * weight_decay
        weight_decay = 0.0
    return directed(p, g, weight_decay, maximize)
