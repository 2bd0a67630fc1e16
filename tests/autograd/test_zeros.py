"""An exact 0 in a cotangent wins over any slope: what was not chosen has no part."""

import gc
import itertools
import warnings
import weakref

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from autograd.core import sweeps, zeros
from autograd.core.zeros import weigh

inf, nan = np.inf, np.nan
LATER = np.array([False, True, True])
MASK = np.array([0.0, 1.0, 1.0])

# What holds ---------------------------------------------------------------------------

# At 0, 1 and 4 each of these is the sum of the roots, but for that of 0 (and what does
# not move). So its slopes are 0, 1/2, 1/4, while that of a root at 0 is infinite.
OF_LATER_ROOTS = {
    "a mask as the index": lambda x: np.sqrt(x)[x > 0],
    "a constant mask as the index": lambda x: np.sqrt(x)[LATER],
    "integers as the index": lambda x: np.sqrt(x)[[1, 2]],
    "a slice": lambda x: np.sqrt(x)[1:],
    "a slice backwards": lambda x: np.sqrt(x)[:0:-1],
    "take": lambda x: np.take(np.sqrt(x), [1, 2]),
    "take_along_axis": lambda x: np.take_along_axis(np.sqrt(x), np.array([1, 2]), 0),
    "compress": lambda x: np.compress(LATER, np.sqrt(x)),
    "extract": lambda x: np.extract(x > 0, np.sqrt(x)),
    "delete": lambda x: np.delete(np.sqrt(x), 0),
    "insert": lambda x: np.insert(np.sqrt(x), 1, 5.0)[2:],
    "choose": lambda x: np.choose([0, 1, 1], [np.ones(3), np.sqrt(x)]),
    "select": lambda x: np.select([x > 0], [np.sqrt(x)]),
    "piecewise": lambda x: np.piecewise(x, [x > 0], [np.sqrt, 0.0]),
    "where": lambda x: np.where(x > 0, np.sqrt(x), 0.0),
    "at, set": lambda x: ag.asarray(np.sqrt(x)).at[x == 0].set(3.0),
    "times 0": lambda x: np.sqrt(x) * MASK,
    "times False": lambda x: np.sqrt(x) * (x > 0),
    "over infinity": lambda x: np.sqrt(x) / np.array([inf, 1.0, 1.0]),
    "concatenate": lambda x: np.concatenate([np.sqrt(x), np.ones(1)])[1:],
    "stack": lambda x: np.stack([np.ones(3), np.sqrt(x)])[1, 1:],
    "split": lambda x: np.split(np.sqrt(x), [1])[1],
    "sort": lambda x: np.sort(np.sqrt(x))[1:],
    "topk": lambda x: ag.topk(np.sqrt(x), 2)[0],
    "maximum": lambda x: np.maximum(np.sqrt(x), 0.5),
    "minimum": lambda x: -np.minimum(-np.sqrt(x), -0.5),
    "fmax": lambda x: np.fmax(np.sqrt(x), 0.5),
    "relu": lambda x: ag.relu(np.sqrt(x) - 0.5),
    "clip": lambda x: np.clip(np.sqrt(x), 0.5, 9.0),
    "absolute": lambda x: np.abs(np.sqrt(x)),
    "sum, where=": lambda x: np.sum(np.sqrt(x), where=LATER),
    "mean, where=": lambda x: 2 * np.mean(np.sqrt(x), where=LATER),
    "interp": lambda x: np.interp(np.sqrt(x), [0.5, 3.0], [0.0, 2.5]),
    "cumsum": lambda x: np.cumsum(np.sqrt(x)[::-1])[1],
    "pad": lambda x: np.pad(np.sqrt(x), 1)[2:],
    "roll": lambda x: np.roll(np.sqrt(x), 1)[[0, 2]],
    "diag": lambda x: np.diag(np.sqrt(x))[1:],
    "transposed": lambda x: np.reshape(np.sqrt(x), (3, 1)).T[:, 1:],
    "broadcast by a product": lambda x: (np.sqrt(x)[:, None] * np.full((3, 2), 0.5))[1:],
    "broadcast by a sum": lambda x: (np.sqrt(x) + np.ones((2, 3)))[:1, 1:],
    "outer": lambda x: np.multiply.outer(np.sqrt(x), [1.0, 0.0])[1:],
    "a power": lambda x: (x**0.5)[1:],
    "float_power": lambda x: np.float_power(x, 0.5)[1:],
    "one choice in another": lambda x: np.sqrt(np.sqrt(x * x))[1:],
    "checkpoint": lambda x: ag.checkpoint(np.sqrt)(x)[1:],
}  # fmt: skip
ROOTS = [np.array([0.0, 1.0, 4.0]), [0.0, 0.5, 0.25], [0.0, -0.25, -1 / 32]]

# A function, an argument, and the gradient, and the diagonal of second derivatives.
OTHERS = {
    "max": (lambda x: np.max(np.sqrt(x)), ROOTS[0], [0, 0, 0.25], [0, 0, -1 / 32]),
    "max, axis=": (
        lambda x: np.max(np.reshape(np.sqrt(x), (1, 3)), axis=1),
        ROOTS[0], [0, 0, 0.25], [0, 0, -1 / 32],
    ),
    "max, where=": (
        lambda x: np.max(np.sqrt(x), where=x < 2, initial=-1.0),
        ROOTS[0], [0, 0.5, 0], [0, -0.25, 0],
    ),
    "max, accumulated": (
        lambda x: np.maximum.accumulate(np.sqrt(x))[2],
        ROOTS[0], [0, 0, 0.25], [0, 0, -1 / 32],
    ),
    "nanmax": (
        lambda x: np.nanmax(np.sqrt(x)),
        np.array([-1.0, 0.0, 4.0]), [0, 0, 0.25], [0, 0, -1 / 32],
    ),
    "median": (lambda x: np.median(np.sqrt(x)), ROOTS[0], [0, 0.5, 0], [0, -0.25, 0]),
    "quantile": (
        lambda x: np.quantile(np.sqrt(x), 0.75),
        ROOTS[0], [0, 0.25, 0.125], [0, -0.125, -1 / 64],
    ),
    "prod, where=": (
        lambda x: np.prod(np.sqrt(x), where=np.array([False, True, False])),
        ROOTS[0], [0, 0.5, 0], [0, -0.25, 0],
    ),
    "nansum": (lambda x: np.nansum(np.sqrt(x)), np.array([-1.0, 1.0, 4.0]), *ROOTS[1:]),
    "nan_to_num of NaN": (
        lambda x: np.nan_to_num(np.sqrt(x)), np.array([-1.0, 1.0, 4.0]), *ROOTS[1:],
    ),
    "nan_to_num of infinity": (
        lambda x: np.nan_to_num(1 / x, posinf=0.0),
        np.array([0.0, 1.0, 2.0]), [0, -1, -0.25], [0, 2, 0.25],
    ),
    "fmin beside NaN": (
        lambda x: -np.fmin(-np.sqrt(x), -0.5), np.array([-1.0, 1.0, 4.0]), *ROOTS[1:],
    ),
    "clip, far above": (
        lambda x: np.clip(np.exp(x), None, 1.0),
        np.array([800.0, -1.0]), [0, np.exp(-1)], [0, np.exp(-1)],
    ),
    "clip, alone": (lambda x: np.clip(np.exp(x), None, 1.0), np.array([800.0]), [0], [0]),
    "a length that is not below": (
        lambda x: np.maximum(np.sqrt(np.sum(x * x)), 1e-10), np.zeros(3), [0] * 3, [0] * 3,
    ),
    "a target that is NaN": (
        lambda x: nn.functional.mse_loss(x, np.array([0.0, nan, 0.0]), reduction="none")[
            np.array([True, False, True])
        ],
        np.array([1.0, 2.0, 0.0]), [2, 0, 0], [2, 0, 2],
    ),
    "a quotient, set": (
        lambda x: ag.asarray(1 / x).at[x == 0].set(0.0),
        np.array([0.0, 1.0, 2.0]), [0, -1, -0.25], [0, 2, 0.25],
    ),
    "a quotient of 0 by 0": (
        lambda x: ((x * x) / x)[1:], np.array([0.0, 2.0]), [0, 1], [0, 0],
    ),
    "all times 0": (lambda x: 0 * np.sqrt(x), ROOTS[0], [0] * 3, [0] * 3),
    "a log undone": (
        lambda x: np.exp(np.log(x))[1:], np.array([0.0, 1.0, 2.0]), [0, 1, 1], [0] * 3,
    ),
    "x to itself": (lambda x: (x**x)[1:], np.array([0.0, 1.0]), [0, 1], [0, 2]),
    "beside what does move": (
        lambda x: np.sqrt(x) * MASK + x, ROOTS[0], [1, 1.5, 1.25], ROOTS[2],
    ),
}  # fmt: skip

# Functions of each element: where they have no finite slope, one where they have, and
# the two derivatives there.
AT_ENDS = {
    "log": (np.log, 0.0, 2.0, 0.5, -0.25),
    "log of less": (np.log, -1.0, 2.0, 0.5, -0.25),
    "log1p": (np.log1p, -1.0, 0.0, 1.0, -1.0),
    "power": (lambda x: x**-1.0, 0.0, 2.0, -0.25, 0.25),
    "reciprocal": (np.reciprocal, 0.0, 2.0, -0.25, 0.25),
    "cbrt": (np.cbrt, 0.0, 1.0, 1 / 3, -2 / 9),
    "arcsin": (np.arcsin, 1.0, 0.0, 1.0, 0.0),
    "arccos": (np.arccos, -1.0, 0.0, -1.0, 0.0),
    "arccosh": (np.arccosh, 1.0, 2.0, 3**-0.5, -2 * 3**-1.5),
    "arctanh": (np.arctanh, 1.0, 0.0, 1.0, 0.0),
    "exp": (np.exp, 800.0, 0.0, 1.0, 1.0),
    "expm1": (np.expm1, 800.0, 0.0, 1.0, 1.0),
    "sinh": (np.sinh, 800.0, 0.0, 1.0, 0.0),
    "tan": (np.tan, inf, 0.0, 1.0, 0.0),
    "sin": (np.sin, inf, 0.0, 1.0, 0.0),
    "square": (np.square, nan, 3.0, 6.0, 2.0),
    "tanh": (np.tanh, nan, 0.0, 1.0, 0.0),
    "absolute": (np.abs, nan, 3.0, 1.0, 0.0),
    "hypot": (lambda x: np.hypot(x, 0.0), nan, 3.0, 1.0, 0.0),
    "arctan2": (lambda x: np.arctan2(x, 1.0), nan, 0.0, 1.0, 0.0),
    "logaddexp": (lambda x: np.logaddexp(x, x), -inf, 0.0, 1.0, 0.0),
}  # fmt: skip


def summed(f):
    return lambda x: np.sum(f(x))


CASES = {name: (f, *ROOTS) for name, f in OF_LATER_ROOTS.items()} | OTHERS
CASES |= {
    f"{name}, at its end": (
        lambda x, f=f: f(x)[1:],
        np.array([end, inside]),
        [0.0, first],
        [0.0, second],
    )
    for name, (f, end, inside, first, second) in AT_ENDS.items()
}
CASES = {name: (summed(f), x, g, h) for name, (f, x, g, h) in CASES.items()}
ALL = pytest.mark.parametrize("case", CASES)


def near(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)


def is_silent(f, *args):
    """Whether the function itself, before any derivative, warns of nothing."""
    try:
        with np.errstate(all="raise"):
            f(*args)
    except FloatingPointError:
        return False
    return True


def as_silent(f, x):
    """Derivatives make no noise where the function itself makes none."""
    return np.errstate(all="raise" if is_silent(f, x) else "ignore")


@ALL
def test_zero_wins_in_both_modes(case):
    f, x, first, _ = CASES[case]
    with as_silent(f, x):
        near(ag.grad(f)(x), first)
        near(ag.jacobian(f, mode="forward")(x), first)


@ALL
def test_zero_wins_in_second_derivatives_in_all_mixes_of_modes(case):
    f, x, _, second = CASES[case]

    def slopes(x):
        return np.stack([ag.jvp(f, (x,), (unit,))[1] for unit in np.eye(len(x))])

    with as_silent(f, x):
        for inner, mode in itertools.product((ag.grad(f), slopes), MODES):
            near(ag.jacobian(inner, mode=mode)(x), np.diag(second))


MODES = ("forward", "reverse")


@ALL
@pytest.mark.parametrize("free", [False, True])
def test_zero_wins_in_backward_without_a_warning(case, free):
    f, x, first, _ = CASES[case]
    t = ag.tensor(x, requires_grad=True)
    with np.errstate(all="ignore"):
        out = f(t)
    with np.errstate(all="raise"):
        out.backward(free=free)
    near(t.grad, first)


ON_FLOATS = {  # a function of a Value, and an argument where its derivative is 0
    "where": (lambda x: ag.where(x > 0, ag.sqrt(x), x * 0), 0.0),
    "maximum": (lambda x: ag.maximum(ag.sqrt(x), 1.0), 0.0),
    "minimum": (lambda x: ag.minimum(ag.exp(x), 1.0), 800.0),
    "relu": (lambda x: ag.relu(ag.sqrt(x) - 1.0), 0.0),
    "times 0": (lambda x: ag.sqrt(x) * 0.0, 0.0),
    "a log times 0": (lambda x: ag.log(x) * 0.0, 0.0),
    "a power times 0": (lambda x: x**-1.0 * 0.0, 0.0),
    "a cube root times 0": (lambda x: ag.cbrt(x) * 0.0, 0.0),
    "absolute": (lambda x: ag.absolute(ag.sqrt(x)), 0.0),
}


@pytest.mark.parametrize("case", ON_FLOATS)
@pytest.mark.parametrize("free", [False, True])
def test_zero_wins_on_values(case, free):
    f, at = ON_FLOATS[case]
    x = Value(at)
    with np.errstate(all="raise"):
        f(x).backward(free=free)
    assert x.grad == 0.0
    with np.errstate(all="ignore"):
        assert ag.grad(f)(at) == 0.0
        assert ag.jvp(f, (at,), (1.0,))[1] == 0.0


def test_the_derivative_of_a_function_of_several_takes_each_by_itself():
    def f(x, d):
        return np.sum(ag.asarray(x / d).at[d == 0].set(0.0))

    x, d = np.array([1.0, 2.0]), np.array([0.0, 4.0])
    with np.errstate(divide="ignore"):
        by_x, by_d = ag.grad(f, (0, 1))(x, d)
    np.testing.assert_array_equal(by_x, [0.0, 0.25])
    np.testing.assert_array_equal(by_d, [0.0, -0.125])


DTYPES = ("float16", "float32", "float64", "complex64", "complex128")


@pytest.mark.parametrize(("one", "other"), [*itertools.product(DTYPES, repeat=2)])
def test_zero_wins_in_products_of_several_dtypes(one, other):
    x = ag.tensor(np.array([0, 1, 4], one), requires_grad=True)
    y = ag.tensor(np.array([0, 1, 2], other), requires_grad=True)
    with np.errstate(all="ignore"):
        out = np.sum(np.real((np.sqrt(x)[:, None] * np.log(y))[1:, 1:]))
    with np.errstate(all="raise"):
        out.backward()
    rounding = 4 * max(np.finfo(one).eps, np.finfo(other).eps)
    np.testing.assert_allclose(x.grad, np.log(2) * np.array([0, 0.5, 0.25]), rounding)
    np.testing.assert_allclose(y.grad, [0, 3, 1.5], rounding)
    assert (x.grad.dtype, y.grad.dtype) == (one, other)


def test_either_zero_wins_where_the_product_has_a_derivative_by_the_slope():
    zero, one = np.zeros(1), np.ones(1)
    infinite = np.full(1, inf)
    np.testing.assert_array_equal(weigh(zero, infinite), zero)
    np.testing.assert_array_equal(weigh(infinite, one), infinite)
    assert np.isnan(weigh(infinite, zero)[0])  # a cotangent that is infinite, it is not
    np.testing.assert_array_equal(weigh(infinite, zero, either=True), zero)


def test_what_no_derivative_is_known_of_is_not_lost_at_a_slope_that_happens_to_be_zero():
    """|x² + y| has a kink at x = y = 0; its derivative by x is the sign times 2x."""

    def length(x, y):
        return np.linalg.norm(x * x + y)

    def curvature(x, y):
        return ag.hvp(length, (x, y), (np.ones(1), np.ones(1)))

    compiled = ag.compile(curvature, backend="steps")
    for _ in range(2):
        compiled(np.ones(1), np.ones(1))
    for each in curvature, compiled:  # which is careful from the start
        np.testing.assert_array_equal(each(np.zeros(1), np.zeros(1)), [[nan], [nan]])


def test_an_angle_that_was_not_chosen_has_no_second_derivative_in_any_mix_of_modes():
    """Points that fill up a batch lie at (0, 0), where an angle has no slope."""
    chosen = np.array([True, False])
    points = np.array([[1.0, 0.0], [2.0, 0.0]])

    def squares(points):
        angles = np.where(chosen, np.arctan2(points[0], points[1]), 0)
        return np.sum(angles**2)

    def along(f):
        return lambda x: np.sum(ag.jvp(f, (x,), (np.ones(x.shape),))[1])

    def summed(f):
        return lambda x: np.sum(ag.grad(f)(x))

    elsewhere = np.array([[1.0, 1.0], [2.0, 2.0]])
    for inner, outer in itertools.product((along, summed), repeat=2):
        second = outer(inner(squares))
        compiled = ag.compile(second, backend="steps")
        for _ in range(2):
            compiled(points + 1)
        for found in second(points), compiled(points):
            assert found == pytest.approx(second(elsewhere), rel=1e-12)


# What does not hold: the product of an element by an element knows of zeros, a sum of
# such products does not, nor does a rule that mixes elements -------------------------


def fails(reason, error=AssertionError):
    return pytest.mark.xfail(strict=True, raises=error, reason=reason)


ROWS = np.array([[nan, 1.0, 2.0], [3.0, 1.0, 2.0]])  # the first is left out
OF_ROWS = {
    "softmax": lambda x: ag.softmax(x, axis=1),
    "log_softmax": lambda x: ag.log_softmax(x, axis=1),
    "logsumexp": lambda x: ag.logsumexp(x, axis=1),
    "norm": lambda x: np.linalg.norm(x, axis=1),
    "std": lambda x: np.std(x, axis=1),
    "var": lambda x: np.var(x, axis=1),
    "prod": lambda x: np.prod(x, axis=1),
    "cumprod": lambda x: np.cumprod(x, axis=1),
    "einsum": lambda x: np.einsum("ij,ij->i", x, x),
    "matmul": lambda x: x[:, None, :] @ x[:, :, None],
    "inv": lambda x: np.linalg.inv(x[:, :, None] * np.eye(3)),
    "det": lambda x: np.linalg.det(x[:, :, None] * np.eye(3)),
}


@fails("rules that mix elements multiply 0 by NaN")
@pytest.mark.parametrize("case", OF_ROWS)
def test_rows_that_are_left_out_have_a_derivative_of_zero(case):
    with np.errstate(all="ignore"):
        got = ag.grad(lambda x: np.sum(OF_ROWS[case](x)[1]))(ROWS)
    np.testing.assert_array_equal(got[0], 0.0)


@pytest.mark.parametrize("case", OF_ROWS)
def test_forward_mode_takes_such_rows_apart(case):
    with np.errstate(all="ignore"):
        got = ag.jacobian(lambda x: np.sum(OF_ROWS[case](x)[1]), mode="forward")(ROWS)
    np.testing.assert_array_equal(got[0], 0.0)


@fails("the tangent ∞ meets the factor 0 within a sum")
@pytest.mark.parametrize(
    "f",
    [
        lambda x: MASK @ np.sqrt(x),
        lambda x: np.einsum("i,i->", np.sqrt(x), MASK),
        lambda x: np.diff(np.cumsum(np.sqrt(x)))[1],
    ],
)
def test_zero_wins_within_sums_of_products_in_forward_mode(f):
    x = ROOTS[0]
    with np.errstate(all="ignore"):
        near(ag.grad(f)(x)[0], 0.0)
        near(ag.jacobian(f, mode="forward")(x), ag.grad(f)(x))


@fails("there the first derivative is finite already")
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.linalg.norm(np.reshape(x, (2, 1)), axis=1)[1:]),
        lambda x: np.cumprod(np.sqrt(x)[::-1])[0],
        lambda x: np.sum(np.sqrt(x) * np.heaviside(x - 0.5, 0.0)),
    ],
)
def test_zero_wins_in_second_derivatives_of_conventions_and_scans(f):
    with np.errstate(all="ignore"):
        got = ag.jacobian(ag.grad(f), mode="reverse")(np.array([0.0, 1.0]))
    assert np.isfinite(got).all()


@fails("what listens hears the one sweep, and warnings", FloatingPointError)
def test_a_sweep_that_is_listened_to_is_silent_where_its_results_are_finite():
    out = np.sum(np.sqrt(ag.tensor([0.0, 4.0], requires_grad=True))[1:])
    with ag.listen(lambda node, g, parts: None), np.errstate(all="raise"):
        out.backward()


# What is infinite stays so ------------------------------------------------------------


def test_an_infinite_derivative_stays_and_warns_as_numpy_is_set():
    t = ag.tensor([0.0, 1.0], requires_grad=True)
    out = np.sum(np.sqrt(t))
    with np.errstate(all="warn"), pytest.warns(RuntimeWarning, match="divide by zero"):
        out.backward()
    np.testing.assert_array_equal(t.grad, [inf, 0.5])
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(ag.grad(summed(np.sqrt))(t.data), [inf, 0.5])


def test_a_derivative_that_is_nan_stays_so():
    with np.errstate(all="ignore"):
        got = ag.grad(summed(lambda x: (x * x)[:2]))(np.array([nan, 1.0, nan]))
    np.testing.assert_array_equal(got, [nan, 2.0, 0.0])


def test_an_error_of_numpy_s_leaves_graph_and_gradients_whole():
    t = ag.tensor([0.0, 1.0], requires_grad=True)
    out = np.sum(np.sqrt(t))
    for free in (False, True):
        with np.errstate(all="raise"), pytest.raises(FloatingPointError):
            out.backward(free=free)
        assert t.grad is None
    with np.errstate(all="ignore"):
        out.backward()
    np.testing.assert_array_equal(t.grad, [inf, 0.5])


# What it costs ------------------------------------------------------------------------


@pytest.fixture
def products(monkeypatch):
    """The product that each reverse sweep is run with, in order."""
    products = []
    plain, general = zeros.sweep, sweeps._pullback

    def counted(*args):
        products.append(None)
        return plain(*args)

    def counted_too(order, outputs, cotangents, floor, lift, times, hooks):
        products.append(times)
        return general(order, outputs, cotangents, floor, lift, times, hooks)

    monkeypatch.setattr(zeros, "sweep", counted)
    monkeypatch.setattr(sweeps, "_pullback", counted_too)
    return products


def test_a_sweep_of_finite_results_is_one_sweep(products):
    t = ag.tensor([1.0, 4.0], requires_grad=True)
    np.sum(np.sqrt(t)).backward()
    assert products == [None]
    ag.grad(summed(np.sqrt))(t.data)
    assert products == [None, None]


def test_a_sweep_whose_results_zero_makes_finite_is_two(products):
    t = ag.tensor([0.0, 4.0], requires_grad=True)
    np.sum(np.sqrt(t)[1:]).backward()
    assert products == [None, weigh.call]


def test_listeners_hear_one_sweep(products):
    t = ag.tensor([0.0, 4.0], requires_grad=True)
    out = np.sum(np.sqrt(t)[1:])
    heard = []
    hear = ag.listen(lambda node, g, parts: heard.append(node))
    with hear, np.errstate(divide="ignore"):
        out.backward()
    assert products == [weigh.call]
    assert len(heard) == len({*heard}) == 4
    np.testing.assert_array_equal(t.grad, [0.0, 0.25])
    heard.clear()
    with ag.listen(lambda node, g, parts: heard.append(node)):
        np.sum(t * t).backward()
    assert len(heard) == 3


# backward(free=True) ------------------------------------------------------------------


def test_a_graph_that_is_freed_holds_no_operands():
    t = ag.tensor([0.0, 4.0], requires_grad=True)
    root = np.sqrt(t)
    inner, data = weakref.ref(root), weakref.ref(root.data)
    out = np.sum(root[1:])
    del root
    gc.collect()
    assert inner() is not None
    out.backward(free=True)
    assert inner() is None
    assert data() is None
    np.testing.assert_array_equal(t.grad, [0.0, 0.25])
    with pytest.raises(ValueError, match="freed by backward"):
        out.backward()


def test_after_an_error_a_graph_that_was_to_be_freed_is_whole():
    fails = [True]

    def rule(g):
        if fails:
            raise OSError("not now")
        return g

    op = ag.linear(lambda x: x, rule, name="now and then")
    t = ag.tensor([0.0, 4.0], requires_grad=True)
    out = np.sum(op(np.sqrt(t))[1:])
    with pytest.raises(OSError, match="not now"):
        out.backward(free=True)
    assert t.grad is None
    fails.clear()
    out.backward()
    np.testing.assert_array_equal(t.grad, [0.0, 0.25])
