"""Normalization of batches and instances, whose mean and variance may be followed."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from autograd import Tensor
from autograd.core.node import decides
from autograd.ops.held import held

from .. import functional
from ..faults import check_sizes
from ..parameter import Buffer
from .normalization import Scaled, check_channels


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
        check_channels(self, input, self.num_features, self.ndims)
        count = self.num_batches_tracked if self.training else None
        momentum = self.momentum
        if count is not None and momentum is None:
            seen = held(count)
            momentum = 1 / ((int(seen) if decides(seen) else seen) + 1)
        y = self._normalized(input, 0.0 if momentum is None else momentum)
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
        check_channels(self, input, self.num_features, self.ndims, alone=True)
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
