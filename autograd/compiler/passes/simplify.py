"""All passes over a program: one walk with their rules, then what is left over goes."""

from __future__ import annotations

from ..flat import Flat
from .algebra import algebra
from .broadcasts import broadcast
from .common import shared
from .dead_code import without_dead_code
from .folding import constant
from .lowering import lower
from .products import product
from .rewriting import rewritten
from .views import view
from .zeros import unweighed, weighed

RULES = (constant, lower, weighed, view, algebra, broadcast, product, shared)
UNOPENED = (constant, unweighed, algebra, broadcast, shared)


def simplified(flat: Flat) -> Flat:
    """The same results, within rounding, from fewer and simpler steps.

    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(ag.grad(lambda x: np.sum(x**3)), (np.zeros(2),))
    >>> print(simplified(flat).source())
    import numpy as np
    <BLANKLINE>
    def f(x0):
        x1 = x0 * x0
        x2 = 3 * x1
        return x2
    """
    return without_dead_code(rewritten(without_dead_code(flat), *RULES))


def prepared(flat: Flat) -> Flat:
    """The same for a backend that opens fused functions, and knows views, by itself.

    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: ag.sigmoid(x * 1), (np.zeros(2),))
    >>> print(prepared(flat).calls())
    def f(x0):
        x1 = ag.sigmoid(x0)
        return x1
    """
    return without_dead_code(rewritten(without_dead_code(flat), *UNOPENED))
