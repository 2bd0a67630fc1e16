"""Initializers: fill a parameter in place with random numbers of the right size.

A layer keeps the size of what passes through it if its weights are scaled by the number
of inputs (its fan-in; going backwards, outputs: its fan-out). All draw in float64 and
round, so a seed gives the same weights in every precision.
"""

from __future__ import annotations

import math

import numpy as np

from autograd import Tensor

from .elsewhere import telling
from .random import Seed, generator_of, seed

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "seed",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]


def __dir__() -> list[str]:
    return __all__


__getattr__ = telling(__name__)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Every element ``val``.

    >>> import autograd as ag
    >>> constant_(ag.zeros(2), 3.0)
    Tensor([3., 3.])
    """
    return _filled(tensor, np.full(tensor.shape, val))


def zeros_(tensor: Tensor) -> Tensor:
    """Every element 0.

    >>> import autograd as ag
    >>> zeros_(ag.ones(2))
    Tensor([0., 0.])
    """
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Every element 1.

    >>> import autograd as ag
    >>> ones_(ag.zeros(2))
    Tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


def uniform_(
    tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Seed = None
) -> Tensor:
    """Uniform between ``a`` and ``b``.

    >>> import autograd as ag
    >>> uniform_(ag.zeros(3), -1, 1, generator=0).data.round(3)
    array([ 0.274, -0.46 , -0.918])
    """
    return _filled(tensor, generator_of(generator).uniform(a, b, tensor.shape))


def normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Seed = None
) -> Tensor:
    """Normal with the given mean and standard deviation.

    >>> import autograd as ag
    >>> normal_(ag.zeros(3), generator=0).data.round(3)
    array([ 0.126, -0.132,  0.64 ])
    """
    return _filled(tensor, generator_of(generator).normal(mean, std, tensor.shape))


def xavier_uniform_(
    tensor: Tensor, gain: float = 1.0, generator: Seed = None
) -> Tensor:
    """Uniform in ± gain·√(6 / (fan_in + fan_out)): variance 2 / (fan_in + fan_out).

    Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks" (2010).

    >>> import autograd as ag
    >>> weight = xavier_uniform_(ag.zeros((100, 200)), generator=0)
    >>> float(abs(weight.data).max()) <= (6 / 300) ** 0.5
    True
    """
    bound = gain * math.sqrt(6 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Seed = None) -> Tensor:
    """Normal with standard deviation gain·√(2 / (fan_in + fan_out)).

    Glorot and Bengio (2010), as ``xavier_uniform_``.

    >>> import autograd as ag
    >>> weight = xavier_normal_(ag.zeros((100, 300)), generator=0)
    >>> round(float(weight.data.std()), 2)  # √(2 / 400)
    0.07
    """
    std = gain * math.sqrt(2 / sum(_fans(tensor)))
    return normal_(tensor, 0.0, std, generator)


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Seed = None,
) -> Tensor:
    """Uniform in ± gain·√(3 / fan): variance gain² / fan.

    ``a`` is the slope of a leaky ReLU below 0; ``mode`` is "fan_in", which keeps the
    size of the values, or "fan_out", which keeps that of the gradients. He et al.,
    "Delving deep into rectifiers" (2015), arXiv:1502.01852.

    >>> import autograd as ag
    >>> weight = kaiming_uniform_(ag.zeros((50, 100)), generator=0)
    >>> float(abs(weight.data).max()) <= (6 / 100) ** 0.5
    True
    """
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Seed = None,
) -> Tensor:
    """Normal with standard deviation gain / √fan; arguments as ``kaiming_uniform_``.

    >>> import autograd as ag
    >>> weight = kaiming_normal_(ag.zeros((100, 200)), generator=0)
    >>> round(float(weight.data.std()), 2)  # √(2 / 200)
    0.1
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity)
    return normal_(tensor, 0.0, std, generator)


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Seed = None,
) -> Tensor:
    """Normal, but for what lies below ``a`` or above ``b``, which is not drawn.

    Raises:
        ValueError: no number is between ``a`` and ``b``, or nearly none is drawn there:
            they lie 4 standard deviations or more from the mean, on one side.

    >>> import autograd as ag
    >>> weight = trunc_normal_(ag.zeros((30, 40)), std=0.5, a=-1.0, b=1.0, generator=0)
    >>> float(abs(weight.data).max()) <= 1
    True
    """
    if not (std > 0 and a < b and a < mean + 4 * std and b > mean - 4 * std):
        raise ValueError(
            f"trunc_normal_ needs std > 0, and a < b with something within 4 standard "
            f"deviations of the mean between them; got std={std}, a={a}, b={b}, "
            f"mean={mean}"
        )
    rng = generator_of(generator)
    low, high = max(a, mean - 8 * std), min(b, mean + 8 * std)
    mode = min(max(mean, low), high)
    array = np.empty(tensor.shape)
    wanted = np.ones(tensor.shape, bool)
    while n := np.count_nonzero(wanted):  # each is kept as likely as it is dense there
        drawn = rng.uniform(low, high, n)
        less = (mode - mean) ** 2 - (drawn - mean) ** 2
        array[wanted] = drawn
        wanted[wanted] = rng.random(n) >= np.exp(less / (2 * std**2))
    return _filled(tensor, array)


def orthogonal_(tensor: Tensor, gain: float = 1.0, generator: Seed = None) -> Tensor:
    """``gain`` times an orthogonal matrix: (n, …) as n rows, or the columns if fewer.

    Uniform among those, by the QR factors of normal numbers. Saxe et al., "Exact
    solutions to the nonlinear dynamics of learning in deep linear neural networks"
    (2013), arXiv:1312.6120.

    Raises:
        ValueError: ``tensor`` has less than two axes.

    >>> import autograd as ag
    >>> weight = orthogonal_(ag.zeros((2, 3)), generator=0).data
    >>> bool(abs(weight @ weight.T - [[1, 0], [0, 1]]).max() < 1e-6)
    True
    """
    if tensor.ndim < 2:
        raise ValueError(
            f"orthogonal_ needs a weight of two axes or more; got shape {tensor.shape}"
        )
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    normal = generator_of(generator).normal(size=(rows, columns))
    q, r = np.linalg.qr(normal if rows >= columns else normal.T)
    q *= np.copysign(1.0, np.diagonal(r))
    matrix = q if rows >= columns else q.T
    return _filled(tensor, gain * matrix.reshape(tensor.shape))


def eye_(tensor: Tensor) -> Tensor:
    """The identity matrix, or as much of it as fits.

    Raises:
        ValueError: ``tensor`` is no matrix.

    >>> import autograd as ag
    >>> eye_(ag.zeros((2, 3)))
    Tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if tensor.ndim != 2:
        raise ValueError(f"eye_ needs a matrix; got shape {tensor.shape}")
    rows, columns = tensor.shape
    return _filled(tensor, np.eye(rows, columns))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """The filters (out, in, …) of a convolution that passes its channels on.

    As many as there are; of ``groups`` each passes on its own.

    Raises:
        ValueError: ``tensor`` has not 3 to 5 axes, or no filters for so many groups.

    >>> import autograd as ag
    >>> dirac_(ag.zeros((2, 1, 3)))
    Tensor([[[0., 1., 0.]],
    <BLANKLINE>
            [[0., 0., 0.]]])
    """
    whole = isinstance(groups, int) and groups > 0
    if not 3 <= tensor.ndim <= 5 or not whole or tensor.shape[0] % groups:
        raise ValueError(
            "dirac_ needs filters (a multiple of groups, channels, …) of 3 to 5 axes; "
            f"got the shape {tensor.shape} and groups={groups!r}"
        )
    array = np.zeros(tensor.shape)
    own = tensor.shape[0] // groups
    middle = tuple([n // 2 for n in tensor.shape[2:]])
    for filter in range(tensor.shape[0]):
        if filter % own < tensor.shape[1]:
            array[(filter, filter % own, *middle)] = 1
    return _filled(tensor, array)


def sparse_(
    tensor: Tensor, sparsity: float, std: float = 0.01, generator: Seed = None
) -> Tensor:
    """Normal, but for a part of each column that is 0.

    Martens, "Deep learning via Hessian-free optimization" (2010).

    Raises:
        ValueError: ``tensor`` is no matrix, ``sparsity`` no part.

    >>> import autograd as ag
    >>> weight = sparse_(ag.zeros((4, 3)), sparsity=0.5, generator=0).data
    >>> (weight == 0).sum(axis=0).tolist()
    [2, 2, 2]
    """
    if tensor.ndim != 2 or not 0 <= sparsity <= 1:
        raise ValueError(
            "sparse_ needs a matrix, and a sparsity from 0 to 1; got the shape "
            f"{tensor.shape} and sparsity={sparsity}"
        )
    rng = generator_of(generator)
    array = rng.normal(0.0, std, tensor.shape)
    order = np.argsort(rng.random(tensor.shape), axis=0)
    np.put_along_axis(array, order[: math.ceil(sparsity * len(order))], 0.0, axis=0)
    return _filled(tensor, array)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """How much an activation shrinks what passes, to be made up for by the weights.

    ``param`` is the slope of "leaky_relu" below 0, by default 0.01.

    >>> round(calculate_gain("relu"), 4)
    1.4142
    """
    gains = {
        "linear": 1.0,
        **{f"conv{n}d": 1.0 for n in (1, 2, 3)},
        **{f"conv_transpose{n}d": 1.0 for n in (1, 2, 3)},
        "sigmoid": 1.0,
        "tanh": 5 / 3,
        "relu": math.sqrt(2),
        "leaky_relu": math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2)),
        "selu": 3 / 4,
    }
    if nonlinearity not in gains:
        raise ValueError(
            f"no gain is known for {nonlinearity!r}; expected one of {', '.join(gains)}"
        )
    return gains[nonlinearity]


def _filled(tensor: Tensor, array: np.ndarray) -> Tensor:
    tensor.data = array.astype(tensor.dtype)
    return tensor


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out'; got {mode!r}")
    fan = _fans(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan) if fan else 0.0


def _fans(tensor: Tensor) -> tuple[int, int]:
    """Fan-in and fan-out of a weight (n_out, n_in, *kernel)."""
    if tensor.ndim < 2:
        raise ValueError(
            "fan-in and fan-out need a weight of two axes or more, (n_out, n_in, …); "
            f"got shape {tensor.shape}. Use uniform_ or normal_"
        )
    n_out, n_in, *kernel = tensor.shape
    return n_in * math.prod(kernel), n_out * math.prod(kernel)
