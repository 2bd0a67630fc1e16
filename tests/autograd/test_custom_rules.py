"""custom_rule: a function with a vjp, a jvp, or both, of a person's own."""

import numpy as np
import pytest

import autograd as ag
from autograd.check import GradientError, check_grads, gradient_property

X, Y = np.random.default_rng(0).uniform(0.5, 1.5, size=(2, 4))


def near(got, expected):
    np.testing.assert_allclose(got, expected, 1e-11, 1e-13)


def by_vjp():
    @ag.custom_rule(
        vjp=lambda g, x, y: (g * y * np.cos(x * y), g * x * np.cos(x * y)),
        sample={"x": "array", "y": "array"},
    )
    def wave(x, y):
        return np.sin(x * np.broadcast_to(y, x.shape)) if x.shape else np.sin(x * y)

    return wave


def by_jvp():
    @ag.custom_rule(jvp=lambda t, x, y: (t[0] * y + x * t[1]) * np.cos(x * y))
    def wave(x, y):
        return np.sin(x * y)

    return wave


def by_both():
    @ag.custom_rule(
        vjp=lambda g, x, y: (g * y * np.cos(x * y), g * x * np.cos(x * y)),
        jvp=lambda t, x, y: (t[0] * y + x * t[1]) * np.cos(x * y),
    )
    def wave(x, y):
        return np.sin(x * y)

    return wave


@pytest.mark.parametrize("made", [by_vjp, by_jvp, by_both])
def test_either_rule_gives_all_modes_and_orders(made):
    wave = made()

    def f(x, y):
        return np.sum(wave(x, y) * x)

    def plain(x, y):
        return np.sum(np.sin(x * y) * x)

    near(ag.grad(f, 1)(X, Y), ag.grad(plain, 1)(X, Y))
    near(ag.jvp(f, (X, Y), (Y, X))[1], ag.jvp(plain, (X, Y), (Y, X))[1])
    for mine, theirs in zip(
        ag.hessian(f, (0, 1))(X, Y), ag.hessian(plain, (0, 1))(X, Y)
    ):
        near(mine, theirs)
    third = ag.jacrev(ag.hessian(f))(X, Y)
    near(third, ag.jacrev(ag.hessian(plain))(X, Y))
    rows = np.stack([X, Y])
    near(ag.vmap(ag.grad(f), (0, None))(rows, Y), [ag.grad(f)(x, Y) for x in rows])
    check_grads(wave, X, Y)


def test_it_can_be_checked_by_its_sample():
    @ag.custom_rule(jvp=lambda t, x, out: t[0] * out, sample={"x": "array"})
    def exponential(x):
        return np.exp(x)

    gradient_property(exponential, max_examples=2)()


def test_a_wrong_rule_is_found_by_the_checker():
    @ag.custom_rule(jvp=lambda t, x: 2 * t[0])
    def thrice(x):
        return 3 * x

    with pytest.raises(GradientError):
        check_grads(thrice, X)


def test_a_rule_may_say_something_else_than_the_derivative():
    @ag.custom_rule(vjp=lambda g, limit: np.clip(g, -limit, limit))
    def clipped(x, limit=1.0):
        return np.array(x)

    near(ag.grad(lambda x: np.sum(3 * clipped(x, limit=2.0)))(X), np.full(4, 2.0))

    @ag.custom_rule(vjp=lambda g: g)
    def rounded(x):
        return np.round(x)

    near(ag.grad(lambda x: np.sum(rounded(x) * X))(X), X)


def test_several_outputs_and_operands_without_a_gradient():
    @ag.custom_rule(
        jvp=lambda t, x, mask: (
            np.where(mask, t[0], 0),
            np.where(mask, 0, 2 * t[0] * x),
        )
    )
    def parted(x, mask):
        return np.where(mask, x, 0), np.where(mask, 0, x * x)

    mask = np.array([True, False, True, False])

    def f(x):
        one, two = parted(x, mask)
        return np.sum(one * 2) + np.sum(two * x)

    near(ag.grad(f)(X), np.where(mask, 2, 3 * X * X))
    near(ag.hessian(f)(X), np.diag(np.where(mask, 0, 6 * X)))


def test_values_have_rules_too():
    wave = by_jvp()
    x = ag.Value(1.0)
    wave(x, ag.Value(2.0)).backward()
    assert abs(x.grad - 2 * np.cos(2.0)) < 1e-12


def test_without_a_rule_it_is_refused():
    with pytest.raises(TypeError, match="vjp"):
        ag.custom_rule()(np.sin)
    with pytest.raises(TypeError, match="nothing"):
        ag.custom_rule(vjp=lambda g, nothing: g)(lambda x: x)


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"vjp": lambda g: g}, TypeError),
        ({"vjp": lambda g: (g, g, g)}, TypeError),
        ({"jvp": lambda t: np.ones(7) * t[0].sum()}, ValueError),
        ({"jvp": lambda t: (t[0], t[1])}, TypeError),
    ],
)
def test_a_rule_that_returns_what_does_not_fit_is_told_of_by_name(rule, kind):
    product = ag.custom_rule(name="scaled", **rule)(lambda x, y: x * y)
    with pytest.raises(kind, match="scaled"):
        ag.grad(lambda x: np.sum(product(x, Y)))(X)


def test_a_tangent_is_broadcast_to_its_result_and_back():
    spread = ag.custom_rule(jvp=lambda t: t[0].sum())(lambda x: x * 0 + x.sum())
    near(ag.jvp(spread, (X,), (Y,))[1], np.full(4, Y.sum()))
    near(ag.grad(lambda x: (spread(x) * Y).sum())(X), np.full(4, Y.sum()))


@pytest.mark.parametrize(
    "rule",
    [
        {"vjp": lambda g, x, out: g[0] * out[0] + g[1] * 2},
        {"jvp": lambda t, x, out: (t[0] * out[0], t[0] * 2)},
    ],
)
def test_rules_that_read_several_results_have_all_orders(rule):
    two = ag.custom_rule(**rule)(lambda x: (np.exp(x), 2 * x))

    def f(x):
        first, second = two(x)
        return (first * second).sum()

    def plain(x):
        return (np.exp(x) * 2 * x).sum()

    near(ag.grad(f)(X), ag.grad(plain)(X))
    near(ag.hessian(f)(X), ag.hessian(plain)(X))
    near(ag.vmap(ag.hessian(f))(X[:, None]), ag.vmap(ag.hessian(plain))(X[:, None]))
