"""Peers, each installed into an environment of its own under ``.benchmarks/``."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

from .works import OURS

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".benchmarks"
REQUIREMENTS = {
    "torch": ["torch==2.13.0", "numpy"],
    "micrograd": ["micrograd==0.1.0"],
    "jax": ["jax==0.10.2"],
    "hips": ["autograd==1.9.1", "scipy"],  # HIPS autograd has our import name
    "mygrad": ["mygrad==2.5.0"],
    "tinygrad": ["tinygrad==0.14.0", "numpy"],
}


def python_of(peer: str) -> str:
    """The interpreter of the peer's environment, which is made on first use."""
    folder = CACHE / peer
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if not ready.exists():
        print(f"installing {peer} into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", *REQUIREMENTS[peer]], check=True
        )
        ready.touch()
    return str(python)


def environment(side: str, threads: int) -> dict[str, str]:
    """The variables of a process: only ours finds this repository.

    All pools of threads are of one size: BLAS's, OpenMP's, XLA's.
    """
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT) if side in OURS else "",
        "GLASSGRAD_NUM_THREADS": str(threads),
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()}",
        "NUMBA_NUM_THREADS": str(threads),
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
    }
