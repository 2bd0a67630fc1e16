"""A recording holds nothing of the data: run elsewhere it is what eager code is there.

Every function of the registry, its value and its derivatives, is traced at one place A
and run at others; or the trace was refused. WHOLE_RECORDINGS=n tries n calls of each.
"""

import os
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import autograd as ag
from autograd.check.sampling import samples_of
from autograd.compiler.tracing import TraceError, traced
from autograd.core import tree
from autograd.core.node import Node, raw
from autograd.core.primitive import registry
from autograd.facts import INTERNAL

CALLS = int(os.environ.get("WHOLE_RECORDINGS", 1))
OPS = [op for name, op in sorted(registry.items()) if name not in INTERNAL]


def arrays(found):
    """All numbers of a result, as arrays."""
    return [np.asarray(raw(x)) for x in tree.leaves(found)]


def same(found, wanted):
    """Whether a program gave what eager code gives: to rounding, which may differ."""
    if found.shape != wanted.shape or found.dtype != wanted.dtype:
        return False
    if wanted.dtype.kind not in "fc":
        return np.array_equal(found, wanted)
    finite = np.abs(wanted[np.isfinite(wanted)])
    single = np.finfo(wanted.dtype).eps > 1e-10
    scale = finite.max(initial=0)
    near = (2e-3 if single else 1e-7) * np.asarray(1 + scale, float)
    return np.allclose(found, wanted, rtol=0, atol=near, equal_nan=True)


def derivatives_of(f, args):
    """What is traced: the value, and where there are any, derivatives of floats."""
    kinds = {"value": f}
    floats = [i for i, x in enumerate(args) if x.dtype.kind == "f"]
    outs = arrays(f(*args))
    if not floats or not any(out.dtype.kind in "fc" for out in outs):
        return kinds
    rng = np.random.default_rng(0)
    seeds = [rng.standard_normal(out.shape).astype(out.dtype) for out in outs]
    along = [rng.standard_normal(args[i].shape).astype(args[i].dtype) for i in floats]

    def of_floats(g):
        """g as a function of the floats alone."""

        def inner(xs, rest):
            whole = list(rest)
            for i, x in zip(floats, xs):
                whole[i] = x
            return g(*whole)

        return inner

    def total(*xs):
        parts = [
            np.sum(np.real(out * seed))
            for out, seed in zip(tree.leaves(f(*xs)), seeds)
            if seed.dtype.kind in "fc"
        ]
        return sum(parts[1:], parts[0])

    def pushed(g):
        def push(*xs):
            mine = tuple([xs[i] for i in floats])
            return ag.jvp(lambda *ys: of_floats(g)(ys, xs), mine, tuple(along))[1]

        return push

    kinds["vjp"] = ag.grad(total, tuple(floats))
    kinds["jvp"] = pushed(f)
    kinds["hvp"] = pushed(kinds["vjp"])
    return kinds


def elsewhere(args):
    """Other numbers of these shapes: a little off, and in another order."""
    near = [np.asarray(0.97 * x, x.dtype) if x.dtype.kind in "fc" else x for x in args]
    rolled = [np.roll(x.ravel(), 1).reshape(x.shape) for x in args]
    return [args, near, rolled]


def of_arrays(op, operands, params):
    """A call as a function of its arrays alone, and these."""
    places = [i for i, x in enumerate(operands) if isinstance(x, np.ndarray)]
    lists = [i for i, x in enumerate(operands) if isinstance(x, (list, tuple))]
    inner = [
        (i, j)
        for i in lists
        for j, x in enumerate(operands[i])
        if type(x) is np.ndarray
    ]

    def f(*xs):
        whole = [list(x) if i in lists else x for i, x in enumerate(operands)]
        for place, x in zip(places, xs):
            whole[place] = x
        for (i, j), x in zip(inner, xs[len(places) :]):
            whole[i][j] = x
        return op(*whole, **params)

    args = [*[operands[i] for i in places], *[operands[i][j] for i, j in inner]]
    return f, args


def faults(op, operands, params):
    """What is wrong with the recordings of a call: texts by kind."""
    f, args = of_arrays(op, operands, params)
    if not args:
        return {}
    try:
        kinds = derivatives_of(f, args)
    except Exception:
        return {}
    found = {}
    for kind, g in kinds.items():
        try:
            expected = [arrays(g(*xs)) for xs in elsewhere(args)[:1]]
        except Exception:
            continue
        try:
            flat, out = traced(g, tuple(args))
        except TraceError as error:
            found[kind] = f"refused: {error}"
            continue
        except Exception as error:
            found[kind] = f"ERROR {type(error).__name__}: {error}"
            continue
        loose = [x for x in tree.leaves(out) if not isinstance(x, Node)]
        if any(isinstance(x, (np.ndarray, np.generic)) for x in loose):
            found[kind] = "LOOSE: a result that is no node"
            continue
        count = len(args)
        for where, xs in zip(("A", "near", "rolled"), elsewhere(args)):
            try:
                wanted = [x for x in tree.leaves(g(*xs))]
            except Exception:
                continue
            wanted = [
                np.asarray(raw(x))
                for x, o in zip(wanted, tree.leaves(out))
                if isinstance(o, Node)
            ]
            try:
                got = flat(*xs, *flat.leaves[count:])
            except TraceError:
                continue
            except Exception as error:
                found[kind] = f"RUN {where} {type(error).__name__}: {error}"
                break
            got = got if len(flat.outputs) > 1 else (got,)
            if not all(
                same(np.asarray(a), b) for a, b in zip(got, wanted, strict=True)
            ):
                found[kind] = f"WRONG {where}: {[a.shape for a in xs]} {params}"
                break
    return found


def all_faults(op):
    """The faults of some calls of a function, by kind."""
    found = {}

    @settings(
        max_examples=CALLS,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(samples_of(op))
    def some(call):
        for kind, text in faults(op, *call).items():
            found.setdefault((kind, text.split(" ")[0]), text)

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        some()
    return found
