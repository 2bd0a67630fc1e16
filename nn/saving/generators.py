"""The random state of a training: of nn's default generator, and of modules' own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..module import Module
from ..random import generator_of
from ..walking import generators_of

Generators = dict[str, np.random.Generator]
DEFAULT = "nn"


def generators(parts: Mapping[str, Any]) -> Generators:
    """nn's default generator and those within modules, by the path to each.

    What is no module tells the state of its generators in its own ``state_dict()``.

    >>> import nn
    >>> list(generators({"model": nn.Sequential(nn.Dropout(generator=0))}))
    ['nn', 'model.0.generator']
    """
    found = {DEFAULT: generator_of(None)}
    for name, part in parts.items():
        if isinstance(part, Module):
            within = generators_of(part)
            found |= {f"{name}.{path}": each for path, each in within.items()}
    return found


def state_of(found: Generators) -> dict[str, Any]:
    """The state of each."""
    return {name: each.bit_generator.state for name, each in found.items()}


def check(
    found: Generators, states: Mapping[str, Any], parts: Mapping[str, Any]
) -> None:
    """Raise ValueError unless these states are those of what was found in the parts."""
    theirs = {name for name in states if name.partition(".")[0] in (DEFAULT, *parts)}
    problems = [f"{name} has no generator here" for name in sorted(theirs - set(found))]
    problems += [
        f"{name} is a generator here, but none there"
        for name in found
        if name not in theirs
    ]
    for name in sorted(theirs & set(found)):
        kind = type(found[name].bit_generator)
        try:
            kind(0).state = states[name]
        except (TypeError, ValueError, KeyError) as error:
            problems.append(f"{name} is a {kind.__name__} here: {error}")
    if problems:
        raise ValueError("the random state does not fit\n  " + "\n  ".join(problems))


def restore(found: Generators, states: Mapping[str, Any]) -> None:
    """Let each go on from its state."""
    for name, each in found.items():
        each.bit_generator.state = states[name]
