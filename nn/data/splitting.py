"""A set cut at random into parts, with each class in proportion if asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..random import Seed, generator_of
from .sets import Subset, as_dataset


def random_split(
    dataset: Any,
    lengths: Sequence[float],
    generator: Seed = None,
    stratify: Any = None,
) -> list[Subset]:
    """Cut a set at random into parts of these lengths, or these shares of 1.

    What rounding leaves goes to the first parts. ``stratify``, the labels of all
    examples, gives each part each class in proportion, to less than one example in the
    first part, and of what is left in the next.

    Raises:
        ValueError: the lengths do not add up, or there is not a label for each example.

    >>> import numpy as np
    >>> from nn.data import TensorDataset
    >>> x, y = np.arange(10.0), np.array([0, 1] * 5)
    >>> data = TensorDataset(x, y)
    >>> training, held_out = random_split(data, [0.8, 0.2], generator=0, stratify=y)
    >>> len(training), sorted(held_out[:][1])
    (8, [np.int64(0), np.int64(1)])
    """
    dataset = as_dataset(dataset)
    sizes, generator = _sizes(lengths, len(dataset)), generator_of(generator)
    if stratify is None:
        order = generator.permutation(len(dataset))
    else:
        order = _stratified(np.asarray(stratify), sizes, generator, len(dataset))
    ends = np.cumsum(sizes)[:-1]
    return [Subset(dataset, part) for part in np.split(order, ends)]


def _sizes(lengths: Sequence[float], n: int) -> list[int]:
    told = f"lengths that add up to {n} examples, or shares to 1, are needed; got "
    try:
        given = list(lengths)
        fits = all(np.isfinite(each) and each >= 0 for each in given)
        fits &= not any(isinstance(each, (bool, np.bool)) for each in given)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{told}{lengths!r}") from error
    if not given or not fits:
        raise ValueError(f"{told}{given}")
    if all(isinstance(each, (int, np.integer)) for each in given) and sum(given) != 1:
        if sum(given) != n:
            raise ValueError(f"{told}{given}, {sum(given)} in all")
        return [int(each) for each in given]
    if not math.isclose(sum(given), 1, rel_tol=1e-9):
        raise ValueError(f"{told}{given}, {sum(given)} in all")
    sizes = [int(each * n + 1e-9 * n) for each in given]
    for i in range(n - sum(sizes)):
        sizes[i % len(sizes)] += 1
    return sizes


def _stratified(
    labels: np.ndarray, sizes: list[int], generator: np.random.Generator, n: int
) -> np.ndarray:
    """An order whose stretches of these sizes have each class in proportion."""
    if labels.shape != (n,):
        raise ValueError(
            f"stratify needs a label for each of {n} examples; got shape {labels.shape}"
        )
    _, classes = np.unique(labels, return_inverse=True)
    left = np.bincount(classes)
    shuffled = generator.permutation(n)
    members = [shuffled[classes[shuffled] == each] for each in range(len(left))]
    order = []
    for size in sizes:
        whole, rest = np.divmod(left * size, max(left.sum(), 1))
        most = np.lexsort((generator.random(len(rest)), -rest))
        whole[most[: size - whole.sum()]] += 1
        part = [found[:k] for found, k in zip(members, whole)]
        members = [found[k:] for found, k in zip(members, whole)]
        left = left - whole
        order.append(generator.permutation(np.concatenate(part or [shuffled])))
    return np.concatenate(order)
