"""What is written alike here and in PyTorch, by family.

A family is a file with ``CASES``, pairs or longer: the text of a layer or function, and
its inputs. A shape stands for numbers drawn from the normal distribution, to which
gradients are taken; an array or list stands for itself; a dictionary at the end holds
keyword arguments. In the text ``nn`` and ``F``
are ours or PyTorch's. Beside it stands what PyTorch gave, as JSON.
"""

import importlib
from pathlib import Path

import numpy as np

FAMILIES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if path.stem not in ("__init__", "record")
)


def cases(family):
    return importlib.import_module(f"{__name__}.{family}").CASES


def apart(inputs):
    """The inputs of a case, and its keyword arguments; lists as arrays."""
    *xs, last = inputs
    options = last if isinstance(last, dict) else {}
    xs = xs if isinstance(last, dict) else inputs
    return xs, {
        name: np.array(x) if isinstance(x, list) else x for name, x in options.items()
    }


def drawn(rng, inputs):
    """The arrays of a case, and whether gradients are taken to each."""
    for x in inputs:
        shape = isinstance(x, tuple)
        yield (rng.normal(size=x) if shape else np.array(x)), shape


def flattened(out):
    """Outputs in a row: of tuples, the members that are not None."""
    if isinstance(out, (tuple, list)):
        return [leaf for member in out for leaf in flattened(member)]
    return [] if out is None else [out]
