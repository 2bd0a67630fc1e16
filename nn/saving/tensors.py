"""Safetensors with a digest of their content, by which a damaged file is known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from types import ModuleType

import numpy as np

Arrays = dict[str, np.ndarray]
Notes = dict[str, str]  # what safetensors calls metadata

DIGEST, PAIRS = "glassgrad.sha256", "glassgrad.complex128"
STORED = {f"{kind}{size}" for kind in ("int", "uint") for size in (8, 16, 32, 64)}
STORED |= {"bool", "float16", "float32", "float64", "complex64"}
READ = {
    "BOOL": "?", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "U8": "u1", "U16": "<u2", "U32": "<u4", "U64": "<u8",
    "F16": "<f2", "F32": "<f4", "F64": "<f8", "C64": "<c8", "BF16": "<u2",
}  # fmt: skip


def written(arrays: Mapping[str, np.ndarray], notes: Notes) -> bytes:
    """The content of a safetensors file, of arrays and texts by name.

    complex128, which the format does not have, is stored as pairs of float64.

    Raises:
        TypeError: an array has a dtype that cannot be stored, or a name that is taken.

    >>> read(written({"x": np.ones(2)}, {"unit": "m"}), "the file")
    ({'x': array([1., 1.])}, {'unit': 'm'})
    """
    plain, pairs = {}, []
    for name, array in arrays.items():
        if array.dtype.name == "complex128":
            pairs.append(name)
            array = np.stack([array.real, array.imag], axis=-1)
        if name == "__metadata__":
            raise TypeError(f"{name} is where safetensors has texts; name it anew")
        if array.dtype.name not in STORED:
            raise TypeError(
                f"{name}: an array of {array.dtype} cannot be saved; expected one of "
                "bool, integers, float16 to float64, complex64 or complex128"
            )
        little = array.dtype.newbyteorder("<")
        plain[name] = np.asarray(array, little, order="C")
    notes = {**notes, PAIRS: json.dumps(pairs)} if pairs else dict(notes)
    save = _library("numpy").save
    return save(plain, metadata={**notes, DIGEST: _digest(plain, notes)})


def read(content: bytes, source: str) -> tuple[Arrays, Notes]:
    """The arrays and the texts of a safetensors file, bfloat16 as float32.

    Raises:
        ValueError: the content is cut, or is not what was written.
    """
    safetensors = _library()
    try:
        parts = safetensors.deserialize(content)
    except safetensors.SafetensorError as error:
        raise ValueError(
            f"{source} is no safetensors file, or was cut or altered: {error}"
        ) from None
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    notes: Notes = header.get("__metadata__") or {}
    arrays = {name: _array(name, x, source) for name, x in parts}
    digest = notes.pop(DIGEST, None)
    if digest is not None and digest != _digest(arrays, notes):
        raise ValueError(
            f"{source} was altered: its content is not what its digest says. Load "
            "another copy"
        )
    for name in json.loads(notes.pop(PAIRS, "[]")):
        arrays[name] = arrays[name].view(np.complex128)[..., 0]
    for name, first in notes.items():  # PyTorch's save_model notes what is shared
        if name not in arrays and first in arrays:
            arrays[name] = arrays[first].copy()
    return arrays, notes


def _array(name: str, stored: Mapping[str, object], source: str) -> np.ndarray:
    kind = str(stored["dtype"])
    if kind not in READ:
        raise ValueError(
            f"{source}: {name} is of dtype {kind}, which NumPy has not; cast it before "
            "saving"
        )
    array = np.frombuffer(stored["data"], READ[kind]).reshape(stored["shape"])  # type: ignore[call-overload]
    if kind == "BF16":
        return widened(array)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def widened(bits: np.ndarray) -> np.ndarray:
    """bfloat16, as 16 bits, in float32: which is the same with 16 zeros after it.

    >>> widened(np.array([0x3F80, 0xC000], np.uint16))
    array([ 1., -2.], dtype=float32)
    """
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)


def _digest(arrays: Mapping[str, np.ndarray], notes: Notes) -> str:
    """Of all names, dtypes, shapes, numbers and texts, whatever their order."""
    names = sorted(arrays)
    heads = [(name, arrays[name].dtype.name, arrays[name].shape) for name in names]
    digest = sha256(json.dumps([heads, sorted(notes.items())]).encode())
    for name in names:
        little = arrays[name].dtype.newbyteorder("<")
        array = np.asarray(arrays[name], little, order="C")
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _library(part: str = "") -> ModuleType:
    try:
        import safetensors
        import safetensors.numpy
    except ImportError as error:
        raise ImportError(
            "files of weights need the package safetensors; install it with "
            'pip install "glassgrad[train]"'
        ) from error
    return safetensors.numpy if part else safetensors
