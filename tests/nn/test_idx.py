"""IDX files: read as written, and refused where they are not whole."""

import gzip
import struct

import numpy as np
import pytest

from nn.data import read_idx

CODES = {"u1": 8, "i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}


def written(array, code):
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    return header + array.tobytes()


@pytest.fixture
def file(tmp_path):
    def of(content):
        path = tmp_path / "images-idx3-ubyte"
        path.write_bytes(content)
        return path

    return of


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("shape", [(2, 3, 4), (5,), (), (0, 3)])
@pytest.mark.parametrize("packed", [False, True])
def test_every_kind_and_shape_is_read_as_written(kind, shape, packed, file):
    array = np.random.default_rng(0).integers(0, 99, shape).astype(kind)
    content = written(array, CODES[kind])
    read = read_idx(file(gzip.compress(content) if packed else content))
    assert read.shape == shape
    assert read.dtype == np.dtype(kind).newbyteorder("=")
    assert read.dtype.isnative
    assert np.array_equal(read, array)
    assert read.flags.writeable


CONTENT = written(np.arange(24, dtype="u1").reshape(2, 3, 4), 8)


def test_a_file_cut_anywhere_is_refused(file):
    packed = gzip.compress(CONTENT)
    for whole in (CONTENT, packed):
        for n in range(len(whole)):
            with pytest.raises(ValueError, match=r"cut short|no IDX file"):
                read_idx(file(whole[:n]))


def test_a_packed_file_with_a_byte_changed_is_refused_or_the_same(file):
    packed = gzip.compress(CONTENT)
    for i in range(len(packed)):
        changed = bytearray(packed)
        changed[i] ^= 0x55
        path = file(bytes(changed))
        if 4 <= i < 10:  # the time and the system in gzip's header
            assert np.array_equal(read_idx(path).ravel(), np.arange(24))
        else:
            with pytest.raises(ValueError, match="images-idx3-ubyte"):
                read_idx(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "begins with nothing"),
        (b"\x89PNG\r\n", "begins with 89 50 4e 47"),
        (b"\0\0\x0a\x01\0\0\0\1a", "not with 00 00, a kind of number"),
        (
            b"\0\0\x08\x03\0\0\0\1",
            "its header of 3 axes takes 16 bytes; the file has 8",
        ),
        (CONTENT + b"\0", r"goes on after its end: shape \(2, 3, 4\) of uint8"),
        (CONTENT[:-1], "takes 40 bytes; the file has 39"),
        (b"\0\0\x08\x02" + b"\xff" * 8, "takes 18,446,744,065,119,617,037 bytes"),
    ],
)
def test_it_is_said_what_is_wrong(content, told, file):
    with pytest.raises(ValueError, match=told):
        read_idx(file(content))


def test_a_missing_file_is_pythons_own_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing"):
        read_idx(tmp_path / "nothing")
