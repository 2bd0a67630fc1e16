"""Normalization: layers, groups, batches, and by the root mean square.

y = (x - mean) / √(var + eps) · weight + bias, where mean and variance are those of
elements that belong together. With h the normalized elements, s = 1 / √(var + eps) and
gʷ = g · weight, the cotangents are

    dx = s (gʷ - mean(gʷ) - h mean(gʷ h)),   dweight = Σ g h,   dbias = Σ g,

and without mean(gʷ) where no mean is taken away. On raw arrays ``moments.py`` does the
work; on nodes these formulae, as they stand.
"""

import math
from typing import NamedTuple

import numpy as np

from ..core.call import outputs
from ..core.declare import general
from ..core.node import Node
from . import moments
from .columns import (
    back,
    columns_of,
    moments_of_columns,
    pull_columns,
    standardize_columns,
)
from .precision import in_working_dtype

__all__ = ["batch_norm", "group_norm", "layer_norm", "rms_norm"]


class View(NamedTuple):
    """How to see x, which axes belong together, and how weight and bias lie on it."""

    shape: tuple[int, ...]
    axes: tuple[int, ...]
    weight: tuple[int, ...]
    others: tuple[int, ...]  # the axes along which a weight is the same


def _layer_view(x_shape, ndim):
    n = math.prod(x_shape[len(x_shape) - ndim :])
    rows = math.prod(x_shape[: len(x_shape) - ndim])
    return View((rows, n), (1,), (n,), (0,))


def _group_view(x_shape, groups):
    batch, channels, *rest = x_shape
    members = channels // groups
    shape = (batch, groups, members, math.prod(rest))
    return View(shape, (2, 3), (groups, members, 1), (0, 3))


def _batch_view(x_shape):
    batch, channels, *rest = x_shape
    return View(
        (batch, channels, 1, math.prod(rest)), (0, 2, 3), (channels, 1, 1), (0, 2, 3)
    )


def _is_long(view):
    """Whether the rows of the last axis are long enough to be summed by themselves."""
    return view.shape[-1] >= moments.LONG and 0 not in view.shape


# The formulae -------------------------------------------------------------------------


def _standardized(x, axes, eps, centred=True):
    """h, s, mean and variance, by the definition.

    A mean over many rows in single precision is off by some rounding: the mean of what
    is left corrects it.
    """
    mean, apart = 0.0, x
    for _ in range(2 * centred):
        rest = np.mean(apart, axis=axes, keepdims=True)
        mean, apart = mean + rest, apart - rest
    var = np.mean(np.square(apart), axis=axes, keepdims=True)
    s = 1 / np.sqrt(var + eps)
    return apart * s, s, mean, var


def _by_definition(x, weight, bias, view, eps, centred=True):
    h, _, mean, var = _standardized(np.reshape(x, view.shape), view.axes, eps, centred)
    y = h * np.reshape(weight, view.weight)
    return y if bias is None else y + np.reshape(bias, view.weight), mean, var


def _pull_by_definition(g, x, weight, view, eps, centred=True):
    x, g = np.reshape(x, view.shape), np.reshape(g, view.shape)
    h, s, _, _ = _standardized(x, view.axes, eps, centred)
    gw = g * np.reshape(weight, view.weight)
    apart = gw - h * np.mean(gw * h, axis=view.axes, keepdims=True)
    if centred:
        apart = apart - np.mean(gw, axis=view.axes, keepdims=True)
    return s * apart, np.sum(g * h, axis=view.others), np.sum(g, axis=view.others)


def _shaped(parts, *shapes):
    return [np.reshape(part, shape) for part, shape in zip(parts, shapes)]


def _is_raw(*xs):
    return not any(isinstance(x, Node) for x in xs)


# By rows: layers, and the root mean square --------------------------------------------


def _layer_norm(x, weight, bias, *, ndim=1, eps=1e-5):
    dtype, (rows, weight, bias) = in_working_dtype("normalization", x, weight, bias)
    view = _layer_view(x.shape, ndim)
    y = moments.standardize_rows(
        rows.reshape(view.shape), weight.reshape(-1), bias.reshape(-1), eps, True
    )
    return y.reshape(x.shape).astype(dtype, copy=False)


def _pull_layer(g, x, weight, bias_shape, ndim, eps):
    return _pull_rows(g, x, weight, ndim, eps, True)


def _rms_norm(x, weight, *, ndim=1, eps=1e-6):
    dtype, (rows, weight) = in_working_dtype("normalization", x, weight)
    view = _layer_view(x.shape, ndim)
    y = moments.standardize_rows(
        rows.reshape(view.shape), weight.reshape(-1), None, eps, False
    )
    return y.reshape(x.shape).astype(dtype, copy=False)


def _pull_rms(g, x, weight, ndim, eps):
    return _pull_rows(g, x, weight, ndim, eps, False)[:2]


def _pull_rows(g, x, weight, ndim, eps, centred):
    view = _layer_view(x.shape, ndim)
    shapes = (x.shape, weight.shape, weight.shape)
    if not _is_raw(g, x, weight):
        parts = _pull_by_definition(g, x, weight, view, eps, centred)
        return _shaped(parts, *shapes)
    _, (g, x, weight) = in_working_dtype("normalization", g, x, weight)
    g, x, weight = (g.reshape(view.shape), x.reshape(view.shape), weight.reshape(-1))
    return _shaped(moments.pull_rows(g, x, weight, eps, centred), *shapes)


layer_norm = general(_layer_norm, joint=_pull_layer, analytic=False)
rms_norm = general(_rms_norm, joint=_pull_rms, analytic=False)


# By channels: groups, and batches -----------------------------------------------------


def _by_channels(x, weight, bias, view, eps):
    """y, and mean and variance with axes of one element for those they are over."""
    if not _is_long(view):
        y, mean, var = _by_definition(x, weight, bias, view, eps)
        return y, mean, var
    x = x.reshape(view.shape)
    mean, var = moments.moments(x, view.axes[:-1])
    scale = weight.reshape(view.weight[:-1]) / np.sqrt(var + eps)
    shift = bias.reshape(view.weight[:-1]) - mean * scale
    return moments.scaled(x, scale, shift), mean[..., None], var[..., None]


def _pull_by_channels(g, x, weight, view, eps, mean=None, var=None):
    if not _is_long(view):
        return _pull_by_definition(g, x, weight, view, eps)
    *lead, n = view.shape
    axes = view.axes[:-1]
    g, x = g.reshape(view.shape), x.reshape(view.shape)
    if mean is None:
        mean, var = moments.moments(x, axes)
    weight = weight.reshape(view.weight[:-1])
    s = 1 / np.sqrt(var + eps)
    sums, products = moments.row_products(g, x, mean)
    count = n * math.prod([lead[i] for i in axes])
    by_x = -(s**3) * (weight * products).sum(axis=axes, keepdims=True) / count
    total = s * (weight * sums).sum(axis=axes, keepdims=True) / count
    dx = moments.combined(g, weight * s, x, by_x, -total - by_x * mean)
    along = view.others[:-1]
    return dx, (products * s).sum(axis=along), sums.sum(axis=along)


def _group_norm(x, weight, bias, *, groups, eps=1e-5):
    dtype, (wide, weight, bias) = in_working_dtype("normalization", x, weight, bias)
    y, *_ = _by_channels(wide, weight, bias, _group_view(x.shape, groups), eps)
    return y.reshape(x.shape).astype(dtype, copy=False)


def _pull_group(g, x, weight, bias_shape, groups, eps):
    view = _group_view(x.shape, groups)
    shapes = (x.shape, weight.shape, bias_shape)
    if _is_raw(g, x, weight):
        _, (g, x, weight) = in_working_dtype("normalization", g, x, weight)
        return _shaped(_pull_by_channels(g, x, weight, view, eps), *shapes)
    return _shaped(_pull_by_definition(g, x, weight, view, eps), *shapes)


group_norm = general(_group_norm, joint=_pull_group, analytic=False)


def _batch_norm(x, weight, bias, *, eps=1e-5):
    dtype, (wide, weight, bias) = in_working_dtype("normalization", x, weight, bias)
    matrix = columns_of(wide)
    if matrix is not None:
        y, mean, var = standardize_columns(matrix, weight, bias, eps)
        y = back(y, x.shape)
    else:
        y, mean, var = _by_channels(wide, weight, bias, _batch_view(x.shape), eps)
    shapes = (x.shape, weight.shape, weight.shape)
    return tuple(
        [a.astype(dtype, copy=False) for a in _shaped((y, mean, var), *shapes)]
    )


def _pull_batch(g, x, weight, bias_shape, out, eps):
    """As above; and of the mean 1/n, of the variance 2 (x - mean) / n."""
    g, of_mean, of_var = g
    _, mean, var = outputs(out, 3)
    by_hand = _is_raw(g, x, weight)
    pull = _pull_batch_of_arrays if by_hand else _pull_batch_by_definition
    dx, *others = _shaped(
        pull(g, x, weight, mean, var, eps), x.shape, weight.shape, bias_shape
    )
    if not by_hand or np.any(of_mean) or np.any(of_var):
        shape = (1, -1) + (1,) * (len(x.shape) - 2)
        n = max(math.prod(x.shape) // max(x.shape[1], 1), 1)
        mean, of_mean, of_var = (np.reshape(a, shape) for a in (mean, of_mean, of_var))
        dx = dx + (of_mean + 2 * of_var * (x - mean)) / n
    return dx, *others


def _pull_batch_by_definition(g, x, weight, mean, var, eps):
    return _pull_by_definition(g, x, weight, _batch_view(x.shape), eps)


def _pull_batch_of_arrays(g, x, weight, mean, var, eps):
    view = _batch_view(x.shape)
    is_half = mean.dtype == np.float16  # too little to compute with
    _, (g, x, weight, mean, var) = in_working_dtype(
        "normalization", g, x, weight, mean, var
    )
    matrix = columns_of(x)
    if matrix is not None:
        if is_half:
            mean, var = moments_of_columns(matrix)
        rows = np.moveaxis(g, 1, -1).reshape(matrix.shape)
        dx, *others = pull_columns(rows, matrix, weight, eps, mean, var)
        return back(dx, x.shape), *others
    if is_half:
        return _pull_by_channels(g, x, weight, view, eps)
    mean, var = mean.reshape(view.weight[:-1]), var.reshape(view.weight[:-1])
    return _pull_by_channels(g, x, weight, view, eps, mean, var)


batch_norm = general(_batch_norm, joint=_pull_batch, analytic=False)
