"""Every registered primitive, differentiated at what its own declaration asks for."""

import importlib
import itertools
import math
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, assume, find, given, settings

import autograd as ag
from autograd import Primitive, Value, registry
from autograd.check import arrays, check_grads, gradient_property, samples_of
from autograd.check.named_strategies import STRATEGIES
from autograd.check.properties import check_call
from autograd.check.samples import FAMILIES, SAMPLES
from autograd.facts import INTERNAL


def declared() -> list[str]:
    """The primitives of the package alone: other tests declare some, too.

    Those of the compiler stand in its programs only, and are tested there.
    """
    modules = [
        module
        for name, module in sys.modules.items()
        if name.startswith("autograd") and not name.startswith("autograd.compiler")
    ]
    found = [x for module in modules for x in vars(module).values()]
    return sorted(
        {op.name for op in found if isinstance(op, Primitive) and op.is_declared}
    )


NAMES = declared()
CALLED = [name for name in NAMES if name not in INTERNAL]
DIFFERENTIABLE = [name for name in CALLED if registry[name].tracks]
CONSTANT = [name for name in CALLED if not registry[name].tracks]
BY_ELEMENT = [
    name
    for name in CALLED
    if registry[name].kind == "elementwise"
    or (registry[name].kind == "constant" and name not in SAMPLES)
]

SEARCH = settings(
    max_examples=3000, database=None, derandomize=True, phases=[Phase.generate]
)

# Analytic by declaration, but not as functions of complex numbers.
REAL_ONLY = {
    "max": "NumPy orders complex numbers by their real parts first",
    "min": "NumPy orders complex numbers by their real parts first",
    "logsumexp": "it subtracts the maximum, and means real numbers",
    "softmax": "it subtracts the maximum, and means real numbers",
    "log_softmax": "it subtracts the maximum, and means real numbers",
    "cross_entropy": "its result is a loss, and real",
    "astype": "to a real dtype it drops the imaginary part, with a warning",
}
CUT = {"arcsinh", "arctan"}  # along the imaginary axis, where no side is the right one
COMPLEX = [
    name for name in DIFFERENTIABLE if registry[name].analytic and name not in REAL_ONLY
] + ["absolute"]


def test_these_are_all_the_primitives_there_are() -> None:
    command = "import autograd; print(*sorted(autograd.registry), sep='|')"
    run = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip().split("|") == NAMES


def test_every_primitive_can_be_sampled() -> None:
    for name in CALLED:
        samples_of(registry[name])


def test_there_are_no_samples_of_what_is_not_there() -> None:
    importlib.import_module("autograd.ops.special")
    assert SAMPLES.keys() <= registry.keys()
    assert len(SAMPLES) == sum(len(family.SAMPLES) for family in FAMILIES)


def test_the_engine_declares_no_samples_and_loads_none() -> None:
    assert all(registry[name].sample is None for name in CALLED)
    command = "import sys, autograd; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", command], capture_output=True, text=True, check=True
    )
    assert not {"hypothesis", "autograd.check.samples"} & {*run.stdout.split()}


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_derivatives_agree_with_the_oracles(name: str) -> None:
    """Composites at fewer examples: what they are made of is checked at all."""
    op, examples = registry[name], settings().max_examples
    fewer = max(examples // 4, 5) if op.kind == "composite" else examples
    gradient_property(op, max_examples=fewer)()


@pytest.mark.parametrize("name", COMPLEX)
def test_derivatives_by_complex_numbers_agree_with_the_oracles(name: str) -> None:
    op = registry[name]

    @settings(max_examples=max(settings().max_examples // 5, 3))
    def check(call: tuple[Any, Any]) -> None:
        on_a_cut = name in CUT and any((x.real == 0).any() for x in call[0])
        assume(not on_a_cut)
        check_call(op, *call)

    drawn(check, f"{name} of complex numbers", samples_of(op, dtype=complex))


@pytest.mark.parametrize("name", CONSTANT)
def test_results_without_a_derivative_are_never_tracked(name: str) -> None:
    op = registry[name]

    def check(call: tuple[Any, Any]) -> None:
        operands, params = call
        leaves = [
            ag.tensor(x, requires_grad=_is_float(x)) if np.ndim(x) else x
            for x in operands
        ]
        if not any(isinstance(x, ag.Tensor) for x in leaves):
            return
        with np.errstate(all="ignore"):
            out = op(*leaves, **params)
            expected = op.forward(*operands, **params)
        if not isinstance(out, tuple):
            out, expected = (out,), (expected,)
        for got, right in zip(out, expected, strict=True):
            assert not got.requires_grad
            np.testing.assert_array_equal(got.data, right)

    drawn(check, name, samples_of(op))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_a_gradient_has_the_dtype_and_the_shape_of_its_operand(
    name: str, dtype: Any
) -> None:
    op = registry[name]
    if dtype is np.complex64 and name not in COMPLEX:
        return

    @settings(max_examples=3)
    def check(call: tuple[Any, Any]) -> None:
        operands, params = call
        leaves = [
            ag.tensor(x, requires_grad=True) if _is_float(x) else x for x in operands
        ]
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out = op(*leaves, **params)
            for each in out if isinstance(out, (tuple, list)) else [out]:
                if isinstance(each, ag.Tensor) and each.requires_grad:
                    each.backward(np.ones_like(each.data))
        for leaf in leaves:
            if isinstance(leaf, ag.Tensor) and leaf.grad is not None:
                assert leaf.grad.dtype == leaf.dtype
                assert leaf.grad.shape == leaf.shape

    drawn(check, f"{name} of {dtype.__name__}", samples_of(op, dtype=dtype))


def drawn(check: Callable[[Any], None], name: str, strategy: Any) -> None:
    """Run ``check`` on what is drawn; the name keeps the failures of each op apart."""
    check.__name__ = "check_" + name.replace(" ", "_")
    given(strategy)(check)()


def _is_float(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind in "fc"


# Points outside of the intervals that are sampled.
BEYOND: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "integer powers of any base": (
        lambda x: (x**0, x**1, x**2, x**3),
        (np.array([-1.5, 0.0, 2.0]),),
    ),
    "negative powers of negative bases": (lambda x: x**-2, (np.array([-2.0, -0.5]),)),
    "integer arrays of exponents": (
        ag.power,
        (np.array([-1.5, 0.0, 2.0, -3.0]), np.array([2, 3, 0, 1])),
    ),
    "negative divisors": (ag.divide, (np.array([1.0, -2.0]), np.array([-0.5, -3.0]))),
    "the reciprocal of negative numbers": (ag.reciprocal, (np.array([-2.0, -1e-3]),)),
    "a remainder by negative divisors": (
        ag.remainder,
        (np.array([1.3, -2.2]), np.array([-0.5, -3.0])),
    ),
    "angles in all quadrants": (
        ag.arctan2,
        (np.array([1.0, 1.0, -1.0, -1.0]), np.array([2.0, -2.0, 2.0, -2.0])),
    ),
    "the hypotenuse of negative sides": (
        ag.hypot,
        (np.array([-3.0, 0.0]), np.array([4.0, -2.0])),
    ),
    "tangents past a pole": (ag.tan, (np.array([2.0, -4.0]),)),
}


@pytest.mark.parametrize("case", BEYOND)
def test_derivatives_agree_beyond_the_sampled_domain(case: str) -> None:
    f, args = BEYOND[case]
    report = check_grads(f, *args)
    assert report.unsettled == 0


# Values ---------------------------------------------------------------------------------

POINTS = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.0, 0.3, -1.7, math.pi, 1 - 1e-8]
POINTS += [
    1e-8,
    1e-3,
    -1e-3,
    30.0,
    -30.0,
    800.0,
    -800.0,
    1000.0,
    -1000.0,
    1e300,
    5e-324,
]
POINTS += [math.inf, -math.inf, math.nan]
FEW_POINTS = [0.0, 0.5, -2.0, 1.0, 3.0, 1000.0, math.inf, -math.inf, math.nan]

# NumPy takes a square root for x**0.5, and √-∞ is no number; C's pow has +∞ there.
PECULIAR = {("power", (-math.inf, 0.5)), ("power", (-math.inf, 1.5))}


@pytest.mark.parametrize("name", BY_ELEMENT)
def test_a_value_equals_a_tensor_of_no_axes(name: str) -> None:
    op = registry[name]
    points = POINTS if op.arity < 3 else FEW_POINTS
    for operands in itertools.product(points, repeat=op.arity):
        if (name, operands) not in PECULIAR:
            expected = _as_tensors(op, operands)
            got = _as_values(op, operands)
            assert all(map(_close, got, expected)), (
                f"{name}{operands}: {got}, {expected}"
            )


def _as_tensors(op: Primitive, operands: tuple[float, ...]) -> list[float]:
    leaves = [ag.tensor(x, requires_grad=True) for x in operands]
    with np.errstate(all="ignore"):
        out = op(*leaves)
        if op.tracks:
            out.backward()
    return [float(out.data), *(float(x.grad) for x in leaves if op.tracks)]


def _as_values(op: Primitive, operands: tuple[float, ...]) -> list[float]:
    leaves = [Value(x) for x in operands]
    out = op(*leaves)
    if not op.tracks:
        return [float(out.data)]
    out.backward()
    assert all(type(x.grad) is float for x in leaves)
    return [out.data, *(x.grad for x in leaves)]


def _close(a: float, b: float) -> bool:
    same = a == b or (a != a and b != b)
    return same or abs(a - b) <= 1e-12 * max(abs(a), abs(b))


# Declarations ---------------------------------------------------------------------------


def test_a_primitive_that_cannot_be_sampled_is_refused() -> None:
    op = ag.general(lambda x, order=2: x, lambda g: g, name="planted")
    with pytest.raises(
        ValueError, match=r'planted.*declare it with sample={"x": "array"'
    ):
        samples_of(op)


@pytest.mark.parametrize(
    ("sample", "complaint"),
    [
        ({}, "says nothing of 'x'"),
        ({"x": "heap"}, "asks for 'heap' for 'x'; there is .*axes"),
        ({"x": "array", "y": "array"}, "has no 'y'"),
    ],
)
def test_a_wrong_sample_is_refused(sample: dict[str, str], complaint: str) -> None:
    op = ag.linear(lambda x: x, lambda g: g, name="planted", sample=sample)
    with pytest.raises(ValueError, match=complaint):
        samples_of(op)


def test_internal_primitives_are_not_sampled() -> None:
    with pytest.raises(ValueError, match="item is not called directly"):
        samples_of(registry["item"])


def test_a_primitive_of_someone_elses_is_not_drawn_as_ours_of_that_name() -> None:
    planted = ag.general(lambda x: x, lambda g: g, name="planted")
    planted.name = "sum"
    with pytest.raises(ValueError, match="cannot be sampled"):
        samples_of(planted)


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_name_of_a_strategy_draws_something(name: str) -> None:
    op = ag.linear(
        lambda x, axis=None, weight=None, more=None: x,
        lambda g: g,
        name="planted",
        sample={"x": "1-d or more", "axis": "axes", "weight": "weight", "more": name},
    )
    assert "more" in find(samples_of(op), lambda call: True, settings=SEARCH)[1]


REFUSED = {  # but for the default; the last three are what a recording found
    ("sliding_window_view", "writeable"),
    ("eig", "kind"),
    ("roots", "kind"),
    ("roots", "count"),
}
KEYWORDS = [
    (name, key, default)
    for name in DIFFERENTIABLE
    for key, default in registry[name].signature.defaults.items()
    if (name, key) not in REFUSED
]


@pytest.mark.parametrize(("name", "key", "default"), KEYWORDS)
def test_every_keyword_argument_is_drawn_at_other_values_than_its_default(
    name: str, key: str, default: Any
) -> None:
    assert find(
        samples_of(registry[name]),
        lambda call: call[1][key] != default,
        settings=SEARCH,
    )


# What the samples are -------------------------------------------------------------------


HARD = {
    "a tie": ("max", lambda xs, ps: len(np.unique(xs[0])) < xs[0].size),
    "two zeros": ("prod", lambda xs, ps: (xs[0] == 0).sum() > 1),
    "a negative axis": ("sum", lambda xs, ps: ps["axis"] == -2),
    "several axes": ("sum", lambda xs, ps: len(np.atleast_1d(ps["axis"])) > 1),
    "no axes at all": ("sum", lambda xs, ps: ps["axis"] == ()),
    "an empty array": ("sum", lambda xs, ps: xs[0].size == 0),
    "no axes": ("sin", lambda xs, ps: xs[0].ndim == 0),
    "single precision": ("sin", lambda xs, ps: xs[0].dtype == np.float32),
    "broadcasting": ("add", lambda xs, ps: np.ndim(xs[0]) + 2 == np.ndim(xs[1])),
    "an integer power": ("power", lambda xs, ps: isinstance(xs[1], int)),
    "equal operands": ("maximum", lambda xs, ps: np.equal(xs[0], xs[1]).any()),
    "a repeated index": (
        "getitem",
        lambda xs, ps: any(len(i) > len(set(i)) for i in xs[1:] if i.dtype == int),
    ),
    "a mask": ("getitem", lambda xs, ps: any(i.dtype == bool for i in xs[1:])),
    "a batch": ("matmul", lambda xs, ps: xs[0].ndim == 3 > xs[1].ndim == 2),
    "a vector": ("matmul", lambda xs, ps: xs[0].ndim == 1 and xs[1].ndim == 3),
    "a negative stride": ("sin", lambda xs, ps: min(xs[0].strides, default=0) < 0),
    "a stride of 0": ("sin", lambda xs, ps: xs[0].size > 1 and 0 in xs[0].strides),
    "read-only memory": ("sin", lambda xs, ps: not xs[0].flags.writeable),
    "gaps": ("sin", lambda xs, ps: xs[0].size > 1 and xs[0].strides[-1] == 16),
}


@pytest.mark.parametrize("case", HARD)
def test_samples_reach_the_hard_cases(case: str) -> None:
    name, condition = HARD[case]
    found = find(
        samples_of(registry[name]),
        lambda call: bool(condition(*call)),
        settings=SEARCH,
    )
    assert found


def test_values_are_a_third_each_lattice_normal_and_extreme() -> None:
    counts = dict.fromkeys(arrays.POOLS, 0)
    known = {name: set(arrays.pool(name).tolist()) for name in ("lattice", "extremes")}

    @settings(max_examples=400, database=None, derandomize=True)
    @given(arrays.elements((4, 6)))
    def count(x: np.ndarray) -> None:
        for element in x.flat:
            name = next((n for n, pool in known.items() if element in pool), "normals")
            counts[name] += 1

    count()
    shares = {name: n / sum(counts.values()) for name, n in counts.items()}
    assert all(0.2 < share < 0.5 for share in shares.values()), shares


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("domain", [(0, math.inf), (-1, 1), (1, math.inf), (-1.5, 1.5)])
def test_values_stay_within_their_domain(
    domain: tuple[float, float], dtype: Any
) -> None:
    @given(arrays.elements((3, 4), domain, dtype))
    def check(x: np.ndarray) -> None:
        assert ((domain[0] < x) & (x < domain[1])).all()

    check()
