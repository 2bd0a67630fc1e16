"""What schedulers share: an optimizer, whose rates they set, a step after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from autograd.core.context import recording

from ..optimizer import Optimizer
from ..schedules import Schedule
from ..traced import refused

Maker = Callable[[float], Schedule]  # from the first rate of a group


class Rates:
    """What all schedulers share: an optimizer, whose rates they set."""

    optimizer: Optimizer

    def get_last_lr(self) -> list[float]:
        """The rates as they are, by group."""
        return [group["lr"] for group in groups_of(self.optimizer)]

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
        self._makers = for_each(optimizer, make, "schedules")
        _check_epoch(last_epoch, -1)
        for group in groups_of(optimizer):
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
        self.base_lrs = [g.get("initial_lr", g["lr"]) for g in groups_of(optimizer)]
        self.schedules = self._made()
        self.last_epoch = last_epoch
        if last_epoch == -1:
            self._go_to(0, self.base_lrs)
        else:
            self.step()
        for group, rate in zip(groups_of(optimizer), self.base_lrs):
            group["initial_lr"] = rate

    @property
    def kind(self) -> str:
        """Whose state this is: one of another kind is refused.

        >>> from autograd import Value
        >>> from nn.optim import SGD
        >>> from nn.optim.lr_scheduler import StepLR
        >>> StepLR(SGD([Value(1.0)], lr=8.0), step_size=2).kind
        'StepLR'
        """
        return type(self).__name__

    def _made(self) -> list[Schedule]:
        return [make(base) for make, base in zip(self._makers, self.base_lrs)]

    def step(self) -> None:
        """Go on to the next number."""
        before = [schedule(self.last_epoch) for schedule in self.schedules]
        self._go_to(self.last_epoch + 1, before)

    def _go_to(self, epoch: int, before: Sequence[float]) -> None:
        """Set what is said there; ``before`` are the rates that were said before."""
        settings = self._settings(epoch, before)  # all of them, before one is changed
        for group, own in zip(groups_of(self.optimizer), settings):
            group.update(own)
        self.last_epoch = epoch

    def _settings(self, epoch: int, before: Sequence[float]) -> list[dict[str, Any]]:
        """What the settings of each group become."""
        now = [schedule(epoch) for schedule in self.schedules]
        groups = groups_of(self.optimizer)
        if not self.absolute:
            rates = [group["lr"] for group in groups]
            now = list(map(self._changed, rates, before, now))
        return [{"lr": rate} for rate in now]

    def _changed(self, rate: float, old: float, new: float) -> float:
        """What becomes of a rate; if others have changed it, as PyTorch's recursions.

        What is above ``lowest`` changes in proportion; from there on, by as much.
        """
        low = self.lowest
        if rate == old:
            return new
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
            ValueError: the state is of another kind of scheduler, or none; nothing
                changed.
        """
        names = ("kind", "last_epoch", "base_lrs")
        kind, last_epoch, rates = self._of(state_dict, *names)
        if kind != self.kind:
            raise ValueError(f"this is a {self.kind}; the state is of a {kind}")
        _check_epoch(last_epoch, 0)
        rates = for_each(self.base_lrs, list(rates), "base_lrs")
        if not all(isinstance(rate, Real) for rate in rates):
            raise ValueError(f"base_lrs are numbers; got {rates}")
        self.base_lrs, self.last_epoch = rates, last_epoch
        self.schedules = self._made()


def _check_epoch(epoch: Any, least: int) -> None:
    whole = isinstance(epoch, Integral) and not isinstance(epoch, bool)
    if not whole or epoch < least:
        raise ValueError(
            "last_epoch is a number of steps, or -1 where a scheduler begins; got "
            f"{epoch!r}"
        )


def groups_of(optimizer: Any) -> list[dict[str, Any]]:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"a scheduler needs an optimizer; got {type(optimizer).__name__}"
        )
    if recording.get().tracing is not None:
        raise refused("a scheduler", "computes in Python, and once for all")
    return optimizer.param_groups


def for_each(whose: Optimizer | list[Any], x: Any, name: str) -> list[Any]:
    """One for each group of an optimizer, or each member of a list."""
    count = len(whose if isinstance(whose, list) else groups_of(whose))
    if not isinstance(x, (list, tuple)):
        return [x] * count
    if len(x) != count:
        raise ValueError(f"expected {count} {name}, one for each; got {len(x)}")
    return list(x)


def load_all(parts: Sequence[Any], states: Sequence[Any]) -> None:
    """Let each go on from its state; after an error all are as before."""
    before = [part.state_dict() for part in parts]
    try:
        for part, state in zip(parts, states):
            part.load_state_dict(state)
    except BaseException:
        for part, state in zip(parts, before):
            part.load_state_dict(state)
        raise
