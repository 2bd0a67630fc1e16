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
from collections.abc import Container, Iterable, Sequence
from typing import Any

import numpy as np

from .context import recording
from .declare import declare, multilinear
from .node import Node, hooked
from .primitive import Primitive
from .space import Space
from .sweeps import pullback, pushforward, sweep


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

# By which product a sweep is tried, and whether in silence, until what it finds is
# finite; the last one warns of what is not. Listeners hear one sweep.
ATTEMPTS: Any = (None, True), (weigh.call, True), (weigh.call, False)
ALOUD = ATTEMPTS[-1:]


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
    once = recording.get().listeners or hooked  # which are to be called once
    for times, silent in ALOUD if once else _attempts():
        with np.errstate(all="ignore") if silent else space.warnings():
            found = not (lift or times) and sweep(outputs, cotangents, wanted, floor)
            if found:
                leaves, inner = found
            else:
                leaves, inner = {}, {}
                events = pullback(
                    outputs, cotangents, floor=floor, lift=lift, times=times
                )
                for node, g, _ in events:
                    if node.op is None:
                        leaves[node] = g
                    elif keeps_all or node.retains or node in wanted:
                        inner[node] = g
            finite = all_finite(leaves.values(), () if keeps_all else inner.values())
        if finite or _quietly(times, space):
            break
    return leaves, inner


def pushed(
    outputs: Sequence[Node], tangents: dict[Node, Any], lift: bool = False
) -> dict[Node, Any]:
    """The tangents of the outputs, where they depend on what has a tangent."""
    wanted, space = set(outputs), next(iter(tangents)).space
    for times, silent in ALOUD if recording.get().listeners else _attempts():
        found = {}
        with np.errstate(all="ignore") if silent else space.warnings():
            for node, t, _ in pushforward(outputs, tangents, lift=lift, times=times):
                if node in wanted:
                    found[node] = t
            finite = all_finite(found.values())
        if finite or _quietly(times, space):
            break
    return found


def _attempts() -> tuple[tuple[Any, bool], ...]:
    """What is traced for other numbers is so careful from the start, if it says so."""
    tracing = recording.get().tracing
    return ATTEMPTS[1:] if tracing is not None and tracing.careful else ATTEMPTS


def _quietly(times: Any, space: Space) -> bool:
    """Whether a careful sweep that did not warn has nothing to warn of."""
    with space.warnings():
        return times is not None and set(np.geterr().values()) == {"ignore"}


def all_finite(*groups: Iterable[Any]) -> bool:
    """Whether all are: in one pass, by a sum that may overflow where they are large."""
    for group in groups:
        for x in group:
            total = data = x._raw if isinstance(x, Node) else x
            if type(data) is not float:
                half = data.dtype.char == "e"
                total = np.sum(data, dtype=float) if half else np.vdot(data, data)
            if not math.isfinite(abs(total)):
                return False
    return True
