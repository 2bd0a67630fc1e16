"""DataLoader: arrays in batches, shuffled anew in every epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Tensor

from ..random import Seed, generator_of


class DataLoader:
    """Batches of arrays: iterate once for an epoch, len() is the number of batches.

    Takes arrays of equal length (examples along the first axis), or one dataset, an
    object with ``len`` and ``[i]`` whose examples are numbers, arrays, or tuples of
    them. Always yields tuples of arrays, also of one: ``for (x,) in loader``.
    Unshuffled batches of arrays are views: copy before writing into them.

    ``shuffle`` draws a new order for each epoch from ``generator``: a NumPy Generator,
    a seed (which gives the same sequence of epochs each time), or None for nn's own.
    ``drop_last`` leaves out a last batch that is not full.

    Raises:
        ValueError: the arrays differ in length, or batch_size is below 1.

    >>> import numpy as np
    >>> x, y = np.arange(10.0).reshape(5, 2), np.arange(5)
    >>> loader = DataLoader(x, y, batch_size=2, shuffle=True, generator=0)
    >>> len(loader)
    3
    >>> [labels.tolist() for _, labels in loader]
    [[2, 4], [3, 0], [1]]
    """

    def __init__(
        self,
        *data: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        generator: Seed = None,
        drop_last: bool = False,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size is at least 1; got {batch_size}")
        if not data:
            raise TypeError("DataLoader needs arrays of examples, or one dataset")
        arrays = [isinstance(each, (np.ndarray, Tensor)) for each in data]
        if not all(arrays) and len(data) > 1:
            raise TypeError(
                "DataLoader takes any number of arrays, or one dataset; got "
                f"{', '.join(type(each).__name__ for each in data)}"
            )
        lengths = [len(each) for each in data]
        if len(set(lengths)) > 1:
            raise ValueError(f"arrays of one length are needed; got lengths {lengths}")
        self.arrays = [np.asarray(each) for each in data] if all(arrays) else []
        self.dataset: Any = None if self.arrays else data[0]
        self.n_examples = lengths[0]
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.generator = generator_of(generator) if generator is not None else None
        self.drop_last = drop_last

    def __len__(self) -> int:
        whole, rest = divmod(self.n_examples, self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
        order = None
        if self.shuffle:
            order = generator_of(self.generator).permutation(self.n_examples)
        for i in range(len(self)):
            batch = slice(i * self.batch_size, (i + 1) * self.batch_size)
            yield self._batch(batch if order is None else order[batch])

    def _batch(self, which: slice | np.ndarray) -> tuple[np.ndarray, ...]:
        if self.arrays:
            return tuple(array[which] for array in self.arrays)
        examples = [self.dataset[int(i)] for i in np.arange(self.n_examples)[which]]
        if isinstance(examples[0], (tuple, list)):
            return tuple(np.stack(column) for column in zip(*examples, strict=True))
        return (np.stack(examples),)
