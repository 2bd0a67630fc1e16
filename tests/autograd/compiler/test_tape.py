"""Graphs of Values as long vectors: the numbers that the graph itself gives."""

import math
import random

import numpy as np
import pytest
from numpy.testing import assert_allclose

import autograd as ag
from autograd.compiler import tape
from autograd.compiler.flat import Flat
from autograd.compiler.native import tape as native
from autograd.compiler.native.compilers import NoCompiler, compiler
from autograd.core.context import switched
from autograd.core.node import raw
from nn.scalar import MLP

UNARY = (ag.tanh, ag.exp, ag.relu, ag.sigmoid, ag.negative, np.sin, ag.positive, abs)
BINARY = (ag.add, ag.add, ag.subtract, ag.multiply, ag.multiply, ag.maximum)


try:
    compiler()
    BACKENDS = (tape.built, native.built)
except NoCompiler:
    BACKENDS = (tape.built,)
by_both = pytest.mark.parametrize(
    "built", BACKENDS, ids=["NumPy", "C"][: len(BACKENDS)]
)


def grown(rng, leaves, steps):
    """A random graph over the leaves; constants come in, too."""
    values = list(leaves)
    for _ in range(steps):
        x = rng.choice(values[-12:])
        y = rng.choice([rng.choice(values), rng.choice(values), 0.5, 1.0, -0.0])
        values.append(
            rng.choice(BINARY)(x, y) if rng.random() < 0.7 else rng.choice(UNARY)(x)
        )
    return values[-3:]


def of(f, numbers):
    """The tape of a function and of its gradient, recorded at other numbers."""
    xs = [ag.Value(x) for x in numbers]
    with switched(everything=True):
        results = f(*xs)
        total = sum(ag.tanh(x) for x in results)
        slopes = ag.grad(lambda *ys: sum(map(ag.tanh, f(*ys))), (0, 1, 2))(*xs)
    return Flat.of(total, *slopes, leaves=xs)


@pytest.mark.parametrize(
    ("built", "seed"),
    [(built, seed) for built, n in zip(BACKENDS, (40, 4)) for seed in range(n)],
)
def test_a_random_graph_and_its_gradient_run_at_other_numbers(built, seed):
    def f(*xs):
        return grown(random.Random(seed), xs, 30)

    run = built(of(f, [0.3, -0.7, 1.1]))
    elsewhere = [-0.4, 0.9, 0.2]
    right = of(f, elsewhere)(*map(ag.Value, elsewhere))
    assert_allclose(run(*elsewhere), [*map(raw, right)], 1e-12, 1e-14)


@by_both
def test_two_runs_do_not_share_what_they_gave(built):
    x = ag.Value(2.0)
    with switched(everything=True):
        run = built(Flat.of(x * x, x + 1, leaves=[x]))
    first = run(3.0)
    assert (run(4.0), first) == ((16.0, 5.0), (9.0, 4.0))


@by_both
def test_infinities_and_nan_are_where_the_graph_has_them(built):
    x, y = ag.Value(1.0), ag.Value(2.0)
    with switched(everything=True):
        run = built(Flat.of(x / y, ag.log(x), x * 0.0 + y, leaves=[x, y]))
    got = run(-1.0, 0.0)
    assert got[0] == -math.inf
    assert math.isnan(got[1])
    assert math.isnan(run(math.inf, 1.0)[2])
    assert math.copysign(1, run(-1.0, -0.0)[2]) == -1


@by_both
def test_what_is_no_function_of_arrays_is_called_number_by_number(built):
    cube = ag.general(lambda x: float(x) ** 3, lambda g, x: g * 3 * x**2, name="cube")
    x = ag.Value(1.0)
    with switched(everything=True):
        run = built(Flat.of(cube(x) + cube(x + 1), leaves=[x]))
    assert run(2.0) == (35.0,)


@by_both
def test_each_of_several_outputs_is_a_number_of_its_own(built):
    x = ag.Value(7.5)
    with switched(everything=True):
        run = built(Flat.of(*divmod(x, 2.0), *np.modf(x), leaves=[x]))
    assert run(9.25) == (4.0, 1.25, 0.25, 9.0)


@by_both
def test_additions_of_one_chain_are_one_sum_and_shared_ones_stay(built):
    xs = [ag.Value(float(i)) for i in range(50)]
    with switched(everything=True):
        part = xs[0] + xs[1] + xs[2]
        flat = Flat.of(sum(xs, part), part, leaves=xs)
    run = built(flat)
    numbers = [0.1 * i for i in range(50)]
    assert_allclose(
        run(*numbers),
        flat(*map(ag.Value, numbers))[0].data * 0
        + np.array([sum(numbers) + sum(numbers[:3]), sum(numbers[:3])]),
        1e-14,
    )
    assert run.source.count("reduceat") == 2  # lines, of which one is the other's part


@by_both
def test_a_training_step_of_an_mlp_is_a_few_dozen_calls(built):
    random.seed(1)
    model = MLP(2, [8, 8, 1])
    points = [(random.gauss(0, 1), random.gauss(0, 1)) for _ in range(10)]

    def loss(parameters):
        for p, x in zip(model.parameters(), parameters):
            p.data = x
        return sum((model(point) - 1) ** 2 for point in points)

    parameters = model.parameters()
    with switched(everything=True):
        total = sum((model(point) - 1) ** 2 for point in points)
        flat = Flat.of(total, leaves=parameters)
    run = built(flat)
    numbers = [p.data + 0.01 * i for i, p in enumerate(parameters)]
    assert len(flat.steps) > 1000
    assert len(run.runs) < 30
    assert_allclose(run(*numbers)[0], loss(numbers).data, 1e-13)


@by_both
def test_the_products_of_a_sweep_are_vectors_too(built):
    xs = [ag.Value(x) for x in (0.0, 2.0, -1.0)]
    zero = ag.registry["weigh"]
    with switched(everything=True):
        run = built(Flat.of(*[zero(x, y) for x in xs for y in xs], leaves=xs))
    inf, nan = math.inf, math.nan
    assert sum("weigh" in str(each) for each in run.runs) == 1
    assert run(0.0, inf, 2.0)[:3] == (0.0, 0.0, 0.0)
    assert run(0.0, nan, 2.0)[:3] == (0.0, 0.0, 0.0)
    assert run(3.0, inf, 2.0)[:3] == (9.0, inf, 6.0)
