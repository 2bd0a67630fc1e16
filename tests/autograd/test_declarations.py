"""Declarations: which rules run, what a rule reads, and what is refused."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd.core.declare import NUMPY

A = np.array([[0.3, 0.7, 1.1], [0.2, 0.5, 0.9]])
V = np.random.default_rng(0).normal(size=A.shape)


# Which rules run --------------------------------------------------------------------------------

calls = []


def left(g, y):
    calls.append("left")
    return np.matmul(g, np.swapaxes(y, 0, 1))


def right(g, x):
    calls.append("right")
    return np.matmul(np.swapaxes(x, 0, 1), g)


product = ag.multilinear(lambda x, y: np.matmul(x, y), left, right, name="product")


def test_only_the_rules_of_wanted_operands_run():
    calls.clear()
    product(A, ag.tensor(V.T, requires_grad=True)).sum().backward()
    assert calls == ["right"]
    calls.clear()
    product(ag.tensor(A, requires_grad=True), V.T).sum().backward()
    assert calls == ["left"]


def test_a_partial_that_asks_for_the_cotangent_gives_the_contribution_itself():
    quotient = ag.elementwise(
        lambda x, y: x / y,
        lambda g, y: g / y,
        lambda x, y: -x / (y * y),
        name="quotient",
    )
    x, y = np.array([0.1, 3.0]), np.array([3.0, 0.1])
    np.testing.assert_array_equal(
        ag.vjp(quotient, x, y)[1](np.array([0.7, 0.3]))[0], np.array([0.7, 0.3]) / y
    )
    np.testing.assert_allclose(
        ag.jvp(quotient, (x, y), (x, y))[1], np.zeros(2), atol=1e-14
    )
    np.testing.assert_allclose(
        ag.hessian(lambda y: np.sum(quotient(x, y)))(y), np.diag(2 * x / y**3)
    )


def test_an_argument_named_as_what_a_rule_asks_for_is_refused_where_it_is_made():
    for forward in (
        lambda x, t=2.0: x * t,
        lambda out: out,
        lambda x, *, g: x * g,
    ):
        with pytest.raises(TypeError, match="a rule asks for g, out and t"):
            ag.general(forward, lambda g: g, name="shadowed")


def test_an_error_within_a_rule_names_the_operation_and_where_it_was_called():
    def rule(x):
        raise IndexError("nothing there")

    cube = ag.elementwise(lambda x: x**3, rule, name="cube")
    with ag.record_places():
        y = cube(ag.tensor(2.0, requires_grad=True))
    with pytest.raises(IndexError, match="nothing there") as caught:
        y.backward()
    assert caught.value.__notes__[0].startswith("in the derivative of cube (called at ")
    assert "test_declarations.py" in caught.value.__notes__[0]
    frames = [entry.name for entry in caught.traceback]
    assert "derivative of cube" in frames
    assert "return g * given(x(sealed(x0)))" in str(caught.getrepr())


def test_a_parameter_without_a_default_has_to_be_given():
    def scaled(x, *, by):
        return x * by

    op = ag.linear(scaled, lambda g, by: g * by)
    assert op(ag.tensor(2.0), by=3.0).item() == 6.0
    assert op(ag.tensor(2.0), 3.0).item() == 6.0
    with pytest.raises(TypeError, match="needs the argument 'by'"):
        op(ag.tensor(2.0))


def test_a_parameter_without_a_default_may_follow_one_that_has_a_default():
    def scaled(x, plus=0.0, *, by):
        return x * by + plus

    op = ag.linear(scaled, lambda g, by: g * by)
    assert str(inspect.signature(op)) == "(x, /, plus=0.0, *, by)"
    assert op(ag.tensor(2.0), by=3.0).item() == 6.0


def needed(function):
    """The names of what has to be given to a function, one by one."""
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        each.name
        for each in inspect.signature(function).parameters.values()
        if each.default is each.empty and each.kind not in several
    ]


def test_what_numpy_requires_has_no_default_here():
    compared = 0
    for theirs, ours in NUMPY.items():
        if isinstance(theirs, np.ufunc):
            continue
        try:
            names = needed(theirs)
        except ValueError:  # a function in C, of which Python knows no signature
            continue
        given = len(names)
        several = any(
            each.kind is each.VAR_POSITIONAL
            for each in inspect.signature(ours).parameters.values()
        )
        assert several or len(needed(ours)) >= given, theirs
        compared += 1
    assert compared > 190


def test_no_primitive_makes_up_a_default_for_what_numpy_requires():
    homes = (np, np.linalg, np.fft)
    for name, op in ag.registry.items():
        theirs = next((getattr(each, name) for each in homes if hasattr(each, name)), 0)
        if not inspect.isfunction(theirs):
            continue
        optional = {*op.signature.defaults} - {*op.signature.required}
        assert not optional & {*needed(theirs)}, name


def plain(out):
    """The numbers of a result, or of a list of results."""
    parts = out if isinstance(out, (list, tuple)) else [out]
    return np.array([x.data if isinstance(x, ag.Tensor) else x for x in parts])


@pytest.mark.parametrize(
    ("name", "missing", "given"),
    [
        ("astype", "dtype", {"dtype": "float32"}),
        ("broadcast_to", "shape", {"shape": (5, 2, 3)}),
        ("expand_dims", "axis", {"axis": 0}),
        ("moveaxis", "source", {"source": 0, "destination": 1}),
        ("percentile", "q", {"q": 30}),
        ("quantile", "q", {"q": 0.3}),
        ("repeat", "repeats", {"repeats": 2}),
        ("reshape", "shape", {"shape": (3, 2)}),
        ("resize", "new_shape", {"new_shape": (2, 2)}),
        ("roll", "shift", {"shift": 1}),
        ("split", "indices_or_sections", {"indices_or_sections": 2}),
        ("swapaxes", "axis1", {"axis1": 0, "axis2": 1}),
        ("tile", "reps", {"reps": 2}),
    ],
)
def test_an_argument_that_numpy_requires_is_missed_by_name(name, missing, given):
    ours, theirs = getattr(ag, name), getattr(np, name)
    t = ag.tensor(A, requires_grad=True)
    for x in (t, A):
        with pytest.raises(TypeError, match=f"argument:? '{missing}'"):
            ours(x)
    expected = theirs(A, *given.values())
    calls = [theirs(t, *given.values()), ours(A, *given.values())]
    calls += [ours(t, *given.values()), ours(t, **given)]
    calls += [] if name == "astype" else [theirs(t, **given)]  # there by position only
    for out in calls:
        np.testing.assert_array_equal(plain(out), plain(expected))


def test_required_parameters_are_printed_though_they_be_what_once_was_a_default():
    t = ag.tensor(A, requires_grad=True)
    out = np.roll(np.moveaxis(np.expand_dims(t, 0), 0, -1), 0)
    text = ag.Program.of(out).calls()
    assert "axis=0" in text
    assert "source=0, destination=-1" in text
    assert "shift=0" in text


def test_calls_with_required_parameters_are_pickled_and_copied():
    op = pickle.loads(pickle.dumps(ag.roll))
    assert op is ag.roll
    out = copy.deepcopy(np.roll(ag.tensor(A, requires_grad=True), 1))
    out.backward(V)
    np.testing.assert_array_equal(out.data, np.roll(A, 1))


# Reads by name ---------------------------------------------------------------------------------


def test_reads_by_name_decide_what_a_write_disturbs():
    reads_x = ag.general(
        lambda x: np.sin(x), lambda g, x: g * np.cos(x), name="reads x"
    )
    reads_out = ag.general(
        lambda x: np.exp(x), lambda g, out: g * out, name="reads out"
    )
    reads_shape = ag.general(
        lambda x: np.sum(x),
        lambda g, x_shape: np.broadcast_to(g, x_shape),
        name="reads shape",
    )
    for op, writes, refused in [
        (reads_x, "x", True),
        (reads_x, "out", False),
        (reads_out, "x", False),
        (reads_out, "out", True),
        (reads_shape, "x", False),
        (reads_shape, "out", False),
    ]:
        x = ag.tensor([1.0, 2.0], requires_grad=True)
        y = op(x)
        (x if writes == "x" else y).data *= 0.5
        if refused:
            with pytest.raises(ag.StaleWriteError, match=op.name):
                y.backward(np.ones(y.shape))
        else:
            y.backward(np.ones(y.shape))


def test_a_rule_that_reads_an_unknown_name_is_refused_when_declared():
    with pytest.raises(TypeError, match="elephant"):
        ag.elementwise(lambda x: x, lambda elephant: elephant, name="unknown name")
    with pytest.raises(TypeError, match="y_shape"):
        ag.general(lambda x: x, lambda g, y_shape: g, name="unknown shape")


@pytest.mark.parametrize("kind", [ag.elementwise, ag.multilinear])
def test_fewer_rules_than_operands_are_refused_or_mean_no_silent_zero(kind):
    """A forgotten rule must not make a gradient vanish."""
    try:
        op = kind(lambda x, y: x * y, lambda y: y, name=f"forgot one {kind.__name__}")
    except (TypeError, ValueError):
        return
    y = ag.tensor([3.0], requires_grad=True)
    with pytest.raises((TypeError, ValueError)):
        op(np.ones(1), y).backward()


# Wrong declarations ------------------------------------------------------------------------------


def test_a_rule_of_a_wrong_shape_is_told_and_not_believed():
    op = ag.general(lambda x: np.sum(x), lambda g: g, name="wrong shape")
    x = ag.tensor(A, requires_grad=True)
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        op(x).backward()
    assert x.grad is None


def test_a_rule_of_another_dtype_leaves_a_gradient_of_the_leafs():
    op = ag.general(
        lambda x: x * 2,
        lambda g: np.asarray(g, dtype=np.float64) * 2,
        name="wrong dtype",
    )
    x = ag.tensor(A.astype(np.float32), requires_grad=True)
    op(x).sum().backward()
    assert x.grad.dtype == np.float32
    assert ag.grad(lambda z: op(z).sum())(x.data).dtype == np.float32


def test_a_rule_that_returns_a_number_or_a_list_is_an_array_afterwards():
    op = ag.general(
        lambda x: np.sum(x * 2), lambda g: [2.0, 2.0], name="returns a list"
    )
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    op(x).backward()
    assert type(x.grad) is np.ndarray
    assert x.grad.tolist() == [2.0, 2.0]
    op = ag.general(lambda x: x * 2.0, lambda g: 2.0, name="returns a number")
    x = ag.tensor(3.0, requires_grad=True)
    op(x).backward()
    assert type(x.grad) is np.ndarray
    assert x.grad == 2.0


def test_a_forward_function_of_wrong_operands_tells_the_operation():
    x = ag.tensor(A, requires_grad=True)
    with pytest.raises(ValueError, match="product"):
        product(x, x)


@pytest.mark.parametrize(
    "op",
    [
        ag.general(lambda x: 2 * x, lambda g: None, name="without return"),
        ag.linear(lambda x: 2 * x, lambda g: None, name="without return"),
        ag.elementwise(lambda x: 2 * x, lambda x: None, name="without return"),
        ag.general(lambda x: 2 * x, joint=lambda g: None, name="without return"),
    ],
)
def test_a_rule_that_returns_nothing_means_no_silent_zero(op):
    for f in (lambda x: np.sum(op(x)), lambda x: np.sum(op(x) * x)):
        with pytest.raises(TypeError, match="a rule returned None"):
            ag.grad(f)(np.ones(2))
    both = ag.general(lambda x, y: x * y, joint=lambda g, y: (g * y, None), name="half")
    assert ag.grad(both)(2.0, 3.0) == 3


def test_what_is_made_of_no_function_or_of_no_numbers_is_refused():
    for declared in (ag.general, ag.linear, ag.elementwise, ag.composed(), ag.record):
        with pytest.raises(TypeError, match=r"function; got int 3"):
            declared(3)
    for junk in (None, "a", {}, object()):
        op = ag.general(lambda x, junk=junk: junk, lambda g: g, name="junk")
        with pytest.raises(TypeError, match="Tensors hold numbers"):
            op(ag.tensor([1.0], requires_grad=True))


def test_a_traceback_shows_the_text_that_runs_of_several_of_one_operation():
    def rule(x):
        raise IndexError("nothing there")

    op = ag.elementwise(lambda x, y: x * y, rule, lambda x, out: x, name="two rules")
    first, _ = op.partials
    with pytest.raises(IndexError, match="nothing there") as caught:
        first(1.0, 6.0, {}, 2.0, 3.0)
    assert "return given(rule(sealed(x0)))" in str(caught.getrepr())
