"""Sets of examples: arrays side by side, a part of a set, whatever has a length."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

from .arguments import checked_numbers

Columns = tuple[np.ndarray, ...]
Which = slice | np.ndarray  # of examples: a range, or their numbers


class Dataset:
    """A set of examples: subclasses have ``__len__`` and ``__getitem__``.

    ``examples(which)`` gives several at once, as a tuple of arrays, a column for each
    part of an example. Here it stacks what ``[i]`` gives, one by one; a subclass that
    can read many at once overrides it.

    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 5
    ...     def __getitem__(self, i):
    ...         return i, i * i
    >>> import numpy as np
    >>> Squares().examples(np.array([1, 3]))
    (array([1, 3]), array([1, 9]))
    """

    def __len__(self) -> int:
        raise NotImplementedError(
            f"{type(self).__name__} needs a __len__: how many examples it has"
        )

    def __getitem__(self, i: Any) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} needs a __getitem__: the example of a number"
        )

    def examples(self, which: Which) -> Columns:
        """Several examples, as arrays."""
        return stacked(listed(self, which))


class TensorDataset(Dataset):
    """Arrays or Tensors of one length: example i is row i of each of them.

    ``[i]`` is a tuple of rows, and so for slices and arrays of numbers: ``[:]`` gives
    the arrays themselves.

    Raises:
        TypeError: it is given something else than arrays.
        ValueError: the arrays differ in length, or have none.

    >>> import numpy as np
    >>> TensorDataset(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1]))[1]
    (array([3., 4.]), np.int64(1))
    """

    def __init__(self, *arrays: Any) -> None:
        wrong = [type(each).__name__ for each in arrays if not _is_array(each)]
        if wrong or not arrays:
            raise TypeError(
                f"arrays of examples are needed; got {', '.join(wrong) or 'none'}"
            )
        self.arrays = tuple(
            each.data if isinstance(each, Tensor) else np.asarray(each)
            for each in arrays
        )
        if any(each.dtype == object for each in self.arrays):
            raise TypeError(
                "arrays of numbers are needed; got one of objects. Sequences of "
                "unequal length: pad them (nn.data.pad_sequences), or give a list of "
                "examples and collate="
            )
        if any(each.ndim == 0 for each in self.arrays):
            raise ValueError(
                "arrays with examples along their first axis are needed; got shapes "
                f"{[each.shape for each in self.arrays]}"
            )
        lengths = [len(each) for each in self.arrays]
        if len(set(lengths)) > 1:
            raise ValueError(f"arrays of one length are needed; got lengths {lengths}")

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, i: Any) -> tuple[Any, ...]:
        return tuple(array[i] for array in self.arrays)

    def examples(self, which: Which) -> Columns:
        """Rows of all arrays; those of a slice are views."""
        return self[which]


def _is_array(x: Any) -> bool:
    """Whether rows of it are examples as they are, without a mask over them."""
    return isinstance(x, (np.ndarray, Tensor)) and not isinstance(x, np.ma.MaskedArray)


class Subset(Dataset):
    """Those examples of a set that have these numbers, in this order.

    Raises:
        TypeError: the numbers are no integers.
        IndexError: the set has no example of a number.

    >>> import numpy as np
    >>> part = Subset(TensorDataset(np.array([5.0, 6.0, 7.0])), [2, 0])
    >>> len(part), part[:]
    (2, (array([7., 5.]),))
    """

    def __init__(self, dataset: Any, indices: Any) -> None:
        self.dataset = as_dataset(dataset)
        self.indices = checked_numbers("Subset", indices, len(self.dataset))

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, i: Any) -> Any:
        which = self.indices[i]
        return self.examples(i) if which.ndim else self.dataset[int(which)]

    def examples(self, which: Which) -> Columns:
        """Several examples, as arrays, which the set may read at once."""
        return self.dataset.examples(self.indices[which])


class _Listed(Dataset):
    """What has a length and examples by number, and is no Dataset: a list, say."""

    def __init__(self, examples: Any) -> None:
        self.of = examples

    def __len__(self) -> int:
        return len(self.of)

    def __getitem__(self, i: Any) -> Any:
        return self.of[i]


def as_dataset(*data: Any) -> Dataset:
    """Arrays of one length as a TensorDataset; one set of examples as it is.

    Raises:
        TypeError: it is neither.

    >>> import numpy as np
    >>> len(as_dataset(np.ones((5, 2)), np.arange(5))), len(as_dataset([7, 8]))
    (5, 2)
    """
    if data and all(isinstance(each, (np.ndarray, Tensor)) for each in data):
        return TensorDataset(*data)
    kinds = ", ".join(type(each).__name__ for each in data)
    if len(data) != 1:
        sized = any(isinstance(each, int) for each in data)
        by_name = ". Options are given by name: batch_size=32" if sized else ""
        raise TypeError(
            "any number of arrays, or one dataset, is needed; got "
            f"{kinds or 'nothing'}{by_name}"
        )
    if isinstance(data[0], Dataset):
        return data[0]
    if hasattr(data[0], "keys"):
        raise TypeError(
            f"a dataset has examples by number; {kinds} has columns by name: take "
            "nn.data.table of it"
        )
    if isinstance(data[0], tuple) and all(map(_has_rows, data[0])):
        raise TypeError(
            f"a tuple of {len(data[0])} arrays is no set of {len(data[0])} examples: "
            "nn.data.TensorDataset(*arrays) has their rows for examples"
        )
    if not (hasattr(data[0], "__len__") and hasattr(data[0], "__getitem__")):
        raise TypeError(f"a dataset has len() and examples by number, [i]; got {kinds}")
    return _Listed(data[0])


def _has_rows(x: Any) -> bool:
    return isinstance(x, (np.ndarray, Tensor)) and x.ndim > 0


def listed(dataset: Any, which: Which) -> list[Any]:
    """Several examples of a set, one by one.

    >>> import numpy as np
    >>> listed([5, 6, 7], np.array([2, 0]))
    [7, 5]
    """
    return [dataset[int(i)] for i in np.arange(len(dataset))[which]]


def stacked(examples: list[Any]) -> Columns:
    """Examples, numbers or arrays or tuples of them, as a tuple of arrays.

    Raises:
        ValueError: they have not as many parts each, or a part has several shapes.
        TypeError: a part is no array of numbers or texts, as a dictionary is none.

    >>> stacked([(1.0, 0), (2.0, 1)])
    (array([1., 2.]), array([0, 1]))
    """
    rows = [x if isinstance(x, (tuple, list)) else (x,) for x in examples]
    parts = {len(row) for row in rows}
    if len(parts) > 1:
        raise ValueError(
            f"examples of as many parts each are needed; got some of {sorted(parts)}"
        )
    columns = []
    for i, column in enumerate(zip(*rows)):
        arrays = [x.data if isinstance(x, Tensor) else np.asarray(x) for x in column]
        if any(x.dtype == object for x in arrays):
            raise TypeError(
                "examples are numbers, arrays, or tuples of them; part "
                f"{i} is of {type(column[0]).__name__}. Give collate="
            )
        shapes = {x.shape for x in arrays}
        if len(shapes) > 1:
            raise ValueError(
                f"examples of one shape are needed; part {i} has shapes "
                f"{sorted(shapes)[:4]}. Pad them (nn.data.pad_sequences), or give "
                "collate="
            )
        columns.append(np.stack(arrays))
    return tuple(columns)
