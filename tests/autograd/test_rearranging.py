"""Moving, repeating, joining, cutting, padding: NumPy's results, and their gradients."""

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads
from autograd.core.declare import NUMPY
from autograd.ops import rearranging
from autograd.ops.padding import COPIES

A = np.arange(1.0, 7.0).reshape(2, 3) / 10
CUBE = np.arange(24.0).reshape(2, 3, 4) / 7

MATRIX_CALLS = {
    "flip": lambda np, x: np.flip(x),
    "flip axis": lambda np, x: np.flip(x, 1),
    "flip axes": lambda np, x: np.flip(x, axis=(0, -1)),
    "fliplr": lambda np, x: np.fliplr(x),
    "flipud": lambda np, x: np.flipud(x),
    "roll": lambda np, x: np.roll(x, 2),
    "roll axis": lambda np, x: np.roll(x, -4, axis=1),
    "roll axes": lambda np, x: np.roll(x, (1, 2), axis=(0, 1)),
    "roll an axis twice": lambda np, x: np.roll(x, [1, 1], (1, 1)),
    "rot90": lambda np, x: np.rot90(x),
    "rot90 back": lambda np, x: np.rot90(x, k=-1),
    "rot90 axes": lambda np, x: np.rot90(x, 3, axes=(1, 0)),
    "tile": lambda np, x: np.tile(x, 2),
    "tile axes": lambda np, x: np.tile(x, (2, 1, 3)),
    "tile of a list": lambda np, x: np.tile(x, [2, 1]),
    "tile of nothing": lambda np, x: np.tile(x, (0, 1)),
    "repeat": lambda np, x: np.repeat(x, 3),
    "repeat axis": lambda np, x: np.repeat(x, 2, axis=1),
    "repeat counts": lambda np, x: np.repeat(x, [2, 0, 1], axis=1),
    "repeat counts of all": lambda np, x: np.repeat(x, np.array([0, 1, 2, 3, 0, 1])),
    "repeat once": lambda np, x: np.repeat(x, 1, axis=-2),
    "repeat of a number": lambda np, x: np.repeat(x[0, 0], 3, axis=0),
    "resize": lambda np, x: np.resize(x, (4, 2)),
    "resize number": lambda np, x: np.resize(x, 4),
    "copy": lambda np, x: np.copy(x, order="F"),
    "diag": lambda np, x: np.diag(x),
    "diag of a vector": lambda np, x: np.diag(x[0], k=-1),
    "diag beyond": lambda np, x: np.diag(x, 3),
    "diagflat": lambda np, x: np.diagflat(x, k=1),
    "diagonal": lambda np, x: np.diagonal(x, 1),
    "diagonal axes": lambda np, x: np.diagonal(x, offset=-1, axis1=1, axis2=0),
    "trace": lambda np, x: np.trace(x),
    "trace offset": lambda np, x: np.trace(x, offset=1, axis1=-1, axis2=0),
    "trace dtype": lambda np, x: np.trace(x, dtype=np.complex128),
    "tril": lambda np, x: np.tril(x),
    "tril above": lambda np, x: np.tril(x, k=1),
    "tril of a vector": lambda np, x: np.tril(x[0]),
    "triu": lambda np, x: np.triu(x, -1),
    "atleast_1d": lambda np, x: np.atleast_1d(x[0, 0]),
    "atleast_2d": lambda np, x: np.atleast_2d(x[0]),
    "atleast_3d of a vector": lambda np, x: np.atleast_3d(x[0]),
    "atleast_3d of a matrix": lambda np, x: np.atleast_3d(x),
    "atleast_1d of several": lambda np, x: np.atleast_1d(x[0, 0], x)[0],
    "vstack": lambda np, x: np.vstack([x, x[0]]),
    "vstack dtype": lambda np, x: np.vstack([x, x], dtype="f4", casting="unsafe"),
    "hstack": lambda np, x: np.hstack((x, x[:, :1])),
    "hstack of vectors": lambda np, x: np.hstack([x[0], x[0, 0]]),
    "dstack": lambda np, x: np.dstack([x, x]),
    "dstack of vectors": lambda np, x: np.dstack([x[0], x[1]]),
    "column_stack": lambda np, x: np.column_stack([x.T, x[0]]),
    "concatenate dtype": lambda np, x: np.concatenate([x, x], 1, dtype=np.float32),
    "stack dtype": lambda np, x: np.stack([x, x], -1, dtype=np.complex64),
    "block": lambda np, x: np.block([[x, x[:, :1]], [np.ones((1, 4))]]),
    "block of one list": lambda np, x: np.block([x, x]),
    "block of a number": lambda np, x: np.block([x[0, 0], x[0]]),
    "append": lambda np, x: np.append(x, [7.0]),
    "append axis": lambda np, x: np.append(x, x, axis=0),
    "append to an array": lambda np, x: np.append(A, x),
    "unstack": lambda np, x: np.unstack(x, axis=1)[2],
    "split": lambda np, x: np.split(x, 3, axis=1)[1],
    "split backwards": lambda np, x: np.split(x, [2, 1], axis=1)[2],
    "split from the end": lambda np, x: np.split(x, [-1], axis=1)[0],
    "split at an array": lambda np, x: np.split(x, np.array([1, 2]), axis=1)[1],
    "array_split": lambda np, x: np.array_split(x, 2, axis=1)[0],
    "array_split at": lambda np, x: np.array_split(x, [1, 1, 2], axis=1)[2],
    "array_split beyond": lambda np, x: np.array_split(x, 4)[0],
    "hsplit": lambda np, x: np.hsplit(x, 3)[2],
    "hsplit of a vector": lambda np, x: np.hsplit(x[0], [2])[0],
    "vsplit": lambda np, x: np.vsplit(x, [1])[1],
    "dsplit": lambda np, x: np.dsplit(x[None], [1])[1],
    "broadcast_arrays": lambda np, x: np.broadcast_arrays(x, np.ones((2, 1, 1)))[0],
    "meshgrid": lambda np, x: np.meshgrid(x[0], x[1])[0],
    "meshgrid ij": lambda np, x: np.meshgrid(x[0], x[:, 0], indexing="ij")[1],
    "meshgrid sparse": lambda np, x: np.meshgrid(x[0], x[1], sparse=True)[1],
    "meshgrid of three": lambda np, x: np.meshgrid(x[0], x[1], x[:, 1], copy=False)[2],
    "matrix_transpose": lambda np, x: np.matrix_transpose(x),
    "reshape order": lambda np, x: np.reshape(x, (3, 2), order="F"),
    "reshape copy": lambda np, x: np.reshape(x, -1, copy=True),
    "ravel order": lambda np, x: np.ravel(x, "F"),
    "ravel as in memory": lambda np, x: np.ravel(x.T, order="K"),
    "ravel as in memory or not": lambda np, x: np.ravel(x.T, order="A"),
    "squeeze": lambda np, x: np.squeeze(x[:, :1], axis=-1),
    "expand_dims": lambda np, x: np.expand_dims(x, (0, -1)),
}

CUBE_CALLS = {
    "rollaxis": lambda np, x: np.rollaxis(x, 2),
    "rollaxis start": lambda np, x: np.rollaxis(x, 0, 3),
    "rollaxis negative": lambda np, x: np.rollaxis(x, axis=-2, start=-1),
    "diagonal": lambda np, x: np.diagonal(x, -1, 1, 2),
    "trace": lambda np, x: np.trace(x, 1, 0, 2),
    "tril": lambda np, x: np.tril(x, -1),
    "rot90": lambda np, x: np.rot90(x, 1, (2, 0)),
    "ravel": lambda np, x: np.ravel(np.transpose(x, (1, 2, 0)), order="K"),
    "dstack": lambda np, x: np.dstack([x, x[0, 0, 0]][:1] * 2),
    "matrix_transpose": lambda np, x: np.matrix_transpose(x),
}

PADS = {
    "number": ((1,), {}),
    "pair": (((0, 2),), {}),
    "pairs": ((((1, 0), (2, 3)),), {}),
    "constants": ((2, "constant"), {"constant_values": 5}),
    "constant pairs": ((2,), {"constant_values": np.array([[1, 2], [3, 4]])}),
    **{mode: ((((1, 0), (2, 1)), mode), {}) for mode in COPIES},
    **{f"far {mode}": ((7, mode), {}) for mode in COPIES},
    "odd reflect": ((((1, 0), (2, 2)), "reflect"), {"reflect_type": "odd"}),
    "far odd reflect": ((((5, 0), (6, 9)), "reflect"), {"reflect_type": "odd"}),
    "odd symmetric": ((((1, 2), (3, 1)), "symmetric"), {"reflect_type": "odd"}),
    "far odd symmetric": ((9, "symmetric"), {"reflect_type": "odd"}),
    "ramp": (((2, 3), "linear_ramp"), {}),
    "ramp to": ((2, "linear_ramp"), {"end_values": ((1, 2), (3, 4))}),
    "maximum": ((1, "maximum"), {}),
    "maximum of some": ((2, "maximum"), {"stat_length": ((1, 2), (2, 1))}),
    "minimum": (((0, 1), "minimum"), {"stat_length": 2}),
    "mean": ((2, "mean"), {}),
    "median": ((1, "median"), {}),
    "median of some": ((2, "median"), {"stat_length": 2}),
    "mean of some": ((2, "mean"), {"stat_length": (1, 2)}),
}
PAD_CALLS = {
    f"pad {name}": lambda np, x, args=args, options=options: np.pad(x, *args, **options)
    for name, (args, options) in PADS.items()
}


def check_call(f, a):
    """NumPy's function takes a Tensor, gives what it gives, and has a gradient."""
    x = ag.tensor(a, requires_grad=True)
    y, expected = f(np, x), f(np, a)
    assert type(y) is ag.Tensor
    assert y.requires_grad
    assert y.shape == np.shape(expected)
    assert y.dtype == expected.dtype
    np.testing.assert_allclose(y.data, expected, rtol=1e-14)
    y = y * np.arange(1.0, y.size + 1).reshape(y.shape)
    np.real(y.sum()).backward()
    assert x.grad.dtype == a.dtype
    for i in np.ndindex(a.shape):
        moved = a.copy()
        moved[i] += 1.0
        weights = np.arange(1.0, y.size + 1).reshape(y.shape)
        slope = (f(np, moved) - expected) * weights
        if "max" not in f.__code__.co_names:
            np.testing.assert_allclose(x.grad[i], np.real(np.sum(slope)), atol=1e-4)


@pytest.mark.parametrize("name", MATRIX_CALLS)
def test_numpys_functions_of_matrices_give_what_they_give_for_arrays(name):
    check_call(MATRIX_CALLS[name], A)


@pytest.mark.parametrize("name", CUBE_CALLS)
def test_numpys_functions_of_cubes_give_what_they_give_for_arrays(name):
    check_call(CUBE_CALLS[name], CUBE)


@pytest.mark.parametrize("name", PAD_CALLS)
def test_pad_gives_what_numpy_gives(name):
    f = PAD_CALLS[name]
    x = ag.tensor(A, requires_grad=True)
    y, expected = f(np, x), f(np, A)
    assert y.requires_grad
    assert y.dtype == expected.dtype
    np.testing.assert_allclose(y.data, expected, rtol=1e-13, atol=1e-15)
    single = f(np, ag.tensor(A.astype(np.float32), requires_grad=True))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single.data, expected, rtol=1e-5, atol=1e-6)
    check_grads(lambda x: f(np, x), A * 1.7)


@pytest.mark.parametrize(
    "mode", ["edge", "reflect", "symmetric", "linear_ramp", "mean"]
)
@pytest.mark.parametrize("reflect", ["even", "odd"])
def test_pad_of_a_single_element_and_of_no_axes(mode, reflect):
    options = {"reflect_type": reflect} if mode in ("reflect", "symmetric") else {}
    for a in (np.array([2.0]), np.array(2.0), np.ones((1, 2))):
        y = np.pad(ag.tensor(a, requires_grad=True), 2, mode, **options)
        np.testing.assert_array_equal(y.data, np.pad(a, 2, mode, **options))


def test_an_infinity_outside_of_the_copies_does_not_reach_them():
    x = ag.tensor([np.inf, 1.0, 2.0, 3.0], requires_grad=True)
    y = np.pad(x, (0, 2), "reflect", reflect_type="odd")
    assert y.data.tolist() == [np.inf, 1.0, 2.0, 3.0, 4.0, 5.0]
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 0.0, 0.0, 5.0]


def test_gradients_of_repeats_are_counted():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (np.repeat(x, [2, 0, 3]) * np.array([1.0, 2.0, 3.0, 4.0, 5.0])).sum().backward()
    assert x.grad.tolist() == [3.0, 0.0, 12.0]


def test_operands_may_be_named_as_numpy_names_them():
    x = ag.tensor(A, requires_grad=True)
    assert np.flip(m=x, axis=0).data.tolist() == A[::-1].tolist()
    assert np.tile(A=x, reps=2).shape == (2, 6)
    assert np.pad(array=x, pad_width=1, constant_values=3).data[0, 0] == 3
    assert np.diag(v=x, k=1).data.tolist() == np.diag(A, 1).tolist()


def test_counts_may_be_an_integer_tensor():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    assert np.repeat(x, ag.tensor([2, 1])).data.tolist() == [1.0, 1.0, 2.0]


def test_gradients_of_reflections_are_added_up():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = np.pad(x, 2, "reflect")  # 3 2 1 2 3 2 1
    (y * 10.0 ** np.arange(7)).sum().backward()
    assert x.grad.tolist() == [1000100.0, 101010.0, 10001.0]


def test_what_a_triangle_leaves_out_has_a_gradient_of_zero_also_where_it_is_infinite():
    x = ag.tensor([[4.0, 0.0], [1.0, 2.0]], requires_grad=True)
    with np.errstate(divide="ignore"):
        y = np.tril(np.log(x))
    y.sum().backward()
    assert x.grad.tolist() == [[0.25, 0.0], [1.0, 0.5]]


@pytest.mark.parametrize("name", MATRIX_CALLS)
def test_plain_arrays_give_plain_arrays(name):
    f = MATRIX_CALLS[name]
    y = f(Ours(), A)
    assert not isinstance(y, ag.Node)
    np.testing.assert_array_equal(y, f(np, A))


class Ours:
    """Our functions by NumPy's names, and NumPy's where there are none."""

    def __getattr__(self, name):
        return NUMPY.get(getattr(np, name), getattr(np, name))


@pytest.mark.parametrize(
    ("call", "error", "name"),
    [
        (lambda x: np.flip(x, 5), np.exceptions.AxisError, "flip"),
        (lambda x: np.roll(x, (1, 2, 3), (0, 1)), ValueError, "roll"),
        (lambda x: np.rot90(x[0]), ValueError, "rot90"),
        (lambda x: np.fliplr(x[0]), (ValueError, IndexError), "flip"),
        (lambda x: np.rollaxis(x, 7), np.exceptions.AxisError, "rollaxis"),
        (lambda x: np.repeat(x, [1, 2], axis=1), ValueError, "repeat"),
        (lambda x: np.repeat(x, -1), ValueError, "repeat"),
        (lambda x: np.repeat(x, 2, axis=2), np.exceptions.AxisError, "repeat"),
        (lambda x: np.diag(x[None]), ValueError, "diag"),
        (lambda x: np.diagonal(x[0]), ValueError, "diagonal"),
        (lambda x: np.trace(x[0]), ValueError, "trace"),
        (lambda x: np.vstack([x, x.T]), ValueError, "concatenate"),
        (lambda x: np.vstack([x, x], dtype=int), TypeError, "same_kind"),
        (lambda x: np.hstack([x, x[0]]), ValueError, "concatenate"),
        (lambda x: np.block([[x], x]), ValueError, "block"),
        (lambda x: np.block([x, []]), ValueError, "block"),
        (lambda x: np.append(x, x[0], axis=0), ValueError, "concatenate"),
        (lambda x: np.unstack(x[0, 0]), ValueError, "unstack"),
        (lambda x: np.split(x, 2, axis=1), ValueError, "split"),
        (lambda x: np.array_split(x, 0), ValueError, "array_split"),
        (lambda x: np.hsplit(x[0, 0], 1), ValueError, "hsplit"),
        (lambda x: np.vsplit(x[0], 1), ValueError, "vsplit"),
        (lambda x: np.dsplit(x, 1), ValueError, "dsplit"),
        (lambda x: np.broadcast_arrays(x, np.ones(4)), ValueError, "broadcast_arrays"),
        (lambda x: np.meshgrid(x, indexing="yx"), ValueError, "meshgrid"),
        (lambda x: np.reshape(x, (4, 2)), ValueError, "reshape"),
        (lambda x: np.reshape(x, 6, order="A"), ValueError, "memory"),
        (lambda x: np.reshape(x.T, 6, copy=False), ValueError, "reshape"),
        (lambda x: np.pad(x, -1), ValueError, "pad"),
        (lambda x: np.pad(x, 1.5), TypeError, "pad"),
        (lambda x: np.pad(x, ((1, 1),) * 3), ValueError, "pad"),
        (lambda x: np.pad(x, 1, "round"), ValueError, "pad"),
        (lambda x: np.pad(x, 1, "edge", stat_length=2), ValueError, "pad"),
        (lambda x: np.pad(x, 1, "empty"), TypeError, "empty"),
        (lambda x: np.pad(x, 1, lambda *_: None), TypeError, "derivative"),
        (lambda x: np.pad(x, 1, constant_values=x[0, 0]), TypeError, "detach|derivative"),
        (lambda x: np.tile(x, 2.5), TypeError, "tile"),
    ],
)  # fmt: skip
def test_bad_input_raises_what_numpy_raises_and_names_the_function(call, error, name):
    with pytest.raises(error, match=name):
        call(ag.tensor(A, requires_grad=True))
    if "derivative" not in name and name not in ("empty", "memory"):  # that of ours
        with pytest.raises(error):
            call(A)


def test_a_primitive_that_rearranges_needs_no_rule():
    every_other = rearranging.rearranging(lambda x, n=1: np.repeat(x, n)[::2], name="e")
    check_grads(lambda x: every_other(x, n=3), np.array([1.0, 2.0, 3.0]))


def test_integers_and_complex_numbers_are_rearranged_too():
    numbers = ag.tensor([1, 2, 3])
    assert np.flip(numbers).data.tolist() == [3, 2, 1]
    assert np.pad(numbers, 1, "mean").dtype == np.int64
    z = ag.tensor([1.0 + 2j, 3.0], requires_grad=True)
    np.real(np.sum(np.pad(z, 1, "wrap") * 1j)).backward()
    assert z.grad.tolist() == [-2j, -2j]


@pytest.mark.parametrize(
    "windows",
    [((2, 2),), (2, 1), (3, -1), ([3, 2], [1, 0]), ((2, 2), (1, 1)), (1, 0), (0, 1)],
)
def test_sliding_windows_are_numpys_and_add_up_where_they_lay(windows):
    view = np.lib.stride_tricks.sliding_window_view
    expected = view(A, *windows)
    for found in (view(ag.tensor(A), *windows), ag.sliding_window_view(A, *windows)):
        np.testing.assert_array_equal(np.asarray(found), expected)
    weights = np.arange(expected.size).reshape(expected.shape)
    gradient = ag.grad(lambda x: np.sum(weights * view(x, *windows)))(A)
    added = np.zeros(A.size)
    np.add.at(added, view(np.arange(A.size).reshape(A.shape), *windows), weights)
    np.testing.assert_array_equal(gradient.ravel(), added)


def test_a_sliding_window_shares_the_memory_of_its_tensor_and_is_no_place_to_write():
    x = ag.tensor(A)
    windows = np.lib.stride_tricks.sliding_window_view(x, 2, 1)
    assert np.shares_memory(windows.data, x.data)
    with pytest.raises(TypeError, match="writeable=True is for writing"):
        np.lib.stride_tricks.sliding_window_view(x, 2, 1, writeable=True)
    with pytest.raises(ValueError, match=r"window_shape=4, axis=1: window shape can"):
        np.lib.stride_tricks.sliding_window_view(x, 4, 1)
