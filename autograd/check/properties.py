"""``gradient_property``: an op, a layer or a loss as a hypothesis test, in one line."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import numpy as np

from ..core.primitive import Primitive
from .arrays import SearchStrategy, given, settings, st
from .checker import check_grads
from .localise import single
from .report import GradientReport
from .sampling import samples_of
from .tolerances import DEEPEST, MOST_INCONCLUSIVE

# Of which one is drawn. Most wrong rules are wrong at first order, whose examples take
# a fifth of the time of the second.
ORDERS = (1, 1, 1, 1, 2, 2, 2, 3)

Test = Callable[..., None]


def gradient_property(
    *what: Any, max_examples: int | None = None, **options: Any
) -> Any:
    """A test that draws arguments and checks the derivatives of a function at each.

    It fails at the first wrong derivative, shrunk by hypothesis, and also where more
    than a fifth of all examples are inconclusive, since it then proves little.
    Hypothesis's settings decide how many examples there are, or ``max_examples``; an
    example may take as long as it needs.

    Three ways to write it::

        test_cube = gradient_property(cube)  # a primitive that says how it is sampled
        test_loss = gradient_property(loss, tensors((3,)), tensors((3,)))

        @gradient_property(tensors(domain=(0, 1)))
        def test_entropy(p):
            return entropy(p)

    Args:
        what: a function, if the result is not to be used as a decorator, and one
            strategy for each of its arguments; a primitive alone is drawn by
            ``samples_of``.
        options: of ``check_grads``: ``order``, ``wrt``, ``checks``, ``domain`` …

    Raises, when called: ``GradientError``, or ValueError where too little was proved.

    >>> import autograd as ag
    >>> from autograd.check import gradient_property
    >>> from autograd.check.strategies import tensors
    >>> test_silu = gradient_property(ag.silu, tensors((2,)))
    >>> test_silu()
    """
    if not what:
        raise TypeError(
            "gradient_property needs a function, or strategies for the arguments of "
            "the function that it decorates"
        )
    f, *strategies = what
    if isinstance(f, SearchStrategy):
        return lambda f: _property(f, what, options, max_examples, decorated=True)
    if strategies:
        return _property(f, strategies, options, max_examples)
    if isinstance(f, Primitive):
        calls = calls_of(f)
        if "order" in options:
            calls = calls.map(lambda call: (*call[:2], options["order"]))
        rest = {key: value for key, value in options.items() if key != "order"}

        def check(_: Any, *call: Any) -> GradientReport | None:
            return check_call(f, *call, **rest)

        return _test(f.name, check, calls, max_examples)
    raise TypeError(
        f"gradient_property({f!r}) needs a strategy for each argument; only primitives "
        "say themselves how they are sampled"
    )


def check_call(
    op: Primitive,
    operands: Any,
    params: dict[str, Any],
    order: int = 2,
    **options: Any,
) -> GradientReport | None:
    """``check_grads`` of one call of a primitive; None if nothing is differentiable.

    The third order is left out where there are many elements: it takes long.
    """
    program = single(op, operands, params)
    if not program.leaves:
        return None
    if sum(np.size(x) for x in program.leaves) > DEEPEST:
        order = min(order, 2)
    return check_grads(program, *program.leaves, order=order, **options)


def calls_of(op: Primitive) -> SearchStrategy[Any]:
    """The arguments of ``check_call`` after the primitive."""
    pairs = st.tuples(samples_of(op), st.sampled_from(ORDERS))
    return pairs.map(lambda drawn: (*drawn[0], drawn[1]))


def _arguments(strategies: Any) -> SearchStrategy[Any]:
    for each in strategies:
        if not isinstance(each, SearchStrategy):
            raise TypeError(
                f"expected a strategy for each argument; got {type(each).__name__} "
                f"{each!r}. Wrap a constant in hypothesis.strategies.just"
            )
    return st.tuples(*strategies)


def _property(
    f: Any,
    strategies: Sequence[Any],
    options: dict[str, Any],
    max_examples: int | None,
    decorated: bool = False,
) -> Test:
    name = f.name if isinstance(f, Primitive) else getattr(f, "__name__", "f")

    def check(owner: tuple[Any, ...], *args: Any) -> GradientReport:
        function = f.__get__(*owner) if decorated and owner else f
        _require_arity(function, name, len(args))
        return check_grads(function, *args, **options)

    return _test(name, check, _arguments(strategies), max_examples)


def _require_arity(f: Callable[..., Any], name: str, count: int) -> None:
    try:
        signature = inspect.signature(f)
    except ValueError:  # C code may say nothing of itself
        return
    try:
        signature.bind(*range(count))
    except TypeError as error:
        raise TypeError(
            f"gradient_property needs a strategy for each argument of {name}"
            f"{signature}; got {count}"
        ) from error


def _test(
    name: str,
    check: Callable[..., GradientReport | None],
    arguments: SearchStrategy[Any],
    max_examples: int | None,
) -> Test:
    """A test that draws the arguments of ``check``, and counts what was proved.

    Before them ``check`` gets what the test belongs to: one object, or nothing.
    """
    name = re.sub(r"\W+", "_", name.removeprefix("test_")).strip("_")

    def test(*owner: Any) -> None:  # self, in a test class
        settled: list[bool] = []  # whether each example proved something

        def example(drawn: Any) -> None:
            report = check(owner, *drawn)
            if report is not None:
                settled.append(report.inconclusive <= 0.5)

        example.__name__ = f"example_of_{name}"  # keeps failures of each apart
        many = max_examples or settings().max_examples
        settings(max_examples=many, deadline=None)(given(arguments)(example))()
        unsettled = settled.count(False)
        if proves_little(unsettled, len(settled)):
            raise ValueError(
                f"{unsettled} of {len(settled)} examples of {name} were inconclusive: "
                "it is not finite, or too rough, where it was drawn. Narrow the "
                "domain= of the strategies"
            )

    test.__name__ = test.__qualname__ = f"test_{name}"
    return test


def proves_little(unsettled: int, count: int) -> bool:
    """Whether more than a fifth of the examples are inconclusive, and not by chance."""
    by_chance = 2 * sqrt(count * MOST_INCONCLUSIVE * (1 - MOST_INCONCLUSIVE))
    return unsettled > MOST_INCONCLUSIVE * count + by_chance
