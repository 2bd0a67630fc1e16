"""Making primitives: one function for each kind. Declaring them: the engine's own.

What a person makes is called by the name it is assigned to, and by nothing else. What
the engine *declares* is found by its name, and stands for functions of NumPy's: these
are known by the function object, never by how something is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .call import FREED, ITEM, complete
from .primitive import (
    Constant,
    Elementwise,
    General,
    Linear,
    Multilinear,
    Primitive,
    Rule,
    registry,
)

NUMPY: dict[Any, Callable[..., Any]] = {}  # NumPy's functions and ufuncs: ours


def elementwise(
    forward: Callable[..., Any], *partials: Rule | float, **facts: Any
) -> Primitive:
    """A function of each element, made of its partials, one for each operand.

    A partial is a rule, or a number where it is constant: ±1 costs nothing. A rule
    that asks for ``g`` gives the product of cotangent and partial itself.

    >>> import numpy as np
    >>> import autograd as ag
    >>> cube = ag.elementwise(lambda x: x**3, lambda x: 3 * x**2, name="cube")
    >>> ag.grad(cube)(2.0)
    12.0
    """
    return complete(Elementwise(forward, *partials, **facts))


def linear(
    forward: Callable[..., Any], *transposes: Rule | None, **facts: Any
) -> Primitive:
    """A function linear in its operands jointly, made of its transposes.

    One transpose for each operand (None: the function is not linear in that one, which
    is held constant: a mask, an index), or ``joint=`` for all of them at once.

    >>> import autograd as ag
    >>> double = ag.linear(lambda x: x + x, lambda g: g + g, name="double")
    >>> ag.grad(double)(3.0)
    2.0
    """
    return complete(Linear(forward, *transposes, **facts))


def multilinear(
    forward: Callable[..., Any], *transposes: Rule, **facts: Any
) -> Primitive:
    """A function linear in each operand, made of one transpose for each.

    >>> import numpy as np
    >>> import autograd as ag
    >>> scale = ag.multilinear(
    ...     lambda x, y: x * y, lambda g, y: g * y, lambda g, x: g * x, name="scale"
    ... )
    >>> ag.grad(scale)(3.0, 4.0)
    4.0
    """
    return complete(Multilinear(forward, *transposes, **facts))


def general(
    forward: Callable[..., Any], *pullbacks: Rule | None, **facts: Any
) -> Primitive:
    """Any other function, made of its pullback (one for each operand, or ``joint=``).

    A pullback is linear in ``g``, so forward mode is its transpose, unless a ``push=``
    is given: a rule that reads ``t``, the tuple of all operands' tangents.

    >>> import numpy as np
    >>> import autograd as ag
    >>> def norm(x):
    ...     return np.sqrt(np.sum(x * x))
    >>> norm = ag.general(norm, lambda g, x, out: g * x / out)
    >>> ag.grad(norm)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """
    return complete(General(forward, *pullbacks, **facts))


def constant(forward: Callable[..., Any], **facts: Any) -> Primitive:
    """A function without a derivative: its results are never tracked.

    >>> import numpy as np
    >>> import autograd as ag
    >>> nearest_even = ag.constant(lambda x: 2 * np.round(x / 2), name="nearest even")
    >>> nearest_even(ag.tensor([1.2, 3.4], requires_grad=True))
    Tensor([2., 4.])
    """
    return complete(Constant(forward, **facts))


def declare(ours: Callable[..., Any], *theirs: Any) -> None:
    """The engine's own: found by its name, and called where NumPy's are, of Tensors."""
    if isinstance(ours, Primitive) and registry.setdefault(ours.name, ours) is not ours:
        raise ValueError(f"two primitives are declared under the name {ours.name!r}")
    for each in theirs:
        NUMPY[each] = getattr(ours, "call", ours) if type(each) is np.ufunc else ours


declare(ITEM)
declare(FREED)
