"""Normalization layers: of batches, layers, groups, instances, by the root mean square.

Weights start as ones and biases as zeros.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from autograd.core.node import decides
from autograd.ops.held import held

from .. import functional
from ..faults import check_sizes
from ..functional.normalization import Shape, as_shape
from ..module import Module
from ..parameter import Buffer, Parameter


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
        _check(self, input, self.num_channels, None)
        return functional.group_norm(
            input, self.num_groups, self.weight, self.bias, self.eps
        )

    def extra_repr(self) -> str:
        sizes = f"{self.num_groups}, {self.num_channels}"
        return f"{sizes}, eps={self.eps}, affine={self.affine}{self._without_bias()}"


class Running(Scaled):
    """What follows mean and variance of the channels, to use them in ``eval()``."""

    running_mean: Tensor | None  # (num_features,)
    running_var: Tensor | None  # (num_features,)
    num_batches_tracked: Tensor | None  # ()
    ndims: ClassVar[tuple[int, ...]]  # of the input

    def __init_subclass__(cls, ndims: tuple[int, ...] = ()) -> None:
        cls.ndims = ndims

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: Any,
    ) -> None:
        check_sizes(self, num_features=num_features)
        self.num_features = num_features
        self.eps, self.momentum = eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self._fill((num_features,), affine, affine and bias, dtype)
        self.running_mean = self.running_var = self.num_batches_tracked = None
        if track_running_stats:
            self.running_mean = Buffer(np.zeros(num_features, dtype))
            self.running_var = Buffer(np.ones(num_features, dtype))
            self.num_batches_tracked = Buffer(np.zeros((), np.int64))

    def reset_running_stats(self) -> None:
        """Forget what was seen: mean 0, variance 1, no batches.

        >>> norm = BatchNorm1d(1)
        >>> norm.reset_running_stats()
        """
        starts = (self.running_mean, 0), (self.running_var, 1)
        for buffer, start in (*starts, (self.num_batches_tracked, 0)):
            if buffer is not None:
                buffer.data = np.full_like(buffer.data, start)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, track_running_stats={self.track_running_stats}"
            f"{self._without_bias()}"
        )


class BatchNorm(Running):
    """What batch norms of one, two and three axes share."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, bias, dtype
        )

    def forward(self, input: Any) -> Any:
        """(batch, num_features, …) → the same shape."""
        _check(self, input, self.num_features, self.ndims)
        count = self.num_batches_tracked if self.training else None
        momentum = self.momentum
        if count is not None and momentum is None:
            seen = held(count)
            momentum = 1 / ((int(seen) if decides(seen) else seen) + 1)
        y = self._normalized(input, momentum or 0.0)
        if count is not None:
            count.data = count.data + 1
        return y

    def _normalized(self, input: Any, momentum: float) -> Any:
        return functional.batch_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )


class BatchNorm1d(BatchNorm, ndims=(2, 3)):
    """Each channel of a batch: (batch, num_features), or with (…, length).

    In training by the mean and variance of the batch, which the running ones follow;
    after ``eval()`` by the running ones. ``momentum`` is the share of a new batch in
    these; None: they are the mean over all batches so far. Ioffe, Szegedy (2015),
    arXiv:1502.03167.

    Raises:
        ValueError: in training a channel has one element, whose variance is 0.

    >>> import autograd as ag
    >>> norm = BatchNorm1d(1, eps=0.0)
    >>> norm(ag.tensor([[1.0], [3.0]])).data.tolist()
    [[-1.0], [1.0]]
    >>> norm.running_mean
    Tensor([0.2], dtype=float32)
    >>> norm.eval()(ag.tensor([[1.1**0.5 + 0.2]])).data.round(6).tolist()
    [[1.0]]
    """


class BatchNorm2d(BatchNorm, ndims=(4,)):
    """Each channel of a batch of images: (batch, num_features, height, width).

    >>> import numpy as np
    >>> norm = BatchNorm2d(3)
    >>> norm(np.zeros((5, 3, 4, 4))).shape
    (5, 3, 4, 4)
    >>> list(norm.state_dict())
    ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']
    """


class BatchNorm3d(BatchNorm, ndims=(5,)):
    """Each channel of a batch of volumes: (batch, num_features, depth, height, width).

    >>> import numpy as np
    >>> BatchNorm3d(3)(np.zeros((5, 3, 2, 4, 4))).shape
    (5, 3, 2, 4, 4)
    """


class InstanceNorm(Running):
    """What instance norms of one, two and three axes share.

    As in PyTorch, batches are not counted, and momentum None is 0.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, bias, dtype
        )

    def forward(self, input: Any) -> Any:
        """(batch, num_features, …), or (num_features, …) → the same shape."""
        _check(self, input, self.num_features, self.ndims)
        single = input.ndim == self.ndims[0]
        if single:
            input = input[None]
        y = functional.instance_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            self.momentum or 0.0,
            self.eps,
        )
        return y[0] if single else y


class InstanceNorm1d(InstanceNorm, ndims=(2, 3)):
    """Each channel of each example: (batch, num_features, length), or without batch.

    Ulyanov, Vedaldi, Lempitsky (2016), arXiv:1607.08022.

    Raises:
        ValueError: a channel has one element, whose variance is 0.

    >>> import autograd as ag
    >>> InstanceNorm1d(1, eps=0.0)(ag.tensor([[[1.0, 3.0]], [[5.0, 9.0]]])).tolist()
    [[[-1.0, 1.0]], [[-1.0, 1.0]]]
    """


class InstanceNorm2d(InstanceNorm, ndims=(3, 4)):
    """Each channel of each image: (batch, num_features, height, width), or with no
    batch.

    >>> import numpy as np
    >>> InstanceNorm2d(3)(np.zeros((5, 3, 4, 4))).shape
    (5, 3, 4, 4)
    """


class InstanceNorm3d(InstanceNorm, ndims=(4, 5)):
    """Each channel of each volume: (batch, num_features, depth, height, width), or
    without batch.

    >>> import numpy as np
    >>> InstanceNorm3d(3)(np.zeros((5, 3, 2, 4, 4))).shape
    (5, 3, 2, 4, 4)
    """


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


def _check(
    layer: Module, input: Any, channels: int, ndims: tuple[int, ...] | None
) -> None:
    """Raise unless the input has so many channels, before its last ``ndims`` axes."""
    shape = getattr(input, "shape", ())
    ndim = len(shape)
    axis = 0 if ndims and isinstance(layer, InstanceNorm) and ndim == ndims[0] else 1
    if ndim < 2 or (ndims and ndim not in ndims) or shape[axis] != channels:
        got = shape if hasattr(input, "shape") else f"a {type(input).__name__}"
        axes = " or ".join(map(str, ndims)) if ndims else "2 or more"
        raise ValueError(
            f"{layer!r} needs an input of {axes} axes with {channels} channels, "
            f"(batch, {channels}, …); got {got}"
        )
