"""An optimizer's state as a dictionary, in PyTorch's layout, and back."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from .flat import working_dtype

# What PyTorch's groups hold beside: how it computes, and what its schedulers note.
IGNORED = {
    "capturable", "differentiable", "foreach", "fused", "param_names",
    "initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum",
}  # fmt: skip


def saved(optimizer: Any) -> dict[str, Any]:
    """What ``state_dict()`` gives."""
    numbers = {p: i for i, p in enumerate(optimizer.parameters)}
    state = {}
    for flats in optimizer._flats:
        for flat in flats:
            for p, own in zip(flat.parameters, flat.states()):
                if own != {"step": 0}:
                    state[numbers[p]] = own
    groups = []
    for group in optimizer.param_groups:
        settings = {
            name: _saved(group[name], optimizer.steps) for name in optimizer._settings
        }
        groups.append({**settings, "params": [numbers[p] for p in group["params"]]})
    state = dict(sorted(state.items()))
    return {
        "kind": type(optimizer).__name__,
        "state": state,
        "param_groups": groups,
        "steps": optimizer.steps,
    }


def _saved(setting: Any, steps: int) -> Any:
    if not callable(setting):
        return deepcopy(setting)
    return setting.state_dict() if hasattr(setting, "state_dict") else setting(steps)


def load(optimizer: Any, state_dict: Mapping[str, Any]) -> None:
    """What ``load_state_dict`` does: first all is looked at, then it is taken up."""
    kind = type(optimizer).__name__
    if not isinstance(state_dict, Mapping) or not {"state", "param_groups"} <= set(
        state_dict
    ):
        raise ValueError(
            f'{kind} needs a dictionary with "state" and "param_groups", as '
            f"state_dict() gives; got {type(state_dict).__name__}"
        )
    theirs = state_dict["param_groups"]
    problems = list(_unfitting_groups(optimizer, theirs))
    whose = state_dict.get("kind", kind)  # which PyTorch's does not tell
    if whose != kind and not problems:
        problems.append(f"it is of {whose}, which has the same settings")
    states: dict[Any, dict[str, Any]] = {}
    if not problems:
        own = optimizer.parameters
        ids = [i for group in theirs for i in group["params"]]
        unknown = set(state_dict["state"]) - set(ids)
        problems += [f"state of {i}: there is no such parameter" for i in unknown]
        for p, i in zip(own, ids, strict=True):
            try:
                states[p] = optimizer.restored(p, state_dict["state"].get(i, {}))
            except ValueError as error:
                problems.append(f"parameter {i}: {error}")
        for group, other in zip(optimizer.param_groups, theirs):
            now = {name: other[name] for name in optimizer._settings}
            plain = {
                name: x
                for name, x in now.items()
                if not callable(group[name]) and not isinstance(x, Mapping)
            }
            try:
                optimizer.check(
                    group["params"], {**optimizer._evaluated(group), **plain}
                )
            except (TypeError, ValueError) as error:
                problems.append(str(error))
    if problems:
        head = f"the state does not fit this {kind}; nothing was loaded"
        raise ValueError("\n  ".join([head, *problems]))
    for flats in optimizer._flats:
        for flat in flats:
            flat.load_states([states[p] for p in flat.parameters])
    for group, other in zip(optimizer.param_groups, theirs):
        for name in optimizer._settings:
            if not callable(group[name]):
                group[name] = deepcopy(other[name])
            elif isinstance(other[name], Mapping):
                group[name].load_state_dict(other[name])
    most = max((state.get("step", 0) for state in states.values()), default=0)
    optimizer.steps = int(state_dict.get("steps", most))


def _unfitting_groups(optimizer: Any, theirs: Any) -> Any:
    """What is wrong with the groups of a state, in words."""
    ours = optimizer.param_groups
    if len(theirs) != len(ours):
        yield f"expected {len(ours)} groups of parameters; got {len(theirs)}"
    for i, (group, other) in enumerate(zip(ours, theirs)):
        settings = set(other) - IGNORED - {"params"}
        for name in optimizer._settings:
            if name not in settings:
                yield f"group {i}: the setting {name!r} is missing"
            elif isinstance(other[name], Mapping) and not hasattr(
                group[name], "load_state_dict"
            ):
                yield (
                    f"group {i}: {name} was a schedule with a state of its own; set "
                    "such a one first"
                )
        for name in sorted(settings - set(optimizer._settings)):
            yield f"group {i}: {name!r} is no setting of it"
        if len(other.get("params", ())) != len(group["params"]):
            expected, got = len(group["params"]), len(other.get("params", ()))
            yield f"group {i}: expected {expected} parameters; got {got}"


def restored(p: Any, state: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter's state, of numbers, and of arrays in the dtype of its gradient."""
    found: dict[str, Any] = {"step": 0}
    data = np.asarray(p.data)
    for name, x in state.items():
        array = np.array(x)
        if x is None:
            continue
        if array.dtype.kind not in "biufc" or (name == "step" and array.ndim):
            raise ValueError(f"{name}: expected numbers; got {x!r}")
        if name == "step":
            found[name] = int(array)
        elif isinstance(x, (bool, int, float)):
            found[name] = x
        elif array.shape == data.shape:
            dtype = working_dtype(data.dtype)
            if array.dtype.kind == "f":
                dtype = np.empty(0, dtype).real.dtype
            found[name] = array.astype(dtype) if array.dtype.kind in "fc" else array
        elif array.ndim == 0:
            found[name] = array.item()
        else:
            raise ValueError(f"{name}: expected shape {data.shape}; got {array.shape}")
    return found
