"""What a program returned is differentiable: its derivative is that of its steps.

They are run once more, and recorded, when a gradient flows back through a result: the
program itself keeps nothing of what it computed on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.call import ITEM
from ..core.context import switched
from ..core.declare import general
from ..core.node import NO_PARAMS, Node, made
from ..core.primitive import Primitive
from ..core.zeros import pulled
from ..ops.fused import again
from ..tensor import Tensor
from ..value import Value
from .flat import Flat
from .tracing import leaf_of


class Derivative:
    """The part of a program that results with a gradient are computed by.

    ``sources`` are where its leaves come from: those of the captured Tensors are the
    Tensors themselves.
    """

    def __init__(self, flat: Flat, sources: Sequence[Any]) -> None:
        self.sources = sources
        self.op = _again(flat)

    def results(self, leaves: Sequence[Any], arrays: Sequence[Any], age: int) -> Any:
        """The nodes of results, as if they had been recorded at that age."""
        several = len(arrays) > 1
        data = tuple(arrays) if several else arrays[0]
        kind: Any = Value if type(arrays[0]) is float else Tensor
        node = made(kind, data, self.op, tuple(leaves), NO_PARAMS, True)
        node.age = age
        if not several:
            return [node]
        return [ITEM.call(node, i, len(arrays)) for i in range(len(arrays))]


def _again(flat: Flat) -> Primitive:
    def compiled(*leaves: Any) -> Any:
        return flat(*leaves)

    def pull(g: Any, leaves: Any) -> list[Any]:
        """The gradient of the steps, run on these leaves."""
        cotangents = g if isinstance(g, tuple) else (g,)
        lift = any(isinstance(x, Node) for x in (*leaves, *cotangents))
        with switched(gradients=True, scope=again()):
            own = [_private(x) for x in leaves]
            values = flat.values(own)
        pairs = [
            (values[i], each)
            for i, each in zip(flat.outputs, cotangents)
            if isinstance(values[i], Node) and values[i].tracked
        ]
        outputs, seeds = (
            [x for x, _ in pairs],
            [_node(t) if lift else t for _, t in pairs],
        )
        ends, inner = pulled(outputs, seeds, set(own), own[0].age, lift)
        found = ends | inner
        return [found.get(x) for x in own]

    return general(compiled, joint=pull, name="compiled")


def _node(g: Any) -> Any:
    return g if isinstance(g, Node) else leaf_of(g)


def _private(x: Any) -> Any:
    """A tracked stand-in for a leaf, which leads to it where that is a node."""
    if isinstance(x, (Tensor, Value)):
        return +x
    if type(x) is float:
        return Value.leaf(x, tracked=True)
    array = np.asarray(x)
    return Tensor.leaf(array, tracked=array.dtype.kind in "fc")
