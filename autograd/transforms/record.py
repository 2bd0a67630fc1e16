"""``record``: the forward graph of a function, without any gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import tree
from ..core.context import switched
from ..core.node import Node, told
from ..core.program import Graph
from ..tensor import Tensor


def record(f: Callable[..., Any], *args: Any, **kwargs: Any) -> Graph:
    """The forward graph of ``f(*args)``: every operation, tracked or not.

    Arrays and floats among the arguments become Tensors; what ``f`` returns become the
    outputs. Source lines are kept as ``node.place``.

    >>> import numpy as np
    >>> record(lambda x: np.exp(x) * 2, np.array([1.0, 2.0]))
    Graph(3 nodes, 1 outputs)
    """
    if not callable(f):
        raise TypeError(f"record needs a function; got {told(f)}")
    inputs = tree.mapped(_as_node, args)
    with switched(everything=True, places=True):
        output = f(*inputs, **kwargs)
    outputs = [leaf for leaf in tree.leaves(output) if isinstance(leaf, Node)]
    if not outputs:
        raise ValueError("record needs a function that returns Tensors or Values")
    return Graph([x for x in tree.leaves(inputs) if isinstance(x, Node)], outputs)


def _as_node(x: Any) -> Any:
    if isinstance(x, (np.ndarray, np.generic, float, complex)):
        return Tensor.leaf(np.asarray(x))
    return x
