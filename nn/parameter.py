"""Parameters and buffers: plain Tensors with a mark that modules look for."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor, Value


def Parameter(data: Any, requires_grad: bool = True, dtype: Any = None) -> Tensor:
    """A tracked Tensor that ``parameters()`` finds, with a copy of ``data``.

    Arrays and Tensors keep their dtype, anything else becomes float32.

    >>> Parameter([1.0, 2.0])
    Tensor([1., 2.], dtype=float32, requires_grad=True)
    """
    if isinstance(data, (Tensor, Value)):
        data = _alone(data).data
    if dtype is None and not isinstance(data, np.ndarray):
        dtype = np.float32
    return _marked(Tensor(data, requires_grad, dtype), "parameter")


def Buffer(data: Any, dtype: Any = None) -> Tensor:
    """A Tensor of a module's state that is not trained, such as a running mean.

    It holds a copy of ``data``; Python's floats become float32.

    >>> Buffer([0.0, 0.0])
    Tensor([0., 0.], dtype=float32)
    """
    if isinstance(data, (Tensor, Value)):
        data = _alone(data).data
    if dtype is None and not isinstance(data, (np.ndarray, np.generic)):
        plain = np.asarray(data).dtype
        dtype = np.float32 if plain == np.float64 else plain
    return _marked(Tensor(data, dtype=dtype), "buffer")


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
    return isinstance(x, Tensor) and getattr(x, "_role", "") == "buffer"


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
