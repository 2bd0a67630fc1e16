"""What an error in a training undoes: running means, and weights of a first epoch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from ..module import Module
from .training import Training


@contextmanager
def buffers_kept(run: Training) -> Iterator[None]:
    """After an error in this block the buffers are what they were.

    A forward pass moves running means on, also where what follows it fails; and where
    that gave NaN they would be NaN for good.
    """
    found = [(place, name, place.get(name)) for place, name in run.buffers]
    before = [(place, name, x, x.data) for place, name, x in found if x is not None]
    try:
        yield
    except BaseException:  # Ctrl-C, too
        for place, name, x, data in before:
            place[name] = x
            x.data = data
        raise


@contextmanager
def undone_at_first(run: Training) -> Iterator[None]:
    """An error in this block, before an epoch is complete, changes no weights.

    What is wrong with data is found out when they are used; all are, in an epoch. The
    error is told where it was raised.
    """
    optimizer, schedule = run.optimizer, run.schedule
    weights = [(module, Module.state_dict(module)) for module in run.modules()]
    state = optimizer.state_dict()
    groups = [dict(group) for group in optimizer.param_groups]
    planned = deepcopy(schedule.state_dict()) if hasattr(schedule, "state_dict") else 0
    try:
        yield
    except Exception as error:
        optimizer.zero_grad()
        if run.history.epochs:
            error.add_note(f"the model is as it was after step {run.step}")
        else:
            for module, before in weights:
                Module.load_state_dict(module, before)
            for group, settings in zip(optimizer.param_groups, groups):
                group.update(settings)
            optimizer.load_state_dict(state)
            if planned:
                schedule.load_state_dict(planned)
            error.add_note("the model and the optimizer are as they were before")
        raise
