"""Shared libraries that were built before, in a folder that is this user's alone.

A library lies there under a digest of all it was made of: the text (which is all that
our version has to do with it), the headers, the compiler, its flags, the processor.
Beside it lies the digest of the file itself, by which one that was cut or altered is
told and built anew. Files are written under other names and renamed, so that two
processes do no harm to each other.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shutil
import stat
import tempfile
from functools import lru_cache
from pathlib import Path

from .compilers import FLAGS, compile_c, compiler, version

HERE = Path(__file__).parent


def library(text: str, flags: tuple[str, ...] = ()) -> ctypes.CDLL:
    """The library of a C text: from the cache, or built.

    Raises:
        NoCompiler: it is not in the cache, and there is no compiler that works.
    """
    given = [*FLAGS, *flags]
    command = compiler()
    place = folder()
    parts = [text, *command, version(tuple(command)), *given, processor()]
    parts += [each.read_text(encoding="utf-8") for each in sorted(HERE.glob("*.h"))]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    target = place / f"{key}.so"
    if not is_whole(target):
        build(command, text, target, given)
    return ctypes.CDLL(str(target))


def build(command: list[str], text: str, target: Path, flags: list[str]) -> None:
    """Compile beside the target, and rename: digest first, so that neither is alone."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="build-") as room:
        source, made = Path(room, "program.c"), Path(room, "program.so")
        source.write_text(text, encoding="utf-8")
        compile_c(command, str(source), str(made), [*flags, f"-I{HERE}"])
        digest = Path(room, "digest")
        digest.write_text(digest_of(made))
        os.replace(source, target.with_suffix(".c"))
        os.replace(digest, target.with_suffix(".sha256"))
        os.replace(made, target)


def is_whole(target: Path) -> bool:
    """Whether a library is there, and as it was written."""
    try:
        expected = target.with_suffix(".sha256").read_text(encoding="ascii")
        return target.is_file() and expected == digest_of(target)
    except (OSError, UnicodeDecodeError):
        return False


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# The folder ---------------------------------------------------------------------------


def folder() -> Path:
    """The cache of this user; a temporary folder where it is not safe, or not there."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    wanted = Path(base, "glassgrad")
    try:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_private(wanted):
            return wanted
    except OSError:
        pass
    return _temporary(os.getpid())


def is_private(path: Path) -> bool:
    """Whether it is a folder, no link, of this user, that nobody else may write to."""
    about = os.lstat(path)
    mine = stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()
    return mine and not about.st_mode & 0o077 and os.access(path, os.W_OK | os.X_OK)


@lru_cache(1)
def _temporary(process: int) -> Path:
    """A private folder of this process, which ends with it."""
    import atexit

    path = Path(tempfile.mkdtemp(prefix="glassgrad-"))

    def remove() -> None:
        if os.getpid() == process:
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove)
    return path


@lru_cache(1)
def processor() -> str:
    """What -march=native depends on."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").split("\n")
    except OSError:
        return platform.processor() + platform.machine()
    return "\n".join(
        sorted({s for s in lines if s.startswith(("model name", "flags"))})
    )
