"""PyTorch's own files, read without PyTorch: a zip archive of numbers and a pickle."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZIP_STORED, ZipFile

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .pickled import interpreted
from .tensors import widened

STORAGES = {
    "BoolStorage": "?",
    "ByteStorage": "u1",
    "CharStorage": "i1",
    "ShortStorage": "i2",
    "IntStorage": "i4",
    "LongStorage": "i8",
    "HalfStorage": "f2",
    "FloatStorage": "f4",
    "DoubleStorage": "f8",
    "ComplexFloatStorage": "c8",
    "ComplexDoubleStorage": "c16",
    "BFloat16Storage": "bfloat16",
}


class Storage(NamedTuple):
    """The numbers that one or several tensors look at."""

    numbers: np.ndarray
    kind: str


def is_pytorch(content: bytes) -> bool:
    """Whether this is a zip archive or a pickle, and no safetensors.

    >>> is_pytorch(b"PK" + bytes([3, 4]) + bytes(9))
    True
    """
    return content.startswith((b"PK", b"\x80")) and content[8:9] != b"{"


def read(content: bytes, source: str) -> dict[Any, Any]:
    """What ``torch.save`` wrote of tensors in dictionaries; they become arrays.

    Raises:
        ValueError: the file is damaged, holds more than weights, or is too old.
    """
    if content.startswith(b"\x80"):
        raise ValueError(
            f"{source} is a bare pickle, as PyTorch wrote before 1.6, and is not read. "
            "In PyTorch: torch.save(torch.load(path), path)"
        )
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _read(archive)
    except Exception as error:  # whatever a damaged file leads to
        raise ValueError(f"{source} was not read: {error or repr(error)}") from error


def _read(archive: ZipFile) -> dict[Any, Any]:
    inside = archive.namelist()
    pickles = [name for name in inside if name.rpartition("/")[2] == "data.pkl"]
    if len(pickles) != 1:
        raise ValueError("the archive has no data.pkl, and is not one of torch.save")
    folder = pickles[0].removesuffix("data.pkl")
    if f"{folder}constants.pkl" in inside:
        raise ValueError("it is a TorchScript program; save model.state_dict() instead")

    def entry(name: str) -> bytes:
        info = archive.getinfo(folder + name)
        if info.compress_type != ZIP_STORED:
            raise ValueError(f"{name} is compressed, which torch.save never does")
        return archive.read(info)

    order = entry("byteorder") if f"{folder}byteorder" in inside else b"little"
    if order not in (b"little", b"big"):
        raise ValueError(f"the byte order is to be little or big; got {order!r}")
    names: dict[str, Any] = {f"torch.{name}": name for name in STORAGES}
    names |= {
        "collections.OrderedDict": dict,
        "torch._utils._rebuild_parameter": _parameter,
        "torch._utils._rebuild_tensor_v2": _tensor,
    }
    storages = _storages(entry, ">" if order == b"big" else "<")
    found = interpreted(entry("data.pkl"), names, storages)
    if type(found) is not dict:
        raise ValueError(f"expected a dictionary; it holds a {type(found).__name__}")
    return found


def _storages(entry: Callable[[str], bytes], order: str) -> Callable[[Any], Storage]:
    """The function that finds a storage by what the pickle says of it."""
    known: dict[str, Storage] = {}

    def storage(asked: Any) -> Storage:
        what, kind, key, _, size = asked
        if what != "storage" or kind not in STORAGES:
            raise ValueError(f"a storage of numbers is expected; got {what} {kind}")
        if key not in known:
            dtype = "u2" if STORAGES[kind] == "bfloat16" else STORAGES[kind]
            numbers = np.frombuffer(entry(f"data/{key}"), np.dtype(order + dtype))
            known[key] = Storage(numbers, kind)
        if known[key].kind != kind or len(known[key].numbers) != size:
            found = f"{len(known[key].numbers)} of {known[key].kind}"
            raise ValueError(f"data/{key}: expected {size} of {kind}; got {found}")
        return known[key]

    return storage


def _tensor(
    storage: Storage,
    offset: int,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    requires_grad: bool = False,
    hooks: Any = None,
    metadata: Any = None,
) -> np.ndarray:
    """A copy of the elements of a storage that a tensor looks at."""
    numbers, kind = storage
    steps = [offset, *size, *stride]
    if any(type(n) is not int or n < 0 for n in steps) or len(size) != len(stride):
        raise ValueError(f"no tensor has offset {offset}, size {size}, stride {stride}")
    last = offset + sum((n - 1) * step for n, step in zip(size, stride))
    if 0 not in size and last >= len(numbers):
        raise ValueError(
            f"a tensor of size {size}, stride {stride} from {offset} on needs more "
            f"than the {len(numbers)} elements of its storage"
        )
    if metadata:
        raise ValueError(f"a tensor is {', '.join(metadata)}, which is not read")
    if 0 in size:
        array = np.empty(size, numbers.dtype)
    else:
        strides = [step * numbers.itemsize for step in stride]
        array = as_strided(numbers[offset:], size, strides)
    if STORAGES[kind] == "bfloat16":
        return widened(array)
    return array.astype(array.dtype.newbyteorder("="), order="C")


def _parameter(data: np.ndarray, requires_grad: bool, hooks: Any) -> np.ndarray:
    return data
