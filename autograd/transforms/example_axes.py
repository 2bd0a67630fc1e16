"""Where the examples lie: in the arguments of a mapped function, in its results."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import tree
from ..core.context import recording
from ..core.node import Node, raw, told
from ..core.space import operand
from ..tensor import Tensor

# Arguments ----------------------------------------------------------------------------


def axes_of_arguments(in_axes: Any, args: tuple[Any, ...]) -> list[Any]:
    """The axis of the examples, for each leaf of the arguments."""
    if isinstance(in_axes, (list, tuple)):
        if len(in_axes) != len(args):
            raise ValueError(
                f"in_axes={in_axes!r} names axes of {len(in_axes)} arguments; the call "
                f"has {len(args)} by position. Those by keyword are the same for all"
            )
        each = zip(in_axes, args)
        return [axis for a, x in each for axis in _spread(a, x, "in_axes")]
    return _spread(in_axes, args, "in_axes")


def _spread(axes: Any, given: Any, name: str) -> list[Any]:
    """One axis for each leaf of containers; None where there is none."""
    if axes is None or _is_integer(axes):
        return [axes] * len(tree.leaves(given))
    both = isinstance(axes, dict), isinstance(given, dict)
    if both == (True, True) and axes.keys() == given.keys():
        return [a for k, x in given.items() for a in _spread(axes[k], x, name)]
    alike = all(isinstance(x, (list, tuple)) for x in (axes, given))
    if alike and len(axes) == len(given):
        return [a for each, x in zip(axes, given) for a in _spread(each, x, name)]
    raise ValueError(
        f"{name} is an axis, None, or built like what it belongs to; got {axes!r} for "
        f"{told(given)}"
    )


def _is_integer(x: Any) -> bool:
    return isinstance(x, (int, np.integer)) and not isinstance(x, bool)


def number_of_examples(axes: list[Any], leaves: list[Any]) -> int:
    """How many there are along the axes of all leaves that have one."""
    lengths = []
    for axis, x in zip(axes, leaves):
        if axis is None:
            continue
        if not isinstance(x, (Tensor, np.ndarray)):
            raise TypeError(
                f"vmap maps arrays and Tensors along an axis; got {told(x)}. Say "
                "in_axes=None for what is the same for all examples"
            )
        shape = np.shape(x)
        if not -len(shape) <= axis < len(shape):
            raise ValueError(
                f"in_axes={axis}, but the argument has shape {shape}. Say None for "
                "what is the same for all examples"
            )
        lengths.append(shape[axis])
    if not lengths:
        raise ValueError(
            "vmap has nothing to map: in_axes says None for all, or there are no "
            "arrays by position"
        )
    if len({*lengths}) > 1:
        raise ValueError(
            "the arguments of vmap have as many examples each; got "
            f"{', '.join(map(str, lengths))}, along in_axes "
            f"{', '.join([str(a) for a in axes if a is not None])}"
        )
    return lengths[0]


def in_front(x: Any, axis: int) -> Any:
    """The examples along the first axis."""
    if not isinstance(x, Node):
        x = operand(x, "vmap")
    return x if axis == 0 else np.moveaxis(x, axis, 0)


# Results ------------------------------------------------------------------------------


def placed(results: list[Any], out: Any, out_axes: Any, n: int, given: Any) -> Any:
    """The results in their containers, each with its examples along an axis."""
    axes = iter(_spread(out_axes, out, "out_axes"))
    rest = iter(results)
    shared = [id(x) for x in results]  # one array may be several results

    def place(one: Any) -> Any:
        axis, value = next(axes), next(rest)
        if axis is None:
            if value is not None:
                raise ValueError(
                    "out_axes=None is for a result that is the same for all examples; "
                    f"this one, {told(one)} for each, is not"
                )
            return _given_back(one, given)
        if value is None:
            value = np.broadcast_to(one, (n, *np.shape(one)))
        rank = np.ndim(one) + 1
        if not -rank <= axis < rank:
            raise ValueError(
                f"out_axes={axis}, but the result has {rank} axes with that of the "
                "examples"
            )
        own = shared.count(id(value)) == 1
        return _given_back(np.moveaxis(value, 0, axis) if axis else value, given, own)

    return tree.mapped(place, out)


def _given_back(x: Any, given: Any, own: bool = False) -> Any:
    """A node only if nodes came in, or what is recorded goes on through it.

    Else an array in memory of its own: itself, if it was made for this result.
    """
    if isinstance(x, Node) and (x.tracked or recording.get().everything):
        return x
    own = own and type(x) is np.ndarray and x.base is None
    data = x if own else np.array(raw(x))
    return data if given is None else Tensor.leaf(data)
