"""``vmap``: a function of one example, of many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core import tree
from ..core.node import Node, told
from .example_axes import axes_of_arguments, in_front, number_of_examples, placed
from .examples import for_all


def vmap(
    f: Callable[..., Any], in_axes: Any = 0, out_axes: Any = 0
) -> Callable[..., Any]:
    """``f`` of one example as a function of many, which it computes at once.

    ``f`` runs on one example (at first on two, to compare what they recorded); all that
    depends on it is then computed with one more axis, by one operation for all. So vmap
    nests with itself and every other transform, in any order, and what ``f`` closes
    over gets its gradient.

    Args:
        f: a function of arrays, Tensors and containers of them. Which operations it
            runs must not depend on the numbers of an example: choose by ``np.where``.
            Random numbers, as those of dropout, are refused: draw them outside, and
            pass them as an argument.
        in_axes: along which axis of each argument the examples lie: one number for all,
            or a tuple of one for each; None where it is the same for all. For a
            container: one for all in it, or a container like it. Arguments by keyword
            are the same for all.
        out_axes: where the examples lie in the results, in the same way. None is for
            results that are the same for all.

    Shapes: an argument (…, n, …) is seen by ``f`` as (…, …); a result (…) of ``f``
    becomes (n, …).

    Raises:
        TypeError: an argument to be mapped that is no array; a function that branches
            on the numbers, takes them out of the graph or draws random ones.
        ValueError: axes that do not exist, or of different lengths; in_axes built
            otherwise than the arguments.

    >>> import numpy as np
    >>> import autograd as ag
    >>> dot = ag.vmap(lambda x, y: x @ y)
    >>> dot(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [10.0, 1.0]]))
    array([ 3., 34.])
    >>> ag.vmap(ag.grad(lambda w, x: (w * x) ** 2), in_axes=(None, 0))(2.0, np.ones(3))
    array([4., 4., 4.])
    """
    if not callable(f):
        raise TypeError(
            f"vmap needs a function; got {told(f)}. Pass the function itself: "
            "vmap(f)(x), not vmap(f(x))"
        )

    seen: set[Any] = set()  # recordings that were found the same for two examples

    def mapped(*args: Any, **kwargs: Any) -> Any:
        axes = axes_of_arguments(in_axes, args)
        leaves = tree.leaves(args)
        n = number_of_examples(axes, leaves)
        front = [
            x if axis is None else in_front(x, axis) for x, axis in zip(leaves, axes)
        ]

        def called(*values: Any) -> Any:
            rest = iter(values)
            return f(*tree.mapped(lambda _: next(rest), args), **kwargs)

        examples = [x for x, axis in zip(front, axes) if axis is not None]

        def of_one(*ones: Any) -> Any:
            rest = iter(ones)
            return called(
                *[x if a is None else next(rest) for x, a in zip(front, axes)]
            )

        results, out = for_all(of_one, examples, n, seen)
        given = next((x for x in leaves if isinstance(x, Node)), None)
        return placed(results, out, out_axes, n, given)

    return mapped
