"""Blocks after which a module is as it was: with other parameters, or run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from .parameter import is_buffer, is_parameter
from .random import generator_of
from .walking import Part, distinct, generators_of, is_module, named, substituted, walk


@contextmanager
def standing_in(module: Part, nodes: Mapping[str, Any]) -> Iterator[None]:
    """What ``Module.substituted`` does."""
    own = named(walk(module), is_parameter)
    unknown = [name for name in nodes if name not in own]
    if unknown:
        raise ValueError(
            f"{unknown[0]!r} is no parameter of this {type(module).__name__}; there "
            f"is {', '.join(own)}"
        )
    others = {own[name]: node for name, node in nodes.items()}
    before = []
    try:
        for each in distinct(module, is_module):
            for key, x in list(vars(each).items()):
                other = substituted(x, others)
                if other is not x:
                    before.append((each, key, x))
                    vars(each)[key] = other
        yield
    finally:
        for each, key, x in before:
            vars(each)[key] = x


@contextmanager
def preserved(module: Part) -> Iterator[None]:
    """What ``Module.preserved`` does."""
    before = [(each, dict(vars(each))) for each in distinct(module, is_module)]
    arrays = [(b, b.data, b.data.copy()) for b in distinct(module, is_buffer)]
    generators = [generator_of(None), *generators_of(module).values()]
    states = [each.bit_generator.state for each in generators]
    try:
        yield
    finally:
        for each, own in before:
            vars(each).clear()
            vars(each).update(own)
        for buffer, data, values in arrays:
            if buffer.data is not data:
                buffer.data = data
            if not np.array_equal(data, values):
                buffer.data = values
        for generator, state in zip(generators, states, strict=True):
            generator.bit_generator.state = state
