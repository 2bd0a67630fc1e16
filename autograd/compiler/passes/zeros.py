"""Products in which a zero wins over ∞ and NaN: of two factors, where that is enough.

What is recorded of a sweep multiplies cotangents by slopes with ``weigh``. Where the
slope is a mask, or the cotangent a constant without zeros, that is a plain product but
for the sign of a zero; elsewhere zeros are put where they belong.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.program import Ref, Step
from ..flat import Flat
from .rewriting import Rewriting, is_weak, name_of, rewritten

DEEP = 4  # operations through which a slope is looked at
SMALL = 2.0  # constants up to which many of them stay finite in any dtype


def plainly_multiplied(flat: Flat) -> Flat:
    """The program with products, comparisons and choices in place of ``weigh``.

    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: ag.registry["weigh"](x, x > 0), (np.ones(2),))
    >>> [step.op.name for step in plainly_multiplied(flat).steps]
    ['greater', 'multiply']
    """
    return rewritten(flat, weighed)


def unweighed(new: Rewriting, step: Step, kind: Any) -> Any:
    """A product that may be a plain one."""
    if not _is_weighed(new, step, kind):
        return None
    (x, y), either = step.operands, step.params["either"]
    plain = _has_no_zeros(x) or (
        _is_small(new, y) and (not either or _is_small(new, x))
    )
    return new.by_element("multiply", x, y) if plain else None


def weighed(new: Rewriting, step: Step, kind: Any) -> Any:
    """A product in which a zero of the first factor wins; or of either one."""
    if not _is_weighed(new, step, kind):
        return None
    found = unweighed(new, step, kind)
    if found is not None:
        return found
    (x, y), either = step.operands, step.params["either"]
    zero = new.by_element("equal", x, 0)
    if either:
        zero = new.by_element("logical_or", zero, new.by_element("equal", y, 0))
    return new.by_element("where", zero, 0, new.by_element("multiply", x, y))


def _is_weighed(new: Rewriting, step: Step, kind: Any) -> bool:
    """Whether it is such a product, of factors whose dtype is that of the result."""
    if name_of(step.op) != "weigh" or kind.dtype.char not in "fd":
        return False
    return np.result_type(*[_decides(new, z) for z in step.operands]) == kind.dtype


def _decides(new: Rewriting, x: Any) -> Any:
    return x if is_weak(x) else new.dtype(x)


def _has_no_zeros(x: Any) -> bool:
    """Whether a constant is finite, and nowhere 0."""
    if isinstance(x, Ref):
        return False
    data = np.asarray(x)
    return bool(np.all(np.isfinite(data)) and np.all(data != 0))


def _is_small(new: Rewriting, x: Any, depth: int = DEEP) -> bool:
    """Whether a value is surely finite: a mask, a constant, or made of such."""
    if not isinstance(x, Ref):
        return bool(np.all(np.abs(x) <= SMALL))  # not so of NaN
    if new.dtype(x).kind == "b":
        return True
    step = new.step(x)
    if step is None or depth == 0 or name_of(step.op) not in HARMLESS:
        return False
    operands = step.operands[1:] if name_of(step.op) == "where" else step.operands
    return all(_is_small(new, each, depth - 1) for each in operands)


HARMLESS = (
    *("add", "subtract", "multiply", "negative", "where", "astype"),
    *("reshape", "transpose", "broadcast_to", "getitem"),
)
