"""NumPy's protocols: its functions and operators record Tensors and Values."""

import inspect

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd.core.declare import NUMPY
from autograd.protocols.functions import SIGNATURES

A = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])


def tracked(a=A):
    return ag.tensor(a, requires_grad=True)


CALLS = {
    "sum": lambda np, x: np.sum(x),
    "sum axis": lambda np, x: np.sum(x, axis=0),
    "sum positional": lambda np, x: np.sum(x, 1),
    "sum tuple": lambda np, x: np.sum(x, axis=(0, 1), keepdims=True),
    "mean": lambda np, x: np.mean(x, axis=-1, keepdims=True),
    "prod": lambda np, x: np.prod(x, 0),
    "max": lambda np, x: np.max(x, axis=1),
    "amax": lambda np, x: np.amax(x),
    "min": lambda np, x: np.min(x, 0, keepdims=True),
    "var": lambda np, x: np.var(x, axis=0, ddof=1),
    "reshape": lambda np, x: np.reshape(x, (3, 2)),
    "reshape -1": lambda np, x: np.reshape(x, -1),
    "ravel": lambda np, x: np.ravel(x),
    "transpose": lambda np, x: np.transpose(x),
    "transpose axes": lambda np, x: np.transpose(x, (1, 0)),
    "swapaxes": lambda np, x: np.swapaxes(x, 0, 1),
    "moveaxis": lambda np, x: np.moveaxis(x, 0, -1),
    "expand_dims": lambda np, x: np.expand_dims(x, (0, 2)),
    "squeeze": lambda np, x: np.squeeze(np.expand_dims(x, 1), axis=1),
    "broadcast_to": lambda np, x: np.broadcast_to(x, (4, 2, 3)),
    "concatenate": lambda np, x: np.concatenate([x, x], axis=1),
    "concatenate flat": lambda np, x: np.concatenate((x, x), axis=None),
    "stack": lambda np, x: np.stack([x, x], axis=1),
    "split": lambda np, x: np.split(x, 3, axis=1)[1],
    "split at": lambda np, x: np.split(x, [1, 2], 1)[2],
    "where": lambda np, x: np.where(x > 0.25, x, 0),
    "clip": lambda np, x: np.clip(x, 0.15, 0.45),
    "clip one": lambda np, x: np.clip(x, None, 0.45),
    "tanh": lambda np, x: np.tanh(x),
    "abs": lambda np, x: np.abs(x - 0.3),
    "matmul": lambda np, x: np.matmul(x, np.transpose(x)),
    "add": lambda np, x: np.add(x, 1),
    "power": lambda np, x: np.power(x, 2),
    "mod": lambda np, x: np.mod(x, 0.25),
    "true_divide": lambda np, x: np.true_divide(1, x),
    "add.reduce": lambda np, x: np.add.reduce(x),
    "add.reduce axis": lambda np, x: np.add.reduce(x, 1),
    "add.reduce all": lambda np, x: np.add.reduce(x, axis=None),
    "multiply.reduce": lambda np, x: np.multiply.reduce(x, axis=1, keepdims=True),
    "maximum.reduce": lambda np, x: np.maximum.reduce(x, axis=(0, 1)),
    "add.accumulate": lambda np, x: np.add.accumulate(x, axis=1),
    "add.outer": lambda np, x: np.add.outer(x, x[0]),
    "add.reduceat": lambda np, x: np.add.reduceat(x, [0, 2, 1], axis=1),
    "hypot.reduce": lambda np, x: np.hypot.reduce(x, axis=1, keepdims=True),
    "power.accumulate": lambda np, x: np.power.accumulate(x, axis=0),
    "exp dtype": lambda np, x: np.exp(x, dtype=np.float64),
    "sum of the parameter a": lambda np, x: np.sum(a=x, axis=0),
    "real": lambda np, x: np.real(x),
    "conj": lambda np, x: np.conj(x),
}


@pytest.mark.parametrize("name", CALLS)
def test_numpys_functions_take_tensors_and_are_recorded(name):
    f = CALLS[name]
    x = tracked()
    y = f(np, x)
    assert type(y) is ag.Tensor
    assert y.requires_grad
    np.testing.assert_array_equal(y.data, f(np, A))
    y.sum().backward()
    h, i = 1e-6, (1, 1)
    moved = A.copy()
    moved[i] += h
    slope = (np.sum(f(np, moved)) - np.sum(f(np, A))) / h
    assert x.grad[i] == pytest.approx(slope, abs=1e-4)


@pytest.mark.parametrize(
    "function", [each for each in NUMPY if not isinstance(each, np.ufunc)]
)
def test_our_functions_of_numpys_names_are_the_same_functions(function):
    name = function.__name__
    if function.__module__ != "numpy" or name == "linspace":  # ours takes a device
        return
    ours = getattr(ag, name, None)
    assert ours is None or NUMPY[function] in (ours, getattr(ours, "call", ours))


REFLECTED = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "%": lambda a, b: a % b,
    "//": lambda a, b: a // b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@pytest.mark.parametrize("name", REFLECTED)
@pytest.mark.parametrize(
    "other",
    [
        A + 0.5,
        np.float64(2),
        np.float32(2),
        2,
        2.5,
        True,
        np.ones(()),
        [[1.0, 2.0, 3.0]],
    ],
)
def test_operators_with_arrays_and_scalars_on_either_side_give_tensors(name, other):
    f = REFLECTED[name]
    x = tracked()
    for ours, theirs in (
        (f(x, other), f(A, np.asarray(other))),
        (f(other, x), f(np.asarray(other), A)),
    ):
        assert type(ours) is ag.Tensor
        np.testing.assert_allclose(ours.data, theirs)
        assert ours.requires_grad is (name in ["+", "-", "*", "/", "**", "%"])


def test_matrix_products_with_arrays_on_either_side_give_tensors():
    x = tracked()
    for y in (A.T @ x, x @ A.T, x @ A.T.tolist()):
        assert type(y) is ag.Tensor
        assert y.requires_grad
    (A.T @ x).sum().backward()
    assert x.grad.shape == (2, 3)


@pytest.mark.parametrize("name", REFLECTED)
def test_divmod_and_every_operator_of_numpy_scalars_with_0d_tensors(name):
    f = REFLECTED[name]
    t = ag.tensor(0.75, requires_grad=True)
    for scalar in (np.float64(2), np.int64(2), np.bool_(True), np.float32(2)):
        y = f(scalar, t)
        assert type(y) is ag.Tensor
        assert y.data == f(np.asarray(scalar), np.asarray(0.75))


def test_divmod_of_tensors_is_floor_and_remainder():
    x = tracked([7.5, -7.5])
    for quotient, rest in (
        divmod(x, 2.0),
        divmod(x, np.array([2.0, 2.0])),
        np.divmod(x, 2.0),
    ):
        assert quotient.data.tolist() == [3.0, -4.0]
        assert rest.data.tolist() == [
            1.5,
            0.5,
        ]
    quotient, rest = divmod(
        np.array([7.5, -7.5]), ag.tensor([2.0, 2.0], requires_grad=True)
    )
    assert quotient.data.tolist() == [3.0, -4.0]
    assert rest.requires_grad


@pytest.mark.parametrize(
    "name", ["exp", "tanh", "sqrt", "log", "sin", "absolute", "negative"]
)
def test_numpys_functions_take_values_too(name):
    v = Value(0.5)
    y = getattr(np, name)(v)
    assert type(y) is Value
    assert y.data == pytest.approx(float(getattr(np, name)(0.5)))
    y.backward()
    assert v.grad is not None


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.shape(x) == (2, 3),
        lambda x: np.ndim(x) == 2,
        lambda x: np.size(x) == 6,
        lambda x: np.zeros_like(x).shape == (2, 3),
        lambda x: np.ones_like(x).dtype == np.float64,
        lambda x: int(np.argmax(x)) == 5,
        lambda x: np.argmin(x, axis=1).tolist() == [0, 0],
        lambda x: np.allclose(x, A),
        lambda x: np.array_equal(x, A),
        lambda x: bool(np.all(np.isclose(x, A).data)) if hasattr(np.isclose(x, A), "data") else np.isclose(x, A).all(),
        lambda x: not np.iscomplexobj(x),
        lambda x: bool(np.any(x > 0.5)),
        lambda x: np.result_type(x, np.float32) == np.float64,
        lambda x: int(np.count_nonzero(x > 0.25)) == 4,
    ],
)  # fmt: skip
def test_questions_about_a_tensor_are_answered_without_a_gradient(call):
    assert call(tracked())
    assert call(ag.tensor(A))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: np.histogram(x), "histogram"),
        (lambda x: np.add.at(x, 0, 1.0), r"add\.at"),
        (lambda x: np.exp(A, out=x), "exp"),
        (lambda x: np.exp(x, out=np.empty((2, 3))), "exp"),
    ],
)
def test_what_has_no_derivative_here_is_refused_by_name(call, name):
    with pytest.raises(TypeError, match=name):
        call(tracked())


@pytest.mark.parametrize(
    "convert",
    [
        np.asarray,
        np.array,
        float,
        int,
        complex,
        lambda x: np.zeros(1).__setitem__(0, x),
        lambda x: np.array([x, x]),
        lambda x: __import__("math").sin(x),
        lambda x: ag.tensor([x, x]),
        lambda x: np.linspace(0, 1, 3).__setitem__(slice(None), x),
    ],
)
@pytest.mark.parametrize(
    "make", [lambda: ag.tensor(2.0, requires_grad=True), lambda: Value(2.0)]
)
def test_leaving_the_graph_in_silence_is_refused_and_detach_is_named(convert, make):
    x = make() * 1.0
    with pytest.raises((TypeError, ValueError)) as caught:
        convert(x)
    told = f"{caught.value} {caught.value.__cause__}"
    assert ".data" in told or "ag.stack" in told


def test_numpy_of_a_tracked_tensor_is_refused():
    with pytest.raises(TypeError, match="detach"):
        tracked().numpy()


def test_untracked_tensors_become_arrays_and_numbers():
    x = ag.tensor(A)
    assert np.asarray(x) is x.data or np.shares_memory(np.asarray(x), x.data)
    assert not np.shares_memory(np.array(x), x.data)
    assert np.asarray(x, dtype=np.float32).dtype == np.float32
    assert x.numpy() is x.data
    assert float(ag.tensor(2.0)) == 2.0
    assert complex(ag.tensor(2.0)) == 2.0
    assert np.array([ag.tensor(1.0), ag.tensor(2.0)]).tolist() == [1.0, 2.0]
    target = np.zeros((2, 3))
    target[...] = x
    np.testing.assert_array_equal(target, A)


def test_primitives_called_without_nodes_are_numpys_functions():
    for result in (
        ag.tanh(A),
        ag.sum(A, axis=0),
        ag.matmul(A, A.T),
        ag.concatenate([A, A]),
    ):
        assert type(result) is np.ndarray
    assert ag.tanh(0.5) == np.tanh(0.5)
    assert not isinstance(ag.tanh(0.5), ag.Node)
    assert ag.erf(0.5) == pytest.approx(0.5204998778130465, rel=1e-15)
    assert ag.erf(np.float32(0.5)).dtype == np.float32
    assert ag.gelu(1.0) == pytest.approx(0.8413447460685429, rel=1e-14)
    a, b = ag.split(A.T, [1])
    assert type(a) is np.ndarray
    assert b.shape == (2, 2)
    np.testing.assert_allclose(ag.softmax(A).sum(axis=-1), 1.0)
    assert ag.where(A > 0.3, A, 0.0).tolist() == np.where(A > 0.3, A, 0.0).tolist()


def test_operands_and_parameters_can_be_named():
    x = tracked()
    np.testing.assert_array_equal(ag.sum(x=x, axis=1).data, A.sum(axis=1))
    np.testing.assert_array_equal(ag.reshape(x, shape=(6,)).data, A.ravel())
    np.testing.assert_array_equal(ag.reshape(x, (6,)).data, A.ravel())
    with pytest.raises(TypeError, match="axes"):
        ag.sum(x, axes=1)
    with pytest.raises(TypeError):
        ag.sum(x, 0, False, 7)
    with pytest.raises(TypeError):
        ag.sum()


@pytest.mark.parametrize("shape", [(2, -1, 3), [-1], 6, (6,), (-1,), (1, 6)])
def test_reshape_takes_every_form_of_shape(shape):
    x = ag.tensor(np.arange(6.0), requires_grad=True)
    expected = np.arange(6.0).reshape(shape)
    assert x.reshape(shape).shape == expected.shape
    assert ag.reshape(x, shape).shape == expected.shape
    if isinstance(shape, tuple):
        assert x.reshape(*shape).shape == expected.shape


def test_everything_public_is_listed_and_there():
    assert len(ag.__all__) == len(set(ag.__all__))
    for name in ag.__all__:
        assert hasattr(ag, name), name
    public = {"Tensor", "Value", "grad", "vjp", "jvp", "jacobian", "hessian", "hvp", "record",
              "no_grad", "tensor", "asarray", "elementwise", "linear", "multilinear", "general",
              "tanh", "sum", "matmul", "cross_entropy", "StaleWriteError", "listen"}  # fmt: skip
    assert public <= set(ag.__all__)


def test_signatures_that_older_numpys_cannot_tell_are_those_of_newer_ones():
    for func, ours in SIGNATURES.items():
        try:
            theirs = inspect.signature(func).parameters.values()
        except ValueError:
            continue
        mine = inspect.signature(ours).parameters.values()
        assert [(p.name, p.default) for p in mine] == [
            (p.name, p.default) for p in theirs
        ]


MASKED = {
    "getdata": np.ma.getdata,
    "getmask": np.ma.getmask,
    "median": np.ma.median,
    "concatenate": lambda x: np.ma.concatenate([x, x]),
    "vstack": lambda x: np.ma.vstack([x, x]),
    "log": np.ma.log,
    "power": lambda x: np.ma.power(x, 2),
    "masked_greater": lambda x: np.ma.masked_greater(x, 2.0),
    "dot": lambda x: np.ma.dot(x, x),
    "sum": np.ma.sum,
}


@pytest.mark.parametrize("name", MASKED)
def test_no_function_of_masked_arrays_takes_numbers_out_of_the_graph(name):
    x = np.array([1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match=r"np\.ma does not take|cannot hold"):
        MASKED[name](ag.tensor(x, requires_grad=True))
    with pytest.raises(TypeError, match=r"np\.ma does not take|cannot hold"):
        ag.grad(lambda x: np.sum(x) + np.sum(MASKED[name](x)))(x)
    found = MASKED[name](ag.tensor(x))
    np.testing.assert_array_equal(np.ma.getdata(found), np.ma.getdata(MASKED[name](x)))
