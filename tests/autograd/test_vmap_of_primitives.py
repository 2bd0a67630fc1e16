"""vmap of every primitive is a loop over the examples: values, and gradients."""

import os
import warnings
from itertools import product

import numpy as np
import pytest
from some_calls import some_calls

import autograd as ag
from autograd import registry
from autograd.check.sampling import samples_of
from autograd.core import tree
from autograd.core.node import Node, TraceError, raw

CALLS = int(os.environ.get("GLASSGRAD_VMAP_CALLS", "1"))  # of each primitive


def drawable(op):
    try:
        samples_of(op)
    except ValueError:
        return False
    return True


NAMES = sorted(name for name, op in registry.items() if drawable(op))


def function_of_arrays(op, operands, params):
    """A function of the arrays of a call alone, and these."""
    places = [i for i, x in enumerate(operands) if type(x) is np.ndarray]
    inner = [
        (i, j)
        for i, xs in enumerate(operands)
        if isinstance(xs, list)
        for j, x in enumerate(xs)
        if type(x) is np.ndarray
    ]

    def f(*xs):
        whole = [list(x) if isinstance(x, list) else x for x in operands]
        for place, x in zip(places, xs):
            whole[place] = x
        for (i, j), x in zip(inner, xs[len(places) :]):
            whole[i][j] = x
        return op(*whole, **params)

    return f, [*[operands[i] for i in places], *[operands[i][j] for i, j in inner]]


def variants(x):
    """Three examples, which the function takes where it takes the first."""
    if x.dtype.kind in "fc":
        return [x, x * x.dtype.type(0.875), x * x.dtype.type(0.75)]
    if x.dtype == bool:
        return [x, x, x]
    return [x, x[::-1] if x.ndim else x, x]


def results(out):
    return [np.asarray(raw(x)) for x in tree.leaves(out)]


def differ(got, loop, eps=1e-16):
    """Whether results of vmap are not those of a loop, stacked."""
    dtypes = [x.dtype for x in [*got, *loop[0]] if x.dtype.kind in "fc"]
    eps = max([eps, *[np.finfo(dtype).eps for dtype in dtypes]])
    if len(got) != len(loop[0]):
        return f"{len(got)} results for {len(loop[0])}"
    for i, a in enumerate(got):
        b = np.stack([each[i] for each in loop])
        if a.shape != b.shape:
            return f"shape {a.shape} for {b.shape}"
        if a.dtype != b.dtype:
            return f"dtype {a.dtype} for {b.dtype}"
        if a.dtype.kind not in "fc":
            if not np.array_equal(a, b):
                return f"{a} for {b}"
            continue
        finite = np.isfinite(b)
        size = max(
            [
                np.abs(x[np.isfinite(x)]).max(initial=0)
                for x in loop[0]
                if x.dtype.kind in "fc"
            ]
        )
        near = np.abs(a[finite] - b[finite]) <= 4000 * eps * size
        same = np.array_equal(a[~finite], b[~finite], equal_nan=True)
        if not (near.all() and same):
            return f"{a} for {b}"
    return ""


def coarsest(args):
    """The spacing of the shortest floats among the arguments."""
    return max([np.finfo(x.dtype).eps for x in args if x.dtype.kind in "fc"], default=0)


def scalar_of(f, like):
    """Σ w · f with fixed weights: a function that has a gradient by every argument."""
    rng = np.random.default_rng(0)
    weights = [rng.uniform(0.5, 1.5, np.shape(raw(x))) for x in tree.leaves(like)]

    def total(*xs):
        parts = [
            np.sum(w.astype(y.real.dtype) * np.real(y * (1 - 0.5j)))
            if np.iscomplexobj(raw(y))
            else np.sum(w.astype(y.dtype) * y)
            for w, y in zip(weights, tree.leaves(f(*xs)))
            if isinstance(y, Node) and y.dtype.kind in "fc"
        ]
        out = parts[0]
        for part in parts[1:]:
            out = out + part
        return out

    return total


def batches(args, axes):
    """The arguments with their examples along these axes, and those of each example."""
    whole, each = [], [[], [], []]
    for x, axis in zip(args, axes):
        three = [x] * 3 if axis is None else variants(x)
        whole.append(x if axis is None else np.stack(three, axis=axis))
        for i in range(3):
            each[i].append(three[i])
    return whole, each


def choices_of_axes(args, turn):
    """Some of the combinations of None, the first axis and the last: others in turn."""
    several = [*product((0, None, -1), repeat=len(args))]
    several = [axes for axes in several if set(axes) != {None}]
    return [several[(7 * turn) % len(several)], several[0]][: 1 + (CALLS > 1)]


def faults(op, operands, params, turn):
    f, args = function_of_arrays(op, operands, params)
    if not args:
        return {}
    found = {}
    floats = tuple(i for i, x in enumerate(args) if x.dtype.kind in "fc")
    for axes in choices_of_axes(args, turn):
        whole, each = batches(args, axes)
        try:
            loop = [results(f(*map(ag.asarray, xs))) for xs in each]
            differ(loop[0], loop)  # stack
        except Exception:
            continue
        found |= compared("values", lambda *xs: f(*xs), axes, whole, loop)
        if not op.tracks or not floats:
            continue
        try:
            total = scalar_of(f, f(*map(ag.asarray, each[0])))
            g = ag.grad(total, floats)
            loop = [results(g(*xs)) for xs in each]
            differ(loop[0], loop)
        except Exception:
            continue
        found |= compared("gradients", g, axes, whole, loop)
        if "gradients" in found:
            continue
        mapped = ag.vmap(total, axes)
        try:
            through = results(
                ag.grad(lambda *xs, m=mapped: np.sum(m(*xs)), floats)(*whole)
            )
        except Exception as error:
            found["through"] = f"{type(error).__name__}: {error}"
            continue
        summed = [
            np.sum([each[k] for each in loop], 0, loop[0][k].dtype)
            if axes[i] is None
            else np.stack([each[k] for each in loop], axis=axes[i])
            for k, i in enumerate(floats)
        ]
        text = differ([x[None] for x in through], [summed], coarsest(args))
        if text:
            found["through"] = f"{axes} {[x.shape for x in args]} {params} {text}"
    return found


def compared(kind, f, axes, whole, loop):
    try:
        got = results(ag.vmap(f, axes)(*whole))
    except TraceError as error:
        return {kind: f"refused: {error}"}
    except Exception as error:
        if os.environ.get("GLASSGRAD_RAISE"):
            raise
        return {kind: f"ERROR {axes} {type(error).__name__}: {error}"}
    text = differ(got, loop, coarsest(whole))
    shapes = [x.shape for x in whole]
    return {kind: f"WRONG {axes} {shapes} {text}"} if text else {}


def all_faults(name):
    found = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for turn, call in enumerate(some_calls(registry[name], CALLS)):
            found.update(faults(registry[name], *call, turn))
    return found


# Whose results have a shape by the numbers they are made of.
BY_NUMBERS = {"compress", "delete", "extract", "nonzero", "repeat", "unique"}


@pytest.mark.parametrize("name", NAMES)
def test_vmap_is_a_loop(name):
    found = all_faults(name)
    if name in BY_NUMBERS:
        found = {k: v for k, v in found.items() if not v.startswith("refused")}
    assert not found
