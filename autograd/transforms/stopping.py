"""``stop_gradient``: a value, without what it depends on."""

from __future__ import annotations

from typing import Any

from ..core import tree
from ..core.context import recording
from ..core.node import Node
from ..ops.held import held


def stop_gradient(x: Any) -> Any:
    """``x`` itself, as a constant: no derivative of any order or mode goes through it.

    Tensors and Values stay what they are, untracked, on the same memory; arrays,
    numbers and what else there is in containers are handed back as they are.

    >>> import autograd as ag
    >>> ag.grad(lambda x: x * ag.stop_gradient(x))(3.0)
    3.0
    """
    return tree.mapped(_stopped, x)


def _stopped(x: Any) -> Any:
    if not isinstance(x, Node):
        return x
    return held(x) if recording.get().everything else type(x).leaf(x._raw)
