"""DataLoader: every example once an epoch, in an order that a seed repeats."""

import numpy as np
import pytest

import autograd as ag
import nn

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10)


class Squares:
    """A dataset: examples made on demand."""

    def __len__(self):
        return 5

    def __getitem__(self, i):
        if not 0 <= i < 5:
            raise IndexError(i)
        return np.array([i, i]), i * i


def labels(loader):
    return [batch[-1].tolist() for batch in loader]


def epoch(loader):
    return [label for batch in labels(loader) for label in batch]


@pytest.mark.parametrize(
    ("batch_size", "drop_last", "sizes"),
    [
        (3, False, [3, 3, 3, 1]),
        (3, True, [3, 3, 3]),
        (5, False, [5, 5]),
        (20, False, [10]),
        (20, True, []),
    ],
)
def test_batches_have_the_right_sizes(batch_size, drop_last, sizes):
    loader = nn.DataLoader(X, Y, batch_size=batch_size, drop_last=drop_last)
    assert [len(y) for _, y in loader] == sizes
    assert len(loader) == len(sizes)


def test_without_shuffling_the_order_is_kept():
    assert epoch(nn.DataLoader(X, Y, batch_size=4)) == list(range(10))


def test_shuffled_epochs_differ_and_hold_every_example_once():
    loader = nn.DataLoader(X, Y, batch_size=4, shuffle=True, generator=0)
    first, second = epoch(loader), epoch(loader)
    assert first != second
    assert sorted(first) == sorted(second) == list(range(10))


def test_rows_of_all_arrays_stay_together():
    for x, y in nn.DataLoader(X, Y, batch_size=3, shuffle=True, generator=0):
        assert np.array_equal(x[:, 0], 2 * y)


def test_a_seed_repeats_the_sequence_of_epochs():
    loaders = [nn.DataLoader(X, Y, shuffle=True, generator=7) for _ in range(2)]
    one, other = ([labels(loader) for _ in range(3)] for loader in loaders)
    assert one == other


def test_a_generator_is_used_and_the_default_one_is_seeded_with_nn():
    loader = nn.DataLoader(X, Y, shuffle=True, generator=np.random.default_rng(7))
    assert labels(loader) == labels(nn.DataLoader(X, Y, shuffle=True, generator=7))
    loader = nn.DataLoader(X, Y, shuffle=True)
    nn.seed(1)
    first = labels(loader)
    nn.seed(1)
    assert labels(loader) == first


def test_two_iterations_at_once_do_not_disturb_each_other():
    loader = nn.DataLoader(X, Y, batch_size=5)
    pairs = [(a.tolist(), b.tolist()) for (_, a), (_, b) in zip(loader, loader)]
    assert all(a == b for a, b in pairs)


def test_one_array_gives_tuples_of_one():
    (batch,) = next(iter(nn.DataLoader(X, batch_size=2)))
    assert batch.tolist() == [[0, 1], [2, 3]]


def test_tensors_are_loaded_as_arrays():
    (batch,) = next(iter(nn.DataLoader(ag.tensor(X), batch_size=2)))
    assert type(batch) is np.ndarray


def test_a_dataset_is_stacked_column_by_column():
    x, y = next(iter(nn.DataLoader(Squares(), batch_size=3)))
    assert x.tolist() == [[0, 0], [1, 1], [2, 2]]
    assert y.tolist() == [0, 1, 4]


def test_a_list_is_a_dataset():
    assert labels(nn.DataLoader([5, 6, 7], batch_size=2)) == [[5, 6], [7]]


def test_arrays_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"lengths \[10, 9\]"):
        nn.DataLoader(X, Y[:9])


def test_what_is_neither_arrays_nor_one_dataset_is_refused():
    with pytest.raises(TypeError, match="one dataset; got ndarray, list"):
        nn.DataLoader(X, [1, 2])
    with pytest.raises(TypeError, match="needs arrays"):
        nn.DataLoader()
    with pytest.raises(ValueError, match="at least 1; got 0"):
        nn.DataLoader(X, batch_size=0)
