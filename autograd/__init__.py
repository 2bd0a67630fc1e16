"""glassgrad's engine: a scalar and a tensor engine on one graph you can see through."""

from .creation import arange, asarray, eye, full, linspace, ones, tensor, zeros
from .graph import Node, ancestors, pullback, pushforward
from .ops.activations import erf, erfc, gelu, relu, sigmoid, silu, softplus
from .ops.complex import conjugate, imag, real
from .ops.elementwise import (
    absolute,
    add,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    ceil,
    clip,
    cos,
    cosh,
    divide,
    equal,
    exp,
    exp2,
    expm1,
    floor,
    floor_divide,
    greater,
    greater_equal,
    hypot,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    positive,
    power,
    reciprocal,
    remainder,
    rint,
    sign,
    sin,
    sinh,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    trunc,
)
from .ops.linalg import affine, matmul
from .ops.losses import cross_entropy, log_softmax, softmax
from .ops.reductions import logsumexp, max, mean, min, prod, sum, var
from .ops.shaping import (
    astype,
    broadcast_to,
    concatenate,
    expand_dims,
    moveaxis,
    reshape,
    split,
    squeeze,
    stack,
    swapaxes,
    transpose,
    where,
)
from .primitive import (
    Primitive,
    constant,
    elementwise,
    general,
    linear,
    multilinear,
    registry,
)
from .recording import detect_writes, enable_grad, listen, no_grad, record_places
from .tensor import Tensor
from .transforms import (
    Graph,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    record,
    value_and_grad,
    vjp,
)
from .value import Value
from .writes import StaleWriteError

abs = absolute
