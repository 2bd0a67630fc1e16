"""Fused primitives are the compositions they stand for, whichever outputs are used."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads
from autograd.ops.fused import Fused

RNG = np.random.default_rng(0)


def drawn(*shapes):
    return [RNG.normal(size=shape) for shape in shapes]


def gated(gates, states, biases):
    """Three steps of two sequences, three numbers into two."""
    weights = [(2 * gates, 3), (2 * gates, 2), *[(2 * gates,)] * biases]
    return drawn((3, 2, 3), *[(2, 2)] * states, *weights)


MASK = np.array([[True, False, True, True], [False] * 4, [True] * 4])
KEEP = RNG.random((2, 3, 4)) > 0.3
QKV = drawn((2, 3, 2), (2, 4, 2), (2, 4, 3))
CALLS = {
    "rnn": ("rnn", gated(1, 1, 1), {}),
    "rnn of relu": ("rnn", gated(1, 1, 1), {"nonlinearity": "relu"}),
    "lstm": ("lstm", gated(4, 2, 1), {}),
    "gru": ("gru", gated(3, 1, 2), {}),
    "attention": ("attention", [*QKV, True, True], {"scale": 0.7}),
    "attention, causal": (
        "attention",
        [*QKV, True, True],
        {"scale": 0.7, "causal": True},
    ),
    "attention, chosen": ("attention", [*QKV, MASK, True], {"scale": 0.7}),
    "attention, shifted": (
        "attention",
        [*QKV, *drawn((3, 4)), KEEP],
        {"scale": 0.7, "dropped": 0.3},
    ),
}
each_call = pytest.mark.parametrize("name", CALLS)


def found(function, operands, params, used, seeds):
    """What comes out, and the gradient of each operand of what is used of it."""
    xs = [ag.tensor(x, requires_grad=True) if is_real(x) else x for x in operands]
    outs = function(*xs, **params)
    outs = outs if isinstance(outs, tuple) else (outs,)
    chosen = [np.sum(outs[i] * seeds[i]) for i in used]
    np.sum(ag.stack(chosen)).backward()
    grads = [x.grad for x in xs if isinstance(x, ag.Tensor)]
    return [*[out.data for out in outs], *grads]


def is_real(x):
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def test_all_fused_primitives_have_a_call_here():
    names = {name for name, op in ag.registry.items() if isinstance(op, Fused)}
    assert names == {name for name, *_ in CALLS.values()}


@each_call
def test_outputs_and_gradients_are_those_of_the_composition(name):
    name, operands, params = CALLS[name]
    op = ag.registry[name]
    raw = op(*operands, **params)
    raw = raw if isinstance(raw, tuple) else (raw,)
    seeds = drawn(*[out.shape for out in raw])
    for n in range(1, len(raw) + 1):
        for used in itertools.combinations(range(len(raw)), n):
            one = found(op, operands, params, used, seeds)
            two = found(op.composition, operands, params, used, seeds)
            for got, expected in zip(one, two, strict=True):
                if got is None or expected is None:  # what is not reached
                    assert not np.any(got)
                    assert not np.any(expected)
                else:
                    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@each_call
def test_each_operand_may_be_the_only_one_that_moves(name):
    name, operands, params = CALLS[name]
    op = ag.registry[name]
    for i, moved in enumerate(operands):
        if not is_real(moved):
            continue

        def of_one(x, f, i=i):
            outs = f(*operands[:i], x, *operands[i + 1 :], **params)
            return outs if isinstance(outs, tuple) else (outs,)

        tangents = [
            ag.jvp(lambda x, f=f, of=of_one: of(x, f), (moved,), (np.cos(moved),))[1]
            for f in (op, op.composition)
        ]
        for got, expected in zip(*tangents, strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@each_call
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_comes_out_as_of_the_composition(name, bad):
    name, operands, params = CALLS[name]
    op = ag.registry[name]
    for i, given in enumerate(operands):
        if not is_real(given):
            continue
        planted = given.copy()
        planted.flat[1] = bad
        xs = [*operands[:i], planted, *operands[i + 1 :]]
        with np.errstate(all="ignore"):
            one, two = op(*xs, **params), op.composition(*xs, **params)
        for x, y in zip(*[z if isinstance(z, tuple) else (z,) for z in (one, two)]):
            np.testing.assert_allclose(x, y, rtol=1e-9, err_msg=f"operand {i}")


@each_call
def test_tangents_at_infinity_are_those_of_eager_code_in_a_program(name):
    name, operands, params = CALLS[name]
    op = ag.registry[name]
    planted = [x * 1 if is_real(x) else x for x in operands]
    planted[0].flat[1] = np.inf

    def along(*xs):
        moved = [i for i, x in enumerate(xs) if is_real(operands[i])]

        def of_moved(*ys):
            full = [*xs]
            for i, y in zip(moved, ys):
                full[i] = y
            return op(*full, **params)

        given = tuple(xs[i] for i in moved)
        return ag.jvp(of_moved, given, tuple(np.ones(x.shape) for x in given))[1]

    compiled = ag.compile(along, backend="steps")
    for _ in range(2):
        compiled(*operands)
    with np.errstate(all="ignore"):
        expected, got = along(*planted), compiled(*planted)
    for x, y in zip(*[z if isinstance(z, tuple) else (z,) for z in (expected, got)]):
        np.testing.assert_allclose(y, x, rtol=1e-9, atol=1e-12)


@each_call
def test_half_precision_is_computed_in_single(name):
    name, operands, params = CALLS[name]
    half = [x.astype(np.float16) if is_real(x) else x for x in operands]
    outs = ag.registry[name](*half, **params)
    exact = ag.registry[name](*operands, **params)
    if not isinstance(outs, tuple):
        outs, exact = (outs,), (exact,)
    for out, right in zip(outs, exact, strict=True):
        assert out.dtype == np.float16
        np.testing.assert_allclose(out, right, atol=0.02)


def test_only_what_is_wanted_of_a_pullback_is_computed():
    x, h, wi, wh, b = gated(1, 1, 1)
    weight = ag.tensor(wh, requires_grad=True)
    products = []
    op = ag.registry["rnn"]
    joint = op.joint

    def watched(*args):
        parts = joint(*args)
        return [lambda i=i, p=p: products.append(i) or p() for i, p in enumerate(parts)]

    op.joint = watched
    try:
        ag.rnn(x, h, wi, weight, b).sum().backward()
    finally:
        op.joint = joint
    assert products == [3]


@each_call
def test_what_is_made_of_a_closure_alone_gets_no_derivative_but_passes_one_on(name):
    name, operands, params = CALLS[name]
    op = ag.registry[name]
    weight = ag.tensor(operands[1], requires_grad=True)

    def scaled(s):
        out = op(operands[0], weight, *operands[2:], **params)
        return s * np.sum(out[0] if isinstance(out, tuple) else out)

    slope = ag.grad(scaled)(ag.tensor(2.0))
    slope.backward()
    assert weight.grad.any()


@each_call
def test_operands_that_depend_on_each_other_have_all_derivatives(name):
    name, operands, params = CALLS[name]
    op = ag.registry[name]

    def doubled(*reals):
        rest = iter(reals)
        xs = [next(rest) if is_real(x) else x for x in operands]
        xs[1] = np.sin(xs[1])
        xs[0] = xs[0] + np.mean(xs[1])
        out = op(*xs, **params)
        return out[0] if isinstance(out, tuple) else out

    check_grads(doubled, *[x for x in operands if is_real(x)])


def test_a_gate_that_is_shut_to_all_digits_overflows_in_silence():
    x, h, c, wi, wh, b = gated(4, 2, 1)
    with np.errstate(all="raise", under="ignore"):
        outs = ag.lstm(1e6 * x, h, c, wi, wh, b)
    assert all(np.isfinite(out).all() for out in outs)


def test_complex_numbers_are_refused():
    for name, operands, params in CALLS.values():
        with pytest.raises(TypeError, match="real numbers"):
            ag.registry[name](operands[0] * 1j, *operands[1:], **params)


def test_a_program_of_fused_steps_is_written_out_and_runs():
    operands = CALLS["lstm"][1]
    graph = ag.record(lambda *xs: ag.lstm(*xs)[0], *operands)
    assert "ag.lstm(x0, x1, x2, x3, x4, x5)" in graph.program.source()
    np.testing.assert_array_equal(graph.program(*operands), ag.lstm(*operands)[0])


def test_a_query_that_attends_to_one_key_alone_has_the_slope_of_what_is_left():
    """Of a share that is 1 but for 4e-18: 1 less it would be 0."""
    query, key, value = (
        np.array([[40.0]]),
        np.array([[1.0], [0.0]]),
        np.array([[2.0], [5.0]]),
    )
    f = lambda q: ag.sum(ag.attention(q, key, value, True, True, scale=1.0)[0])  # noqa: E731
    share = np.exp(-40.0)
    np.testing.assert_allclose(ag.grad(f)(query), [[share * (2 - 5)]], rtol=1e-14)
