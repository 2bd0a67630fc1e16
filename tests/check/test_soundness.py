"""What is right must pass, and what is wrong must not: cases that were once mistaken."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from autograd.check import GradientError, check_grads, gradient_property
from autograd.check.strategies import tensors

VECTOR = np.array([0.7, -1.3, 2.1])
Case = Callable[[], object]


def norm(x: Any) -> Any:
    return np.sqrt(np.sum(x * x))


def net_at_its_kinks(seed: int) -> nn.Module:
    """All of its units are at the kink of relu, and enter with signs of their own."""
    first = nn.Linear(3, 4, generator=seed, dtype=float)
    first.bias.data = np.zeros(4)
    return nn.Sequential(first, nn.ReLU(), nn.Linear(4, 1, generator=seed, dtype=float))


def running_mean() -> nn.Module:
    class Mean(nn.Module):
        def __init__(self) -> None:
            self.mean = nn.Buffer(np.zeros(3))

        def forward(self, x: Any) -> Any:
            self.mean.data = (
                0.9 * self.mean.data + 0.1 * ag.asarray(x).detach().data.real
            )
            return x * 2.0

    return Mean()


SHARED = nn.Linear(3, 3, generator=0, dtype=float)
AGREEING = np.array(
    [
        [0.6093449442056478, 0.3614525669343264],
        [0.1766682395949584, -0.7436114759024447],
        [-0.6349339583542921, 1.3522494739553412],
        [2.0480102393830903, -1.5772810069706278],
    ]
)
BETWEEN = np.array([1.0, -1.0])

RIGHT: dict[str, Case] = {
    "second derivatives that cancel": lambda: check_grads(
        np.hypot, np.array(2.0**-10), np.array(2.0**-27)
    ),
    "terms that cancel, added in another order": lambda: check_grads(
        np.matmul,
        np.broadcast_to(np.array([0.8123932887559986]), (2,)),
        np.array([800.0, -800.0]),
    ),
    "a small output beside large terms": lambda: check_grads(
        lambda x: np.fft.fft(x, n=6), np.array([1 + 3j, 1 - 1j, 800, 1 + 0.5j])
    ),
    "roundings that two differences have alike": lambda: check_grads(
        np.linalg.matrix_norm, np.array([[[2.0**-10]], [[-30.0]]]), order=3
    ),
    "extrapolations that agree by chance": lambda: check_grads(
        ag.registry["lstsq"], AGREEING, np.array([-800.0, -(2.0**-10), 2.0**-27, 30.0])
    ),
    "slopes of a tiny output that a difference left over": lambda: check_grads(
        ag.general(
            lambda x: ag.registry["log_softmax"].forward(x, axis=0),
            lambda g, x: g - ag.softmax(x, axis=0) * np.sum(g, axis=0, keepdims=True),
            name="log_softmax from softmax",
        ),
        np.array([[-800.0, 30.0], [0.5, -(2.0**-10)], [-30.0, 2.0]]),
        order=1,
    ),
    "terms that are rounded alike close by": lambda: check_grads(
        lambda x: np.std(x, axis=0, ddof=0.5), np.array([[0.0], [2.0**-27]])
    ),
    **{
        f"kinks of opposite signs, seed {seed}": lambda seed=seed: check_grads(
            lambda x: np.sum(ag.relu(x) * BETWEEN), np.zeros(2), seed=seed
        )
        for seed in range(4)
    },
    **{
        f"a network at its kinks, {seed}": lambda seed=seed: check_grads(
            net_at_its_kinks(seed), np.zeros((2, 3))
        )
        for seed in range(3)
    },
    "two clips at their bounds": lambda: check_grads(
        lambda x, y: np.clip(x, -1, 1) - np.clip(y, -1, 1), np.ones(3), np.ones(3)
    ),
    "a kink that second derivatives touch": lambda: check_grads(
        lambda x, w, b: np.abs(ag.affine(x, w, b)),
        np.array([[1.0], [0.0], [-2.0]]),
        np.array([[3.0], [-1.0]]),
        np.array([-0.5, 0.0]),
    ),
    "both ends of a domain": lambda: check_grads(
        lambda x: x * x, np.array([0.0, 1.0]), domain=(0, 1)
    ),
    "one end of a domain, several times": lambda: check_grads(
        lambda x: 3 * x + 1, np.zeros(3), domain=(0, np.inf), seed=1
    ),
    "half precision": lambda: check_grads(np.tanh, VECTOR.astype(np.float16)),
    "a function that raises nearby": lambda: check_grads(lambda a: 1 / a, Value(0.125)),
    "steps below the spacing of floats": lambda: check_grads(
        np.sin, np.array([1e12, 3e12])
    ),
    **{
        f"a norm of 1e-{k}": lambda k=k: check_grads(norm, VECTOR * 10.0**-k)
        for k in (8, 10, 13, 14, 20)
    },
    "a norm of one tiny number, whose slopes cancel": lambda: [
        check_grads(norm, np.array([x]), seed=seed)
        for x in (2.0**-27, -3e-9)
        for seed in range(12)
    ],
    "negative bases": lambda: check_grads(
        lambda x, y: x**y, np.array([-1.5, 2.0]), np.array([2.0, 3.0])
    ),
    "a module that is shared": lambda: check_grads(
        lambda a, b, x: a(x) * b(x), SHARED, SHARED, VECTOR
    ),
    "Values beside floats": lambda: check_grads(lambda a, b: a * b, Value(0.5), 2.0),
    "conjugates in a product": lambda: check_grads(
        lambda x: np.conjugate(np.prod(x)) ** 2, np.array([1.0, 2.0, -1.0])
    ),
}


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_passes(case: str) -> None:
    RIGHT[case]()


def planted(rule: Any, **facts: Any) -> Any:
    return ag.general(np.sin, rule, name="planted", **facts)


def absolute_cotangent_of_one_number() -> Any:
    return ag.general(
        lambda x: np.sum(x * x),
        lambda g, x: abs(g) * 2 * x,
        push=lambda t, x: 2 * np.sum(t[0] * x),
        name="planted",
    )


def state_of_the_forward_pass() -> Any:
    kept = {}

    def forward(x: Any) -> Any:
        kept["x"] = x
        return np.sin(x)

    return ag.general(forward, lambda g: g * np.cos(kept["x"]), name="planted")


class WrongInside(nn.Module):
    def __init__(self) -> None:
        self.weight = nn.Parameter(VECTOR.copy())
        self.tanh = ag.elementwise(np.tanh, lambda out: 1 - out, name="planted")

    def forward(self, x: Any) -> Any:
        return self.tanh(self.weight) * x


WRONG: dict[str, Case] = {
    "a tangent without its sign": lambda: check_grads(
        planted(lambda g, x: g * np.cos(x), push=lambda t, x: abs(t[0]) * np.cos(x)),
        np.array(0.5),
    ),
    "a cotangent without its sign": lambda: [
        check_grads(absolute_cotangent_of_one_number(), VECTOR, seed=seed)
        for seed in range(3)
    ],
    "large cotangents cut off": lambda: check_grads(
        planted(lambda g, x: np.clip(g, -3, 3) * np.cos(x)), VECTOR
    ),
    "a module in a list": lambda: check_grads(
        lambda ms, x: ms[0](x), [WrongInside()], VECTOR
    ),
    "the method of a module": lambda: check_grads(WrongInside().forward, VECTOR),
    "a wrong slope beside a jump": lambda: check_grads(
        lambda x: np.sum(np.floor(x)) + np.sum(planted(lambda g, x: -g * np.cos(x))(x)),
        np.array([1.0, 0.5]),
        order=1,
    ),
    "state that forward keeps": lambda: check_grads(
        state_of_the_forward_pass(), VECTOR
    ),
    "what is random": lambda: check_grads(
        lambda x: x * np.random.default_rng().normal(), VECTOR
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_found(case: str) -> None:
    with pytest.raises(GradientError):
        WRONG[case]()


def test_what_is_not_finite_anywhere_proves_nothing_at_any_order() -> None:
    test = gradient_property(lambda x: np.log(-1 - x * x), tensors((2,)))
    with pytest.raises(ValueError, match="inconclusive"):
        test()


def test_what_a_module_keeps_is_afterwards_as_it_was() -> None:
    module = running_mean()
    check_grads(module, VECTOR)
    assert module.mean.data.tolist() == [0.0, 0.0, 0.0]


WRONG_REQUESTS: dict[str, tuple[Case, type[Exception], str]] = {
    "no check is left of a gradient by hand": (
        lambda: check_grads(np.sum, VECTOR, gradient=np.ones_like, checks="forward"),
        ValueError,
        "checks are among",
    ),
    "complex numbers and a gradient by hand": (
        lambda: check_grads(abs, np.array(1j), gradient=lambda z: z),
        TypeError,
        "real arguments",
    ),
    "the complex step of what takes none": (
        lambda: check_grads(np.hypot, VECTOR, VECTOR, oracle="complex step"),
        ValueError,
        "keeps their imaginary part",
    ),
    "a seed below 0": (
        lambda: check_grads(np.sin, VECTOR, seed=-1),
        ValueError,
        "seed",
    ),
    "Values and arrays together": (
        lambda: check_grads(lambda a, b: (a, b), Value(1.0), VECTOR),
        TypeError,
        "do not mix",
    ),
    "a layout there is not": (
        lambda: tensors(layout="Fortran").example(),
        ValueError,
        "layout is one of",
    ),
    "values there are not": (
        lambda: tensors(values=("latice",)).example(),
        ValueError,
        "values is a tuple",
    ),
    "an empty domain": (
        lambda: tensors(domain=(1, 0)).example(),
        ValueError,
        "domain= is an interval",
    ),
}


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
@pytest.mark.parametrize("case", WRONG_REQUESTS)
def test_a_wrong_request_says_what_is_wrong(case: str) -> None:
    request, kind, message = WRONG_REQUESTS[case]
    with pytest.raises(kind, match=message):
        request()


@pytest.mark.parametrize("size", [1e-14, 1e-30, 1e-45, 1e-60, 1e-100, 1e-149])
@pytest.mark.parametrize("rule", [lambda x: 2 * np.sign(x), lambda x: 0 * x])
def test_wrong_slopes_close_to_a_kink_are_found(size, rule):
    wrong = ag.elementwise(lambda x: 3 * np.abs(x), rule, name="v", analytic=False)
    x = size * np.array([1.0, -2.0])
    with pytest.raises(GradientError, match=r"wrong|failed"):
        check_grads(wrong, x)
    check_grads(lambda x: 3 * np.abs(x), x)


@pytest.mark.parametrize("size", [1e-30, 1e-60, 1e-100, 1e-149])
def test_right_slopes_close_to_a_kink_are_not_refused(size):
    x = size * np.array([1.0, -2.0])
    for f in (np.linalg.norm, lambda x: np.sqrt(np.abs(x)), lambda x: np.hypot(x, x)):
        check_grads(f, x)
