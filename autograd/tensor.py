"""Tensor: a NumPy array that remembers how it was made."""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from .augmented import augmented
from .copying import copied, reduced
from .core.backward import backward
from .core.call import raised_again
from .core.context import leave, recording
from .core.node import Node, numbers, raw, told
from .core.rules import FAILURES
from .core.space import ARRAYS, NUMBERS, unmasked
from .core.writes import caller, writes
from .operators import Operators, described, reflected
from .ops import elementwise as ew
from .ops import linalg, losses, reductions, shaping
from .ops.held import held
from .ops.indexing import getitem
from .ops.updating import At
from .protocols.functions import call_function
from .protocols.pytorch import Elsewhere, Size, taught
from .protocols.ufuncs import call_ufunc
from .value import track_leaf

INSTEAD = (
    "Write np.stack([x, y]) or ag.asarray([[x, 1.0], [2.0, y]]) for np.array, "
    "ag.asarray(a).at[i].set(x) for a[i] = x, w @ x for w.dot(x), s.toarray() @ x for a "
    "sparse s, ag.full(n, x) for np.full, np.maximum(np.max(a), x) for initial=x. "
    "Numbers without a gradient, as to print them, are .item(), .data or .detach()"
)


@taught
@described
class Tensor(Operators):
    """An array in the graph: NumPy's operators, functions and indexing are recorded.

    Not tracked by default; ``requires_grad=True`` makes a leaf whose ``.grad``
    ``backward()`` fills. ``tensor(a)`` copies its argument, ``asarray(a)`` shares it.

    >>> import numpy as np
    >>> import autograd as ag
    >>> w = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> np.sum(w * w).backward()
    >>> w.grad
    array([2., 4., 6.])
    """

    __slots__ = ()

    def __init__(
        self, data: Any, requires_grad: bool = False, dtype: Any = None
    ) -> None:
        if isinstance(data, Node):
            raise TypeError(
                f"tensor() of {told(data)} would lose its history: it makes a new leaf. "
                "Use the Tensor itself, ag.asarray(x, dtype), or ag.stack for a list of "
                "Tensors; .detach() is without gradient"
            )
        try:
            array = np.array(unmasked(data, "tensor"), dtype=dtype)
        except FAILURES as error:
            raised_again("tensor", error, [data] if dtype is None else [data, dtype])
        check_dtype(array.dtype, requires_grad)
        self._become_leaf(array, requires_grad)

    # Data and gradients -------------------------------------------------------------

    @property
    def data(self) -> np.ndarray:
        """The array itself, outside of the graph.

        ``t.data -= step`` and ``t.data = new`` are noticed by graphs that used the old
        values. After a write through the array (``t.data[0] = 1``) call ``written()``.
        """
        tracing = recording.get().tracing
        if tracing is not None:
            return tracing.read(self)
        if self.tracked:
            leave()
        return self._raw

    @data.setter
    def data(self, data: Any) -> None:
        tracing = recording.get().tracing
        if tracing is not None:
            tracing.write(self, data)
            return
        old = self._raw
        if data is old:  # p.data -= …: NumPy wrote into the array we hold
            self.written()
            return
        array = np.asarray(unmasked(data, "data"))
        refit(array, old)
        self._raw = array.astype(old.dtype, copy=False)
        self._written = writes.tick(), caller()

    def _recast(self, dtype: Any) -> None:
        """Hold the numbers, and the gradient, in another dtype: for ``Module.to``."""
        self._raw = self._raw.astype(dtype)
        self._written = writes.tick(), caller()
        if self.grad is not None:
            self.grad = self.grad.astype(dtype)

    def written(self) -> None:
        """Say that the array's memory was written: older graphs will not misread it."""
        writes.stamp(self._raw)

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to and through this node."""
        return self.tracked

    @requires_grad.setter
    def requires_grad(self, tracked: bool) -> None:
        check_dtype(self._raw.dtype, tracked)
        track_leaf(self, tracked)

    def backward(self, gradient: Any = None, *, free: bool = False) -> None:
        """Reverse-mode backpropagation from here: adds to the ``.grad`` of the leaves.

        ``gradient`` is ∂L/∂self, of this tensor's shape; it may be left out for a
        single element. With ``free`` the graph is released afterwards, and cannot
        be swept or drawn again.
        """
        if gradient is None:
            if self._raw.size != 1:
                raise ValueError(
                    f"backward() needs a scalar; this has shape {self.shape}. Sum it, "
                    "or pass gradient= of that shape"
                )
            if self._raw.dtype.kind == "c":
                raise ValueError(
                    f"backward() needs a real scalar; this is {self.dtype}. Take its "
                    "real part, or pass gradient="
                )
        tracing = recording.get().tracing
        if tracing is not None:
            tracing.backward(self, gradient)
            return
        if gradient is None:
            cotangent = np.ones(self._raw.shape, self._raw.dtype)
        else:
            cotangent = ARRAYS.cotangent(raw(gradient), self)
        backward(self, cotangent, free)

    def retain_grad(self) -> Tensor:
        """Let ``backward()`` leave a gradient here, too, although this is no leaf."""
        self.retains = True
        return self

    def detach(self) -> Tensor:
        """An untracked leaf that shares this memory."""
        return held(self) if recording.get().everything else Tensor.leaf(self._raw)

    def item(self) -> Any:
        """The only element, as a Python number."""
        return self._left(".item()").item()

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self._left(".tolist()").tolist()

    def _left(self, what: str) -> np.ndarray:
        """The array, for what takes all numbers out of the graph."""
        if self.tracked:
            leave()
        return numbers(self, what)

    def numpy(self) -> np.ndarray:
        """The array itself, if nothing is lost by leaving the graph."""
        return np.asarray(self)

    # Shape --------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """How many elements there are along each axis."""
        return self._raw.shape

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return self._raw.ndim

    @property
    def size(self) -> int:
        """How many elements there are."""
        return Size(self._raw.size)

    @property
    def dtype(self) -> np.dtype:
        """The type of the elements."""
        return self._raw.dtype

    @property
    def at(self) -> At:
        """``x.at[index]``: new arrays by ``set``, ``add``, ``multiply``, ``min``, ``max``."""
        return At(self)

    # fmt: off
    @property
    def T(self) -> Any: return shaping.transpose(self)
    @property
    def mT(self) -> Any: return shaping.swapaxes(self, axis1=-1, axis2=-2)

    def astype(self, dtype: Any) -> Any: return shaping.astype(self, dtype)
    def copy(self) -> Any: return np.copy(self)
    def ravel(self) -> Any: return shaping.reshape(self, shape=(-1,))
    def swapaxes(self, axis1: int, axis2: int) -> Any: return shaping.swapaxes(self, axis1=axis1, axis2=axis2)
    def squeeze(self, axis: Any = None) -> Any: return shaping.squeeze(self, axis=axis)

    # Reductions and products
    def sum(self, axis: Any = None, keepdims: bool = False) -> Any: return reductions.sum(self, axis=axis, keepdims=keepdims)
    def mean(self, axis: Any = None, keepdims: bool = False) -> Any: return reductions.mean(self, axis=axis, keepdims=keepdims)
    def prod(self, axis: Any = None, keepdims: bool = False) -> Any: return reductions.prod(self, axis=axis, keepdims=keepdims)
    def max(self, axis: Any = None, keepdims: bool = False) -> Any: return reductions.max(self, axis=axis, keepdims=keepdims)
    def min(self, axis: Any = None, keepdims: bool = False) -> Any: return reductions.min(self, axis=axis, keepdims=keepdims)
    def var(self, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any: return reductions.var(self, axis=axis, ddof=ddof, keepdims=keepdims)
    def logsumexp(self, axis: Any = None, keepdims: bool = False) -> Any: return reductions.logsumexp(self, axis=axis, keepdims=keepdims)
    def softmax(self, axis: int = -1) -> Any: return losses.softmax(self, axis=axis)
    def log_softmax(self, axis: int = -1) -> Any: return losses.log_softmax(self, axis=axis)
    def std(self, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any: return np.std(self, axis=axis, ddof=ddof, keepdims=keepdims)
    def cumsum(self, axis: Any = None) -> Any: return np.cumsum(self, axis=axis)
    def cumprod(self, axis: Any = None) -> Any: return np.cumprod(self, axis=axis)
    def all(self, axis: Any = None, keepdims: bool = False) -> Any: return np.all(self, axis=axis, keepdims=keepdims)
    def any(self, axis: Any = None, keepdims: bool = False) -> Any: return np.any(self, axis=axis, keepdims=keepdims)
    def argsort(self, axis: int | None = -1) -> Any: return np.argsort(self, axis=axis)
    def nonzero(self) -> Any: return np.nonzero(self)
    def take(self, indices: Any, axis: Any = None) -> Any: return np.take(self, indices, axis=axis)
    def compress(self, condition: Any, axis: Any = None) -> Any: return np.compress(condition, self, axis=axis)
    def searchsorted(self, v: Any, side: Any = "left") -> Any: return np.searchsorted(self, v, side)
    def repeat(self, repeats: Any, axis: Any = None) -> Any: return np.repeat(self, repeats, axis=axis)
    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any: return np.diagonal(self, offset, axis1, axis2)
    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any: return np.trace(self, offset, axis1, axis2)
    def dot(self, other: Any) -> Any: return np.dot(self, other)
    def round(self, decimals: int = 0) -> Any: return np.round(self, decimals)
    def conj(self) -> Any: return np.conjugate(self)
    def conjugate(self) -> Any: return np.conjugate(self)
    @property
    def real(self) -> Any: return np.real(self)
    @property
    def imag(self) -> Any: return np.imag(self)
    def argmax(self, axis: Any = None) -> Any: return np.argmax(held(self), axis)
    def argmin(self, axis: Any = None) -> Any: return np.argmin(held(self), axis)
    def __matmul__(self, other: Any) -> Any: return linalg.matmul.call(self, other)
    def __rmatmul__(self, other: Any) -> Any: return linalg.matmul.call(other, self)
    def __getitem__(self, index: Any) -> Any: return getitem(self, index)

    # In place, or a new name
    __iadd__ = augmented(operator.iadd, ew.add, "+")
    __isub__ = augmented(operator.isub, ew.subtract, "-")
    __imul__ = augmented(operator.imul, ew.multiply, "*")
    __itruediv__ = augmented(operator.itruediv, ew.divide, "/")
    __ifloordiv__ = augmented(operator.ifloordiv, ew.floor_divide, "//")
    __imod__ = augmented(operator.imod, ew.remainder, "%")
    __ipow__ = augmented(operator.ipow, ew.power, "**")
    __imatmul__ = augmented(operator.imatmul, linalg.matmul, "@")
    __iand__ = augmented(operator.iand, ew.bitwise_and, "&")
    __ior__ = augmented(operator.ior, ew.bitwise_or, "|")
    __ixor__ = augmented(operator.ixor, ew.bitwise_xor, "^")
    __ilshift__ = augmented(operator.ilshift, ew.left_shift, "<<")
    __irshift__ = augmented(operator.irshift, ew.right_shift, ">>")

    # Bits and truth values
    __and__ = ew.bitwise_and.call
    __rand__ = reflected(ew.bitwise_and)
    __or__ = ew.bitwise_or.call
    __ror__ = reflected(ew.bitwise_or)
    __xor__ = ew.bitwise_xor.call
    __rxor__ = reflected(ew.bitwise_xor)
    __invert__ = ew.invert.call
    __lshift__ = ew.left_shift.call
    __rlshift__ = reflected(ew.left_shift)
    __rshift__ = ew.right_shift.call
    __rrshift__ = reflected(ew.right_shift)
    # fmt: on

    def reshape(self, *shape: Any) -> Any:
        """The same elements in another shape: ``t.reshape(2, -1)`` or ``((2, -1))``."""
        return shaping.reshape(self, shape=one_tuple(shape))

    def flatten(self, *dims: Any) -> Any:
        """All elements along one axis, in C order."""
        if dims:
            raise TypeError(
                f"x.flatten() makes one axis of all; got {dims}. To keep the "
                "first, write x.reshape(len(x), -1)"
            )
        return shaping.reshape(self, shape=(-1,))

    def transpose(self, *axes: Any) -> Any:
        """The axes in another order; reversed if none are named."""
        if len(axes) == 2 and self.ndim > 2:
            raise ValueError(
                f"x.transpose takes all {self.ndim} axes in their new order; got "
                f"{axes}. To swap two, write x.swapaxes{axes}"
            )
        return shaping.transpose(self, axes=one_tuple(axes) or None)

    def __setitem__(self, index: Any, value: Any) -> None:
        context = recording.get()
        tracked = self.tracked or (isinstance(value, Node) and value.tracked)
        seen = tracked and (context.gradients or self in context.private)
        if self.op is not None or context.everything or seen:
            raise TypeError(
                "x[i] = v writes in place, which the graph cannot record. It works for "
                "a leaf under no_grad, or if it and v are untracked; else write "
                "x = x.at[i].set(v), or ag.where(mask, v, x), or x.data[i] = v and "
                "call x.written()"
            )
        if isinstance(value, Node) and not isinstance(value, Tensor):
            raise TypeError(
                f"x[i] = v got {told(value)} for v; make it a Tensor from the start"
            )
        parts = index if isinstance(index, tuple) else (index,)
        raw = tuple([p._raw if isinstance(p, Node) else p for p in parts])
        new = value._raw if isinstance(value, Tensor) else unmasked(value, "x[i] = v")
        self._raw[raw] = new
        writes.stamp(self._raw, raw)

    # Python -------------------------------------------------------------------------

    def __dir__(self) -> list[str]:
        """What TAB shows: not the names that are PyTorch's alone."""
        absent = {name for name, x in vars(Tensor).items() if isinstance(x, Elsewhere)}
        return [name for name in super().__dir__() if name not in absent]

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator[Any]:
        if self.ndim == 0:
            raise TypeError("cannot iterate over a 0-d Tensor")
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        body = np.array2string(self._raw, separator=", ", prefix="Tensor(")
        dtype = self.dtype
        if dtype not in (np.float64, np.bool, np.int64, np.complex128):
            body += f", dtype={dtype}"
        return f"Tensor({body}{', requires_grad=True' if self.tracked else ''})"

    def __format__(self, spec: str) -> str:
        return (
            format(self._raw if self.ndim else self._raw.item(), spec)
            if spec
            else repr(self)
        )

    def __bool__(self) -> bool:
        return bool(numbers(self, "bool()"))

    def _number(self, kind: type) -> Any:
        if self.tracked:
            raise TypeError(
                f"{kind.__name__}() of a tracked Tensor would lose its history. "
                f"Compute with np.sin(x), not math.sin(x). {INSTEAD}"
            )
        return kind(numbers(self, f"{kind.__name__}()").item())

    def __float__(self) -> float:
        return self._number(float)

    def __int__(self) -> int:
        return self._number(int)

    def __complex__(self) -> complex:
        return self._number(complex)

    def __index__(self) -> int:
        if self._raw.dtype.kind not in "iu":
            raise TypeError(f"only an integer Tensor is an index; got {self.dtype}")
        return numbers(self, "an index").__index__()

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(self._without_history("an array")._raw, dtype=dtype, copy=copy)

    def _without_history(self, what: str) -> Tensor:
        if self.tracked:
            raise TypeError(f"{what} cannot hold a tracked Tensor's history. {INSTEAD}")
        numbers(self, what)
        return self

    def __array_namespace__(self, *, api_version: Any = None) -> Any:
        """The package, whose functions keep to the Array API standard."""
        return sys.modules["autograd"]

    @property
    def device(self) -> str:
        """Where the array is: there is only the "cpu"."""
        return "cpu"

    def to_device(self, device: Any, *, stream: Any = None) -> Tensor:
        """Itself: it is there already."""
        if device != "cpu" or stream is not None:
            raise ValueError(
                f"the only device is 'cpu', without streams; got {device!r}"
            )
        return self

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: Any = None,
        dl_device: Any = None,
        copy: bool | None = None,
    ) -> Any:
        return self._without_history("DLPack")._raw.__dlpack__(
            stream=stream, max_version=max_version, dl_device=dl_device, copy=copy
        )

    def __dlpack_device__(self) -> Any:
        return self._raw.__dlpack_device__()

    __array_ufunc__ = call_ufunc
    __array_function__ = call_function
    __deepcopy__ = copied
    __reduce__ = reduced

    space = ARRAYS


def refit(array: np.ndarray, old: np.ndarray) -> None:
    """Refuse what cannot take the place of an array."""
    if array.shape != old.shape or not np.can_cast(array.dtype, old.dtype, "same_kind"):
        raise ValueError(
            f"data of a Tensor of shape {old.shape} and dtype {old.dtype} cannot "
            f"become {told(array)}; make a new Tensor instead"
        )


def check_dtype(dtype: np.dtype, requires_grad: bool) -> None:
    """Refuse what cannot be in the graph, or cannot have a gradient."""
    if dtype.kind not in NUMBERS:
        raise TypeError(
            f"a Tensor holds numbers or booleans; got dtype {dtype}. A ragged list or "
            "a list of Tensors must be stacked first"
        )
    if requires_grad and dtype.kind not in "fc":
        raise TypeError(
            f"requires_grad needs a float or complex dtype; got {dtype}. Write 1.0 "
            "instead of 1, or pass dtype=float"
        )


def one_tuple(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """``f(2, 3)`` and ``f((2, 3))`` alike."""
    if len(args) == 1 and (args[0] is None or isinstance(args[0], (tuple, list))):
        return tuple(args[0] or ())
    return args
