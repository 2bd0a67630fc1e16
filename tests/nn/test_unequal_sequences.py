"""Sequences of unequal length: padded, packed and cut, and all there again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn import data

RAGGED = st.lists(
    st.lists(st.integers(0, 99), max_size=7).map(lambda x: np.array(x, np.int64)),
    min_size=1,
    max_size=9,
)


@given(RAGGED, st.integers(0, 3))
def test_what_is_padded_is_there_again(sequences, more):
    steps = max(map(len, sequences)) + more
    padded, lengths = data.pad_sequences(sequences, value=-1, length=steps)
    assert padded.shape == (len(sequences), steps)
    for one, other in zip(
        sequences, data.unpad_sequences(padded, lengths), strict=True
    ):
        assert np.array_equal(one, other)
    assert np.array_equal(padded == -1, data.padding_mask(lengths, steps))


@given(RAGGED, st.integers(0, 3))
def test_what_is_packed_is_there_once_in_as_few_steps_as_there_are(sequences, more):
    length = max(1, max(map(len, sequences)) + more)
    rows, of, place = data.pack_sequences(sequences, length, value=-1)
    assert rows.shape == of.shape == place.shape
    assert np.array_equal(rows == -1, of == -1)
    for i, sequence in enumerate(sequences):
        assert np.array_equal(rows[of == i], sequence)
        assert np.array_equal(place[of == i], np.arange(len(sequence)))
        assert len(np.unique(np.nonzero(of == i)[0])) <= 1
    total = sum(map(len, sequences))
    assert len(rows) <= max(1, 2 * total / length + 1)


def test_steps_may_be_vectors_and_dtypes_are_kept():
    sequences = [np.ones((3, 2), np.float32), np.ones((1, 2), np.float32)]
    padded, _ = data.pad_sequences(sequences, value=-np.inf)
    assert padded.shape == (2, 3, 2)
    assert padded.dtype == np.float32
    rows, of, _ = data.pack_sequences(sequences, 4)
    assert rows.shape == (1, 4, 2)
    assert of.tolist() == [[0, 0, 0, 1]]


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        (lambda: data.pad_sequences([]), ValueError, "sequence at least; got none"),
        (lambda: data.pad_sequences([[1, 2]], length=1), ValueError, "0 has 2. Cut it"),
        (
            lambda: data.pad_sequences([[1]], 0.5),
            TypeError,
            "int64 cannot be padded by",
        ),
        (lambda: data.pad_sequences(["ab"]), TypeError, "got <U2 of shape"),
        (lambda: data.pad_sequences([1, 2]), TypeError, r"shape \(\) as number 0"),
        (
            lambda: data.pad_sequences([np.ones((1, 2)), np.ones((1, 3))]),
            ValueError,
            r"steps of \[\(2,\), \(3,\)\]",
        ),
        (lambda: data.pack_sequences([[1, 2]], 1), ValueError, "0 has 2"),
        (lambda: data.padding_mask([3], 2), IndexError, "from 0 to 2; got 3"),
        (lambda: data.padding_mask([1.0]), TypeError, "whole numbers"),
        (
            lambda: data.unpad_sequences(np.ones((2, 3)), [1]),
            ValueError,
            "each of 2 rows; got 1",
        ),
        (lambda: data.Windows(np.arange(4), 4), ValueError, "more than 4; got 4"),
        (lambda: data.Windows(np.arange(4), 0), ValueError, "at least 1; got 0"),
        (
            lambda: data.Windows(np.arange(4), 2)[2],
            IndexError,
            "2 windows; got number 2",
        ),
    ],
)
def test_what_does_not_fit_is_refused(wrong, error, told):
    with pytest.raises(error, match=told):
        wrong()


@given(st.integers(2, 30), st.integers(1, 8), st.integers(1, 8))
def test_windows_are_all_there_and_the_same_one_by_one_or_at_once(n, length, stride):
    if n <= length:
        return
    windows = data.Windows(np.arange(n), length, stride)
    x, y = windows.examples(slice(None))
    assert np.array_equal(x[:, 0], np.arange(0, n - length, stride))
    assert np.array_equal(x + 1, y)
    one_by_one = [windows[i] for i in range(len(windows))]
    assert np.array_equal(np.stack([a for a, _ in one_by_one]), x)
    assert np.array_equal(windows[-1][1], y[-1])
    loaded = [a for a, _ in nn.DataLoader(windows, batch_size=3)]
    assert np.array_equal(np.concatenate(loaded), x)
