"""The learning-rate finder: how the loss goes while the rate rises, on a copy."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from math import inf
from typing import Any

import numpy as np

from ..module import Module
from ..optim import Optimizer
from ..random import generator_of
from .checks import check
from .evaluation import batches_of
from .gradient import gradient_of
from .history import new_figure
from .training import Training


class Rates:
    """Learning rates, and the loss at each: what ``lr_finder`` saw.

    Attributes:
        rates: in a geometric row.
        losses: of the step before each rate was taken.
        suggestion: the rate where the smoothed loss falls most steeply.

    >>> Rates([0.1, 1.0, 10.0], [2.0, 1.0, 5.0])
    Rates(3 rates from 0.1 to 10, suggestion 0.1)
    """

    def __init__(self, rates: list[float], losses: list[float]) -> None:
        self.rates, self.losses = np.array(rates), np.array(losses)

    @property
    def suggestion(self) -> float:
        """The rate at the steepest fall of the loss before its lowest point.

        The first tenth is left out: what the loss does at the lowest rates is chance.
        """
        smooth, first = smoothed(self.losses), len(self.losses) // 10
        last = max(first, int(smooth.argmin()))
        falling = np.gradient(smooth)[first : last + 1]
        return float(self.rates[first + falling.argmin()])

    def __repr__(self) -> str:
        return (
            f"Rates({len(self.rates)} rates from {self.rates[0]:.3g} to "
            f"{self.rates[-1]:.3g}, suggestion {self.suggestion:.3g})"
        )

    def plot(self) -> Any:
        """The losses over the rates, as a matplotlib figure.

        >>> Rates([0.1, 1.0, 10.0], [2.0, 1.0, 5.0]).plot().axes[0].get_xscale()
        'log'
        """
        figure = new_figure(1)
        (axes,) = figure.axes
        axes.plot(self.rates, self.losses, color="0.75", label="loss")
        axes.plot(self.rates, smoothed(self.losses), label="smoothed")
        label = f"suggestion {self.suggestion:.2g}"
        axes.axvline(self.suggestion, color="C1", label=label)
        axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
        axes.legend(frameon=False)
        return figure


def lr_finder(
    model: Module,
    data: Any,
    *,
    loss: Callable[..., Any],
    optimizer: Optimizer,
    lowest: float = 1e-6,
    highest: float = 10.0,
    steps: int = 100,
    batch_size: int | None = None,
    inputs: int = 1,
) -> Rates:
    """Train a copy while the learning rate rises, until the loss does, too.

    Arguments are those of ``nn.fit``; the rate goes from ``lowest`` to ``highest`` in
    ``steps``. It ends before that where the averaged loss is four times its lowest, or
    a loss is not finite. The model, the optimizer, the loader and the random state of
    all are what they were before: smoothed, the loss tells a rate that makes it fall
    fastest.
    Smith, "Cyclical learning rates for training neural networks" (2017),
    arXiv:1506.01186.

    >>> import nn
    >>> x = np.linspace(-1, 1, 64, dtype=np.float32).reshape(64, 1)
    >>> model = nn.MLP(1, [8, 1], generator=0)
    >>> optimizer = nn.optim.SGD(model.parameters())
    >>> data = nn.DataLoader(x, x**2, batch_size=32, shuffle=True, generator=0)
    >>> found = lr_finder(model, data, loss=nn.MSELoss(), optimizer=optimizer)
    >>> 1e-3 < found.suggestion < 10
    True
    """
    if not all(isinstance(each, (int, float)) for each in (lowest, highest)):
        raise TypeError(f"rates are numbers; got {lowest!r} and {highest!r}")
    if not 0 < lowest < highest < inf:
        raise ValueError(
            f"0 < lowest < highest, finite, is needed; got {lowest} and {highest}"
        )
    loader = batches_of(data, batch_size, training=True)
    check(Training(model, optimizer, loader, loss, inputs=inputs), steps=steps)
    default = generator_of(None).bit_generator
    random = default.state
    rates: list[float] = []
    losses: list[float] = []
    try:
        model, optimizer, loss = deepcopy((model, optimizer, loss))
        run = Training(model, optimizer, _twin(loader), loss, inputs=inputs)
        run.begin()
        run.epoch = 1
        batches = _endless(run.loader)
        for rate in np.geomspace(lowest, highest, steps).tolist():
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = next(batches)
            try:
                now = optimizer.step(partial(gradient_of, run, [batch]))
            except FloatingPointError:
                if not losses:  # not for the rate, then
                    raise
                break
            rates.append(rate)
            losses.append(now)
            run.batch += 1
            average = averaged(losses)  # a batch alone may be hard, at any rate
            if len(losses) > steps // 10 and average[-1] > 4 * min(average):
                break
    finally:
        default.state = random
    if len(losses) < 2:
        raise ValueError(
            f"the loss at two rates or more is needed; it was finite at {len(losses)}, "
            f"from {lowest:g} on. Take more steps, or a lower lowest"
        )
    return Rates(rates, losses)


def smoothed(losses: np.ndarray) -> np.ndarray:
    """A moving average that forgets, forward and backward, which shifts nothing.

    >>> smoothed(np.array([1.0, 1.0, 1.0]))
    array([1., 1., 1.])
    """
    return np.array(averaged(averaged(losses)[::-1])[::-1])


def averaged(losses: Any, memory: float = 0.9) -> list[float]:
    """The average of each loss and those before it, of which the last count most."""
    mean, weight, row = 0.0, 0.0, []
    for loss in losses:
        mean = memory * mean + (1 - memory) * loss
        weight = memory * weight + (1 - memory)
        row.append(mean / weight)
    return row


def _twin(loader: Any) -> Any:
    """A loader in the same state, of the same data."""
    data = loader if isinstance(loader, list) else getattr(loader, "dataset", None)
    return deepcopy(loader, {id(data): data})


def _endless(loader: Any) -> Any:
    while True:
        yield from loader
