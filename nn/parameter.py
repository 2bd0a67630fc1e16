"""Parameters and buffers: plain Tensors with a mark that modules look for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.core.context import recording


def Parameter(data: Any, requires_grad: bool = True, dtype: Any = None) -> Tensor:
    """A tracked Tensor that ``parameters()`` finds, with a copy of ``data``.

    Arrays and Tensors keep their dtype, anything else becomes float32.

    Raises:
        TypeError: ``data`` is None, which NumPy would read as a NaN.

    >>> Parameter([1.0, 2.0])
    Tensor([1., 2.], dtype=float32, requires_grad=True)
    """
    if data is None:
        raise TypeError("a Parameter holds numbers; got None")
    if isinstance(data, (Tensor, Value)):
        data = _alone(data).data
    if dtype is None and not isinstance(data, np.ndarray):
        dtype = np.float32
    return _marked(Tensor(data, requires_grad, dtype), "parameter")


def Buffer(data: Any, dtype: Any = None, persistent: bool = True) -> Tensor:
    """A Tensor of a module's state that is not trained, such as a running mean.

    It holds a copy of ``data``; Python's floats become float32. If it is not
    ``persistent``, ``state_dict()`` leaves it out. A Tensor that is assigned in its
    place becomes the Buffer, with its history: ``.detach()`` it, unless that is meant.

    >>> Buffer([0.0, 0.0])
    Tensor([0., 0.], dtype=float32)
    """
    if isinstance(data, (Tensor, Value)):
        data = _alone(data).data
    if dtype is None and not isinstance(data, (np.ndarray, np.generic)):
        plain = np.asarray(data).dtype
        dtype = np.float32 if plain == np.float64 else plain
    role = "buffer" if persistent else "transient buffer"
    return _marked(Tensor(data, dtype=dtype), role)


def is_parameter(x: Any) -> bool:
    """Whether ``parameters()`` lists ``x``: a Parameter, or a leaf Value that is or was
    tracked; a Value made with ``requires_grad=False`` is a constant.

    >>> is_parameter(Value(1.0)), is_parameter(Value(1.0) * 2), is_parameter(1.0)
    (True, False, False)
    """
    if isinstance(x, Value):
        return x.op is None and (x.requires_grad or hasattr(x, "_switched"))
    return isinstance(x, Tensor) and getattr(x, "_role", "") == "parameter"


def is_buffer(x: Any) -> bool:
    """Whether ``x`` is a Buffer.

    >>> is_buffer(Buffer(0)), is_buffer(Parameter(0))
    (True, False)
    """
    return isinstance(x, Tensor) and getattr(x, "_role", "").endswith("buffer")


def is_transient(x: Any) -> bool:
    """Whether ``x`` is a Buffer that is not part of the state.

    >>> is_transient(Buffer(0)), is_transient(Buffer(0, persistent=False))
    (False, True)
    """
    return isinstance(x, Tensor) and getattr(x, "_role", "") == "transient buffer"


def handed_on(before: Tensor, name: str, value: Any) -> Any:
    """``value`` as it takes the place of ``before``: of a Buffer, as a Buffer.

    A Tensor stays the one it is, with its history, and gets the mark; an array is
    copied. None, Parameters, Buffers and modules take any place.

    >>> is_buffer(handed_on(Buffer([0.0]), "mean", Tensor([1.0])))
    True
    """
    role = getattr(before, "_role", "")
    if not role or value is None or is_parameter(value) or is_buffer(value):
        return value
    if role.endswith("buffer"):
        if isinstance(value, Tensor):
            return _marked(value, role)
        if isinstance(value, (np.ndarray, np.generic)):
            return Buffer(value, persistent=role == "buffer")
    if hasattr(value, "named_parameters"):
        return value
    kind, told = role.split()[-1].capitalize(), type(value).__name__
    raise TypeError(
        f"{name!r} is a {kind}, which a {told} cannot replace: the module would lose "
        f"it. Write into its .data, or assign an nn.{kind}, or None"
    )


def forget(parameters: Iterable[Any], to_none: bool) -> None:
    """Each ``.grad`` becomes None; or zero, if there is one and not ``to_none``.

    >>> p = Parameter(1.0)
    >>> (p * p).backward()
    >>> forget([p], to_none=False)
    >>> p.grad
    array(0., dtype=float32)
    """
    tracing = recording.get().tracing
    for p in parameters:
        if tracing is not None:
            tracing.forget(p, to_none)
        elif to_none:
            p.grad = None
        elif p.grad is not None:
            p.grad = 0.0 if isinstance(p, Value) else np.zeros_like(p.grad)


def _alone(data: Any) -> Any:
    if data.requires_grad and data.op is not None:
        raise TypeError(
            "a Parameter or Buffer is a leaf: one of a tracked result would lose its "
            "history. Use the result itself; a copy without gradient is of .detach()"
        )
    return data


def _marked(tensor: Any, role: str) -> Tensor:
    tensor._role = role
    return tensor
