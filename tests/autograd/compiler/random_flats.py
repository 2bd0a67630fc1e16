"""Random programs, each from its seed, and whether a backend runs them as they are.

``python tests/autograd/compiler/random_flats.py 2000`` tries that many; a second
argument names the backend: a module with a function ``built``.
"""

import sys
from importlib import import_module

import numpy as np
from random_operations import decomposed, dropped, grown

import autograd as ag
from autograd.compiler.flat import Flat
from autograd.compiler.tracing import traced
from autograd.core import tree

# In units of the largest element of a result: sums are added up in another order.
BOUNDS = {np.dtype(x): bound for x, bound in zip("fFdD", (2e-4, 2e-4, 1e-11, 1e-11))}
SHAPES = [(3, 4), (4,), (3, 1), (2, 3, 4), (5, 4), (1,), (), (2, 1, 4, 3)]
PLANTED = [np.nan, np.inf, -np.inf, -0.0, 0.0]


def arrays_and_script(generator, dtype, longest):
    """Three arrays, and numbers that say what is computed from them."""
    arrays = [
        np.asarray(generator.standard_normal(SHAPES[k])).astype(dtype)
        for k in generator.integers(0, len(SHAPES), 3)
    ]
    length = int(generator.integers(3, longest))
    return arrays, generator.integers(0, 10**9, length).tolist()


def drawn(seed):
    """A function of three arrays that gives two, and the arrays."""
    dtype = [np.float64, np.float32][seed % 2]
    arrays, script = arrays_and_script(np.random.default_rng(seed), dtype, 25)

    def f(*xs):
        pool = grown(script, [ag.asarray(x) for x in xs], (dropped, decomposed))[0]
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
    alike = np.array_equal(np.isnan(want), np.isnan(got))
    if want.dtype.kind == "f":
        alike = alike and np.array_equal(want[np.isinf(want)], got[np.isinf(want)])
    if not alike or not np.array_equal(finite, np.isfinite(got)):
        return "NaN or infinity elsewhere"
    wide = np.result_type(want, float)
    want, got = want[finite].astype(wide), got[finite].astype(wide)
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
