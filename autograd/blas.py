"""NumPy's own BLAS: where its products of matrices are, and who has its threads."""

from __future__ import annotations

import ctypes
import glob
import os
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from .threads import FEW, in_parts, threads

ALONE = 1 << 18  # multiplications, up to which OpenBLAS makes a product on one core
WORTH = 1 << 21  # from which a second core saves more than it costs

NAMES = [  # (products, threads, the size of whole numbers): as wheels, then others
    ("scipy_cblas_{}gemm64_", "scipy_openblas_{}_num_threads64_", "long"),
    ("cblas_{}gemm64_", "openblas_{}_num_threads64_", "long"),
    ("scipy_cblas_{}gemm", "scipy_openblas_{}_num_threads", "int"),
    ("cblas_{}gemm", "openblas_{}_num_threads", "int"),
]


class Blas(NamedTuple):
    """Addresses; ``integer`` is C's name for the type of sizes."""

    sgemm: Any
    dgemm: Any
    threads: Any  # () → how many
    set_threads: Any
    integer: str


@lru_cache(1)
def blas() -> Blas | None:
    """That of the library NumPy has loaded; None where it is none we know."""
    for path in _loaded():
        try:
            library = ctypes.CDLL(path)
        except OSError:
            continue
        for gemm, count, integer in NAMES:
            try:
                return Blas(
                    ctypes.cast(getattr(library, gemm.format("s")), ctypes.c_void_p),
                    ctypes.cast(getattr(library, gemm.format("d")), ctypes.c_void_p),
                    getattr(library, count.format("get")),
                    getattr(library, count.format("set")),
                    integer,
                )
            except AttributeError:
                continue
    return None


def _loaded() -> list[str]:
    """The files of OpenBLAS that this process has loaded, NumPy's before others."""
    np.ones((2, 2)) @ np.ones((2, 2))
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split(maxsplit=5)[-1].strip() for line in maps}
    except OSError:
        paths = set()
    beside = os.path.join(os.path.dirname(np.__path__[0]), "numpy.libs")
    paths |= set(glob.glob(os.path.join(beside, "*openblas*")))
    found = [path for path in paths if "openblas" in os.path.basename(path)]
    return sorted(found, key=lambda path: not path.startswith(beside))


_lock = threading.Lock()
_users = 0
_before = 1


def _in_a_child() -> None:
    """Those that held the lock, and took BLAS's threads, are not there."""
    global _lock, _users
    found = blas() if _users else None
    _lock, _users = threading.Lock(), 0
    if found is not None and _before != 1:
        found.set_threads(_before)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_a_child)


def take_threads() -> None:
    """BLAS has one thread from here on: the others are ours, and would wait for it."""
    global _users, _before
    found = blas()
    if found is not None:
        with _lock:
            if _users == 0:
                _before = found.threads()
                _set_to_one(found)
            _users += 1


def _set_to_one(found: Blas) -> None:
    try:
        if _before != 1:
            found.set_threads(1)
    except BaseException:  # Ctrl-C, which waits until C returns
        found.set_threads(_before)
        raise


def give_threads() -> None:
    """As many as before, when the last that took them is done."""
    global _users
    found = blas()
    if found is not None:
        with _lock:
            _users -= 1
            if _users == 0 and _before != 1:
                found.set_threads(_before)


def products_in_parts(work: Callable[[slice], object], size: int, each: int) -> None:
    """``in_parts`` for work in which BLAS is called: it has one thread meanwhile.

    Its threads would work on one product after the other, while ours wait for them; so
    they do where they are more than ours.

    >>> x, out = np.ones((6, 2)), np.empty(6)
    >>> products_in_parts(lambda i: np.matmul(x[i], [1.0, 2.0], out=out[i]), 6, 4)
    >>> out
    array([3., 3., 3., 3., 3., 3.])
    """
    found = blas()
    if size <= each or found is None or found.threads() > min(threads(), FEW):
        in_parts(work, size, each)
        return
    take_threads()
    try:
        in_parts(work, size, each)
    finally:
        give_threads()


def product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x @ y of a matrix y, on one core where it takes some 10 µs.

    Threads of OpenBLAS's, once awake, take turns with ours for a while. ``dot`` takes
    NumPy less than ``matmul`` to set about.

    >>> product(np.ones((2, 3)), np.ones((3, 1)))
    array([[3.],
           [3.]])
    """
    if not ALONE < x.size * y.shape[1] < WORTH:
        return x.dot(y)
    take_threads()
    try:
        return x.dot(y)
    finally:
        give_threads()
