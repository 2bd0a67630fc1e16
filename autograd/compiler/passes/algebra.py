"""What a step is without being computed: 1·x, --x, x², and the like.

Only what keeps NaN, infinities and -0 where they are: x + 0 stays, for -0 + 0 is 0,
while x - 0 and x + -0 are x; 0·x stays, for 0·∞ is NaN. All are exact, but for x³, two
roundings where NumPy's power has one.
"""

from __future__ import annotations

from collections.abc import Callable
from math import copysign
from typing import Any

import numpy as np

from ...core.program import Ref, Step
from ..flat import Flat
from .rewriting import Rewriting, name_of, rewritten, single


def simpler(flat: Flat) -> Flat:
    """The program without operations that change nothing.

    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: -(-x) ** 2 * 1, (np.zeros(2),))
    >>> print(simpler(flat).source())
    import numpy as np
    <BLANKLINE>
    def f(x0):
        x1 = -x0
        x2 = x1 * x1
        x3 = -x2
        return x3
    """
    return rewritten(flat, algebra)


def algebra(new: Rewriting, step: Step, kind: Any) -> Any:
    """The operand, or the simpler operation, that a step is."""
    rule = RULES.get(name_of(step.op))
    return rule(new, step, kind) if rule else None


def _itself(new: Rewriting, step: Step, kind: Any) -> Any:
    x = step.operands[0]
    return x if new.kind(x) == kind else None


def _if_real(new: Rewriting, step: Step, kind: Any) -> Any:
    return None if kind.dtype.kind == "c" else _itself(new, step, kind)


def _negative(new: Rewriting, step: Step, kind: Any) -> Any:
    before = new.made_by(step.operands[0], "negative")
    return before.operands[0] if before else None


def _absolute(new: Rewriting, step: Step, kind: Any) -> Any:
    before = new.made_by(step.operands[0], "negative")
    return new.emit(step.op, before.operands, {}, kind) if before else None


def _add(new: Rewriting, step: Step, kind: Any) -> Any:
    x, y = step.operands
    if _adds_nothing(y, kind, -1):
        return _alone(new, x, kind)
    return _alone(new, y, kind) if _adds_nothing(x, kind, -1) else None


def _subtract(new: Rewriting, step: Step, kind: Any) -> Any:
    x, y = step.operands
    return _alone(new, x, kind) if _adds_nothing(y, kind, 1) else None


def _adds_nothing(x: Any, kind: Any, sign: int) -> bool:
    """Whether a constant is the zero that leaves all it is added to as it is."""
    number = single(x)
    if number is None or number != 0 or kind.dtype.kind not in "fiu":
        return False
    return kind.dtype.kind != "f" or copysign(1, number) == sign


def _multiply(new: Rewriting, step: Step, kind: Any) -> Any:
    x, y = step.operands
    if _is(y, 1):
        return _alone(new, x, kind)
    return _alone(new, y, kind) if _is(x, 1) else None


def _divide(new: Rewriting, step: Step, kind: Any) -> Any:
    x, y = step.operands
    return _alone(new, x, kind) if _is(y, 1) else None


def _alone(new: Rewriting, x: Any, kind: Any) -> Any:
    """An operand in place of the result, broadcast to its shape, in the same dtype.

    Not of complex numbers: (∞ + 0i)(1 + 0i) has a part that is NaN.
    """
    if not isinstance(x, Ref) or new.dtype(x) != kind.dtype or kind.dtype.kind == "c":
        return None
    return x if new.shape(x) == kind.shape else new.broadcast_to(x, kind.shape)


def _is(x: Any, number: float) -> bool:
    return bool(single(x) == number) if single(x) is not None else False


def _power(new: Rewriting, step: Step, kind: Any) -> Any:
    x, exponent = step.operands[0], single(step.operands[1])
    if exponent is None or not isinstance(x, Ref) or kind.dtype.kind not in "fc":
        return None
    if exponent == 0:
        return np.broadcast_to(np.ones((), kind.dtype), kind.shape)
    if new.dtype(x) != kind.dtype or new.shape(x) != kind.shape:
        return None
    if exponent == 1:
        return x
    if exponent == 2:
        return new.by_element("multiply", x, x)
    if kind.dtype.kind == "f" and exponent == 3:
        return new.by_element("multiply", x, new.by_element("multiply", x, x))
    if kind.dtype.kind == "f" and exponent == 0.5 and type(exponent) is float:
        return new.by_element("sqrt", x)  # as NumPy's own ** does
    if kind.dtype.kind == "f" and exponent == -1:
        return new.by_element("reciprocal", x)
    return None


def _square(new: Rewriting, step: Step, kind: Any) -> Any:
    (x,) = step.operands
    return new.by_element("multiply", x, x) if kind.dtype.kind == "f" else None


def _astype(new: Rewriting, step: Step, kind: Any) -> Any:
    """To the dtype it has; by way of another, which can hold all of it."""
    x = step.operands[0]
    if new.kind(x) == kind:
        return x
    before = new.made_by(x, "astype")
    if before and np.can_cast(new.dtype(before.operands[0]), new.dtype(x), "safe"):
        return new.astype(before.operands[0], kind.dtype)
    return None


RULES: dict[str, Callable[[Rewriting, Step, Any], Any]] = {
    "argument": _itself,
    "positive": _itself,
    "copy": _itself,
    "without slope": _itself,  # which is by its derivatives alone
    "conjugate": _if_real,
    "real": _if_real,
    "negative": _negative,
    "absolute": _absolute,
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "square": _square,
    "astype": _astype,
    "as integers": _astype,
}
