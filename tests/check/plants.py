"""Plants: rules and engine steps made wrong from outside, and harmless changes beside.

Each is planted in a process of its own. A rule is planted by declaring its primitive
anew, in place, so that whoever holds it is affected; an engine step by replacing one
fragment of its source, which must occur there exactly once, so that no plant can rot.
"""

from __future__ import annotations

import inspect
import math
import sys
import textwrap
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from autograd import primitive, registry
from autograd.call import call_of, pull_of
from autograd.graph import Node
from autograd.ops.activations import normal_cdf
from autograd.ops.elementwise import _inside, _power_by_base
from autograd.ops.indexing import Scatter, Slice, put_together, scatter
from autograd.ops.linalg import _matmul_left, _matmul_right, _onto_bias, _rows
from autograd.ops.losses import _pull_cross_entropy, _softmax
from autograd.ops.reductions import _pull_prod, count, spread

PROGRAMS = "programs"


class Plant(NamedTuple):
    """One change: what is wrong with it, its kind, where it is looked for, and how.

    ``where`` is the primitive whose samples are drawn, PROGRAMS, or the primitives of
    which programs are drawn. ``twin`` is the bug of another project that it repeats.
    """

    name: str
    kind: str
    where: str | tuple[str, ...]
    plant: Callable[[], None]
    twin: str = ""
    is_complex: bool = False


def rule(
    name: str,
    kind: str,
    op: str,
    *rules: Any,
    twin: str = "",
    is_complex: bool = False,
    where: str | tuple[str, ...] = "",
    **facts: Any,
) -> Plant:
    """A primitive with other rules; ``...`` keeps the one that is there."""
    plant = partial(redeclare, op, *rules, **facts)
    return Plant(name, kind, where or op, plant, twin, is_complex)


def step(
    name: str,
    kind: str,
    path: str,
    *changes: str,
    where: str = PROGRAMS,
    twin: str = "",
    is_complex: bool = False,
) -> Plant:
    """An engine step with one fragment after another replaced: old, new, old, new."""
    return Plant(name, kind, where, partial(rewrite, path, *changes), twin, is_complex)


# How to plant ---------------------------------------------------------------------------


def redeclare(name: str, *rules: Any, **facts: Any) -> None:
    """The registered primitive with other rules, and all else that it declares."""
    op = registry[name]
    kept = ("name", "symbol", "on_floats", "kinks", "analytic", "sample")
    declared = {fact: getattr(op, fact) for fact in kept}
    declared["domain"] = op.domain or primitive.REALS
    texts = [op.texts[i] if rule is ... else rule for i, rule in enumerate(rules)]
    type(op).__init__(op, op.forward, *(texts or op.texts), **declared | facts)


def rewrite(path: str, *changes: str) -> None:
    """A function, method or text of the engine with fragments of it replaced."""
    module, *owners, name = path.split(".")
    owner: Any = sys.modules[f"autograd.{module}"]
    for each in owners:
        owner = getattr(owner, each)
    old = vars(owner)[name]
    new = _rewritten(old, name, changes)
    if owners:
        setattr(owner, name, new)
    else:
        _put_in_place(old, new)
    for op in registry.values():
        if op.name != "freed":  # its pull refuses, and is its own
            op.call, op.pull = call_of(op), pull_of(op)


def _rewritten(old: Any, name: str, changes: tuple[str, ...]) -> Any:
    if isinstance(old, str):
        return _replaced(old, changes)
    function = getattr(old, "__func__", old)
    source = textwrap.dedent(inspect.getsource(function))
    found: dict[str, Any] = {}
    text = compile(_replaced(source, changes), f"<planted {name}>", "exec")
    exec(text, vars(sys.modules[function.__module__]), found)
    return found[name]


def _replaced(text: str, changes: tuple[str, ...]) -> str:
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        text = text.replace(old, new)
    return text


def _put_in_place(old: Any, new: Any) -> None:
    """Wherever the package has imported it."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "autograd":
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)


# Rules that need more than a line -------------------------------------------------------


def detached(x: Any) -> Any:
    """Only the data: a constant to whatever differentiates the rule."""
    return x._data if isinstance(x, Node) else x


def is_raw(x: Any) -> bool:
    return isinstance(x, np.ndarray)


def if_raw(wrong: Callable[..., Any], right: Callable[..., Any], *args: Any) -> Any:
    """``wrong`` on arrays, ``right`` where the rule is recorded."""
    return (wrong if is_raw(args[0]) else right)(*args)


def sign_of(g: Any) -> Any:
    """|g| / g; in forward mode a partial is given no g."""
    return 1 if g is None else np.sign(g)


def integer_power(x: Any, y: Any) -> Any:
    return y * x ** max(y - 1, 0) if isinstance(y, int) else _power_by_base(x, y)


def written_into(g: Any, out: Any) -> Any:
    if not is_raw(g):
        return out
    np.multiply(g, out, out=g)
    return 1


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

    op = primitive.general(
        lambda x, axis=None: shares(x, axis), pull, name="planted shares"
    )
    return lambda x, axis: op(x, axis=axis)


def plant_statistics() -> None:
    redeclare("logsumexp", logsumexp_rule(shares_constant_at_third_order()))


def plant_slope() -> None:
    slope = primitive.elementwise(
        lambda x: 1 - np.tanh(x) ** 2,
        lambda x, out: -2 * np.tanh(detached(x)) * detached(out),
        name="planted slope",
    )
    redeclare("tanh", lambda x: slope(x))


def cross_entropy_raw(
    scale: Callable[..., Any],
) -> Callable[..., Any]:
    def pull(g: Any, logits: Any, labels: Any) -> Any:
        one_hot = np.zeros(np.shape(logits))
        np.put_along_axis(one_hot, labels[..., None], 1, axis=-1)
        return (_softmax(logits) - one_hot) * scale(g, max(np.size(labels), 1))

    return pull


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

    def push(node: Any, tangents: Any, lift: bool) -> Any:
        x, y = node.inputs if lift else map(detached, node.inputs)
        square = np.ndim(x) == np.ndim(y) == 2 and np.shape(x) == np.shape(y)
        if (
            not square
            or np.shape(x)[0] != np.shape(x)[1]
            or any(t is None for t in tangents)
        ):
            return right(node, tangents, lift)
        return np.matmul(y, tangents[0]) + np.matmul(x, tangents[1])

    op.push = push


def plant_forward_partials(name: str, *partials: Any) -> None:
    """Other partials in forward mode only."""
    op = registry[name]
    op.partials = [op.signature.compiled(partial) for partial in partials]


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


# Wrong rules ----------------------------------------------------------------------------

ROOT_PI = math.sqrt(math.pi)

# fmt: off
RULES = [
    rule("the sine's slope has the other sign", "formula",
         "sin", lambda x: -np.cos(x)),
    rule("the square's slope lacks its factor", "formula",
         "square", lambda x: x),
    rule("the quotient's partials change places", "formula",
         "divide", lambda out, y: -out / y, lambda y: 1 / y),
    rule("the common logarithm forgets its base", "formula",
         "log10", lambda x: 1 / x),
    rule("the error function loses a factor of two", "formula",
         "erf", lambda x: np.exp(-x * x) / ROOT_PI),
    rule("expm1's slope is its result", "formula",
         "expm1", lambda out: out),
    rule("gelu's slope lacks its second term", "formula",
         "gelu", lambda x: normal_cdf(x)),
    rule("arctan2 takes its operands in the order of the sines", "formula",
         "arctan2", lambda x, y: x / (x * x + y * y), lambda x, y: -y / (x * x + y * y)),
    rule("the hypotenuse is divided by the sum of the sides", "formula",
         "hypot", lambda x, y: x / (x + y), ...),
    rule("the remainder truncates where it should floor", "formula",
         "remainder", 1, lambda x, y: -np.trunc(x / y)),
    rule("relu leaks a millionth", "formula",
         "relu", lambda x: np.greater(x, 0) + 1e-6 * np.less(x, 0)),
    rule("both branches of where get the first one's mask", "formula",
         "where", None, ..., lambda g, condition: np.where(condition, g, 0)),
    rule("tanh hands on |g|", "formula",
         "tanh", lambda g, out: (1 - out * out) * sign_of(g)),
    rule("a sum hands on |g|", "formula",
         "sum", lambda g, x_shape, axis, keepdims: spread(np.abs(g), x_shape, axis, keepdims)),
    rule("clip backpropagates g²", "formula",
         "clip", lambda g, x, low, high: _inside(x, low, high) * (1 if g is None else g),
         ..., ..., twin="elixir-nx#1779"),
    rule("softmax backpropagates g²", "formula",
         "softmax", lambda g, out, axis: out * (
             g * g - np.sum(g * g * out, axis=axis, keepdims=True))),
    rule("the sine is flat beyond 100", "formula at large operands",
         "sin", lambda x: np.cos(x) * np.less(np.abs(x), 100)),
    rule("arctan's slope is cut off beyond 100", "formula at large operands",
         "arctan", lambda x: np.less(np.abs(x), 100) / (1 + x * x)),
    rule("logaddexp overflows in its shares", "formula at large operands",
         "logaddexp", lambda x, y: np.exp(x) / (np.exp(x) + np.exp(y)), ...),
    rule("logsumexp does not shift its operand", "formula at large operands",
         "logsumexp", logsumexp_rule(
             lambda x, axis: np.exp(x) / np.sum(np.exp(x), axis=axis, keepdims=True))),
    rule("the square divides by its operand", "formula at 0",
         "square", lambda x, out: 2 * out / x),
    rule("softplus is flat at 0", "formula at 0",
         "softplus", lambda x: np.not_equal(x, 0) / (1 + np.exp(-x)), twin="jax#2107"),
    rule("log1p takes two terms of its series near 0", "formula at 0",
         "log1p", lambda x: np.where(np.abs(x) < 0.1, 1 - x, 1 / (1 + x))),
    rule("the absolute value has slope 2 at 0", "formula at 0",
         "absolute", lambda x: np.sign(x) + 2 * np.equal(x, 0)),
    rule("the absolute value of complex numbers divides by 0", "formula at 0",
         "absolute", lambda x, out: np.conj(x) / out, is_complex=True, twin="HIPS/autograd#151"),
    rule("arcsin's slope has an epsilon under its root", "formula at an edge",
         "arcsin", lambda x: 1 / np.sqrt((1 - x) * (1 + x) + 1e-12)),
    rule("integer exponents stop at 0", "formula",
         "power", integer_power, ..., twin="jax#17995"),
    rule("the exponential's slope is computed in single precision", "precision",
         "exp", single),
    rule("a cotangent passes through single precision", "precision",
         "expand_dims", lambda g, x_shape: np.reshape(single(g), x_shape)),
    rule("a minimum's ties get nothing", "kinks",
         "minimum", lambda x, y: np.less(x, y), lambda x, y: np.less(y, x)),
    rule("a maximum's ties get everything, both", "kinks",
         "maximum", lambda x, y: np.greater_equal(x, y), lambda x, y: np.greater_equal(y, x)),
    rule("at its lower bound clip gives all to both", "kinks",
         "clip", ..., lambda x, low, high: np.logical_and(
             np.less_equal(x, low), np.less(low, high)), ..., twin="pytorch#198017"),

    rule("a sum counts negative axes in its result", "reductions",
         "sum", with_axis_of_the_result),
    rule("a mean is that of the whole array", "reductions",
         "mean", lambda g, x_shape, axis, keepdims: spread(
             g / max(math.prod(x_shape), 1), x_shape, axis, keepdims)),
    rule("of several axes a mean counts the first", "reductions",
         "mean", lambda g, x_shape, axis, keepdims: spread(
             g / count(x_shape, first_axis(axis)), x_shape, axis, keepdims)),
    rule("a mean that keeps its axes divides by all elements", "reductions",
         "mean", lambda g, x_shape, axis, keepdims: spread(
             g / count(x_shape, None if keepdims else axis), x_shape, axis, keepdims)),
    rule("a variance is from the mean of the whole array", "reductions",
         "var", var_rule(
             lambda x, axis: from_mean(x, None), lambda s, axis, ddof: count(s, axis) - ddof)),
    rule("a variance divides by n - 1 in any case", "reductions",
         "var", var_rule(from_mean, lambda s, axis, ddof: count(s, axis) - 1)),
    rule("a variance does not look at ddof", "reductions",
         "var", var_rule(from_mean, lambda s, axis, ddof: count(s, axis))),
    rule("the winners of a maximum get 1 each", "reductions",
         "max", extreme_rule(lambda wins, axis: wins), twin="mxnet#18563"),
    rule("a minimum counts its ties in the whole array", "reductions",
         "min", extreme_rule(lambda wins, axis: wins / np.sum(wins))),
    rule("a product divides by its elements", "reductions",
         "prod", prod_by_division, twin="tensorflow#3862"),
    rule("a product with two zeros is that of the others", "reductions",
         "prod", prod_for_one_zero, twin="pytorch#773"),
    rule("logsumexp's shares are of the whole array", "reductions",
         "logsumexp", logsumexp_rule(lambda x, axis: shares(x, axis, None))),
    rule("softmax sums over its last axis", "reductions",
         "softmax", lambda g, out: out * (g - np.sum(g * out, axis=-1, keepdims=True))),
    rule("log_softmax sums over its first axis", "reductions",
         "log_softmax", lambda g, out: g - np.exp(out) * np.sum(g, axis=0, keepdims=True)),
    rule("cross_entropy's mean is a sum", "reductions",
         "cross_entropy", lambda g, logits, labels: (
             _pull_cross_entropy(g, logits, labels) * np.size(labels)), None),

    rule("broadcast_to takes one copy's cotangent", "broadcasting",
         "broadcast_to", one_copy),
    rule("where gives a number one element's cotangent", "broadcasting",
         "where", None, one_element, ..., twin="where without unbroadcasting a scalar"),
    rule("an affine map's bias gets the mean of its rows", "broadcasting",
         "affine", ..., ..., lambda g, bias_shape: (
             _onto_bias(g, bias_shape) / max(len(_rows(g)), 1))),
    rule("an affine map's weights see the first of a batch", "broadcasting",
         "affine", ..., lambda g, x: (
             weight_rows(g[0], x[0]) if np.ndim(x) == 3 and len(x) else weight_rows(g, x)), ...),

    rule("a reshape goes back in column order", "layout",
         "reshape", lambda g, x_shape: np.reshape(np.transpose(g), x_shape)),
    rule("a reshape reads its cotangent in memory order", "layout",
         "reshape", in_memory_order),
    rule("a permutation is not inverted", "layout",
         "transpose", lambda g, axes: np.transpose(g, axes)),
    rule("a permutation's negative axes sort first", "layout",
         "transpose", lambda g, axes: np.transpose(g, axes and tuple(np.argsort(axes)))),
    rule("moveaxis does not move back", "layout",
         "moveaxis", lambda g, source, destination: np.moveaxis(g, source, destination)),
    rule("swapaxes leaves squares as they are", "layout",
         "swapaxes", lambda g, x_shape, axis1, axis2: (
             g if np.shape(g) == x_shape else np.swapaxes(g, axis1, axis2))),
    rule("concatenate cuts equal parts", "layout",
         "concatenate", joint=equal_parts),
    rule("stack hands out its members in reverse", "layout",
         "stack", joint=members_reversed),
    rule("split joins along the first axis", "layout",
         "split", lambda g: np.concatenate(g, axis=0)),
    rule("a repeated index is assigned", "indexing",
         "getitem", assigned, twin="pytorch#1631"),
    rule("a slice of negative step goes back unreversed", "indexing",
         "getitem", unreversed),
    rule("indexing is detached where it is recorded", "higher order",
         "getitem", scattered(lambda g: type(g).leaf(g.data))),

    rule("a square matrix is not transposed", "linear algebra",
         "matmul", not_transposed, ...),
    rule("a matrix shared by a batch gets the first product", "linear algebra",
         "matmul", ..., first_of_batch, twin="HIPS/autograd#376"),
    rule("a batch of one gets the mean", "linear algebra",
         "matmul", ..., batch_of_one_averaged, twin="einsum of a size-1 operand"),
    rule("a vector times a square matrix is transposed", "linear algebra",
         "matmul", ..., outer_transposed),
    rule("of two vectors the first gets itself", "linear algebra",
         "matmul", own_vector, ...),

    rule("conjugate hands on g as it is", "complex numbers",
         "conjugate", lambda g: g, is_complex=True),
    rule("the imaginary part turns the other way", "complex numbers",
         "imag", lambda g: 1j * g, is_complex=True),
    rule("a product conjugates its factors", "complex numbers",
         "multiply", lambda y: np.conj(y), lambda x: np.conj(x), is_complex=True),
    rule("a matrix product conjugates its second factor", "complex numbers",
         "matmul", lambda g, x_shape, y: _matmul_left(g, x_shape, np.conj(y)), ..., is_complex=True),

    rule("logsumexp shifts its operand in place", "memory",
         "logsumexp", logsumexp_rule(shares_in_place)),
    rule("a mean divides its cotangent in place", "memory",
         "mean", divided_in_place),
    rule("the exponential multiplies its cotangent in place", "memory",
         "exp", written_into),
    rule("softmax writes onto its result", "memory",
         "softmax", softmax_rule(onto_result)),
    rule("every softmax writes onto the same scratch array", "memory",
         "softmax", softmax_rule(onto_scratch()), where=("add", "multiply", "softmax")),

    rule("the sine's slope is a constant to later sweeps", "higher order",
         "sin", lambda x: np.cos(detached(x))),
    rule("a product with two zeros is a constant to later sweeps", "higher order",
         "prod", prod_detached_at_zeros, twin="pytorch#106789"),
    rule("the forward rule of a product is a constant at zeros", "higher order",
         "prod", ..., push=prod_pushed_at_zeros, twin="pytorch#196701"),
    rule("softmax's forward rule reads a detached result", "higher order",
         "softmax", ..., push=lambda t, out, axis: detached(out) * (
             t[0] - np.sum(t[0] * out, axis=axis, keepdims=True))),
    Plant("logsumexp's statistics are saved for second order only", "higher order",
          "logsumexp", plant_statistics, "pytorch#186256"),
    Plant("tanh's second derivative is a constant to later sweeps", "higher order",
          "tanh", plant_slope),

    Plant("a product pushes its tangents through swapped partials", "forward mode",
          "multiply", partial(plant_forward_partials, "multiply", lambda x: x, lambda y: y)),
    Plant("the exponential's forward rule is a constant to later sweeps", "forward mode",
          "exp", partial(plant_forward_partials, "exp", lambda out: detached(out))),
    Plant("the product rule has its factors in the wrong order", "forward mode",
          "matmul", plant_reordered_factors, "pytorch#198017"),
    rule("softmax's forward rule lacks its sum", "forward mode",
         "softmax", ..., push=lambda t, out: t[0] * out),
    rule("an affine map's forward rule forgets the weights", "forward mode",
         "affine", ..., ..., ..., push=lambda t, weight: np.matmul(t[0], weight.mT) + t[2]),
    rule("of several axes a variance's forward rule counts the first", "forward mode",
         "var", ..., push=var_pushed(lambda s, axis: count(s, first_axis(axis))),
         twin="var with an axis tuple in forward mode"),
    rule("a maximum's forward rule looks for the largest of all", "forward mode",
         "max", ..., push=max_pushed_by_the_largest, twin="sort's forward rule on 2-D"),

    rule("cross_entropy's fast rule forgets its cotangent", "fast rule",
         "cross_entropy", ..., None, fast=[cross_entropy_raw(lambda g, n: 1 / n)]),
    rule("a product's fast rule divides by its elements", "fast rule",
         "prod", ..., fast=[prod_by_division]),
]
# fmt: on

# Wrong steps of the engine --------------------------------------------------------------

# fmt: off
STEPS = [
    step("a contribution replaces the one before", "accumulation",
         "sweeps._pullback", "total = pending.get(x)", "total = None"),
    step("the third contribution is lost", "accumulation",
         "sweeps._pullback", "total += part", "pass"),
    step("a recorded contribution replaces the one before", "accumulation",
         "sweeps._pullback",
         "Gradient(x.age))):\n                    pending[x] = total + part",
         "Gradient(x.age))):\n                    pending[x] = part"),
    step("recorded contributions add up as constants", "accumulation",
         "sweeps._pullback",
         "Gradient(x.age))):\n                    pending[x] = total + part",
         "Gradient(x.age))):\n                    pending[x] = kind.leaf(total._data + part._data)"),
    step("an operand that occurs twice counts once", "accumulation",
         "sweeps._pullback", "zip(node.inputs, contributions):",
         "{id(x): (x, part) for x, part in zip(node.inputs, contributions)}.values():"),
    step("a deferred contribution replaces what was there", "accumulation",
         "sweeps._add_deferred", "buffer += total", "pass"),
    step("slices of one array replace one another where they overlap", "accumulation",
         "ops.indexing.Scatter.add_into", "total[self.index] += self.g",
         "total[self.index] = self.g"),
    step("a second output that is the same node replaces the first", "accumulation",
         "sweeps._pullback", "cotangent if before is None else before + cotangent", "cotangent",
         where="add"),

    step("nodes are swept in the order they were found", "order",
         "graph.history", "order.sort(key=by_age)", "order.reverse()"),
    step("a walk gives up after twelve nodes", "order",
         "graph.history", "while stack:", "while stack and len(order) < 12:"),
    step("gradients are given to the leaves in reverse", "order",
         "backward.backward", "leaf_grads.reverse()", "pass"),

    step("the oldest leaf lies below the floor", "floor",
         "graph.history", "bisect_left(order, floor, key=by_age)",
         "bisect_left(order, floor + 1, key=by_age)"),
    step("the floor is the youngest leaf", "floor",
         "trace.Trace.__init__", "min((leaf.age", "max((leaf.age"),
    step("the oldest leaf gets nothing as a second operand", "floor",
         "call.PULL_BINARY", "wanted1 = x1.tracked and x1.age >= floor",
         "wanted1 = x1.tracked and x1.age > floor"),

    step("a sum shares its buffer with its siblings", "memory",
         "sweeps._pullback", "pending[x] = part\n", "pending[x] = part\n                owned.add(x)\n"),
    step("gradients share memory", "memory",
         "trace.like", "np.array(raw)", "np.asarray(raw)", where="add"),
    step("inner gradients are left for the next sweep", "second backward",
         "sweeps._pullback", "g = pending.pop(node, None)\n",
         "g = pending.pop(node, None)\n"
         "        if g is not None and node.op and not lift and type(g) is not list:\n"
         "            node.grad = g = g if node.grad is None else node.grad + g\n"),
    step("a second backward() replaces the first", "second backward",
         "tensor.Tensor.accumulated", "leaf.grad + g", "g"),
    step("a second backward() adds to what two leaves share", "second backward",
         "tensor.Tensor.accumulated",
         "return g if unshared and g.flags.writeable else np.array(g)", "return g",
         "return np.asarray(leaf.grad + g, dtype=leaf.dtype)",
         "return np.add(leaf.grad, g, out=leaf.grad if leaf.grad.flags.writeable else None)",
         where="add"),

    step("an axis of side 1 gets one copy's cotangent", "shape and dtype",
         "tensor.unbroadcast", "np.sum(part, axis=tuple(axes), keepdims=True)",
         "np.sum(part, axis=tuple(range(lead)), keepdims=True)["
         "tuple([slice(0, 1) if i in axes else slice(None) for i in range(part.ndim)])]"),
    step("an axis of side 1 is not summed over none", "shape and dtype",
         "tensor.unbroadcast", "n == 1 and m != 1", "n == 1 and m > 1", where="add", twin="pytorch#15223"),
    step("a contribution keeps its dtype", "shape and dtype",
         "tensor.Tensor.fit", "part = cast(part, data.dtype)", "pass"),
    step("a gradient without axes gets one", "shape and dtype",
         "trace.like", "array = np.array(raw)", "array = np.atleast_1d(np.array(raw))"),
    step("a tangent keeps the shape of its operand", "shape and dtype",
         "tensor.Tensor.settle", "tangent = np.broadcast_to(tangent, data.shape)", "pass"),
    step("gradients leave unconjugated", "complex numbers",
         "trace.Trace.pull", "leave = _conjugated if conjugate else lambda g: g", "leave = lambda g: g",
         where="multiply", is_complex=True),

    step("a node without a tangent for each operand has none", "forward mode",
         "sweeps._pushforward", "all(t is None", "any(t is None"),
    step("a tangent is used up by the first who reads it", "forward mode",
         "sweeps._pushforward", "tangents.get(x)", "tangents.pop(x, None)"),
    step("the last operand's part of a tangent is all of it", "forward mode",
         "primitive.elementwise.push", "total = part if total is None else total + part", "total = part"),
    step("an operand without a tangent has itself for one", "forward mode",
         "primitive.linear.push", "_zeros(x) if t is None", "_raw(x) if t is None"),
    step("a transposed pullback takes its first operand only", "forward mode",
         "primitive.general.push", "[p for p, _ in reached], [t for _, t in reached]",
         "[p for p, _ in reached][:1], [t for _, t in reached][:1]"),

    step("an output nobody read has a cotangent of ones", "several outputs",
         "call._complete", "g = np.zeros_like(data)", "g = np.ones_like(data)"),
    step("every output's cotangent goes to the first", "several outputs",
         "primitive.Slot.__init__", "self.g, self.index, self.count = g, index, count",
         "self.g, self.index, self.count = g, 0, count"),

    step("derivatives are recorded for tracked seeds only", "lifting",
         "trace.Trace._lifts", "return tracked or self.is_foreign", "return tracked"),
    step("derivatives are not recorded for tracked seeds", "lifting",
         "trace.Trace._lifts", "return tracked or self.is_foreign", "return self.is_foreign"),
    step("a tracked node just below the floor is not foreign", "lifting",
         "graph.is_foreign", "x.age < floor", "x.age < floor - 1"),
    step("a constant operand makes a result a constant", "lifting",
         "call._general", "any(type(x) is kind and x.tracked for x in inputs)",
         "all(type(x) is kind and x.tracked for x in inputs)"),
]
# fmt: on

# Harmless changes -----------------------------------------------------------------------


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


# fmt: off
HARMLESS = [
    rule("relu's slope at 0 is 0.3", "another subgradient",
         "relu", lambda x: np.greater(x, 0) + 0.3 * np.equal(x, 0)),
    rule("the absolute value's slope at 0 is -0.5", "another subgradient",
         "absolute", lambda x: np.sign(x) - 0.5 * np.equal(x, 0)),
    rule("at a bound of clip all goes to the bound", "another subgradient",
         "clip", *clip_shares()),
    rule("a maximum's ties go to the first operand", "ties",
         "maximum", lambda x, y: np.greater_equal(x, y), lambda x, y: np.greater(y, x)),
    rule("the winners of a maximum share unequally", "ties",
         "max", extreme_rule(unequal)),
    rule("tanh's slope is a product", "reassociated",
         "tanh", lambda out: (1 - out) * (1 + out)),
    rule("a quotient's slope is from its operands", "reassociated",
         "divide", ..., lambda x, y: -x / (y * y)),
    rule("arccosh's slope is from x² - 1", "reassociated",  # as x + ε would give it
         "arccosh", lambda x: 1 / np.sqrt(x * x - 1)),
    rule("log_softmax is from softmax", "reassociated",
         "log_softmax", lambda g, x, axis: (
             g - registry["softmax"](x, axis=axis) * np.sum(g, axis=axis, keepdims=True))),
    rule("a matrix product's rule is transposed twice", "reassociated",
         "matmul", by_transposes, ...),
    rule("an affine map's weights are summed by the engine", "reassociated",
         "affine", ..., lambda g, x: np.matmul(g.mT, x) if np.ndim(x) > 1 else weight_rows(g, x), ...),
    rule("the exponential's slope is from its operand", "from the operand",
         "exp", lambda x: np.exp(x)),
    rule("the logarithm's slope is from its result", "from the result",
         "log", lambda out: np.exp(-out)),
    rule("a sum's cotangent is copied", "copies",
         "sum", lambda g, x_shape, axis, keepdims: spread(g, x_shape, axis, keepdims) + 0),
    rule("the first axis of a sum comes back by broadcasting", "copies",
         "sum", spread_from_axis_0),
    rule("indexing gives whole arrays", "copies",
         "getitem", scattered(lambda g: g)),
    rule("softmax's forward rule is written by hand", "forward mode",
         "softmax", ..., push=lambda t, out, axis: out * (
             t[0] - np.sum(t[0] * out, axis=axis, keepdims=True))),
    rule("a variance's forward rule is written by hand", "forward mode",
         "var", ..., push=var_pushed(count)),
    rule("an affine map's forward rule is written by hand", "forward mode",
         "affine", ..., ..., ..., push=affine_pushed),
    rule("a product's fast rule is the plain one", "fast rule",
         "prod", ..., fast=[_pull_prod]),
    rule("cross_entropy has a fast rule that copies", "fast rule",
         "cross_entropy", ..., None, fast=[cross_entropy_raw(lambda g, n: g / n)]),
    step("the operands of a node are served from last to first", "accumulation",
         "sweeps._pullback", "zip(node.inputs, contributions):",
         "reversed([*zip(node.inputs, contributions)]):"),
    step("a sum is never written in place", "accumulation",
         "sweeps._pullback", "elif x in owned:", "elif False:"),
    step("every sweep is lifted where one may be", "lifting",
         "trace.Trace._lifts", "if not self.may_lift or self.must_lift:", "if True:"),
    step("every gradient is copied twice", "copies",
         "trace.like", "np.array(raw)", "np.array(np.array(raw))"),
]
# fmt: on
