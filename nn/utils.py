"""PyTorch's place for what is done to gradients between ``backward`` and ``step``."""

from .elsewhere import telling
from .optim.clipping import clip_grad_norm_, clip_grad_value_, get_total_norm

__all__ = ["clip_grad_norm_", "clip_grad_value_", "get_total_norm"]


def __dir__() -> list[str]:
    return __all__


__getattr__ = telling(__name__)
