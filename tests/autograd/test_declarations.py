"""Declarations: fast rules, what a rule reads, and what is refused."""

import numpy as np
import pytest

import autograd as ag

A = np.array([[0.3, 0.7, 1.1], [0.2, 0.5, 0.9]])
V = np.random.default_rng(0).normal(size=A.shape)


# fast= ---------------------------------------------------------------------------------------

calls = []


def fast_left(g, x, y):
    calls.append("left")
    return g @ y.T


def fast_right(g, x, y):
    calls.append("right")
    return x.T @ g


product = ag.multilinear(
    lambda x, y: np.matmul(x, y),
    lambda g, y: np.matmul(g, np.swapaxes(y, 0, 1)),
    lambda g, x: np.matmul(np.swapaxes(x, 0, 1), g),
    fast=(fast_left, fast_right),
    name="fast product",
)


def test_a_fast_rule_is_used_on_raw_arrays_and_equals_the_plain_rule():
    x, y = ag.tensor(A, requires_grad=True), ag.tensor(V.T, requires_grad=True)
    calls.clear()
    product(x, y).sum().backward()
    assert sorted(calls) == ["left", "right"]
    fast = x.grad, y.grad
    x.grad = y.grad = None
    (x @ y).sum().backward()
    np.testing.assert_allclose(fast[0], x.grad, rtol=1e-14)
    np.testing.assert_allclose(fast[1], y.grad, rtol=1e-14)


def test_a_fast_rule_is_not_used_where_the_sweep_is_lifted():
    f = lambda x: (product(x, x.T) ** 2).sum()  # noqa: E731
    same = lambda x: ((x @ x.T) ** 2).sum()  # noqa: E731
    np.testing.assert_allclose(
        ag.hvp(f, (A,), (V,)), ag.hvp(same, (A,), (V,)), rtol=1e-12
    )
    np.testing.assert_allclose(ag.hessian(f)(A), ag.hessian(same)(A), rtol=1e-11)


def test_only_wanted_fast_rules_run():
    calls.clear()
    product(A, ag.tensor(V.T, requires_grad=True)).sum().backward()
    assert calls == ["right"]


@pytest.mark.parametrize("fast", [(lambda g, y: g * y, None), (lambda g, y: g * y,)])
def test_an_operand_without_a_fast_rule_falls_back_to_its_plain_rule(fast):
    op = ag.multilinear(
        lambda x, y: x * y,
        lambda g, y: g * y,
        lambda g, x: g * x,
        fast=fast,
        name=f"half fast {len(fast)}",
    )
    x, y = ag.tensor([2.0], requires_grad=True), ag.tensor([3.0], requires_grad=True)
    op(x, y).backward()
    assert x.grad.tolist() == [3.0]
    assert y.grad is not None
    assert y.grad.tolist() == [2.0]


def test_what_a_fast_rule_reads_is_guarded_against_stale_writes():
    op = ag.general(
        lambda x: np.exp(x),
        lambda g, x: g * np.exp(x),
        fast=(lambda g, out: g * out,),
        name="fast reads out",
    )
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = op(x)
    y.data *= 0
    try:
        y.sum().backward()
    except ag.StaleWriteError:
        assert x.grad is None
        return
    np.testing.assert_allclose(x.grad, np.exp([1.0, 2.0]))


def test_a_fast_rule_with_a_joint_rule_is_used_or_refused_but_not_believed_blindly():
    """fast= belongs to rules by operand; beside joint= it must not change the numbers."""
    try:
        op = ag.linear(
            lambda x, y: x + y,
            joint=lambda g: (g, g),
            fast=(lambda g: g, lambda g: g),
            name="joint and fast",
        )
    except (TypeError, ValueError):
        return
    x, y = ag.tensor([2.0], requires_grad=True), ag.tensor([3.0], requires_grad=True)
    op(x, y).backward()
    assert x.grad.tolist() == y.grad.tolist() == [1.0]


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


def test_a_keyword_only_operand_without_a_default_is_refused_when_declared():
    def forward(x, *, scale):
        return x * scale

    with pytest.raises(TypeError, match="scale"):
        ag.general(forward, lambda g: g, name="no default")


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
    with pytest.raises(ValueError, match="fast product"):
        product(x, x)
