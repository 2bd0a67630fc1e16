"""Peers, each installed into an environment of its own under ``.benchmarks/``."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".benchmarks"
REQUIREMENTS = {
    "torch": ["torch==2.13.0", "numpy"],
    "micrograd": ["micrograd==0.1.0"],
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
