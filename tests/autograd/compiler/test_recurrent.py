"""Recurrent layers in programs: one step each way, and in C one walk each way."""

import numpy as np
import pytest

import autograd as ag
from autograd.compiler import native, replay
from autograd.compiler.tracing import traced

RNG = np.random.default_rng(0)
R = ag.registry
GATES = {"rnn": 1, "lstm": 4, "gru": 3}
SIZES = [(1, 1, 1, 1), (3, 13, 2, 37)]  # (steps, batch, n_in, n)
each_name = pytest.mark.parametrize("name", GATES)


def operands(name, steps, batch, n_in, n, dtype=np.float32):
    wide = GATES[name] * n
    shapes = [(steps, batch, n_in), *[(batch, n)] * (1 + (name == "lstm"))]
    shapes += [(wide, n_in), (wide, n), *[(wide,)] * (1 + (name == "gru"))]
    arrays = [RNG.normal(size=shape) for shape in shapes]
    return [(x / np.sqrt(x.shape[-1])).astype(dtype) for x in arrays]  # gates open


def outputs(name, args, **params):
    out = R[name](*args, **params)
    return out if isinstance(out, tuple) else (out,)


def gradients(name, followed, **params):
    """Of all operands, by what is made of the first outputs."""

    def loss(*args):
        outs = outputs(name, args, **params)[:followed]
        return sum(np.sum(np.sin((k + 1) * out)) for k, out in enumerate(outs))

    def f(*args):
        return ag.grad(loss, tuple(range(len(args))))(*args)

    return f


def run_by(backend, f, args):
    flat, _ = traced(f, args)
    run = backend.built(flat)
    return run, run(*args)


@each_name
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_walk_gives_the_gradients_of_the_steps(name, sizes, dtype):
    args = operands(name, *sizes, dtype)
    f = gradients(name, 1 + (name == "lstm"))
    run, found = run_by(native, f, args)
    assert not run.text.python
    assert run.text.functions.count("static void walk_") >= 2
    tolerance = 2e-4 if dtype == np.float32 else 1e-9
    for got, expected in zip(found, f(*args), strict=True):
        np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


def test_relu_is_a_walk_too():
    args = operands("rnn", 4, 3, 2, 5, np.float64)
    f = gradients("rnn", 1, nonlinearity="relu")
    run, found = run_by(native, f, args)
    assert "walk_" in run.text.functions
    for got, expected in zip(found, f(*args), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@each_name
@pytest.mark.parametrize("backend", [native, replay], ids=["c", "numpy"])
def test_cotangents_at_any_output_and_second_derivatives_are_right(name, backend):
    args = operands(name, 3, 2, 2, 3, np.float64)
    first = gradients(name, 9)

    def second(*args):
        return ag.grad(lambda h: np.sum(first(args[0], h, *args[2:])[3] ** 2))(args[1])

    for f in (first, second):
        _, found = run_by(backend, f, args)
        expected = f(*args)
        several = isinstance(expected, tuple)
        for got, right in zip(found, expected if several else [expected], strict=True):
            np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12)


@each_name
def test_numpy_runs_the_fused_function_and_its_pullback(name):
    args = operands(name, 6, 2, 2, 3)
    flat, _ = traced(gradients(name, 1), args)
    names = [step.op.name for step in flat.steps]
    assert names.count(name) == names.count(f"{name} backwards") == 1
    assert "matmul" not in names


def test_batches_that_stand_first_are_read_where_they_lie():
    args = operands("lstm", 5, 4, 3, 6, np.float64)
    args[0] = np.ascontiguousarray(np.swapaxes(args[0], 0, 1))
    inner = gradients("lstm", 2)

    def f(x, *others):
        return inner(np.swapaxes(x, 0, 1), *others)

    run, found = run_by(native, f, args)
    assert not run.text.python
    for got, expected in zip(found, f(*args), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@each_name
def test_examples_of_vmap_are_one_batch(name):
    args = operands(name, 3, 2, 2, 3, np.float64)
    xs = RNG.normal(size=(4, *args[0].shape))
    f = gradients(name, 1)
    many = ag.compile(lambda xs: ag.vmap(lambda x: f(x, *args[1:])[0])(xs))
    for _ in range(3):
        found = many(xs)
    right = np.stack([f(x, *args[1:])[0] for x in xs])
    np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-12)


def test_a_gradient_within_a_compiled_function_reaches_a_captured_weight():
    x, h, w_ih, w_hh, bias = operands("rnn", 2, 1, 3, 4, np.float64)
    weight = ag.tensor(w_hh, requires_grad=True)

    def f(x):
        inner = ag.grad(lambda q: np.sum(R["rnn"](q, h, w_ih, weight, bias) ** 2))
        return np.sum(inner(x) ** 2)

    f(x).backward()
    right = weight.grad
    compiled = ag.compile(f)
    for _ in range(3):
        weight.grad = None
        compiled(x).backward()
        np.testing.assert_allclose(weight.grad, right, rtol=1e-12)


@each_name
def test_inputs_of_no_numbers_have_weights_of_none(name):
    args = operands(name, 2, 3, 1, 4)
    args[0] = args[0][..., :0]
    place = 3 if name == "lstm" else 2
    args[place] = args[place][:, :0]
    found = ag.grad(
        lambda w: np.sum(outputs(name, [*args[:place], w, *args[place + 1 :]])[0])
    )
    assert found(args[place]).shape == args[place].shape
