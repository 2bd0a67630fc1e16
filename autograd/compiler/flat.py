"""A program whose values have known shapes and dtypes: what passes and backends read.

A pass is a function of a ``Flat`` that gives another one; a backend makes of it a
function of the leaves' arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from ..core.node import Node, raw
from ..core.program import Program, Step, placed


class Kind(NamedTuple):
    """What is known of a value before it is computed."""

    shape: tuple[int, ...]
    dtype: np.dtype


NUMBER = Kind((), np.dtype(float))  # of a Value


class Flat(Program):
    """A program with the kind of each value, and what is written where at its end.

    ``kinds[i]`` belongs to value ``i``: leaves first, then steps; a tuple of kinds for
    a step of several outputs. All leaves are arrays. ``targets`` maps the number of a
    result to the number of the leaf whose array it replaces: a parameter, an array of
    an optimizer. A backend writes these in place after all that reads the old ones.

    >>> import numpy as np
    >>> import autograd as ag
    >>> graph = ag.record(lambda x: np.exp(x) * 2, np.zeros(2, np.float32))
    >>> flat = Flat.of(*graph.outputs, leaves=graph.inputs)
    >>> flat.kinds[-1]
    Kind(shape=(2,), dtype=dtype('float32'))
    """

    def __init__(
        self,
        leaves: Sequence[Any],
        steps: Sequence[Step],
        outputs: Sequence[int],
        kinds: Sequence[Any],
        targets: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        super().__init__(leaves, steps, outputs)
        self.kinds = list(kinds)
        self.targets = dict(targets)

    @classmethod
    def of(cls, *outputs: Node, leaves: Sequence[Node] | None = None) -> Flat:
        """The computation of nodes from ``leaves``, with all else as constants."""
        nodes, count, steps = placed(outputs, leaves)
        places = {node: i for i, node in enumerate(nodes)}
        return cls(
            [np.asarray(raw(node)) for node in nodes[:count]],
            steps,
            [places[node] for node in outputs],
            [kind_of(node._raw) for node in nodes],
        )


def kind_of(data: Any) -> Any:
    """The kind of raw data; for several outputs a tuple of kinds."""
    if type(data) is float:
        return NUMBER
    if isinstance(data, tuple):
        return tuple([kind_of(each) for each in data])
    return Kind(np.shape(data), np.asarray(data).dtype)
