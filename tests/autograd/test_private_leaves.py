"""What a transform leaves behind: nothing tracked, nothing switched."""

import numpy as np
import pytest

import autograd as ag

A = np.array([1.0, 2.0, 3.0])
B = np.array([0.5, -1.0, 2.0])


def cubes(x):
    return (x * x * x).sum()


def test_transforms_work_inside_no_grad_and_nothing_lifts_there():
    w = ag.tensor(A, requires_grad=True)
    with ag.no_grad():
        g = ag.grad(lambda x: (w * x * x).sum())(B)
        assert type(g) is np.ndarray
        np.testing.assert_array_equal(g, 2 * A * B)
        h = ag.grad(lambda x: (x * x).sum())(w)
        assert type(h) is ag.Tensor
        assert not h.requires_grad
        assert ag.grad(ag.grad(lambda x: x**3))(2.0) == 12.0
        _, t = ag.jvp(lambda x: (w * x).sum(), (B,), (B,))
        assert type(t) is not ag.Tensor
        assert not (w * 1).requires_grad  # the switch is as before


def test_a_gradient_under_no_grad_inside_a_transform_is_constant():
    def f(x):
        with ag.no_grad():
            c = ag.grad(lambda y: y**3)(x)
        return c * x

    assert ag.grad(f)(2.0) == 12.0  # and not 12 + 12·2


def test_a_detached_part_of_the_function_is_constant():
    assert ag.grad(lambda x: x.detach() * x)(3.0) == 3.0
    assert ag.grad(lambda x: x.data * x)(3.0) == 3.0


def test_private_leaves_are_untracked_when_a_transform_ends():
    kept = []

    def f(x):
        kept.append(x)
        return (x * x).sum()

    ag.grad(f)(A)
    ag.value_and_grad(f)(A)
    ag.jvp(f, (A,), (A,))
    ag.jacobian(f)(A)
    ag.hvp(f, (A,), (A,))
    assert len(kept) == 5
    for leaf in kept:
        while leaf.inputs:  # hvp: an argument made from an outer private leaf
            (leaf,) = leaf.inputs
        assert not leaf.requires_grad
    assert not (kept[0] * 2).requires_grad


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
@pytest.mark.parametrize(
    "transform",
    [
        lambda f: ag.grad(f)(A),
        lambda f: ag.value_and_grad(f)(A),
        lambda f: ag.vjp(f, A),
        lambda f: ag.jvp(f, (A,), (A,)),
        lambda f: ag.jacobian(f)(A),
        lambda f: ag.hessian(f)(A),
        lambda f: ag.hvp(f, (A,), (A,)),
    ],
)
def test_private_leaves_are_untracked_also_when_the_function_raises(transform, error):
    kept = []

    def f(x):
        kept.append(x)
        x * 2
        raise error("from inside")

    with pytest.raises(error):
        transform(f)
    assert not kept[0].requires_grad or kept[0].op is not None
    leaf = kept[0]
    while leaf.inputs:  # hessian: an argument made from an outer private leaf
        leaf = leaf.inputs[0]
    assert not leaf.requires_grad
    assert (ag.tensor(1.0, requires_grad=True) * 2).requires_grad


def test_the_private_leaf_of_a_failed_output_check_is_untracked_too():
    kept = []
    with pytest.raises(ValueError, match="scalar"):
        ag.grad(lambda x: kept.append(x) or x * 2)(A)
    assert not kept[0].requires_grad


def test_a_leaf_that_leaked_out_of_vjp_does_not_disturb_what_follows():
    def outer(z):
        _, pull = ag.vjp(lambda y: y * y, np.ones(3))
        return pull(z)[0].sum()

    g = ag.grad(outer)(A)
    assert type(g) is np.ndarray
    assert g.tolist() == [2.0, 2.0, 2.0]


def test_arguments_of_transforms_are_not_changed():
    x = ag.tensor(A, requires_grad=True)
    ag.grad(cubes)(x)
    ag.hessian(cubes)(x)
    assert x.grad is None
    assert x.requires_grad
    assert x.op is None
    y = ag.tensor(A)
    ag.grad(cubes)(y)
    assert not y.requires_grad
    assert y.grad is None


def test_a_write_inside_the_function_is_noticed_or_harmless():
    w = ag.tensor(B)

    def f(x):
        y = x * w
        w.data *= 0
        return y.sum()

    for transform in (
        lambda: ag.grad(f)(A),
        lambda: ag.jvp(f, (A,), (np.ones(3),)),
        lambda: ag.jacobian(f)(A),
    ):
        w.data = B.copy()
        with pytest.raises(ag.StaleWriteError):
            transform()


def test_a_write_between_vjp_and_its_pull_is_noticed():
    w = ag.tensor(B)
    _, pull = ag.vjp(lambda x: x * w, A)
    np.testing.assert_array_equal(pull(np.ones(3))[0], B)
    w.data *= 0
    with pytest.raises(ag.StaleWriteError):
        pull(np.ones(3))


def test_a_raw_write_into_the_callers_array_does_not_reach_what_is_pulled_later():
    x = A.copy()
    with ag.detect_writes():
        _, pull = ag.vjp(lambda x: x * x, x)
        x *= 0
        np.testing.assert_array_equal(pull(np.ones(3))[0], 2 * A)
