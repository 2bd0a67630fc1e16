"""Value: all of Python’s arithmetic, gradients on every node, micrograd’s tests."""

import math
import operator

import numpy as np
import pytest

import autograd as ag
from autograd import Value

OPERATORS = [
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
]
COMPARISONS = [
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
]


def plain(x):
    """The number in a result, whatever carries it."""
    return x.data if isinstance(x, Value) else x


# Python's arithmetic ------------------------------------------------------------------


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize(("x", "y"), [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (3.0, 4.0)])
def test_operators_compute_what_python_computes_on_either_side(op, x, y):
    expected = op(x, y)
    for left, right in [
        (Value(x), Value(y)),
        (Value(x), y),
        (x, Value(y)),
        (Value(x), np.float64(y)),
        (np.float64(x), Value(y)),
        (Value(x), np.float32(y)),
        (np.float32(x), Value(y)),
    ]:
        result = op(left, right)
        assert isinstance(result, Value)
        assert type(result.data) is float
        assert result.data == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("op", OPERATORS)
def test_operators_take_integers_and_booleans_on_either_side(op):
    assert op(Value(7.0), 2).data == op(7.0, 2)
    assert op(7, Value(2.0)).data == op(7, 2.0)
    assert op(Value(7.0), True).data == op(7.0, True)
    assert op(Value(7.0), np.int64(2)).data == op(7.0, 2)
    assert op(np.int64(7), Value(2.0)).data == op(7, 2.0)


@pytest.mark.parametrize("op", COMPARISONS)
@pytest.mark.parametrize(
    ("x", "y"), [(1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (math.nan, 2.0)]
)
def test_comparisons_agree_with_python_on_either_side(op, x, y):
    for left, right in [
        (Value(x), Value(y)),
        (Value(x), y),
        (x, Value(y)),
        (np.float64(x), Value(y)),
        (Value(x), np.float64(y)),
    ]:
        assert bool(op(left, right)) is op(x, y)


@pytest.mark.parametrize(("x", "y"), [(7.5, 2.0), (-7.5, 2.0), (7.0, -2.0)])
def test_divmod_agrees_with_python_on_either_side(x, y):
    for left, right in [
        (Value(x), Value(y)),
        (Value(x), y),
        (x, Value(y)),
        (np.float64(x), Value(y)),
        (Value(x), np.float64(y)),
    ]:
        quotient, rest = divmod(left, right)
        assert (plain(quotient), plain(rest)) == divmod(x, y)


@pytest.mark.parametrize("x", [2.5, -2.5, 3.5, 0.0, -0.4, 1e15])
def test_unary_operators_and_rounding_agree_with_python(x):
    v = Value(x)
    assert (-v).data == -x
    assert (+v).data == x
    assert abs(v).data == abs(x)
    assert plain(round(v)) == round(x)
    assert plain(round(v, 1)) == round(x, 1)
    assert plain(math.floor(v)) == math.floor(x)
    assert plain(math.ceil(v)) == math.ceil(x)
    assert plain(math.trunc(v)) == math.trunc(x)
    assert bool(v) is bool(x)


def test_sum_max_min_and_sorted_take_values():
    values = [Value(3.0), Value(1.0), Value(2.0)]
    total = sum(values)
    total.backward()
    assert total.data == 6.0
    assert [v.grad for v in values] == [1.0, 1.0, 1.0]
    assert max(values) is values[0]
    assert min(values) is values[1]
    assert [v.data for v in sorted(values)] == [1.0, 2.0, 3.0]
    assert math.prod(values).data == 6.0


def test_correct_predictions_can_be_counted():
    scores = [Value(0.5), Value(-0.5), Value(2.0)]
    assert plain(sum(score > 0 for score in scores)) == 2
    assert plain(sum(bool(score > 0) for score in scores)) == 2


def test_the_result_of_a_comparison_is_a_number_like_any_other():
    yes, no = Value(1.0) > 0, Value(1.0) < 0
    assert type(yes.data) is float
    assert type(no.data) is float
    assert not yes.requires_grad
    for result, expected in (
        (yes + yes, 2.0),
        (yes - yes, 0.0),
        (-yes, -1.0),
        (1 - yes, 0.0),
        (yes * Value(3.0), 3.0),
        (Value(3.0) * no, 0.0),
        (np.exp(yes), math.e),
        (yes.sigmoid(), 1 / (1 + math.exp(-1))),
        (yes / 3, 1 / 3),
        (3 // yes, 3.0),
        (sum([yes, no, yes]), 2.0),
        (ag.where(yes, Value(5.0), 7.0), 5.0),
        (ag.where(no, Value(5.0), 7.0), 7.0),
    ):
        assert type(result.data) is float
        assert result.data == pytest.approx(expected, rel=1e-15)
    v = Value(3.0)
    (v * (v > 0) + v * (v < 0)).backward()
    assert v.grad == 1.0
    assert type(v.grad) is float


def test_three_argument_pow_is_refused_as_for_floats():
    with pytest.raises(TypeError):
        pow(Value(2.0), 3, 5)


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda x: 3 - x, -1.0),
        (lambda x: 3 / x, -0.75),
        (lambda x: 3**x, 9 * math.log(3)),
        (lambda x: x**3, 12.0),
        (lambda x: x**-1, -0.25),
        (lambda x: 7 % x, -3.0),
        (lambda x: x % 7, 1.0),
        (lambda x: 7.5 % x, -3.0),
        (lambda x: x // 7 + x, 1.0),
        (lambda x: x**x, 4 * (math.log(2) + 1)),
        (lambda x: x * x * x, 12.0),
        (lambda x: abs(-x), 1.0),
        (lambda x: np.float64(3) * x, 3.0),
        (lambda x: np.float64(3) - x, -1.0),
        (lambda x: np.float64(3) / x, -0.75),
        (lambda x: x.exp() * 0 + x.log(), 0.5),
        (lambda x: x.sqrt() * 2**0.5, 0.5),
        (lambda x: np.tanh(x * 0) + np.exp(x * 0) * x, 1.0),
    ],
)
def test_the_slope_at_two_is_right(f, slope):
    x = Value(2.0)
    f(x).backward()
    assert x.grad == pytest.approx(slope, rel=1e-14)
    assert type(x.grad) is float


# Names, gradients, looks --------------------------------------------------------------


def test_backward_leaves_a_gradient_on_every_node_and_replaces_inner_ones():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    c = a * b
    d = c + 1
    assert c.grad is None
    d.backward()
    assert (a.grad, b.grad, c.grad, d.grad) == (-3.0, 2.0, 1.0, 1.0)
    d.backward()
    assert (a.grad, b.grad, c.grad, d.grad) == (-6.0, 4.0, 1.0, 1.0)


def test_labels_are_settable_and_shown():
    a = Value(2.0, label="a")
    b = Value(3.0)
    assert b.label == ""
    b.label = "b"
    assert "'a'" in repr(a)
    assert "'b'" in repr(b)
    assert "2" in repr(a)


def test_formatting_works_although_float_is_refused():
    v = Value(3.14159)
    assert f"{v:.2f}" == "3.14"
    assert "3.14" in f"{v}"
    assert "3.14" in str(v)
    assert v.item() == 3.14159


def test_float_of_an_untracked_value_is_its_number():
    v = Value(2.5, requires_grad=False)
    assert float(v) == 2.5
    assert int(v) == 2
    assert float(Value(2.5).detach()) == 2.5


def test_tracking_is_on_by_default_and_switchable_on_leaves():
    v = Value(1.0)
    assert v.requires_grad
    assert not Value(1.0, requires_grad=False).requires_grad
    v.requires_grad = False
    assert not (v * 2).requires_grad
    with pytest.raises(ValueError, match="leaves"):
        (Value(1.0) * 2).requires_grad = False


# micrograd's own tests, with the numbers its engine and PyTorch give --------------------


def test_micrograds_sanity_check():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert y.data == -20.0
    assert x.grad == 46.0


def test_micrograds_more_ops():
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert g.data == pytest.approx(24.70408163265306, abs=1e-12)
    assert a.grad == pytest.approx(138.83381924198252, abs=1e-12)
    assert b.grad == pytest.approx(645.5772594752186, abs=1e-12)
