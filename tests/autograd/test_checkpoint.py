"""checkpoint: the same derivatives of all orders, in less memory."""

import tracemalloc

import numpy as np
import pytest

import autograd as ag
import nn

X, Y = np.random.default_rng(0).normal(size=(2, 4))
W = np.random.default_rng(1).normal(size=(4, 4)) / 2


def near(got, expected):
    np.testing.assert_allclose(got, expected, 1e-10, 1e-13)


def both(f):
    """A function of what f returns, with it as it is and with a checkpoint."""

    def total(f):
        def of(x, y):
            a, rest = f(x, y)
            return np.sum(a * a) * rest["sum"]

        return of

    return total(f), total(ag.checkpoint(f))


def f(x, y):
    a = np.tanh(W @ x) * y
    return a, {"sum": np.sum(a * x), "text": "same"}


@pytest.mark.parametrize(
    "transform",
    [
        lambda f: ag.grad(f, (0, 1)),
        lambda f: lambda x, y: ag.jvp(f, (x, y), (y, x)),
        lambda f: ag.hessian(f, (0, 1)),
        lambda f: ag.jacobian(ag.jacfwd(f), 1),
        lambda f: ag.jacrev(ag.jacrev(f)),
        lambda f: ag.grad(lambda x, y: np.sum(ag.grad(f)(x, y) ** 2)),
        lambda f: lambda x, y: ag.vmap(ag.grad(f))(np.stack([x, y]), np.stack([y, x])),
        lambda f: lambda x, y: ag.grad(lambda x: f(x, ag.stop_gradient(x)))(x),
    ],
)
def test_derivatives_are_those_without_it(transform):
    plain, forgetful = both(f)
    pairs = zip(
        ag.core.tree.leaves(transform(plain)(X, Y)),
        ag.core.tree.leaves(transform(forgetful)(X, Y)),
    )
    for expected, got in pairs:
        near(got, expected)


def through_a_closure(wrapped):
    w = ag.tensor(W, requires_grad=True)
    inner = np.tanh(w @ X)  # itself made of w
    out = wrapped(lambda x: np.tanh(w @ x) * inner + inner)(inner * 2)
    np.sum(out * out).backward()
    return w.grad


def second_through_a_closure(wrapped):
    return ag.hessian(lambda u: wrapped(lambda x: np.sum(np.sin(x * u) * u))(X))(Y)


@pytest.mark.parametrize("derivative", [through_a_closure, second_through_a_closure])
def test_what_it_closes_over_gets_its_gradient_leaf_or_not(derivative):
    near(derivative(ag.checkpoint), derivative(lambda f: f))


def test_modules_and_dropout_draw_the_same_masks_again():
    rng = np.random.default_rng(3)
    layer = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(0.5, generator=rng))
    x = ag.tensor(np.stack([X, Y]), requires_grad=True)
    found = []
    for wrapped in (lambda f: f, lambda f: ag.checkpoint(f, generators=[rng])):
        rng.bit_generator.state = np.random.default_rng(3).bit_generator.state
        np.sum(wrapped(layer)(x) ** 2).backward()
        found.append([x.grad, layer[0].weight.grad, rng.random()])
        x.grad = layer[0].weight.grad = None
    for expected, got in zip(*found):
        near(got, expected)


def test_a_function_that_finds_other_numbers_again_is_refused():
    rng = np.random.default_rng(0)
    noisy = ag.checkpoint(lambda x: x * rng.random(4))
    with pytest.raises(ValueError, match="generators="):
        ag.grad(lambda x: noisy(x).sum())(X)


def test_values_take_it_too():
    x = ag.Value(0.7)
    ag.checkpoint(lambda x: x * x * x)(x).backward()
    assert abs(x.grad - 3 * 0.49) < 1e-12


def test_what_needs_no_gradient_is_left_as_it_is():
    assert ag.checkpoint(lambda x: x * 2)(ag.tensor([1.0])).op is None
    with ag.no_grad():
        assert not ag.checkpoint(lambda x: x * 2)(
            ag.tensor([1.0], requires_grad=True)
        ).requires_grad
    assert ag.checkpoint(lambda: 3)() == 3
    assert len(ag.record(ag.checkpoint(lambda x: np.sin(x) * 2), X).nodes) == 3
    with pytest.raises(TypeError, match="needs a function"):
        ag.checkpoint(3)


def peak(f, x):
    tracemalloc.start()
    ag.grad(f)(x)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found / x.nbytes


def test_a_chain_of_n_steps_taken_by_root_n_keeps_about_two_root_n():
    def stretch(x):
        for _ in range(16):
            x = np.sin(x)
        return x

    def chain(stretch):
        def f(x):
            for _ in range(16):
                x = stretch(x)
            return x.sum()

        return f

    x = np.ones(10_000)
    assert peak(chain(stretch), x) > 256
    assert peak(chain(ag.checkpoint(stretch)), x) < 60


@pytest.mark.parametrize("generators", [np.random.default_rng(), [3], 3, None])
def test_generators_that_are_none_are_refused_at_once(generators):
    with pytest.raises(TypeError, match="generators"):
        ag.checkpoint(np.sin, generators=generators)
