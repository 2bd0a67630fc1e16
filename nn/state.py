"""The state of a module: its parameters and buffers as arrays, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd.core.space import unmasked

from .parameter import is_buffer, is_parameter, is_transient
from .walking import Part, named, walk


class Unmatched(NamedTuple):
    """The names that a module and a state do not have in common."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def saved(module: Part) -> dict[str, np.ndarray]:
    """What ``Module.state_dict`` gives."""
    own = named(walk(module, everywhere=True), _is_state)
    return {name: np.array(node.data) for name, node in own.items()}


def load(module: Part, state: Mapping[str, Any], strict: bool) -> Unmatched:
    """What ``Module.load_state_dict`` does: all of it, or nothing."""
    if not isinstance(state, Mapping):
        raise TypeError(
            f"{type(module).__name__}.load_state_dict takes arrays by name, as "
            f"state_dict() gives them; got {type(state).__name__}"
        )
    own = named(walk(module, everywhere=True), _is_state)
    arrays = {name: np.asarray(unmasked(array, name)) for name, array in state.items()}
    missing = [name for name in own if name not in arrays]
    unknown = [name for name in arrays if name not in own]
    problems = []
    if strict:
        problems = [f"{name}: missing" for name in missing]
        problems += [f"{name}: unknown" for name in unknown]
    names: dict[Any, str] = {}  # the first name of what is shared
    for name, node in own.items():
        if name not in arrays:
            continue
        mine, array = np.asarray(node.data), arrays[name]
        first = names.setdefault(node, name)
        if not _fits(array, mine):
            problems.append(f"{name}: expected {_told(mine)}; got {_told(array)}")
        elif first != name and not _same(array, arrays[first]):
            problems.append(f"{name}: is {first} here, but differs from it")
    if problems:
        head = f"the state does not fit this {type(module).__name__}; nothing was"
        raise ValueError("\n  ".join([f"{head} loaded", *problems]))
    tied: dict[Any, np.ndarray] = {}  # by its place in memory
    for name, node in own.items():
        if name in arrays:
            mine = np.asarray(node.data)
            place = node if mine is not node.data else _place(mine)
            new = np.array(arrays[name], dtype=mine.dtype)
            same = tied.setdefault(place, new)
            node.data = same if _same(same, new) else new
    return Unmatched(missing, unknown)


def _is_state(x: Any) -> bool:
    return is_parameter(x) or (is_buffer(x) and not is_transient(x))


def _place(array: np.ndarray) -> tuple[Any, ...]:
    """Where an array lies, alike for two that are tied, as by ``b.data = a.data``."""
    return array.__array_interface__["data"][0], array.shape, array.strides


def _fits(array: np.ndarray, own: np.ndarray) -> bool:
    castable = np.can_cast(array.dtype, own.dtype, "same_kind")
    return array.shape == own.shape and castable


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one, other, equal_nan=True)


def _told(array: np.ndarray) -> str:
    return f"shape {array.shape} {array.dtype}"
