"""Values hold Python floats at every order, and NumPy’s answers where Python raises."""

import math
import operator

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd as ag
from autograd import Value
from autograd.core.context import switched

SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -2.5,
    3.0,
    1e-300,
    1e300,
    800.0,
    -800.0,
    math.inf,
    -math.inf,
    math.nan,
]
UNARY = [
    name
    for name, op in ag.registry.items()
    if op.kind == "elementwise" and op.arity == 1 and hasattr(ag, name)
]
BINARY = [
    name
    for name, op in ag.registry.items()
    if op.kind == "elementwise" and op.arity == 2 and hasattr(ag, name)
]
OPERATORS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]


def plain(x):
    """The number in a result, whatever carries it."""
    return x.data if isinstance(x, Value) else x


# Always Python floats ------------------------------------------------------------------


def assert_floats(output):
    for node in ag.ancestors([output]):
        assert type(node.data) is float, node.op
        assert node.grad is None or type(node.grad) is float, node.op


@pytest.mark.parametrize("name", UNARY)
def test_data_and_gradients_of_a_function_are_python_floats_at_every_order(name):
    f = getattr(ag, name)
    x = Value(1.25 if name == "arccosh" else 0.25)
    y = f(x)
    y.backward()
    assert_floats(y)
    derivative = f
    for _ in range(3):
        derivative = ag.grad(derivative)
        g = derivative(x)
        assert isinstance(g, Value)
        assert_floats(g)


@pytest.mark.parametrize("name", BINARY)
def test_data_and_gradients_of_two_operands_are_python_floats_at_every_order(name):
    f = getattr(ag, name)
    x, y = Value(0.75), Value(2.0)
    z = f(x, y)
    z.backward()
    assert_floats(z)
    first = ag.grad(f, (0, 1))(x, y)
    for g in first:
        assert_floats(g)
    for g in ag.grad(lambda x, y: ag.grad(f)(x, y) * 1.0, (0, 1))(x, y):
        assert_floats(g)
    _, t = ag.jvp(f, (x, y), (1, np.float64(1)))
    assert_floats(t)


@pytest.mark.parametrize("seed", [1, np.float32(1), np.float64(1), np.ones(()), True])
def test_a_seed_of_any_number_type_leaves_python_floats(seed):
    x = Value(3)
    y = x * x
    y.backward(seed)
    assert type(x.grad) is float
    assert type(y.grad) is float
    assert x.grad == 6.0
    (pulled,) = ag.vjp(lambda v: v * v, x)[1](seed)
    assert type(pulled.data) is float
    (pulled,) = ag.vjp(lambda v: v, x)[1](seed)
    assert type(pulled.data) is float


@pytest.mark.parametrize("number", [2, True, np.int64(2), np.float32(2), np.array(2.0)])
def test_a_value_made_of_any_real_number_holds_a_python_float(number):
    v = Value(number)
    assert type(v.data) is float
    v.data = number
    assert type(v.data) is float
    assert type(v.detach().data) is float
    assert not v.detach().requires_grad


@pytest.mark.parametrize("junk", ["2", None, [1.0], 1j, np.ones(1), np.ones(2)])
def test_a_value_refuses_what_is_not_one_real_number(junk):
    with pytest.raises(TypeError, match="one real number"):
        Value(junk)
    v = Value(1.0)
    with pytest.raises(TypeError):
        v.data = junk
    assert v.data == 1.0


# NumPy's answers where Python raises -------------------------------------------------


def test_exp_of_a_thousand_is_infinite():
    assert Value(1000.0).exp().data == math.inf
    assert np.exp(Value(1000.0)).data == math.inf
    assert (Value(10.0) ** 400).data == math.inf
    assert Value(-1000.0).exp().data == 0.0


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("x", [1.0, 0.0, -1.0])
def test_division_by_zero_and_its_kin_are_what_numpy_says(op, x):
    for zero in (0.0, -0.0):
        with np.errstate(all="ignore"):
            expected = op(np.float64(x), np.float64(zero))
        for result in (
            op(Value(x), Value(zero)),
            op(Value(x), zero),
            op(x, Value(zero)),
        ):
            np.testing.assert_equal(result.data, float(expected))


def quietly(f, *args):
    with np.errstate(all="ignore"):
        return f(*args)


def assert_same_number(value, tensor, rtol=1e-13):
    np.testing.assert_allclose(
        float(plain(value)), float(tensor), rtol=rtol, atol=1e-300
    )


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("x", SPECIAL)
def test_a_value_computes_what_a_0d_tensor_would(name, x):
    f = getattr(ag, name)
    v, t = Value(x), ag.tensor(x, requires_grad=True)
    y, z = f(v), quietly(f, t)
    assert_same_number(y, z.data)
    y.backward()
    quietly(z.backward)
    assert_same_number(v.grad, t.grad)
    _, forward = ag.jvp(f, (v,), (1.0,))
    assert_same_number(forward, quietly(ag.jvp, f, (t,), (np.ones(()),))[1].data)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("x", SPECIAL)
def test_two_values_compute_what_two_0d_tensors_would(name, x):
    f = getattr(ag, name)
    for other in SPECIAL:
        if (name, x, other) == ("power", -math.inf, 0.5):
            continue  # NumPy has two answers: ∞ as np.power, NaN as √ of an array
        v, w = Value(x), Value(other)
        t, u = (ag.tensor(each, requires_grad=True) for each in (x, other))
        y, z = f(v, w), quietly(f, t, u)
        assert_same_number(y, z.data)
        y.backward()
        quietly(z.backward)
        assert_same_number(v.grad, t.grad)
        assert_same_number(w.grad, u.grad)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", UNARY)
@given(x=st.floats(-1e6, 1e6))
def test_second_derivatives_of_values_and_0d_tensors_agree(name, x):
    f = getattr(ag, name)
    of_value = ag.grad(ag.grad(f))(Value(x))
    of_tensor = quietly(ag.grad(ag.grad(f)), ag.tensor(x))
    assume(abs(of_tensor.data) < 1e200 or not np.isfinite(of_tensor.data))
    np.testing.assert_allclose(of_value.data, of_tensor.data, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.log(),
        lambda x: x.sqrt(),
        lambda x: 1 / x,
        lambda x: x**0.5,
        lambda x: x.exp().log(),
        lambda x: (x - 1) ** 0.5,
        lambda x: np.arcsin(x + 2),
        lambda x: x.maximum(0.0).log(),
    ],
)
@pytest.mark.parametrize("x", [0.0, -1.0, 1000.0])
def test_no_function_of_a_value_raises_or_warns_where_numpy_has_an_answer(f, x):
    v = Value(x)
    y = f(v)
    y.backward()
    assert_floats(y)
    ag.grad(ag.grad(f))(v)


def test_a_constant_zero_that_divides_has_numpys_answer_in_a_recorded_sweep_too():
    second = ag.grad(ag.grad(lambda x: x * x / 0.0))(Value(2.0))
    with switched(everything=True):
        first = ag.grad(lambda x: x / -0.0)(Value(2.0))
    assert (first.data, second.data) == (-math.inf, math.inf)
