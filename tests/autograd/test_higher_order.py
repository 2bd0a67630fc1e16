"""Higher orders: nesting in every mix of modes, and in linear time."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd import Value

X = 0.7


def forward(f):
    """d/dx in forward mode."""
    return lambda x: ag.jvp(f, (x,), (ones_like(x),))[1]


def ones_like(x):
    if isinstance(x, Value):
        return 1.0
    return np.ones(np.shape(getattr(x, "data", x))) if not isinstance(x, float) else 1.0


def reverse(f):
    """d/dx in reverse mode."""
    return ag.grad(f)


def pulled(f):
    """d/dx by vjp."""

    def derivative(x):
        _, pull = ag.vjp(f, x)
        return pull(
            1.0 if not hasattr(x, "shape") or x.shape == () else np.ones(x.shape)
        )[0]

    return derivative


MODES = {"forward": forward, "reverse": reverse, "vjp": pulled}
PAIRS = [(a, b) for a in MODES for b in MODES]
FUNCTIONS = {
    "sin": (np.sin, [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin]),
    "exp(2x)": (lambda x: np.exp(2 * x), [lambda x, n=n: 2**n * np.exp(2 * x) for n in (1, 2, 3, 4)]),
    "x⁵": (
        lambda x: x**5,
        [lambda x: 5 * x**4, lambda x: 20 * x**3, lambda x: 60 * x**2, lambda x: 120 * x],
    ),
    "1/x": (
        lambda x: 1 / x,
        [lambda x: -(x**-2), lambda x: 2 * x**-3, lambda x: -6 * x**-4, lambda x: 24 * x**-5],
    ),
    "log": (
        np.log,
        [lambda x: 1 / x, lambda x: -(x**-2), lambda x: 2 * x**-3, lambda x: -6 * x**-4],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", [float, Value, ag.tensor])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivatives_up_to_the_fourth_are_right(name, kind):
    f, exact = FUNCTIONS[name]
    for expected in exact:
        f = ag.grad(f)
        got = f(kind(X))
        number = float(getattr(got, "data", got))
        assert number == pytest.approx(float(expected(X)), rel=1e-12)


@pytest.mark.parametrize("kind", [float, ag.tensor, Value])
@pytest.mark.parametrize("third", MODES)
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_third_derivatives_in_every_mix_of_modes(first, second, third, kind):
    f = MODES[third](MODES[second](MODES[first](lambda x: np.sin(x) * x)))
    got = f(kind(X))
    expected = -3 * math.sin(X) - X * math.cos(X)
    assert float(getattr(got, "data", got)) == pytest.approx(expected, rel=1e-12)


def test_the_tenth_derivative_of_a_power():
    f = lambda x: x**10  # noqa: E731
    for _ in range(10):
        f = ag.grad(f)
    assert f(1.5) == pytest.approx(math.factorial(10), rel=1e-10)


def test_a_gradient_descent_inside_is_differentiated_through():
    """x_{k+1} = x_k - η ∂/∂x ½ a x²: x_n = (1 - η a)ⁿ x₀."""

    def unrolled(a, steps=7, rate=0.1):
        x = ag.tensor(2.0)
        for _ in range(steps):
            x = x - rate * ag.grad(lambda y: 0.5 * a * y * y)(x)
        return x

    a = 1.5
    expected = 2 * 7 * (1 - 0.1 * a) ** 6 * -0.1
    assert ag.grad(unrolled)(a) == pytest.approx(expected, rel=1e-12)
    assert ag.jvp(unrolled, (a,), (1.0,))[1] == pytest.approx(expected, rel=1e-12)


def visited(steps):
    """How many events the sweeps of ``steps`` inner gradients have, and how many nodes."""
    events = 0

    def count(*_):
        nonlocal events
        events += 1

    def unrolled(a):
        x = ag.tensor(2.0)
        for _ in range(steps):
            x = x - 0.1 * ag.grad(lambda y: 0.5 * a * y * y)(x)
        return x

    with ag.listen(count):
        slope = ag.grad(unrolled)(0.5)
    assert slope == pytest.approx(2 * steps * 0.95 ** (steps - 1) * -0.1, rel=1e-9)
    return events


def test_four_hundred_unrolled_inner_gradients_visit_linearly_many_nodes():
    hundred, four_hundred = visited(100), visited(400)
    assert four_hundred < 4.1 * hundred


def test_inner_sweeps_do_not_even_look_at_what_is_older(monkeypatch):
    """The events leave out what a sweep collects and never visits: count that, too."""
    from autograd.core import node, sweeps
    from autograd.transforms import tracing

    sizes = []
    history = node.history

    def counted(*args, **kwargs):
        order = history(*args, **kwargs)
        sizes.append(len(order))
        return order

    monkeypatch.setattr(sweeps, "history", counted)
    monkeypatch.setattr(tracing, "history", counted)
    visited(100)
    hundred = sum(sizes)
    sizes.clear()
    visited(400)
    assert sum(sizes) < 4.1 * hundred


def test_gradients_nested_as_functions_stay_feasible():
    """grad(grad(…)) of a sum of products: each level visits a constant factor more."""
    counts = []
    events = []
    f = lambda x: np.sin(x)  # noqa: E731
    for _ in range(6):
        f = ag.grad(f)
        events.clear()
        with ag.listen(lambda *event: events.append(None)):
            f(X)
        counts.append(len(events))
    assert all(b < 6 * a + 10 for a, b in itertools.pairwise(counts))


@pytest.mark.parametrize("name", ["getitem", "split", "max", "matmul", "where", "var", "stack",
                                  "prod", "softmax", "cross_entropy", "affine", "logsumexp",
                                  "concatenate", "broadcast", "power", "cumulative"])  # fmt: skip
def test_second_order_through_each_mechanism_agrees_in_all_mixes(name):
    rng = np.random.default_rng(1)
    x = rng.uniform(0.5, 1.5, size=(2, 3))
    v = rng.normal(size=(2, 3))

    def f(x):
        if name == "getitem":
            return (x[[0, 1, 0], [0, 2, 0]] ** 3).sum() + (x[:, 1:] * x[0, :2]).sum()
        if name == "split":
            a, _, c = ag.split(x, 3, axis=1)
            return (a**2 * c).sum()
        if name == "max":
            return (x.max(axis=1) ** 3).sum()
        if name == "matmul":
            return ((x @ x.T) ** 2).sum()
        if name == "where":
            return ag.where(x > 1, x**3, x * x * x[0]).sum()
        if name == "var":
            return (x.var(axis=1) ** 2).sum()
        if name == "stack":
            return (ag.stack([x, x * x]) ** 2).sum()
        if name == "prod":
            return (x.prod(axis=0) ** 2).sum()
        if name == "softmax":
            return (x.softmax() ** 2).sum() + (x.log_softmax() * x).sum()
        if name == "cross_entropy":
            return ag.cross_entropy(x * x, np.array([2, 0]))
        if name == "affine":
            return (ag.affine(x, x, x[:, 0]) ** 2).sum()
        if name == "logsumexp":
            return (x.logsumexp(axis=1) ** 2).sum()
        if name == "concatenate":
            return (ag.concatenate([x, x * x], axis=1) ** 2).sum()
        if name == "broadcast":
            return (np.broadcast_to(x[0], (4, 3)) ** 3).sum()
        if name == "power":
            return (x**x).sum()
        total = x[:, 0]
        for i in range(1, 3):
            total = total * x[:, i] + total
        return (total**2).sum()

    over = ag.jvp(ag.grad(f), (x,), (v,))[1]
    under = ag.grad(lambda z: ag.jvp(f, (z,), (v,))[1])(x)
    twice = ag.grad(lambda z: (ag.grad(f)(z) * v).sum())(x)
    pushed = ag.jvp(lambda z: ag.jvp(f, (z,), (v,))[1], (x,), (v,))[1]
    np.testing.assert_allclose(under, over, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(twice, over, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(pushed, np.sum(over * v), rtol=1e-10)
    h = 1e-5
    numeric = (ag.grad(f)(x + h * v) - ag.grad(f)(x - h * v)) / (2 * h)
    np.testing.assert_allclose(over, numeric, rtol=1e-6, atol=1e-8)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["+", "*", "tanh", "@", "[]", "sum", "max", "old"]),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    ),
    min_size=2,
    max_size=10,
)


def program(steps, c):
    """A random function of one (2, 2) matrix, which also closes over ``c``."""

    def f(x):
        nodes = [x, x * 0.5]
        for what, i, j in steps:
            y, z = nodes[i % len(nodes)], nodes[j % len(nodes)]
            nodes.append({
                "+": lambda y, z: y + z,
                "*": lambda y, z: y * z,
                "tanh": lambda y, z: np.tanh(y),
                "@": lambda y, z: y @ z * 0.5,
                "[]": lambda y, z: y[[0, 0]] + z[:, ::-1],
                "sum": lambda y, z: y.sum(axis=0) * 0.3 + z - z.mean(),
                "max": lambda y, z: np.maximum(y, z * 1.01 + 0.1),
                "old": lambda y, z: y * c,
            }[what](y, z))  # fmt: skip
        return np.tanh(nodes[-1]).sum() + (nodes[-2] * 0.1).sum()

    return f


@given(STEPS)
def test_second_derivatives_of_random_programs_agree_in_every_mix_of_modes(steps):
    rng = np.random.default_rng(0)
    x, v, c = rng.normal(size=(3, 2, 2))
    f = program(steps, c)
    gradient = ag.grad(f)
    over = ag.hvp(f, (x,), (v,))
    np.testing.assert_allclose(
        ag.grad(lambda z: (gradient(z) * v).sum())(x), over, rtol=1e-8, atol=1e-10
    )
    np.testing.assert_allclose(
        ag.grad(lambda z: ag.jvp(f, (z,), (v,))[1])(x), over, rtol=1e-8, atol=1e-10
    )
    _, pull = ag.vjp(gradient, x)
    np.testing.assert_allclose(pull(v)[0], over, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(
        ag.jvp(lambda z: ag.jvp(f, (z,), (v,))[1], (x,), (v,))[1],
        (over * v).sum(),
        rtol=1e-8,
        atol=1e-10,
    )


@given(STEPS)
def test_derivatives_of_a_gradient_reach_a_tracked_closure_rightly(steps):
    """∂/∂c of |∂f/∂x|²: through .backward(), and as an argument of grad."""
    rng = np.random.default_rng(0)
    x, c = rng.normal(size=(2, 2, 2))

    def penalty(c):
        return (ag.grad(program(steps, c))(x) ** 2).sum()

    expected = ag.grad(penalty)(c)
    tracked = ag.tensor(c, requires_grad=True)
    result = penalty(tracked)
    if isinstance(result, ag.Tensor) and result.requires_grad:
        result.backward()
    got = np.zeros((2, 2)) if tracked.grad is None else tracked.grad
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-11)


def test_a_second_derivative_through_a_loop_over_items_takes_linear_memory():
    import tracemalloc

    def f(x):
        total = 0.0
        for i in range(len(x)):
            total = total + x[i] ** 3 * np.sum(x[i : i + 2])
        return total

    def most(n):
        x = np.linspace(0.1, 1.0, n)
        tracemalloc.start()
        ag.hvp(f, (x,), (np.ones(n),))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(10)
    assert most(800) < 2.3 * most(400)
    x = np.array([0.5, 1.0, -2.0])
    right = ag.hessian(lambda x: np.sum(x**3 * (x + np.append(x[1:], 0.0))))
    assert np.allclose(ag.hessian(f)(x), right(x))
    third = ag.jacobian(ag.hessian(f))(x)
    assert np.allclose(third, np.swapaxes(third, 0, 2))


@pytest.mark.parametrize("kind", [np.array, lambda xs: np.array(xs, np.float32)])
def test_third_derivatives_at_0_are_right_beside_elements_in_the_tail(kind):
    """Where the textbook's slope cancels, another form stands, for all elements."""

    def nth(n):
        f = ag.sigmoid
        for _ in range(n):
            f = ag.grad(lambda x, f=f: ag.sum(f(x)))
        return f(kind([0.0, 9.0, -9.0, 0.5]))

    np.testing.assert_allclose(nth(3)[0], -0.125, rtol=1e-6)
    np.testing.assert_allclose(nth(2)[1], -nth(2)[2], rtol=1e-6)
    np.testing.assert_allclose(nth(2)[0], 0.0, atol=1e-7)
