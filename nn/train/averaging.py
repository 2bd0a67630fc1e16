"""Moving averages of weights: of all steps (SWA), or mostly of the last (EMA)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from autograd import Value

from ..module import Module
from ..parameter import Buffer

Average = Callable[[Any, Any, int], Any]


class AveragedModel(Module):
    """A copy of a model whose parameters are the averages of the model's so far.

    ``update_parameters(model)`` after each step, or epoch, takes them in:
    ``avg_fn(average, parameter, count)`` is the new average, at first the parameter
    itself. The mean of all is the default, as in Izmailov et al., "Averaging weights
    leads to wider optima" (2018), arXiv:1803.05407; ``nn.train.ema(0.999)`` forgets.
    Buffers are copied from the model, or with ``use_buffers`` averaged, too. Models of
    Tensors and of Values alike.

    >>> import nn
    >>> model = nn.Linear(1, 1)
    >>> averaged = AveragedModel(model)
    >>> for number in (1.0, 2.0, 6.0):
    ...     model.weight.data[...] = number
    ...     averaged.update_parameters(model)
    >>> averaged.module.weight.item()
    3.0
    """

    def __init__(
        self, model: Module, avg_fn: Average | None = None, use_buffers: bool = False
    ) -> None:
        if not isinstance(model, Module):
            raise TypeError(
                f"AveragedModel averages a module; got {type(model).__name__}"
            )
        self.module = deepcopy(model)
        self.n_averaged = Buffer(0)
        self.avg_fn = _mean if avg_fn is None else avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the averaged model computes."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the parameters of the model, as they now are, into the averages.

        Raises:
            ValueError: it has other parameters, by number or shape; nothing changed.
        """
        count = int(self.n_averaged.data)
        new = []
        for ours, theirs, averaged in [
            (self.module.parameters(), model.parameters(), count > 0),
            (self.module.buffers(), model.buffers(), count > 0 and self.use_buffers),
        ]:
            shapes = [[np.shape(x.data) for x in each] for each in (ours, theirs)]
            if shapes[0] != shapes[1]:
                raise ValueError(
                    f"the averages are of shapes {shapes[0]}; the model now has "
                    f"{shapes[1]}"
                )
            for own, other in zip(ours, theirs):
                data = other.data
                if averaged and np.asarray(data).dtype.kind in "fc":
                    data = self.avg_fn(own.data, data, count)
                new.append((own, data))
        for own, data in new:
            own.data = (
                float(data) if isinstance(own, Value) else np.array(data, own.dtype)
            )
        self.n_averaged.data = np.asarray(count + 1)


def ema(decay: float = 0.999) -> Average:
    """An exponential moving average: decay·average + (1 - decay)·parameter.

    >>> ema(0.75)(4.0, 8.0, count=1)
    5.0
    """
    if not 0 <= decay <= 1:
        raise ValueError(f"decay must lie between 0 and 1; got {decay}")

    def average(average: Any, parameter: Any, count: int) -> Any:
        return average + (1 - decay) * (parameter - average)

    return average


def _mean(average: Any, parameter: Any, count: int) -> Any:
    """The mean of count + 1, of which ``average`` is the mean of the first."""
    return average + (parameter - average) / (count + 1)
