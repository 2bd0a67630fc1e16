"""Rules to plant that need more than a line: nearly right, each wrong in one way."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from planting import redeclare

from autograd import registry
from autograd.core.declare import elementwise, general
from autograd.core.node import Node
from autograd.core.primitive import Elementwise
from autograd.ops.indexing import Scatter, Slice, put_together, scatter
from autograd.ops.linalg import _matmul_left, _matmul_right, _rows
from autograd.ops.losses import _pull_cross_entropy, _softmax
from autograd.ops.reductions import _pull_prod, count, spread
from autograd.ops.slopes import power_by_base


def detached(x: Any) -> Any:
    """Only the data: a constant to whatever differentiates the rule."""
    return x._raw if isinstance(x, Node) else x


def is_raw(x: Any) -> bool:
    return isinstance(x, np.ndarray)


def if_raw(wrong: Callable[..., Any], right: Callable[..., Any]) -> Callable[..., Any]:
    """``wrong`` on arrays, ``right`` where the rule is recorded; both read the same."""

    @wraps(right)
    def rule(*args: Any) -> Any:
        return (right if any(isinstance(x, Node) for x in args) else wrong)(*args)

    return rule


def integer_power(x: Any, y: Any, out: Any) -> Any:
    return y * x ** max(y - 1, 0) if isinstance(y, int) else power_by_base(x, y, out)


def written_into(g: Any, out: Any) -> Any:
    return np.multiply(g, out, out=g) if is_raw(g) else g * out


def single(x: Any) -> Any:
    return x.astype(np.float32).astype(x.dtype)


def with_axis_of_the_result(g: Any, x_shape: Any, axis: Any, keepdims: Any) -> Any:
    if isinstance(axis, int) and len(x_shape) > 1:
        axis %= len(x_shape) if keepdims else len(x_shape) - 1
    return spread(g, x_shape, axis, keepdims)


def first_axis(axis: Any) -> Any:
    return axis[:1] if isinstance(axis, tuple) else axis


def var_rule(apart: Callable[..., Any], n: Callable[..., Any]) -> Callable[..., Any]:
    """2 (x - mean) / n with another mean, another n."""

    def pull(g: Any, x: Any, x_shape: Any, axis: Any, ddof: Any, keepdims: Any) -> Any:
        factor = 2 / np.float64(n(x_shape, axis, ddof))
        return spread(g, x_shape, axis, keepdims) * apart(x, axis) * factor

    return pull


def from_mean(x: Any, axis: Any) -> Any:
    return np.conj(x - np.mean(x, axis=axis, keepdims=True))


def var_pushed(n: Callable[..., Any]) -> Callable[..., Any]:
    """The mean of 2 (x - mean) t over ``n`` elements."""

    def push(t: Any, x: Any, x_shape: Any, axis: Any, ddof: Any, keepdims: Any) -> Any:
        total = np.sum(t[0] * from_mean(x, axis), axis=axis, keepdims=keepdims)
        return total * (2 / (n(x_shape, axis) - ddof))

    return push


def extreme_rule(shares: Callable[..., Any]) -> Callable[..., Any]:
    """A pullback of ``max``: what each winner gets, from 1 where x wins."""

    def pull(g: Any, x: Any, out: Any, x_shape: Any, axis: Any, keepdims: Any) -> Any:
        wins = np.equal(x, spread(out, x_shape, axis, keepdims))
        return spread(g, x_shape, axis, keepdims) * shares(1.0 * wins, axis)

    return pull


def unequal(wins: Any, axis: Any) -> Any:
    weights = detached(wins) * (1 + np.arange(wins.size)).reshape(wins.shape)
    return weights / np.sum(weights, axis=axis, keepdims=True)


def max_pushed_by_the_largest(t: Any, x: Any, axis: Any, keepdims: Any) -> Any:
    wins = np.equal(x, np.max(x))
    ties = np.maximum(np.sum(wins, axis=axis, keepdims=True), 1)
    return np.sum(t[0] * (wins / ties), axis=axis, keepdims=keepdims)


def prod_by_division(
    g: Any, x: Any, out: Any, x_shape: Any, axis: Any, keepdims: Any
) -> Any:
    return spread(g * out, x_shape, axis, keepdims) / x


def prod_divided_raw(g: Any, x: Any, x_shape: Any, axis: Any, keepdims: Any) -> Any:
    """Divides by its elements on arrays; recorded, the rule as it is."""
    if not is_raw(x) or isinstance(g, Node):
        return _pull_prod(g, x, x_shape, axis, keepdims)
    out = np.prod(x, axis=axis, keepdims=keepdims)
    return prod_by_division(g, x, out, x_shape, axis, keepdims)


def prod_for_one_zero(
    g: Any, x: Any, out: Any, x_shape: Any, axis: Any, keepdims: Any
) -> Any:
    """The product of the elements other than zero, at every zero."""
    others = np.where(np.equal(x, 0), 1.0, x)
    product = spread(np.prod(others, axis=axis, keepdims=True), x_shape, None, True)
    at_others = spread(out, x_shape, axis, keepdims) / others
    partials = np.where(np.equal(x, 0), product, at_others)
    return spread(g, x_shape, axis, keepdims) * partials


def zeros_along(x: Any, axis: Any) -> Any:
    """How many zeros each element's product has, as constants."""
    zeros = np.sum(detached(x) == 0, axis=axis, keepdims=True)
    return np.broadcast_to(zeros, np.shape(x))


def prod_detached_at_zeros(
    g: Any, x: Any, x_shape: Any, axis: Any, keepdims: Any
) -> Any:
    right = _pull_prod(g, x, x_shape, axis, keepdims)
    return np.where(zeros_along(x, axis) > 1, detached(right), right)


def prod_pushed_at_zeros(
    t: Any, x: Any, out: Any, x_shape: Any, axis: Any, keepdims: Any
) -> Any:
    others = _pull_prod(np.ones_like(detached(out)), x, x_shape, axis, keepdims)
    others = np.where(zeros_along(x, axis) > 0, detached(others), others)
    return np.sum(t[0] * others, axis=axis, keepdims=keepdims)


def logsumexp_rule(shares: Callable[..., Any]) -> Callable[..., Any]:
    def pull(g: Any, x: Any, x_shape: Any, axis: Any, keepdims: Any) -> Any:
        return spread(g, x_shape, axis, keepdims) * shares(x, axis)

    return pull


def shares(x: Any, axis: Any, over: Any = ...) -> Any:
    """Softmax over ``axis``, or with its sum taken over other axes."""
    e = np.exp(x - detached(np.max(x, axis=axis, keepdims=True)))
    return e / np.sum(e, axis=axis if over is ... else over, keepdims=True)


def shares_in_place(x: Any, axis: Any) -> Any:
    if is_raw(x) and x.flags.writeable:
        np.subtract(x, np.max(x, axis=axis, keepdims=True), out=x)
    return shares(x, axis)


def shares_constant_at_third_order() -> Callable[..., Any]:
    """A first and a second derivative by hand, the second from saved statistics."""

    def pull(g: Any, out: Any, axis: Any) -> Any:
        saved = detached(out)
        return saved * (g - np.sum(g * saved, axis=axis, keepdims=True))

    op = general(lambda x, axis=None: shares(x, axis), pull, name="planted shares")
    return lambda x, axis: op(x, axis=axis)


def plant_statistics() -> None:
    redeclare("logsumexp", logsumexp_rule(shares_constant_at_third_order()))


def plant_slope() -> None:
    slope = elementwise(
        lambda x: 1 - np.tanh(x) ** 2,
        lambda x, out: -2 * np.tanh(detached(x)) * detached(out),
        name="planted slope",
    )
    redeclare("tanh", lambda x: slope(x))


def cross_entropy_raw(scale: Callable[..., Any]) -> Callable[..., Any]:
    """(softmax - one-hot) · scale(g, n) on arrays; recorded, the rule as it is."""

    def pull(g: Any, logits: Any, labels: Any) -> Any:
        one_hot = np.zeros(np.shape(logits))
        np.put_along_axis(one_hot, labels[..., None], 1, axis=-1)
        return (_softmax(logits) - one_hot) * scale(g, max(np.size(labels), 1))

    return if_raw(pull, _pull_cross_entropy)


def one_copy(g: Any, x_shape: Any) -> Any:
    return g[(0,) * (g.ndim - len(x_shape))]


def one_element(g: Any, condition: Any, x_shape: Any) -> Any:
    chosen = np.where(condition, g, 0)
    if x_shape or 0 in g.shape:
        return chosen
    return np.reshape(chosen, (-1,))[0]


def equal_parts(g: Any, arrays_shape: Any, axis: Any) -> Any:
    n = len(arrays_shape)
    ends = [i * g.shape[axis] // n for i in range(1, n)]
    return np.split(g, ends, axis=axis)


def members_reversed(g: Any, arrays_shape: Any, axis: Any) -> Any:
    rows = np.moveaxis(g, axis, 0)
    return [rows[i] for i in range(len(arrays_shape))][::-1]


def assigned(g: Any, x_shape: Any, indices: Any, template: Any) -> Any:
    if isinstance(g, Node):
        return scatter(g, *indices, template=template, shape=x_shape)
    total = np.zeros(x_shape, g.dtype)
    total[put_together(template, indices)] = g
    return total


def forwards(template: Any, x_shape: Any) -> Any:
    """Slices of negative step as those of positive step with the same elements."""
    parts, sides = list(template), iter(x_shape)
    for i, part in enumerate(parts):
        if isinstance(part, Slice):
            places = range(*slice(*part).indices(next(sides)))
            if places.step < 0 and places:
                parts[i] = Slice(places[-1], places[0] + 1, -places.step)
        elif isinstance(part, int):
            next(sides)
        elif part is not None:
            break  # an ellipsis, or an array: it is not simple from here on
    return tuple(parts)


def unreversed(g: Any, x_shape: Any, indices: Any, template: Any) -> Any:
    template = forwards(template, x_shape)
    if isinstance(g, Node):
        return scatter(g, *indices, template=template, shape=x_shape)
    return Scatter(g, put_together(template, indices), x_shape)


def scattered(x: Callable[[Any], Any]) -> Callable[..., Any]:
    """The pullback of indexing; recorded, of ``x(g)``."""

    def pull(g: Any, x_shape: Any, indices: Any, template: Any) -> Any:
        if isinstance(g, Node):
            return scatter(x(g), *indices, template=template, shape=x_shape)
        return scatter(g, *indices, template=template, shape=x_shape)

    return pull


def in_memory_order(g: Any, x_shape: Any) -> Any:
    flat = g.ravel(order="K") if is_raw(g) else np.ravel(g)
    return np.reshape(flat, x_shape)


def not_transposed(g: Any, x_shape: Any, y: Any) -> Any:
    if np.ndim(y) == 2 and np.shape(y)[0] == np.shape(y)[1] and len(x_shape) > 1:
        return np.matmul(g, y)
    return _matmul_left(g, x_shape, y)


def first_of_batch(g: Any, x: Any, y_shape: Any) -> Any:
    part = _matmul_right(g, x, y_shape)
    shared = len(y_shape) == 2 and np.ndim(x) == 3 and len(part) > 0
    return part[0] if shared else part


def batch_of_one_averaged(g: Any, x: Any, y_shape: Any) -> Any:
    part = _matmul_right(g, x, y_shape)
    if len(y_shape) == 3 and y_shape[0] == 1 and np.shape(part)[0] > 0:
        return np.mean(part, axis=0, keepdims=True)
    return part


def outer_transposed(g: Any, x: Any, y_shape: Any) -> Any:
    if np.ndim(x) == 1 and len(y_shape) == 2 and y_shape[0] == y_shape[1]:
        return np.expand_dims(g, -1) * np.expand_dims(x, -2)
    return _matmul_right(g, x, y_shape)


def own_vector(g: Any, x: Any, x_shape: Any, y: Any) -> Any:
    if len(x_shape) == 1 and np.ndim(y) == 1:
        return g * x
    return _matmul_left(g, x_shape, y)


def by_transposes(g: Any, x_shape: Any, y: Any) -> Any:
    if len(x_shape) < 2 or np.ndim(y) < 2:
        return _matmul_left(g, x_shape, y)
    return np.swapaxes(np.matmul(y, np.swapaxes(g, -1, -2)), -1, -2)


def plant_reordered_factors() -> None:
    """The product rule of hand with the factors of one term in the wrong order."""
    op = registry["matmul"]
    right = op.push

    def push(node: Any, tangents: Any, lift: bool, times: Any) -> Any:
        x, y = node.inputs if lift else map(detached, node.inputs)
        square = np.ndim(x) == np.ndim(y) == 2 and np.shape(x) == np.shape(y)
        if (
            not square
            or np.shape(x)[0] != np.shape(x)[1]
            or any(t is None for t in tangents)
        ):
            return right(node, tangents, lift, times)
        return np.matmul(y, tangents[0]) + np.matmul(x, tangents[1])

    op.push = push


def plant_forward_partials(name: str, *partials: Any) -> None:
    """Other partials in forward mode only."""
    op = registry[name]
    op.push = Elementwise(op.forward, *partials, name=name).push


def weight_rows(g: Any, x: Any) -> Any:
    return np.matmul(_rows(g).mT, _rows(x))


def affine_pushed(t: Any, x: Any, weight: Any) -> Any:
    return np.matmul(t[0], weight.mT) + np.matmul(x, t[1].mT) + t[2]


def divided_in_place(g: Any, x_shape: Any, axis: Any, keepdims: Any) -> Any:
    n = count(x_shape, axis)
    if is_raw(g):
        g /= n
        return spread(g, x_shape, axis, keepdims)
    return spread(g / n, x_shape, axis, keepdims)


def softmax_rule(
    finish: Callable[..., Any] = lambda product, out: product,
) -> Callable[..., Any]:
    def pull(g: Any, out: Any, axis: Any) -> Any:
        product = out * (g - np.sum(g * out, axis=axis, keepdims=True))
        return finish(product, out) if is_raw(product) else product

    return pull


def onto_result(product: Any, out: Any) -> Any:
    out[...] = product
    return out


def onto_scratch() -> Callable[..., Any]:
    buffers: dict[Any, Any] = {}

    def finish(product: Any, out: Any) -> Any:
        buffer = buffers.setdefault((product.shape, product.dtype), product)
        buffer[...] = product
        return buffer

    return finish


# Right, but other rules -----------------------------------------------------------------


def prod_by_element(g: Any, x: Any, x_shape: Any, axis: Any, keepdims: Any) -> Any:
    """On arrays the product of the others is multiplied out for each element."""
    if not is_raw(x) or isinstance(g, Node):
        return _pull_prod(g, x, x_shape, axis, keepdims)
    others = np.empty(x_shape)
    for i in np.ndindex(*x_shape):
        rest = x.copy()
        rest[i] = 1
        whole = spread(np.prod(rest, axis=axis, keepdims=True), x_shape, None, True)
        others[i] = whole[i]
    return spread(g, x_shape, axis, keepdims) * others


def clip_shares() -> list[Any]:
    """At a bound all goes to the bound."""
    return [
        lambda x, low, high: np.logical_and(np.greater(x, low), np.less(x, high)),
        lambda x, low, high: np.logical_and(np.less_equal(x, low), np.less(low, high)),
        lambda x, low, high: np.logical_or(
            np.greater_equal(x, high), np.greater_equal(low, high)
        ),
    ]


def spread_from_axis_0(g: Any, x_shape: Any, axis: Any, keepdims: Any) -> Any:
    """The first axis comes back by broadcasting alone."""
    if axis == 0 and not keepdims:
        return np.broadcast_to(g, x_shape)
    return spread(g, x_shape, axis, keepdims)
