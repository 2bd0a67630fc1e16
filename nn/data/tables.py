"""Tables: columns of numbers and of words as one array; CSV by pandas."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from .extras import needed


class Table(NamedTuple):
    """A table as a network takes it.

    >>> from nn.data import table
    >>> made = table({"age": [20, 30], "colour": ["red", "blue"]})
    >>> made.names, made.x.shape, made.y
    (['age', 'colour=blue', 'colour=red'], (2, 3), None)
    """

    x: np.ndarray  # (rows, columns), float32
    y: np.ndarray | None  # (rows,), the target: float32, or int64
    names: list[str]  # of the columns of x: "age", "colour=red"
    classes: list[str]  # what the numbers in y stand for, if it was words
    words: dict[str, list[str]]  # of each column that was given; of numbers none


def table(
    columns: Mapping[str, Any], target: str | None = None, like: Table | None = None
) -> Table:
    """Columns by name, as a dict of arrays or a DataFrame, in one array.

    Numbers stay a column each; of words each gets a column, 1 where it is the one. The
    target is taken out: floats become float32, whole numbers int64, words the number
    of the word in alphabetical order.

    A second table, of what is held out, is made ``like`` the first: of the columns and
    with the words of that, in the same order, also where it has only some of them.

    Raises:
        KeyError: there is no column of the target's name.
        TypeError: there are no names; a column is of neither numbers nor words.
        ValueError: a number or a word is missing; the columns differ in length; there
            is no column, or no row; a column or a word is not in the first table.

    >>> import numpy as np
    >>> got = table(
    ...     {"age": [30, 41], "colour": ["red", "blue"], "buys": ["no", "yes"]}, "buys"
    ... )
    >>> got.x
    array([[30.,  0.,  1.],
           [41.,  1.,  0.]], dtype=float32)
    >>> got.names, got.y, got.classes
    (['age', 'colour=blue', 'colour=red'], array([0, 1]), ['no', 'yes'])
    >>> table({"colour": ["red"], "age": [8], "buys": ["yes"]}, "buys", like=got)[:2]
    (array([[8., 0., 1.]], dtype=float32), array([1]))
    """
    if not hasattr(columns, "items"):
        raise TypeError(
            "table takes columns by name, a dict or a DataFrame; got "
            f"{type(columns).__name__}"
        )
    arrays = {str(name): _column(str(name), x) for name, x in columns.items()}
    if target is not None and target not in arrays:
        raise KeyError(f"there is no column {target!r} among {list(arrays)}")
    if len({len(x) for x in arrays.values()}) > 1:
        raise ValueError(
            "columns of one length are needed; got "
            f"{ {name: len(x) for name, x in arrays.items()} }"
        )
    y, classes = None, []
    if target is not None:
        y = arrays.pop(target)
        if like is not None:
            _check_kind(f"the target {target!r}", y, like.classes)
        if y.dtype.kind == "U":
            classes = _words(f"the target {target!r}", y, like and like.classes)
            y = np.searchsorted(classes, y)
        kind, most = (
            (np.dtype(np.float32), np.finfo(np.float32).max)
            if y.dtype.kind == "f"
            else (np.dtype(np.int64), np.iinfo(np.int64).max)
        )
        if y.dtype.kind != "b" and (np.abs(y) > most).any():
            raise ValueError(
                f"the target {target!r} has a number too large for {kind}: scale it"
            )
        y = y.astype(kind)
    if not arrays or not len(next(iter(arrays.values()))):
        raise ValueError("a table needs a column beside the target, and a row")
    if like is not None:
        arrays = _in_order(arrays, like)
    names, parts = [], []
    known: dict[str, list[str]] = {}
    for name, x in arrays.items():
        known[name] = []
        if x.dtype.kind == "U":
            words = _words(f"column {name!r}", x, like and like.words[name])
            known[name] = words
            names += [f"{name}={word}" for word in words]
            parts.append(x[:, None] == np.array(words))
        else:
            names.append(name)
            parts.append(x[:, None])
    with np.errstate(over="ignore"):
        joined = np.hstack(parts, dtype=np.float32, casting="unsafe")
    if not np.isfinite(joined).all():
        name = names[int(np.argmin(np.isfinite(joined).all(0)))]
        raise ValueError(
            f"column {name!r} has a number too large for float32: scale it"
        )
    return Table(joined, y, names, classes, known)


def _in_order(arrays: dict[str, np.ndarray], like: Table) -> dict[str, np.ndarray]:
    """The columns of the first table, in its order, and of its kinds."""
    missing = [name for name in like.words if name not in arrays]
    more = [name for name in arrays if name not in like.words]
    if missing or more:
        told = [f"lacks {', '.join(missing)}"] if missing else []
        told += [f"has {', '.join(more)} beside them"] if more else []
        raise ValueError(
            f"the columns of the first table are needed, {', '.join(like.words)}; this "
            f"one {' and '.join(told)}"
        )
    for name, words in like.words.items():
        _check_kind(f"column {name!r}", arrays[name], words)
    return {name: arrays[name] for name in like.words}


def _check_kind(what: str, x: np.ndarray, words: list[str]) -> None:
    """Raise if these are numbers, and words in the first table; or the other way."""
    kinds = ["words" if each else "numbers" for each in (words, x.dtype.kind == "U")]
    if len(set(kinds)) > 1:
        raise TypeError(
            f"{what} was of {kinds[0]} in the first table, and is of {kinds[1]}"
        )


def _words(what: str, x: np.ndarray, known: list[str] | None) -> list[str]:
    """The words of a column in order, or those that are known, if it has no other."""
    words = np.unique(x).tolist()
    if known is None:
        return words
    unknown = [word for word in words if word not in known]
    if unknown:
        rows = np.flatnonzero(np.isin(x, unknown))
        raise ValueError(
            f"{what} has {len(unknown)} words that are not in the first table, in "
            f"{len(rows)} rows: {unknown[0]!r} in row {rows[0]}. Leave those rows out, "
            "or make the first table of data that have them"
        )
    return known


def _column(name: str, values: Any) -> np.ndarray:
    """A column as numbers, or as words; all of them there."""
    x = np.asarray(values)
    if x.ndim != 1:
        raise ValueError(f"column {name!r} is one row of values; got shape {x.shape}")
    if x.dtype.kind in "OT":
        missing = np.array([_is_missing(each) for each in x], bool)
        words = np.array([isinstance(each, str) for each in x], bool)
        if words.all():
            x = x.astype(str)
        elif not missing.any():
            x = _numbers(name, x, words)
    elif x.dtype.kind in "fiubU":
        missing = np.zeros(len(x), bool) if x.dtype.kind == "U" else ~np.isfinite(x)
    else:
        raise TypeError(
            f"column {name!r} is of {x.dtype}; a table takes numbers and words"
        )
    if missing.any():
        raise ValueError(
            f"column {name!r} has {np.count_nonzero(missing)} values missing or not "
            f"finite, the first in row {np.argmax(missing)}. Drop those rows, or fill "
            "them"
        )
    return x


def _is_missing(x: Any) -> bool:
    """Whether something stands for nothing: None, NaN, pandas' NA and NaT."""
    nan = isinstance(x, float) and x != x
    return nan or x is None or repr(x) in ("<NA>", "NaT")


def _numbers(name: str, x: np.ndarray, words: np.ndarray) -> np.ndarray:
    """A column of objects as the numbers that they are."""
    try:
        if not words.any():
            return np.array(x.tolist()).astype(np.float64, casting="safe")
    except (TypeError, ValueError):
        pass
    raise TypeError(
        f"column {name!r} is of numbers, or of words; it has {x[np.argmin(words)]!r}"
        + (f" and {x[np.argmax(words)]!r}" if words.any() else "")
    )


def read_csv(
    path: str | PathLike[str],
    target: str | None = None,
    like: Table | None = None,
    **options: Any,
) -> Table:
    """A CSV file as a table for a network, read by pandas where it is installed.

    ``like`` is the table of the first file, if this is a second one. ``options`` are
    those of ``pandas.read_csv``. A file with values missing is first
    mended in pandas, then given to ``nn.data.table``.

    Raises:
        ImportError: there is no pandas; the error tells how to get it.
        KeyError, TypeError, ValueError: as ``table``; the file is no table, or empty.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "flowers.csv")
    ...     _ = path.write_text("width,kind\\n0.2,setosa\\n1.3,virginica\\n")
    ...     read_csv(path, target="kind").classes
    ['setosa', 'virginica']
    """
    pandas = needed("pandas", "reading CSV")
    try:
        return table(pandas.read_csv(path, **options), target, like)
    except (KeyError, TypeError, ValueError) as error:
        error.add_note(f"in {path}")
        raise
