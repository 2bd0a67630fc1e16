"""The column that tells the best epoch, and whether more or less of it is better."""

from __future__ import annotations

from typing import Any

from .counting import function_of
from .evaluation import Metrics, named_metrics

MORE = {"accuracy", "f1", "r2", "roc_auc", "top_k"}  # of those in nn.metrics
LESS = {"calibration_error", "mae", "mse"}


def mode_of(watch: str, mode: str | None, metrics: Metrics) -> str:
    """ "max" where more of a column is better, else "min"; known by its metric's name.

    As in scikit-learn, more is better of what ends in "_score", and less of what ends
    in "_loss" or "_error".

    Raises:
        ValueError: what is asked for makes no sense, or the name says nothing.

    >>> import nn
    >>> mode_of("val_acc", None, {"acc": nn.metrics.accuracy})
    'max'
    >>> mode_of("loss", "max", [])
    Traceback (most recent call last):
        ...
    ValueError: less is better of 'loss', and mode='max' asks for more; leave mode out
    """
    if mode not in (None, "min", "max"):
        raise ValueError(f"mode must be 'min' or 'max'; got {mode!r}")
    if not isinstance(watch, str):
        raise TypeError(f"watch is the name of a column; got {watch!r}")
    column = watch.removeprefix("val_")
    metric = named_metrics(metrics).get(column)
    right = "min" if metric is None else _told_by(metric) or _told_by(column)
    if right is None and mode is None:
        raise ValueError(
            f"is more or less of {watch!r} better? Say mode='max' or mode='min'"
        )
    if right and mode not in (None, right):
        better, asked = ("more", "less") if right == "max" else ("less", "more")
        raise ValueError(
            f"{better} is better of {watch!r}, and mode={mode!r} asks for {asked}; "
            "leave mode out"
        )
    return right or mode or "min"


def _told_by(metric: Any) -> str | None:
    """What the name of a metric says; None if nothing."""
    metric = function_of(metric)
    name = metric if isinstance(metric, str) else getattr(metric, "__name__", "")
    if name in MORE or name.endswith("_score"):
        return "max"
    if name in LESS or name.endswith(("_error", "_loss")):
        return "min"
    return None
