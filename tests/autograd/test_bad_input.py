"""Bad input raises what NumPy raises, by name and shapes; nothing else has changed."""

import numpy as np
import pytest

import autograd as ag
import nn

ROWS, VECTOR = np.arange(6.0).reshape(2, 3), np.arange(4.0)
CASES = {
    "add": lambda x, v: x + v,
    "where": lambda x, v: np.where(x > 0, v, x),
    "clip": lambda x, v: np.clip(x, v, 9),
    "bitwise_and": lambda x, v: np.bitwise_and(x, x),
    "sum": lambda x, v: np.sum(x, axis=2),
    "var": lambda x, v: np.var(x, axis=7),
    "median": lambda x, v: np.median(x, axis=3),
    "quantile": lambda x, v: np.quantile(x, 1.5),
    "cumsum": lambda x, v: np.cumsum(x, axis=3),
    "sort": lambda x, v: np.sort(x, axis=5),
    "diff": lambda x, v: np.diff(x, axis=4),
    "gradient": lambda x, v: np.gradient(v, np.arange(3.0)),
    "interp": lambda x, v: np.interp(v, v, x[0]),
    "concatenate": lambda x, v: np.concatenate([x, v]),
    "stack": lambda x, v: np.stack([x, v]),
    "split": lambda x, v: np.split(x, 2, axis=1),
    "reshape": lambda x, v: np.reshape(x, (4, 2)),
    "squeeze": lambda x, v: np.squeeze(x, axis=0),
    "broadcast_to": lambda x, v: np.broadcast_to(x, (2, 2)),
    "roll": lambda x, v: np.roll(x, 1, axis=4),
    "flip": lambda x, v: np.flip(x, axis=4),
    "repeat": lambda x, v: np.repeat(x, [1, 2], axis=1),
    "pad": lambda x, v: np.pad(x, -1),
    "trace": lambda x, v: np.trace(v),
    "getitem": lambda x, v: x[5],
    "take": lambda x, v: np.take(x, [99]),
    "take_along_axis": lambda x, v: np.take_along_axis(x, np.full((1, 3), 9), axis=0),
    "matmul": lambda x, v: x @ v,
    "tensordot": lambda x, v: np.tensordot(x, v, axes=1),
    "einsum": lambda x, v: np.einsum("ij,jk->ik", x, x),
    "cross": lambda x, v: np.cross(v, v),
    "convolve": lambda x, v: np.convolve(x, v),
    "norm": lambda x, v: np.linalg.norm(v, axis=3),
    "det": lambda x, v: np.linalg.det(x),
    "inv": lambda x, v: np.linalg.inv(x),
    "solve": lambda x, v: np.linalg.solve(x, v),
    "slogdet": lambda x, v: np.linalg.slogdet(v),
    "cholesky": lambda x, v: np.linalg.cholesky(-(x.T @ x)),
    "eigh": lambda x, v: np.linalg.eigh(x),
    "eigvalsh": lambda x, v: np.linalg.eigvalsh(v),
    "eig": lambda x, v: np.linalg.eig(x),
    "eigvals": lambda x, v: np.linalg.eigvals(v),
    "svd": lambda x, v: np.linalg.svd(v),
    "svdvals": lambda x, v: np.linalg.svdvals(v),
    "qr": lambda x, v: np.linalg.qr(v),
    "pinv": lambda x, v: np.linalg.pinv(v),
    "lstsq": lambda x, v: np.linalg.lstsq(x, v),
    "cond": lambda x, v: np.linalg.cond(v, 1),
    "matrix_power": lambda x, v: np.linalg.matrix_power(x, -1),
    "tensorsolve": lambda x, v: np.linalg.tensorsolve(x, v),
    "poly": lambda x, v: np.poly(x),
    "polyfit": lambda x, v: np.polyfit(v, x, 1),
    "fft": lambda x, v: np.fft.fft(x, axis=4),
}


@pytest.mark.parametrize("name", CASES)
def test_numpys_exception_is_raised_by_name_and_no_gradient_changes(name):
    with pytest.raises((ValueError, IndexError, TypeError)) as numpys:
        CASES[name](ROWS, VECTOR)
    x, v = (ag.tensor(a, requires_grad=True) for a in (ROWS, VECTOR))
    loss = (x * x).sum() + v.sum()
    loss.backward()
    with pytest.raises((ValueError, IndexError, TypeError)) as ours:
        CASES[name](x, v)
    kinds = (ValueError, IndexError, TypeError)
    expected = [issubclass(numpys.type, kind) for kind in kinds]
    assert [issubclass(ours.type, kind) for kind in kinds] == expected
    assert str(ours.value).startswith(f"{name} got an array of shape (")
    np.testing.assert_array_equal(x.grad, 2 * ROWS)
    loss.backward()
    np.testing.assert_array_equal(x.grad, 4 * ROWS)
    np.testing.assert_array_equal(v.grad, np.full(4, 2.0))


def test_a_ragged_list_and_an_index_of_floats_are_refused():
    with pytest.raises(ValueError, match="inhomogeneous shape"):
        ag.tensor([[1.0, 2.0], [3.0]])
    with pytest.raises(IndexError, match="integers or booleans; got float64"):
        ag.tensor(ROWS)[[0.5]]


T = ag.tensor([1.0, 2.0, 4.0], requires_grad=True)
NONSENSE = {
    "float count": lambda: np.linspace(T, 1.0, 2.5),
    "negative count": lambda: np.linspace(T, 1.0, -3),
    "negative count of powers": lambda: np.logspace(T, 1.0, -3),
    "negative count of multiples": lambda: np.geomspace(T, 1.0, -3),
    "negative columns": lambda: np.vander(T, -1),
    "complex coordinates": lambda: np.interp(T + 1j, VECTOR, VECTOR),
    "complex points": lambda: np.interp(T, VECTOR + 0j, VECTOR),
    "rfft of complex": lambda: np.fft.rfft(T + 1j),
    "rfft2 of complex": lambda: np.fft.rfft2(T[None] + 1j),
    "ihfft of complex": lambda: np.fft.ihfft(T + 1j),
    "norm over no axis": lambda: np.linalg.norm(T[0], axis=0),
    "vector_norm over no axis": lambda: np.linalg.vector_norm(T[0], axis=0),
    "product of matrices": lambda: np.polymul(np.eye(2), T[None]),
    "topk of a number": lambda: ag.topk(T[0], 1),
    "a period with a gradient": lambda: np.unwrap(T, period=T[0]),
    "a step with a gradient": lambda: np.unwrap(T, discont=T[0]),
    "a number with a gradient": lambda: np.nan_to_num(T, posinf=T[0]),
    "an order with a gradient": lambda: np.linalg.cond(ag.eye(2), T[1]),
    "a p with a gradient": lambda: np.linalg.norm(T, T[1]),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_in_words(name):
    with pytest.raises(
        (TypeError, ValueError),
        match=r"negative|interpreted as an integer|real|out of bounds|one axis|"
        r"has no derivative here",
    ):
        NONSENSE[name]()


def test_a_sorter_may_be_a_tensor():
    order = ag.tensor([2, 0, 1])
    for search in (np.searchsorted, ag.searchsorted):
        assert search(ag.tensor([2.0, 4.0, 1.0]), 3.0, sorter=order).data == 2


def test_numpys_integers_and_broadcast_coordinates_are_taken():
    for shift in (np.fft.fftshift, np.fft.ifftshift):
        np.testing.assert_array_equal(
            shift(ROWS, 0), shift(ag.tensor(ROWS), np.int64(0))
        )
    y, x = np.arange(24.0).reshape(2, 3, 4) ** 2, np.arange(12.0).reshape(3, 4)
    for samples, given, axis in (
        (y, x, -1),
        (y, x[:1], -1),
        (y, x[:, 0], 1),
        (x[0], y, -1),
    ):
        found = np.trapezoid(ag.tensor(samples), given, axis=axis)
        np.testing.assert_allclose(found, np.trapezoid(samples, given, axis=axis))
    for mean in (np.nanmean, np.nanvar, np.nanstd):
        expected = mean(np.array(2.0), axis=0)
        np.testing.assert_array_equal(mean(ag.tensor(2.0), axis=0), expected)


SQUARE = np.array([[1.0, 2.0], [3.0, 4.0]])
MASKED = np.ma.masked_array(SQUARE, [[False, True], [False, False]])


class Named(np.ndarray):
    """A subclass that means what an array means."""


COMBINED = {
    "x * c": lambda x, c: x * c,
    "c * x": lambda x, c: c * x,
    "x @ c": lambda x, c: x @ c,
    "np.add": lambda x, c: np.add(c, x),
    "where": lambda x, c: np.where(x > 2, x, c),
    "concatenate": lambda x, c: np.concatenate([x, c]),
    "x < c": lambda x, c: x < c,
}


@pytest.mark.parametrize(
    ("constant", "word"),
    [
        (MASKED, "mask"),
        (np.ma.masked, "mask"),
        (SQUARE.view(np.matrix), "matrix"),
        (SQUARE.astype(object), "object"),
        (np.array([["a", "b"], ["c", "d"]]), "<U1"),
        (np.zeros((2, 2), [("a", float)]), "('a', '<f8')"),
        (np.ones((2, 2), "m8[s]"), "timedelta64"),
        (np.ones((2, 2), "M8[s]"), "datetime64"),
        (np.timedelta64(3, "s"), "timedelta64"),
        ([[None, 1.0], [2.0, 3.0]], "object"),
    ],
)
def test_a_constant_that_means_more_or_other_than_numbers_is_refused_by_name(
    constant, word
):
    for name, combined in COMBINED.items():
        if name == "c * x" and isinstance(constant, list):
            continue
        x = ag.tensor(SQUARE, requires_grad=True)
        with pytest.raises(TypeError) as caught:
            combined(x, constant)
        assert word in str(caught.value), (name, str(caught.value))


@pytest.mark.parametrize("kind", [Named, np.memmap])
def test_a_subclass_that_adds_nothing_is_the_array_it_is(kind, tmp_path):
    if kind is np.memmap:
        constant = np.memmap(tmp_path / "a", float, "w+", shape=(2, 2))
        constant[:] = SQUARE
    else:
        constant = SQUARE.view(kind)
    x = ag.tensor(SQUARE, requires_grad=True)
    y = np.sum(x * constant)
    y.backward()
    assert type(x.grad) is np.ndarray
    np.testing.assert_array_equal(x.grad, SQUARE)
    assert type((x + constant).data) is np.ndarray


@pytest.mark.parametrize("dtype", [object, "U5", "m8[s]"])
@pytest.mark.parametrize(
    "made",
    [
        lambda x, dtype: x.astype(dtype),
        lambda x, dtype: ag.asarray(x, dtype=dtype),
        lambda x, dtype: ag.full(2, x[0, 0], dtype=dtype),
        lambda x, dtype: np.linspace(x[0, 0], 3, 3, dtype=dtype),
        lambda x, dtype: np.sum(x, dtype=dtype),
        lambda x, dtype: np.mean(x, dtype=dtype),
        lambda x, dtype: np.var(x, dtype=dtype),
        lambda x, dtype: np.cumprod(x, dtype=dtype),
        lambda x, dtype: np.add.reduce(x, dtype=dtype),
        lambda x, dtype: np.concatenate([x, x], dtype=dtype, casting="unsafe"),
    ],
)
def test_no_result_is_asked_for_in_a_dtype_that_holds_no_numbers(made, dtype):
    x = ag.tensor(SQUARE, requires_grad=True)
    with pytest.raises(TypeError, match="holds numbers or booleans; got dtype"):
        made(x, dtype)
    with pytest.raises(TypeError, match="holds numbers or booleans; got dtype"):
        np.ones_like(x, dtype=dtype)


@pytest.mark.parametrize(
    "made",
    [
        lambda: ag.asarray(SQUARE.astype(object)),
        lambda: ag.asarray(["a", "b"]),
        lambda: ag.asarray(np.ones(2, "m8[s]")),
        lambda: ag.asarray(np.zeros(2, [("a", float)])),
        lambda: ag.asarray(MASKED),
        lambda: ag.tensor(MASKED),
        lambda: ag.grad(np.sum)(MASKED),
        lambda: ag.grad(np.sum)(SQUARE.view(np.matrix)),
        lambda: ag.grad(np.sum)(SQUARE.astype(object)),
        lambda: setattr(ag.tensor(SQUARE), "data", MASKED),
    ],
)
def test_no_tensor_is_made_of_what_is_no_array_of_numbers(made):
    with pytest.raises(TypeError, match=r"mask|matrix|numbers"):
        made()


@pytest.mark.parametrize(
    "seed",
    [
        "1",
        np.array(["1", "1"]),
        np.ones(2, object),
        np.ones(2, "m8[s]"),
        np.ma.masked_array([1.0, 2.0], [True, False]),
        np.ones(2) * 1j,
        [1j, 2.0],
    ],
)
def test_a_seed_is_made_of_real_numbers_where_the_result_is(seed):
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"numbers|mask|real"):
        (x * x).backward(seed)
    assert x.grad is None
    for transform in (
        lambda: ag.vjp(lambda x: x * x, np.ones(2))[1](seed),
        lambda: ag.jvp(lambda x: x * x, (np.ones(2),), (seed,)),
    ):
        with pytest.raises(TypeError):
            transform()


def test_backward_of_a_complex_scalar_asks_for_its_real_part_or_a_seed():
    x = ag.tensor(2.0 + 1j, requires_grad=True)
    with pytest.raises(ValueError, match=r"real scalar.*complex128"):
        (x * x).backward()
    (x * x).backward(1.0)
    assert x.grad == 4 - 2j


@pytest.mark.parametrize("label", [3, None, 0, b"x", ["x"], np.zeros(2)])
def test_a_label_is_text(label):
    with pytest.raises(TypeError, match=r"label is text; got"):
        ag.Value(1.0, label=label)
    for node in (ag.Value(1.0), ag.tensor([1.0])):
        with pytest.raises(TypeError, match=r"label is text; got"):
            node.label = label
        assert node.label == ""


WEIGHTS = np.ma.masked_array([1.0, 2.0, 3.0], [False, True, False])
PLACES = np.ma.masked_array([0, 2, 1], [False, True, False])


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.average(x, weights=WEIGHTS),
        lambda x: ag.average(x, weights=WEIGHTS),
        lambda x: np.bincount(PLACES.data, weights=WEIGHTS * x[0]),
        lambda x: ag.bincount(PLACES.data, WEIGHTS),
        lambda x: np.cov(x, WEIGHTS),
        lambda x: ag.cov(x, aweights=WEIGHTS),
        lambda x: np.corrcoef(x, WEIGHTS),
        lambda x: np.diff(x, prepend=WEIGHTS),
        lambda x: ag.diff(x, prepend=WEIGHTS),
        lambda x: np.trapezoid(x, WEIGHTS),
        lambda x: np.gradient(x, WEIGHTS),
        lambda x: np.interp(x, [0.0, 1.0, 2.0], WEIGHTS),
        lambda x: np.interp(WEIGHTS, [0.0, 1.0, 2.0], x),
        lambda x: np.select([x > 0, x < 0], [x, WEIGHTS]),
        lambda x: ag.choose([0, 1, 0], [x, WEIGHTS]),
        lambda x: np.linalg.lstsq(np.ma.masked_array(np.eye(3)), x),
        lambda x: np.isclose(x, WEIGHTS),
        lambda x: np.take_along_axis(x, PLACES, 0),
        lambda x: x[PLACES],
        lambda x: x[PLACES > 0],
        lambda x: x.at[PLACES].set(1.0),
    ],
)
def test_no_argument_beside_a_tensor_loses_its_mask(call):
    with pytest.raises(TypeError, match=r"mask"):
        call(ag.tensor([1.0, 2.0, 4.0], requires_grad=True))


def test_what_is_no_integer_is_no_end_of_a_slice_and_no_switch():
    x = ag.tensor([1.0, 2.0, 4.0])
    for index in (slice(None, 2.0), slice("a", None), (slice(0, 2, 1.5),)):
        with pytest.raises(TypeError, match="an end of a slice is an integer; got"):
            x[index]
    for flag in ("no", 2.0, None, 1):
        with pytest.raises(TypeError, match="requires_grad is True or False; got"):
            x.requires_grad = flag
    with pytest.raises(TypeError, match="a listener is a function"):
        ag.listen(3)


def test_a_sparse_matrix_is_refused_by_name_with_what_works():
    sparse = pytest.importorskip("scipy.sparse").csr_array(np.eye(2))
    x = ag.tensor(SQUARE, requires_grad=True)
    with pytest.raises(TypeError, match=r"s\.toarray\(\) @ x for a sparse s"):
        sparse @ x
    for call in (
        lambda: x @ sparse,
        lambda: nn.functional.linear(x, sparse),
        lambda: nn.functional.linear(sparse, x),
        lambda: nn.functional.mse_loss(sparse, x),
    ):
        with pytest.raises(TypeError, match="csr_array"):
            call()


@pytest.mark.parametrize("like", [np.zeros_like, np.ones_like, np.empty_like])
@pytest.mark.parametrize("dtype", [object, str, "m8[s]"])
def test_an_array_like_a_tensor_holds_numbers(like, dtype):
    with pytest.raises(TypeError, match="a Tensor holds numbers or booleans; got"):
        like(ag.ones(3), dtype=dtype)


@pytest.mark.parametrize("base", [10.0, [2, 3], np.array([2.0, 3.0])])
@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("ends", [([0, 1], [1, 2]), (0.0, [1, 2]), (0, 2)])
def test_lists_are_ends_of_powers_as_numpy_takes_them(ends, base, axis):
    right = np.logspace(*ends, 3, base=base, axis=axis)
    np.testing.assert_allclose(ag.logspace(*ends, 3, base=base, axis=axis), right)
    start = ag.tensor(np.array(ends[0], float))
    found = np.logspace(start, ends[1], 3, base=base, axis=axis)
    np.testing.assert_allclose(found.data, right)


def test_each_base_of_powers_has_its_own_slope():
    slope = ag.grad(lambda base: np.sum(np.logspace(0.0, 2.0, 3, base=base)))
    np.testing.assert_allclose(slope(np.array([2.0, 3.0])), [5.0, 7.0])
    np.testing.assert_allclose(ag.geomspace([1, 2], [4, 5], 3)[0], [1.0, 2.0])
