"""What can be done with the data of a kind of node: one space for each kind."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import numpy as np
from numpy import ndarray

from ..sums import sum_over
from .node import Node, raw, told

SMALL = 1 << 13  # bytes: constants up to here are copied, lest they be written later
NUMBERS = "biufc"  # the kinds of dtypes that Tensors hold
ARRAY = (ndarray, np.generic)  # what NumPy returns: a scalar, too


class Space(Protocol):
    """The data of one kind of node: how they become operands, results and gradients.

    A kind of node says ``space = ARRAYS`` in its class; ``kind`` is that class.
    """

    kind: Any
    raw_type: type  # what rules compute on where nothing is lifted
    keeps_all: bool  # whether backward() leaves a gradient on inner nodes, too
    source: str  # what makes a leaf, in Python text
    one: float = 1.0  # the cotangent whose contribution is the slope

    def __set_name__(self, owner: type[Node], name: str) -> None:
        self.kind = owner

    def constant(self, x: Any, op: Any) -> Any:
        """``x`` as a constant operand of ``op`` beside such nodes, or a TypeError."""

    def normal(self, data: Any) -> Any:
        """A forward function's result as such a node holds it."""

    def fitted(self, part: Any, node: Node, lift: bool) -> Any:
        """A contribution with the shape and dtype of the input ``node`` it goes to."""

    def settled(self, part: Any, node: Node, lift: bool) -> Any:
        """A tangent with the shape and dtype of its ``node``."""

    def warnings(self) -> AbstractContextManager[Any]:
        """What the sweep runs in whose results are not all finite."""

    def accumulated(self, leaf: Node, g: Any, shared: bool) -> Any:
        """The new ``.grad`` of a leaf; what is ``shared`` is held by others, too."""

    def kept(self, g: Any) -> Any:
        """The ``.grad`` of an inner node that keeps one."""

    def cotangent(self, g: Any, node: Node) -> Any:
        """A cotangent of ``node`` that a person gave, as sweeps take it."""

    def tangent(self, g: Any, node: Node) -> Any:
        """A tangent of ``node`` that a person gave, as sweeps take it."""

    def ones(self, node: Node) -> Any:
        """The cotangent of a node of one element whose derivative is wanted."""

    def basis(self, node: Node) -> Iterator[Any]:
        """One for each element of ``node``: 1 there, 0 elsewhere."""

    def result(self, given: Any, data: Any, node: Node) -> Any:
        """What belongs to ``node`` (None: zeros), as one who passed ``given`` wants it.

        A node for a node, a number for a number; in memory of its own.
        """


class Floats(Space):
    """Python floats: what Values hold."""

    raw_type = float
    keeps_all = True
    source = "ag.Value"
    one = np.float64(1.0)  # which has an answer where Python raises: 1 / 0.0

    def constant(self, x: Any, op: Any) -> float:
        if type(x) is float:
            return x
        if is_real_number(x):
            return float(x)
        raise TypeError(
            f"{op.name} got a Value and {told(x)}; a Value is one number, and combines "
            "with Values and real numbers only. Use Tensors for arrays"
        )

    def normal(self, data: Any) -> float:
        return as_float(data)  # that of a comparison, too: 1.0 or 0.0

    def fitted(self, part: Any, node: Node, lift: bool) -> Any:
        if lift:
            return part if isinstance(part, Node) else self.kind.leaf(float(part))
        # Python goes complex where NumPy has NaN: (-8.0) ** 0.5
        return float(part) if not isinstance(part, complex) else math.nan

    settled = fitted

    def warnings(self) -> AbstractContextManager[Any]:
        return np.errstate(all="ignore")  # NumPy's answers without its warnings

    def accumulated(self, leaf: Node, g: float, shared: bool) -> float:
        return g if leaf.grad is None else leaf.grad + g

    def kept(self, g: float) -> float:
        return g

    def cotangent(self, g: Any, node: Node) -> Any:
        return g if isinstance(g, self.kind) else as_float(g)

    tangent = cotangent

    def ones(self, node: Node) -> float:
        return 1.0

    def basis(self, node: Node) -> Iterator[float]:
        yield 1.0

    def result(self, given: Any, data: Any, node: Node) -> Any:
        number = 0.0 if data is None else float(data)
        return self.kind.leaf(number) if isinstance(given, self.kind) else number


class Arrays(Space):
    """NumPy's arrays: what Tensors hold."""

    raw_type = ndarray
    keeps_all = False
    source = "ag.tensor"

    def constant(self, x: Any, op: Any) -> Any:
        if type(x) is ndarray and x.dtype.kind in NUMBERS:
            return x.copy() if x.nbytes <= SMALL else x
        if isinstance(x, (bool, int, float, complex)):
            return x
        if isinstance(x, (ndarray, np.generic, list, tuple)):
            return operand(x, op.name)
        raise TypeError(
            f"{op.name} got a Tensor and {told(x)}; a Tensor combines with Tensors, "
            "arrays and numbers"
        )

    def normal(self, data: Any) -> ndarray:
        return np.asarray(data if isinstance(data, ARRAY) else operand(data, "a node"))

    def fitted(self, part: Any, node: Node, lift: bool) -> Any:
        data = node._raw
        if not hasattr(part, "dtype"):  # a Python number, or a list
            part = np.asarray(part)
        if part.shape != data.shape:
            part = unbroadcast(part, data.shape)
        if part.dtype != data.dtype:
            part = cast(part, data.dtype)
        if lift and not isinstance(part, Node):
            return self.kind.leaf(np.asarray(part))
        return part

    def settled(self, part: Any, node: Node, lift: bool) -> Any:
        data = node._raw
        if type(data) is tuple:
            return tuple(part)
        if np.shape(part) != data.shape:
            part = np.broadcast_to(part, data.shape)
        if part.dtype != data.dtype:
            part = cast(part, data.dtype)
        return part

    def warnings(self) -> AbstractContextManager[Any]:
        return nullcontext()  # NumPy's warnings as the user has set them

    def accumulated(self, leaf: Node, g: Any, shared: bool) -> ndarray:
        if g.dtype.kind == "c":
            g = np.conj(g)
        if leaf.grad is not None:
            return np.asarray(leaf.grad + g, dtype=leaf._raw.dtype)
        owned = type(g) is ndarray and g.base is None and g.flags.writeable
        return g if owned and not shared else np.array(g)

    def kept(self, g: Any) -> ndarray:
        return np.array(conjugated(g))

    def cotangent(self, g: Any, node: Node) -> Any:
        _check_fits(g, "gradient", node._raw)
        if isinstance(g, Node):
            return conjugated(g)
        return np.asarray(np.conj(cast(np.asarray(g), node._raw.dtype)))

    def tangent(self, g: Any, node: Node) -> Any:
        _check_fits(g, "tangent", node._raw)
        return g if isinstance(g, Node) else np.asarray(g, dtype=node._raw.dtype)

    def ones(self, node: Node) -> ndarray:
        return np.ones_like(node._raw)

    def basis(self, node: Node) -> Iterator[ndarray]:
        for i in range(node._raw.size):
            one_hot = np.zeros_like(node._raw)
            one_hot.flat[i] = 1
            yield one_hot

    def result(self, given: Any, data: Any, node: Node) -> Any:
        array = np.zeros_like(node._raw) if data is None else np.array(data)
        if isinstance(given, Node):
            return self.kind.leaf(array)
        if isinstance(given, (float, complex)) and array.ndim == 0:
            return array.item()
        return array


FLOATS, ARRAYS = Floats(), Arrays()


def leaf(x: Any, tracked: bool = False) -> Any:
    """A leaf around the data of a node, or around a number or an array: a Tensor."""
    kind = type(x) if isinstance(x, Node) else ARRAYS.kind
    return kind.leaf(kind.space.normal(raw(x)), tracked)


def unbroadcast(part: Any, shape: tuple[int, ...]) -> Any:
    """``part`` summed over the axes along which ``shape`` was broadcast to reach it."""
    lead = max(part.ndim - len(shape), 0)
    axes = [*range(lead)] + [
        i + lead
        for i, (n, m) in enumerate(zip(shape, part.shape[lead:]))
        if n == 1 and m != 1
    ]
    if axes:
        part = sum_over(part, axes)
    if part.shape != shape:
        part = np.reshape(part, part.shape[lead:])
    if part.shape != shape:
        raise ValueError(
            f"a rule returned a contribution of shape {part.shape} for an input of "
            f"shape {shape}"
        )
    return part


def cast(part: Any, dtype: np.dtype) -> Any:
    """``part`` in another dtype; to a real one by its real part."""
    if part.dtype.kind == "c" and dtype.kind != "c":
        part = np.real(part)
    return part.astype(dtype) if part.dtype != dtype else part


def conjugated(g: Any) -> Any:
    """What leaves the engine: inside, cotangents are plain transposes."""
    return np.conj(g) if np.iscomplexobj(raw(g)) else g


def as_float(x: Any) -> float:
    """A Python float, from a real number of any type."""
    if is_real_number(x):
        return float(x)
    raise TypeError(f"a Value holds one real number; got {told(x)}")


def is_real_number(x: Any) -> bool:
    """Whether ``x`` is one: Python's, NumPy's, or a 0-d array (as those may arrive)."""
    if isinstance(x, (int, float)):
        return True
    return isinstance(x, (np.generic, ndarray)) and (
        x.ndim == 0 and x.dtype.kind in "biuf"
    )


def unmasked(x: Any, name: str) -> Any:
    """``x``, unless it is a masked array: as an array it would lose its mask."""
    if type(x) is not ndarray and isinstance(x, np.ma.MaskedArray):
        raise TypeError(
            f"{name} got a masked array, whose mask would be lost. Pass "
            "x.filled(value), or x.data, and choose by np.where(x.mask, …)"
        )
    return x


def operand(x: Any, name: str) -> Any:
    """An array, or what becomes one, as a constant of numbers, or a TypeError."""
    if isinstance(x, np.matrix):
        raise TypeError(
            f"{name} got an np.matrix, whose * is a matrix product. Pass "
            "np.asarray(x), and write @ for products"
        )
    array = x if isinstance(x, np.generic) else np.asarray(unmasked(x, name))
    if array.dtype.kind not in NUMBERS:
        raise TypeError(
            f"{name} got {told(array)}; Tensors hold numbers or booleans, and combine "
            "with such. Convert it, as by x.astype(float)"
        )
    return array


def _check_fits(g: Any, what: str, data: Any) -> None:
    array = np.asarray(unmasked(raw(g), f"the {what}"))
    if array.dtype.kind not in NUMBERS:
        raise TypeError(
            f"expected a {what} of shape {data.shape}, of numbers; got {told(raw(g))}. "
            "Pass zeros for none"
        )
    if array.dtype.kind == "c" and data.dtype.kind != "c":
        raise TypeError(
            f"the {what} of {told(data)} must be real; got {array.dtype}. Take its "
            "real part"
        )
    if array.shape != data.shape:
        raise ValueError(
            f"the {what} must have the shape {data.shape} of what it belongs to; got "
            f"{array.shape}"
        )
