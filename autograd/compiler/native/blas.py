"""NumPy's own BLAS: where its products of matrices are, and its number of threads."""

from __future__ import annotations

import ctypes
import glob
import os
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

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
        for product, threads, integer in NAMES:
            try:
                return Blas(
                    ctypes.cast(getattr(library, product.format("s")), ctypes.c_void_p),
                    ctypes.cast(getattr(library, product.format("d")), ctypes.c_void_p),
                    getattr(library, threads.format("get")),
                    getattr(library, threads.format("set")),
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
