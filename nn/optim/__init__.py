"""Optimizers: they read ``.grad`` and write ``.data``, of Tensors and Values alike."""

from ..elsewhere import telling
from . import lr_scheduler, schedules
from .adam import Adam, Adamax, AdamW, NAdam, RAdam
from .adaptive import Adadelta, Adagrad, RMSprop
from .clipping import clip_grad_norm_, clip_grad_value_, get_total_norm
from .descent import ASGD, SGD, Lion, Rprop
from .lbfgs import LBFGS
from .matrices import LAMB, Muon
from .optimizer import Optimizer, elementwise

__all__ = [
    "SGD",
    "ASGD",
    "Rprop",
    "Lion",
    "Adagrad",
    "RMSprop",
    "Adadelta",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "RAdam",
    "LAMB",
    "Muon",
    "LBFGS",
    "Optimizer",
    "elementwise",
    # Between backward and step, and from step to step
    "clip_grad_norm_",
    "clip_grad_value_",
    "get_total_norm",
    "lr_scheduler",
    "schedules",
]


def __dir__() -> list[str]:
    return __all__


__getattr__ = telling(__name__)
