"""The gradient of one step: of a batch, or of several as if they were one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

import autograd as ag

from ..optim import clip_grad_norm_
from .counting import count_of, is_sum, nothing_counts
from .evaluation import forward, loss_of
from .origin import check_gradients, check_value, number_of
from .together import mean_of_all, processes, sum_of_all
from .training import Training
from .undoing import buffers_kept


def grouped(loader: Any, size: int) -> Iterator[list[Any]]:
    """Batches in lists of ``size``, the last of which may be shorter.

    >>> list(grouped([1, 2, 3], 2))
    [[1, 2], [3]]
    """
    batches = iter(loader)
    while group := list(islice(batches, size)):
        yield group


def gradient_of(run: Training, batches: list[Any]) -> float:
    """Leave the gradient of these batches in the parameters, and return their loss.

    That of the one large batch which they are, of all processes: of a mean each has
    its share, ∇ Σ (nᵢ / n) lossᵢ, where nᵢ of n count; a sum is added up. Only one
    batch at a time is in the network.
    """
    run.updating = False
    run.optimizer.zero_grad()
    counts = [count_of(run.criterion, batch, run.inputs) for batch in batches]
    run.count = sum_of_all(run.model, sum(counts))
    if not run.count:
        raise ValueError(nothing_counts(run.where()))
    loss = 0.0
    with buffers_kept(run):
        for number, (batch, count) in enumerate(zip(batches, counts)):
            share: float = processes(run.model)  # whose gradients are averaged
            if not is_sum(run.criterion):
                share *= count / run.count
            loss += _add_gradient(run, batch, share, run.where(number))
    if run.clip is not None and run.programs is None:
        clip_grad_norm_(run.optimizer.parameters, run.clip)
    run.updating = True
    return mean_of_all(run.model, loss)


def _add_gradient(run: Training, batch: Any, share: float, where: str) -> float:
    """Add the gradient of a batch to what there is; its graph ends here."""
    with np.errstate(all="ignore"):  # what is not finite is told in full
        try:
            if run.programs is not None and share:
                return share * run.programs.add_gradient(batch, share, where)
            output, targets = forward(run.model, batch, run.inputs)
            if share:
                value = loss_of(run.criterion, output, targets, run.loader)
            else:  # a mean of nothing; but running statistics follow it
                value = ag.sum(output) * 0
        except (IndexError, TypeError, ValueError) as error:
            error.add_note(f"in {where}")
            raise
        check_value(value, run.model, batch, where, run.loader)
        if not getattr(value, "requires_grad", False):
            raise ValueError(
                "the loss does not depend on a parameter that is trained: are all of "
                "them frozen, or is it computed from .data?"
            )
        (value if share == 1 else value * share).backward()
        check_gradients(value, run.optimizer.parameters, run.model, where)
    return share * number_of(value)
