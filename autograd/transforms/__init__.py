"""Transforms: functions in, functions of derivatives out, nested to any depth."""

from .checkpoint import checkpoint
from .grad import grad, jvp, linearize, value_and_grad, vjp
from .jacobian import hessian, hvp, jacfwd, jacobian, jacrev
from .record import record
from .rules import custom_rule
from .stopping import stop_gradient
from .vmap import vmap

__all__ = [
    "checkpoint",
    "custom_rule",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "record",
    "stop_gradient",
    "value_and_grad",
    "vjp",
    "vmap",
]
