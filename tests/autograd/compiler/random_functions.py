"""Random functions, each from its seed: compiled, they give what they give as they are.

``python tests/autograd/compiler/random_functions.py 0 2000 c`` tries these seeds with a
backend. Each is a function of three arrays as it is, or one of its derivatives, of many
examples, or a step of training; at the numbers it was recorded with, at others, and at
others with NaN, infinities and zeros among them.
"""

import sys
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
from random_flats import BOUNDS, arrays_and_script, difference, others
from random_operations import dropped, grown

import autograd as ag
import nn
from autograd.core import tree

EXAMPLES = 3


def drawn(seed, without=()):
    """A function of three arrays, which gives some of what it computes; and arrays."""
    generator = np.random.default_rng([7, seed])
    dtype = [np.float64, np.float32][seed % 2]
    arrays, script = arrays_and_script(generator, dtype, 16)

    def f(*xs):
        xs = [np.sin(ag.asarray(x)) for x in xs]
        pool, beside = grown(script, xs, without)
        return pool[-1], pool[len(pool) // 2], *beside[-1:]

    return f, arrays


def loss_of(f):
    """The mean squares of what a function gives, added up."""

    def loss(*xs):
        return sum(np.mean(np.abs(out) ** 2) for out in f(*xs)[:2])

    return loss


# What is compiled ---------------------------------------------------------------------


def as_it_is(seed):
    f, arrays = drawn(seed)
    return f, arrays


def gradient(seed):
    f, arrays = drawn(seed)
    return ag.value_and_grad(loss_of(f), (0, 1, 2)), arrays


def along(seed):
    f, arrays = drawn(seed)
    return lambda *xs: ag.jvp(
        lambda *ys: f(*ys)[:2], xs, tuple(map(np.cos, xs))
    ), arrays


def curvature(seed):
    f, arrays = drawn(seed)
    return lambda *xs: ag.hvp(loss_of(f), xs, tuple(map(np.cos, xs))), arrays


def _many(arrays):
    return [np.stack([x * (1 - 0.3 * i) for i in range(EXAMPLES)]) for x in arrays]


def of_many(seed):
    f, arrays = drawn(seed, (dropped,))
    return ag.vmap(f), _many(arrays)


def gradients_of_many(seed):
    f, arrays = drawn(seed, (dropped,))
    return ag.vmap(ag.grad(loss_of(f), (0, 1, 2)), (None, 0, 0)), [
        arrays[0],
        *_many(arrays[1:]),
    ]


OPTIMIZERS = [
    lambda p: nn.optim.SGD(p, lr=0.05),
    lambda p: nn.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.1),
    lambda p: nn.optim.Adam(p, lr=0.05),
    lambda p: nn.optim.AdamW(p, lr=0.05, amsgrad=True),
    lambda p: nn.optim.RMSprop(p, lr=0.01, centered=True, momentum=0.5),
    lambda p: nn.optim.Adagrad(p, lr=0.05),
    lambda p: nn.optim.Adadelta(p),
    lambda p: nn.optim.Adamax(p, lr=0.05),
    lambda p: nn.optim.NAdam(p, lr=0.05),
    lambda p: nn.optim.RAdam(p, lr=0.05),
    lambda p: nn.optim.Lion(p, lr=0.01),
    lambda p: nn.optim.ASGD(p, lr=0.05),
]


def training(seed):
    """A step, as a function of three arrays; the first of them are the parameters."""
    f, arrays = drawn(seed)
    generator = np.random.default_rng(seed)
    made = OPTIMIZERS[generator.integers(len(OPTIMIZERS))]
    clips, sets_to_none = generator.integers(0, 2, 2)
    parameters = [ag.tensor(x, requires_grad=True) for x in arrays]
    optimizer = made(parameters)

    def step(*xs):
        optimizer.zero_grad(bool(sets_to_none))
        loss = loss_of(f)(*[p + x for p, x in zip(parameters, xs)])
        loss.backward()
        if clips:
            nn.optim.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        return loss.detach(), [p.detach() for p in parameters]

    return step, arrays


KINDS = [
    as_it_is,
    gradient,
    gradient,
    along,
    curvature,
    of_many,
    gradients_of_many,
    training,
]


def kind_of(seed):
    """What is compiled of a seed: each in both precisions."""
    return KINDS[seed // 2 % len(KINDS)]


# Comparison ---------------------------------------------------------------------------


def results_of(f, given):
    """Arrays, whatever they came in; None if a matrix is none that can be decomposed."""
    try:
        with np.errstate(all="ignore"):
            out = f(*[x.copy() for x in given])
    except np.linalg.LinAlgError:
        return None
    leaves = tree.leaves(out)
    return [np.array(x._raw if isinstance(x, ag.Tensor) else x) for x in leaves]


def calls(seed, given):
    """Arguments, call by call: two that are recorded, two others, NaN among the last."""
    steps = [given, others(seed, given), others(seed + 1, given)]
    return [*steps, others(seed, given, planted=True)]


class Programs(NamedTuple):
    """What is drawn of a seed: a maker of a function and arrays, and the calls of it."""

    kind_of: Any
    calls: Any


OURS = Programs(kind_of, calls)


def run(seed, backend, scale=1.0, programs=OURS):
    """The results of each call: compiled by a backend, or as they are if it is None."""
    f, arrays = programs.kind_of(seed)(seed)
    f = f if backend is None else ag.compile(f, backend=backend)
    found = []
    for given in programs.calls(seed, arrays):
        found.append(results_of(f, [(x * scale).astype(x.dtype) for x in given]))
    return f, found


def differences(seed, backend, programs=OURS):
    """Where the results of a backend are others than those without compiling.

    A result may be as far off as it is when arguments are changed in the last digit.
    """
    _, wanted = run(seed, None, programs=programs)
    compiled, got = run(seed, backend, programs=programs)
    found = []
    if not repr(compiled).endswith(" 1 program)"):
        found.append(f"no program: {compiled!r}")
    spread = None
    for call, (want, have) in enumerate(zip(wanted, got, strict=True)):
        if want is None:  # an error, of what a program may do without
            continue
        if have is None:
            found.append(f"call {call}: an error")
            continue
        for k, (x, y) in enumerate(zip(want, have, strict=True)):
            apart = difference(x, y)
            if is_near(apart, BOUNDS.get(x.dtype, 0)):
                continue
            spread = spread or spreads(seed, wanted, programs)
            if not is_within(apart, spread[call][k]):
                found.append(f"call {call} result {k}, {x.dtype}{x.shape}: {apart}")
    return found


def is_near(apart, bound):
    return apart == "" or (not isinstance(apart, str) and apart <= bound)


def is_within(apart, spread):
    """Whether results that are one rounding of the arguments apart differ so, too."""
    if isinstance(spread, str):
        return spread != ""
    return not isinstance(apart, str) and apart <= 50 * spread


def spreads(seed, wanted, programs=OURS):
    """How far results are apart when arguments are changed in the last digits."""
    dtype = programs.kind_of(seed)(seed)[1][0].dtype
    spread = [["" for _ in each or ()] for each in wanted]
    for k in (-3, -1, 1, 2, 3):
        _, near = run(seed, None, 1 + k * np.finfo(dtype).eps, programs)
        for call, (want, have) in enumerate(zip(wanted, near, strict=True)):
            for i, (x, y) in enumerate(zip(want or (), have or ())):
                apart, before = difference(x, y), spread[call][i]
                if before == "" or isinstance(apart, str):
                    spread[call][i] = apart if apart != "" else before
                elif not isinstance(before, str):
                    spread[call][i] = max(before, apart)
    return spread


def tried(first, last, backend, programs=OURS):
    """Print which seeds differ, and how many of each kind were tried."""
    count = Counter()
    for seed in range(first, last):
        found = differences(seed, backend, programs)
        kind = programs.kind_of(seed).__name__
        count["float32" if seed % 2 else "float64", kind, bool(found)] += 1
        if found:
            print(f"seed {seed}: {'; '.join(found[:3])}", flush=True)
    print(count)


if __name__ == "__main__":
    tried(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
