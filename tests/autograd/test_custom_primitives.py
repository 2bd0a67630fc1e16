"""Declaring primitives: the same forms the engine itself uses, in every mode."""

import contextlib
import copy
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import Value

A = np.array([[0.3, 0.7, 1.1], [0.2, 0.5, 0.9]])
V = np.random.default_rng(0).normal(size=A.shape)

cube = ag.elementwise(lambda x: x**3, lambda x: 3 * x**2, name="cube", symbol="x³")
weigh = ag.elementwise(
    lambda x, y: x * x * y, lambda x, y: 2 * x * y, lambda x: x * x, name="weigh"
)
logistic = ag.elementwise(
    lambda x: 1 / (1 + np.exp(-x)), lambda out: out * (1 - out), name="logistic"
)
flip = ag.linear(
    lambda x, axis=0: np.flip(x, axis),
    lambda g, axis: flip(g, axis=axis),
    name="own flip",
)
both_ends = ag.linear(
    lambda x, y: np.concatenate([x[:1], y[-1:]]),
    joint=lambda g, x_shape, y_shape: (
        np.concatenate([g[:1], np.zeros((x_shape[0] - 1, *x_shape[1:]))]),
        np.concatenate([np.zeros((y_shape[0] - 1, *y_shape[1:])), g[1:]]),
    ),
    name="both ends",
)
dot = ag.multilinear(
    lambda x, y: np.sum(x * y), lambda g, y: g * y, lambda g, x: g * x, name="own dot"
)
norm = ag.general(
    lambda x: np.sqrt(np.sum(x * x)), lambda g, x, out: g * x / out, name="own norm"
)
smooth = ag.general(
    lambda x, width=1.0: np.sqrt(x * x + width),
    lambda g, x, out: g * x / out,
    push=lambda t, x, out: t[0] * x / out,
    name="smooth",
)

# Each: ours, the same in NumPy terms that are recorded.
PAIRS = {
    "elementwise": (lambda x: cube(x), lambda x: x * x * x),
    "elementwise of two": (lambda x: weigh(x, x[0]), lambda x: x * x * x[0]),
    "elementwise broadcast": (lambda x: weigh(x[0], x), lambda x: x[0] * x[0] * x),
    "elementwise constant": (lambda x: weigh(x, 2.0), lambda x: x * x * 2.0),
    "elementwise by out": (lambda x: logistic(x), lambda x: ag.sigmoid(x)),
    "linear": (lambda x: flip(x * x, axis=1), lambda x: (x * x)[:, ::-1]),
    "linear positional": (lambda x: flip(x * x, 1), lambda x: (x * x)[:, ::-1]),
    "linear joint": (
        lambda x: both_ends(x * x, x),
        lambda x: ag.stack([(x * x)[0], x[1]]),
    ),
    "multilinear": (lambda x: dot(x, x[0] * x), lambda x: (x * x * x[0]).sum()),
    "multilinear twice": (lambda x: dot(x, x), lambda x: (x * x).sum()),
    "general": (lambda x: norm(x), lambda x: np.sqrt((x * x).sum())),
    "general with push": (
        lambda x: smooth(x, width=0.5),
        lambda x: np.sqrt(x * x + 0.5),
    ),
}
pairs = pytest.mark.parametrize("name", PAIRS)


@pairs
def test_the_result_is_the_functions(name):
    ours, same = PAIRS[name]
    np.testing.assert_allclose(
        ours(ag.tensor(A)).data, same(ag.tensor(A)).data, rtol=1e-14
    )


@pairs
def test_reverse_mode(name):
    ours, same = PAIRS[name]
    x, y = (ag.tensor(A, requires_grad=True) for _ in range(2))
    np.sum(ours(x) ** 2).backward()
    np.sum(same(y) ** 2).backward()
    np.testing.assert_allclose(x.grad, y.grad, rtol=1e-13)


@pairs
def test_forward_mode(name):
    ours, same = PAIRS[name]
    np.testing.assert_allclose(
        ag.jvp(ours, (A,), (V,))[1], ag.jvp(same, (A,), (V,))[1], rtol=1e-12, atol=1e-14
    )


@pairs
def test_jacobians_in_both_modes(name):
    ours, same = PAIRS[name]
    expected = ag.jacobian(same)(A)
    for mode in ("forward", "reverse"):
        np.testing.assert_allclose(
            ag.jacobian(ours, mode=mode)(A), expected, rtol=1e-12, atol=1e-14
        )


@pairs
def test_second_and_third_order_in_every_mix_of_modes(name):
    ours, same = (
        lambda x, f=f: np.sum(
            f(x) ** 2 * np.arange(1.0, 1 + np.size(f(x).data)).reshape(f(x).shape)
        )
        for f in PAIRS[name]
    )
    expected = ag.hvp(same, (A,), (V,))
    np.testing.assert_allclose(
        ag.hvp(ours, (A,), (V,)), expected, rtol=1e-11, atol=1e-13
    )
    for derivative in (
        lambda f: ag.grad(lambda z: (ag.grad(f)(z) * V).sum())(A),
        lambda f: ag.grad(lambda z: ag.jvp(f, (z,), (V,))[1])(A),
        lambda f: ag.jvp(lambda z: ag.jvp(f, (z,), (V,))[1], (A,), (V,))[1],
        lambda f: ag.hvp(lambda z: (ag.grad(f)(z) * V).sum(), (A,), (V,)),
        lambda f: ag.hessian(f)(A),
    ):
        np.testing.assert_allclose(
            derivative(ours), derivative(same), rtol=1e-10, atol=1e-12
        )


@pytest.mark.parametrize(
    ("op", "slope"), [(cube, 12.0), (logistic, None), (smooth, None)]
)
def test_the_same_declaration_works_on_values(op, slope):
    v, t = Value(2.0), ag.tensor(2.0, requires_grad=True)
    y, z = op(v), op(t)
    y.backward()
    z.backward()
    assert type(y.data) is float
    assert type(v.grad) is float
    assert y.data == pytest.approx(float(z.data))
    assert v.grad == pytest.approx(float(t.grad))
    assert slope is None or v.grad == slope
    second = ag.grad(ag.grad(op))(v)
    assert second.data == pytest.approx(float(ag.grad(ag.grad(op))(t).data))
    assert ag.jvp(op, (v,), (1.0,))[1].data == pytest.approx(v.grad)


def test_parameters_are_keyword_or_trailing_positional_and_hashable():
    x = ag.tensor(A, requires_grad=True)
    assert flip(x, axis=1).params == flip(x, 1).params == {"axis": 1}
    assert flip(x).params == {"axis": 0}
    with pytest.raises(TypeError, match="flip"):
        flip(x, sideways=True)
    with pytest.raises(TypeError, match="flip"):
        flip()
    with pytest.raises(TypeError, match="flip"):
        flip(x, 1, 2)


def test_a_declared_operation_on_arrays_is_the_function_itself():
    assert type(cube(A)) is np.ndarray
    assert type(flip(A, axis=1)) is np.ndarray
    assert cube(2.0) == 8.0
    assert not isinstance(cube(2.0), ag.Node)
    assert dot(A, A) == np.sum(A * A)


def test_names_symbols_and_kinds_are_what_was_declared():
    assert (cube.name, cube.symbol, cube.kind) == ("cube", "x³", "elementwise")
    assert flip.symbol == "own flip"
    assert flip.kind == "linear"
    assert (dot.kind, norm.kind) == ("multilinear", "general")
    assert "own norm" not in ag.registry
    x = ag.tensor(A, requires_grad=True)
    assert cube(x).op is cube
    assert repr(cube) == "cube"


def test_partials_are_readable_for_drawings():
    x = ag.tensor(A, requires_grad=True)
    np.testing.assert_allclose(cube.partial(cube(x), 0), 3 * A * A)
    y = weigh(x, 2.0)
    np.testing.assert_allclose(weigh.partial(y, 0), 4 * A)
    assert norm.partial(norm(x), 0) is None


def test_a_constant_operation_is_never_tracked():
    bits = ag.constant(lambda x: np.asarray(x) > 0.5, name="bits")
    x = ag.tensor(A, requires_grad=True)
    assert not bits(x).requires_grad
    (x * bits(x)).sum().backward()
    np.testing.assert_array_equal(x.grad, A > 0.5)


# Names -----------------------------------------------------------------------------------------


def test_graphs_of_declared_operations_can_be_copied_and_pickled():
    x = ag.tensor(A, requires_grad=True)
    y = norm(flip(cube(x), axis=1))
    y.backward()
    for twin in (copy.deepcopy(y), pickle.loads(pickle.dumps(y))):
        (leaf,) = (node for node in ag.ancestors([twin]) if node.op is None)
        leaf.grad = None
        twin.backward()
        np.testing.assert_array_equal(leaf.grad, x.grad)
        assert twin.op is norm


def test_a_redeclared_name_does_not_change_graphs_that_exist():
    first = ag.elementwise(lambda x: x * 2, lambda: 2.0, name="declared twice")
    x = ag.tensor([1.0], requires_grad=True)
    y = first(x)
    with contextlib.suppress(ValueError):
        ag.elementwise(lambda x: x * 3, lambda: 3.0, name="declared twice")
    y.backward()
    assert x.grad.tolist() == [2.0]


def test_a_users_primitive_cannot_take_over_an_operator():
    """np.tanh(t) must not become the user's when a lambda of theirs is named tanh."""
    before = ag.registry["tanh"]
    try:
        ag.elementwise(lambda x: x * 0 + 42, lambda: 0.0, name="tanh")
    except ValueError:
        return
    finally:
        ag.registry["tanh"] = before
    assert np.tanh(ag.tensor(0.0)).data == 0.0


@pytest.mark.parametrize(
    "forward",
    [
        lambda x, t=2.0: x * t,
        lambda x, g=2.0: x * g,
        lambda x, *, out: x * out,
        lambda t: t,
        lambda x, x_shape=2.0: x * x_shape,
        lambda x, *g: x,
    ],
)
def test_an_argument_that_its_rule_could_not_ask_for_is_refused(forward):
    with pytest.raises(TypeError, match="call it otherwise"):
        ag.general(forward, joint=lambda g: g, name="shadowed")
    with pytest.raises(TypeError, match="call it otherwise"):
        ag.constant(forward, name="shadowed")


def _doubled(g):
    g *= 2
    return g


def _scaled(g, x):
    g *= x
    return g


def _pushed(t):
    t[0][...] *= 2
    return t[0]


WRITING = {
    "linear": ag.linear(lambda x: x * 2, _doubled, name="writing linear"),
    "elementwise": ag.elementwise(
        lambda x: x * x / 2, _scaled, name="writing elementwise"
    ),
    "joint": ag.general(
        lambda x: 2 * x, joint=lambda g: [_doubled(g)], push=_pushed, name="joint"
    ),
}


@pytest.mark.parametrize("name", WRITING)
def test_a_rule_that_writes_into_its_cotangent_changes_no_other_branch(name):
    op, weights = WRITING[name], np.array([1.0, 10.0])

    def both(x):
        y = x * 1.0
        return weights * (op(y) + y), weights * (y + op(y))

    x = np.array([2.0, 2.0])
    for i in (0, 1):
        gradient = ag.grad(lambda x, i=i: np.sum(both(x)[i]))(x)
        np.testing.assert_array_equal(gradient, 3 * weights)
    tangent = np.ones(2)
    for pushed in ag.jvp(both, (x,), (tangent,))[1]:
        np.testing.assert_array_equal(pushed, 3 * weights)
    seed = ag.tensor([1.0, 1.0], requires_grad=True)
    np.testing.assert_array_equal(ag.vjp(op, x)[1](seed)[0].data, [2.0, 2.0])
    seed = np.ones(2)
    np.testing.assert_array_equal(ag.vjp(op, x)[1](seed), [[2.0, 2.0]])
    assert tangent.tolist() == seed.tolist() == [1.0, 1.0]


def test_a_parameter_that_is_an_array_is_kept_as_it_was():
    shift, weights = np.array(1), np.array([1.0, 2.0, 3.0])
    scaled = ag.linear(
        lambda x, *, by: x * by, lambda g, by: g * by, name="scaled by a parameter"
    )
    for written, call in (
        (shift, lambda x: np.roll(x, shift)),
        (by := np.full(3, 5.0), lambda x: scaled(x, by=by)),
        (pad := np.array([1, 1]), lambda x: np.pad(x, pad)[:3]),
        (axes := np.array([0]), lambda x: np.roll(x, 2, axis=axes)),
    ):
        x = ag.tensor(np.ones(3), requires_grad=True)
        loss = np.sum(call(x) * weights)
        expected = ag.grad(lambda x, f=call: np.sum(f(x) * weights))(np.ones(3))
        written[...] = 0
        loss.backward()
        np.testing.assert_array_equal(x.grad, expected)


def test_a_parameter_of_any_name_that_no_rule_asks_for_is_passed_on():
    def scaled(x, self=2.0):
        return x * self

    by_element = ag.elementwise(scaled, lambda self: self, name="scaled")
    assert ag.grad(lambda x: by_element(x, self=5.0))(1.0) == 5.0
    assert ag.composed()(scaled)(1.0, self=5.0) == 5.0


@pytest.mark.parametrize(
    "rule",
    [
        lambda g, x: np.multiply(x, 0, out=x) + 2 * g,
        lambda g, out: np.multiply(out, 0, out=out) + 2 * g,
        lambda g, x: x.fill(0) or 2 * g,
    ],
)
def test_a_rule_only_reads_its_operands_and_result(rule):
    doubled = ag.general(lambda x: 2 * x, rule, name="doubled")
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x * 1.0
    with pytest.raises(ValueError, match="read-only"):
        np.sum(doubled(y) * y).backward()
    assert x.grad is None
    np.testing.assert_array_equal(y.data, [1, 2])


def test_a_rule_only_reads_the_results_of_several():
    def rule(g, out):
        return np.multiply(out[0], 0, out=out[0]) + g[0] + g[1]

    twice = ag.general(lambda x: (x * 1.0, x * 1.0), rule, name="twice")
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y, z = twice(x)
    with pytest.raises(ValueError, match="read-only"):
        np.sum(y + z).backward()
    np.testing.assert_array_equal(y.data, [1, 2])
