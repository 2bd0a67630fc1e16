"""Schedules: functions from the number of steps taken to the number of a setting.

``optimizer.lr = cosine(0.1, steps=1000)`` is asked before each step; any function of
one number will do: ``optimizer.lr = lambda step: 0.1 / (1 + step)``. Each says which of
PyTorch's schedulers it follows, step by step.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, pi

from .plateau import one_of, plateau

Schedule = Callable[[int], float]

__all__ = [
    "chained",
    "constant",
    "cosine",
    "cyclic",
    "exponential",
    "linear",
    "multistep",
    "one_cycle",
    "plateau",
    "polynomial",
    "restarts",
    "sequential",
    "step",
]


@dataclass(frozen=True)
class constant:
    """``factor`` of ``start`` for so many steps, then all of it: ConstantLR.

    >>> [constant(0.5, factor=0.5, steps=2)(t) for t in range(4)]
    [0.25, 0.25, 0.5, 0.5]
    """

    start: float
    factor: float = 1 / 3
    steps: int = 5

    def __call__(self, step: int) -> float:
        return self.start * (self.factor if step < self.steps else 1.0)


@dataclass(frozen=True)
class step:
    """``gamma`` times less after every ``size`` steps: StepLR.

    >>> [step(8.0, size=2, gamma=0.5)(t) for t in range(5)]
    [8.0, 8.0, 4.0, 4.0, 2.0]
    """

    start: float
    size: int
    gamma: float = 0.1

    def __post_init__(self) -> None:
        _at_least_one("size", self.size)

    def __call__(self, step: int) -> float:
        return self.start * self.gamma ** (step // self.size)


@dataclass(frozen=True)
class multistep:
    """``gamma`` times less at each milestone: MultiStepLR.

    >>> [multistep(8.0, [1, 3], gamma=0.5)(t) for t in range(5)]
    [8.0, 4.0, 4.0, 2.0, 2.0]
    """

    start: float
    milestones: Sequence[int]
    gamma: float = 0.1

    def __call__(self, step: int) -> float:
        return self.start * self.gamma ** bisect_right(sorted(self.milestones), step)


@dataclass(frozen=True)
class exponential:
    """``gamma`` times less at each step: ExponentialLR.

    >>> [exponential(8.0, gamma=0.5)(t) for t in range(3)]
    [8.0, 4.0, 2.0]
    """

    start: float
    gamma: float

    def __call__(self, step: int) -> float:
        return self.start * self.gamma**step


@dataclass(frozen=True)
class linear:
    """In a straight line from ``start`` to ``end``, and there it stays: LinearLR.

    A warm-up rises: ``linear(0.0, 0.1, steps=100)``.

    >>> [linear(0.0, 8.0, steps=2)(t) for t in range(4)]
    [0.0, 4.0, 8.0, 8.0]
    """

    start: float
    end: float
    steps: int

    def __post_init__(self) -> None:
        _at_least_one("steps", self.steps)

    def __call__(self, step: int) -> float:
        return self.start + (self.end - self.start) * min(step / self.steps, 1.0)


@dataclass(frozen=True)
class polynomial:
    """``start``·(1 - step / steps)^power, then 0: PolynomialLR.

    >>> [polynomial(8.0, steps=2, power=2.0)(t) for t in range(4)]
    [8.0, 2.0, 0.0, 0.0]
    """

    start: float
    steps: int
    power: float = 1.0

    def __post_init__(self) -> None:
        _at_least_one("steps", self.steps)

    def __call__(self, step: int) -> float:
        return self.start * (1 - min(step / self.steps, 1.0)) ** self.power


@dataclass(frozen=True)
class cosine:
    """From ``start`` to ``end`` along half a wave, and back: CosineAnnealingLR.

    Loshchilov and Hutter (2016), arXiv:1608.03983.

    >>> [round(cosine(8.0, steps=2)(t), 6) for t in range(4)]
    [8.0, 4.0, 0.0, 4.0]
    """

    start: float
    steps: int
    end: float = 0.0

    def __post_init__(self) -> None:
        _at_least_one("steps", self.steps)

    def __call__(self, step: int) -> float:
        return _wave(self.start, self.end, step / self.steps)


@dataclass(frozen=True)
class restarts:
    """Half a wave from ``start`` to ``end``, again and again: …WarmRestarts.

    The first takes ``steps``, each of the next ``mult`` times as many. Loshchilov and
    Hutter (2016), arXiv:1608.03983.

    >>> [round(restarts(8.0, steps=2)(t), 6) for t in range(4)]
    [8.0, 4.0, 8.0, 4.0]
    """

    start: float
    steps: int
    mult: int = 1
    end: float = 0.0

    def __post_init__(self) -> None:
        _at_least_one("steps", self.steps)
        _at_least_one("mult", self.mult)

    def __call__(self, step: int) -> float:
        length = self.steps
        if self.mult == 1:
            step %= length
        while step >= length:
            step, length = step - length, length * self.mult
        return _wave(self.start, self.end, step / length)


@dataclass(frozen=True)
class one_cycle:
    """Up from ``top`` / div, down to a ``final_div``-th of that: OneCycleLR.

    ``up`` is the part of the ``steps`` that goes up. With ``three_phases`` the descent
    first returns to the beginning, as steep as it came. Smith and Topin (2017),
    arXiv:1708.07120.

    >>> [round(one_cycle(8.0, steps=5, up=0.4, div=4.0)(t), 4) for t in range(5)]
    [2.0, 8.0, 6.0, 2.0002, 0.0002]
    """

    top: float
    steps: int
    up: float = 0.3
    div: float = 25.0
    final_div: float = 1e4
    three_phases: bool = False
    shape: str = "cos"

    def __post_init__(self) -> None:
        one_of("shape", self.shape, "cos", "linear")
        _at_least_one("steps", self.steps)
        if not 0 <= self.up <= 1:
            raise ValueError(f"up is a part, from 0 to 1; got {self.up}")
        first, last = self._ends()
        if self.three_phases and 2 * first > last:
            raise ValueError(
                "with three_phases the descent is as long as the ascent, so up is at "
                f"most half; got {self.up}"
            )

    def _ends(self) -> tuple[float, float]:
        """The steps at which it is at the top, and at the end."""
        return max(self.up * self.steps - 1, 0.0), self.steps - 1.0

    def __call__(self, step: int) -> float:
        if step >= self.steps:
            raise ValueError(
                f"this one_cycle has {self.steps} steps; step {step} (counted from 0) "
                "lies beyond. Give it the number of all steps"
            )
        low = self.top / self.div
        final = low / self.final_div
        first, last = self._ends()
        phases = [(first, low, self.top), (last, self.top, final)]
        if self.three_phases:
            phases[1:] = [(2 * first, self.top, low), (last, low, final)]
        begin = 0.0
        while step > phases[0][0]:
            begin = phases.pop(0)[0]
        end, one, other = phases[0]
        part = (step - begin) / (end - begin) if end > begin else 1.0  # of no length
        if self.shape == "linear":
            return one + (other - one) * part
        return _wave(one, other, part)


@dataclass(frozen=True)
class cyclic:
    """Between ``low`` and ``top`` in straight lines: CyclicLR.

    Up in ``up`` steps and down in ``down``, as many if not given. The height is halved
    with each cycle ("triangular2") or falls as gamma^step ("exp_range"). Smith (2015),
    arXiv:1506.01186.

    >>> [cyclic(0.0, 8.0, up=2)(t) for t in range(5)]
    [0.0, 4.0, 8.0, 4.0, 0.0]
    """

    low: float
    top: float
    up: int = 2000
    down: int | None = None
    mode: str = "triangular"
    gamma: float = 1.0

    def __post_init__(self) -> None:
        one_of("mode", self.mode, "triangular", "triangular2", "exp_range")
        _at_least_one("up", self.up)
        if self.down is not None:
            _at_least_one("down", self.down)

    def __call__(self, step: int) -> float:
        down = self.up if self.down is None else self.down
        cycle, inside = divmod(step, self.up + down)
        height = (
            inside / self.up if inside <= self.up else (self.up + down - inside) / down
        )
        if self.mode == "triangular2":
            height /= 2**cycle
        elif self.mode == "exp_range":
            height *= self.gamma**step
        return self.low + (self.top - self.low) * height


@dataclass(frozen=True)
class sequential:
    """One schedule after another, each beginning at its milestone: SequentialLR.

    >>> both = sequential([linear(0.0, 8.0, steps=2), exponential(8.0, 0.5)], [2])
    >>> [both(t) for t in range(5)]
    [0.0, 4.0, 8.0, 4.0, 2.0]
    """

    schedules: Sequence[Schedule]
    milestones: Sequence[int]

    def __post_init__(self) -> None:
        if len(self.schedules) != len(self.milestones) + 1:
            raise ValueError(
                f"{len(self.schedules)} schedules have {len(self.schedules) - 1} "
                f"milestones between them; got {len(self.milestones)}"
            )
        if list(self.milestones) != sorted(self.milestones):
            raise ValueError(f"the milestones must rise; got {self.milestones}")

    def __call__(self, step: int) -> float:
        i = bisect_right(self.milestones, step)
        return self.schedules[i](step - (self.milestones[i - 1] if i else 0))


@dataclass(frozen=True)
class chained:
    """Schedules as factors of ``start``, multiplied: ChainedScheduler.

    >>> [chained(8.0, exponential(1.0, 0.5), step(1.0, 2))(t) for t in range(3)]
    [8.0, 4.0, 0.2]
    """

    start: float
    factors: tuple[Schedule, ...]

    def __init__(self, start: float, *factors: Schedule) -> None:
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "factors", factors)

    def __call__(self, step: int) -> float:
        number = self.start
        for factor in self.factors:
            number = number * factor(step)
        return number


def _wave(start: float, end: float, part: float) -> float:
    return end + (start - end) * (1 + cos(pi * part)) / 2


def _at_least_one(name: str, value: int) -> None:
    if not value >= 1:
        raise ValueError(f"{name} must be at least 1; got {value}")
