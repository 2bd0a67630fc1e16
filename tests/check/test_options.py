"""What ``check_grads`` takes: modules, hand-written gradients, domains, oracles."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.check import GradientError, check_grads
from autograd.check.compare import CHECKS

VECTOR = np.array([0.7, -1.3, 2.1])
MATRIX = np.random.default_rng(3).normal(size=(2, 3))


# Modules --------------------------------------------------------------------------------


class Cubes(nn.Module):
    """Σ (w x)³, by a rule with a factor of its own."""

    def __init__(self, factor: float) -> None:
        self.inner = [nn.Linear(3, 2, generator=0, dtype=float)]
        self.cube = ag.elementwise(
            lambda x: x**3, lambda x: factor * x**2, name="planted"
        )

    def forward(self, x: Any) -> Any:
        return self.cube(self.inner[0](x))


def test_the_parameters_of_a_module_are_checked_as_well() -> None:
    report = check_grads(Cubes(3.0), MATRIX)
    assert report.worst < 1
    with pytest.raises(GradientError) as caught:
        check_grads(Cubes(2.0), MATRIX)
    assert caught.value.function == "model"


def test_a_wrong_derivative_by_a_parameter_names_it() -> None:
    with pytest.raises(GradientError) as caught:
        check_grads(Cubes(2.0), MATRIX, wrt="inner.0.weight")
    assert caught.value.argument == "parameters['inner.0.weight']"


def test_of_a_module_in_float32_the_parameters_are_checked_in_double_precision() -> (
    None
):
    model = nn.MLP(3, [4, 2], generator=0)
    before = model.state_dict()
    report = check_grads(model, MATRIX.astype(np.float32))
    assert "forward in single precision" in report.worst_check or report.worst < 1
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert all(p.grad is None for p in model.parameters())


def test_a_module_among_the_arguments_brings_its_parameters() -> None:
    with pytest.raises(GradientError) as caught:
        check_grads(
            lambda model, x: model(x.data), Cubes(2.0), ag.tensor(MATRIX), wrt=0
        )
    assert caught.value.argument.startswith("args[0].parameters['inner.0.")


def test_networks_of_values_are_checked_by_their_weights() -> None:
    neuron = nn.scalar.Neuron(2)
    weights = [w.data for w in neuron.w]
    report = check_grads(neuron, [ag.Value(0.3), ag.Value(-0.2)])
    assert report.worst < 1
    assert [w.data for w in neuron.w] == weights


def test_a_name_that_is_no_parameter_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"'bias' is no parameter of model.*inner.0"):
        check_grads(Cubes(3.0), MATRIX, wrt="bias")
    with pytest.raises(ValueError, match="'x' is no parameter of f, which has none"):
        check_grads(lambda x: x, VECTOR, wrt="x")


# Gradients written by hand --------------------------------------------------------------


def norm_of(x: np.ndarray) -> Any:
    return np.linalg.norm(x)


def test_a_hand_written_gradient_of_numpy_arrays() -> None:
    right = check_grads(norm_of, VECTOR, gradient=lambda x: x / np.linalg.norm(x))
    assert right.worst < 1
    with pytest.raises(GradientError) as caught:
        check_grads(norm_of, VECTOR, gradient=lambda x: x / 2)
    error = caught.value
    assert (error.argument, error.function) == ("args[0]", "norm_of")
    np.testing.assert_allclose(error.got, VECTOR[error.index] / 2)


def test_a_hand_written_gradient_by_several_arguments_is_a_tuple() -> None:
    def f(x: np.ndarray, y: np.ndarray) -> Any:
        return np.sum(np.tensordot(x, y, 1) ** 2)

    def gradient(x: np.ndarray, y: np.ndarray) -> Any:
        g = 2 * (x @ y)
        return np.outer(g, y), g @ x

    check_grads(f, MATRIX, VECTOR, gradient=gradient)
    check_grads(f, MATRIX, VECTOR, gradient=lambda x, y: gradient(x, y)[1], wrt=1)
    with pytest.raises(GradientError):
        check_grads(f, MATRIX, VECTOR, gradient=lambda x, y: gradient(x, 2 * y))


def test_a_hand_written_gradient_that_writes_into_its_argument_is_found() -> None:
    def gradient(x: np.ndarray) -> np.ndarray:
        x *= 2
        return x

    with pytest.raises((GradientError, ValueError), match=r"written|read-only"):
        check_grads(lambda x: np.sum(x * x), VECTOR.copy(), gradient=gradient)


def test_what_gradient_cannot_be_of_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"returned shape \(3,\).*autograd.general"):
        check_grads(lambda x: 2 * x, VECTOR, gradient=lambda x: 2)
    with pytest.raises(TypeError, match="returned 2 arrays; expected 1"):
        check_grads(norm_of, VECTOR, gradient=lambda x: (x, x))


def test_a_hand_written_gradient_leaves_the_registry_as_it_was() -> None:
    before = dict(ag.registry)
    check_grads(norm_of, VECTOR, gradient=lambda x: x / np.linalg.norm(x))
    assert ag.registry == before


# Domains --------------------------------------------------------------------------------


def test_steps_stay_within_the_domain() -> None:
    seen = []

    def f(x: Any) -> Any:
        seen.append(np.min(np.real(ag.asarray(x).data)))
        return np.log(x)

    check_grads(f, np.array([1e-9, 2.0]), domain=(0, np.inf), oracle="Ridders", order=1)
    assert min(seen) >= 0


@pytest.mark.parametrize("end", [-1.0, 1.0])
def test_at_the_end_of_a_domain_the_one_sided_slope_counts(end: float) -> None:
    f = ag.elementwise(
        lambda x: np.where(np.abs(x) > 1, np.nan, x**3),
        lambda x: 3 * x * x,
        name="planted",
        analytic=False,
    )
    report = check_grads(f, np.array([end, 0.5]), domain=(-1, 1), order=1)
    assert report.unsettled == 0
    wrong = ag.elementwise(f.forward, lambda x: 2 * x, name="planted", analytic=False)
    with pytest.raises(GradientError):
        check_grads(wrong, np.array([end]), domain=(-1, 1), order=1)


ENDS = [
    (name, i, end)
    for name in sorted(ag.registry)
    for i, interval in enumerate(ag.registry[name].domain)
    for end in interval
    if np.isfinite(end)
    and ag.registry[name].kind == "elementwise"
    and ag.registry[name].tracks
]


@pytest.mark.parametrize(("name", "argument", "end"), ENDS)
def test_no_primitive_is_silently_finite_at_the_end_of_its_domain(
    name: str, argument: int, end: float
) -> None:
    op = ag.registry[name]
    inside = [min(max(0.5, low + 0.5), high) for low, high in op.domain]
    args = [np.array([x, x]) for x in inside]
    args[argument][0] = end
    check_grads(op, *args, domain=op.domain, order=1)


def test_a_finite_slope_where_it_is_infinite_is_found() -> None:
    f = ag.elementwise(
        np.sqrt,
        lambda out: 0.5 / (out + np.equal(out, 0)),
        name="planted",
        analytic=False,
    )
    with pytest.raises(GradientError, match="finite at the end of the domain"):
        check_grads(f, np.array([0.0, 1.0]), domain=(0, np.inf), order=1)


def test_an_argument_outside_of_its_domain_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"outside of it at \(1,\): -1.3"):
        check_grads(np.log, VECTOR, domain=(0, np.inf))
    with pytest.raises(ValueError, match="one for each of 1 arguments; got 2"):
        check_grads(np.log, VECTOR, domain=[(0, 1), (0, 1)])


# Oracles --------------------------------------------------------------------------------


@pytest.mark.parametrize("oracle", ["complex step", "Ridders", "Taylor"])
def test_every_oracle_tells_right_from_wrong(oracle: str) -> None:
    report = check_grads(np.sin, VECTOR, oracle=oracle)
    assert set(report.oracles.values()) == {oracle}
    assert report.unsettled == 0
    wrong = ag.elementwise(np.sin, lambda x: np.sin(x), name="planted")
    with pytest.raises(GradientError) as caught:
        check_grads(wrong, VECTOR, oracle=oracle)
    assert oracle in caught.value.oracle


def test_taylors_remainder_says_nothing_of_what_is_finer_than_its_steps() -> None:
    """At 1 - 7e-9 the slope of arcsin, 8192, is that of no step it can take."""
    report = check_grads(np.arcsin, np.array([1 - 2.0**-27]), oracle="Taylor", order=1)
    assert report.unsettled > 0


def test_taylors_remainder_takes_any_slope_between_those_of_a_kink() -> None:
    assert check_grads(np.abs, np.array([0.0, 1.0]), oracle="Taylor", order=1)


# Checks ---------------------------------------------------------------------------------


def only_on_nodes() -> Any:
    """Right on arrays; a detached term where it is recorded."""

    def rule(g: Any, x: Any) -> Any:
        return g * np.cos(x) if isinstance(g, np.ndarray) else g * np.cos(x) * 1.5

    return ag.general(np.sin, rule, name="planted")


def asymmetric() -> Any:
    """A gradient field that is none: ∂²f/∂x∂y is not ∂²f/∂y∂x."""
    return ag.elementwise(
        lambda x, y: x * y,
        lambda x, y: y,
        lambda x: x.data if isinstance(x, ag.Tensor) else x,
        name="planted",
    )


def test_rules_on_nodes_are_compared_with_those_on_arrays() -> None:
    with pytest.raises(GradientError) as caught:
        check_grads(only_on_nodes(), VECTOR, order=1, checks=("lifted",))
    assert caught.value.check == "lifted"
    check_grads(only_on_nodes(), VECTOR, order=1, checks=("reverse", "hygiene"))


def test_a_hessian_is_symmetric() -> None:
    with pytest.raises(GradientError) as caught:
        check_grads(asymmetric(), VECTOR, VECTOR + 1, checks=("reverse", "symmetry"))
    assert "reverse" in caught.value.check or "symmetry" in caught.value.check
    with pytest.raises(GradientError, match="a Hessian is symmetric"):
        check_grads(asymmetric(), VECTOR, VECTOR + 1, checks=("symmetry", "adjoint"))


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_runs_alone(check: str) -> None:
    assert check_grads(lambda x: np.sum(np.tanh(x) * x), VECTOR, checks=(check,))
