"""vmap: axes, containers, closures, nesting with every transform, and refusals."""

import sys

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core.node import TraceError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 3))
W = RNG.normal(size=(3, 3))


def near(got, expected, rtol=1e-12):
    np.testing.assert_allclose(getattr(got, "data", got), expected, rtol, 1e-13)


def f(x):
    return np.tanh(W @ x) * x.sum()


def total(x):
    return np.sum(np.sin(x) * x[0])


# Axes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_examples_lie_along_any_axis_of_arguments_and_results(axis):
    x = RNG.normal(size=(2, 3, 4))
    each = np.moveaxis(x, axis, 0)
    loop = np.stack([e.T * 2 for e in each])
    near(ag.vmap(lambda x: x.T * 2, axis)(x), loop)
    out = ag.vmap(lambda x: x.T * 2, axis, axis)(x)
    near(out, np.moveaxis(loop, 0, axis))


def test_axes_are_said_for_each_argument_and_in_containers():
    a, b = RNG.normal(size=(3, 2)), RNG.normal(size=(2, 3))

    def g(p, y):
        return {"sum": p["a"] + p["b"][0] + y, "same": p["b"][0] * 2}

    axes = {"a": 0, "b": [None]}
    out_axes = {"sum": 1, "same": None}
    out = ag.vmap(g, (axes, 1), out_axes)({"a": a, "b": [np.ones(2)]}, b)
    near(out["sum"], (a + 1 + b.T).T)
    near(out["same"], 2 * np.ones(2))
    pair = ag.vmap(lambda x: (x, x * 2))(a)
    assert isinstance(pair, tuple)
    near(pair[1], a * 2)


def test_what_is_the_same_for_all_is_repeated_unless_it_is_said():
    near(ag.vmap(lambda x, y: y * 2, (0, None))(X, np.ones(2)), np.full((4, 2), 2.0))
    near(ag.vmap(lambda x, y: y, (0, None), None)(X, np.ones(2)), np.ones(2))
    assert ag.vmap(lambda x: 3.0)(X).tolist() == [3.0] * 4


def test_keywords_are_the_same_for_all():
    near(ag.vmap(lambda x, scale: x * scale)(X, scale=2.0), X * 2)


def test_tensors_come_out_for_tensors_and_arrays_for_arrays():
    assert type(ag.vmap(f)(X)) is np.ndarray
    assert type(ag.vmap(f)(ag.tensor(X))) is ag.Tensor
    assert ag.vmap(lambda x: x > 0)(X).dtype == bool
    assert ag.vmap(f)(X.astype(np.float32)).dtype == np.float64  # W is double
    assert ag.vmap(lambda x: x * 2)(X.astype(np.float32)).dtype == np.float32


def test_no_examples_give_no_results():
    assert ag.vmap(f)(X[:0]).shape == (0, 3)
    assert ag.vmap(ag.grad(total))(X[:0]).shape == (0, 3)


def test_results_are_in_memory_of_their_own():
    x = X.copy()
    one, two, three = ag.vmap(lambda x: (x, x, x[:2]))(x)
    for out in (one, two, three):
        out += 1
    near(x, X)
    near(one, X + 1)


# Nesting ------------------------------------------------------------------------------


def test_vmap_of_a_gradient_is_the_gradient_of_each():
    near(ag.vmap(ag.grad(total))(X), np.stack([ag.grad(total)(x) for x in X]))
    value, _ = ag.vmap(ag.value_and_grad(total))(X)
    near(value, [total(x) for x in X])


def test_the_gradient_goes_through_vmap():
    mapped = ag.grad(lambda x: np.sum(ag.vmap(total)(x) ** 2))(X)
    looped = ag.grad(lambda x: sum(total(r) ** 2 for r in x))(X)
    near(mapped, looped)
    near(
        ag.grad(lambda x: np.sum(ag.vmap(ag.grad(total))(x) ** 2))(X),
        ag.grad(lambda x: sum((ag.grad(total)(r) ** 2).sum() for r in x))(X),
    )


def test_vmap_nests_in_itself_to_any_depth():
    x = RNG.normal(size=(2, 3, 4, 3))
    twice = ag.vmap(ag.vmap(f))(x[0])
    near(twice, np.stack([[f(r) for r in rows] for rows in x[0]]))
    assert ag.vmap(ag.vmap(ag.vmap(f)))(x).shape == x.shape
    outer = ag.vmap(lambda a: ag.vmap(lambda b: a @ b)(X))(X)
    near(outer, X @ X.T)
    crossed = ag.vmap(ag.vmap(np.multiply, (None, 0)), (0, None))(X[:, 0], X[:, 1])
    near(crossed, np.outer(X[:, 0], X[:, 1]))


@pytest.mark.parametrize(
    "transform",
    [
        lambda f: ag.jacobian(f),
        lambda f: ag.jacobian(f, mode="forward"),
        lambda f: ag.hessian(lambda x: f(x).sum()),
        lambda f: lambda x: ag.jvp(f, (x,), (x * 2,))[1],
        lambda f: lambda x: ag.hvp(lambda x: f(x).sum(), (x,), (x * 2,)),
        lambda f: lambda x: ag.vjp(f, x)[1](x)[0],
        lambda f: lambda x: ag.linearize(f, x)[1](x),
        lambda f: ag.checkpoint(f),
        lambda f: ag.grad(lambda x: ag.grad(lambda y: f(y).sum())(x).sum()),
    ],
)
def test_vmap_and_another_transform_are_a_loop_of_it(transform):
    g = transform(f)
    near(ag.vmap(g)(X), np.stack([g(x) for x in X]), 1e-10)


def test_other_transforms_of_vmap_are_those_of_a_loop():
    def looped(x):
        return np.stack([f(r) for r in x])

    mapped = ag.vmap(f)
    near(ag.jacobian(mapped)(X), ag.jacobian(looped)(X))
    near(ag.jvp(mapped, (X,), (X,))[1], ag.jvp(looped, (X,), (X,))[1])
    near(ag.vjp(mapped, X)[1](X)[0], ag.vjp(looped, X)[1](X)[0])
    near(
        ag.hessian(lambda x: mapped(x).sum())(X),
        ag.hessian(lambda x: looped(x).sum())(X),
    )
    graph = ag.record(mapped, X)
    near(graph.program(X * 2), looped(X * 2))


def test_what_it_closes_over_gets_its_gradient_once_for_all():
    weight = ag.tensor(W, requires_grad=True)
    out = ag.vmap(lambda x: np.tanh(weight @ x))(X)
    np.sum(out * out).backward()
    found = weight.grad
    weight.grad = None
    sum((np.tanh(weight @ x) ** 2).sum() for x in X).backward()
    near(found, weight.grad)
    gradient = ag.vmap(ag.grad(lambda x: np.sum(np.tanh(weight @ x))))(X)
    assert gradient.requires_grad


def test_a_cotangent_is_mapped_over_what_vjp_gives_back():
    _, pull = ag.vjp(f, X[0])
    near(ag.vmap(pull)(np.eye(3))[0], ag.jacobian(f)(X[0]))


def test_infinite_slopes_meet_no_zero_in_any_example():
    x = np.array([[1.0, 2.0], [0.0, 2.0], [3.0, 0.0]])

    def root(x):
        return np.sum(np.where(x > 0, np.sqrt(x), 0.0))

    near(ag.vmap(ag.grad(root))(x), np.stack([ag.grad(root)(r) for r in x]))
    near(ag.vmap(ag.grad(root))(x[::-1]), np.stack([ag.grad(root)(r) for r in x[::-1]]))


def test_infinite_slopes_are_taken_care_of_in_nests():
    x = np.abs(np.stack([X, X + 1]))
    x[0, 1, 2] = x[1, 0, 0] = 0

    def masked(x):
        return np.where(x > 0, np.sqrt(x), 0.0)

    def root(x):
        return np.sum(masked(x))

    for examples in (x, x[::-1]):
        nested = ag.vmap(ag.vmap(ag.grad(root)))(examples)
        near(nested, [[ag.grad(root)(row) for row in rows] for rows in examples])
        inner = ag.vmap(ag.jacobian(masked))(examples[0])
        near(inner, [ag.jacobian(masked)(row) for row in examples[0]])


def test_what_runs_for_all_stands_in_the_modules_it_was_recorded_in():
    layer = nn.Linear(3, 2)
    graph = ag.record(ag.vmap(ag.grad(lambda x: np.sum(np.tanh(layer(x))))), X)
    scopes = [node.scope for node in graph.nodes if node.op is not None]
    assert any(scope and layer in scope for scope in scopes)


def test_backward_does_not_reach_an_example():
    with pytest.raises(ValueError, match="running transform"):
        ag.vmap(lambda x: x.sum().backward())(X)


def test_functions_of_numpy_without_a_derivative_are_mapped():
    edges = np.array([-1.0, 0.0, 1.0])
    near(ag.vmap(lambda x: np.digitize(x, edges))(X), np.digitize(X, edges))
    near(ag.vmap(lambda x: np.isclose(x, x[0]) * x)(X), np.isclose(X, X[:, :1]) * X)


def test_primitives_of_a_person_are_mapped():
    cube = ag.elementwise(lambda x: x**3, lambda x: 3 * x**2, name="cube")
    norm = ag.general(
        lambda x: np.sqrt(np.sum(x * x)), lambda g, x, out: g * x / out, name="norm"
    )
    near(ag.vmap(lambda x: cube(x).sum())(X), (X**3).sum(1))
    near(ag.vmap(norm)(X), np.linalg.norm(X, axis=1))
    near(ag.vmap(ag.grad(norm))(X), X / np.linalg.norm(X, axis=1)[:, None])


def calls_of(f):
    """How many Python and C functions a call runs: time, on any machine."""
    count = 0

    def counted(frame, event, arg):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        f()
    finally:
        sys.setprofile(None)
    return count


def test_per_example_gradients_take_less_than_a_twentieth_of_a_loop():
    shapes = ((32, 64), (32,), (10, 32), (10,))
    weights = [RNG.normal(size=shape) * 0.1 for shape in shapes]
    x, y = RNG.normal(size=(128, 64)), RNG.integers(0, 10, 128)

    def loss(weights, x, y):
        w, b, v, c = weights
        return ag.cross_entropy(v @ np.tanh(w @ x + b) + c, y)

    g = ag.grad(loss)
    mapped = ag.vmap(g, (None, 0, 0))
    for got, expected in zip(mapped(weights, x, y), g(weights, x[0], y[0])):
        near(got[0], expected)
    many = calls_of(lambda: mapped(weights, x, y))
    loop = calls_of(lambda: [g(weights, *each) for each in zip(x, y)])
    assert loop > 20 * many


# What it refuses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "branching",
    [
        lambda x: x if x[0] > 0 else -x,
        lambda x: x * float(x[0] > 0),
        lambda x: x * x.detach().item(),
        lambda x: x * np.asarray(x.detach()),
        lambda x: x[: int((x > 0).sum())],
        lambda x: x[x > 0],
        lambda x: x[np.nonzero(x > 0)[0][0]],
        lambda x: x * np.random.default_rng().random(),
        lambda x: x * x.data,
    ],
    ids=[
        "bool",
        "float",
        "item",
        "asarray",
        "slice",
        "mask",
        "nonzero",
        "random",
        "data",
    ],
)
def test_what_depends_on_the_numbers_of_an_example_is_refused(branching):
    x = np.array([[1.0, -2.0, 3.0], [-1.0, 2.0, -4.0], [1.0, -2.0, 3.0]])
    for rows in (x, x[:2], x[::-1]):
        with pytest.raises(TypeError):
            ag.vmap(branching)(rows)


def test_a_write_within_is_refused():
    seen = ag.tensor(np.zeros(3))

    def writes(x):
        seen.data = x.detach().data * 1.0
        return x

    with pytest.raises(TraceError):
        ag.vmap(writes)(X)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: ag.vmap(f(X[0])), TypeError, "needs a function"),
        (lambda: ag.vmap(f)(), ValueError, "nothing to map"),
        (lambda: ag.vmap(f, None)(X), ValueError, "nothing to map"),
        (lambda: ag.vmap(f, 2)(X), ValueError, "shape (4, 3)"),
        (lambda: ag.vmap(f, (0, 0))(X), ValueError, "2 arguments"),
        (lambda: ag.vmap(np.add)(X, X[:2]), ValueError, "4, 2"),
        (lambda: ag.vmap(np.add)(X, 2.0), TypeError, "in_axes=None"),
        (lambda: ag.vmap(f)(ag.Value(2.0)), TypeError, "Value"),
        (lambda: ag.vmap(f, "first")(X), ValueError, "in_axes"),
        (lambda: ag.vmap(f, ({"a": 0},))(X), ValueError, "in_axes"),
        (lambda: ag.vmap(f, 0, 5)(X), ValueError, "out_axes=5"),
        (lambda: ag.vmap(f, 0, None)(X), ValueError, "out_axes=None"),
        (lambda: ag.vmap(f, 0, (0, 0))(X), ValueError, "out_axes"),
        (lambda: ag.vmap(lambda x: "text")(X), TypeError, "text"),
        (lambda: ag.vmap(lambda x: x @ np.ones(5))(X), ValueError, "matmul"),
    ],
)
def test_an_error_says_what_is_wrong(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert words in str(caught.value)
