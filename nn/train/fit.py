"""``fit``: the loop that trains a network, step by step, and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..module import Module
from ..optim import Optimizer
from .checks import check, check_callbacks
from .evaluation import evaluate, loaders_of, modes_kept
from .gradient import gradient_of, grouped
from .history import History
from .interruption import ControlC
from .progress import Bar
from .training import Training, agree
from .undoing import undone_at_first
from .watching import mode_of

Callback = Callable[[Training], object]


def fit(
    model: Module,
    data: Any,
    *,
    loss: Callable[..., Any],
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    inputs: int = 1,
    validation: Any = None,
    metrics: Mapping[str, Any] | Iterable[Any] = (),
    callbacks: Sequence[Callback] = (),
    step_callbacks: Sequence[Callback] = (),
    schedule: Any = None,
    schedule_every: str = "epoch",
    clip: float | None = None,
    accumulate: int = 1,
    patience: int | None = None,
    watch: str | None = None,
    mode: str | None = None,
    restore_best: bool | None = None,
    checkpoint: str | Path | None = None,
    every: int | None = None,
    resume: bool = False,
    compile: bool = False,
    progress: bool | None = None,
) -> History:
    """Train ``model`` until ``epochs`` epochs are done; what was seen is returned.

    ``data`` is a loader; or a tuple of arrays or a Dataset, shuffled into batches of
    ``batch_size`` (32, or all if there are fewer). A step takes one batch, or
    ``accumulate`` of them, with the gradient of the one large batch that they are (a
    loss that is not of ``nn`` is taken for a mean in which all examples count alike):
    ``loss(model(x), y)``, where the first ``inputs`` arrays of a batch go to the model,
    the others to the loss. ``clip`` bounds the norm of the gradient.

    ``validation``, data too, is looked at after each epoch, with the network in eval
    mode: its loss, and ``metrics``, functions of (outputs, targets) such as
    ``nn.metrics.accuracy``. ``watch`` names the column to get better: "val_loss", or
    "loss" without validation; ``mode`` is "max" where more is better and the metric's
    name does not tell. If it does not for ``patience`` epochs training ends;
    ``restore_best``, which that brings with it, gives back the best epoch's weights.

    ``schedule`` is a function of the step for the optimizer's ``lr``, or one of
    ``nn.optim.lr_scheduler``, told to step after every "epoch", or every "step".
    Callbacks get the ``nn.train.Training`` after each epoch, or step. A ``checkpoint``
    is written after each epoch, and ``every`` so many steps; with ``resume`` training
    goes on from there, to the bit, if it is there. ``compile`` makes programs of the
    loss with its gradient and of the update, by ``ag.compile``: what it says of
    functions then holds for the model and the loss, and numbers, resumed ones too, are
    the same to rounding. ``progress`` shows a bar: None if this is a terminal. Ctrl-C
    ends training after the step that runs; a second one breaks it off. Modes of modules
    are as before in the end.

    Raises:
        FloatingPointError: the data, the loss or a gradient are not finite; what, where
            it began and in which batch is told, and that step is not taken.
        ValueError, TypeError: what was given does not fit. After an error within the
            first epoch the weights, and the optimizer, are what they were before.

    >>> import numpy as np, nn
    >>> x = np.linspace(-1, 1, 20, dtype=np.float32).reshape(20, 1)
    >>> model = nn.Linear(1, 1, generator=0)
    >>> history = nn.fit(
    ...     model,
    ...     (x, 2 * x + 1),
    ...     loss=nn.MSELoss(),
    ...     optimizer=nn.optim.SGD(model.parameters(), lr=0.5),
    ...     epochs=30,
    ... )
    >>> model.weight.data.round(2), history["loss"][-1] < 1e-4
    (array([[2.]], dtype=float32), True)
    """
    loader, held_out = loaders_of(data, validation, batch_size)
    watch = watch or ("loss" if held_out is None else "val_loss")
    run = Training(
        model,
        optimizer,
        loader,
        loss,
        validation=held_out,
        inputs=inputs,
        clip=clip,
        schedule=schedule,
        schedule_every=schedule_every,
        watch=watch,
        mode=mode_of(watch, mode, metrics),
        patience=patience,
        restore_best=patience is not None if restore_best is None else restore_best,
        checkpoint=checkpoint,
        resumes=resume,
        compiled=compile,
    )
    counts = {"epochs": epochs, "accumulate": accumulate, "every": every}
    check(run, metrics, patience=patience, inputs=inputs, **counts)
    check_callbacks(callbacks=callbacks, step_callbacks=step_callbacks)
    with modes_kept(model), undone_at_first(run), ControlC(run):
        run.begin()
        with Bar(run, epochs, accumulate, progress) as bar:
            while run.history.epochs < epochs and not run.stopped:
                run.open_epoch()
                for batches in grouped(run.loader, accumulate):
                    loss_now = run.update(partial(gradient_of, run, batches))
                    run.close_step(loss_now, batches)
                    for callback in (*step_callbacks, agree):
                        callback(run)
                    bar.advance()
                    if run.epoch_is_whole():
                        continue
                    if run.stopped or (every and run.step % every == 0):
                        run.save()
                    if run.stopped:
                        break
                else:
                    seen: dict[str, float] = {}
                    if held_out is not None:
                        seen = evaluate(model, held_out, loss, metrics, inputs)
                    run.close_epoch(seen)
                    for callback in (*callbacks, agree):
                        callback(run)
                    run.save()
    run.finish()
    return run.history
