"""Passes leave the results as they are, and less to compute."""

import numpy as np
import pytest

import autograd as ag
from autograd.compiler.flat import Flat
from autograd.compiler.passes.simplify import prepared, simplified
from autograd.compiler.replay import built
from autograd.compiler.tracing import traced

SPECIAL = np.array([0.0, -0.0, 1.5, -2.0, np.inf, -np.inf, np.nan])
M, N = np.ones((3, 4)), np.ones((4, 5))


def left(f, *args):
    """The names of the steps that are left, in their order."""
    return [step.op.name for step in simplified(traced(f, args)[0]).steps]


@pytest.mark.parametrize(
    ("f", "names"),
    [
        # what changes nothing
        (lambda x: x * 1, []),
        (lambda x: 1.0 * x, []),
        (lambda x: x * np.ones(7), []),
        (lambda x: x / 1, []),
        (lambda x: x - 0, []),
        (lambda x: x + -0.0, []),
        (lambda x: -np.negative(x), []),
        (lambda x: +x, []),
        (lambda x: np.conj(x), []),
        (lambda x: np.copy(x), []),
        (lambda x: ag.astype(x, "float64"), []),
        (lambda x: x**1, []),
        # what is left as it is, for -0, NaN and infinities
        (lambda x: x + 0.0, ["add"]),
        (lambda x: x - -0.0, ["subtract"]),
        (lambda x: 0 - x, ["subtract"]),
        (lambda x: x * 0, ["multiply"]),
        (lambda x: x - x, ["subtract"]),
        (lambda x: x / x, ["divide"]),
        # powers
        (lambda x: x**2, ["multiply"]),
        (lambda x: np.square(x), ["multiply"]),
        (lambda x: x**3, ["multiply", "multiply"]),
        (lambda x: x**0.5, ["sqrt"]),
        (lambda x: x**-1, ["reciprocal"]),
        (lambda x: x**4.5, ["power"]),
        (lambda x: x**0, ["item"]),
        # common subexpressions, dead code, constants
        (lambda x: np.exp(x) * np.exp(x * 1), ["exp", "multiply"]),
        (lambda x: (np.sin(x), x + 0.0)[1], ["add"]),
        (lambda x: (x + 0.0) * (x + -0.0), ["add", "multiply"]),
        (lambda x: (x - 0.5) * (x - np.float64(0.5)), ["subtract"] * 2 + ["multiply"]),
        (lambda x: x**0 * 3 + x**0, ["item"]),
        # |-x| and casts
        (lambda x: np.abs(-x), ["absolute"]),
        (lambda x: ag.astype(ag.astype(x, "longdouble"), "float64"), []),
        (lambda x: ag.astype(ag.astype(x, "f"), "d"), ["astype", "astype"]),
        # views
        (lambda x: np.expand_dims(x, 0).reshape(7, 1)[:, 0], ["reshape", "getitem"]),
        (lambda x: x.reshape(1, 7).reshape(7), []),
        (lambda x: x[...], []),
        (lambda x: x[0:7], []),
        (lambda x: np.broadcast_to(x, (2, 7)) + 1, ["add", "broadcast_to"]),
        (lambda x: np.exp(np.broadcast_to(x, (2, 7))), ["exp", "broadcast_to"]),
        (lambda x: np.ones((2, 7)) * x, ["broadcast_to"]),
        (
            lambda x: np.sum(np.broadcast_to(x, (3, 7)), 0),
            ["reshape", "sum", "multiply"],
        ),
    ],
)
def test_what_is_left_of_a_function_of_a_vector(f, names):
    with np.errstate(all="ignore"):
        flat, _ = traced(f, (SPECIAL,))
    simple = simplified(flat)
    assert [step.op.name for step in simple.steps] == names
    with np.errstate(all="ignore"):
        want, got = Flat.__call__(flat, SPECIAL), Flat.__call__(simple, SPECIAL)
    assert (want.dtype, want.shape) == (got.dtype, got.shape)
    np.testing.assert_array_equal(got, want)
    assert (np.signbit(got) == np.signbit(want))[~np.isnan(want)].all()


@pytest.mark.parametrize(
    ("f", "names"),
    [
        (lambda x: x.T.T, []),
        (lambda x: np.swapaxes(x, 0, 1).T, []),
        (lambda x: np.moveaxis(x, 0, -1), ["transpose"]),
        (lambda x: np.transpose(x[None], (0, 2, 1)), ["reshape", "transpose"]),
        (lambda x: np.transpose(x[..., None], (0, 2, 1)), ["reshape"]),
        (lambda x: np.split(x, 2, axis=1)[1], ["getitem"]),
        (lambda x: np.split(x, [1, 3], axis=1)[1], ["getitem"]),
        (lambda x: np.stack([x, x]) @ N, ["stack", "reshape", "matmul", "reshape"]),
        (lambda x: np.mean(x), ["sum", "divide"]),
        (lambda x: ag.softmax(x), ["max", "subtract", "exp", "sum", "divide"]),
        (lambda x: ag.relu(x), ["maximum"]),
        (lambda x: ag.affine(x, N.T, np.ones(5)), ["matmul", "add"]),
        (lambda x: np.ones(3) @ x, ["matmul"]),
    ],
)
def test_what_is_left_of_a_function_of_a_matrix(f, names):
    x = np.random.default_rng(0).standard_normal((3, 4))
    flat, _ = traced(f, (x,))
    simple = simplified(flat)
    assert [step.op.name for step in simple.steps] == names
    np.testing.assert_allclose(simple(x), flat(x), rtol=1e-14)


def test_a_stack_of_products_that_is_summed_is_one_product():
    def f(w, x):
        return np.sum(np.tanh(x @ w))

    x, w = np.random.default_rng(0).standard_normal((2, 5, 4)), np.ones((4, 3))
    names = left(ag.grad(f), w, x)
    assert names.count("matmul") == 2
    assert "sum" not in names


def test_large_constants_are_not_made_of_small_ones():
    flat, _ = traced(lambda x: np.sum(x**0 * x), (np.ones((1000, 1000)),))
    simple = simplified(flat)
    constants = [x for step in simple.steps for x in step.operands if np.size(x) > 1]
    assert all(not any(x.strides) for x in constants if isinstance(x, np.ndarray))


def test_targets_belong_to_the_same_results():
    flat, _ = traced(lambda x, y: (x * 1, np.sin(y), y), (np.ones(2), np.ones(2)))
    flat.targets = {1: 0, 2: 1}
    simple = simplified(flat)
    assert simple.targets == {1: 0, 2: 1}
    assert simple.outputs == [0, 2, 1]


def test_a_persons_function_of_a_known_name_is_not_taken_for_ours():
    multiply = ag.elementwise(lambda x, y: x + y, 1, 1, name="multiply")
    assert simplified(traced(lambda x: multiply(x, 1), (np.ones(2),))[0])(
        np.zeros(2)
    ).tolist() == [1, 1]


# Products in which a zero wins over ∞ and NaN -------------------------------------------

weigh = ag.registry["weigh"]
HALF, ONE_HOT = np.full(49, 0.5), np.resize(np.array([0.0, 1.0]), 49)


@pytest.mark.parametrize("dtype", "fde")
@pytest.mark.parametrize("either", [False, True])
@pytest.mark.parametrize(
    ("f", "plain"),
    [
        (lambda x, y: (x, y), False),
        (lambda x, y: (x, y > 0), True),
        (lambda x, y: (HALF.astype(x.dtype), y), True),
        (lambda x, y: (ONE_HOT.astype(x.dtype), y), False),
        (lambda x, y: (x, np.greater(x, y) + 0.5 * np.equal(x, y)), True),
        (lambda x, y: (x, np.where(y > 0, 1.0, 0.5).astype(x.dtype)), True),
        (lambda x, y: (x.reshape(7, 7), y[:7]), False),
        (lambda x, y: (np.exp(x), np.sin(y)), False),
    ],
)
def test_zeros_that_win_over_infinity_cost_little_where_there_are_none(
    f, plain, either, dtype
):
    x, y = [a.ravel().astype(dtype) for a in np.meshgrid(SPECIAL, SPECIAL)]
    with np.errstate(all="ignore"):
        flat, _ = traced(lambda x, y: weigh(*f(x, y), either=either), (x, y))
        want, got = Flat.__call__(flat, x, y), built(flat)(x, y)[0]
    assert got.dtype == want.dtype
    np.testing.assert_array_equal(got, want)
    names = [step.op.name for step in simplified(flat).steps]
    if dtype != "e":
        assert "weigh" not in names
    if plain and not either and dtype != "e":
        assert names[-1] == "multiply"


@pytest.mark.parametrize("passes", [simplified, prepared], ids=lambda f: f.__name__)
@pytest.mark.parametrize("axes", [-1, (-1,), (-1, -3), (0, -1), (1, 0), None])
@pytest.mark.parametrize("keepdims", [False, True])
def test_sums_of_what_is_repeated_are_those_sums_whichever_way_axes_are_counted(
    passes, axes, keepdims
):
    def f(x):
        return np.sum(np.broadcast_to(x, (2, 5, 3)), axis=axes, keepdims=keepdims)

    for shape in ((3,), (5, 1), (1, 5, 1), (2, 1, 3)):
        flat = passes(traced(f, (np.ones(shape),))[0])
        x = np.arange(np.prod(shape), dtype=float).reshape(shape)
        np.testing.assert_allclose(Flat.__call__(flat, x), f(x))
        assert flat.kinds[flat.outputs[0]].shape == f(x).shape
