"""A training that runs: what callbacks are given, and what a checkpoint keeps of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path
from time import perf_counter
from typing import Any

from ..module import Module
from ..optim import Optimizer
from ..optim.lr_scheduler import ReduceLROnPlateau
from ..parameter import is_buffer
from .counting import is_sum
from .history import History
from .programs import Programs
from .together import first_of_all, load, save, several

CTRL_C = "Ctrl-C"
COUNTED = ("step", "batch", "lr", "_total", "_count", "_best", "_waited")


class Training:
    """What ``nn.fit`` is doing: callbacks read it, and may ``stop()`` it.

    Attributes:
        model, optimizer, loader, validation, schedule: what was given.
        epoch: the number of the epoch that runs, or has just ended; from 1.
        step: how many steps were taken.
        loss: that of the last step.
        lr: its rate, of the first group of parameters; None where there is none.
        history: the epochs that are complete.
        stopped: why training is to end now, or "".
        asked: the same, where not all processes have heard of it yet.
        updating: whether the weights are being changed, and are not to be looked at.

    >>> import nn, numpy as np
    >>> model, x = nn.Linear(1, 1, generator=0), np.ones((8, 1), np.float32)
    >>> def enough(training):
    ...     if training.epoch == 2:
    ...         training.stop("that is enough")
    >>> optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    >>> fitted = nn.fit(
    ...     model, (x, x), loss=nn.MSELoss(), optimizer=optimizer,
    ...     epochs=9, callbacks=[enough],
    ... )
    >>> len(fitted["loss"])
    2
    """

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer,
        loader: Any,
        criterion: Any,
        *,
        validation: Any = None,
        inputs: int = 1,
        clip: float | None = None,
        schedule: Any = None,
        schedule_every: str = "epoch",
        watch: str = "loss",
        mode: str = "min",
        patience: int | None = None,
        restore_best: bool = False,
        checkpoint: str | Path | None = None,
        resumes: bool = False,
        compiled: bool = False,
    ) -> None:
        self.model, self.optimizer, self.loader = model, optimizer, loader
        self.criterion, self.inputs, self.clip = criterion, inputs, clip
        self.validation = validation
        self.schedule, self.schedule_every = schedule, schedule_every
        self.watch, self.mode, self.patience = watch, mode, patience
        self.restore_best = restore_best
        self.checkpoint, self.resumes = checkpoint, resumes
        self.programs = Programs(self) if compiled else None
        self.history = History()
        self.epoch = self.step = self.batch = 0
        self.loss = inf
        self.lr: float | None = None
        self.asked = self.stopped = ""
        self.updating = False
        self.buffers: list[tuple[dict[str, Any], str]] = []  # where they are kept
        self.count = 0.0  # how many examples, or labels, the last step's loss is of
        self._total, self._count = 0.0, 0.0  # of the epoch that runs
        self._best, self._waited = inf if mode == "min" else -inf, 0
        self._weights: dict[str, Any] = {}  # of the best epoch
        self._began = perf_counter()

    def stop(self, reason: str = "stopped by a callback") -> None:
        """End training after this step, or epoch: in all processes that train it."""
        self.asked = self.asked or reason
        if not several(self.model):
            self.stopped = self.asked

    def where(self, ahead: int = 0) -> str:
        """Which batch this is, of those of a step that runs, in words."""
        return f"batch {self.batch + ahead + 1} of epoch {self.epoch}"

    def update(self, gradient: Callable[[], float]) -> float:
        """Take a step, by the gradient that is computed first; its loss is returned."""
        if self.programs is None:
            return self.optimizer.step(gradient)
        loss = gradient()
        self.programs.update()
        return loss

    # Step by step, epoch by epoch -----------------------------------------------------

    def begin(self) -> None:
        """Make ready: training mode, the schedule, and what a checkpoint has."""
        if not self.model.training:
            Module.train(self.model)
        if callable(self.schedule) and not hasattr(self.schedule, "step"):
            self.optimizer.lr = self.schedule
        self.buffers = [
            (vars(module), name)
            for module in Module.modules(self.model)
            for name, x in vars(module).items()
            if is_buffer(x)
        ]
        if self.checkpoint is None or not self.resumes:
            return
        if Path(self.checkpoint).exists():
            load(self.checkpoint, self.model, self._parts())
            self.epoch = self.history.epochs
            self._check_patience()
            agree(self)

    def epoch_is_whole(self) -> bool:
        """Whether the loader has no batch left in this epoch, as far as that is known.

        What ends training here ends it after the epoch, which then is complete.
        """
        return hasattr(self.loader, "__len__") and self.batch >= len(self.loader)

    def open_epoch(self) -> None:
        """Begin the next epoch, or go on with one that was resumed."""
        self.epoch, self._began = self.history.epochs + 1, perf_counter()

    def close_step(self, loss: float, batches: list[Any]) -> None:
        """Count a step, which took these batches."""
        self.updating = False
        self.loss = loss
        self.step += 1
        self.batch += len(batches)
        self._total += loss * (1 if is_sum(self.criterion) else self.count)
        self._count += self.count
        lr = self.optimizer.param_groups[0].get("lr")
        lr = lr(self.optimizer.steps - 1) if callable(lr) else lr
        self.lr = None if lr is None else float(lr)
        if self.schedule_every == "step" and hasattr(self.schedule, "step"):
            self.schedule.step()

    def close_epoch(self, seen: Mapping[str, float]) -> None:
        """Take down an epoch, what validation saw, and what follows from that."""
        if not self._count:
            raise ValueError("there are no batches: the data gave none in an epoch")
        row = {"epoch": self.epoch, "loss": self._total / self._count}
        row |= {f"val_{name}": number for name, number in seen.items()}
        if self.lr is not None:
            row["lr"] = self.lr
        row["seconds"] = perf_counter() - self._began
        self.history.append(row)
        self._total, self._count, self.batch = 0.0, 0.0, 0
        self._judge(row[self.watch])
        self._schedule(row[self.watch])

    def _judge(self, number: float) -> None:
        """Whether this epoch is the best so far, or there were too many worse ones."""
        if number < self._best if self.mode == "min" else number > self._best:
            self._best, self._waited = number, 0
            self.history.best_epoch = self.epoch
            if self.restore_best:
                self._weights = Module.state_dict(self.model)
        else:
            self._waited += 1
        self._check_patience()

    def _check_patience(self) -> None:
        if self.patience is not None and self._waited >= self.patience:
            self.stop(f"{self.watch} was not better for {self._waited} epochs")

    def _schedule(self, number: float) -> None:
        for group in self.optimizer.param_groups:
            if hasattr(group.get("lr"), "observe"):
                group["lr"].observe(number)
        if isinstance(self.schedule, ReduceLROnPlateau):
            self.schedule.step(number)
        elif self.schedule_every == "epoch" and hasattr(self.schedule, "step"):
            self.schedule.step()

    def finish(self) -> None:
        """Take up the best weights, and tell of Ctrl-C."""
        kept = f"step {self.step}"
        if self._weights:
            Module.load_state_dict(self.model, self._weights)
            kept = f"epoch {self.history.best_epoch}, the best"
        if self.stopped:
            self.history.stopped = f"{self.stopped}: ended in epoch {self.epoch}"
        if self.stopped == CTRL_C:
            print(
                f"Ctrl-C: training ended after step {self.step}, in epoch {self.epoch}."
                f" The model is whole, and has the weights of {kept}",
                file=sys.stderr,
            )

    # From one process to the next -----------------------------------------------------

    def save(self) -> None:
        """Write the checkpoint, if there is to be one and the data know their place.

        Those that do not would begin the epoch anew: its last whole one is kept.
        """
        knows = not self.batch or hasattr(self.loader, "state_dict")
        if self.checkpoint is not None and knows:
            for loader in (self.loader, self.validation):
                within = self.batch and loader is self.loader
                if hasattr(loader, "restart") and not within:
                    loader.restart()  # a callback may have looked at a batch
            check_place(self.loader, self.batch)
            save(self.checkpoint, self.model, self._parts())

    def _parts(self) -> dict[str, Any]:
        parts = {
            "model": self.model.module if several(self.model) else self.model,
            "optimizer": self.optimizer,
            "loader": self.loader,
            "validation": self.validation,
            "schedule": self.schedule,
        }
        if len(self.modules()) > 1:
            parts["loss"] = self.criterion
        known = {k: x for k, x in parts.items() if hasattr(x, "state_dict")}
        return {**known, "training": self}

    def modules(self) -> list[Module]:
        """The model; and the loss, where that holds something, too."""
        loss = self.criterion
        holds = isinstance(loss, Module) and bool(Module.state_dict(loss))
        return [self.model, loss] if holds else [self.model]

    def state_dict(self) -> dict[str, Any]:
        """What is counted and seen; the rest has a state of its own."""
        return {
            **{name: getattr(self, name) for name in COUNTED},
            "watch": self.watch,
            "mode": self.mode,
            "best_epoch": self.history.best_epoch,
            "weights": self._weights,
            "history": dict(self.history),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there.

        Raises:
            ValueError: what was best so far is of another column.
        """
        theirs, ours = (state["watch"], state["mode"]), (self.watch, self.mode)
        if theirs != ours:
            raise ValueError(
                f"the best epoch was told by watch={theirs[0]!r}, mode={theirs[1]!r}, "
                f"and now by watch={ours[0]!r}, mode={ours[1]!r}: go on with the former"
            )
        columns = {name: list(x) for name, x in state["history"].items()}
        for name in COUNTED:
            setattr(self, name, state[name])
        self._weights = dict(state["weights"])
        self.history.update(columns)
        self.history.best_epoch = state["best_epoch"]


def agree(run: Training) -> None:
    """Let a training end in all its processes, if it is to end in one: a callback."""
    run.stopped = run.stopped or first_of_all(run.model, run.asked)


def check_place(loader: Any, batches: int) -> None:
    """Raise if someone else has gone through a loader, whose place is to be kept.

    >>> import nn
    >>> loader = nn.DataLoader(range(4))
    >>> _ = next(iter(loader))
    >>> check_place(loader, batches=2)
    Traceback (most recent call last):
        ...
    ValueError: a callback has gone through the data, which are at batch 1, not 2: ...
    """
    state = loader.state_dict() if hasattr(loader, "state_dict") else {}
    done = state.get("done", 0)
    if "batches" in state and done != batches:  # as a DataLoader has it
        raise ValueError(
            f"a callback has gone through the data, which are at batch {done}, not "
            f"{batches}: no checkpoint could tell where to go on. Give the callback a "
            "DataLoader of its own"
        )
