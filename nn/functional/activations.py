"""Activations of each element, with PyTorch's names and arguments.

Each gives new results: nothing is written in place of its input, which a rule may read
again. So ``inplace=True`` is refused; what was written for it gives the same without.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag

from ..random import Seed, drawn
from .arguments import weak


def refuse_inplace(inplace: bool, name: str = "relu") -> None:
    """Raise TypeError where results shall overwrite their inputs.

    >>> refuse_inplace(False)
    """
    if inplace:
        raise TypeError(
            "inplace=True would overwrite what derivatives read. Leave it out, and use "
            f"the result: x = {name}(x)"
        )


# Rectifiers ---------------------------------------------------------------------------


def relu(input: Any, inplace: bool = False) -> Any:
    """max(x, 0), with slope 0 at 0.

    >>> import autograd as ag
    >>> relu(ag.tensor([-1.0, 2.0]))
    Tensor([0., 2.])
    """
    refuse_inplace(inplace)
    return ag.relu(input)


def relu6(input: Any, inplace: bool = False) -> Any:
    """min(max(x, 0), 6), with slope 0 at 0 and 6.

    >>> import autograd as ag
    >>> relu6(ag.tensor([-1.0, 2.0, 7.0]))
    Tensor([0., 2., 6.])
    """
    refuse_inplace(inplace)
    return ag.relu6(input)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x above 0, x times ``negative_slope`` below. Maas, Hannun, Ng (2013).

    >>> import autograd as ag
    >>> leaky_relu(ag.tensor([-1.0, 2.0]), 0.5)
    Tensor([-0.5,  2. ])
    """
    refuse_inplace(inplace)
    return ag.leaky_relu(input, negative_slope=float(negative_slope))


def prelu(input: Any, weight: Any) -> Any:
    """x above 0, x times a weight below: one for all, or one for each channel.

    (batch, channels, …) with (1,) or (channels,). He et al. (2015), arXiv:1502.01852.

    >>> import autograd as ag
    >>> prelu(ag.tensor([[-1.0, -2.0]]), ag.tensor([0.5, 0.25]))
    Tensor([[-0.5, -0.5]])
    """
    channels = input.shape[1] if np.ndim(input) > 1 else 1
    if np.ndim(weight) > 1 or np.size(weight) not in (1, channels):
        raise ValueError(
            f"prelu needs a weight of shape (1,), or ({channels},) for the channels of "
            f"an input of shape {input.shape}; got {np.shape(weight)}"
        )
    trailing = (channels,) + (1,) * (np.ndim(input) - 2)
    shape = trailing if np.size(weight) > 1 else (1,) * min(np.ndim(input), 1)
    if np.shape(weight) != shape:
        weight = ag.reshape(weight, shape)
    return ag.prelu(input, weight)


def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: Seed = None,
) -> Any:
    """x above 0, x times a slope below: drawn for each element in training.

    Slopes are uniform from ``lower`` to ``upper``, drawn from ``generator`` (a NumPy
    Generator, a seed, or None for nn's own); else the middle of both. Xu et al. (2015),
    arXiv:1505.00853.

    >>> import autograd as ag
    >>> rrelu(ag.tensor([-1.0, 2.0]), 0.25, 0.75)
    Tensor([-0.5,  2. ])
    """
    lower, upper = weak(lower), weak(upper)
    refuse_inplace(inplace)
    if not lower <= upper:
        raise ValueError(f"rrelu needs lower ≤ upper; got {lower} and {upper}")
    if not training:
        return ag.leaky_relu(input, negative_slope=(lower + upper) / 2)
    shape, dtype = np.shape(input), input.dtype
    return ag.prelu(
        input,
        drawn(generator, lambda rng: rng.uniform(lower, upper, shape).astype(dtype)),
    )


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x above 0, α (eˣ - 1) below. Clevert et al. (2015), arXiv:1511.07289.

    >>> import autograd as ag
    >>> elu(ag.tensor([-1000.0, 2.0]), alpha=0.5)
    Tensor([-0.5,  2. ])
    """
    refuse_inplace(inplace)
    return ag.elu(input, alpha=float(alpha))


def selu(input: Any, inplace: bool = False) -> Any:
    """λ x above 0, λ α (eˣ - 1) below: layers keep mean 0 and variance 1.

    λ = 1.0507, α = 1.6733. Klambauer et al. (2017), arXiv:1706.02515.

    >>> import autograd as ag
    >>> selu(ag.tensor([0.0, 1.0]))
    Tensor([0.        , 1.05070099])
    """
    refuse_inplace(inplace)
    return ag.selu(input)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x above 0, α (exp(x / α) - 1) below. Barron (2017), arXiv:1704.07483.

    >>> import autograd as ag
    >>> celu(ag.tensor([-1000.0, 2.0]), alpha=0.5)
    Tensor([-0.5,  2. ])
    """
    refuse_inplace(inplace)
    if not alpha:
        raise ValueError("celu divides by alpha; got 0")
    return ag.celu(input, alpha=float(alpha))


# Limited, shrunk, replaced ------------------------------------------------------------


def hardtanh(
    input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Any:
    """x, limited to the numbers from ``min_val`` to ``max_val``.

    >>> import autograd as ag
    >>> hardtanh(ag.tensor([-2.0, 0.5, 2.0]))
    Tensor([-1. ,  0.5,  1. ])
    """
    refuse_inplace(inplace)
    if not min_val <= max_val:
        raise ValueError(f"hardtanh needs min_val ≤ max_val; got {min_val}, {max_val}")
    return ag.hardtanh(input, min_val=float(min_val), max_val=float(max_val))


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """x / 6 + ½, limited to the numbers from 0 to 1.

    >>> import autograd as ag
    >>> hardsigmoid(ag.tensor([-3.0, 0.0, 3.0]))
    Tensor([0. , 0.5, 1. ])
    """
    refuse_inplace(inplace)
    return ag.hardsigmoid(input)


def hardswish(input: Any, inplace: bool = False) -> Any:
    """x · hardsigmoid(x). Howard et al. (2019), arXiv:1905.02244.

    >>> import autograd as ag
    >>> hardswish(ag.tensor([-3.0, 3.0]))
    Tensor([-0.,  3.])
    """
    refuse_inplace(inplace)
    return ag.hardswish(input)


def hardshrink(input: Any, lambd: float = 0.5) -> Any:
    """x where its size is beyond ``lambd``, else 0.

    >>> import autograd as ag
    >>> hardshrink(ag.tensor([-2.0, 0.2, 2.0]))
    Tensor([-2.,  0.,  2.])
    """
    return ag.hardshrink(input, lambd=_not_negative("hardshrink", lambd))


def softshrink(input: Any, lambd: float = 0.5) -> Any:
    """x, nearer to 0 by ``lambd``; 0 where it is that near.

    >>> import autograd as ag
    >>> softshrink(ag.tensor([-2.0, 0.2, 2.0]))
    Tensor([-1.5,  0. ,  1.5])
    """
    return ag.softshrink(input, lambd=_not_negative("softshrink", lambd))


def _not_negative(name: str, lambd: float) -> float:
    if lambd < 0:
        raise ValueError(f"{name} needs lambd ≥ 0; got {lambd}")
    return float(lambd)


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """x where it is beyond the threshold, else ``value``.

    >>> import autograd as ag
    >>> threshold(ag.tensor([0.5, 2.0]), 1.0, -1.0)
    Tensor([-1.,  2.])
    """
    refuse_inplace(inplace)
    return ag.threshold(input, threshold=float(threshold), value=float(value))


# Smooth -------------------------------------------------------------------------------


def sigmoid(input: Any) -> Any:
    """1 / (1 + e⁻ˣ), between 0 and 1.

    >>> import autograd as ag
    >>> sigmoid(ag.tensor([0.0]))
    Tensor([0.5])
    """
    return ag.sigmoid(input)


def tanh(input: Any) -> Any:
    """tanh x, between -1 and 1.

    >>> import autograd as ag
    >>> tanh(ag.tensor([0.0]))
    Tensor([0.])
    """
    return ag.tanh(input)


def logsigmoid(input: Any) -> Any:
    """log σ(x), without overflow.

    >>> import autograd as ag
    >>> logsigmoid(ag.tensor([-1000.0, 0.0]))
    Tensor([-1.00000000e+03, -6.93147181e-01])
    """
    return ag.log_sigmoid(input)


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + exp(beta x)) / beta; x where beta x is beyond the threshold, as there.

    ``ag.softplus`` has no threshold: it is exact to the last digit.

    >>> import autograd as ag
    >>> softplus(ag.tensor([0.0, 1000.0]), beta=2)
    Tensor([3.4657359e-01, 1.0000000e+03])
    """
    if not beta:
        raise ValueError("softplus divides by beta; got 0")
    return _SOFTPLUS(input, beta=float(beta), threshold=float(threshold))


_SOFTPLUS = ag.registry["softplus to"]


def silu(input: Any, inplace: bool = False) -> Any:
    """x σ(x), also called swish. Elfwing et al. (2017), arXiv:1702.03118.

    >>> import autograd as ag
    >>> silu(ag.tensor([0.0]))
    Tensor([0.])
    """
    refuse_inplace(inplace)
    return ag.silu(input)


def gelu(input: Any, approximate: str = "none") -> Any:
    """x Φ(x), Φ the normal distribution function. Hendrycks, Gimpel, arXiv:1606.08415.

    With ``approximate="tanh"`` Φ(x) is ½ (1 + tanh(√(2/π) (x + 0.044715 x³))).

    >>> import autograd as ag
    >>> gelu(ag.tensor([1.0])), gelu(ag.tensor([1.0]), approximate="tanh")
    (Tensor([0.84134475]), Tensor([0.84119199]))
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f'approximate is "none" or "tanh"; got {approximate!r}')
    return ag.gelu(input) if approximate == "none" else ag.gelu_tanh(input)


def mish(input: Any, inplace: bool = False) -> Any:
    """x tanh(log(1 + eˣ)). Misra (2019), arXiv:1908.08681.

    >>> import autograd as ag
    >>> mish(ag.tensor([0.0, 40.0]))
    Tensor([ 0., 40.])
    """
    refuse_inplace(inplace)
    return ag.mish(input)


def softsign(input: Any) -> Any:
    """x / (1 + |x|), between -1 and 1.

    >>> import autograd as ag
    >>> softsign(ag.tensor([-1.0, 3.0]))
    Tensor([-0.5 ,  0.75])
    """
    return ag.softsign(input)


def tanhshrink(input: Any) -> Any:
    """x - tanh x.

    >>> import autograd as ag
    >>> tanhshrink(ag.tensor([0.0]))
    Tensor([0.])
    """
    return ag.tanhshrink(input)
