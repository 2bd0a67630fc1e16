"""A recording holds nothing of the data: run elsewhere it is what eager code is there.

Every function of the registry, its value and its derivatives, is traced at one place A
and run at others; or the trace was refused. WHOLE_RECORDINGS=n tries n calls of each.
"""

import os
import warnings

import numpy as np
import pytest
from some_calls import some_calls

import autograd as ag
from autograd.compiler.tracing import TraceError, traced
from autograd.compiler.written import constants_of
from autograd.core import tree
from autograd.core.node import Node, raw
from autograd.core.primitive import registry
from autograd.facts import INTERNAL
from autograd.ops import polynomials
from autograd.ops.held import Presumed

CALLS = int(os.environ.get("WHOLE_RECORDINGS", 1))
# What is called with the dtype and the shape that the result had in the recording.
THROUGH = {"eig": ag.linalg.eig, "roots": polynomials.roots}
OPS = [op for name, op in sorted(registry.items()) if name not in INTERNAL]


def arrays(found):
    """All numbers of a result, as arrays."""
    return [np.asarray(raw(x)) for x in tree.leaves(found)]


def same(found, wanted, args=()):
    """Whether a program gave what eager code gives, but for rounding."""
    if found.shape != wanted.shape or found.dtype != wanted.dtype:
        return False
    if wanted.dtype.kind not in "fc":
        return np.array_equal(found, wanted)
    kinds = [x.dtype for x in (wanted, *args) if x.dtype.kind in "fc"]
    single = max(np.finfo(dtype).eps for dtype in kinds) > 1e-10
    finite = np.abs(wanted[np.isfinite(wanted)])
    near = (2e-3 if single else 1e-7) * (1 + finite.max(initial=0).astype(float))
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
        return THROUGH.get(op.name, op)(*whole, **params)

    args = [*[operands[i] for i in places], *[operands[i][j] for i, j in inner]]
    return f, args


class Recorded:
    """A function as it was traced at some arguments, to be run elsewhere.

    Sweeps multiply as NumPy does, and where that is not finite once more, with 0 · ∞
    being 0: so there are two recordings.
    """

    def __init__(self, f, args):
        self.f, self.args = f, tuple(args)
        self.flat, self.out = traced(f, self.args)

    def __call__(self, xs):
        found = self.run(self.flat, self.out, xs)
        if all(np.isfinite(x).all() for x in found):
            return found
        return self.run(*traced(self.f, self.args, careful=True), xs)

    def run(self, flat, out, xs, run=None):
        run = run or (lambda flat, xs: flat(*xs, *flat.leaves[len(xs) :]))
        found = run(flat, xs)
        results = iter(found if len(flat.outputs) > 1 else [found])
        return arrays(
            [next(results) if isinstance(x, Node) else x for x in tree.leaves(out)]
        )


def written(flat, xs):
    """What the text of a program gives."""
    space = {"np": np, "ag": ag}
    exec(flat.source("f"), space)
    constants = constants_of(flat)
    return space["f"](*xs, *flat.leaves[len(xs) :], *[constants] * bool(constants))


def faults(op, operands, params):
    """What is wrong with the recordings of a call: texts by kind."""
    f, args = of_arrays(op, operands, params)
    if not args:
        return {}
    try:
        kinds = derivatives_of(f, args)
    except Exception:  # what eager code refuses, or has no derivative of
        return {}
    found = {}
    for kind, g in kinds.items():
        try:
            g(*args)
        except Exception:
            continue
        try:
            recorded = Recorded(g, args)
        except TraceError as error:
            found[kind] = f"refused: {error}"
            continue
        text = recorded.run(recorded.flat, recorded.out, args, written)
        direct = recorded.run(recorded.flat, recorded.out, args)
        if not all(same(*each, args) for each in zip(text, direct, strict=True)):
            found[kind] = f"wrong text: {op} {args} {params}: {text}, not {direct}"
        for where, xs in zip(("A", "near", "rolled"), elsewhere(args)):
            try:
                wanted = arrays(g(*xs))
            except Exception:
                continue
            try:
                got = recorded(xs)
            except Presumed:
                continue
            if not all(same(*each, args) for each in zip(got, wanted, strict=True)):
                found[kind] = (
                    f"wrong {where}: {op} {args} {params}: {got}, not {wanted}"
                )
                break
    return found


def all_faults(op):
    """The faults of some calls of a function, by kind."""
    found = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for call in some_calls(op, CALLS):
            for kind, text in faults(op, *call).items():
                found.setdefault((kind, text.split(" ")[0]), text)
    return found


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_a_recording_run_elsewhere_is_what_eager_code_gives_or_was_refused(op):
    wrong = [text for text in all_faults(op).values() if not text.startswith("refused")]
    assert not wrong, wrong[0]
