"""Losses of probabilities, of their logits or logarithms, and of densities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.node import decides, raw
from autograd.ops.held import presumed

from .arguments import array_of, weak
from .losses import REDUCTIONS, check_reduction, constant_in, of_elements


def binary_cross_entropy(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean"
) -> Any:
    """-y log x - (1 - y) log(1 - x), for probabilities x; logarithms end at -100.

    Targets have the shape of the input; ``weight`` is broadcast to it. Of logits there
    is ``binary_cross_entropy_with_logits``, which is exact.

    Raises:
        ValueError: an element of the input is no probability.

    >>> import autograd as ag
    >>> binary_cross_entropy(ag.tensor([0.5, 1.0]), np.array([1.0, 1.0]))
    Tensor(0.34657359)
    """

    def error(x: Any, y: Any) -> Any:
        _check_probabilities(array_of(x))
        return weighted("binary_cross_entropy", ag.binary_cross_entropy(x, y), weight)

    return of_elements("binary_cross_entropy", error, input, target, reduction)


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Any:
    """-y log σ(x) - (1 - y) log(1 - σ(x)), exact where σ is 0 or 1 to all digits.

    Targets lie between 0 and 1, and have the shape of the input. ``pos_weight``
    multiplies the first term, ``weight`` the whole; both are broadcast.

    >>> import autograd as ag
    >>> binary_cross_entropy_with_logits(ag.tensor([0.0, 50.0]), np.array([1.0, 1.0]))
    Tensor(0.34657359)
    """
    name = "binary_cross_entropy_with_logits"

    def error(x: Any, y: Any) -> Any:
        if pos_weight is None:
            errors = ag.binary_cross_entropy_with_logits(x, y)
        else:
            positive = weighted(name, ag.softplus(-x), pos_weight, "pos_weight")
            errors = y * positive + (1 - y) * ag.softplus(x)
        return weighted(name, errors, weight)

    return of_elements(name, error, input, target, reduction)


def kl_div(
    input: Any, target: Any, *, reduction: str = "mean", log_target: bool = False
) -> Any:
    """y (log y - x), for probabilities y and logarithms x of others; 0 for y = 0.

    With ``log_target`` the target is log y. The divergence of distributions is the
    sum; "batchmean" divides it by the number of rows, "mean" by that of all elements.
    Kullback, Leibler (1951), doi:10.1214/aoms/1177729694.

    >>> import autograd as ag
    >>> x = np.log(np.array([[0.5, 0.5]]))
    >>> kl_div(ag.tensor(x), np.array([[0.0, 1.0]]), reduction="batchmean")
    Tensor(0.69314718)
    """
    check_reduction(reduction, ("batchmean", *REDUCTIONS))
    error = _divergence_of_logarithms if log_target else _divergence
    sums = "sum" if reduction == "batchmean" else reduction
    total = of_elements("kl_div", error, input, target, sums)
    if reduction != "batchmean":
        return total
    return total / (len(input) if getattr(input, "ndim", 1) else 1)


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Any:
    """eˣ - y x, for counts y and logarithms x of their means; x - y log(x + eps), for
    the means themselves, without ``log_input``.

    With ``full`` log y! is added, by Stirling's formula where y > 1.

    >>> import autograd as ag
    >>> poisson_nll_loss(ag.tensor([0.0, 0.0]), np.array([0.0, 3.0]), reduction="none")
    Tensor([1., 1.])
    """

    def error(x: Any, y: Any) -> Any:
        loss = ag.exp(x) - y * x if log_input else x - y * ag.log(x + eps)
        return loss + _log_factorial(y) if full else loss

    return of_elements("poisson_nll_loss", error, input, target, reduction)


def gaussian_nll_loss(
    input: Any,
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Any:
    """½ (log v + (input - target)² / v), for v = max(var, eps).

    ``var`` has the shape of the input, or is one for the whole last axis: (…, 1) or
    (…), or one number; its gradient is that by v, also where it is below eps. With
    ``full`` ½ log 2π is added. Nix, Weigend (1994), doi:10.1109/ICNN.1994.374138.

    Raises:
        ValueError: a variance is negative, or of a shape that does not fit.

    >>> import autograd as ag
    >>> gaussian_nll_loss(ag.tensor([1.0, 3.0]), np.array([1.0, 1.0]), np.ones(2))
    Tensor(1.)
    """
    eps = weak(eps)
    if not eps > 0:
        raise ValueError(f"gaussian_nll_loss needs eps > 0; got {eps}")
    var = _checked_variance(input, var)
    data = array_of(var)
    v = var + (np.maximum(data, eps) - data)

    def error(x: Any, y: Any) -> Any:
        loss = 0.5 * (ag.log(v) + ag.square(x - y) / v)
        return loss + 0.5 * math.log(2 * math.pi) if full else loss

    return of_elements("gaussian_nll_loss", error, input, target, reduction)


def _check_probabilities(x: np.ndarray) -> None:
    wrong = (x < 0) | (x > 1)
    if np.any(wrong):
        raise ValueError(
            "binary_cross_entropy needs probabilities, from 0 to 1; got "
            f"{x[wrong].flat[0]}. Of logits take binary_cross_entropy_with_logits"
        )


def _divergence(x: Any, y: Any) -> Any:
    return y * ag.log(ag.where(y == 0, 1, y)) - y * x


def _divergence_of_logarithms(x: Any, y: Any) -> Any:
    return ag.exp(y) * (y - x)


def _log_factorial(y: Any) -> Any:
    many = y > 1
    n = ag.where(many, y, 2)
    return ag.where(many, n * ag.log(n) - n + 0.5 * ag.log(2 * math.pi * n), 0)


def _checked_variance(input: Any, var: Any) -> Any:
    var = constant_in(input, var)
    data = array_of(var)
    if not decides(data):
        _checked_variance(raw(input), raw(var))
        var = presumed(var, data >= 0, "no variance was negative")
    elif (data < 0).any():
        raise ValueError(
            f"gaussian_nll_loss needs variances ≥ 0; got {data[data < 0].flat[0]}"
        )
    shape = input.shape
    if var.shape not in (shape, (*shape[:-1], 1), shape[:-1], ()):
        raise ValueError(
            f"gaussian_nll_loss needs var of its input's shape {shape}, of "
            f"{(*shape[:-1], 1)} or {shape[:-1]}; got {var.shape}"
        )
    return ag.expand_dims(var, axis=-1) if var.shape == shape[:-1] != () else var


def weighted(name: str, errors: Any, weight: Any, role: str = "weight") -> Any:
    """The errors times a weight that is broadcast to them.

    >>> weighted("a loss", np.ones((2, 2)), [1.0, 2.0]).tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    if weight is None:
        return errors
    weight, shape = constant_in(errors, weight), np.shape(errors)
    pairs = zip(reversed(weight.shape), reversed(shape))
    if weight.ndim > len(shape) or not all(n in (1, m) for n, m in pairs):
        raise ValueError(
            f"{name} needs a {role} that is broadcast to its input's shape "
            f"{shape}; got {weight.shape}"
        )
    return errors * weight
