"""Steps that no result depends on are left out."""

from __future__ import annotations

from ...core.program import Ref
from ..flat import Flat


def without_dead_code(flat: Flat) -> Flat:
    """The program without the steps whose results nothing needs; all leaves stay.

    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: (np.exp(x), np.sin(x)), (np.zeros(2),))
    >>> flat.outputs.pop(), without_dead_code(flat)
    (2, Program(1 leaf, 1 step))
    """
    count = len(flat.leaves)
    needed, stack = {*range(count)}, [*flat.outputs]
    while stack:
        position = stack.pop()
        if position not in needed:
            needed.add(position)
            operands = flat.steps[position - count].operands
            stack += [x.position for x in operands if isinstance(x, Ref)]
    order = sorted(needed)
    if len(order) == len(flat.kinds):
        return flat
    place = {old: i for i, old in enumerate(order)}
    steps = [flat.steps[old - count].renumbered(place) for old in order[count:]]
    outputs = [place[old] for old in flat.outputs]
    kinds = [flat.kinds[old] for old in order]
    return Flat(flat.leaves, steps, outputs, kinds, flat.targets)
