"""Choosing by places and conditions, and putting in: x.at[index] and its kin."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag
from autograd.check import check_grads
from autograd.ops import updating
from autograd.ops.selecting import select

A = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
X = np.array([-1.0, 0.0, 2.0])
MASK = np.array([True, False, True])
RNG = np.random.default_rng(0)


def tracked(a=A):
    return ag.tensor(a, requires_grad=True)


CALLS = {
    "take": lambda np, x: np.take(x, [5, 0, 0]),
    "take axis": lambda np, x: np.take(x, [[-1, 0]], axis=1),
    "take one": lambda np, x: np.take(x, -1, 0),
    "take of a number": lambda np, x: np.take(x[0, 0], [0, 0], axis=0),
    "take nothing": lambda np, x: np.take(x, np.array([], int), axis=1),
    "take wrapped": lambda np, x: np.take(x, [7, -8, 3], axis=1, mode="wrap"),
    "take clipped": lambda np, x: np.take(x, [7, -8, 1], axis=-1, mode="clip"),
    "take of a": lambda np, x: np.take(a=x, indices=[1, 2]),
    "take_along_axis": lambda np, x: np.take_along_axis(x, np.array([[2, 0], [-1, 1]]), axis=1),
    "take_along_axis by default": lambda np, x: np.take_along_axis(x, np.array([[2], [0]])),
    "take_along_axis of all": lambda np, x: np.take_along_axis(x, np.array([5, 0]), axis=None),
    "take_along_axis broadcast": lambda np, x: np.take_along_axis(x, np.array([[1], [0], [1]]), axis=0),
    "compress": lambda np, x: np.compress(MASK, x, axis=1),
    "compress short": lambda np, x: np.compress([False, True], x),
    "extract": lambda np, x: np.extract(A > 0.25, x),
    "delete": lambda np, x: np.delete(x, 1, axis=1),
    "delete from the end": lambda np, x: np.delete(x, -1, 0),
    "delete a slice": lambda np, x: np.delete(x, slice(None, None, 2)),
    "delete a list": lambda np, x: np.delete(x, [0, -1, 0], axis=1),
    "delete a mask": lambda np, x: np.delete(x, MASK, axis=1),
    "delete nothing": lambda np, x: np.delete(x, [], axis=1),
    "insert": lambda np, x: np.insert(x, 1, 9.0, axis=1),
    "insert in all": lambda np, x: np.insert(x, [1, 1, -1], [7.0, 8.0, 9.0]),
    "insert rows": lambda np, x: np.insert(x, 2, [1.0, 2.0, 3.0], axis=0),
    "insert columns": lambda np, x: np.insert(x, [0, 3], x[:, :2], axis=1),
    "insert a slice": lambda np, x: np.insert(x, slice(0, 2), x[0, 0], axis=1),
    "insert a mask": lambda np, x: np.insert(x, MASK, 5.0, axis=1),
    "insert in an array": lambda np, x: np.insert(np.ones(3), 1, x[0]),
    "trim_zeros": lambda np, x: np.trim_zeros(np.concatenate([[0.0], x[0], [0.0]])),
    "trim_zeros in front": lambda np, x: np.trim_zeros(np.append([0.0], x[0]), "f"),
    "trim_zeros behind": lambda np, x: np.trim_zeros(np.append(x[0], [0.0]), trim="B"),
    "trim_zeros of a matrix": lambda np, x: np.trim_zeros(np.pad(x, 1)),
    "trim_zeros axis": lambda np, x: np.trim_zeros(np.pad(x, 1), axis=1),
    "select": lambda np, x: np.select([A > 0.5, A > 0.2], [x, x * x]),
    "select default": lambda np, x: np.select([A > 0.5], [x], default=x[0]),
    "select broadcast": lambda np, x: np.select([MASK, A > 0.45], [x[0], 1.0], 2),
    "choose": lambda np, x: np.choose(np.array([1, 0, 1]), [x, -x]),
    "choose rows": lambda np, x: np.choose([0, 1, 0], x),
    "choose wrapped": lambda np, x: np.choose([5, -1, -4], [x[0], x[1]], mode="wrap"),
    "choose clipped": lambda np, x: np.choose([5, -1, 1], [x[0], 7.0, x[1]], mode="clip"),
    "piecewise": lambda np, x: np.piecewise(x, [A < 0.2, A > 0.4], [np.sin, np.cos]),
    "piecewise otherwise": lambda np, x: np.piecewise(x, [A < 0.2], [-1.0, lambda x: x * x]),
    "piecewise of one condition": lambda np, x: np.piecewise(x[0], MASK, [np.exp]),
    "piecewise one over another": lambda np, x: np.piecewise(x, [A > 0.2, A > 0.4], [np.sin, 3.0]),
    "piecewise with arguments": lambda np, x: np.piecewise(x, [A > 0.2], [lambda x, n, k: n * x + k], 2.0, k=1.0),
    "piecewise of a number": lambda np, x: np.piecewise(x[0, 0], [True, False], [np.exp, 2.0]),
    "where": lambda np, x: np.where(A > 0.25, x, 0),
    "nan_to_num": lambda np, x: np.nan_to_num(x),
    "nan_to_num others": lambda np, x: np.nan_to_num(x / (A > 0.25), nan=1.0, posinf=5.0, neginf=-5.0),
    "ix_": lambda np, x: x[np.ix_([1, 0, 1], [2, 0])],
    "ix_ of shapes": lambda np, x: x[np.ix_(range(x.shape[0]), range(0, x.shape[1], 2))],
    "negative steps": lambda np, x: x[::-1, ::-2],
    "ellipsis": lambda np, x: x[..., None, 1],
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("name", CALLS)
def test_numpys_functions_give_what_they_give_for_arrays(name):
    f = CALLS[name]
    x = tracked()
    y, expected = f(np, x), f(np, A)
    assert type(y) is ag.Tensor
    assert y.requires_grad
    assert y.shape == np.shape(expected)
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.data, expected)
    single = f(np, tracked(A.astype(np.float32)))
    assert single.dtype == f(np, A.astype(np.float32)).dtype
    if "others" not in name:
        check_grads(lambda x: f(np, x), A, order=1)


# Places -------------------------------------------------------------------------------


def test_gradients_of_places_that_are_taken_often_add_up():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = np.take(x, [0, -3, 4, -1], mode="wrap")  # places 0, 0, 1, 2
    (y * np.array([1.0, 10.0, 100.0, 1000.0])).sum().backward()
    assert x.grad.tolist() == [11.0, 100.0, 1000.0]
    x.grad = None
    (np.take(x, [-7, 9, 1], mode="clip") * X).sum().backward()
    assert x.grad.tolist() == [-1.0, 2.0, 0.0]


def test_places_may_be_integer_tensors():
    x = tracked(X)
    i = np.argsort(-x)
    assert np.take(x, i).data.tolist() == [2.0, 0.0, -1.0]
    assert np.take_along_axis(x, i, axis=0).data.tolist() == [2.0, 0.0, -1.0]
    assert np.delete(x, i[0]).data.tolist() == [-1.0, 0.0]
    assert np.compress(x > -0.5, x).data.tolist() == [0.0, 2.0]
    assert np.extract(x > -0.5, x).data.tolist() == [0.0, 2.0]
    assert np.insert(x, i[:1], 5.0).data.tolist() == [-1.0, 0.0, 5.0, 2.0]


def test_inserted_values_and_what_they_stand_between_get_their_own_gradients():
    x, v = tracked(X), ag.tensor([5.0, 6.0], requires_grad=True)
    y = np.insert(x, [2, 0], v)  # 6, -1, 0, 5, 2
    assert y.data.tolist() == np.insert(X, [2, 0], [5.0, 6.0]).tolist()
    (y * 10.0 ** np.arange(5)).sum().backward()
    assert x.grad.tolist() == [10.0, 100.0, 10000.0]
    assert v.grad.tolist() == [1000.0, 1.0]


def test_where_of_a_condition_alone_gives_untracked_indices():
    x = tracked()
    for found in (np.where(x > 0.25), ag.where(x > 0.25)):
        rows, columns = found
        assert not rows.requires_grad
        assert rows.data.tolist() == [0, 1, 1, 1]
        assert columns.data.tolist() == [2, 0, 1, 2]
        assert x[rows, columns].shape == (4,)
    assert [i.tolist() for i in ag.where(A > 0.25)] == [[0, 1, 1, 1], [2, 0, 1, 2]]
    with pytest.raises(ValueError, match="where takes both"):
        ag.where(A > 0.25, x)


def test_reading_elements_in_a_loop_takes_linear_time():
    def seconds(n):
        x = tracked(np.ones(n))
        total = sum([x[i] for i in range(n)], start=ag.tensor(0.0))
        start = time.thread_time()
        total.backward()
        assert (x.grad == 1).all()
        return time.thread_time() - start

    seconds(100)
    least = min(seconds(1000) for _ in range(3))
    assert seconds(10_000) < 50 * least


# Conditions ---------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.select([x > 0, x < 0], [np.log(x), x * x], default=0 * x),
        lambda x: np.select([x <= 0, x > 0], [np.where(x < 0, x * x, 0), np.log(x)]),
        lambda x: np.choose([0, 1, 2], [x * x, 0 * x, np.log(x)]),
        lambda x: np.piecewise(x, [x < 0, x > 0], [np.square, np.log]),
        lambda x: np.piecewise(x, [x < 0, x == 0], [np.square, lambda x: 0 * x, np.log]),
        lambda x: (x * 0).at[x > 0].set(np.log(x[x > 0])).at[x < 0].set(x[x < 0] ** 2),
    ],
)  # fmt: skip
def test_lanes_that_were_not_chosen_have_a_derivative_of_exactly_zero(f):
    slopes = np.array([-2.0, 0.0, 0.5])
    np.testing.assert_array_equal(ag.grad(lambda x: np.sum(f(x)))(X), slopes)
    np.testing.assert_array_equal(ag.jvp(f, (X,), (np.ones(3),))[1], slopes)
    second = ag.hessian(lambda x: np.sum(f(x)))(X)
    np.testing.assert_array_equal(second, np.diag([2.0, 0.0, -0.25]))


def test_what_is_replaced_has_a_derivative_of_zero():
    x = tracked(np.array([np.nan, np.inf, -np.inf, 3.0]))
    y = np.nan_to_num(x, copy=False, nan=1.0, posinf=2.0)
    assert np.isnan(x.data[0])
    assert y.data.tolist() == [1.0, 2.0, np.finfo(float).min, 3.0]
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0, 1.0]


# Updates ------------------------------------------------------------------------------

UPDATES = {
    "set": lambda x, i, v: x.__setitem__(i, v),
    "add": np.add.at,
    "multiply": np.multiply.at,
    "min": np.minimum.at,
    "max": np.maximum.at,
}

INDICES = [
    0,
    -1,
    (),
    ...,
    None,
    slice(None, None, -1),
    (slice(None), 1),
    (..., -1),
    (1, 2),
    [1, 0, 1],
    ([0, 1, 0], [2, -1, 2]),
    (slice(None), [2, 0, 2, 2]),
    np.ix_([1, 0], [2, 2]),
    A > 0.25,
    (slice(None), MASK),
    [],
    np.array([[0, 1], [1, 1]]),
]


@pytest.mark.parametrize("name", UPDATES)
@pytest.mark.parametrize("index", INDICES, ids=str)
def test_updates_are_those_of_numpy_in_place(name, index):
    shape = A[index].shape
    x = tracked()
    for v_shape in (shape, (), tuple(1 for _ in shape)):
        v = RNG.normal(size=v_shape)
        expected = A.copy()
        UPDATES[name](expected, index, v)
        y = getattr(x.at[index], name)(v)
        assert y.requires_grad
        np.testing.assert_allclose(y.data, expected, rtol=1e-15)
        np.testing.assert_array_equal(x.data, A)
    check_grads(lambda x, v: getattr(x.at[index], name)(v), A, v, order=1)


@given(st.data())
@settings(max_examples=3 * settings.default.max_examples)
def test_updates_at_any_places_are_those_of_numpy(data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=3))
    places = hnp.integer_array_indices(
        shape, result_shape=hnp.array_shapes(min_dims=0, max_dims=2, max_side=3)
    )
    index = data.draw(places)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    a, v = rng.normal(size=shape), rng.normal(size=np.empty(shape)[index].shape)
    for name, update in UPDATES.items():
        expected = a.copy()
        update(expected, index, v)
        y = getattr(ag.tensor(a).at[index], name)(v)
        np.testing.assert_allclose(y.data, expected, rtol=1e-15)


def test_of_values_that_go_to_one_place_the_one_that_stays_has_the_gradient():
    x, v = tracked(X), ag.tensor([4.0, 5.0, 6.0], requires_grad=True)
    y = x.at[[1, 1, 0]].set(v)
    assert y.data.tolist() == [6.0, 5.0, 2.0]
    (y * np.array([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 100.0]
    assert v.grad.tolist() == [0.0, 10.0, 1.0]


def test_a_value_that_goes_to_many_places_has_the_sum_of_their_gradients():
    x, v = tracked(X), ag.tensor(4.0, requires_grad=True)
    x.at[[0, 0, 2]].set(v).sum().backward()
    assert v.grad == 2.0  # of two that go to place 0 one is lost
    v.grad = None
    x.at[[0, 0, 2]].add(v).sum().backward()
    assert v.grad == 3.0


def test_factors_that_are_zero_leave_right_gradients():
    x = ag.tensor([2.0, 3.0, 5.0], requires_grad=True)
    v = ag.tensor([0.0, 7.0, 0.0, 4.0], requires_grad=True)
    y = x.at[[0, 0, 1, 2]].multiply(v)
    assert y.data.tolist() == [0.0, 0.0, 20.0]
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 4.0]
    assert v.grad.tolist() == [14.0, 0.0, 3.0, 5.0]
    v.grad = None
    x.at[[0, 0, 0, 0]].multiply(v).sum().backward()
    assert v.grad.tolist() == [0.0] * 4  # two zeros at one place
    check_grads(lambda x, v: x.at[[0, 0, 1, 0]].multiply(v), x.data, v.data)


def test_ties_of_updates_split_equally():
    x = ag.tensor([1.0, 1.0], requires_grad=True)
    v = ag.tensor([1.0, 1.0, 0.0], requires_grad=True)
    x.at[[0, 0, 0]].max(v).sum().backward()
    np.testing.assert_allclose(x.grad, [1 / 3, 1.0])
    np.testing.assert_allclose(v.grad, [1 / 3, 1 / 3, 0.0])


def test_updates_are_differentiated_twice_in_every_mode():
    def f(x, v):
        y = x.at[[0, 2, 0]].multiply(v).at[1].set(x[0] * v[2]).at[[1, 1]].add(v[:2])
        return np.sum(y.at[2].max(x[1]) ** 3)

    check_grads(f, np.array([0.5, 1.5, -2.0]), np.array([1.5, 0.25, -0.75]))


def test_put_returns_what_numpy_leaves():
    for indices, values, mode in [
        ([0, -1], [7.0, 8.0], "raise"),
        ([4, 4, 1], [7.0, 8.0], "raise"),
        ([[0, 9]], 7.0, "wrap"),
        ([-5, 9, 0], [7.0, 8.0, 9.0, 10.0], "clip"),
        ([1], [], "raise"),
    ]:
        expected = A.copy()
        np.put(expected, indices, values, mode)
        y = updating.put(tracked(), indices, np.array(values), mode)
        np.testing.assert_array_equal(y.data, expected)
        assert y.requires_grad
        np.testing.assert_array_equal(
            updating.put(A, indices, np.array(values), mode), expected
        )
        check_grads(
            lambda x, v, i=indices, m=mode: updating.put(x, i, v, m),
            A,
            np.array(values),
        )


def test_put_along_axis_returns_what_numpy_leaves():
    for indices, axis in [([[2], [0]], 1), ([[1, 0, 1]], 0), ([3, 3], None)]:
        indices = np.array(indices)
        values = RNG.normal(size=indices.shape)
        expected = A.copy()
        np.put_along_axis(expected, indices, values, axis)
        y = updating.put_along_axis(tracked(), indices, values, axis)
        np.testing.assert_array_equal(y.data, expected)
        check_grads(
            lambda x, v, i=indices, a=axis: updating.put_along_axis(x, i, v, a),
            A,
            values,
        )


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda x: np.put(x, [0], 1.0), r"ag\.put\("),
        (lambda x: np.put(A.copy(), [0], x[0, :1]), r"ag\.put\("),
        (lambda x: np.put_along_axis(x, np.array([[0]]), 1.0, 1), "ag.put_along_axis"),
        (lambda x: np.fill_diagonal(x, 1.0), "at"),
        (lambda x: np.copyto(x, A), "where"),
        (lambda x: np.copyto(A.copy(), x), "where"),
        (lambda x: np.place(x, A > 0.2, [1.0]), "at"),
        (lambda x: np.putmask(x, A > 0.2, A), "where"),
        (lambda x: np.add.at(x, 0, 1.0), r"x\.at\[index\]\.add"),
    ],
)
def test_writing_in_place_is_refused_and_the_function_that_returns_is_named(
    call, instead
):
    with pytest.raises(TypeError, match=instead):
        call(tracked())


@pytest.mark.parametrize(
    ("call", "error", "name"),
    [
        (lambda x: np.take(x, 6), IndexError, "take"),
        (lambda x: np.take(x, 0, axis=2), np.exceptions.AxisError, "take"),
        (lambda x: np.take(x, np.array(0.5)), TypeError, "take"),
        (lambda x: np.take(x, 0, mode="round"), (TypeError, ValueError), "take"),
        (lambda x: np.take_along_axis(x, np.array([0]), 1), ValueError, "take_along_axis"),
        (lambda x: np.take_along_axis(x, np.array([[0.5]]), 1), IndexError, "take_along_axis"),
        (lambda x: np.compress([[True]], x), ValueError, "compress"),
        (lambda x: np.compress([False] * 3 + [True], x, axis=1), IndexError, "compress"),
        (lambda x: np.delete(x, 3, axis=1), IndexError, "delete"),
        (lambda x: np.delete(x, MASK[:2], axis=1), ValueError, "delete"),
        (lambda x: np.insert(x, 9, 1.0), IndexError, "insert"),
        (lambda x: np.insert(x, [0, 1], [1.0, 2.0, 3.0]), ValueError, "insert"),
        (lambda x: np.trim_zeros(x[0], "x"), ValueError, "trim"),
        (lambda x: np.select([A > 0.2], [x, x]), ValueError, "select"),
        (lambda x: select([], [x][:0]), ValueError, "select"),
        (lambda x: np.select([A], [x]), TypeError, "select"),
        (lambda x: np.choose([2, 0, 0], [x, x]), ValueError, "choose"),
        (lambda x: np.piecewise(x, [A > 0.2], [1.0, 2.0, 3.0]), ValueError, "piecewise"),
        (lambda x: x[[0, 1], [0, 1, 2]], IndexError, "getitem"),
    ],
)  # fmt: skip
def test_bad_input_raises_what_numpy_raises_and_names_the_function(call, error, name):
    with pytest.raises(error, match=name):
        call(tracked())
    with pytest.raises(error):
        call(A)


@pytest.mark.parametrize("name", UPDATES)
def test_bad_updates_name_what_was_done(name):
    x = tracked()
    with pytest.raises(IndexError, match=rf"{name} items got .*\(2, 3\)"):
        getattr(x.at[5], name)(1.0)
    with pytest.raises(ValueError, match=f"{name} items"):
        getattr(x.at[0], name)(np.ones(2))


def test_numbers_among_choices_take_the_dtype_of_the_others():
    x = A.astype(np.float32)
    for f in (
        lambda x: np.select([MASK, MASK], [1, x], 2.0),
        lambda x: np.select([MASK], [x], 0),
        lambda x: np.choose([0, 1, 0], [7.0, x]),
        lambda x: np.choose([0, 1, 0], [x, np.ones(3)]),
    ):
        y, expected = f(tracked(x)), f(x)
        assert y.dtype == expected.dtype
        np.testing.assert_array_equal(y.data, expected)


def test_updates_keep_the_dtype_of_what_is_updated():
    x, v = tracked(A.astype(np.float32)), tracked(np.array([1.0, 2.0, 3.0]))
    for name in UPDATES:
        y = getattr(x.at[0], name)(v)
        assert y.dtype == np.float32
        y.sum().backward()
        assert x.grad.dtype == np.float32
        assert v.grad.dtype == np.float64
    numbers = ag.tensor([1, 2, 3])
    assert numbers.at[[0, 0]].add(2).data.tolist() == [5, 2, 3]
    with pytest.raises(TypeError, match=r"add items.*astype"):
        numbers.at[0].add(0.5)
