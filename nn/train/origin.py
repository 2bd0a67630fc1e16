"""Where what is wrong came from: rows of the data, or an operation of the network."""

from __future__ import annotations

from cmath import isfinite
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Node, ancestors, listen

from ..data import Subset
from ..faults import place
from ..module import Module

FEW = 5  # rows that are told, of many


def check_value(
    value: Any, model: Module, batch: Any, where: str, loader: Any = None
) -> None:
    """Raise if a loss is not finite, and tell where that began.

    >>> import nn
    >>> model, x = nn.Linear(1, 1), np.array([[1.0], [np.nan]])
    >>> check_value(model(x).sum(), model, (x,), "batch 1 of epoch 1")
    Traceback (most recent call last):
        ...
    FloatingPointError: the loss is nan in batch 1 of epoch 1
      array 0 of the batch has NaN or infinity in row 1
    """
    if isfinite(number_of(value)):
        return
    problems = _in_data(batch, loader) or _in_graph(value) or _in_state(model)
    said = f"the loss is {number_of(value):.4g} in {where}"
    raise FloatingPointError("\n  ".join([said, *problems]))


def check_gradients(
    value: Any, parameters: Iterable[Any], model: Module, where: str
) -> None:
    """Raise if the gradient of a parameter is not finite, and tell where that began.

    >>> import nn
    >>> model, zeros = nn.Linear(1, 1, bias=False), np.zeros((1, 1))
    >>> root = np.sqrt(model(zeros)).sum()  # whose slope at 0 is infinite
    >>> with np.errstate(all="ignore"):
    ...     root.backward()
    ...     check_gradients(root, model.parameters(), model, "batch 1 of epoch 1")
    Traceback (most recent call last):
        ...
    FloatingPointError: the gradient of weight is not finite in batch 1 of epoch 1 ...
    """
    wrong = [p for p in parameters if not _finite_gradient(p)]
    if not wrong:
        return
    names = {id(p): name for name, p in Module.named_parameters(model)}
    which = ", ".join(_few([names.get(id(p), "a parameter") for p in wrong]))
    found: list[str] = []

    def listener(node: Node, g: Any, parts: Any) -> None:
        if not found and node.op is not None and _finite(g):
            bad = [i for i, part in enumerate(parts) if not _finite(part)]
            if bad:
                found.append(f"it began in the derivative of {_told(node)}")

    with listen(listener):
        value.backward()
    said = f"the gradient of {which} is not finite in {where}"
    said += f", where the loss is {number_of(value):.4g}"
    raise FloatingPointError("\n  ".join([said, *found]))


def wrong_labels(output: Any, target: Any, loss: Any, loader: Any) -> str:
    """Which rows of the data have labels that are no classes of the scores, in words.

    >>> import nn
    >>> loader = nn.DataLoader(np.zeros((3, 2)), np.array([0, 7, 1]), batch_size=3)
    >>> wrong_labels(np.zeros((3, 2)), np.array([0, 7, 1]), None, loader)
    'labels outside of 0 to 1 stand in row 1 of the data'
    """
    labels, scores = np.asarray(raw(target)), np.asarray(raw(output))
    fits = scores.ndim > 1 and labels.shape == scores.shape[:1] + scores.shape[2:]
    if labels.dtype.kind not in "iu" or not fits:
        return ""
    arrays, numbers = _arrays_of(loader)
    alike = [
        array
        for array in reversed(arrays)
        if array.dtype == labels.dtype and array.shape[1:] == labels.shape[1:]
    ]
    every, what = (alike[0], "the data") if alike else (labels, "the batch")
    numbers = numbers if alike else np.arange(len(labels))
    classes = scores.shape[1]
    wrong = (every < 0) | (every >= classes)
    wrong &= every != getattr(loss, "ignore_index", -100)
    rows = np.sort(numbers[wrong.reshape(len(every), -1).any(axis=1)])
    if not rows.size:
        return ""
    return f"labels outside of 0 to {classes - 1} stand in {_rows(rows)} of {what}"


# The three places ---------------------------------------------------------------------


def _in_data(batch: Any, loader: Any) -> list[str]:
    problems = []
    for i, array in enumerate(batch):
        rows = bad_rows(array)
        if rows.size:
            said = f"array {i} of the batch has NaN or infinity in {_rows(rows)}"
            arrays, numbers = _arrays_of(loader)
            if i < len(arrays):
                found = np.sort(numbers[bad_rows(arrays[i])])
                told = _rows(found) if found.size else "none, but made with the batch"
                said += f"; in the data it is {told}"
            problems.append(said)
    return problems


def _in_state(model: Module) -> list[str]:
    state = [*Module.named_parameters(model), *Module.named_buffers(model)]
    wrong = [name for name, node in state if not _finite(node.data)]
    if not wrong:
        return ["no operation that was recorded made it of finite operands"]
    return [f"the data are finite, but not what the model holds: {', '.join(wrong)}"]


def _in_graph(output: Node) -> list[str]:
    for node in ancestors([output]) if isinstance(output, Node) else ():
        if node.op is None or _finite(node._raw):
            continue
        operands = [raw(x) for x in node.inputs]
        if all(map(_finite, operands)):
            return [f"it began in {_told(node)}, whose operands are finite"]
    return []


def number_of(loss: Any) -> float:
    """A loss as a number.

    >>> import autograd as ag
    >>> number_of(ag.tensor([0.5]))
    0.5
    """
    return float(np.asarray(raw(loss)).flat[0])


def raw(x: Any) -> Any:
    """The array or number in a node; anything else as it is.

    >>> raw(2.0)
    2.0
    """
    return x._raw if isinstance(x, Node) else x


# In words -----------------------------------------------------------------------------


def bad_rows(array: Any) -> np.ndarray:
    """The rows of an array that have something that is not finite.

    >>> bad_rows(np.array([[0.0, 1.0], [np.inf, 0.0]]))
    array([1])
    """
    data = np.asarray(raw(array))
    if data.dtype.kind not in "fc" or not data.ndim or _finite(data):
        return np.array([], int)
    return np.flatnonzero(~np.isfinite(data).reshape(len(data), -1).all(axis=1))


def _arrays_of(loader: Any) -> tuple[list[np.ndarray], Any]:
    """The rows that a loader cuts batches from, if it does; and the number of each."""
    dataset = getattr(getattr(loader, "loader", loader), "dataset", None)
    numbers: Any = slice(None)
    while isinstance(dataset, Subset):
        numbers, dataset = dataset.indices[numbers], dataset.dataset
    arrays = getattr(dataset, "arrays", ())
    if arrays:
        numbers = np.arange(len(arrays[0]))[numbers]
    return [array[numbers] for array in arrays], numbers


def _told(node: Node) -> str:
    scope = node.scope
    module = scope[1] if scope is not None else None
    where = ""
    if isinstance(module, Module):
        where = place(module, scope[0]) or f"this {type(module).__name__}"
        where = f" in the module {where}"
    ranges = [_range(x) for x in map(raw, node.inputs) if np.ndim(x) or _real(x)]
    return f"{node.op.name}{where} (of {' and '.join(filter(None, ranges))})"


def _range(x: Any) -> str:
    array = np.asarray(x)
    if array.dtype.kind not in "fiu" or not array.size:
        return ""
    if array.size == 1:
        return f"{array.item():.4g}"
    return f"{array.shape} from {array.min():.4g} to {array.max():.4g}"


def _rows(rows: np.ndarray) -> str:
    told = ", ".join(_few([str(row) for row in rows]))
    return f"row{'s' if len(rows) > 1 else ''} {told}"


def _few(words: list[str]) -> list[str]:
    more = len(words) - FEW
    return words[:FEW] + ([f"and {more} more"] if more > 0 else [])


def _real(x: Any) -> bool:
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def _finite(x: Any) -> bool:
    if isinstance(x, (tuple, list)):
        return all(map(_finite, x))
    array = np.asarray(raw(x))
    return array.dtype.kind not in "fc" or bool(np.isfinite(array).all())


def _finite_gradient(p: Any) -> bool:
    """Whether it is finite: by its norm, and number by number if that is not."""
    g = p.grad
    return g is None or isfinite(np.vdot(g, g)) or _finite(g)
