"""Which C compiler there is, and what it is called with."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from functools import lru_cache

# Never -ffast-math: sums keep their order but for that of lanes, NaN stays NaN.
FLAGS = [
    "-std=gnu11", "-O2", "-ftree-vectorize", "-fopenmp-simd", "-march=native",
    "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math",
    "-fwrapv", "-fno-strict-aliasing", "-w", "-shared", "-fPIC",
]  # fmt: skip
ALLOWED = 600  # seconds of one compilation


class NoCompiler(RuntimeError):
    """There is no C compiler, or it does not work."""


def compiler() -> list[str]:
    """``$CC``, gcc, clang or cc; else that of the wheel ``ziglang``."""
    chosen = shlex.split(os.environ.get("CC", ""))
    if chosen:
        return chosen
    for name in ("gcc", "clang", "cc"):
        found = shutil.which(name)
        if found:
            return [found]
    if importlib.util.find_spec("ziglang"):
        return [sys.executable, "-m", "ziglang", "cc"]
    raise NoCompiler(
        "no C compiler: set CC, install gcc or clang, or the extra: "
        "pip install glassgrad[compile]"
    )


@lru_cache(8)
def version(command: tuple[str, ...]) -> str:
    """What a compiler says it is."""
    return _run([*command, "--version"])


def compile_c(command: list[str], source: str, target: str, flags: list[str]) -> None:
    """Make a shared library of a file of C."""
    _run([*command, *flags, source, "-o", target, "-lm", "-lpthread"])


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=ALLOWED,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        text = f"the C compiler {command[0]!r} does not run: {error}"
        raise NoCompiler(text) from None
    if done.returncode:
        raise NoCompiler(
            f"the C compiler {' '.join(command[:4])!r} failed with status "
            f"{done.returncode}: {done.stderr[-2000:]}"
        )
    return done.stdout
