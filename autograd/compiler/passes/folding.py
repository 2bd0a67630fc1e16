"""What depends on no leaf is computed once, while the program is made."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...core.program import Ref, Step
from ..flat import Flat, Kind, kind_of
from .rewriting import Rewriting, rewritten, spread_out

SMALL = 1024  # elements that may be kept even where it saves no memory


def folded(flat: Flat) -> Flat:
    """The program with constants in place of steps that have no other operands.

    A result that is larger than its operands, and not small, is left to be computed:
    it would be kept for as long as the program.
    """
    return rewritten(flat, constant)


def constant(new: Rewriting, step: Step, kind: Any) -> Any:
    """The result of a step on constants alone, in silence about 1 / 0."""
    if any(isinstance(x, Ref) for x in step.operands) or not step.operands:
        return None
    arrays = [x for x in step.operands if type(x) is np.ndarray and any(x.strides)]
    given = sum([x.size for x in arrays])
    if not isinstance(kind, Kind) or prod(kind.shape) > max(given, SMALL):
        return None
    with np.errstate(all="ignore"):
        out = step.op.forward(*step.operands, **step.params)
    if isinstance(out, (tuple, list)) or kind_of(out) != kind:
        return None
    return spread_out(np.asarray(out))
