"""``expand``: an operation on arrays as the scalars that it is made of."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograd.core.context import switched
from autograd.core.node import Node, by_age, raw, told
from autograd.core.program import Graph
from autograd.core.space import FLOATS

from .read.nodes import is_freed
from .scalar_rules import MOVES, PRODUCTS, RULES, as_array, each, numbers

MOST = 2000  # leaves and operations: what a person can still find something in
AGREE = {2: 1e-2, 4: 1e-4}  # relative, by bytes of the dtype
CLOSE = 1e-9  # of the others
RAW = {"getitem": slice(1, None), "cross_entropy": slice(1, None), "where": slice(1)}


def expand(node: Any, steps: int | None = 1, *, most: int = MOST) -> Graph:
    """The operation that made a Tensor, opened into scalars: a graph of Values.

    Its inputs are the elements of the operands, named as in ``w[0, 1]``; its outputs
    are those of ``node``. ``steps`` opens so many operations one before the other; None
    all of them, back to leaves, and to what cannot be opened. The graph is drawn,
    played and swept as any other; it has the numbers of ``node`` in memory, in float64,
    and leads to the same gradients.

    Opened are elementwise functions; matmul, dot, inner, tensordot, einsum, affine and
    conv; sum, mean, prod, var, max, min, Euclidean lengths and pools; softmax,
    log_softmax, logsumexp, cross_entropy and layer_norm; where, and what only moves
    elements. Raises ValueError for other operations, for complex numbers, where there
    would be more than ``most`` leaves and operations, and where the numbers are not
    those in memory, since one was overwritten.

    >>> import numpy as np
    >>> import autograd as ag, viz
    >>> w = ag.tensor([[1.0, 2.0]], requires_grad=True)
    >>> w.label = "w"
    >>> graph = viz.expand(w @ np.array([3.0, 0.5]))
    >>> graph.outputs
    [Value('out[0]', data=4, grad=None)]
    >>> viz.draw(graph)
    Drawing(forward, 7 boxes, 3 circles, 9 edges)
    >>> graph.outputs[0].backward()
    >>> [(x.label, x.grad) for x in graph.inputs if x.requires_grad]
    [('w[0, 0]', 3.0), ('w[0, 1]', 0.5)]
    """
    is_scalar = isinstance(node, FLOATS.kind)
    if is_scalar or not isinstance(node, Node):
        already = ", which is a scalar already: draw it" if is_scalar else ""
        raise TypeError(f"expand opens a Tensor; got {told(node)}{already}")
    if steps is not None and (not isinstance(steps, int) or steps < 1):
        raise ValueError(f"steps is a whole number, at least 1, or None; not {steps!r}")
    reason = _refusal(node)
    if reason:
        raise ValueError(f"expand cannot open {told(node)}: {reason}")
    opened = _nearest(node, steps)
    size = _size(opened)
    if size > most:
        raise ValueError(
            f"opened, {told(node)} is about {size:,} leaves and operations; most is "
            f"{most:,}. Expand it for a smaller input, for fewer steps, or with most="
        )
    boxes = _Boxes()
    for step in opened:
        with switched(gradients=True, everything=True, scope=step.scope, listeners=()):
            out = _computed(step, [*boxes.of_operands(step)])
        _check_numbers(step, out)
        boxes.add(step, out, "out" if step is node else "")
    return Graph(boxes.leaves, [*boxes.known[node].flat])


def _nearest(node: Node, steps: int | None) -> list[Node]:
    """What is opened, oldest first."""
    found, front = {node}, [node]
    while front and (steps is None or steps > 1):
        steps = None if steps is None else steps - 1
        before = {x for step in front for x in _data(step) if isinstance(x, Node)}
        front = [x for x in before - found if not _refusal(x)]
        found.update(front)
    return sorted(found, key=by_age)


def _data(node: Node) -> list[Any]:
    """The operands that are numbers to compute with: no indices, labels, conditions."""
    inputs = [*node.inputs]
    del inputs[RAW.get(node.op.name, slice(0))]
    return inputs


def _refusal(node: Node) -> str:
    """Why the operation of ``node`` cannot be opened; empty if it can be."""
    if node.op is None:
        return "it is a leaf, which no operation made"
    if is_freed(node):
        return "its graph was freed by backward(free=True). Run the forward pass again"
    if not (node.op.by_element or node.op.name in RULES):
        known = "those that help(viz.expand) names"
        return f"its operation, {node.op.name}, is none of {known}"
    if isinstance(node.params.get("padding"), str) or node.params.get("ceil_mode"):
        return "its windows are padded by a rule, not by numbers"
    if node.params.get("p", 2) != 2:
        return "it is another length than the Euclidean one"
    arrays = [np.asarray(raw(x)) for x in (node, *_data(node))]
    if any(x.dtype.kind not in "biuf" for x in arrays):
        return "its numbers are not real"
    if not all(x.size for x in arrays):
        return "it has no elements"
    return ""


def _size(opened: list[Node]) -> int:
    """About how many leaves and operations there will be."""
    total = 0
    leaves: dict[int, int] = {}
    for node in opened:
        name, operands = node.op.name, _data(node)
        sizes = [np.size(raw(x)) for x in operands]
        size = np.size(node._raw)
        if name == "conv":
            total += 2 * size * (sizes[1] // len(raw(operands[1])))
        elif name in PRODUCTS:  # m k · k n / m n = k²
            total += 2 * size * math.isqrt(math.prod(sizes[:2]) // size)
        elif node.op.by_element:
            total += size
        elif name not in MOVES:
            total += 4 * sizes[0]
        leaves |= {id(x): size for x, size in zip(operands, sizes, strict=True)}
    inside = {id(x) for x in opened}
    return total + sum(size for x, size in leaves.items() if x not in inside)


class _Boxes:
    """Arrays of Values, for nodes and for arrays; made where they are first asked for.

    NumPy moves, adds and multiplies what such an array holds as it does numbers.
    """

    def __init__(self) -> None:
        self.known: dict[Any, np.ndarray] = {}
        self.leaves: list[Node] = []
        self.names: set[str] = set()

    def of_operands(self, node: Node) -> Iterator[Any]:
        names = node.op.signature.operands
        data = {id(x) for x in _data(node)}
        for i, x in enumerate(node.inputs):
            if id(x) not in data or not isinstance(x, Node | np.ndarray):
                yield raw(x)  # a number by itself is no leaf, here as everywhere
                continue
            key = x if isinstance(x, Node) else id(x)
            if key not in self.known:
                name = names[i] if i < len(names) else node.op.signature.rest
                self.add(key, self._leaf(x), name)
            yield self.known[key]

    def _leaf(self, x: Any) -> np.ndarray:
        tracked = isinstance(x, Node) and x.tracked
        box = np.empty(np.shape(raw(x)), object)
        for place, number in np.ndenumerate(raw(x)):
            box[place] = FLOATS.kind.leaf(float(number), tracked)
        self.leaves += [*box.flat]
        return box

    def add(self, key: Any, box: np.ndarray, name: str) -> None:
        """Keep the elements, named after the node or its place in the operation."""
        for place, x in np.ndenumerate(box):
            if not isinstance(x, Node):  # the operation chose a constant
                box[place] = FLOATS.kind.leaf(float(x), False)
        self.known[key] = box
        name = getattr(key, "label", "") or name
        first, number = name, 2
        while name in self.names:
            name, number = f"{first} {number}", number + 1
        if not name:
            return
        self.names.add(name)
        for place, x in np.ndenumerate(box):
            x.label = x.label or name + (str([*place]) if place else "")


def _computed(node: Node, operands: list[Any]) -> np.ndarray:
    if node.op.by_element:
        return each(partial(node.op, **node.params), *operands)
    return as_array(RULES[node.op.name](*operands, **node.params))


def _check_numbers(node: Node, box: np.ndarray) -> None:
    """Raises ValueError where the scalars give other numbers than there are."""
    expected = np.asarray(node._raw)
    close = AGREE.get(expected.dtype.itemsize, CLOSE)
    sizes = [np.abs(raw(x)).astype(float).ravel() for x in (node, *_data(node))]
    finite = np.concatenate(sizes)
    scale = np.max(finite, where=np.isfinite(finite), initial=0)
    found = numbers(box)
    if not np.allclose(found, expected, close, close * scale, equal_nan=True):
        raise ValueError(
            f"the scalars of {node.op.name} are not the numbers of {told(node)} in "
            "memory: what it was computed from was overwritten, or went beyond its "
            "dtype. Run the forward pass again"
        )
