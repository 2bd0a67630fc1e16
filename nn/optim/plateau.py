"""A schedule that waits for a metric to stop improving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any


@dataclass
class plateau:
    """``factor`` times less when a metric no longer improves: ReduceLROnPlateau.

    ``observe`` it, once an epoch; after more than ``patience`` bad ones the number
    falls, and for ``cooldown`` more none count. Better means: by ``threshold``,
    relative ("rel") or not ("abs"), below the best so far; above it with mode "max".

    >>> lr = plateau(8.0, factor=0.5, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0]:
    ...     lr.observe(loss)
    >>> lr(0)
    4.0
    """

    start: float
    mode: str = "min"
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    threshold_mode: str = "rel"
    cooldown: int = 0
    lowest: float = 0.0
    eps: float = 1e-8
    state: dict[str, float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        one_of("mode", self.mode, "min", "max")
        one_of("threshold_mode", self.threshold_mode, "rel", "abs")
        if not self.factor < 1:
            raise ValueError(f"factor must be below 1; got {self.factor}")
        worst = inf if self.mode == "min" else -inf
        self.state = {"number": self.start, "best": worst, "bad": 0, "cooling": 0}

    def __call__(self, step: int) -> float:
        return self.state["number"]

    def observe(self, metric: Any) -> None:
        """Take note of the newest loss, or whatever is watched: a number.

        >>> lr = plateau(8.0, patience=0)
        >>> lr.observe(1.0)
        >>> lr.observe(1.0)
        >>> round(lr(0), 6)
        0.8
        """
        metric, state = float(metric), self.state
        if self._is_better(metric):
            state |= {"best": metric, "bad": 0}
        else:
            state["bad"] += 1
        if state["cooling"] > 0:
            state |= {"cooling": state["cooling"] - 1, "bad": 0}
        if state["bad"] > self.patience:
            lower = max(state["number"] * self.factor, self.lowest)
            if state["number"] - lower > self.eps:
                state["number"] = lower
            state |= {"cooling": self.cooldown, "bad": 0}

    def _is_better(self, metric: float) -> bool:
        best, margin = self.state["best"], self.threshold
        if self.mode == "max":
            margin = -margin
        bound = best * (1 - margin) if self.threshold_mode == "rel" else best - margin
        return metric < bound if self.mode == "min" else metric > bound

    def state_dict(self) -> dict[str, Any]:
        """What it has seen, for ``load_state_dict``.

        >>> plateau(8.0).state_dict()["number"]
        8.0
        """
        return {"mode": self.mode, **self.state}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a state.

        Raises:
            ValueError: it is of something else, or of another mode; nothing changed.

        >>> lr = plateau(8.0)
        >>> lr.load_state_dict(plateau(4.0).state_dict())
        >>> lr(0)
        4.0
        """
        if set(state_dict) != {"mode", *self.state}:
            raise ValueError(
                f"the state of a plateau has mode, {', '.join(self.state)}; got "
                f"{', '.join(map(str, state_dict))}"
            )
        if state_dict["mode"] != self.mode:
            raise ValueError(
                f"this plateau has mode={self.mode!r}; the state is of one with mode="
                f"{state_dict['mode']!r}"
            )
        self.state = {name: state_dict[name] for name in self.state}


def one_of(name: str, value: str, *known: str) -> None:
    """Raise if a setting is not one of the known words.

    >>> one_of("mode", "min", "min", "max")
    """
    if value not in known:
        raise ValueError(
            f"{name} must be {' or '.join(map(repr, known))}; got {value!r}"
        )
