"""A zero stays zero: 0 · ∞ is 0, where the zero is a cotangent.

What was not chosen (by ``where``, an index, ``clip``, ``maximum`` …) has a cotangent of
exactly 0, and the slope there may be infinite or NaN. Sweeps multiply as NumPy does,
which costs nothing; only if something that was asked for turns out not to be finite do
they begin again, with a product in which an exact 0 in the cotangent wins over any
slope. That product is a primitive, whose derivative is that product again, so this
holds to any order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from .context import recording
from .declare import declare, multilinear
from .node import Node, raw
from .primitive import Primitive
from .space import Space
from .sweeps import pullback, pushforward

Found = TypeVar("Found")


def _weigh(x: Any, y: Any, either: bool = False) -> Any:
    zero = np.equal(x, 0)
    with np.errstate(all="ignore"):
        return np.where(zero | np.equal(y, 0) if either else zero, 0, np.multiply(x, y))


def _weigh_floats(x: float, y: float, either: bool = False) -> float:
    return 0.0 if x == 0 or (either and y == 0) else x * y


# At x = 0 the product does not depend on y at all: there, either zero wins.
weigh: Primitive = multilinear(
    _weigh,
    lambda g, y, either: weigh(g, y, either=either),
    lambda g, x: weigh(g, x, either=True),
    on_floats=_weigh_floats,
    symbol="×",
)
declare(weigh)


def pulled(
    outputs: Sequence[Node],
    cotangents: Sequence[Any],
    wanted: Container[Node] = (),
    floor: int = 0,
    lift: bool = False,
) -> tuple[dict[Node, Any], dict[Node, Any]]:
    """The cotangents of all leaves; and of the inner nodes that are wanted.

    Those that retain a gradient are wanted, too.
    """
    space = outputs[0].space
    keeps_all = space.keeps_all and not lift

    def swept(times: Any) -> tuple[dict[Node, Any], dict[Node, Any]]:
        leaves, inner = {}, {}
        for node, g, _ in pullback(
            outputs, cotangents, floor=floor, lift=lift, times=times
        ):
            if node.op is None:
                leaves[node] = g
            elif keeps_all or node.retains or node in wanted:
                inner[node] = g
        return leaves, inner

    def are_finite(found: tuple[dict[Node, Any], dict[Node, Any]]) -> bool:
        leaves, inner = found
        return all_finite(leaves.values()) and (keeps_all or all_finite(inner.values()))

    return _until_finite(space, swept, are_finite)


def pushed(
    outputs: Sequence[Node], tangents: dict[Node, Any], lift: bool = False
) -> dict[Node, Any]:
    """The tangents of the outputs, where they depend on what has a tangent."""
    wanted = set(outputs)

    def swept(times: Any) -> dict[Node, Any]:
        events = pushforward(outputs, tangents, lift=lift, times=times)
        return {node: t for node, t, _ in events if node in wanted}

    space = next(iter(tangents)).space
    return _until_finite(space, swept, lambda found: all_finite(found.values()))


def _until_finite(
    space: Space, swept: Callable[[Any], Found], are_finite: Callable[[Found], bool]
) -> Found:
    """What a plain sweep finds; if that is not finite, what ``weigh`` does.

    In silence, but for a last sweep that warns of what is not finite. Listeners hear
    one sweep.
    """
    if not recording.get().listeners:
        with np.errstate(all="ignore"):
            found = swept(None)
            if are_finite(found):
                return found
        with space.warnings():
            warns = set(np.geterr().values()) != {"ignore"}
        if warns:
            with np.errstate(all="ignore"):
                found = swept(weigh.call)
            if are_finite(found):
                return found
    with space.warnings():
        return swept(weigh.call)


def all_finite(results: Iterable[Any]) -> bool:
    """Whether all are; a sum that overflows may say no of large ones."""
    totals = (x if type(x) is float else np.add.reduce(raw(x), None) for x in results)
    return all(math.isfinite(abs(total)) for total in totals)
