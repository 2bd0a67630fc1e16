"""Normalization of each example by itself: layers, groups, the root mean square.

Weights start as ones and biases as zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

from .. import functional
from ..faults import check_sizes
from ..functional.normalization import Shape, as_shape
from ..module import Module
from ..parameter import Parameter


class Scaled(Module):
    """What normalizations share: the weight and the bias of the result, if any."""

    weight: Tensor | None
    bias: Tensor | None

    def _fill(
        self, shape: tuple[int, ...], weight: bool, bias: bool, dtype: Any
    ) -> None:
        self.weight = Parameter(np.ones(shape, dtype)) if weight else None
        self.bias = Parameter(np.zeros(shape, dtype)) if bias else None

    def _without_bias(self) -> str:
        """What a repr says where there is a weight and no bias."""
        return ", bias=False" if self.weight is not None and self.bias is None else ""


class LayerNorm(Scaled):
    """(x - mean) / √(var + eps) · weight + bias over the last axes: (…) → (…).

    ``normalized_shape`` is the shape of these axes, or the length of the last one. Ba,
    Kiros, Hinton (2016), arXiv:1607.06450.

    Raises:
        ValueError: the input does not end in ``normalized_shape``.

    >>> import autograd as ag
    >>> LayerNorm(2, eps=0.0)(ag.tensor([[1.0, 3.0], [5.0, 9.0]]))
    Tensor([[-1.,  1.],
            [-1.,  1.]], requires_grad=True)
    """

    weight: Tensor | None  # normalized_shape
    bias: Tensor | None  # normalized_shape

    def __init__(
        self,
        normalized_shape: Shape,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        self.normalized_shape = _sizes(self, normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        has_bias = elementwise_affine and bias
        self._fill(self.normalized_shape, elementwise_affine, has_bias, dtype)

    def forward(self, input: Any) -> Any:
        """(…, *normalized_shape) → the same shape."""
        return functional.layer_norm(
            input, self.normalized_shape, self.weight, self.bias, self.eps
        )

    def extra_repr(self) -> str:
        text = f"{self.normalized_shape}, eps={self.eps}"
        affine = f"elementwise_affine={self.elementwise_affine}"
        return f"{text}, {affine}{self._without_bias()}"


class RMSNorm(Scaled):
    """x / √(mean x² + eps) · weight over the last axes: (…) → (…).

    ``eps`` None is the smallest difference from 1 in the input's dtype. Zhang, Sennrich
    (2019), arXiv:1910.07467.

    >>> import autograd as ag
    >>> RMSNorm(2)(ag.tensor([3.0, -3.0])).data
    array([ 1., -1.])
    """

    weight: Tensor | None  # normalized_shape

    def __init__(
        self,
        normalized_shape: Shape,
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: Any = np.float32,
    ) -> None:
        self.normalized_shape = _sizes(self, normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        ones = np.ones(self.normalized_shape, dtype)
        self.weight = Parameter(ones) if elementwise_affine else None

    def forward(self, input: Any) -> Any:
        """(…, *normalized_shape) → the same shape."""
        return functional.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        text = f"{self.normalized_shape}, eps={self.eps}"
        return f"{text}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Scaled):
    """Each of ``num_groups`` groups of channels by itself: (batch, channels, …).

    Wu, He (2018), arXiv:1803.08494.

    Raises:
        ValueError: the channels cannot be divided into so many groups.

    >>> import autograd as ag
    >>> GroupNorm(2, 4, eps=0.0)(ag.tensor([[1.0, 3.0, 5.0, 9.0]])).data
    array([[-1.,  1., -1.,  1.]])
    """

    weight: Tensor | None  # (num_channels,)
    bias: Tensor | None  # (num_channels,)

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        check_sizes(self, num_groups=num_groups, num_channels=num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm needs num_channels that are a multiple of num_groups; got "
                f"{num_channels} and {num_groups}"
            )
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        self._fill((num_channels,), affine, affine and bias, dtype)

    def forward(self, input: Any) -> Any:
        """(batch, num_channels, …) → the same shape."""
        check_channels(self, input, self.num_channels, None)
        return functional.group_norm(
            input, self.num_groups, self.weight, self.bias, self.eps
        )

    def extra_repr(self) -> str:
        sizes = f"{self.num_groups}, {self.num_channels}"
        return f"{sizes}, eps={self.eps}, affine={self.affine}{self._without_bias()}"


class LocalResponseNorm(Module):
    """x / (k + alpha · mean of x² over ``size`` channels around it)^beta.

    Krizhevsky, Sutskever, Hinton (2012).

    >>> import numpy as np
    >>> LocalResponseNorm(2)(np.zeros((1, 3, 4))).shape
    (1, 3, 4)
    """

    def __init__(
        self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
    ) -> None:
        check_sizes(self, size=size)
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → the same shape."""
        return functional.local_response_norm(
            input, self.size, self.alpha, self.beta, self.k
        )

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


def _sizes(layer: Module, shape: Shape) -> tuple[int, ...]:
    sizes = shape if isinstance(shape, (tuple, list)) else (shape,)
    for size in sizes:
        check_sizes(layer, normalized_shape=size)
    return as_shape(shape)


def check_channels(
    layer: Module,
    input: Any,
    channels: int,
    ndims: tuple[int, ...] | None,
    alone: bool = False,
) -> None:
    """Raise unless the input has so many channels; and ``ndims`` axes, if given.

    Where an example may come ``alone``, the fewest axes are its own.
    """
    shape = getattr(input, "shape", ())
    ndim = len(shape)
    axis = 0 if alone and ndims and ndim == ndims[0] else 1
    if ndim < 2 or (ndims and ndim not in ndims) or shape[axis] != channels:
        got = shape if hasattr(input, "shape") else f"a {type(input).__name__}"
        axes = " or ".join(map(str, ndims)) if ndims else "2 or more"
        raise ValueError(
            f"{layer!r} needs an input of {axes} axes with {channels} channels, "
            f"(batch, {channels}, …); got {got}"
        )
