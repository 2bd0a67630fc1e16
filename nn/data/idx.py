"""IDX: the format of MNIST and Fashion-MNIST, an array after a header that says it."""

from __future__ import annotations

import gzip
import math
import zlib
from os import PathLike
from pathlib import Path

import numpy as np

KINDS = {
    0x08: np.dtype("u1"),
    0x09: np.dtype("i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}


def read_idx(path: str | PathLike[str]) -> np.ndarray:
    """The array in an IDX file, gzipped or not, of the shape and dtype it says.

    Two zero bytes, the kind of number, how many axes; their lengths, 4 bytes each; then
    the numbers, all big-endian. The array is in the machine's own byte order, and may
    be written. LeCun, Cortes, Burges, "The MNIST database" (1998).

    Raises:
        ValueError: it is no IDX file, is cut short, altered, or goes on after its end.

    >>> import gzip, pathlib, tempfile
    >>> content = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "images.gz")
    ...     _ = path.write_bytes(gzip.compress(content))
    ...     read_idx(path)
    array([[1, 2, 3],
           [4, 5, 6]], dtype=uint8)
    """
    content = _content(Path(path))
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in KINDS:
        raise ValueError(
            f"{path} is no IDX file: it begins with {content[:4].hex(' ') or 'nothing'}"
            f", not with 00 00, a kind of number ({_hex(KINDS)}) and a count of axes"
        )
    kind, start = KINDS[content[2]], 4 + 4 * content[3]
    if len(content) < start:
        raise ValueError(
            f"{path} is cut short: its header of {content[3]} axes takes {start} "
            f"bytes; the file has {len(content)}"
        )
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", content[3], 4))
    wanted = start + math.prod(shape) * kind.itemsize
    if len(content) != wanted:
        fault = "is cut short" if len(content) < wanted else "goes on after its end"
        raise ValueError(
            f"{path} {fault}: shape {shape} of {kind.name}, as its header says, takes "
            f"{wanted:,} bytes; the file has {len(content):,}"
        )
    numbers = np.frombuffer(content, kind, offset=start).reshape(shape)
    return numbers.astype(kind.newbyteorder("="))


def _content(path: Path) -> bytes:
    """The bytes of a file, unpacked where they are gzip's, whatever its name says."""
    content = path.read_bytes()
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(
            f"{path} is cut short or altered; unpacking it, gzip says: {error}"
        ) from error


def _hex(numbers: dict[int, np.dtype]) -> str:
    return ", ".join(f"{number:02x}" for number in numbers)
