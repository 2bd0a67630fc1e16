"""A file is replaced at once: whoever looks finds the old one or the new, whole."""

from __future__ import annotations

import errno
import fcntl
import os
import stat


def replace(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file so that neither a full disk nor a kill leaves half of one.

    The content goes to ``.NAME.tmp`` in the same folder, and to the disk; then that is
    renamed. The mode of a file that was there is kept, and a link goes on to lead to
    it. After an error the old file is as it was, and the temporary one gone; one that
    a killed process left is taken by the next.

    Raises:
        OSError: the folder is missing, full or not to be written, the path is no
            plain file, or another process or thread is writing there now.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replace(folder + "/x", b"old")
    ...     replace(folder + "/x", b"new")
    ...     Path(folder, "x").read_bytes(), os.listdir(folder)
    (b'new', ['x'])
    """
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    mode = _mode(target)
    temporary = os.path.join(folder, f".{name}.tmp")
    descriptor = _locked(temporary)
    try:
        os.ftruncate(descriptor, 0)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if mode is not None:
            os.fchmod(descriptor, mode)
        os.fsync(descriptor)
        os.rename(temporary, target)
    except BaseException:
        if _leads_to(temporary, descriptor):
            os.unlink(temporary)
        raise
    finally:
        os.close(descriptor)
    _sync(folder)


def _mode(target: str) -> int | None:
    """The permissions of the file that is there, if there is one."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        raise OSError(
            errno.EINVAL, "no plain file, which a new one can replace", target
        )
    return stat.S_IMODE(mode)


def _locked(temporary: str) -> int:
    """The temporary file, open; whoever else would write there is refused."""
    while True:
        flags = os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(temporary, flags, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _leads_to(temporary, descriptor):
                return descriptor
        except BlockingIOError as error:
            os.close(descriptor)
            told = "another process or thread is just writing this file"
            raise BlockingIOError(error.errno, told, temporary) from None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # of what the other has meanwhile renamed


def _leads_to(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _sync(folder: str) -> None:
    """Let the renaming reach the disk, where folders can be told to."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)
