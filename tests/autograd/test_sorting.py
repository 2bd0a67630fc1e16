"""Sorting, choosing by rank, and sets: values, ties, and where gradients go."""

from functools import partial

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads
from autograd.ops.sorting import sort, topk

A = np.array([[3.0, 1.5, -2.0], [0.5, 4.0, 1.0]])
B = np.array([4.0, -2.0, 7.0])
TIES = np.array([2.0, 1.0, 2.0, 1.0])


def tracked(a):
    return ag.tensor(a, requires_grad=True)


CALLS = {
    "sort": lambda np, x: np.sort(x),
    "sort axis": lambda np, x: np.sort(x, axis=0),
    "sort negative axis": lambda np, x: np.sort(x, -2, "stable"),
    "sort all": lambda np, x: np.sort(x, axis=None),
    "sort stable": lambda np, x: np.sort(x, stable=True),
    "sort kind": lambda np, x: np.sort(x, kind="heapsort"),
    "unique": lambda np, x: np.unique(x),
    "unique all of it": lambda np, x: np.unique(x, True, True, True),
    "unique counts": lambda np, x: np.unique(np.floor(x) + 0 * x, return_counts=True),
    "unique axis": lambda np, x: np.unique(x, axis=0, return_inverse=True),
    "unique columns": lambda np, x: np.unique(x, axis=-1, return_index=True),
    "unique nan": lambda np, x: np.unique(np.where(x > 1, x, np.nan), equal_nan=False),
    "unique_values": lambda np, x: np.sort(np.unique_values(x)),
    "unique_counts": lambda np, x: tuple(np.unique_counts(x)),
    "unique_inverse": lambda np, x: tuple(np.unique_inverse(x)),
    "unique_all": lambda np, x: tuple(np.unique_all(x)),
    "union1d": lambda np, x: np.union1d(x, B),
    "union1d with a list": lambda np, x: np.union1d([9.0], x),
    "intersect1d": lambda np, x: np.intersect1d(x, B),
    "intersect1d indices": lambda np, x: np.intersect1d(x, B, return_indices=True),
    "intersect1d of unique": lambda np, x: np.intersect1d(B, x, assume_unique=True),
    "setdiff1d": lambda np, x: np.setdiff1d(x, B),
    "setdiff1d of unique": lambda np, x: np.setdiff1d(x, B, assume_unique=True),
    "setdiff1d turned": lambda np, x: np.setdiff1d(x * x, x),
    "setxor1d": lambda np, x: np.setxor1d(x, B),
    "setxor1d of unique": lambda np, x: np.setxor1d(x, B, assume_unique=True),
}
CONSTANT = {
    "argsort": lambda np, x: np.argsort(x, axis=0),
    "argpartition": lambda np, x: np.argpartition(x, 1, axis=1)[:, 1],
    "lexsort": lambda np, x: np.lexsort((x[0], x[1])),
    "searchsorted": lambda np, x: np.searchsorted(np.sort(x[0]), x[1], side="right"),
    "digitize": lambda np, x: np.digitize(x, np.array([0.0, 1.0, 2.0])),
    "isin": lambda np, x: np.isin(x, B, invert=True),
    "nanargmax": lambda np, x: np.nanargmax(x, axis=1),
    "nanargmin": lambda np, x: np.nanargmin(x, axis=0),
    "flatnonzero": lambda np, x: np.flatnonzero(x > 1),
}


def assert_same(found, expected):
    if isinstance(expected, tuple):
        assert len(found) == len(expected)
        for each, other in zip(found, expected):
            assert_same(each, other)
        return
    assert type(found) is ag.Tensor
    assert (found.dtype, found.shape) == (expected.dtype, np.shape(expected))
    np.testing.assert_array_equal(found.data, expected)


@pytest.mark.parametrize("name", CALLS)
def test_values_are_numpys_and_derivatives_right(name):
    f = CALLS[name]
    found = f(np, tracked(A))
    assert_same(found, f(np, A))
    first = found[0] if isinstance(found, tuple) else found
    assert first.requires_grad
    if "counts" not in name:
        check_grads(lambda x: f(np, x), A)


@pytest.mark.parametrize("name", CONSTANT)
def test_places_and_answers_are_untracked(name):
    found = CONSTANT[name](np, tracked(A))
    assert_same(found, CONSTANT[name](np, A))
    assert not found.requires_grad


def gradient(f, a, g):
    return ag.vjp(f, np.array(a))[1](np.array(g))[0].tolist()


@pytest.mark.parametrize("axis", [0, 1, -1, -2, None])
def test_tangents_are_sorted_as_their_elements_on_every_axis(axis):
    tangents = np.arange(6.0).reshape(2, 3)
    y, t = ag.jvp(lambda x: np.sort(x, axis=axis), (A,), (tangents,))
    order = np.argsort(A, axis=axis)
    np.testing.assert_array_equal(y, np.sort(A, axis=axis))
    expected = np.take_along_axis(tangents, order, axis)
    np.testing.assert_array_equal(t, expected)


def test_ties_get_what_the_stable_permutation_gives_them():
    g = [10.0, 20.0, 30.0, 40.0]
    assert gradient(np.sort, TIES, g) == [30, 10, 40, 20]
    for kind in ("quicksort", "heapsort", "mergesort"):
        assert gradient(partial(np.sort, kind=kind), TIES, g) == [30, 10, 40, 20]
    assert gradient(lambda x: sort(x, descending=True), TIES, g) == [10, 30, 20, 40]


def test_nan_is_sorted_last():
    x = tracked([np.nan, 2.0, 1.0])
    y = np.sort(x)
    assert y.data[:2].tolist() == [1, 2]
    y[:2].sum().backward()
    assert x.grad.tolist() == [0, 1, 1]


@pytest.mark.parametrize("kth", [0, 2, -1, (1, 2)])
@pytest.mark.parametrize("axis", [0, 1, -1, None])
def test_a_partition_has_the_kth_in_its_place_and_the_others_on_their_side(kth, axis):
    if axis == 0:
        kth = 1
    y = np.partition(tracked(A), kth, axis=axis)
    whole = np.sort(A, axis=axis)
    along = -1 if axis is None else axis
    np.testing.assert_array_equal(
        np.take(y.data, kth, along), np.take(whole, kth, along)
    )
    np.testing.assert_array_equal(np.sort(y.data, along), whole)
    check_grads(lambda x: np.partition(x, kth, axis=axis), A)


def test_the_largest_elements_come_with_their_places():
    values, places = topk(tracked(A), 2, axis=1)
    assert values.data.tolist() == [[3, 1.5], [4, 1]]
    assert places.data.tolist() == [[0, 1], [1, 2]]
    assert values.requires_grad
    assert not places.requires_grad
    values, places = topk(A, 1, axis=0, largest=False)
    assert (values.tolist(), places.tolist()) == ([[0.5, 1.5, -2]], [[1, 0, 0]])
    values, places = topk(tracked(TIES), 3)
    assert places.data.tolist() == [0, 2, 1]
    assert topk(tracked([1.0, np.nan]), 1)[1].data.tolist() == [1]
    assert topk(A, 0)[0].shape == (2, 0)


def test_equal_values_give_their_gradient_to_the_first():
    assert gradient(np.unique, TIES, [10.0, 20.0]) == [20, 10, 0, 0]
    rows = [[1.0, 2.0], [0.0, 5.0], [1.0, 2.0]]
    g = [[1.0, 2.0], [3.0, 4.0]]
    expected = [[3, 4], [1, 2], [0, 0]]
    assert gradient(lambda x: np.unique(x, axis=0), rows, g) == expected


def test_an_element_of_both_sets_counts_as_one_of_the_first():
    a, b = tracked([1.0, 2.0]), tracked([2.0, 3.0])
    np.union1d(a, b).sum().backward()
    assert (a.grad.tolist(), b.grad.tolist()) == ([1, 1], [0, 1])
    a, b = tracked([1.0, 2.0]), tracked([2.0, 3.0])
    np.intersect1d(a, b).sum().backward()
    assert (a.grad.tolist(), b.grad.tolist()) == ([0, 1], [0, 0])


def test_gradients_keep_single_precision():
    x = tracked(np.float32([3, 1, 2]))
    y = np.sort(x)
    y.sum().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda x: np.sort(x, axis=2), np.exceptions.AxisError, "sort"),
        (lambda x: np.sort(x, kind="bogus"), ValueError, "sort.*bogus"),
        (lambda x: np.sort(x, order="f"), TypeError, "sort.*order="),
        (lambda x: np.sort(x, kind="stable", stable=True), ValueError, "sort"),
        (lambda x: np.partition(x, 3), ValueError, "partition.*kth"),
        (lambda x: topk(x, 4), ValueError, "topk.*k=4"),
        (lambda x: np.unique(x, axis=2), np.exceptions.AxisError, "unique"),
        (lambda x: np.sort_complex(x), TypeError, "sort_complex.*complex"),
        (lambda x: np.histogram(x), TypeError, "histogram.*bincount"),
    ],
)
def test_bad_input_raises_numpys_error_and_names_the_function(call, error, told):
    with pytest.raises(error, match=told):
        call(tracked(A))
