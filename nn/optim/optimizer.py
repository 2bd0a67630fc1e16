"""Optimizer: what every update rule shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from autograd import Node, Tensor, Value

from .flat import FlatTensors, FlatValues, State

Rule = TypeVar("Rule", bound=Callable[..., None])


class Optimizer:
    """Updates parameters from their gradients; subclasses define ``update``.

    Takes leaf Tensors and Values in any mixture. A parameter whose ``.grad`` is None is
    skipped: it keeps its value and its state. Settings such as ``lr`` are plain
    attributes, and may change between steps. Tensors of one dtype are kept in one flat
    array, into which their ``.data`` become views.

    Attributes:
        parameters: what is updated, each once.

    >>> import autograd as ag
    >>> class NormalizedDescent(Optimizer):
    ...     def update(self, p, g, state):
    ...         p -= g / np.linalg.norm(g)
    >>> x = ag.tensor([3.0, -4.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> NormalizedDescent([x]).step()
    >>> x.data
    array([ 2.4, -3.2])
    """

    def __init__(self, params: Iterable[Any]) -> None:
        if not isinstance(params, Iterable) or isinstance(params, (Node, dict)):
            raise TypeError(
                f"{type(self).__name__} needs an iterable of parameters, such as "
                f"model.parameters(); got {type(params).__name__}"
            )
        params = list(params)
        for p in params:
            _kind(p)  # or raise: what is none may not be hashable, either
        self.parameters = list(dict.fromkeys(params))
        if not self.parameters:
            raise ValueError(f"{type(self).__name__} got no parameters to update")
        kinds: dict[Any, list[Any]] = {}
        for p in self.parameters:
            kinds.setdefault(_kind(p), []).append(p)
        together = getattr(self.update, "elementwise", False)
        self._flats = [
            (FlatValues if kind is Value else FlatTensors)(members, together)
            for kind, members in kinds.items()
        ]

    def step(self) -> None:
        """Update every parameter that has a gradient.

        Graphs that used the old values notice: a ``backward()`` through one of them
        afterwards raises where it would need a value that is gone.
        """
        gathered = [flat.gather() for flat in self._flats]  # or raise; none is changed
        for flat, present in zip(self._flats, gathered):
            for p, g, state in flat.parts(present):
                state["step"] += 1
                self.update(p, g, state)
            flat.hand_back(present)

    def update(self, p: np.ndarray, g: np.ndarray, state: State) -> None:
        """Change the parameter ``p`` in place, by its gradient ``g``.

        Both are arrays of the parameter's own shape, () for a Value; ``g`` is not to be
        written. ``state`` is this parameter's own dictionary, and kept: its "step" is
        the number of this update, from 1; all else is the rule's.
        """
        raise NotImplementedError(f"{type(self).__name__} has no update()")

    def zero_grad(self) -> None:
        """Forget all gradients: every parameter's ``.grad`` becomes None.

        >>> import autograd as ag
        >>> x = ag.tensor(1.0, requires_grad=True)
        >>> (x * x).backward()
        >>> Optimizer([x]).zero_grad()
        >>> x.grad is None
        True
        """
        for p in self.parameters:
            p.grad = None

    def __repr__(self) -> str:
        settings = (
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if name != "parameters" and not name.startswith("_")
        )
        return f"{type(self).__name__}({', '.join(settings)})"


def elementwise(update: Rule) -> Rule:
    """Say of an ``update`` that it works on each element by itself.

    It is then called with parameters of equal history end to end, as arrays of shape
    (n,): a few calls, however many parameters there are. Complex numbers are pairs of
    reals. Arrays of that shape in the state belong to the elements, too. A subclass
    that overrides the rule says it anew, or gets its parameters one at a time.

    >>> class SignDescent(Optimizer):
    ...     @elementwise
    ...     def update(self, p, g, state):
    ...         p -= 0.5 * np.sign(g)
    >>> x, y = Value(1.0), Value(-2.0)
    >>> (x * y).backward()
    >>> SignDescent([x, y]).step()
    >>> x.data, y.data
    (1.5, -2.5)
    """
    update.elementwise = True  # type: ignore[attr-defined]
    return update


def _kind(p: Any) -> Any:
    """What is updated together: Values, and the Tensors of each dtype."""
    if not isinstance(p, (Tensor, Value)) or p.op is not None:
        what = f"the result of {p.op.name}" if isinstance(p, Node) else type(p).__name__
        raise TypeError(
            f"an optimizer updates leaf Tensors and Values; got {what}. Pass them in "
            "one list, as model.parameters() gives it; groups with settings of their "
            "own are optimizers of their own"
        )
    return Value if isinstance(p, Value) else p.data.dtype
