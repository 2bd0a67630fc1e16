"""The C functions of one element: their largest errors, and what they do at the edges."""

import ctypes

import numpy as np
import pytest

from autograd.compiler.native import NoCompiler, cache
from autograd.compiler.native.mathematics import VECTORS, definitions
from autograd.ops import error_functions

mpmath = pytest.importorskip("mpmath")

BOUNDS = {  # in units of the last place, of float and of double, as mathematics.h says
    "exp": (1.5, 1.5),
    "exp2": (1, 1.5),
    "expm1": (1, 2.5),
    "log": (1.5, 1.5),
    "log2": (1, 2.5),
    "log1p": (1, 2.5),
    "sigmoid": (2.5, 3),
    "tanh": (1.5, 3),
    "erf": (2.5, 2.5),
    "erfc": (1, 2.5),
    "bell": (4, 2.5),
    "normal density": (4, 3.5),
    "normal cdf": (5, 2.5),
    "gelu": (6, 4),
    "gelu slope": (9, 7),
    "power": (1, 1),
}
EXACT = {
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "log2": lambda x: mpmath.log(x, 2),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "bell": lambda x: mpmath.exp(-x * x),
    "normal density": mpmath.npdf,
    "normal cdf": mpmath.ncdf,
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "gelu slope": lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2 + x * mpmath.npdf(x),
}
RANGES = {  # where results are normal numbers, of float and of double
    "exp": ((-87, 88), (-708, 709)),
    "exp2": ((-126, 127), (-1022, 1023)),
    "expm1": ((-20, 88), (-40, 709)),
    "sigmoid": ((-80, 30), (-700, 40)),
    "tanh": ((-9, 9), (-20, 20)),
    "erf": ((-4, 4), (-6, 6)),
    "erfc": ((-4, 9), (-6, 26)),
    "bell": ((-9, 9), (-26, 26)),
}
TAIL = ((-12, 6), (-37, 9))
EDGES = [
    0.0,
    -0.0,
    np.inf,
    -np.inf,
    np.nan,
    1e-310,
    -1e-310,
    1.0,
    -1.0,
    2.0,
    1e30,
    -1e30,
]


def _text(name):
    name = name.replace(" ", "_")
    return "".join(
        f"void all_{name}_{s}(long n, {t} *x, {t} *y, {t} *o) {{\n#pragma omp simd\n"
        f"for (long j = 0; j < n; j++) o[j] = {name}_{s}(x[j]{', y[j]' * two}); }}\n"
        for s, t in (("f", "float"), ("d", "double"))
        for two in [name == "power"]
    )


@pytest.fixture(scope="module")
def library():
    text = definitions() + '#include "mathematics.h"\n'
    try:
        return cache.library(text + "".join(map(_text, BOUNDS)))
    except NoCompiler as error:
        pytest.skip(str(error))


def call(library, name, x, y=None):
    x = np.ascontiguousarray(x)
    y, out = np.ascontiguousarray(x if y is None else y), np.empty_like(x)
    letter = "f" if x.dtype == np.float32 else "d"
    given = [a.ctypes.data_as(ctypes.c_void_p) for a in (x, y, out)]
    function = getattr(library, f"all_{name.replace(' ', '_')}_{letter}")
    function(ctypes.c_long(x.size), *given)
    return out


def samples(name, dtype, count):
    rng = np.random.default_rng(0)
    if name in ("log", "log2"):
        spread = np.exp(rng.uniform(-80, 80, count))
        return np.concatenate([spread, rng.uniform(0.5, 2, count)]).astype(dtype)
    if name == "log1p":
        small = 10 ** rng.uniform(-15, 10, count)
        return np.concatenate([small, -(10 ** rng.uniform(-15, -0.01, count))]).astype(
            dtype
        )
    low, high = RANGES.get(name, TAIL)[dtype == np.float64]
    parts = rng.uniform(low, high, count), rng.uniform(-1, 1, count)
    return np.concatenate([*parts, 10 ** rng.uniform(-9, 0, count)]).astype(dtype)


def units(got, exact):
    """How far results are from exact ones, in units of the last place."""
    exact = [*exact]
    rounded = np.array([float(x) for x in exact]).astype(got.dtype)
    unit = np.abs(np.spacing(rounded)).astype(float)
    far = [
        abs(float(mpmath.mpf(float(x)) - y)) for x, y in zip(got, exact, strict=True)
    ]
    return np.max(np.array(far) / unit)


def test_every_function_that_is_said_to_be_a_vector_has_a_bound():
    assert VECTORS | {"power"} == set(BOUNDS)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", sorted(set(BOUNDS) - {"power"}))
def test_errors_are_within_their_bounds(library, name, dtype):
    x = samples(name, dtype, 150)
    function = EXACT.get(name) or getattr(mpmath, name)
    with mpmath.workprec(140):
        exact = [function(mpmath.mpf(float(each))) for each in x]
        found = units(call(library, name, x), exact)
    assert found <= BOUNDS[name][dtype == np.float64], name


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_powers_are_right_and_so_are_those_of_the_edges(library, dtype):
    rng = np.random.default_rng(0)
    x = np.exp(rng.uniform(-20, 20, 300)).astype(dtype)
    y = rng.uniform(-4, 4, 300).astype(dtype)
    with mpmath.workprec(140):
        exact = [mpmath.mpf(float(a)) ** mpmath.mpf(float(b)) for a, b in zip(x, y)]
        assert units(call(library, "power", x, y), exact) <= 1
    edges = np.array([*EDGES, 3, -2, 0.5, -0.5, 2.5, 5, 1e38], dtype)
    x, y = (a.ravel() for a in np.meshgrid(edges, edges))
    with np.errstate(all="ignore"):
        expected = np.power(x, y)
    _alike(call(library, "power", x, y), expected)


def _alike(got, expected):
    np.testing.assert_allclose(got, expected, rtol=1e-5)
    number = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(got)[number], np.signbit(expected)[number])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", sorted(set(BOUNDS) - {"power", "gelu", "gelu slope"}))
def test_infinities_nan_tiny_numbers_and_minus_zero_are_as_in_numpy(
    library, name, dtype
):
    x = np.array(EDGES, dtype)
    functions = {
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "normal density": error_functions.density,
    }
    own = getattr(error_functions, name.replace(" ", "_"), None)
    function = functions.get(name) or own or getattr(np, name)
    with np.errstate(all="ignore"):
        _alike(call(library, name, x), function(x))
