"""Rows of a table, looked up by their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor
from autograd.core.context import recording
from autograd.ops.held import presumed


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """weight[input]: numbers (…) and a table (n, d) → (…, d).

    The row ``padding_idx`` gets no gradient from here.

    Raises:
        TypeError: the numbers are no integers.
        ValueError: there is no row of a number.

    >>> import autograd as ag
    >>> embedding([1, 0, 1], ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[3., 4.],
            [1., 2.],
            [3., 4.]])
    """
    tokens = _checked(input, weight)
    traced = isinstance(tokens, Tensor)
    rows = weight[input if isinstance(input, Tensor) and not traced else tokens]
    if padding_idx is None or not isinstance(rows, Tensor):
        return rows
    padded = tokens == row_number(padding_idx, weight.shape[0])
    some = traced or padded.any()
    return ag.where(padded[..., None], rows.detach(), rows) if some else rows


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    mode: str = "mean",
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """The sum, mean or maximum of the rows of each bag of numbers.

    Bags are the rows of (bags, length), or begin at ``offsets`` in one row (length,).
    ``per_sample_weights`` multiply the rows of a sum; ``padding_idx`` is left out.

    >>> import autograd as ag
    >>> table = ag.tensor([[1.0], [3.0], [8.0]])
    >>> embedding_bag([[0, 1], [2, 2]], table).tolist()
    [[2.0], [8.0]]
    >>> embedding_bag([0, 1, 2], table, offsets=[0, 2], mode="sum").tolist()
    [[4.0], [8.0]]
    """
    tokens = _checked(input, weight)
    places, own = _bags(tokens, offsets, include_last_offset)
    if mode not in ("mean", "sum", "max"):
        raise ValueError(f"mode is 'mean', 'sum' or 'max'; got {mode!r}")
    if per_sample_weights is not None and mode != "sum":
        raise ValueError(f"per_sample_weights go with mode='sum'; got mode={mode!r}")
    if per_sample_weights is not None and per_sample_weights.shape != tokens.shape:
        raise ValueError(
            f"per_sample_weights are of the shape {tokens.shape} of the numbers; got "
            f"{per_sample_weights.shape}"
        )
    numbers = tokens.reshape(-1)[places]
    if padding_idx is not None:
        own = own & (numbers != row_number(padding_idx, weight.shape[0]))
    rows = embedding(numbers, weight)  # (bags, longest, d)
    if not own.all():
        rows = ag.where(own[..., None], rows, -np.inf if mode == "max" else 0)
    if mode == "max":
        top = ag.max(rows, axis=1, initial=-np.inf)
        return ag.where(own.any(axis=1, keepdims=True), top, 0)
    shares = own.astype(weight.dtype)
    if mode == "mean":
        shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    if per_sample_weights is not None:
        shares = shares * ag.reshape(per_sample_weights, (-1,))[places]
    return ag.matmul(shares[:, None], rows)[:, 0]


def one_hot(tensor: Any, num_classes: int = -1) -> Any:
    """1 at the place each integer says, 0 elsewhere: (…) → (…, num_classes), integers.

    -1 stands for as many classes as there must be.

    Raises:
        TypeError: the classes are no integers.
        ValueError: a class is negative, or not below ``num_classes``.

    >>> one_hot([1, 0], num_classes=3)
    Tensor([[0, 1, 0],
            [1, 0, 0]])
    """
    if isinstance(tensor, Tensor) and num_classes > 0 and recording.get().tracing:
        one_hot(tensor._raw, num_classes)
        inside = np.logical_and(tensor >= 0, tensor < num_classes)
        classes = presumed(tensor, inside, "all classes were below num_classes")
        return (classes[..., None] == np.arange(num_classes)).astype(np.int64)
    classes = _integers("one_hot", tensor)
    count = num_classes
    if count == -1:
        if not classes.size:
            raise ValueError(
                "one_hot of no classes does not know how many there are; pass "
                "num_classes="
            )
        count = max(int(classes.max()) + 1, 1)
    if count < 1:
        raise ValueError(f"num_classes is positive, or -1; got {count}")
    wrong = (classes < 0) | (classes >= count)
    if wrong.any():
        raise ValueError(
            f"one_hot needs classes from 0 to {count - 1}; got "
            f"{classes[wrong].flat[0]} at position {_place(wrong)}"
        )
    return Tensor((classes[..., None] == np.arange(count)).astype(np.int64))


def row_number(padding_idx: int, count: int) -> int:
    """The row of a table of so many that ``padding_idx`` names, from either end.

    >>> row_number(-1, 10)
    9
    """
    if not -count <= padding_idx < count:
        raise ValueError(
            f"padding_idx names one of {count} rows, from {-count} to {count - 1}; got "
            f"{padding_idx}"
        )
    return padding_idx % count


def _integers(name: str, numbers: Any) -> np.ndarray:
    array = np.asarray(numbers)
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(f"{name} needs integers; got {array.dtype}. Cast them first")
    return array.astype(np.intp, copy=False)


def _checked(input: Any, weight: Any) -> Any:
    """The tokens, which are rows of the table: also when a program runs."""
    if isinstance(input, Tensor) and recording.get().tracing is not None:
        _checked(input._raw, weight)
        inside = np.logical_and(input >= 0, input < weight.shape[0])
        return presumed(input, inside, "all tokens were rows of the table")
    if getattr(weight, "ndim", 0) != 2:
        got = getattr(weight, "shape", None) or type(weight).__name__
        raise ValueError(f"embedding needs a table (n, d); got {got}")
    tokens = _integers("embedding", input)
    count = weight.shape[0]
    wrong = (tokens < 0) | (tokens >= count)
    if wrong.any():
        raise ValueError(
            f"embedding got token {tokens[wrong].flat[0]} at position {_place(wrong)}, "
            f"but the vocabulary has {count}: 0 to {count - 1}"
        )
    return tokens


def _place(wrong: np.ndarray) -> tuple[int, ...]:
    """The first position that is true."""
    return tuple(np.argwhere(wrong)[0].tolist())


def _bags(
    tokens: np.ndarray, offsets: Any, include_last_offset: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Where each bag's numbers stand in the row of all, and which of these are its own.

    Both are (bags, longest): shorter bags are filled up.
    """
    if tokens.ndim == 2:
        if offsets is not None:
            raise ValueError("the rows of a matrix are bags themselves: no offsets")
        return np.arange(tokens.size).reshape(tokens.shape), np.ones(tokens.shape, bool)
    if tokens.ndim != 1 or offsets is None:
        raise ValueError(
            "bags are the rows of a matrix, or of a vector with offsets; got shape "
            f"{tokens.shape} and offsets {offsets}"
        )
    starts = _integers("offsets", offsets)
    ends = np.append(starts[1:], len(tokens))
    if include_last_offset:
        starts, ends = starts[:-1], starts[1:]
    if starts.size and (
        starts[0] != 0 or (ends < starts).any() or ends[-1] > len(tokens)
    ):
        raise ValueError(
            f"offsets begin with 0, never fall, and end within {len(tokens)} numbers; "
            f"got {starts.tolist()}"
        )
    places = starts[:, None] + np.arange((ends - starts).max(initial=0))
    own = places < ends[:, None]
    return np.where(own, places, 0), own
