"""What of the data would become a constant of a program is refused, by name."""

import copy
import math

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd.compiler.tracing import TraceError, traced
from autograd.ops.held import Presumed

A = np.array([3.0, 1.0, 2.0])
B = np.array([1.0, 5.0, 4.0])

DECIDED = {  # by Python, what then depends on the numbers of this run
    "bool()": lambda x: x if x[0] > 0 else -x,
    "float()": lambda x: x * float(x[0]),
    "int()": lambda x: x[: int(x[1])],
    "complex()": lambda x: x * complex(x[0]),
    ".item()": lambda x: x * x[0].item(),
    ".tolist()": lambda x: x * x.tolist()[0],
    "an array": lambda x: np.asarray(x) * 2,
    "DLPack": lambda x: x * np.from_dlpack(x),
    "an index": lambda x: [7, 8, 9, 10][np.argmax(x)],
    "np.allclose": lambda x: x if np.allclose(x, 3) else -x,
    "np.array_equal": lambda x: x if np.array_equal(x, A) else -x,
    "np.flatnonzero": lambda x: x[np.flatnonzero(x > 1)],
    "np.nonzero": lambda x: x[np.nonzero(x > 1)],
    "a mask that is an index": lambda x: x[x > 1],
    "the different elements": lambda x: ag.unique(x),
    "np.trim_zeros": lambda x: ag.trim_zeros(x),
    "np.delete": lambda x: np.delete(x, np.argmax(x)),
    "np.insert": lambda x: np.insert(x, np.argmax(x), 1.0),
    "an array ": lambda x: np.ma.array(x),
}

PARAMETERS = {  # the numbers of a traced array, where a function takes a setting
    "shift=": lambda x: np.roll(x, np.argmax(x)),
    "axis=": lambda x: ag.sum(x, axis=np.argmin(x)),
    "delta=": lambda x: ag.huber(x, delta=x[0]),
    "initial=": lambda x: np.max(x, initial=x[0]),
    "nan, posinf, neginf=": lambda x: np.nan_to_num(x, nan=x[0]),
    "sorter=": lambda x: np.searchsorted(A, x, sorter=np.argsort(x)),
    "an array": lambda x: np.repeat(x, np.argsort(x)),
}


@pytest.mark.parametrize("what", DECIDED)
def test_what_python_decides_by_is_refused_and_named(what):
    with pytest.raises(TraceError, match="leaves the graph") as refused:
        traced(DECIDED[what], (A,))
    assert what.strip() in str(refused.value)
    assert __file__ in str(refused.value)


def test_a_copy_which_would_be_a_constant_is_refused():
    with pytest.raises(TraceError, match="a copy of a result of multiply leaves"):
        traced(lambda x: copy.deepcopy(x * 2), (A,))


@pytest.mark.parametrize("what", PARAMETERS)
def test_numbers_do_not_flow_into_settings(what):
    with pytest.raises(TraceError, match="leaves the graph"):
        traced(PARAMETERS[what], (A,))


@pytest.mark.parametrize(
    "read", [bool, float, int, round, math.floor, math.ceil, math.trunc, Value.item]
)
def test_values_are_not_read_while_a_program_is_made(read):
    w = Value(2.0, requires_grad=False)
    with pytest.raises(TraceError, match="leaves the graph"):
        traced(lambda: read(w * 2), ())


def test_what_depends_on_no_input_is_read_as_ever():
    flat, _ = traced(lambda x: x * float(ag.tensor([2.0])[0] + 1), (A,))
    np.testing.assert_array_equal(flat(B), 3 * B)


def test_an_ordinary_recording_reads_what_it_likes():
    graph = ag.record(lambda x: x * float(x[0]) if x[1] > 0 else x, A)
    np.testing.assert_array_equal(graph.outputs[0].data, A * 3)


WHOLE = {  # which once kept the numbers, the order or the places of the first run
    "median": lambda x: np.median(x) * x,
    "quantile": lambda x: np.quantile(x, 0.3) * x,
    "a gradient linear in x": ag.grad(lambda x: np.sum(x**3)),
    "a gradient by detached weights": ag.grad(lambda x: np.sum(x.detach() * x)),
    "a gradient in no_grad": lambda x: ag.no_grad()(ag.grad(lambda y: np.sum(y**3)))(x),
    "argmax": lambda x: x * np.eye(3)[0] + ag.argmax(x),
    "isclose": lambda x: np.where(np.isclose(x, 1.0), x, 0),
    "nanmean": lambda x: np.nanmean(np.where(x > 1, x, np.nan)),
    "a full array": lambda x: ag.full((2,), x[0]) * x[1],
    "a table": lambda x: ag.take(np.arange(9.0), np.argsort(x)),
    "a jvp of max": lambda x: ag.jvp(np.max, (x,), (np.arange(3.0),))[1],
    "a Hessian": ag.hessian(lambda x: np.sum(np.sort(x)[1] * x**2)),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_computed_follows_the_numbers_of_the_run(name):
    f = WHOLE[name]
    flat, out = traced(f, (A,))
    np.testing.assert_allclose(out.data, f(A), atol=1e-12)
    np.testing.assert_allclose(flat(B), f(B), atol=1e-12)


PRESUMED = {
    "the rank": (
        lambda a: np.linalg.lstsq(a, np.ones(2))[0],
        np.eye(2),
        np.ones((2, 2)),
    ),
    "the number of zeros": (np.roots, np.array([1.0, -3, 2]), np.array([0.0, 1, 2])),
    "the number of bins": (np.bincount, np.array([0, 2]), np.array([0, 3])),
}
EIGENVALUES = np.linalg.eigvals, np.diag([1.0, 2.0]), np.array([[0, -1.0], [1, 0]])
ALWAYS_COMPLEX = np.iscomplexobj(np.linalg.eigvals(np.eye(1)))  # since NumPy 2.5
if not ALWAYS_COMPLEX:
    PRESUMED["real eigenvalues"] = EIGENVALUES


@pytest.mark.parametrize("name", PRESUMED)
def test_what_a_recording_takes_for_granted_is_asked_when_it_runs(name):
    f, at, elsewhere = PRESUMED[name]
    flat, _ = traced(f, (at,))
    np.testing.assert_allclose(flat(at), f(at), atol=1e-12)
    with pytest.raises(Presumed, match="where this was recorded"):
        flat(np.asarray(elsewhere))


@pytest.mark.skipif(not ALWAYS_COMPLEX, reason="of real matrices they may be real here")
def test_eigenvalues_that_are_always_complex_need_no_presumption():
    f, at, elsewhere = EIGENVALUES
    flat, _ = traced(f, (at,))
    np.testing.assert_allclose(flat(elsewhere), f(elsewhere), atol=1e-12)


def test_a_careful_recording_keeps_0_times_infinity_at_0():
    slope = ag.grad(lambda x: np.sum(np.where(x > 0, np.log(x), 0)))
    at, elsewhere = np.array([1.0, 2.0]), np.array([0.0, 2.0])
    careful, _ = traced(slope, (at,), careful=True)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(careful(elsewhere), slope(elsewhere))
