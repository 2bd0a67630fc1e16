"""Optimizer: what every update rule shares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.core.node import Node

from .flat import BLOCK, Flat, FlatTensors, FlatValues


class Optimizer:
    """Updates parameters from their gradients; subclasses define ``update``.

    Takes leaf Tensors and Values in any mixture. Tensors of one dtype are kept in one
    flat array, into which their ``.data`` become views. A parameter whose ``.grad`` is
    None is skipped: it keeps its value and its state. Settings such as ``lr`` are plain
    attributes, and may change between steps.

    Attributes:
        parameters: what is updated, each once.
        n_moments: how many arrays of the parameters' size the rule remembers.

    >>> import autograd as ag
    >>> class SignDescent(Optimizer):
    ...     def update(self, p, g, step):
    ...         p -= 0.5 * np.sign(g)
    >>> x = ag.tensor([1.0, -2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> SignDescent([x]).step()
    >>> x.data
    array([ 0.5, -1.5])
    """

    n_moments = 0

    def __init__(self, params: Iterable[Any]) -> None:
        if not isinstance(params, Iterable) or isinstance(params, (Node, dict)):
            raise TypeError(
                f"{type(self).__name__} needs an iterable of parameters, such as "
                f"model.parameters(); got {type(params).__name__}"
            )
        self.parameters = list(dict.fromkeys(params))
        if not self.parameters:
            raise ValueError(f"{type(self).__name__} got no parameters to update")
        kinds: dict[Any, list[Any]] = {}
        for p in self.parameters:
            kinds.setdefault(_kind(p), []).append(p)
        self._flats = [
            FlatValues(members) if kind is Value else FlatTensors(members)
            for kind, members in kinds.items()
        ]
        self._moments = [
            [np.zeros_like(flat.data) for _ in range(self.n_moments)]
            for flat in self._flats
        ]

    def step(self) -> None:
        """Update every parameter that has a gradient.

        Graphs that used the old values notice: a ``backward()`` through one of them
        afterwards raises where it would need a value that is gone.
        """
        for flat, moments in zip(self._flats, self._moments):
            self._step(flat, moments)

    def _step(self, flat: Flat, moments: list[np.ndarray]) -> None:
        for span, step in flat.gathered():
            for start in range(span.start, span.stop, BLOCK):
                part = slice(start, min(start + BLOCK, span.stop))
                parts = [moment[part] for moment in moments]
                self.update(flat.data[part], flat.gradient(part), step, *parts)
        flat.hand_back()

    def update(
        self, p: np.ndarray, g: np.ndarray, step: int, *moments: np.ndarray
    ) -> None:
        """Change ``p`` in place by its gradient ``g``, which is not to be written.

        All are arrays of shape (n,), a stretch of the parameters end to end, so a rule
        works on each element by itself. This is update number ``step``, from 1;
        ``moments`` are zeros at first, and kept.
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
            if name not in ("parameters", "n_moments", "_flats", "_moments")
        )
        return f"{type(self).__name__}({', '.join(settings)})"


def _kind(p: Any) -> Any:
    """What is updated together: Values, and the Tensors of each dtype."""
    if not isinstance(p, (Tensor, Value)) or p.op is not None:
        what = f"the result of {p.op.name}" if isinstance(p, Node) else type(p).__name__
        raise TypeError(f"an optimizer updates leaf Tensors and Values; got {what}")
    return Value if isinstance(p, Value) else p.data.dtype


def check_not_negative(**settings: float) -> None:
    """Raise if one of the settings is negative, or no number.

    >>> check_not_negative(lr=-1)
    Traceback (most recent call last):
        ...
    ValueError: lr must not be negative; got -1
    """
    for name, value in settings.items():
        if not value >= 0:
            raise ValueError(f"{name} must not be negative; got {value}")
