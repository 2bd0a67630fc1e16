"""``nn.save`` and ``nn.load``: weights, or all that a training goes on from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np

from . import atomic, generators, plain, pytorch, tensors

TREE = "glassgrad.tree"
PathLike = str | os.PathLike[str]


def save(path: PathLike, model: Any = None, /, **parts: Any) -> None:
    """Write a model's weights, or a checkpoint of several parts, as safetensors.

    ``nn.save(path, model)`` writes its ``state_dict()``, under PyTorch's names; instead
    of a model it may be arrays by name. ``nn.save(path, model=model, optimizer=…)``
    writes one checkpoint of any parts: of each its ``state_dict()`` (models,
    optimizers, schedulers, loaders), or plain data as it is (``epoch=3``), and the
    random state: of nn's generator and of those that modules hold.

    The file at ``path`` is replaced at once: after an error, with a full disk, or when
    killed, the old one is there, whole. A digest of the content goes with it. No pickle
    is written.

    Raises:
        TypeError: a part has no ``state_dict()`` and is no plain data.
        OSError: the file cannot be written.

    >>> import nn, tempfile
    >>> model, path = nn.Linear(2, 3), tempfile.mkdtemp() + "/model.safetensors"
    >>> nn.save(path, model)
    >>> {name: array.shape for name, array in nn.load(path).items()}
    {'bias': (3,), 'weight': (3, 2)}
    """
    check_call("save", path, model, parts)
    if model is not None:
        arrays, notes = _arrays(model), {"format": "pt"}
    else:
        tree = {name: _state(part) for name, part in parts.items()}
        tree["random"] = generators.state_of(generators.generators(parts))
        arrays, text = plain.flattened(tree)
        notes = {TREE: text}
    atomic.replace(path, tensors.written(arrays, notes))


def load(path: PathLike, model: Any = None, /, **parts: Any) -> dict[str, Any]:
    """Read what ``nn.save`` wrote, or PyTorch: nested dictionaries of arrays.

    ``nn.load(path, model)`` loads the weights into a model: of a file of one model, or
    of the part "model" of a checkpoint. ``nn.load(path, model=model, optimizer=…)``
    loads every part that is given, and the random state with them: the training goes
    on to the bit. All is loaded, or after an error nothing. What was saved as plain
    data is in the result.

    PyTorch's own files, of ``torch.save(model.state_dict(), path)``, are read without
    PyTorch; nothing of them is run. bfloat16 is read as float32.

    Raises:
        ValueError: the file is cut, altered, of another format or model; it says why.
        OSError: the file cannot be read.

    >>> import nn, tempfile
    >>> model, path = nn.Linear(2, 3), tempfile.mkdtemp() + "/training.safetensors"
    >>> optimizer = nn.optim.Adam(model.parameters())
    >>> nn.save(path, model=model, optimizer=optimizer, epoch=3)
    >>> nn.load(path, model=model, optimizer=optimizer)["epoch"]
    3
    """
    check_call("load", path, model, parts)
    return put(path, read(path), model, **parts)


def put(
    path: PathLike, tree: dict[str, Any], model: Any = None, /, **parts: Any
) -> dict[str, Any]:
    """What ``load`` does with what was read: the path is for what errors say."""
    within = {name for name, part in tree.items() if isinstance(part, Mapping)}
    if model is not None and not within & {"model", "random"}:
        _load(path, {"": model}, {"": tree}, None)
        return tree
    asked = parts if model is None else {"model": model}
    missing = [name for name in asked if name not in within]
    if missing:
        raise ValueError(
            f"{os.fspath(path)} has no part {', '.join(missing)}; it has "
            f"{', '.join(map(str, tree)) or 'nothing'}. The weights of a single model "
            "are loaded by nn.load(path, model)"
        )
    _load(path, asked, tree, tree.get("random") if parts else None)
    return tree


def check_call(name: str, path: Any, model: Any, parts: Mapping[str, Any]) -> None:
    """Raise if ``save`` or ``load`` was given what it does not take."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(
            f"nn.{name} takes the path first, and then the model; got "
            f"{type(path).__name__}"
        )
    if (model is not None and parts) or (
        name == "save" and model is None and not parts
    ):
        raise TypeError(
            f"nn.{name} takes one model, nn.{name}(path, model), or parts by name, "
            f"nn.{name}(path, model=model, optimizer=optimizer)"
        )
    if "random" in parts:
        raise TypeError("'random' is the name of the random state; name the part anew")


# Saving ------------------------------------------------------------------------------


def _arrays(model: Any) -> dict[str, np.ndarray]:
    """A state of one level: arrays by name."""
    state = _state(model)
    if not isinstance(state, Mapping) or not all(type(name) is str for name in state):
        raise TypeError(
            f"nn.save(path, model) takes a module, or arrays by name; got "
            f"{type(model).__name__}. Other parts are saved by name: "
            "nn.save(path, optimizer=optimizer)"
        )
    arrays, _ = plain.flattened(state)
    for name in state:
        if name not in arrays:
            raise TypeError(
                f"nn.save(path, model) takes a module, or arrays by name; {name} is "
                "none. More is saved part by part: nn.save(path, optimizer=optimizer)"
            )
    return arrays


def _state(part: Any) -> Any:
    return type(part).state_dict(part) if hasattr(part, "state_dict") else part


# Loading -----------------------------------------------------------------------------


def read(path: PathLike) -> dict[str, Any]:
    """What is in a file, nested, as it was given to ``save``."""
    content, source = Path(path).read_bytes(), os.fspath(path)
    if pytorch.is_pytorch(content):
        return pytorch.read(content, source)
    arrays, notes = tensors.read(content, source)
    if TREE not in notes:
        return dict(sorted(arrays.items()))
    try:
        return plain.nested(arrays, notes[TREE])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{source} does not say how it is nested: {error}") from error


def _load(
    path: PathLike,
    parts: Mapping[str, Any],
    states: Mapping[str, Any],
    random: Mapping[str, Any] | None,
) -> None:
    """Load the states into the parts, all or none."""
    for name, part in parts.items():
        if not hasattr(part, "load_state_dict") or isinstance(part, type):
            given = part if isinstance(part, type) else type(part)
            raise TypeError(
                f"{name or 'the model'} has no load_state_dict(); got "
                f"{'the class ' if given is part else ''}{given.__name__}. Plain data "
                "is in what nn.load returns"
            )
    found = generators.generators(parts)
    name = ""
    try:
        with ExitStack() as undoing:
            undoing.callback(generators.restore, found, generators.state_of(found))
            for name, part in parts.items():
                state = deepcopy(type(part).state_dict(part))
                undoing.callback(_put_back, part, state, dict(vars(part)))
                type(part).load_state_dict(part, states[name])
            if random is not None:
                name = "random"
                generators.check(found, random, parts)
                generators.restore(found, random)
            undoing.pop_all()
    except Exception as error:
        told = str(error) if isinstance(error, ValueError) else repr(error)
        raise ValueError(
            f"{os.fspath(path)} was not loaded, and all is as before. "
            f"{name}{': ' if name else ''}{told}"
        ) from error


def _put_back(part: Any, state: Any, attributes: dict[str, Any]) -> None:
    """What it held, and then what its attributes were, such as a running epoch."""
    type(part).load_state_dict(part, state)
    vars(part).clear()
    vars(part).update(attributes)
