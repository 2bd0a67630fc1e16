"""Random programs, each from its seed, and whether a backend runs them as they are.

``python tests/autograd/compiler/random_flats.py 2000`` tries that many; a second
argument names the backend: a module with a function ``built``.
"""

import sys
from importlib import import_module

import numpy as np

import autograd as ag
from autograd.compiler.flat import Flat
from autograd.compiler.tracing import traced
from autograd.core import tree

# In units of the largest element of a result: sums are added up in another order.
BOUNDS = {np.dtype("f"): 2e-4, np.dtype("d"): 1e-11}
SHAPES = [(3, 4), (4,), (3, 1), (2, 3, 4), (5, 4), (1,), (), (2, 1, 4, 3)]
PLANTED = [np.nan, np.inf, -np.inf, -0.0, 0.0]

UNARY = [
    np.tanh,
    lambda x: np.exp(-x * x),
    ag.sigmoid,
    ag.relu,
    lambda x: np.log(np.abs(x) + 1),
    lambda x: np.sqrt(x * x + 0.5),
    lambda x: x**2,
    lambda x: x**3 * 1,
    lambda x: (np.abs(x) + 0.5) ** -1.5,
    lambda x: -np.negative(x) - 0,
    lambda x: np.sin(x) + 0.0,
    lambda x: 1 / (x * x + 1),
    ag.gelu,
    ag.erf,
    ag.softplus,
    ag.silu,
    np.square,
    lambda x: np.clip(x, -1, 1),
]
BINARY = [
    np.add,
    np.multiply,
    np.subtract,
    np.maximum,
    np.minimum,
    lambda x, y: x / (1 + y * y),
    lambda x, y: np.where(x > 0, x, y * 0.5),
    lambda x, y: np.where(y > x, 1.0, x),
    lambda x, y: np.hypot(x, y),
    lambda x, y: ag.binary_cross_entropy_with_logits(x, ag.sigmoid(y)),
    lambda x, y: np.mean(x) + y,
    lambda x, y: np.max(x, axis=-1, keepdims=True) * y if x.ndim else x * y,
]


def _axis(q, x):
    return int(q.integers(-x.ndim, x.ndim))


def _reduced(q, x):
    how = [np.sum, np.mean, np.max, np.min, np.var, ag.logsumexp, np.prod]
    f = how[q.integers(len(how))]
    axis = None if q.integers(4) == 0 else _axis(q, x)
    if x.ndim > 1 and q.integers(4) == 0 and f is not np.prod:
        axis = (0, x.ndim - 1)
    return f(np.tanh(x), axis=axis, keepdims=bool(q.integers(2)))


def _along(q, x):
    f = [ag.softmax, ag.log_softmax][q.integers(2)]
    return f(x, _axis(q, x))


def _normalised(_, x):
    apart = x - np.mean(x, axis=-1, keepdims=True)
    return apart / np.sqrt(np.var(x, axis=-1, keepdims=True) + 1)


def _viewed(q, x):
    how = q.integers(10)
    if how == 0:
        return np.transpose(x, tuple(q.permutation(x.ndim).tolist()))
    if how == 1:
        return np.reshape(x, [(-1,), (x.size, 1), x.shape[::-1]][q.integers(3)])
    if how == 2:
        return np.swapaxes(x, _axis(q, x), _axis(q, x))
    if how == 3:
        return np.moveaxis(x, _axis(q, x), 0)
    if how == 4:
        return np.expand_dims(x, 0)
    if how == 5:
        return np.squeeze(np.expand_dims(x, -1), -1)
    if how == 6:
        return np.broadcast_to(x, (2, *x.shape))
    if how == 7:
        return np.split(x, x.shape[0], axis=0)[0]
    if how == 8:
        return np.reshape(np.transpose(x), x.shape)
    return np.flip(x, 0)


def _indexed(q, x):
    n = x.shape[-1]
    how = q.integers(7)
    if how == 0:
        return x[..., n // 2 :]
    if how == 1:
        return x[::-1]
    if how == 2:
        return x[0]
    if how == 3:
        return x[..., q.integers(0, n, 3)]
    if how == 4:
        return x[q.integers(0, len(x), (2, 2))]
    if how == 5:
        return x[None, ..., -1]
    return np.take(x, [0, -1, 0], axis=_axis(q, x))


def _joined(q, x):
    how = q.integers(4)
    if how == 0:
        return np.concatenate([x, x * 2], axis=_axis(q, x))
    if how == 1:
        return np.stack([x, np.tanh(x)], axis=_axis(q, x))
    if how == 2:
        return np.tile(x, 2)
    return np.cumsum(np.tanh(x), axis=_axis(q, x))


def _product(q, x, y):
    if x.ndim > 1 and y.ndim > 1 and x.shape[-1] == y.shape[-2]:
        return x @ y
    if x.ndim > 1 and y.ndim > 1 and x.shape[-1] == y.shape[-1]:
        return x @ np.swapaxes(y, -1, -2)
    if y.ndim == 2 and x.shape[-1] == y.shape[-1] and q.integers(2):
        return ag.affine(x, y, np.ones(len(y), y.dtype))
    return np.einsum("...i,...i->...", x, y)


def _operation(q, pool):
    """One more operation, of values that there are."""
    x, y = pool[q.integers(len(pool))], pool[q.integers(len(pool))]
    kind = q.integers(10)
    if kind < 2 or x.ndim == 0:
        return UNARY[q.integers(len(UNARY))](x)
    if kind < 5:
        return BINARY[q.integers(len(BINARY))](x, y)
    if kind == 9:
        return _product(q, x, y)
    how = [_reduced, _along, _normalised, _viewed, _viewed, _indexed, _joined]
    return how[q.integers(len(how))](q, x)


def drawn(seed):
    """A function of three arrays that gives two, and the arrays."""
    generator = np.random.default_rng(seed)
    dtype = [np.float64, np.float32][seed % 2]
    arrays = [
        np.asarray(generator.standard_normal(SHAPES[k])).astype(dtype)
        for k in generator.integers(0, len(SHAPES), 3)
    ]
    script = generator.integers(0, 10**9, int(generator.integers(3, 25))).tolist()

    def f(*xs):
        pool = list(xs)
        for code in script:
            try:
                value = _operation(np.random.default_rng(code), pool)
            except (ValueError, IndexError):  # shapes that do not fit
                continue
            if 0 < value.size < 2000:
                pool.append(value)
        return pool[-1], pool[len(pool) // 2]

    return f, arrays


def with_gradients(f):
    """What a function gives, and the gradients of the sum of its squares."""

    def loss(*xs):
        return sum(np.mean(out * out) for out in f(*xs))

    def g(*xs):
        return f(*xs), ag.grad(loss, (0, 1, 2))(*xs)

    return g


def program(seed):
    """The flat program of a seed; two in three have targets, which are its leaves."""
    f, arrays = drawn(seed)
    flat, _ = traced(with_gradients(f), tuple(arrays))
    if seed % 3:
        kinds = [flat.kinds[i] for i in flat.outputs]
        flat.targets = {
            k: leaf
            for k, leaf in zip(range(2, 5), range(3))
            if kinds[k] == flat.kinds[leaf]
        }
    return flat


def others(seed, arrays, planted=False):
    """Arrays of these kinds with other numbers; NaN, infinities and zeros among them."""
    generator = np.random.default_rng(seed + 1)
    given = [np.asarray(np.roll(x, 1) * 1.1).astype(x.dtype) for x in arrays]
    for x in given if planted else ():
        places = generator.integers(0, max(x.size, 1), 1 + x.size // 8)
        x.reshape(-1)[places] = generator.choice(PLANTED, len(places))
    return given


def difference(want, got):
    """How far two results are apart, in units of the largest; or what else differs."""
    if type(got) is not np.ndarray:
        return f"{type(got).__name__} is no array"
    if (got.shape, got.dtype) != (want.shape, want.dtype):
        return f"{got.shape} {got.dtype}, not {want.shape} {want.dtype}"
    if want.dtype not in BOUNDS:
        return "" if np.array_equal(want, got) else "other integers"
    finite = np.isfinite(want)
    if not np.array_equal(
        np.where(finite, 0, want), np.where(np.isfinite(got), 0, got), equal_nan=True
    ):
        return "NaN or infinity elsewhere"
    want, got = want[finite].astype(float), got[finite].astype(float)
    scale = 1 + np.abs(want).max(initial=0)
    return np.abs(want - got).max(initial=0) / scale


def differences(built, seed):
    """How a backend's results differ from the program's own, and from eager ones."""
    flat = program(seed)
    run = built(flat)
    found = []
    for planted in (False, True):
        given = others(seed, flat.leaves, planted)
        with np.errstate(all="ignore"):
            want = [np.asarray(x) for x in Flat.__call__(flat, *given)]
        if not planted:
            f, _ = drawn(seed)
            with np.errstate(all="ignore"):
                eager = tree.leaves(with_gradients(f)(*map(ag.tensor, given)))
            for k, (x, y) in enumerate(zip(want, eager, strict=True)):
                found += _told(f"recorded {k}", y._raw, x)
        before = None
        for _ in range(2):  # also with what the first left in memory
            leaves = [x.copy() for x in given]
            got = run(*leaves)
            for k, (x, y) in enumerate(zip(want, got, strict=True)):
                leaf = flat.targets.get(k)
                if (y is None) != (leaf is not None):
                    found.append(f"result {k}: a target is returned, or a result not")
                y = leaves[leaf] if leaf is not None else y
                found += _told(f"result {k}{' planted' * planted}", x, y)
            kept = set(range(3)) - set(flat.targets.values())
            if any(
                not np.array_equal(leaves[i], given[i], equal_nan=True) for i in kept
            ):
                found.append("a leaf that is no target was written")
            if before is not None and any(
                x is not None and np.may_share_memory(x, y)
                for x in before
                for y in (*got, *leaves)
                if y is not None
            ):
                found.append("results of two runs share memory")
            before = got
    return found


def _told(what, want, got):
    apart = difference(want, got)
    if isinstance(apart, str):
        return [f"{what}: {apart}"] if apart else []
    bound = BOUNDS[want.dtype]
    return [f"{what}: {apart:.1e} of {want.dtype}"] if not apart <= bound else []


if __name__ == "__main__":
    count = int(sys.argv[1])
    backend = sys.argv[2] if len(sys.argv) > 2 else "autograd.compiler.replay"
    built = import_module(backend).built
    wrong = 0
    for seed in range(count):
        found = differences(built, seed)
        wrong += bool(found)
        if found:
            print(f"seed {seed}: {'; '.join(found[:3])}", flush=True)
    print(f"{count} programs, {wrong} differ")
