"""The table of conventions: each row holds, in both modes, and every kink has a row."""

import warnings
from importlib import import_module
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

import autograd as ag

ROWS = ag.conventions()
GRADIENTS = [row for row in ROWS if "ag.grad" in row.example]
NAMED = {name for row in ROWS for name in row.functions.split(", ")}


def given(example, namespace=ag):
    """What an example gives, in a namespace that stands for ``ag``."""
    names = {"np": np, "ag": namespace}
    if "special." in example:
        names["special"] = pytest.importorskip("scipy.special")
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(example, names)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.example)
def test_every_convention_is_what_its_example_gives(row):
    got = given(row.example)
    assert np.shape(got) == np.shape(row.result)
    np.testing.assert_array_equal(got, row.result)


# Forward mode -------------------------------------------------------------------------


def forward_grad(f, argnums=0):
    """``ag.grad`` by forward mode: the derivative along each element of an argument."""

    def slopes(args, i):
        x = np.asarray(args[i])
        slope = np.zeros(x.shape, np.result_type(x, float))
        for place in np.ndindex(x.shape):
            for unit in (1.0, 1.0j) if np.iscomplexobj(x) else (1.0,):
                tangent = np.zeros_like(slope)
                tangent[place] = unit
                _, along = ag.jvp(
                    lambda x: f(*args[:i], x, *args[i + 1 :]),
                    (args[i],),
                    (tangent if x.ndim else tangent[()],),
                )
                slope[place] += unit * np.real(along)
        return slope

    def gradient(*args):
        if isinstance(argnums, int):
            return slopes(args, argnums)
        return tuple(slopes(args, i) for i in argnums)

    return gradient


@pytest.mark.parametrize("row", GRADIENTS, ids=lambda row: row.example)
def test_forward_mode_keeps_to_every_convention(row):
    got = given(row.example, SimpleNamespace(**{**vars(ag), "grad": forward_grad}))
    np.testing.assert_allclose(got, row.result, atol=1e-9)


# Every kink has a row -----------------------------------------------------------------

LATTICE = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]
STEP = 1e-7


def has_a_kink(op):
    """Whether slopes to the left and to the right of some point of a lattice differ."""
    with np.errstate(all="ignore"):
        points = np.array(list(product(LATTICE, repeat=op.arity))).T
        for i in range(op.arity):
            step = np.zeros((op.arity, 1))
            step[i] = STEP
            low, here, high = (
                np.asarray(op.forward(*points + k * step), float) for k in (-1, 0, 1)
            )
            change = (high - here) / STEP - (here - low) / STEP
            if np.any(np.isfinite(change) & (abs(change) > 0.01)):
                return True
    return False


REAL = [
    name
    for name, op in ag.registry.items()
    if op.kind == "elementwise" and not name.startswith("special.")
]


@pytest.mark.parametrize("name", REAL)
def test_every_function_of_elements_that_has_a_kink_has_a_row(name):
    if has_a_kink(ag.registry[name]):
        assert name in NAMED


def test_the_search_for_kinks_finds_those_that_are_known():
    found = {name for name in REAL if has_a_kink(ag.registry[name])}
    assert found >= {"absolute", "relu", "maximum", "fmin", "clip", "remainder"}
    assert not found & {"exp", "sin", "square", "multiply", "tanh", "softplus"}


WITH_TIES_OR_DEGENERATE_POINTS = [
    "max", "min", "max of chosen", "min of chosen", "nanmax", "nanmin", "ptp", "std",
    "cummax", "cummin", "max items", "min items", "sort", "partition", "topk", "unique",
    "median", "quantile", "percentile", "nanmedian", "nanquantile", "nanpercentile",
    "interp", "unwrap", "pad", "nan_to_num", "length", "cdist", "norm", "vector_norm",
    "matrix_norm", "eig", "eigh", "eigvalsh", "svd", "svdvals", "qr", "pinv", "lstsq",
    "slogdet", "det", "cond", "roots", "polymul", "polydiv", "corrcoef", "hypot",
    "arctan2", "power", "float_power", "heaviside", "copysign",
]  # fmt: skip


@pytest.mark.parametrize("name", WITH_TIES_OR_DEGENERATE_POINTS)
def test_every_function_that_is_not_smooth_somewhere_has_a_row(name):
    assert name in NAMED


def test_a_row_names_functions_that_there_are():
    pytest.importorskip("scipy.special")
    import_module("autograd.ops.special")
    known = {*ag.registry, *ag.__all__, *ag.linalg.__all__}
    assert known >= NAMED


def test_coverage_says_what_the_table_says():
    table = {row[0]: row[-1] for row in ag.coverage()}
    assert table["relu"] == "x = 0: 0"
    assert not any(op.kinks for op in ag.registry.values())


@pytest.mark.parametrize(
    ("x", "y", "slope"),
    [
        (np.float16(1e-6), np.float16(0.05), 24759),
        (np.float16(1.2), np.float16(-60), -8.8e-4),
        (np.float32(1e-30), np.float32(-0.3), -3e38),
        (1e-320, -1e-30, -1e290),
    ],
)
def test_the_slope_of_a_power_leaves_the_range_with_its_value_only(x, y, slope):
    for power in (np.power, np.float_power, lambda x, y: np.power(x, float(y))):
        if power is np.float_power and np.asarray(x).dtype != float:
            continue
        given = np.asarray(x), np.asarray(y)
        found = ag.grad(power)(*given)
        np.testing.assert_allclose(float(found), slope, rtol=2e-3)
        if power not in (np.power, np.float_power):  # float(y) would be a constant
            continue
        compiled = ag.compile(ag.grad(power), backend="steps")
        for _ in range(3):
            found = compiled(*given)
        np.testing.assert_allclose(float(found), slope, rtol=2e-3)


@pytest.mark.parametrize(("y", "mixed"), [(0.0, np.nan), (1.0, np.nan), (3.0, 0.0)])
def test_a_power_of_0_has_no_mixed_derivative_where_that_is_infinite(y, mixed):
    hessian = ag.hessian(lambda v: v[0] ** v[1])
    found = hessian(np.array([0.0, y]))
    np.testing.assert_array_equal(found, [[0, mixed], [mixed, 0]])
    program = ag.compile(hessian, backend="steps")
    for _ in range(2):
        program(np.array([0.5, 0.5]))
    np.testing.assert_array_equal(program(np.array([0.0, y])), found)
