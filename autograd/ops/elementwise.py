"""Functions of each element: arithmetic, powers, exponentials, circles, kinks."""

import math
import operator
from importlib import import_module

import numpy as np

from ..core.declare import constant, elementwise, linear
from ..core.primitive import Primitive
from .slopes import (
    arcsinh_slope,
    arctan_slope,
    power_by_base,
    power_by_exponent,
    pull_absolute,
    pull_hypot,
    share_beside_nan,
    share_of_sum,
    share_of_ties,
    sinc_slope,
    tanh_slope,
    turn,
)

__all__ = [
    "absolute",
    "add",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "bitwise_and",
    "bitwise_count",
    "bitwise_or",
    "bitwise_xor",
    "cbrt",
    "ceil",
    "clip",
    "copysign",
    "cos",
    "cosh",
    "deg2rad",
    "degrees",
    "divide",
    "equal",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "fix",
    "float_power",
    "floor",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "frexp",
    "gcd",
    "greater",
    "greater_equal",
    "heaviside",
    "hypot",
    "i0",
    "invert",
    "iscomplex",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isreal",
    "lcm",
    "ldexp",
    "left_shift",
    "less",
    "less_equal",
    "log",
    "log10",
    "log1p",
    "log2",
    "logaddexp",
    "logaddexp2",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "modf",
    "multiply",
    "negative",
    "nextafter",
    "not_equal",
    "positive",
    "power",
    "rad2deg",
    "radians",
    "reciprocal",
    "remainder",
    "right_shift",
    "rint",
    "round",
    "sign",
    "signbit",
    "sin",
    "sinc",
    "sinh",
    "spacing",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "trunc",
]

INF = math.inf
POSITIVE = (0.0, INF)
REALS = (-INF, INF)
UNIT = (-1.0, 1.0)


def _power(x, y):
    return x**y  # NumPy squares, inverts and takes roots here; np.power does not


def _or_one(x):
    """A divisor that is 1 where it would be 0."""
    return np.where(np.equal(x, 0), 1.0, x)


def _expm1(x):
    """NumPy's, but that complex numbers on the real line stay there: 0·∞ is NaN."""
    out = np.expm1(x)
    if np.iscomplexobj(x):
        on_line = np.expm1(np.real(x)) + 0.0 + 1j * np.imag(x)
        out = np.where(np.equal(np.imag(x), 0), on_line.astype(out.dtype), out)
    return out


def _square(x):
    return x * x


def _sinc(x):
    return np.sinc(x)


def _fraction(x):
    return np.modf(x)[0]


def _exponent(x):
    return np.frexp(x)[1]


def _round(x, decimals=0):
    return np.round(x, decimals)


def _isposinf(x):
    return np.isposinf(x)


def _isneginf(x):
    return np.isneginf(x)


# fmt: off
# ============ ===========  forward          partials, by argument                 on floats

add          = elementwise(np.add,           1, 1,                                 on_floats=operator.add, symbol="+")
subtract     = elementwise(np.subtract,      1, -1,                                on_floats=operator.sub, symbol="-")
multiply     = elementwise(np.multiply,      lambda y: y, lambda x: x,             on_floats=operator.mul, symbol="×")
divide       = elementwise(np.divide,        lambda g, y: g / y, lambda out, y: -out / y,
                                             on_floats=operator.truediv, symbol="÷", domain=(REALS, POSITIVE))
remainder    = elementwise(np.remainder,     1, lambda x, y: -np.floor_divide(x, y),
                                             on_floats=operator.mod, symbol="%", domain=(REALS, (0.25, INF)),
                                             analytic=False)
power        = elementwise(_power,           power_by_base, power_by_exponent,     on_floats=math.pow, symbol="xʸ",
                                             domain=(POSITIVE, REALS))
fmod         = elementwise(np.fmod,          1, lambda x, y, out: -np.rint((x - out) / y),
                                             on_floats=math.fmod, domain=(REALS, (0.25, INF)),
                                             analytic=False)
float_power  = elementwise(np.float_power,   power_by_base, power_by_exponent,     on_floats=math.pow, symbol="xʸ",
                                             domain=(POSITIVE, REALS))
negative     = elementwise(np.negative,      -1,                                   on_floats=operator.neg, symbol="-x")
positive     = elementwise(np.positive,      1,                                    on_floats=operator.pos, symbol="+x")
reciprocal   = elementwise(np.reciprocal,    lambda out: -out * out,               domain=POSITIVE, symbol="1/x")
square       = elementwise(np.square,        lambda x: 2 * x,                      on_floats=_square, symbol="x²")

exp          = elementwise(np.exp,           lambda out: out,                      on_floats=math.exp)
exp2         = elementwise(np.exp2,          lambda out: out * math.log(2))
expm1        = elementwise(_expm1,           lambda x: np.exp(x),                   on_floats=math.expm1)
log          = elementwise(np.log,           lambda x: 1 / x,                      on_floats=math.log, domain=POSITIVE)
log2         = elementwise(np.log2,          lambda x: 1 / (x * math.log(2)),      on_floats=math.log2, domain=POSITIVE)
log10        = elementwise(np.log10,         lambda x: 1 / (x * math.log(10)),     on_floats=math.log10, domain=POSITIVE)
log1p        = elementwise(np.log1p,         lambda x: 1 / (1 + x),                on_floats=math.log1p, domain=(-1.0, INF))
logaddexp    = elementwise(np.logaddexp,     lambda x, y: share_of_sum(x, y), lambda x, y: share_of_sum(y, x), analytic=False)
logaddexp2   = elementwise(np.logaddexp2,    lambda x, y: share_of_sum(x, y, np.exp2, math.log(2)), lambda x, y: share_of_sum(y, x, np.exp2, math.log(2)), analytic=False)
sqrt         = elementwise(np.sqrt,          lambda out: 0.5 / out,                on_floats=math.sqrt, domain=POSITIVE, symbol="√")
cbrt         = elementwise(np.cbrt,          lambda out: 1 / (3 * out * out),      domain=POSITIVE, symbol="∛", analytic=False)
hypot        = elementwise(np.hypot,         lambda g, x, y, out: pull_hypot(g, x, y, out), lambda g, x, y, out: pull_hypot(g, y, x, out),
                                             on_floats=math.hypot, domain=(POSITIVE, POSITIVE), analytic=False)

sin          = elementwise(np.sin,           lambda x: np.cos(x),                  on_floats=math.sin)
cos          = elementwise(np.cos,           lambda x: -np.sin(x),                 on_floats=math.cos)
tan          = elementwise(np.tan,           lambda out: 1 + out * out,            on_floats=math.tan, domain=(-1.5, 1.5))
arcsin       = elementwise(np.arcsin,        lambda x: 1 / np.sqrt((1 - x) * (1 + x)),  on_floats=math.asin, domain=UNIT)
arccos       = elementwise(np.arccos,        lambda x: -1 / np.sqrt((1 - x) * (1 + x)), on_floats=math.acos, domain=UNIT)
arctan       = elementwise(np.arctan,        lambda x: arctan_slope(x),             on_floats=math.atan)
arctan2      = elementwise(np.arctan2,       lambda g, x, y: turn(g, y, x, y), lambda g, x, y: turn(-g, x, x, y),
                                             on_floats=math.atan2, domain=(REALS, POSITIVE), analytic=False)

deg2rad      = elementwise(np.deg2rad,       math.pi / 180,                        analytic=False)
rad2deg      = elementwise(np.rad2deg,       180 / math.pi,                        analytic=False)
radians      = elementwise(np.radians,       math.pi / 180,                        analytic=False)
degrees      = elementwise(np.degrees,       180 / math.pi,                        analytic=False)
sinc         = elementwise(_sinc,            sinc_slope,                            analytic=False)

sinh         = elementwise(np.sinh,          lambda x: np.cosh(x),                 on_floats=math.sinh)
cosh         = elementwise(np.cosh,          lambda x: np.sinh(x),                 on_floats=math.cosh)
tanh         = elementwise(np.tanh,          tanh_slope,                         on_floats=math.tanh)
arcsinh      = elementwise(np.arcsinh,       lambda x: arcsinh_slope(x),            on_floats=math.asinh)
arccosh      = elementwise(np.arccosh,       lambda x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)), on_floats=math.acosh, domain=(1.0, INF))
arctanh      = elementwise(np.arctanh,       lambda x: 1 / ((1 - x) * (1 + x)),          on_floats=math.atanh, domain=UNIT)

absolute     = elementwise(np.absolute,      pull_absolute,                       on_floats=abs, symbol="|x|",
                                             analytic=False)
fabs         = elementwise(np.fabs,          lambda x: np.sign(x),                 on_floats=math.fabs, symbol="|x|",
                                             analytic=False)
copysign     = elementwise(np.copysign,      lambda x, y: np.sign(x) * np.copysign(1, y), lambda: 0.0,
                                             on_floats=math.copysign, domain=(REALS, (0.25, INF)),
                                             analytic=False)
heaviside    = elementwise(np.heaviside,     lambda: 0.0, lambda x: np.equal(x, 0), analytic=False)
maximum      = elementwise(np.maximum,       lambda x, y: share_of_ties(x, y), lambda x, y: share_of_ties(y, x),
                                             analytic=False, symbol="max")
minimum      = elementwise(np.minimum,       lambda x, y: share_of_ties(y, x), lambda x, y: share_of_ties(x, y),
                                             analytic=False, symbol="min")
fmax         = elementwise(np.fmax,          lambda x, y: share_beside_nan(x, y), lambda x, y: share_beside_nan(y, x),
                                             analytic=False, symbol="max")
fmin         = elementwise(np.fmin,          lambda x, y: share_beside_nan(-x, -y), lambda x, y: share_beside_nan(-y, -x),
                                             analytic=False, symbol="min")
fraction     = elementwise(_fraction,        1,                                    analytic=False)

# ============ ==========   no derivative: results are never tracked

_sign        = constant(np.sign)
floor        = constant(np.floor,            on_floats=lambda x: float(math.floor(x)))
ceil         = constant(np.ceil,             on_floats=lambda x: float(math.ceil(x)))
trunc        = constant(np.trunc,            on_floats=lambda x: float(math.trunc(x)))
rint         = constant(np.rint)
floor_divide = constant(np.floor_divide,     on_floats=operator.floordiv, symbol="//")
greater      = constant(np.greater,          on_floats=operator.gt, symbol=">")
greater_equal = constant(np.greater_equal,   on_floats=operator.ge, symbol="≥")
less         = constant(np.less,             on_floats=operator.lt, symbol="<")
less_equal   = constant(np.less_equal,       on_floats=operator.le, symbol="≤")
equal        = constant(np.equal,            on_floats=operator.eq, symbol="=")
not_equal    = constant(np.not_equal,        on_floats=operator.ne, symbol="≠")
logical_and  = constant(np.logical_and,      symbol="and")
logical_or   = constant(np.logical_or,       symbol="or")
logical_xor  = constant(np.logical_xor,      symbol="xor")
logical_not  = constant(np.logical_not,      symbol="not")
bitwise_and  = constant(np.bitwise_and,      symbol="&")
bitwise_or   = constant(np.bitwise_or,       symbol="|")
bitwise_xor  = constant(np.bitwise_xor,      symbol="^")
bitwise_count = constant(np.bitwise_count)
invert       = constant(np.invert,           symbol="~")
left_shift   = constant(np.left_shift,       symbol="<<")
right_shift  = constant(np.right_shift,      symbol=">>")
gcd          = constant(np.gcd)
lcm          = constant(np.lcm)
isfinite     = constant(np.isfinite)
isinf        = constant(np.isinf)
isnan        = constant(np.isnan)
isposinf     = constant(_isposinf)
isneginf     = constant(_isneginf)
isreal       = constant(np.isreal)
iscomplex    = constant(np.iscomplex)
signbit      = constant(np.signbit)
nextafter    = constant(np.nextafter,        on_floats=math.nextafter)
spacing      = constant(np.spacing)
exponent     = constant(_exponent)
round        = constant(_round)
# fmt: on

# Where a length is 0 no second derivative is known, whatever the cotangent is.
hypot.settles = np.isrealobj
absolute.settles = np.iscomplexobj


def sign(x):
    """-1, 0 or 1, without a derivative; of a complex number z / |z|, with one.

    >>> import autograd as ag
    >>> ag.sign(ag.tensor([-2.0, 0.0, 3.0]))
    Tensor([-1.,  0.,  1.])
    """
    if np.iscomplexobj(x):
        return divide(x, _or_one(absolute(x))) + 0.0
    return _sign(x)


def _clip(x, low, high):
    return np.minimum(np.maximum(x, low), high)


def _inside(x, low, high):
    within = np.logical_and(np.greater_equal(x, low), np.less_equal(x, high))
    return np.logical_and(within, np.less(low, high))


_clip_between = elementwise(
    _clip,
    _inside,
    lambda x, low, high: np.logical_and(np.less(x, low), np.less(low, high)),
    lambda x, low, high: np.logical_or(
        np.greater(x, high), np.greater_equal(low, high)
    ),
    analytic=False,
)


def clip(x, min=None, max=None):
    """``x`` limited to the interval from ``min`` to ``max``; None leaves an end open.

    ∂/∂x = 1 within the bounds and at them, else 0: there the bound has 1.

    >>> import autograd as ag
    >>> ag.clip(ag.tensor([-2.0, 0.5, 2.0]), -1, 1)
    Tensor([-1. ,  0.5,  1. ])
    """
    if min is None and max is None:
        return positive(x)
    if min is None:
        return minimum(x, max)
    if max is None:
        return maximum(x, min)
    return _clip_between(x, min, max)


def fix(x):
    """The integer next to ``x`` towards 0; without a derivative.

    >>> import autograd as ag
    >>> ag.fix(ag.tensor([-1.5, 1.5]))
    Tensor([-1.,  1.])
    """
    return trunc(x)


def _ldexp(x, exponents):
    if isinstance(x, float) and isinstance(exponents, float):
        exponents = int(exponents)  # a Value's
    return np.ldexp(x, exponents)


ldexp: Primitive = linear(
    _ldexp,
    lambda g, exponents: ldexp(g, exponents),
    None,
    symbol="x·2ⁿ",
    analytic=False,
)


def divmod(x, y):
    """The quotient rounded down, a constant, and the remainder."""
    return floor_divide(x, y), remainder(x, y)


def frexp(x):
    """Mantissa and exponent: x = m · 2ⁿ with ½ ≤ |m| < 1, and n a constant.

    ∂m/∂x = 2⁻ⁿ.

    >>> import autograd as ag
    >>> ag.frexp(ag.tensor([3.0, 8.0]))
    (Tensor([0.75, 0.5 ]), Tensor([2, 4], dtype=int32))
    """
    n = exponent(x)
    return ldexp(x, np.negative(n)), n


def modf(x):
    """The fraction and the integer of x, both of its sign; the latter a constant.

    The fraction's derivative is 1.

    >>> import autograd as ag
    >>> ag.modf(ag.tensor([-1.5, 2.25]))
    (Tensor([-0.5 ,  0.25]), Tensor([-1.,  2.]))
    """
    return fraction(x), trunc(x)


def i0(x):
    """Bessel's I₀; of a Tensor by SciPy's function, which has a derivative.

    I₀′ = I₁. Raises TypeError for Tensors where there is no SciPy.

    >>> import autograd as ag
    >>> ag.grad(ag.i0)(0.0)
    0.0
    """
    try:
        special = import_module("scipy.special")
    except ImportError as error:
        raise TypeError(
            "the derivative of np.i0 is SciPy's i1; install it with "
            'pip install "glassgrad[scipy]"'
        ) from error
    return special.i0(x)
