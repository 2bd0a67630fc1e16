"""PyTorch's schedulers: schedules that set the ``lr`` of each group when told to step.

``scheduler.step()``, once an epoch or once a batch, goes on to the next number. Where
several schedule one optimizer, or someone else has changed the rate, they change it in
proportion. Without them: ``optimizer.lr = schedules.cosine(0.1, steps=1000)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from autograd.core.context import recording

from ..elsewhere import with_options
from . import schedules
from .optimizer import Optimizer
from .schedules import Schedule
from .traced import refused

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]


Maker = Callable[[float], Schedule]  # from the first rate of a group


class Rates:
    """What all schedulers share: an optimizer, whose rates they set."""

    optimizer: Optimizer

    def get_last_lr(self) -> list[float]:
        """The rates as they are, by group."""
        return [group["lr"] for group in _groups(self.optimizer)]

    def _of(self, state: Mapping[str, Any], *names: str) -> list[Any]:
        """What a state has under these names, or a ValueError."""
        if not set(names) <= set(state):
            raise ValueError(
                f"the state of a {type(self).__name__} has {' and '.join(names)}; got "
                f"{', '.join(map(str, state)) or 'nothing'}"
            )
        return [state[name] for name in names]


class LRScheduler(Rates):
    """Sets ``lr`` to what a schedule says, made from the first rate of each group.

    ``last_epoch`` is the step after which it goes on: -1 begins; of others the first
    rates are the groups' ``initial_lr``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = LRScheduler(optimizer, lambda lr: lambda step: lr / (1 + step))
    >>> scheduler.step()
    >>> optimizer.lr, scheduler.get_last_lr()
    (4.0, [4.0])
    """

    absolute = False  # whether it sets the rate whatever others have made of it
    lowest = 0.0  # to which rates fall, in proportion

    def __init__(
        self, optimizer: Optimizer, make: Maker | list[Maker], last_epoch: int = -1
    ) -> None:
        self.optimizer = optimizer
        self._makers = _each(optimizer, make, "schedules")
        for group in _groups(optimizer):
            if callable(group["lr"]):
                raise ValueError(
                    f"lr is a schedule already, {group['lr']!r}: give the optimizer a "
                    "number, which the scheduler then changes"
                )
            if last_epoch != -1 and "initial_lr" not in group:
                raise ValueError(
                    f"last_epoch={last_epoch} goes on from there, which needs the "
                    "first rate as 'initial_lr' in each group. Write it there, or "
                    "load_state_dict() of the scheduler"
                )
        self.base_lrs = [
            g.setdefault("initial_lr", g["lr"]) for g in _groups(optimizer)
        ]
        self.schedules = self._made()
        self.last_epoch = last_epoch
        if last_epoch == -1:
            self.last_epoch = 0
            self._set(self.base_lrs)
        else:
            self.step()

    @property
    def kind(self) -> str:
        """Whose state this is: one of another kind is refused.

        >>> from autograd import Value
        >>> from nn.optim import SGD
        >>> StepLR(SGD([Value(1.0)], lr=8.0), step_size=2).kind
        'StepLR'
        """
        return type(self).__name__

    def _made(self) -> list[Schedule]:
        return [make(base) for make, base in zip(self._makers, self.base_lrs)]

    def step(self) -> None:
        """Go on to the next number."""
        before = [schedule(self.last_epoch) for schedule in self.schedules]
        self.last_epoch += 1
        self._set(before)

    def _set(self, before: Sequence[float]) -> None:
        """The rates that the schedules now say; ``before`` is what they said before."""
        now = [schedule(self.last_epoch) for schedule in self.schedules]
        for group, old, new in zip(_groups(self.optimizer), before, now):
            if not self.absolute and group["lr"] != old:
                new = self._changed(group["lr"], old, new)
            group["lr"] = new

    def _changed(self, rate: float, old: float, new: float) -> float:
        """What becomes of a rate that others have changed, as PyTorch's recursions.

        What is above ``lowest`` changes in proportion; from there on, by as much.
        """
        low = self.lowest
        if old in (new, low):
            return rate + (new - old)
        return low + (rate - low) * ((new - low) / (old - low))

    def state_dict(self) -> dict[str, Any]:
        """Where it is; the rates themselves are in the optimizer's state."""
        return {
            "kind": self.kind,
            "last_epoch": self.last_epoch,
            "base_lrs": list(self.base_lrs),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there.

        Raises:
            ValueError: the state is of another kind of scheduler; nothing changed.
        """
        names = ("kind", "last_epoch", "base_lrs")
        kind, last_epoch, rates = self._of(state_dict, *names)
        if kind != self.kind:
            raise ValueError(f"this is a {self.kind}; the state is of a {kind}")
        self.base_lrs = _each(self.base_lrs, list(rates), "base_lrs")
        self.last_epoch = last_epoch
        self.schedules = self._made()


class LambdaLR(LRScheduler):
    """The first rate times a function of the step, or one function for each group.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = LambdaLR(optimizer, lambda step: 1 / (1 + step))
    >>> scheduler.step()
    >>> optimizer.lr
    4.0
    """

    absolute = True

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Any,
        last_epoch: int = -1,
    ) -> None:
        factors = _each(optimizer, lr_lambda, "lr_lambda")
        super().__init__(
            optimizer, [partial(_scaled, factor) for factor in factors], last_epoch
        )


class MultiplicativeLR(LRScheduler):
    """Each rate times a function of the step is the next.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = MultiplicativeLR(optimizer, lambda step: 1 / step)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 8.0, 4.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Any,
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = _each(optimizer, lr_lambda, "lr_lambda")
        super().__init__(
            optimizer, lambda base: schedules.exponential(base, 1.0), last_epoch
        )

    def step(self) -> None:
        self.last_epoch += 1
        for group, factor in zip(_groups(self.optimizer), self.lr_lambdas):
            group["lr"] *= factor(self.last_epoch)


class StepLR(LRScheduler):
    """``gamma`` times less after every ``step_size`` steps: ``schedules.step``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> rates = [optimizer.lr]
    >>> for _ in range(3):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 8.0, 4.0, 4.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        step_size: int,
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer, lambda lr: schedules.step(lr, step_size, gamma), last_epoch
        )


class MultiStepLR(LRScheduler):
    """``gamma`` times less at each milestone: ``schedules.multistep``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
    >>> rates = [optimizer.lr]
    >>> for _ in range(3):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 4.0, 4.0, 2.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        at = sorted(milestones)
        super().__init__(
            optimizer, lambda lr: schedules.multistep(lr, at, gamma), last_epoch
        )


class ConstantLR(LRScheduler):
    """``factor`` of the rate for ``total_iters`` steps: ``schedules.constant``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = ConstantLR(optimizer, factor=0.25, total_iters=2)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [2.0, 2.0, 8.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer,
            lambda lr: schedules.constant(lr, factor, total_iters),
            last_epoch,
        )


class LinearLR(LRScheduler):
    """From one factor of the rate to another: ``schedules.linear``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = LinearLR(optimizer, start_factor=0.25, total_iters=2)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [2.0, 5.0, 8.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        def make(lr: float) -> Schedule:
            return schedules.linear(lr * start_factor, lr * end_factor, total_iters)

        super().__init__(optimizer, make, last_epoch)


class ExponentialLR(LRScheduler):
    """``gamma`` times less at each step: ``schedules.exponential``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = ExponentialLR(optimizer, gamma=0.5)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 4.0, 2.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        gamma: float,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer, lambda lr: schedules.exponential(lr, gamma), last_epoch
        )


class PolynomialLR(LRScheduler):
    """Down to 0 as a power: ``schedules.polynomial``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = PolynomialLR(optimizer, total_iters=2, power=2.0)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 2.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer,
            lambda lr: schedules.polynomial(lr, total_iters, power),
            last_epoch,
        )


class CosineAnnealingLR(LRScheduler):
    """Half a wave from the rate to ``eta_min``: ``schedules.cosine``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = CosineAnnealingLR(optimizer, T_max=2)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 4.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_max: int,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.lowest = eta_min
        super().__init__(
            optimizer, lambda lr: schedules.cosine(lr, T_max, eta_min), last_epoch
        )


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a wave again and again: ``schedules.restarts``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> rates = [optimizer.lr]
    >>> for _ in range(2):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [8.0, 4.0, 8.0]
    """

    absolute = True

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        super().__init__(
            optimizer,
            lambda lr: schedules.restarts(lr, T_0, T_mult, eta_min),
            last_epoch,
        )


class CyclicLR(LRScheduler):
    """Between two rates in straight lines: ``schedules.cyclic``.

    With ``cycle_momentum`` the momentum, or the first of betas, goes the other way.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = CyclicLR(
    ...     optimizer, base_lr=1.0, max_lr=3.0, step_size_up=2, cycle_momentum=False
    ... )
    >>> rates = [optimizer.lr]
    >>> for _ in range(3):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> rates
    [1.0, 2.0, 3.0, 2.0]
    """

    absolute = True

    @with_options
    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float,
        max_lr: float,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
        last_epoch: int = -1,
    ) -> None:
        shape = (step_size_up, step_size_down, mode, gamma)
        self.momentum = None
        if cycle_momentum:
            self.momentum = schedules.cyclic(max_momentum, base_momentum, *shape)
        super().__init__(
            optimizer, lambda lr: schedules.cyclic(base_lr, max_lr, *shape), last_epoch
        )

    def _set(self, before: Sequence[float]) -> None:
        _set_momentum(self.optimizer, self.momentum, self.last_epoch)
        super()._set(before)


class OneCycleLR(LRScheduler):
    """Up, and down to almost nothing: ``schedules.one_cycle``.

    Told to step after each of ``total_steps`` steps, it keeps the last number after the
    last; once more is an error. With ``cycle_momentum`` the momentum, or the first of
    betas, goes the other way.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = OneCycleLR(
    ...     optimizer, 10.0, total_steps=5, pct_start=0.4, cycle_momentum=False
    ... )
    >>> rates = [optimizer.lr]
    >>> for _ in range(1):
    ...     scheduler.step()
    ...     rates.append(optimizer.lr)
    >>> [round(rate, 6) for rate in rates]
    [0.4, 10.0]
    """

    absolute = True

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("give total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        steps, shape = total_steps, (three_phase, anneal_strategy)
        self.momentum = None
        if cycle_momentum:
            div = base_momentum / max_momentum
            self.momentum = _kept_at_the_end(
                schedules.one_cycle(base_momentum, steps, pct_start, div, 1.0, *shape)
            )
        factors = (div_factor, final_div_factor)

        def made(top: float) -> Schedule:
            cycle = schedules.one_cycle(top, steps, pct_start, *factors, *shape)
            return _kept_at_the_end(cycle)

        tops = _each(optimizer, max_lr, "max_lr")
        super().__init__(
            optimizer, [partial(_always, made(top)) for top in tops], last_epoch
        )

    def _set(self, before: Sequence[float]) -> None:
        super()._set(before)
        _set_momentum(self.optimizer, self.momentum, self.last_epoch)


class SequentialLR(LRScheduler):
    """One scheduler after another, each beginning at its milestone.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> warmup = LinearLR(optimizer, start_factor=0.25, total_iters=2)
    >>> scheduler = SequentialLR(optimizer, [warmup, StepLR(optimizer, 1)], [2])
    >>> for _ in range(4):
    ...     print(round(optimizer.lr, 6))
    ...     scheduler.step()
    2.0
    5.0
    8.0
    0.8
    """

    absolute = True

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        _check_same(optimizer, schedulers)
        self._schedulers, self._milestones = schedulers, list(milestones)
        super().__init__(optimizer, schedules.constant, last_epoch)

    @property
    def kind(self) -> str:
        """That of each, in order."""
        each = ", ".join(scheduler.kind for scheduler in self._schedulers)
        return f"{type(self).__name__} of {each}"

    def _made(self) -> list[Schedule]:
        rows = []
        for scheduler in self._schedulers:
            scheduler.base_lrs = self.base_lrs
            rows.append(scheduler._made())
        return [schedules.sequential(row, self._milestones) for row in zip(*rows)]


class ChainedScheduler(Rates):
    """Several at once: each changes the rate in proportion.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> both = [ExponentialLR(optimizer, 0.5), StepLR(optimizer, 2, gamma=0.5)]
    >>> scheduler = ChainedScheduler(both)
    >>> scheduler.step()
    >>> scheduler.step()
    >>> optimizer.lr
    1.0
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        if not schedulers:
            raise ValueError("ChainedScheduler got no schedulers")
        self.optimizer = optimizer or schedulers[0].optimizer
        _check_same(self.optimizer, schedulers)
        self.schedulers = list(schedulers)

    def step(self) -> None:
        """Let each go on."""
        for scheduler in self.schedulers:
            scheduler.step()

    def state_dict(self) -> dict[str, Any]:
        """Where each of them is."""
        return {"schedulers": [s.state_dict() for s in self.schedulers]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there."""
        (states,) = self._of(state_dict, "schedulers")
        states = _each(self.schedulers, list(states), "states")
        _load_all(self.schedulers, states)


class ReduceLROnPlateau(Rates):
    """``factor`` times less when a metric stops to improve: ``schedules.plateau``.

    >>> from autograd import Value
    >>> from nn.optim import SGD
    >>> optimizer = SGD([Value(1.0)], lr=8.0)
    >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    >>> for loss in (2.0, 2.0):
    ...     scheduler.step(loss)
    >>> optimizer.lr
    4.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.optimizer = optimizer
        shape = (mode, factor, patience, threshold, threshold_mode, cooldown)
        self.plateaus = [
            schedules.plateau(group["lr"], *shape, lowest, eps)
            for group, lowest in zip(
                _groups(optimizer), _each(optimizer, min_lr, "min_lr")
            )
        ]

    def step(self, metrics: Any) -> None:
        """Take note of the metric, and lower the rates if it is time."""
        for group, plateau in zip(_groups(self.optimizer), self.plateaus):
            plateau.state["number"] = group["lr"]
            plateau.observe(metrics.item() if hasattr(metrics, "item") else metrics)
            group["lr"] = plateau.state["number"]

    def state_dict(self) -> dict[str, Any]:
        """What it has seen."""
        return {"plateaus": [plateau.state_dict() for plateau in self.plateaus]}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there."""
        (states,) = self._of(state_dict, "plateaus")
        _load_all(self.plateaus, _each(self.plateaus, list(states), "states"))


def _groups(optimizer: Any) -> list[dict[str, Any]]:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"a scheduler needs an optimizer; got {type(optimizer).__name__}"
        )
    if recording.get().tracing is not None:
        raise refused("a scheduler", "computes in Python, and once for all")
    return optimizer.param_groups


def _each(whose: Optimizer | list[Any], x: Any, name: str) -> list[Any]:
    """One for each group of an optimizer, or each member of a list."""
    count = len(whose if isinstance(whose, list) else _groups(whose))
    if not isinstance(x, (list, tuple)):
        return [x] * count
    if len(x) != count:
        raise ValueError(f"expected {count} {name}, one for each; got {len(x)}")
    return list(x)


def _load_all(parts: Sequence[Any], states: Sequence[Any]) -> None:
    """Let each go on from its state; after an error all are as before."""
    before = [part.state_dict() for part in parts]
    try:
        for part, state in zip(parts, states):
            part.load_state_dict(state)
    except BaseException:
        for part, state in zip(parts, before):
            part.load_state_dict(state)
        raise


def _scaled(factor: Schedule, base: float) -> Schedule:
    return lambda step: base * factor(step)


def _kept_at_the_end(cycle: schedules.one_cycle) -> Schedule:
    """The last number is that after the last step, too, which no step will take."""
    return lambda step: cycle(step - (step == cycle.steps))


def _always(schedule: Schedule, _: float) -> Schedule:
    """One that does not depend on the first rate."""
    return schedule


def _set_momentum(optimizer: Optimizer, schedule: Any, epoch: int) -> None:
    """Let the momentum, or the first of betas, be what a schedule says; None: as is."""
    if schedule is None:
        return
    for group in optimizer.param_groups:
        if "betas" in group:
            group["betas"] = (schedule(epoch), *group["betas"][1:])
        elif "momentum" in group:
            group["momentum"] = schedule(epoch)
        else:
            raise ValueError(
                f"{type(optimizer).__name__} has no momentum and no betas to cycle: "
                "cycle_momentum=False"
            )


def _check_same(optimizer: Optimizer, schedulers: Sequence[LRScheduler]) -> None:
    for scheduler in schedulers:
        if scheduler.optimizer is not optimizer:
            raise ValueError("all schedulers must be those of one optimizer")
