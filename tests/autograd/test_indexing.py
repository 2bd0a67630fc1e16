"""x[index] in every form NumPy has, compared with NumPy itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag
from autograd.ops.indexing import Scatter

RNG = np.random.default_rng(0)


def check(a, index):
    """Forward, reverse, forward mode and second order, against NumPy's own indexing."""
    expected = a[index]
    x = ag.tensor(a, requires_grad=True)
    y = x[index]
    assert type(y) is ag.Tensor
    assert type(y.data) is np.ndarray
    assert y.shape == np.shape(expected)
    assert y.dtype == a.dtype
    np.testing.assert_array_equal(y.data, expected)
    g = RNG.normal(size=y.shape)
    right = np.zeros_like(a)
    np.add.at(right, index, g)
    y.backward(gradient=g)
    np.testing.assert_allclose(x.grad, right, atol=1e-12)
    t = RNG.normal(size=a.shape)
    _, pushed = ag.jvp(lambda z: z[index], (a,), (t,))
    np.testing.assert_array_equal(pushed, t[index])

    def cubes(z):
        return (z[index] ** 3).sum()

    product = ag.jvp(ag.grad(cubes), (a,), (t,))[1]
    right = np.zeros_like(a)
    np.add.at(right, index, 6 * a[index] * t[index])
    np.testing.assert_allclose(product, right, atol=1e-10)
    twice = ag.grad(lambda z: (ag.grad(cubes)(z) * t).sum())(a)
    np.testing.assert_allclose(twice, right, atol=1e-10)


@given(st.data())
@settings(max_examples=4 * settings.default.max_examples)
def test_basic_indices_are_numpys(data):
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
    index = data.draw(
        hnp.basic_indices(shape, max_dims=6, allow_newaxis=True, allow_ellipsis=True)
    )
    check(RNG.normal(size=shape), index)


@given(st.data())
@settings(max_examples=4 * settings.default.max_examples)
def test_integer_array_indices_are_numpys(data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=4))
    index = data.draw(
        hnp.integer_array_indices(
            shape,
            result_shape=hnp.array_shapes(
                min_dims=0, max_dims=3, min_side=0, max_side=3
            ),
        )
    )
    check(RNG.normal(size=shape), index)


@given(st.data())
@settings(max_examples=4 * settings.default.max_examples)
def test_boolean_masks_are_numpys(data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=4))
    depth = data.draw(st.integers(0, len(shape)))
    mask = data.draw(hnp.arrays(bool, shape[:depth]))
    check(RNG.normal(size=shape), mask)


@given(st.data())
@settings(max_examples=4 * settings.default.max_examples)
def test_mixed_advanced_and_basic_indices_are_numpys(data):
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=4, min_side=1, max_side=4))
    common = data.draw(hnp.array_shapes(min_dims=1, max_dims=2, max_side=3))
    parts = []
    for n in shape[: data.draw(st.integers(1, len(shape)))]:
        if data.draw(st.booleans()):
            parts.append(None)
        kind = data.draw(st.sampled_from(["integer", "slice", "array", "list", "0-d"]))
        if kind == "integer":
            parts.append(data.draw(st.integers(-n, n - 1)))
        elif kind == "slice":
            parts.append(data.draw(st.slices(n)))
        elif kind == "array":
            parts.append(
                data.draw(hnp.arrays(int, common, elements=st.integers(-n, n - 1)))
            )
        elif kind == "list":
            parts.append(
                data.draw(
                    hnp.arrays(int, common, elements=st.integers(-n, n - 1))
                ).tolist()
            )
        else:
            parts.append(np.array(data.draw(st.integers(-n, n - 1))))
    if data.draw(st.booleans()):
        parts.append(Ellipsis)
    check(RNG.normal(size=shape), tuple(parts))


A = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize(
    "index",
    [
        (),
        ...,
        None,
        0,
        -1,
        np.int64(1),
        np.uint8(1),
        np.array(1),
        True,
        False,
        np.True_,
        (True, 0),
        (0, True, ..., None),
        [],
        [[0, 1], [1, 0]],
        ([0, 1], [0, 2]),
        ([[0], [1]], [0, 2, 2]),
        (slice(None), [2, 0, 0, 2], slice(None, None, -2)),
        ([0, 1], slice(None), [3, 3]),
        (0, slice(None), [3, 3]),
        (..., [3, 3, 0]),
        ([1], ..., None, [0]),
        [True, False],
        (slice(None), [True, False, True]),
        (slice(None), np.array([True, False, True]), [1, 2]),
        A > 11,
        (A > 11)[:, :, 0],
        np.zeros((2, 3, 4), bool),
        np.array([], dtype=int),
        (slice(None), np.zeros((0, 2), int)),
        slice(5, 2),
        (slice(None, None, -1),) * 3,
        (1, 2, 3),
        (1, 2, 3, ...),
        np.array([0, 1, 1], dtype=np.uint8),
        np.array([[1]])[:, 0],
    ],
    ids=str,
)
def test_every_form_of_index_is_numpys(index):
    check(A, index)


@pytest.mark.parametrize("index", [(), ..., None, True, np.array(True), False])
def test_every_form_of_index_into_a_0d_tensor_is_numpys(index):
    check(np.array(3.0), index)


def test_tensors_are_indices():
    x = ag.tensor(A, requires_grad=True)
    i, mask = ag.tensor([1, 0, 1]), ag.tensor(A) > 11
    np.testing.assert_array_equal(x[i].data, A[[1, 0, 1]])
    np.testing.assert_array_equal(x[0, ag.tensor(2), i].data, A[0, 2, [1, 0, 1]])
    np.testing.assert_array_equal(x[mask].data, A[A > 11])
    np.testing.assert_array_equal(x[x > 11].data, A[A > 11])
    np.testing.assert_array_equal(x[ag.argmax(x[:, 0, 0])].data, A[1])
    (x[i].sum() + x[mask].sum()).backward()
    right = (A > 11) * 1.0
    right[1] += 2
    right[0] += 1
    np.testing.assert_array_equal(x.grad, right)
    assert [A[ag.tensor(1)].shape, A[:, ag.tensor([0, 0])].shape] == [(3, 4), (2, 2, 4)]


def test_repeated_indices_accumulate():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x[[0, 0, 2, 0]] * np.array([1.0, 10.0, 100.0, 1000.0])).sum().backward()
    assert x.grad.tolist() == [1011.0, 0.0, 100.0]


@pytest.mark.parametrize(
    ("index", "error"),
    [
        (5, IndexError),
        ((0, 0, 0, 0), IndexError),
        ([0, 9], IndexError),
        (1.0, IndexError),
        ([0.5], IndexError),
        ("a", IndexError),
        (np.array([True, False, True]), IndexError),
        (([0, 1], [0, 1, 2]), IndexError),
        ((..., ...), IndexError),
        (slice(0.5, None), TypeError),
        (ag.Value(1.0), (IndexError, TypeError)),
        (ag.tensor([0.5], requires_grad=True), (IndexError, TypeError)),
    ],
    ids=str,
)
def test_bad_indices_raise_what_numpy_raises(index, error):
    with pytest.raises(error):
        ag.tensor(A, requires_grad=True)[index]


def test_an_index_out_of_range_tells_the_shape_it_was_for():
    with pytest.raises(IndexError, match=r"\(2, 3, 4\)"):
        ag.tensor(A)[7]


def test_the_index_is_kept_although_the_list_changes_later():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    where = [0, 1]
    y = x[where]
    where[0] = 2
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 0.0]


def test_float32_and_complex_scatter_into_their_own_dtype():
    for dtype in (np.float32, np.complex128):
        x = ag.tensor(np.ones(4, dtype), requires_grad=True)
        y = (x[1:] * x[[0, 0, 1]] + x[0]).sum()
        (ag.real(y) if dtype is np.complex128 else y).backward()
        assert x.grad.dtype == dtype
        np.testing.assert_allclose(x.grad, [5.0, 2.0, 1.0, 1.0])


def test_a_loop_over_elements_fills_one_buffer(monkeypatch):
    """Linear in all: a buffer of x's size for each x[i] would be quadratic."""
    allocated = []
    buffer = Scatter.buffer
    monkeypatch.setattr(
        Scatter, "buffer", lambda self: allocated.append(1) or buffer(self)
    )
    x = ag.tensor(np.arange(500.0), requires_grad=True)
    total = x[0] * 0
    for i in range(500):
        total = total + x[i] * float(i)
    total.backward()
    np.testing.assert_array_equal(x.grad, np.arange(500.0))
    assert len(allocated) == 1


def test_a_loop_over_rows_fills_one_buffer_beside_other_contributions(monkeypatch):
    allocated = []
    buffer = Scatter.buffer
    monkeypatch.setattr(
        Scatter, "buffer", lambda self: allocated.append(1) or buffer(self)
    )
    a = RNG.normal(size=(50, 3))
    x = ag.tensor(a, requires_grad=True)
    total = (x * 2).sum()
    for row in x:
        total = total + (row * row).sum()
    total = total + (x * 3).sum()
    total.backward()
    np.testing.assert_allclose(x.grad, 5 + 2 * a)
    assert len(allocated) <= 1  # none where the first contribution is one


def test_buffers_do_not_leak_between_leaves_or_sweeps():
    x = ag.tensor(np.arange(4.0), requires_grad=True)
    y = x + 0.0
    loss = y[0] + y[1:3].sum() + y[[1, 1]].sum() + (x[3] + x.sum()) * 1.0
    loss.backward()
    first = x.grad.copy()
    assert first.tolist() == [2.0, 4.0, 2.0, 2.0]
    loss.backward()
    np.testing.assert_array_equal(x.grad, 2 * first)


def test_the_cotangent_of_a_whole_slice_is_not_written_into():
    """x[:] is a view: its cotangent must not become the buffer of another."""
    g = np.ones(3)
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x[:]
    (y[...] + x[0] + y[None][0]).backward(gradient=g)
    assert g.tolist() == [1.0, 1.0, 1.0]
    assert x.grad.tolist() == [5.0, 2.0, 2.0]


@pytest.mark.parametrize(
    "pick",
    [
        lambda w, index: w[index],
        lambda w, index: w[index, 0],
        lambda w, index: w[:, 0][index],
        lambda w, index: np.take(w, index, axis=0),
        lambda w, index: np.take_along_axis(w, index[:, None], 0),
        lambda w, index: np.pad(w, ((len(index) - 1, 0), (0, 0)), mode="edge"),
    ],
)
def test_more_picks_of_one_element_than_a_half_counts_add_up(pick):
    index = np.zeros(5000, int)
    slope = ag.grad(lambda w: np.sum(pick(w, index)))(np.ones((1, 1), np.float16))
    assert slope.dtype == np.float16
    np.testing.assert_array_equal(slope, [[5000]])


@pytest.mark.parametrize(
    "pick",
    [
        lambda w, index: w[index],
        lambda w, index: np.take(w, index, axis=0),
        lambda w, index: np.take_along_axis(w, index[:, None], 0),
        lambda w, index: np.repeat(w, [len(index)], axis=0),
        lambda w, index: np.resize(w, (len(index), 1)),
    ],
)
def test_many_picks_of_few_elements_are_summed_in_double(pick):
    index = np.zeros(300_000, int)
    slope = ag.grad(lambda w: np.mean(pick(w, index)))(np.ones((1, 1), np.float32))
    assert slope.dtype == np.float32
    np.testing.assert_allclose(slope, 1, rtol=3e-7)
