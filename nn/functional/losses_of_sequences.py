"""Connectionist temporal classification: labels in order, without their times."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.node import numbers

from .arguments import array_of, shape_of
from .losses import check_reduction, reduced
from .losses_of_classes import first_of

NAME = "ctc_loss"


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """-log Σ p(path), over all paths that are the target, once repeats and blanks go.

    Logarithms of probabilities (time, batch, classes), targets (batch, length) or all
    in a row, and how long each is: (batch,); or (time, classes), (length,) and two
    numbers. "mean" divides each loss by the length of its target. Where no path is
    possible, as there are too few times for the target, the loss is ∞; with
    ``zero_infinity`` 0. Its gradient is 0 either way: no step would help.

    αₜ(s) = log p(labelₛ at t) + log Σ exp αₜ₋₁ over s, s - 1, and s - 2 where no
    blank is needed between: Graves et al. (2006), doi:10.1145/1143844.1143891. The
    gradient is that by log_probs as they are; PyTorch's adds exp(log_probs), which
    ``log_softmax`` takes away again.

    >>> import autograd as ag
    >>> log_probs = np.log(np.full((2, 1, 3), 1 / 3))
    >>> ctc_loss(ag.tensor(log_probs), [[1]], [2], [1])  # of 9 paths, 3: 11, 01, 10
    Tensor(1.09861229)
    """
    check_reduction(reduction)
    shape_of(NAME, log_probs)
    batched = np.ndim(log_probs) == 3
    if not batched and np.ndim(log_probs) != 2:
        raise ValueError(
            f"{NAME} needs log_probs (time, batch, classes) or (time, classes); got "
            f"{np.shape(log_probs)}"
        )
    scores = log_probs if batched else ag.expand_dims(log_probs, axis=1)
    steps, batch, classes = scores.shape
    times = _lengths("input_lengths", input_lengths, batch, least=1, most=steps)
    counts = _lengths("target_lengths", target_lengths, batch, least=0, most=None)
    labels = _labels(targets, counts, classes, blank)
    errors = -_log_likelihood(scores, labels, times, counts, blank)
    errors = ag.where(errors == math.inf, 0 if zero_infinity else math.inf, errors)
    if reduction == "mean":
        errors = errors / np.maximum(counts, 1).astype(errors.dtype)
    return reduced(errors if batched else errors[0], reduction)


def _log_likelihood(
    scores: Any, labels: np.ndarray, times: np.ndarray, counts: np.ndarray, blank: int
) -> Any:
    batch, length = labels.shape
    states = np.full(
        (batch, 2 * length + 1), blank
    )  # blank, label, blank, label, blank
    states[:, 1::2] = labels
    skips = np.zeros(states.shape, bool)
    skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]
    rows = np.arange(batch)
    seen = scores[:, rows[:, None], states]
    nothing = np.full((batch, 2), -math.inf, scores.dtype)
    alpha = ag.where(np.arange(states.shape[1]) < 2, seen[0], -math.inf)
    for t in range(1, times.max(initial=1)):
        before = ag.concatenate([nothing, alpha], axis=1)
        skipped = ag.where(skips, before[:, :-2], -math.inf)
        ways = ag.stack([before[:, 2:], before[:, 1:-1], skipped])
        after = ag.logsumexp(ways, axis=0) + seen[t]
        running = t < times
        alpha = after if running.all() else ag.where(running[:, None], after, alpha)
    last = alpha[rows, 2 * counts]
    label = ag.where(counts > 0, alpha[rows, np.maximum(2 * counts - 1, 0)], -math.inf)
    return ag.logsumexp(ag.stack([last, label]), axis=0)


def _lengths(
    name: str, given: Any, batch: int, least: int, most: int | None
) -> np.ndarray:
    lengths = np.atleast_1d(array_of(numbers(given, f"{name} of {NAME}")))
    if lengths.dtype.kind not in "iu":
        raise TypeError(f"{NAME} needs {name} of integers; got {lengths.dtype}")
    if lengths.shape != (batch,):
        raise ValueError(
            f"{NAME} needs {name} of shape ({batch},), one for each of the batch; got "
            f"{lengths.shape}"
        )
    wrong = (lengths < least) | (lengths > (lengths if most is None else most))
    if wrong.any():
        bound = f"from {least} to {most}" if most is not None else f"≥ {least}"
        raise ValueError(
            f"{NAME} needs {name} {bound}; got {lengths[wrong][0]} at "
            f"[{int(np.argmax(wrong))}]"
        )
    return lengths


def _labels(targets: Any, counts: np.ndarray, classes: int, blank: int) -> np.ndarray:
    """The targets as rows, (batch, length), filled with the blank."""
    if not 0 <= blank < classes:
        raise ValueError(f"{NAME} needs a blank from 0 to {classes - 1}; got {blank}")
    given = array_of(numbers(targets, f"the targets of {NAME}"))
    if given.dtype.kind not in "iu" and given.size:
        raise TypeError(f"{NAME} needs integer targets; got {given.dtype}")
    length = int(counts.max(initial=0))
    inside = np.arange(length) < counts[:, None]
    rows = np.full(inside.shape, blank)
    if given.ndim == 1 and given.size == counts.sum():
        rows[inside] = given
    elif given.ndim == 2 and len(given) == len(counts) and given.shape[1] >= length:
        rows[inside] = given[:, :length][inside]
    else:
        raise ValueError(
            f"{NAME} needs targets ({len(counts)}, {length} or more), or all in a row, "
            f"({counts.sum()},): {counts.tolist()} of each; got {given.shape}"
        )
    wrong = inside & ((rows < 0) | (rows >= classes) | (rows == blank))
    if wrong.any():
        raise ValueError(
            f"{NAME} got the label {first_of(rows, wrong)}; labels are classes from 0 "
            f"to {classes - 1} other than the blank, {blank}"
        )
    return rows
