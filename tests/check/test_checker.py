"""The checker itself: planted mistakes are found, harmless choices pass."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd.check import GradientError, check_grads

RNG = np.random.default_rng(3)
VECTOR = np.array([0.7, -1.3, 2.1])
MATRIX = RNG.normal(size=(2, 3))
TIES = np.array([[1.0, 1.0, 0.5], [2.0, 2.0, 2.0]])
INDEX = np.array([0, 2, 0])

Plant = Callable[[], tuple[Callable[..., Any], tuple[Any, ...]]]


class Pair(NamedTuple):
    """Arguments that belong together."""

    scale: Any
    shift: Any


# Planted mistakes: what is declared, where it is checked, which check must notice. -------


def wrong_sign() -> Any:
    return ag.elementwise(np.sin, lambda x: -np.cos(x), name="planted"), (VECTOR,)


def wrong_factor() -> Any:
    return ag.elementwise(np.square, lambda x: x, name="planted"), (VECTOR,)


def swapped_partials() -> Any:
    op = ag.elementwise(
        np.divide, lambda out, y: -out / y, lambda y: 1 / y, name="planted"
    )
    return op, (VECTOR, VECTOR[::-1])


def squared_cotangent() -> Any:
    return ag.general(np.exp, lambda g, out: g * g * out, name="planted"), (VECTOR,)


def absolute_cotangent() -> Any:
    return ag.general(np.exp, lambda g, out: np.abs(g) * out, name="planted"), (VECTOR,)


def wrong_for_large_operands() -> Any:
    op = ag.elementwise(
        np.sin, lambda x: np.cos(x) * np.less(np.abs(x), 20), name="planted"
    )
    return op, (np.array([0.5, 30.0]),)


def undefined_at_zero() -> Any:
    op = ag.elementwise(np.square, lambda x, out: 2 * out / x, name="planted")
    return op, (np.array([0.0, 1.0]),)


def computed_in_single_precision() -> Any:
    op = ag.general(
        np.exp,
        lambda g, out: g * out.astype(np.float32).astype(np.float64),
        name="planted",
    )
    return op, (VECTOR,)


def broadcast_axes_not_summed() -> Any:
    op = ag.general(np.add, lambda g: g, lambda g: g[0], name="planted")
    return op, (MATRIX, VECTOR)


def wrong_axis_summed() -> Any:
    op = ag.general(
        np.add,
        lambda g: g,
        lambda g, y_shape: np.reshape(np.sum(g, axis=0), y_shape),
        name="planted",
    )
    return op, (np.ones((3, 3)), VECTOR[:, None])


def negative_axis_misread() -> Any:
    op = ag.linear(
        lambda x, axis=-1: np.sum(x, axis=axis),
        lambda g, x_shape: np.broadcast_to(np.expand_dims(g, 0), x_shape),
        name="planted",
    )
    return lambda x: op(x, axis=-1), (np.ones((3, 3)) * VECTOR,)


def ties_give_one_each_in_a_reduction() -> Any:
    op = ag.general(
        lambda x: np.max(x, axis=-1),
        lambda g, x, out: np.expand_dims(g, -1) * np.equal(x, np.expand_dims(out, -1)),
        name="planted",
    )
    return op, (TIES,)


def ties_give_one_each_to_both_operands() -> Any:
    op = ag.elementwise(
        np.maximum,
        lambda x, y: np.greater_equal(x, y),
        lambda x, y: np.greater_equal(y, x),
        analytic=False,
        name="planted",
    )
    return op, (VECTOR, VECTOR)


def product_divides_by_zeros() -> Any:
    op = ag.general(lambda x: np.prod(x), lambda g, x, out: g * out / x, name="planted")
    return op, (np.array([0.0, 2.0, 3.0]),)


def repeated_index_assigned() -> Any:
    def put(g: Any, indices: Any, x_shape: Any) -> Any:
        if not isinstance(g, np.ndarray):
            return ag.zeros(x_shape) + np.sum(g) * 0
        total = np.zeros(x_shape)
        total[indices] = g
        return total

    op = ag.linear(lambda x, indices: x[indices], put, None, name="planted")
    return lambda x: op(x, INDEX), (VECTOR,)


def permutation_not_inverted() -> Any:
    op = ag.linear(
        lambda x, axes=None: np.transpose(x, axes),
        lambda g, axes: np.transpose(g, axes),
        name="planted",
    )
    return lambda x: op(x, axes=(1, 2, 0)), (np.arange(8.0).reshape(2, 2, 2),)


def as_engines(op: Any) -> Any:
    """As if declared: rules of a person's get cotangents that are theirs to write."""
    ag.registry["planted"] = op
    return op


def contiguous_cotangent_assumed() -> Any:
    def rule(g: Any, x: Any) -> Any:
        if isinstance(g, np.ndarray):
            g = g.ravel(order="K").reshape(g.shape)
        return g * 2 * x

    return ag.general(np.square, rule, name="planted"), (MATRIX,)


def cotangent_written() -> Any:
    def rule(g: Any, out: Any) -> Any:
        if isinstance(g, np.ndarray):
            g *= out
            return g
        return g * out

    return as_engines(ag.general(np.exp, rule, name="planted")), (VECTOR,)


def cotangent_inside_a_graph_written() -> Any:
    f, _ = cotangent_written()
    return lambda x: np.sin(f(x)) + x, (VECTOR,)


def operand_written() -> Any:
    def rule(g: Any, x: Any) -> Any:
        if isinstance(x, np.ndarray):
            x += 1e-3
        return g * np.cos(x - 1e-3)

    return ag.general(np.sin, rule, name="planted"), (VECTOR,)


def result_written() -> Any:
    def rule(g: Any, out: Any) -> Any:
        if isinstance(g, np.ndarray):
            out *= g
            return out
        return g * out

    op = ag.general(np.exp, rule, name="planted")
    return lambda x: op(2 * x) + 1, (VECTOR,)


def wrong_dtype() -> Any:
    op = ag.general(np.exp, lambda g, out: (g * out).astype(np.float32), name="planted")
    return op, (VECTOR,)


def different_each_time() -> Any:
    noise = np.random.default_rng(0)
    op = ag.elementwise(
        np.sin, lambda x: np.cos(x) + 1e-13 * noise.normal(), name="planted"
    )
    return op, (VECTOR,)


def wrong_forward_only() -> Any:
    return ag.linear(lambda x: x + 1, lambda g: g, name="planted"), (VECTOR,)


def wrong_push_only() -> Any:
    op = ag.general(
        np.sin,
        lambda g, x: g * np.cos(x),
        push=lambda t, x: t[0] * np.sin(x),
        name="planted",
    )
    return op, (VECTOR,)


def wrong_second_order_only() -> Any:
    def partial(x: Any) -> Any:
        return np.cos(x.data if isinstance(x, ag.Tensor) else x)

    return ag.elementwise(np.sin, partial, name="planted"), (VECTOR,)


def wrong_on_arrays_only() -> Any:
    def partial(x: Any) -> Any:
        return np.cos(x) if isinstance(x, ag.Node) else -np.cos(x)

    return ag.elementwise(np.sin, partial, name="planted"), (VECTOR,)


PLANTED: dict[Plant, str] = {
    wrong_sign: "reverse",
    wrong_factor: "reverse",
    swapped_partials: "reverse",
    squared_cotangent: "reverse",
    absolute_cotangent: "reverse",
    wrong_for_large_operands: "reverse",
    undefined_at_zero: "reverse",
    computed_in_single_precision: "reverse",
    broadcast_axes_not_summed: "reverse",
    wrong_axis_summed: "reverse",
    negative_axis_misread: "reverse",
    ties_give_one_each_in_a_reduction: "reverse",
    ties_give_one_each_to_both_operands: "reverse",
    product_divides_by_zeros: "reverse",
    repeated_index_assigned: "reverse",
    permutation_not_inverted: "reverse",
    contiguous_cotangent_assumed: "memory",
    cotangent_written: "memory",
    cotangent_inside_a_graph_written: "memory",
    operand_written: "",
    result_written: "",
    wrong_dtype: "reverse",
    different_each_time: "reverse",
    wrong_forward_only: "forward",
    wrong_push_only: "forward",
    wrong_second_order_only: "over",
    wrong_on_arrays_only: "reverse",
}


@pytest.fixture
def _undeclared_again() -> Iterator[None]:
    yield
    ag.registry.pop("planted", None)


@pytest.mark.usefixtures("_undeclared_again")
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_mistake_is_found(plant: Plant) -> None:
    f, args = plant()
    with pytest.raises(GradientError) as caught:
        check_grads(f, *args)
    assert PLANTED[plant] in caught.value.check


def test_a_mistake_of_third_order_is_found_at_third_order_only() -> None:
    def partial(x: Any) -> Any:
        return constant_slope(x)

    constant_slope = ag.elementwise(
        np.cos,
        lambda x: -np.sin(x.data if isinstance(x, ag.Tensor) else x),
        name="slope",
    )
    f = ag.elementwise(np.sin, partial, name="planted")
    assert check_grads(f, VECTOR)
    with pytest.raises(GradientError, match=r"over .* over"):
        check_grads(f, VECTOR, order=3)


def test_a_wrong_size_in_single_precision_only_is_found() -> None:
    def rule(g: Any, out: Any) -> Any:
        return g * out * (1.01 if g.dtype == np.float32 else 1)

    f = ag.general(np.exp, rule, name="planted")
    with pytest.raises(GradientError) as caught:
        check_grads(f, VECTOR.astype(np.float32))
    assert caught.value.check == "reverse in single precision"


# Harmless choices -----------------------------------------------------------------------


def test_another_subgradient_at_a_kink_passes() -> None:
    f = ag.elementwise(
        lambda x: np.maximum(x, 0),
        lambda x: np.greater(x, 0) + 0.3 * np.equal(x, 0),
        analytic=False,
        name="planted",
    )
    assert check_grads(f, np.array([0.0, -1.0, 2.0]))


def test_another_share_of_a_tie_passes() -> None:
    f = ag.elementwise(
        np.maximum,
        lambda x, y: np.greater_equal(x, y),
        lambda x, y: np.greater(y, x),
        analytic=False,
        name="planted",
    )
    assert check_grads(f, VECTOR, VECTOR)


def test_a_slope_outside_of_a_kinks_two_sides_is_found() -> None:
    f = ag.elementwise(
        np.absolute,
        lambda x: np.sign(x) + 1.5 * np.equal(x, 0),
        analytic=False,
        name="planted",
    )
    with pytest.raises(GradientError) as caught:
        check_grads(f, np.array([1.0, 0.0]))
    assert (caught.value.argument, caught.value.index) == ("args[0]", (1,))


def test_a_reassociated_formula_passes() -> None:
    f = ag.elementwise(np.tanh, lambda out: (1 - out) * (1 + out), name="planted")
    assert check_grads(f, VECTOR, order=3)


# What can be checked --------------------------------------------------------------------


def test_rounding_of_large_arguments_is_no_false_alarm() -> None:
    """800 + hv is off by ε·800, and the power moves by its slope times that."""
    exponents = [-800, -0.001, 1e-8, 30, 0, -30, 800, 0, 800, 0.001, 1e-8, 30]
    exponents += [0, 800, 30, 0, -30, 0.001, -0.001, 0.001, 800, -0.001, -800, -0.001]
    y = np.reshape(exponents, (4, 3, 2)) + 1j
    check_grads(ag.power, np.full((4, 3, 2), 1 + 1j), y, order=1, seed=0)


def test_containers_numbers_values_and_constants_may_be_mixed_in() -> None:
    report = check_grads(
        lambda d, n, m: {"y": d["w"] @ d["b"][0] * n, "s": (np.sum(d["w"]), m)},
        {"w": MATRIX, "b": [VECTOR]},
        2.5,
        3,
    )
    assert report.oracles["f"] == "complex step"
    assert check_grads(lambda a, b: (a * b + a).tanh() ** 2, Value(2.0), Value(-0.3))
    assert check_grads(lambda x: x * x, ag.tensor(VECTOR, requires_grad=True))


def test_an_error_names_the_leaf_within_its_container() -> None:
    f, _ = wrong_sign()
    with pytest.raises(GradientError) as caught:
        check_grads(lambda d: f(d["w"][1]), {"w": [MATRIX, VECTOR]})
    assert caught.value.place.startswith("args[0]['w'][1][")


def test_wrt_leaves_the_other_arguments_alone() -> None:
    f, _ = wrong_sign()
    assert check_grads(lambda x, y: x * np.sum(f(y).data), VECTOR, VECTOR, wrt=0)
    with pytest.raises(GradientError):
        check_grads(lambda x, y: x * f(y), VECTOR, VECTOR, wrt=(-1,))
    assert check_grads(lambda x, y, z: x * y @ z, VECTOR, VECTOR, MATRIX.T, wrt=(2, 0))


def test_one_mode_alone() -> None:
    f, args = wrong_forward_only()
    assert check_grads(f, *args, checks=("reverse",), order=1)
    with pytest.raises(GradientError, match="forward"):
        check_grads(f, *args, checks=("forward",))


def test_complex_arguments_follow_the_convention_outside() -> None:
    z = VECTOR + 1j * VECTOR[::-1]
    assert check_grads(lambda z: np.real(z * np.conj(z)), z)
    assert check_grads(lambda z: np.exp(z) / z, z)
    assert check_grads(lambda z, x: np.abs(z) * x, z, VECTOR)


def test_complex_intermediate_results_of_real_arguments() -> None:
    assert check_grads(lambda x: np.imag((x + 2j) ** 3), VECTOR)


def test_a_conjugate_too_few_is_found() -> None:
    f = ag.linear(np.conjugate, lambda g: g, name="planted", analytic=False)
    with pytest.raises(GradientError):
        check_grads(f, VECTOR + 1j)


def test_single_precision_parameters_in_a_closure() -> None:
    weight = ag.tensor(MATRIX.astype(np.float32))
    assert check_grads(lambda x: np.tanh(weight @ x), VECTOR.astype(np.float32))


def test_tracked_parameters_in_a_closure_keep_their_gradients() -> None:
    weight = ag.tensor(MATRIX, requires_grad=True)
    np.sum(weight * weight).backward()
    before = weight.grad.copy()
    assert check_grads(lambda x: np.tanh(weight @ x), VECTOR)
    np.testing.assert_array_equal(weight.grad, before)


def test_empty_arrays_have_empty_gradients() -> None:
    report = check_grads(lambda x: np.sum(x, axis=0), np.zeros((0, 3)))
    assert report.worst == 0


@pytest.mark.parametrize("args", [(), (3,), (np.arange(3),), ("text", None)])
def test_nothing_to_differentiate_is_an_error(args: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="nothing to check"):
        check_grads(lambda *args: 1.0, *args)


@pytest.mark.parametrize("result", [None, 3, np.arange(3), []])
def test_a_function_without_differentiable_results_is_an_error(result: Any) -> None:
    with pytest.raises(TypeError, match="nothing to check: the function returned"):
        check_grads(lambda x: result, VECTOR)


def test_a_constant_function_has_no_slope() -> None:
    assert check_grads(lambda x: 1.5, VECTOR)
    assert check_grads(np.floor, VECTOR)


@pytest.mark.parametrize(
    "options",
    [
        {"order": 0},
        {"checks": ()},
        {"checks": ("sideways",)},
        {"oracle": "Delphi"},
        {"wrt": 2},
    ],
)
def test_a_wrong_option_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"got|arguments"):
        check_grads(lambda x: x, VECTOR, **options)


# What is said ---------------------------------------------------------------------------


def test_an_error_tells_all_there_is_to_know() -> None:
    f, _ = wrong_sign()
    with pytest.raises(GradientError) as caught:
        check_grads(f, MATRIX[:, ::-1], seed=5)
    error = caught.value
    low, high = error.expected
    np.testing.assert_allclose(error.got, -low)
    assert low == high
    assert error.oracle == "complex step"
    assert error.seed == 5
    assert "expected:" in str(error)
    assert error.place in str(error)


@pytest.mark.parametrize(
    "array",
    [
        MATRIX[:, ::-1],
        MATRIX.T,
        np.broadcast_to(VECTOR, (2, 3)),
        np.repeat(MATRIX, 2, axis=1)[:, ::2],
        MATRIX.astype(np.float32),
        np.array(0.3),
    ],
)
def test_what_to_paste_repeats_the_error(array: np.ndarray) -> None:
    f, _ = wrong_factor()
    with pytest.raises(GradientError) as caught:
        check_grads(f, array)
    with pytest.raises(GradientError) as again:
        exec(caught.value.repro, {f.name: f})
    assert str(again.value) == str(caught.value)
    assert again.value.arguments[0].strides == array.strides


def test_named_tuples_can_be_pasted() -> None:
    f, _ = wrong_factor()
    with pytest.raises(GradientError) as caught:
        check_grads(lambda pair: f(pair.scale), Pair(VECTOR, 2.0))
    with pytest.raises(GradientError) as again:
        exec(caught.value.repro, {"f": lambda pair: f(pair.scale), "Pair": Pair})
    assert str(again.value) == str(caught.value)


def test_a_report_says_what_was_done() -> None:
    report = check_grads(lambda x: np.abs(np.sin(x)), np.array([0.0, 1.0]))
    assert report.worst < 1
    assert report.oracles == dict.fromkeys(["f", "reverse", "forward"], "Ridders")
    assert str(report).startswith("gradients agree to order 2:")
    assert "Ridders" in str(report)
    assert "inconclusive" in repr(report)


def test_the_same_seed_gives_the_same_report() -> None:
    reports = [check_grads(np.tanh, VECTOR, seed=7) for _ in range(2)]
    assert reports[0] == reports[1]


def test_where_the_function_is_not_finite_there_is_no_verdict() -> None:
    report = check_grads(np.exp, np.array([1000.0]), order=1)
    assert report.unsettled == report.verdicts > 0
    assert str(report).startswith("NOTHING IS PROVED, every verdict is inconclusive")


def test_a_report_says_of_what_nothing_is_proved() -> None:
    report = check_grads(np.floor, np.array([1.0]), order=1)
    assert str(report).startswith("NOTHING IS PROVED, the function jumps")
    report = check_grads(np.tanh, VECTOR)
    report.counts["reverse"] = (2, 2)
    text = "NOTHING IS PROVED of derivatives of reverse; elsewhere"
    assert text in str(report)


def test_a_long_script_is_cut_short_in_the_message_alone() -> None:
    f = ag.elementwise(np.sin, lambda x: x, name="planted")
    with pytest.raises(GradientError) as caught:
        check_grads(f, np.linspace(0.1, 1, 1000), order=1)
    assert len(str(caught.value)) < 1000
    assert "are in error.repro)" in str(caught.value)
    with pytest.raises(GradientError):
        exec(caught.value.repro, {"planted": f})


def test_an_oracle_does_not_trust_a_wrong_declaration() -> None:
    f = ag.elementwise(np.absolute, lambda x: np.sign(x), name="planted")
    assert check_grads(f, VECTOR).oracles["f"] == "Ridders"


def test_a_kink_near_the_point_is_not_taken_for_one_at_it() -> None:
    f = ag.elementwise(
        lambda x: np.maximum(x, 0),
        lambda x: 0.5 * np.greater(x, 0),
        analytic=False,
        name="planted",
    )
    with pytest.raises(GradientError):
        check_grads(f, np.array([1e-8]))


# Without hypothesis ---------------------------------------------------------------------

BLOCKED = """
import sys
sys.modules["hypothesis"] = None
import numpy as np
from autograd.check import check_grads
check_grads(np.sin, np.ones(2))
try:
    from autograd.check import samples_of
except ImportError as error:
    print(error)
"""


def test_the_checker_works_without_hypothesis_and_the_strategies_say_what_to_install() -> (
    None
):
    run = subprocess.run(
        [sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=True
    )
    assert 'pip install "glassgrad[check]"' in run.stdout


# Ends of domains, many kinks ------------------------------------------------------------


TINY = {
    "a tiny function": (lambda x: 1e-20 * np.sin(x), lambda x: 1e-20 * np.cos(x), 1.0),
    "a tinier one": (lambda x: 1e-200 * x**3, lambda x: 3e-200 * x**2, 1.0),
    "a slope alone": (lambda x: np.abs(x), lambda x: np.sign(x), 1e-15),
    "a slope at less": (lambda x: np.abs(x), lambda x: np.sign(x), 1e-20),
    "of second order": (lambda x: np.abs(x) * x, lambda x: 2 * np.abs(x), 1e-15),
}


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("far", [[1.0, -0.5], [1.0, 1.7]])
def test_a_rule_that_is_twice_too_large_is_found_where_all_is_tiny(
    name: str, far: list[float]
) -> None:
    f, slope, size = TINY[name]
    x = size * np.array(far)
    right = ag.elementwise(f, slope, name="right", analytic=False)
    assert check_grads(right, x).inconclusive == 0
    wrong = ag.elementwise(f, lambda x: 2 * slope(x), name="wrong", analytic=False)
    with pytest.raises(GradientError, match="outputs are tiny"):
        check_grads(wrong, x)


@pytest.mark.parametrize(
    ("size", "x"),
    [
        (10**-99.2370371298644, 1.0766274138891),  # of digits that look like few
        (10**-66.97376882563469, 0.5872433315915426),
        (10**-176.58762191360802, 0.3884892160773671),
        (1e-250, 0.7),
        (1e-280, 0.7),
    ],
)
def test_no_size_of_a_function_hides_a_rule_that_is_twice_too_large(
    size: float, x: float
) -> None:
    f = lambda x: size * np.exp(x)  # noqa: E731
    wrong = ag.elementwise(f, lambda x: 2 * size * np.exp(x), name="wrong")
    assert check_grads(ag.elementwise(f, f, name="right"), np.array(x))
    with pytest.raises(GradientError, match="outputs are tiny"):
        check_grads(wrong, np.array(x))


def test_a_tiny_output_beside_a_large_one_is_looked_at() -> None:
    wrong = ag.elementwise(np.abs, lambda x: 3 * np.sign(x), name="wrong")
    right = ag.elementwise(np.abs, lambda x: np.sign(x), name="right")
    f = lambda x, op: (np.sin(x), op(1e-20 * x))  # noqa: E731
    assert check_grads(lambda x: f(x, right), VECTOR)
    with pytest.raises(GradientError, match="outputs are tiny"):
        check_grads(lambda x: f(x, wrong), VECTOR)


def test_noise_that_is_all_of_a_result_is_no_false_alarm() -> None:
    report = check_grads(lambda x: (x**2, x**3), np.array([-1.5, 0.0]))
    assert report.unsettled == 0  # the complex step finds a slope of h² at 0
    assert check_grads(lambda x: x * 3 / 3 - x + 0.1 - 0.1, VECTOR)
    assert check_grads(lambda x: (x + 1) - x - 1, VECTOR)
    assert check_grads(lambda x: np.sum(ag.softmax(x)) - 1, VECTOR)


@pytest.mark.parametrize("scores", [[36.0, 0.0, -2.0], [30.0, -800.0, -(2.0**-10)]])
def test_what_is_left_of_1_where_a_class_is_sure_is_no_false_alarm(scores):
    assert check_grads(ag.log_softmax, np.array(scores), order=2)
    assert check_grads(lambda x: ag.cross_entropy(x, [0]), np.array([scores]), order=2)


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_the_domain_of_an_operation_itself_is_kept_to(end: float) -> None:
    inside = lambda x: np.where(np.equal(x, end), 0.25, x)  # noqa: E731
    fake = ag.elementwise(
        lambda x: np.sqrt(x * (1 - x)),
        lambda x: (
            np.not_equal(x, end) * (0.5 - x) / np.sqrt(inside(x) * (1 - inside(x)))
        ),
        name="fake",
        domain=(0, 1),
    )
    with pytest.raises(GradientError, match="end of the domain"):
        check_grads(fake, np.array([end, 0.5]))
    assert check_grads(fake, np.array([0.3, 0.5]))
    assert check_grads(ag.sqrt, np.array([-1.0, 0.0, 1.0]))  # one outside, one at it


@pytest.mark.parametrize("seed", [5, 11, 17])
@pytest.mark.parametrize("size", [100, 500])
def test_many_kinks_of_the_second_derivative_are_no_false_alarm(
    size: int, seed: int
) -> None:
    x = np.random.default_rng(seed).normal(size=size)
    assert check_grads(lambda x: np.sum(ag.relu(x) ** 2), x)
    assert check_grads(lambda x: np.sum(np.abs(x) * x), x)
    wrong = ag.elementwise(
        lambda x: np.maximum(x, 0) ** 2,
        lambda x: 2.001 * np.maximum(x, 0),
        name="wrong",
        analytic=False,
    )
    with pytest.raises(GradientError):
        check_grads(lambda x: np.sum(wrong(x)), x)
