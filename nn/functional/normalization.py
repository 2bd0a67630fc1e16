"""Normalization, with PyTorch's names and arguments.

Statistics that run along are Buffers or arrays, which are updated in place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor
from autograd.ops.held import held

from .arguments import shape_of, weak

Shape = int | Sequence[int]


def layer_norm(
    input: Any,
    normalized_shape: Shape,
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Any:
    """(x - mean) / √(var + eps) · weight + bias, over the last axes, of that shape.

    Ba, Kiros, Hinton, "Layer normalization" (2016), arXiv:1607.06450.

    Raises:
        ValueError: the input does not end in ``normalized_shape``.

    >>> import autograd as ag
    >>> layer_norm(ag.tensor([[1.0, 3.0], [5.0, 9.0]]), 2, eps=0.0)
    Tensor([[-1.,  1.],
            [-1.,  1.]])
    """
    shape = as_shape(normalized_shape)
    weight, bias = _last_axes(input, shape, weight=weight, bias=bias)
    return ag.layer_norm(input, weight, bias, ndim=len(shape), eps=eps)


def rms_norm(
    input: Any,
    normalized_shape: Shape,
    weight: Any = None,
    eps: float | None = None,
) -> Any:
    """x / √(mean x² + eps) · weight, over the last axes; eps None: the dtype's own.

    Zhang, Sennrich, "Root mean square layer normalization" (2019), arXiv:1910.07467.

    >>> import autograd as ag
    >>> rms_norm(ag.tensor([3.0, -3.0]), 2, eps=0.0)
    Tensor([ 1., -1.])
    """
    shape = as_shape(normalized_shape)
    weight, _ = _last_axes(input, shape, weight=weight, bias=None)
    if eps is None:
        eps = float(np.finfo(input.dtype).eps)
    return ag.rms_norm(input, weight, ndim=len(shape), eps=eps)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """(batch, channels, …), each group of channels of an example by itself.

    Wu, He, "Group normalization" (2018), arXiv:1803.08494.

    Raises:
        ValueError: the channels cannot be divided into so many groups.

    >>> import autograd as ag
    >>> group_norm(ag.tensor([[1.0, 3.0, 5.0, 9.0]]), 2, eps=0.0)
    Tensor([[-1.,  1., -1.,  1.]])
    """
    channels = _channels(input, 2)
    if num_groups < 1 or channels % num_groups:
        raise ValueError(
            f"group norm needs channels that are a multiple of {num_groups} groups; "
            f"got input of shape {input.shape}, of {channels} channels"
        )
    weight, bias = _scales(input, (channels,), weight=weight, bias=bias)
    return ag.group_norm(input, weight, bias, groups=num_groups, eps=eps)


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """(batch, channels, …), each channel over everything else.

    In training by the mean and variance of this batch, of which ``momentum`` goes into
    the running ones, if there are any; otherwise by the running ones. These learn the
    variance of the whole from a sample: over n - 1.

    Ioffe, Szegedy, "Batch normalization" (2015), arXiv:1502.03167.

    Raises:
        ValueError: training with one element for each channel, which has no variance.

    >>> import autograd as ag, numpy as np
    >>> mean, var = np.zeros(1), np.ones(1)
    >>> x = ag.tensor([[1.0], [3.0]])
    >>> batch_norm(x, mean, var, training=True, eps=0.0).tolist()
    [[-1.0], [1.0]]
    >>> mean, var  # 0.9 of 0 and of 1, and 0.1 of 2 and of 2
    (array([0.2]), array([1.1]))
    >>> batch_norm(x, mean, var, eps=0.0).tolist() == ((x - 0.2) / 1.1**0.5).tolist()
    True
    """
    channels = _channels(input, 2)
    weight, bias = _scales(input, (channels,), weight=weight, bias=bias)
    running = _running(channels, running_mean, running_var)
    if not training:
        if running is None:
            raise ValueError(
                "batch norm without training needs running_mean and running_var"
            )
        return _by_running(input, *running, weight, bias, eps)
    n = input.size // max(channels, 1)
    if n < 2:
        raise ValueError(
            f"batch norm needs more than one element for each channel to train; got "
            f"input of shape {input.shape}, whose variance is 0. Train on larger "
            "batches, or call eval() to use the running statistics"
        )
    y, mean, var = ag.batch_norm(input, weight, bias, eps=eps)
    if running is not None:
        unbiased = _data(var) * (n / (n - 1))
        follow(running_mean, mean, momentum)
        follow(running_var, unbiased, momentum)
    return y


def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """(batch, channels, …), each channel of each example by itself.

    Ulyanov, Vedaldi, Lempitsky, "Instance normalization" (2016), arXiv:1607.08022.

    Raises:
        ValueError: a channel has one element, which has no variance.

    >>> import autograd as ag
    >>> instance_norm(ag.tensor([[[1.0, 3.0], [5.0, 9.0]]]), eps=0.0).tolist()
    [[[-1.0, 1.0], [-1.0, 1.0]]]
    """
    channels = _channels(input, 3)
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, eps=eps)
    n = math.prod(input.shape[2:])
    if n == 1:
        raise ValueError(
            "instance norm needs more than one element in each channel of an example; "
            f"got input of shape {input.shape}, whose variances are 0"
        )
    weight, bias = _scales(input, (channels,), weight=weight, bias=bias)
    running = _running(channels, running_mean, running_var)
    y = ag.group_norm(input, weight, bias, groups=channels, eps=eps)
    if running is not None and input.size:
        rows = np.reshape(_data(input), (*input.shape[:2], -1))
        follow(running_mean, rows.mean(axis=(0, 2)), momentum)
        follow(running_var, rows.var(axis=2, ddof=1).mean(axis=0), momentum)
    return y


def normalize(input: Any, p: float = 2.0, dim: Any = 1, eps: float = 1e-12) -> Any:
    """x / max(‖x‖ₚ, eps): vectors along an axis, made of length 1.

    >>> import autograd as ag
    >>> normalize(ag.tensor([[3.0, 4.0]]))
    Tensor([[0.6, 0.8]])
    """
    p, eps = weak(p), weak(eps)
    shape_of("normalize", input)
    length = ag.linalg.vector_norm(input, ord=p, axis=dim, keepdims=True)
    return input / ag.maximum(length, eps)


def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Any:
    """x / (k + alpha · mean of x² over ``size`` channels around it)^beta.

    Channels beyond the ends count as zeros. Krizhevsky, Sutskever, Hinton, "ImageNet
    classification with deep convolutional neural networks" (2012).

    >>> import autograd as ag
    >>> local_response_norm(ag.tensor([[[3.0], [4.0]]]), 1, alpha=1.0, k=0.0, beta=0.5)
    Tensor([[[1.],
             [1.]]])
    """
    alpha, beta, k = weak(alpha), weak(beta), weak(k)
    channels = _channels(input, 3)
    if size < 1:
        raise ValueError(f"size is the number of channels, 1 or more; got {size}")
    beside = [(0, 0)] * (input.ndim - 2)
    squares = ag.pad(ag.square(input), ((0, 0), (size // 2, (size - 1) // 2), *beside))
    total = sum(squares[:, i : i + channels] for i in range(size))
    return input / (k + alpha / size * total) ** beta


def as_shape(shape: Shape) -> tuple[int, ...]:
    """A number as the shape of one axis.

    >>> as_shape(3), as_shape([2, 3])
    ((3,), (2, 3))
    """
    return (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)


def _data(x: Any) -> Any:
    return held(x) if isinstance(x, Tensor) else np.asarray(x)


def _channels(input: Any, ndim: int) -> int:
    shape = shape_of("normalization", input)
    if len(shape) < ndim:
        rest = ", length, …" if ndim == 3 else ", …"
        raise ValueError(
            f"normalization needs an array (batch, channels{rest}); got shape {shape}"
        )
    return shape[1]


def _last_axes(input: Any, shape: tuple[int, ...], **scales: Any) -> list[Any]:
    came = shape_of("normalization", input)
    if not shape or came[-len(shape) :] != shape:
        wanted = ", ".join(map(str, shape))
        raise ValueError(
            f"the normalized axes are the last: (…, {wanted}); got shape {came}"
        )
    return _scales(input, shape, **scales)


def _scales(input: Any, shape: tuple[int, ...], **scales: Any) -> list[Any]:
    """Weight and bias, 1 and 0 where there are none."""
    found = []
    for name, scale in scales.items():
        if scale is None:
            scale = np.full(shape, name == "weight", np.result_type(input.dtype, 0.0))
        elif scale.shape != shape:
            raise ValueError(
                f"the {name} is of the shape {shape} of what is normalized; got shape "
                f"{scale.shape}"
            )
        found.append(scale)
    return found


def _running(channels: int, mean: Any, var: Any) -> tuple[Any, Any] | None:
    if mean is None and var is None:
        return None
    for name, running in (("running_mean", mean), ("running_var", var)):
        shape = getattr(running, "shape", None)
        if shape != (channels,):
            raise ValueError(
                f"{name} has an element for each of {channels} channels; got "
                f"{type(running).__name__ if shape is None else f'shape {shape}'}"
            )
    return mean, var


def _by_running(
    input: Any, mean: Any, var: Any, weight: Any, bias: Any, eps: float
) -> Any:
    shape = (-1,) + (1,) * (input.ndim - 2)
    scale = weight / np.sqrt(_data(var) + np.asarray(eps, var.dtype))
    shift = bias - _data(mean) * scale
    return input * ag.reshape(scale, shape) + ag.reshape(shift, shape)


def follow(running: Any, new: Any, momentum: float) -> None:
    """In place, as a new array of a Buffer: graphs that hold the old one are right.

    >>> mean = np.zeros(1)
    >>> follow(mean, np.ones(1), momentum=0.25)
    >>> mean
    array([0.25])
    """
    now = (1 - momentum) * _data(running) + momentum * _data(new)
    now = now.astype(running.dtype)
    if isinstance(running, Tensor):
        running.data = now
    else:
        running[...] = now
