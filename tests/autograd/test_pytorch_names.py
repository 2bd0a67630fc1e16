"""PyTorch's names: what NumPy has under another is told, and what is told runs."""

import inspect
import pickle
from types import FunctionType

import numpy as np
import pytest
import scipy.special

import autograd as ag
import nn
from autograd.protocols.pytorch import ARRAYS, KEYWORDS, ROWS, WORDS, Elsewhere

A = np.arange(1.0, 7.0).reshape(2, 3) / 7
X = ag.tensor(A, requires_grad=True)


def names():
    return {
        "np": np,
        "ag": ag,
        "nn": nn,
        "scipy": scipy,
        "a": A,
        "x": ag.tensor(A, requires_grad=True),
        "y": ag.tensor(np.ones((2, 3))),
        "i": np.array([[0, 1], [1, 2]]),
        "mask": A > 0.5,
        "train": False,
    }


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("name", ROWS)
def test_what_is_written_for_a_name_runs(name):
    exec(ROWS[name], names())


def test_every_method_of_an_array_is_one_of_tensors_or_told(tmp_path):
    for name, row in ARRAYS.items():
        exec(row, {**names(), "path": tmp_path / "x"})
        with pytest.raises(AttributeError, match="NumPy's: write") as caught:
            getattr(X, name)
        assert row in str(caught.value)
    memory = {"base", "ctypes", "dump", "dumps", "getfield", "setfield", "setflags"}
    there = {name for name in dir(A) if hasattr(A, name)}  # some are only refused
    methods = {name for name in there if not name.startswith("_")} - memory
    assert [x for x in methods if not inspect.getattr_static(X, x, None)] == []


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.copy(),
        lambda x: (x * 1j).conjugate(),
        lambda x: x.compress([True, False], axis=0),
        lambda x: x[0].searchsorted(0.2),
    ],
)
def test_a_method_of_arrays_gives_what_numpy_gives_and_records(call):
    found = call(X)
    np.testing.assert_array_equal(found.data, call(A))
    assert found.tracked or found.dtype.kind == "i"


def test_a_copy_is_apart_from_what_it_was_made_of():
    x = ag.tensor([1.0, 2.0])
    y = x.copy()
    y[0] = 7.0
    assert x.tolist() == [1.0, 2.0]
    assert ag.grad(lambda x: np.sum(x.copy() * x))(np.ones(2)).tolist() == [2.0, 2.0]


def test_the_size_is_a_number_that_tells_who_calls_it():
    x = ag.ones((2, 3))
    assert x.size == 6
    assert pickle.loads(pickle.dumps(x.size)) == 6
    for call, instead in (
        (lambda: x.size(0), r"x.shape\[0\]"),
        (lambda: x.size(), "x.shape$"),
        (lambda: x.size(axis=1), r"x.shape\[1\]"),
    ):
        with pytest.raises(TypeError, match=f"a number, [^§]*write {instead}"):
            call()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("view", A.reshape(3, 2)),
        ("permute", A.T),
        ("unsqueeze", A[None]),
        ("cat", np.vstack([A, np.ones((2, 3))])),
        ("clamp", A.clip(0, 1)),
        ("masked_fill", np.where(A > 0.5, 0, A)),
        ("gather", np.array([[A[0, 0], A[0, 1]], [A[1, 1], A[1, 2]]])),
        ("index_select", A[:, [0, 1]]),
        ("scatter", np.array([[1, 1, A[0, 2]], [A[1, 0], 1, 1]])),
        ("mm", A @ np.ones((3, 2))),
        ("clone", A),
        ("rsqrt", A**-0.5),
    ],
)
def test_what_is_written_for_a_name_is_what_that_does_there_and_records(name, expected):
    found = eval(ROWS[name], names())
    np.testing.assert_allclose(found.data, expected)
    assert found.tracked


@pytest.mark.parametrize("name", [*ROWS, *WORDS])
def test_a_name_that_is_elsewhere_is_an_attribute_error_that_tells_what_to_write(name):
    instead = WORDS.get(name) or ROWS[name]
    x = ag.tensor(A)
    for owner in (x, ag):
        if not isinstance(vars(type(x)).get(name), Elsewhere) and owner is x:
            continue  # there is such a method, though no function of that name
        if owner is ag and name in vars(ag):
            continue
        with pytest.raises(AttributeError, match="PyTorch") as caught:
            getattr(owner, name)
        assert instead in str(caught.value)
        assert not hasattr(owner, name)
        assert name not in dir(owner)


METHODS = (
    "view permute unsqueeze numel dim clone expand masked_fill clamp pow to cpu "
    "float long double half int type contiguous index_select gather scatter_ "
    "add_ mul_ sub_ div_ zero_ fill_ copy_ clamp_ unsqueeze_ t mm bmm matmul"
)
FUNCTIONS = "cat mm bmm clamp from_numpy manual_seed randn rand nn optim"


def test_the_names_that_every_program_has_are_told():
    wanted = METHODS.split()
    assert [name for name in wanted if not hasattr(X, name)] == wanted
    assert {*wanted, *FUNCTIONS.split()} <= {*ROWS, *WORDS}


def test_a_name_of_nobodys_is_an_ordinary_attribute_error():
    for owner in (ag, ag.tensor(A)):
        with pytest.raises(AttributeError) as caught:
            _ = owner.no_such_name
        assert "PyTorch" not in str(caught.value)
        assert caught.value.name == "no_such_name"


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda: X.sum(dim=0), "axis="),
        (lambda: X.mean(0, keepdim=True), "keepdims="),
        (lambda: X.softmax(dim=0), "axis="),
        (lambda: X.argmax(dim=1), "axis="),
        (lambda: X.std(unbiased=False), "ddof=1"),
        (lambda: X.swapaxes(dim0=0, dim1=1), "an axis"),
        (lambda: ag.sum(X, dim=0), "axis="),
        (lambda: ag.softmax(X, dim=0), "axis="),
        (lambda: ag.median(X, dim=0), "axis="),
        (lambda: ag.stack([X, X], dim=0), "axis="),
        (lambda: ag.concatenate([X, X], dim=0), "axis="),
        (lambda: ag.squeeze(X, dim=0), "axis="),
        (lambda: ag.linalg.norm(X, dim=0), "axis="),
        (lambda: X.var(correction=1), "ddof="),
        (lambda: X.argsort(descending=True), "ag.argsort(x, axis=-1, descending=True)"),
        (lambda: ag.tensordot(X, X, dims=1), "axis= (of tensordot, axes=)"),
        (lambda: ag.linspace(0, 1, steps=5), "num="),
    ],
)
def test_a_keyword_of_pytorchs_is_a_type_error_that_tells_numpys(call, instead):
    with pytest.raises(TypeError, match="argument") as caught:
        call()
    assert f"write {instead}" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "instead"),
    [
        ({"retain_graph": True}, "leave it out"),
        ({"create_graph": True}, "ag.grad(ag.grad(f))"),
        ({"inputs": [X]}, "ag.grad(f)(x)"),
    ],
)
def test_an_option_of_pytorchs_backward_is_told_and_nothing_is_swept(options, instead):
    x = ag.tensor(3.0, requires_grad=True)
    with pytest.raises(TypeError) as caught:
        (x * x).backward(**options)
    assert instead in str(caught.value)
    assert x.grad is None


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda x: x.flatten(1), "x.reshape(len(x), -1)"),
        (lambda x: x.flatten(0, 1), "x.reshape(len(x), -1)"),
        (lambda x: x.flatten(start_dim=1), "x.reshape(len(x), -1)"),
        (lambda x: x.transpose(1, 2), "x.swapaxes(1, 2)"),
        (lambda x: x.transpose(-2, -1), "x.swapaxes(-2, -1)"),
    ],
)
def test_a_method_that_takes_other_arguments_here_tells_what_to_write(call, instead):
    x = ag.ones((2, 3, 4))
    with pytest.raises((TypeError, ValueError)) as caught:
        call(x)
    assert f"write {instead}" in str(caught.value)
    assert eval(instead).size == 24


@pytest.mark.parametrize(("name", "instead"), [("max", "maximum"), ("min", "minimum")])
def test_an_extreme_of_two_arrays_is_told_by_its_name(name, instead):
    for call in (getattr(ag, name), getattr(np, name), getattr(ag.Tensor, name)):
        for other in (A, X):
            with pytest.raises(TypeError, match=rf"write np\.{instead}\(x, y\)"):
                call(X, other)
    assert getattr(ag, name)(X, ag.tensor(1)).shape == (2,)


def test_no_function_of_the_engine_has_one_of_those_keywords():
    functions = [
        x for name in ag.__all__ if isinstance(x := getattr(ag, name), FunctionType)
    ]
    for function in functions:
        taken = {*inspect.signature(function).parameters} & {"dim", "keepdim", "dims"}
        assert not taken
    assert {"dim", "keepdim"} <= {*KEYWORDS}
