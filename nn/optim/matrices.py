"""Rules that need a whole parameter, its norm or the matrix that it is: LAMB, Muon."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from .adam import Betas, run
from .cells import State, quotient
from .clipping import get_total_norm
from .optimizer import Optimizer, kept
from .settings import Settings


class LAMB(Optimizer):
    """p ← p - lr·(‖p‖ / ‖d‖)·d, where d = m̂ / (√v̂ + eps) + weight_decay·p.

    Adam's direction, as long as the parameter's own norm says, for large batches; the
    ratio is 1 where a norm is 0. You et al. (2019), arXiv:1904.00962.

    >>> import autograd as ag
    >>> x = ag.tensor([3.0, 4.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> LAMB([x], lr=0.2).step()
    >>> x.data.round(4).tolist()
    [2.2929, 3.2929]
    """

    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        step, (beta1, beta2) = state["step"], betas
        m, v = kept(state, "exp_avg", g), kept(state, "exp_avg_sq", g)
        run(m, v, -g if maximize else g, betas)
        change = m / (1 - beta1**step) / (np.sqrt(v / (1 - beta2**step)) + eps)
        change = change + weight_decay * p
        length, step_length = get_total_norm([p]), get_total_norm([change])
        p -= lr * quotient(length, step_length) * change

    def check(self, params: tuple[Any, ...], settings: Settings) -> None:
        super().check(params, settings)
        for p in params:
            if np.iscomplexobj(p.data):
                raise ValueError(f"LAMB updates real parameters; got {p.data.dtype}")


class Muon(Optimizer):
    """p ← (1 - lr·weight_decay)·p - lr·r·O, where O is the momentum made orthogonal.

    m ← momentum·m + (1 - momentum)·g, and with ``nesterov`` that mixture once more
    stands for it. Of the singular value decomposition m = U·S·Vᵀ it takes about U·Vᵀ:
    by ``ns_steps`` of Newton and Schulz, x ← a·x + (b·x·xᵀ + c·(x·xᵀ)²)·x, each a
    polynomial of the singular values. r is √max(1, rows / columns), or with
    ``adjust_lr_fn="match_rms_adamw"`` 0.2·√max(rows, columns). For the matrices within
    a network; the rest is for AdamW. Jordan et al., "Muon: An optimizer for hidden
    layers in neural networks" (2024).

    Raises:
        ValueError: a parameter is no real matrix, or a setting is out of its range.

    >>> import nn
    >>> w = nn.Parameter([[1.0, 2.0], [3.0, 4.0]])
    >>> w.grad = np.array([[3.0, 0.0], [0.0, -2.0]])
    >>> Muon([w], lr=1.0, weight_decay=1.0).step()
    >>> np.sign(w.data).tolist()
    [[-1.0, 0.0], [0.0, 1.0]]
    """

    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        rows, columns = p.shape
        m = kept(state, "momentum_buffer", g)
        m += (1 - momentum) * (g - m)
        x = g + momentum * (m - g) if nesterov else m
        x = x.T if rows > columns else x  # the smaller product
        x = x / np.maximum(np.linalg.norm(x), eps)
        a, b, c = ns_coefficients
        for _ in range(ns_steps):
            square = x @ x.T
            x = a * x + (b * square + c * square @ square) @ x
        ratio = sqrt(max(1, rows / columns))
        if adjust_lr_fn == "match_rms_adamw":
            ratio = 0.2 * sqrt(max(rows, columns))
        p *= 1 - lr * weight_decay
        p -= lr * ratio * (x.T if rows > columns else x)

    def check(self, params: tuple[Any, ...], settings: Settings) -> None:
        super().check(params, settings)
        for p in params:
            if np.ndim(p.data) != 2 or np.iscomplexobj(p.data):
                shape, dtype = np.shape(p.data), np.asarray(p.data).dtype
                raise ValueError(
                    "Muon updates real matrices; give parameters of other shapes, such "
                    f"as biases, to another optimizer; got shape {shape}, {dtype}"
                )
        if settings["adjust_lr_fn"] not in (None, "original", "match_rms_adamw"):
            raise ValueError(
                "adjust_lr_fn must be 'original' or 'match_rms_adamw'; got "
                f"{settings['adjust_lr_fn']!r}"
            )
