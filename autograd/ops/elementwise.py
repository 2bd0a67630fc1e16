"""Functions of each element: arithmetic, powers, exponentials, circles, kinks."""

import math
import operator
from importlib import import_module
from typing import Any

import numpy as np
from numpy import ndarray

from ..core.declare import constant, elementwise, linear
from ..core.node import Node, decides, raw
from ..core.primitive import Primitive
from .held import held
from .kinks import over_length, without_slope

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
ONES = {np.dtype(kind): np.ones((), kind) for kind in ("e", "f", "d")}
LEAST = 1 / 128  # of the slopes of tanh that come from its result

# Rules that need a line or two. ------------------------------------------------------


def _power_by_base(x, y, out):
    """∂xʸ/∂x = y·xʸ⁻¹, and 0 where y = 0, also at x = 0."""
    if isinstance(y, (int, float)):
        if 0.5 <= y <= 16 or -16 <= y <= -1:  # in one pass over the array
            return y * x ** (y - 1)
        y = np.asarray(y, np.result_type(raw(out)))
    zero = np.logical_not(np.abs(x) > 1e-37)  # or so small that 0·x⁻¹ is not 0
    nowhere = np.logical_and(np.equal(y, 0), zero)
    with np.errstate(over="ignore"):  # what is so warns below
        lesser = np.power(x, y - 1 + nowhere)
    part = _within_range(lesser, x, y, out)
    steps = np.logical_or(np.equal(y, 0), np.equal(y, 1))
    steps = np.logical_and(steps, np.equal(x, 0))  # 0ʸ⁻¹ has none there by y
    return _without_slope(part, y, steps)


def _within_range(lesser, x, y, out):
    """y·xʸ⁻¹, as y·xʸ / x where xʸ⁻¹ leaves the range, and y would bring it back."""
    data = raw if decides(out) else lambda each: each  # recorded, if not
    lost = np.logical_not(_is_normal(data(lesser)))
    lost = np.logical_and(lost, _is_normal(data(out)))
    lost = np.logical_and(lost, np.isfinite(data(x)))
    if decides(out) and not np.any(lost):
        return y * lesser
    return np.where(lost, y * out / np.where(lost, x, 1), y * lesser)


def _is_normal(x):
    size, info = np.abs(x), np.finfo(np.result_type(raw(x)))
    return np.logical_and(size >= info.tiny, size <= info.max)


def _power_by_exponent(x, y, out):
    """∂xʸ/∂y = xʸ·log x, and 0 at x = 0, where xʸ stays what it is."""
    zero = np.equal(x, 0)
    base = np.where(zero, 1.0, x)
    slope = out * np.log(base + 0j if np.iscomplexobj(out) else base)
    steep = np.logical_and(zero, np.less_equal(np.real(y), 1))
    return _without_slope(slope, x, steep)


def _without_slope(part, x, where):
    """A slope that has none itself by x, where a mask says so: recorded, or anywhere."""
    if not isinstance(x, Node) or (decides(where) and not np.any(raw(where))):
        return part
    return without_slope(part, x, where)


def _power(x, y):
    return x**y  # NumPy squares, inverts and takes roots here; np.power does not


def _share_of_ties(x, y):
    """1 where x is larger, ½ where both are equal."""
    return np.greater(x, y) + 0.5 * np.equal(x, y)


def _pull_absolute(g, x, out):
    """g sign(x); for complex x, g x̄ / |x|. 0 at 0."""
    if not np.iscomplexobj(x):
        return g * np.sign(x)
    if _has_all_digits(out):
        return over_length(g, np.conj(x), out, x)
    real, imag, length = _with_all_digits(np.real(x), np.imag(x), out)
    return over_length(g, real - 1j * imag, length, x)


def _pull_hypot(g, x, y, out):
    """g x / √(x² + y²)."""
    part, length = x, out
    if not _has_all_digits(out):
        part, _, length = _with_all_digits(x, y, out)
    return over_length(g, part, length, x, y)


def _has_all_digits(length):
    """Whether all lengths are normal numbers, neither tiny nor infinite."""
    if not decides(length):
        return False
    data = np.asarray(raw(length))
    info = np.finfo(data.dtype)
    return bool(np.all((data >= info.tiny) & (data <= info.max)))


def _with_all_digits(x, y, length):
    """Two sides and the length, scaled; of infinite ones the signs of what is so."""
    data = held(length)
    info = np.finfo(np.asarray(raw(length)).dtype)
    finite = np.logical_and(np.isfinite(held(x)), np.isfinite(held(y)))
    factor = np.where(np.less(data, info.tiny), 2 / info.eps, np.where(finite, 0.25, 1))
    normal = np.logical_and(np.isfinite(data), np.greater_equal(data, info.tiny))
    factor = np.where(normal, 1, factor)
    factor = factor.astype(info.dtype) if hasattr(factor, "astype") else factor
    x, y = (
        np.where(
            np.logical_and(np.isinf(data), np.logical_not(finite)),
            np.where(np.isinf(held(side)), np.sign(held(side)), 0),
            side,
        )
        * factor
        for side in (x, y)
    )
    return x, y, np.hypot(x, y)


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


def _share_beside_nan(x, y):
    """Of ties as above; 1 beside NaN, and 0 where x is NaN."""
    alone = np.logical_and(np.isnan(y), np.logical_not(np.isnan(x)))
    return _share_of_ties(x, y) + alone


def share_of_sum(x, y, power=np.exp, rate=1.0):
    """1 / (1 + e^(y - x)): of the operands, as their sum may have rounded.

    Where both are infinite alike, the difference is NaN, and so is the share. Of other
    powers than of e, ``rate`` is the logarithm of what is raised.
    """
    apart = y - x
    e = power(-magnitude(apart)) * _regained(held(apart), held(x), held(y), rate)
    return np.where(np.signbit(held(apart)), 1.0, e) / (1 + e)


def _regained(apart, x, y, rate):
    """By what e^(-rate |y - x|) is off, since the difference has rounded."""
    if decides(apart) and not np.any(np.abs(apart) > 4):
        return 1.0
    back = apart - y
    lost = (y - (apart - back)) - (x + back)  # Knuth's exact error of a sum of two
    lost = np.where(np.isfinite(lost), lost, 0)
    return 1 - rate * np.copysign(1, apart) * lost


def cancels(out, bound):
    """Whether 1 - |out| may have lost digits, since |out| is beyond a bound."""
    data = raw(out)
    if type(out) is not float and not decides(out):
        return True
    if type(data) is float:
        return not -bound < data < bound
    return bool(np.any(np.abs(data) > bound))


def magnitude(x):
    """|x| of an even function, which has all derivatives at 0, too."""
    return x * np.copysign(1, held(x))


def _tanh_slope(x, out):
    """1 - out²; where seven bits of that are lost, sech² x by e = exp(-|x|).

    Arrays of few elements are what is counted here: a 1 that is an array, and the place
    of the least element, take the least time.
    """
    one = ONES.get(out.dtype) if type(out) is ndarray and out.ndim else None
    if one is not None:
        slope = np.square(out)
        np.subtract(one, slope, slope)
        try:
            if slope.item(slope.argmin()) > LEAST:
                return slope
        except ValueError:  # there are no elements
            return slope
    elif type(out) is float or decides(out):
        slope = 1 - out * out
        data = raw(slope)
        if data > LEAST if type(data) is float else np.all(np.abs(data) > LEAST):
            return slope
    e = np.exp(x * -np.copysign(1, np.real(held(x))))
    return np.square(2 * e / (1 + e * e))


def _arctan_slope(x):
    """1 / (1 + x²), in parts where the square leaves the range."""
    far = np.greater(np.abs(x), 128)
    if decides(far) and not np.any(far):
        return 1 / (1 + x * x)
    inverse = 1 / np.where(far, x, 1)
    tail = inverse / (np.where(far, x, 1) + inverse)
    near = np.where(far, 0, x)
    return np.where(far, tail, 1 / (1 + near * near))


def _arcsinh_slope(x):
    """1 / √(1 + x²), without a square that leaves the range."""
    return 1 / (np.sqrt(1 + x * x) if np.iscomplexobj(x) else np.hypot(1, x))


def _turn(g, part, x, y):
    """g part / (x² + y²), divided twice by the length: its square leaves the range.

    At an infinite length it is 0, the limit.
    """
    length = np.hypot(x, y)
    part = np.where(np.isinf(length), 0, part)
    nowhere = np.equal(length, 0)
    length = np.where(nowhere, 1, length)
    return over_length(g, part / length, np.where(nowhere, 0, length), x, y)


def _sinc(x):
    return np.sinc(x)


def _sinc_slope(x, out):
    """(cos πx - sinc x) / x, and its series about 0, where these cancel."""
    near = np.less(np.abs(x), 0.5)
    u = np.square(math.pi * x)
    series: Any = 0.0
    for k in range(12, 0, -1):  # Σ (-1)ᵏ 2k u^(k-1) / (2k + 1)!
        series = series * u + (-1) ** k * 2 * k / math.factorial(2 * k + 1)
    far = (np.cos(math.pi * x) - out) / np.where(near, 1, x)
    return np.where(near, math.pi**2 * x * series, far)


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
power        = elementwise(_power,           _power_by_base, _power_by_exponent,   on_floats=math.pow, symbol="xʸ",
                                             domain=(POSITIVE, REALS))
fmod         = elementwise(np.fmod,          1, lambda x, y, out: -np.rint((x - out) / y),
                                             on_floats=math.fmod, domain=(REALS, (0.25, INF)),
                                             analytic=False)
float_power  = elementwise(np.float_power,   _power_by_base, _power_by_exponent,   on_floats=math.pow, symbol="xʸ",
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
hypot        = elementwise(np.hypot,         lambda g, x, y, out: _pull_hypot(g, x, y, out), lambda g, x, y, out: _pull_hypot(g, y, x, out),
                                             on_floats=math.hypot, domain=(POSITIVE, POSITIVE), analytic=False)

sin          = elementwise(np.sin,           lambda x: np.cos(x),                  on_floats=math.sin)
cos          = elementwise(np.cos,           lambda x: -np.sin(x),                 on_floats=math.cos)
tan          = elementwise(np.tan,           lambda out: 1 + out * out,            on_floats=math.tan, domain=(-1.5, 1.5))
arcsin       = elementwise(np.arcsin,        lambda x: 1 / np.sqrt((1 - x) * (1 + x)),  on_floats=math.asin, domain=UNIT)
arccos       = elementwise(np.arccos,        lambda x: -1 / np.sqrt((1 - x) * (1 + x)), on_floats=math.acos, domain=UNIT)
arctan       = elementwise(np.arctan,        lambda x: _arctan_slope(x),            on_floats=math.atan)
arctan2      = elementwise(np.arctan2,       lambda g, x, y: _turn(g, y, x, y), lambda g, x, y: _turn(-g, x, x, y),
                                             on_floats=math.atan2, domain=(REALS, POSITIVE), analytic=False)

deg2rad      = elementwise(np.deg2rad,       math.pi / 180,                        analytic=False)
rad2deg      = elementwise(np.rad2deg,       180 / math.pi,                        analytic=False)
radians      = elementwise(np.radians,       math.pi / 180,                        analytic=False)
degrees      = elementwise(np.degrees,       180 / math.pi,                        analytic=False)
sinc         = elementwise(_sinc,            _sinc_slope,                           analytic=False)

sinh         = elementwise(np.sinh,          lambda x: np.cosh(x),                 on_floats=math.sinh)
cosh         = elementwise(np.cosh,          lambda x: np.sinh(x),                 on_floats=math.cosh)
tanh         = elementwise(np.tanh,          _tanh_slope,                        on_floats=math.tanh)
arcsinh      = elementwise(np.arcsinh,       lambda x: _arcsinh_slope(x),           on_floats=math.asinh)
arccosh      = elementwise(np.arccosh,       lambda x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)), on_floats=math.acosh, domain=(1.0, INF))
arctanh      = elementwise(np.arctanh,       lambda x: 1 / ((1 - x) * (1 + x)),          on_floats=math.atanh, domain=UNIT)

absolute     = elementwise(np.absolute,      _pull_absolute,                      on_floats=abs, symbol="|x|",
                                             analytic=False)
fabs         = elementwise(np.fabs,          lambda x: np.sign(x),                 on_floats=math.fabs, symbol="|x|",
                                             analytic=False)
copysign     = elementwise(np.copysign,      lambda x, y: np.sign(x) * np.copysign(1, y), lambda: 0.0,
                                             on_floats=math.copysign, domain=(REALS, (0.25, INF)),
                                             analytic=False)
heaviside    = elementwise(np.heaviside,     lambda: 0.0, lambda x: np.equal(x, 0), analytic=False)
maximum      = elementwise(np.maximum,       lambda x, y: _share_of_ties(x, y), lambda x, y: _share_of_ties(y, x),
                                             analytic=False, symbol="max")
minimum      = elementwise(np.minimum,       lambda x, y: _share_of_ties(y, x), lambda x, y: _share_of_ties(x, y),
                                             analytic=False, symbol="min")
fmax         = elementwise(np.fmax,          lambda x, y: _share_beside_nan(x, y), lambda x, y: _share_beside_nan(y, x),
                                             analytic=False, symbol="max")
fmin         = elementwise(np.fmin,          lambda x, y: _share_beside_nan(-x, -y), lambda x, y: _share_beside_nan(-y, -x),
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
hypot.settles = arctan2.settles = np.isrealobj
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
