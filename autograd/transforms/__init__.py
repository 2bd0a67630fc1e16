"""Transforms: functions in, functions of derivatives out, nested to any depth."""

from .grad import grad, jvp, linearize, value_and_grad, vjp
from .jacobian import hessian, hvp, jacfwd, jacobian, jacrev
from .record import record
from .vmap import vmap

__all__ = [
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "record",
    "value_and_grad",
    "vjp",
    "vmap",
]
