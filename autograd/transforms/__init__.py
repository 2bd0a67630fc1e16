"""Transforms: functions in, functions of derivatives out, nested to any depth."""

from .grad import grad, jvp, value_and_grad, vjp
from .jacobian import hessian, hvp, jacobian
from .record import record
from .vmap import vmap

__all__ = [
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "record",
    "value_and_grad",
    "vjp",
    "vmap",
]
