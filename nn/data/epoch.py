"""An epoch: the order of its examples, how far it is, and its state to go on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arguments import checked_numbers


@dataclass
class Epoch:
    """How far an epoch is, and what the rest of it will be made by."""

    order: np.ndarray | None  # the numbers of all examples; None: as they are
    seed: int  # of what is drawn in making a batch, with the batch's number
    done: int = 0  # batches handed out

    def state(self, examples: int) -> dict[str, Any]:
        """Plain: numbers, and the order in as few bytes as it needs.

        >>> Epoch(np.array([1, 0]), seed=7).state(examples=2)
        {'done': 0, 'seed': 7, 'order': array([1, 0], dtype=int32)}
        """
        state: dict[str, Any] = {"done": self.done, "seed": self.seed}
        if self.order is not None:
            small = np.int32 if examples < 2**31 else np.int64
            state["order"] = self.order.astype(small)
        return state

    @classmethod
    def of(
        cls, state: Mapping[str, Any], examples: int, length: int, batches: int
    ) -> Epoch:
        """The epoch of a state, if a loader with so many of each can go on with it.

        ``length`` is that of the loader's order; 0 if it has none.

        >>> Epoch.of({"done": 1, "seed": 7}, examples=4, length=0, batches=2)
        Epoch(order=None, seed=7, done=1)
        """
        order, done = state.get("order"), int(state["done"])
        if order is not None:
            order = checked_numbers("order", order, examples)
        theirs = 0 if order is None else len(order)
        if length != theirs:
            raise ValueError(
                f"this loader's order has {length} numbers, and the state's {theirs}: "
                "shuffle, sampler or weights are others"
            )
        if not 0 <= done <= batches:
            raise ValueError(f"the state has {done} batches done, of {batches}")
        return cls(order, int(state["seed"]), done)


def chances_of(weights: Any, n: int) -> np.ndarray:
    """Weights, one for each example, as probabilities.

    >>> chances_of([1, 0, 3], 3)
    array([0.25, 0.  , 0.75])
    """
    given = np.asarray(weights)
    if given.dtype.kind not in "fiub":
        raise TypeError(f"weights are real numbers; got {given.dtype}")
    if given.shape != (n,):
        raise ValueError(
            f"weights are one for each of {n} examples; got shape {given.shape}"
        )
    wrong = np.flatnonzero(~(np.isfinite(given) & (given >= 0)))
    if len(wrong):
        raise ValueError(
            f"weights are finite, and not negative; got {given[wrong[0]]} at position "
            f"{wrong[0]}"
        )
    if not given.any():
        raise ValueError("weights are not all zero, or nothing could be drawn")
    scaled = given.astype(float) / given.max()
    return scaled / scaled.sum()
