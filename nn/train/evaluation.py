"""A network looked at, not trained: its loss, and metrics, over a whole set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Node, enable_grad, no_grad

from ..data import DataLoader, Dataset, TensorDataset
from ..data.sets import as_dataset
from ..module import Module
from .counting import count_of, function_of, is_sum, nothing_counts
from .origin import check_value, number_of, raw, wrong_labels
from .together import all_parts, mean_of_all

Metrics = Mapping[str, Callable[..., Any]] | Iterable[Callable[..., Any]]


def evaluate(
    model: Module,
    data: Any,
    loss: Callable[..., Any],
    metrics: Metrics = (),
    inputs: int = 1,
    batch_size: int | None = None,
) -> dict[str, float]:
    """The mean loss and the metrics of a network, in eval mode, over all examples.

    Arguments are those of ``nn.fit``. A metric sees all outputs at once, and the first
    array that is not for the model: the F1 of a set is not the mean of those of its
    batches. Several processes see the same: of a ``nn.parallel.Shard`` the whole, else
    the mean of what each saw. Modes are as before in the end.

    Raises:
        FloatingPointError: the loss is not finite; where that began is told.

    >>> import numpy as np, nn
    >>> x, y = np.eye(3, dtype=np.float32), np.array([0, 1, 1])
    >>> seen = evaluate(
    ...     nn.Identity(),
    ...     (x, y),
    ...     loss=nn.CrossEntropyLoss(),
    ...     metrics=[nn.metrics.accuracy],
    ... )
    >>> {name: round(number, 4) for name, number in seen.items()}
    {'loss': 0.8848, 'accuracy': 0.6667}
    """
    functions, data = named_metrics(metrics), batches_of(data, batch_size)
    total, count, number = 0.0, 0.0, 0
    pairs: list[tuple[Any, Any]] = []  # outputs and targets of each batch
    with modes_kept(model), no_grad(), np.errstate(all="ignore"):
        Module.train(model, False)
        for number, batch in enumerate(data, 1):
            output, rest = forward(model, batch, inputs)
            n = count_of(loss, batch, inputs)
            value = loss_of(loss, output, rest, data) if n else 0.0
            if not np.isfinite(number_of(value)):
                with enable_grad():  # once more, recorded
                    value = loss_of(loss, forward(model, batch, inputs)[0], rest)
                where = f"batch {number} of the evaluation"
                check_value(value, model, batch, where, data)
            count += n
            total += number_of(value) * (1 if is_sum(loss) else n)
            if functions and not rest:
                raise ValueError(
                    f"metrics compare outputs with targets, and a batch has {inputs} "
                    "arrays, all for the model"
                )
            if functions:
                pairs.append((raw(output), raw(rest[0])))
    parts = all_parts(data, (total, count, pairs))
    total, count = (sum(part[i] for part in parts) for i in (0, 1))
    if not number:
        raise ValueError("there are no examples to evaluate: the data are empty")
    if not count:
        raise ValueError(nothing_counts("the data"))
    seen = {"loss": total / count}
    if functions:
        batches = zip(*(part[2] for part in parts))
        columns = zip(*(pair for batch in batches for pair in batch))
        output, target = map(np.concatenate, columns)
    for name, metric in functions.items():
        number = metric(output, target)
        if np.ndim(number):
            raise TypeError(
                f"a metric gives a number; {name} gave an array of shape "
                f"{np.shape(number)}: call it in a callback"
            )
        seen[name] = float(number)
    return {name: mean_of_all(model, number) for name, number in seen.items()}


def loaders_of(data: Any, validation: Any, batch_size: int | None) -> tuple[Any, Any]:
    """Of the data of a training, and of those held out, if any; arrays are batched.

    Raises:
        ValueError: there is a batch_size, and both have batches of their own.
    """
    of_examples = [_are_examples(data), _are_examples(validation)]
    if not any(of_examples):
        _refuse_size(data, batch_size)
    sizes = [batch_size if each else None for each in of_examples]
    held_out = None if validation is None else batches_of(validation, sizes[1])
    return batches_of(data, sizes[0], training=True), held_out


def batches_of(data: Any, batch_size: int | None, training: bool = False) -> Any:
    """A loader as it is; of a tuple of arrays, one array, or a Dataset, a loader.

    For training it shuffles, and a batch is not larger than the data.

    >>> import numpy as np
    >>> len(batches_of((np.zeros((5, 2)), np.zeros(5)), batch_size=2))
    3
    """
    if isinstance(data, tuple):
        data = TensorDataset(
            *(x if isinstance(x, Node) else np.asarray(x) for x in data)
        )
    if not _are_examples(data):
        _refuse_size(data, batch_size)
    else:
        dataset = as_dataset(data)
        n = max(len(dataset), 1)
        size = min(32, n) if batch_size is None else batch_size
        size = size if training else min(size, n)
        data = DataLoader(dataset, batch_size=size, shuffle=training)
    if not isinstance(data, Iterable) or isinstance(data, (Iterator, Mapping, str)):
        raise TypeError(
            "data are a tuple of arrays, a Dataset, or batches that can be gone "
            f"through again in each epoch, as a DataLoader; got {type(data).__name__}"
        )
    loader: Any = data
    if hasattr(loader, "__len__") and not len(loader):
        raise ValueError("there are no batches: the data are empty")
    size, examples = getattr(loader, "batch_size", 0), getattr(loader, "n_examples", 0)
    if training and size > examples > 0:
        raise ValueError(
            f"a batch of {size} is larger than the data: {examples} examples"
        )
    return loader


def _are_examples(data: Any) -> bool:
    return isinstance(data, (tuple, np.ndarray, Node, Dataset))


def _refuse_size(data: Any, batch_size: int | None) -> None:
    """Raise if what has batches of its own is asked for others."""
    if batch_size is not None and isinstance(data, Iterable):
        own = getattr(data, "batch_size", None)
        raise ValueError(
            f"batch_size={batch_size} is for arrays; this {type(data).__name__} has "
            f"batches{'' if own is None else f' of {own}'} already. Leave it out, or "
            "make the loader with it"
        )


def forward(model: Module, batch: Any, inputs: int) -> tuple[Any, Any]:
    """What the model makes of the first arrays of a batch; and the other arrays."""
    if not isinstance(batch, (tuple, list)):
        raise TypeError(
            f"a batch is a tuple of arrays, such as (x, y); got {type(batch).__name__}"
        )
    return model(*batch[:inputs]), batch[inputs:]


def loss_of(loss: Any, output: Any, targets: Any, loader: Any = None) -> Any:
    """``loss(output, *targets)``: one number. An error is told which labels fail."""
    try:
        value = loss(output, *targets)
    except (TypeError, ValueError, IndexError) as error:
        labels = wrong_labels(output, targets[0], loss, loader) if targets else ""
        if labels:
            error.add_note(labels)
        if not targets:
            error.add_note("a batch has no array beside those for the model (inputs)")
        raise
    if value is None:
        raise TypeError("the loss of a batch is one number; the function returned None")
    if np.size(raw(value)) != 1:
        raise ValueError(
            "the loss of a batch is one number, such as the mean over its examples; "
            f"got shape {np.shape(raw(value))}"
        )
    return value


def named_metrics(metrics: Metrics) -> dict[str, Callable[..., Any]]:
    """Functions by name, where they are not given so by their own.

    >>> import nn
    >>> list(named_metrics([nn.metrics.accuracy, nn.metrics.roc_auc]))
    ['accuracy', 'roc_auc']
    """
    if callable(metrics):
        metrics = [metrics]
    if not isinstance(metrics, Iterable) or isinstance(metrics, str):
        raise TypeError(f"metrics are functions of (outputs, targets); got {metrics!r}")
    pairs = (
        metrics.items()
        if isinstance(metrics, Mapping)
        else [(getattr(metric, "__name__", "<lambda>"), metric) for metric in metrics]
    )
    named: dict[str, Callable[..., Any]] = {}
    for name, metric in pairs:
        if name == "loss" or name in named:
            raise ValueError(
                f"{name!r} is there already: give the metric another name, as in "
                f'{{"another {name}": function}}'
            )
        if not callable(metric) or name == "<lambda>":
            raise TypeError(
                "metrics are functions of (outputs, targets), with a name of their own "
                f'or given as {{"name": function}}; got {metric!r}'
            )
        if str(getattr(function_of(metric), "__module__", "")).startswith("sklearn."):
            raise TypeError(
                f"{name} of scikit-learn takes the truth first, and classes where the "
                "network gives scores. Say what it is to see: metrics={"
                f'"{name}": lambda scores, y: {name}(y, scores.argmax(axis=1))}}'
            )
        named[name] = metric
    return named


@contextmanager
def modes_kept(model: Module) -> Iterator[None]:
    """After this block every module is in train or eval mode as it was before.

    >>> import nn
    >>> model = nn.ReLU()
    >>> with modes_kept(model):
    ...     _ = model.eval()
    >>> model.training
    True
    """
    modes = [(module, module.training) for module in Module.modules(model)]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
