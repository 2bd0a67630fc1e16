"""What ``nn.fit`` is given, looked at before anything begins."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import Any

import numpy as np

from ..module import Module
from ..optim import Optimizer
from ..optim.lr_scheduler import ReduceLROnPlateau
from ..optim.plateau import plateau
from .evaluation import named_metrics
from .together import several, shared_out
from .training import Training


def check(run: Training, metrics: Any = (), **counts: Any) -> None:
    """Raise if a training cannot go as it was asked for.

    ``counts`` are whole numbers, from 1; None where there is none.

    >>> import nn
    >>> model = nn.Linear(1, 1)
    >>> other = nn.optim.SGD(nn.Linear(1, 1).parameters())
    >>> check(Training(model, other, [], nn.MSELoss()))
    Traceback (most recent call last):
        ...
    ValueError: the optimizer updates no parameter of this Linear: make it ...
    """
    if not isinstance(run.model, Module):
        raise TypeError(f"fit trains a Module; got {type(run.model).__name__}")
    if not isinstance(run.optimizer, Optimizer):
        raise TypeError(
            "fit needs an optimizer that is made, such as nn.optim.Adam("
            f"model.parameters()); got {type(run.optimizer).__name__}"
        )
    if not callable(run.criterion) or isinstance(run.criterion, type):
        raise TypeError(
            "fit needs as loss a function of (output, target), such as "
            f"nn.CrossEntropyLoss(); got {_kind(run.criterion)}"
        )
    if set(run.optimizer.parameters).isdisjoint(Module.parameters(run.model)):
        raise ValueError(
            f"the optimizer updates no parameter of this {type(run.model).__name__}: "
            "make it with model.parameters(), and after the model"
        )
    if shared_out(run.loader) and not several(run.model):
        raise ValueError(
            "each process has its part of the data, and would train a model of its "
            "own: make it nn.parallel.DistributedDataParallel(model)"
        )
    for name, count in counts.items():
        if count is None:
            continue
        if not isinstance(count, (int, np.integer)) or isinstance(count, bool):
            raise TypeError(f"{name} must be a whole number; got {count!r}")
        if count < 1:
            raise ValueError(f"{name} must be at least 1; got {count}")
    if run.programs is not None:
        run.programs.check()
    numbers = (int, float, np.integer, np.floating)
    if isinstance(run.clip, bool) or not isinstance(run.clip, (*numbers, NoneType)):
        raise TypeError(f"clip must be a number, the largest norm; got {run.clip!r}")
    if run.clip is not None and not run.clip > 0:
        raise ValueError(f"clip must be above 0; got {run.clip}")
    if not isinstance(run.restore_best, bool):
        raise TypeError(f"restore_best must be True or False; got {run.restore_best!r}")
    _check_columns(run, metrics)
    _check_schedule(run)
    _check_checkpoint(run, counts.get("every"))


def check_callbacks(**callbacks: Any) -> None:
    """Raise if these are no lists of functions.

    >>> check_callbacks(callbacks=print)
    Traceback (most recent call last):
        ...
    TypeError: callbacks are a list of functions of the training; got ...
    """
    for name, given in callbacks.items():
        if not isinstance(given, (list, tuple)) or not all(map(callable, given)):
            raise TypeError(
                f"{name} are a list of functions of the training; got {given!r}"
            )


def _kind(x: Any) -> str:
    return f"the class {x.__name__}" if isinstance(x, type) else type(x).__name__


def _check_columns(run: Training, metrics: Any) -> None:
    names = list(named_metrics(metrics))
    if names and run.validation is None:
        raise ValueError(
            f"metrics ({', '.join(names)}) are of validation data: give validation="
        )
    known = ["loss"]
    if run.validation is not None:
        known += [f"val_{name}" for name in ("loss", *names)]
    if run.watch not in known:
        raise ValueError(f"watch must be one of {', '.join(known)}; got {run.watch!r}")


def _check_schedule(run: Training) -> None:
    schedule = run.schedule
    if run.schedule_every not in ("epoch", "step"):
        raise ValueError(
            f"schedule_every must be 'epoch' or 'step'; got {run.schedule_every!r}"
        )
    for group in run.optimizer.param_groups:
        _check_plateau(run, group.get("lr"))
    if schedule is None and run.schedule_every == "step":
        raise ValueError("schedule_every='step' is about a schedule: give schedule=")
    if schedule is None:
        return
    if isinstance(schedule, (Mapping, type)) or not (
        callable(schedule) or hasattr(schedule, "step")
    ):
        raise TypeError(
            "a schedule is a function of the step, such as nn.optim.schedules.cosine("
            "0.1, steps=1000), or one of nn.optim.lr_scheduler, made; got "
            f"{_kind(schedule)}"
        )
    if getattr(schedule, "optimizer", run.optimizer) is not run.optimizer:
        raise ValueError("the schedule is that of another optimizer")
    for each in getattr(schedule, "plateaus", [schedule]):
        _check_plateau(run, each)
    if isinstance(schedule, ReduceLROnPlateau) and run.schedule_every == "step":
        raise ValueError("ReduceLROnPlateau waits for epochs: schedule_every='epoch'")


def _check_plateau(run: Training, schedule: Any) -> None:
    """Raise if a schedule waits for less of what is to grow, or the other way."""
    mode = schedule.mode if isinstance(schedule, plateau) else run.mode
    if mode != run.mode:
        raise ValueError(
            f"the rate falls where {run.watch} is no longer better, which is by mode="
            f"{run.mode!r}; this schedule has mode={mode!r}"
        )


def _check_checkpoint(run: Training, every: int | None) -> None:
    if not isinstance(run.checkpoint, (str, PathLike, NoneType)):
        raise TypeError(f"checkpoint is the path of a file; got {run.checkpoint!r}")
    if run.checkpoint is None and (every is not None or run.resumes):
        raise ValueError("every and resume are about a checkpoint: give checkpoint=")
    if run.checkpoint is not None and not Path(run.checkpoint).parent.is_dir():
        raise ValueError(f"there is no folder for the checkpoint {run.checkpoint}")
    if run.checkpoint is not None and Path(run.checkpoint).is_dir():
        raise ValueError(
            f"{run.checkpoint} is a folder; name the file, as in "
            f"{Path(run.checkpoint, 'run.safetensors')}"
        )
    if every is not None and not hasattr(run.loader, "state_dict"):
        raise ValueError(
            f"a checkpoint within an epoch needs data that know their place, as a "
            f"DataLoader's state_dict() tells; {type(run.loader).__name__} has none"
        )
