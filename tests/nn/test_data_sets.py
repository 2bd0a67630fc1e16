"""Sets of examples: cut into parts at random, scaled by the training part alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from nn import data

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10) % 3


def test_rows_of_arrays_are_examples_one_or_several():
    both = data.TensorDataset(ag.tensor(X), Y)
    assert len(both) == 10
    assert [each.tolist() for each in both[3]] == [[6, 7], 0]
    assert [each.tolist() for each in both[8:]] == [[[16, 17], [18, 19]], [2, 0]]
    assert type(both[0][0]) is np.ndarray
    with pytest.raises(TypeError, match="needed; got list"):
        data.TensorDataset(X, [1, 2])
    with pytest.raises(TypeError, match="got none"):
        data.TensorDataset()


def test_a_part_of_a_part_reads_the_whole_at_once():
    class Counted(data.TensorDataset):
        reads = 0

        def examples(self, which):
            self.reads += 1
            return super().examples(which)

    whole = Counted(X, Y)
    part = data.Subset(data.Subset(whole, [9, 3, 5, 1]), [3, 0])
    assert [x[0].tolist() for x in nn.DataLoader(part, batch_size=2)] == [
        [[2, 3], [18, 19]]
    ]
    assert whole.reads == 1
    assert part[1][1] == 0
    assert part[-1][0].tolist() == [18, 19]
    with pytest.raises(IndexError, match="Subset has numbers of examples, from 0 to 9"):
        data.Subset(whole, [10])
    with pytest.raises(IndexError):
        part[2]


def test_a_dataset_says_what_it_lacks():
    class Nothing(data.Dataset):
        pass

    with pytest.raises(NotImplementedError, match="Nothing needs a __len__"):
        nn.DataLoader(Nothing())
    with pytest.raises(NotImplementedError, match="Nothing needs a __getitem__"):
        Nothing()[0]


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=60),
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 9),
)
def test_a_split_has_every_example_once_in_parts_of_the_right_sizes(
    labels, parts, stratified, seed
):
    shares = np.array(parts) / sum(parts)
    y = np.array(labels)
    stratify = y if stratified else None
    split = data.random_split(data.TensorDataset(y), shares, seed, stratify)
    again = data.random_split(data.TensorDataset(y), shares, seed, stratify)
    assert all(np.array_equal(a.indices, b.indices) for a, b in zip(split, again))
    together = np.concatenate([part.indices for part in split])
    assert sorted(together) == list(range(len(y)))
    for part, share in zip(split, shares):
        assert abs(len(part) - share * len(y)) < 1 + 1e-6
    if stratified:
        whole = np.bincount(y)
        for part in split[:1]:
            count = np.bincount(y[part.indices], minlength=len(whole))
            assert (abs(count - whole * len(part) / len(y)) < 1).all()


def test_the_only_member_of_a_class_goes_to_the_larger_part():
    y = np.array([0] * 98 + [1, 2])
    for shares in ([0.8, 0.2], [0.2, 0.8]):
        parts = data.random_split(y, shares, 0, y)
        assert {98, 99} <= set(max(parts, key=len).indices)


def test_which_of_a_class_comes_first_and_where_a_tie_goes_is_left_to_chance():
    y = np.array([0, 1])
    first = {
        int(data.random_split(y, [1, 1], seed, y)[0].indices[0]) for seed in range(9)
    }
    assert first == {0, 1}


@pytest.mark.parametrize(
    ("lengths", "told"),
    [
        ([5, 4], r"add up to 10 examples, .* got \[5, 4\], 9 in all"),
        ([0.5, 0.4], "0.9 in all"),
        ([11, -1], r"got \[11, -1\]"),
        ([np.nan, 1.0], "nan"),
        ([], r"got \[\]"),
    ],
)
def test_lengths_that_do_not_add_up_are_refused(lengths, told):
    with pytest.raises(ValueError, match=told):
        data.random_split(X, lengths)


def test_a_label_for_each_example_is_needed_to_stratify():
    with pytest.raises(ValueError, match=r"each of 10 examples; got shape \(9,\)"):
        data.random_split(X, [5, 5], stratify=Y[:9])


@pytest.mark.parametrize("lengths", [None, 3, "x", [None], [[1, 2]], [1j]])
def test_lengths_that_are_no_numbers_are_refused(lengths):
    with pytest.raises(TypeError, match="lengths that add up to 10 examples"):
        data.random_split(X, lengths)


WHOLE = {
    "batch_size": lambda n: nn.DataLoader(X, batch_size=n),
    "prefetch": lambda n: nn.DataLoader(X, prefetch=n),
    "by": lambda n: data.shift(X[None], n),
    "pad": lambda n: data.crop(X[None], 2, pad=n),
    "size": lambda n: data.cutout(X[None], n),
    "classes": lambda n: data.one_hot([0], n),
    "length": lambda n: data.Windows(Y, n),
    "stride": lambda n: data.Windows(Y, 2, n),
    "most": lambda n: data.Words.learn(["a b"], n),
}
WHOLE_TOO = {
    "size": lambda n: data.BytePairs.learn("aaaa", n),
    "length": lambda n: data.pack_sequences([[1]], n),
}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize(
    "number", [1.5, np.nan, np.inf, "3", 2j, [3], True, np.ones(2)]
)
def test_what_is_counted_is_counted_by_whole_numbers(name, number):
    for each in (WHOLE, WHOLE_TOO):
        if name in each:
            with pytest.raises(TypeError, match=f"{name} is a whole number; got"):
                each[name](number)


@pytest.mark.parametrize("given", [None, b"bytes", 3, ["a"], np.array(["a"])])
def test_a_text_is_a_str(given):
    for read in (
        data.Characters,
        data.Characters("a").encode,
        data.BytePairs([]).encode,
        data.words_of,
        lambda x: data.BytePairs.learn(x, 300),
        lambda x: data.Words.learn([x]),
        lambda x: data.Words(["<other>", x]),
    ):
        with pytest.raises(TypeError, match=r"takes a text, a str; got"):
            read(given)


def test_what_is_called_is_a_function():
    for name in ("collate", "augment"):
        with pytest.raises(TypeError, match=f"{name} is a function; got 'shift'"):
            nn.DataLoader(X, **{name: "shift"})


def test_shares_leave_what_rounding_leaves_to_the_first_parts():
    assert [len(x) for x in data.random_split(X, [0.35, 0.35, 0.3], 0)] == [4, 3, 3]
    assert [len(x) for x in data.random_split(X, [0.1] * 10, 0)] == [1] * 10
    assert [len(x) for x in data.random_split(X, [1, 0], 0)] == [10, 0]
    assert [len(x) for x in data.random_split(X, [7, 3], 0)] == [7, 3]


def test_classes_become_vectors_of_floats():
    assert data.one_hot(Y[:3]).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert data.one_hot([[1]], classes=2).tolist() == [[[0, 1]]]
    assert data.one_hot([0], 2, np.float64).dtype == np.float64
    with pytest.raises(ValueError, match="from 0 to 1; got 2"):
        data.one_hot([0, 2], classes=2)
    with pytest.raises(ValueError, match="got -1"):
        data.one_hot([-1])
    with pytest.raises(TypeError, match="float64"):
        data.one_hot([0.5])


# Scaling


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.uint8])
def test_scaling_is_fitted_once_applied_to_others_and_gone_back_from(dtype):
    training = np.random.default_rng(0).integers(0, 200, (50, 3)).astype(dtype)
    scaled = data.Standardize(training)
    z = scaled(training)
    assert z.dtype == (np.float32 if dtype == np.uint8 else dtype)
    precision = 0.01 if dtype == np.float16 else 1e-5
    assert np.allclose(z.mean(0, np.float64), 0, atol=precision)
    assert np.allclose(z.std(0, dtype=np.float64), 1, atol=precision)
    other = training[:5] // 2
    assert np.allclose(scaled.inverse(scaled(other)), other, rtol=precision, atol=0.1)


def test_a_constant_column_is_only_moved_whatever_rounding_says():
    x = np.full((7, 2), 0.1)
    x[:, 1] = 1e-300 * np.arange(7)
    z = data.Standardize(x)(x)
    assert (z[:, 0] == 0).all()
    assert np.isfinite(z).all()
    big = data.Standardize(np.full((3, 1), 1e8, np.float32))
    assert big(np.full((1, 1), 1e8, np.float32)) == 0


def test_the_axes_say_what_has_a_mean_of_its_own():
    images = np.random.default_rng(0).random((6, 3, 4, 4))
    z = data.Standardize(images, axis=(0, 2, 3))(images)
    assert np.allclose(z.mean((0, 2, 3)), 0)
    assert data.Standardize(images, axis=None).mean.shape == (1, 1, 1, 1)


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, np.uint64, bool])
def test_integers_become_float32_of_whatever_width(dtype):
    x = np.array([[1, 0], [0, 1], [1, 1]]).astype(dtype)
    scaled = data.Standardize(x)
    for way in (scaled, scaled.inverse):
        assert way(x).dtype == way(ag.tensor(x)).dtype == np.float32
    exact = data.Standardize(x.astype(np.float64))
    assert np.allclose(scaled(x), exact(x))
    assert exact(x).dtype == np.float64


def test_scaling_tensors_is_recorded():
    scaled = data.Standardize(X)
    slope = ag.grad(lambda x: scaled(x).sum())(X[:2])
    assert np.allclose(slope, 1 / np.repeat(scaled.std, 2, 0))


def test_what_cannot_be_scaled_is_refused():
    hole = X.copy()
    hole[4, 1] = np.nan
    for x, error, told in [
        (hole, ValueError, r"got nan at \(4, 1\), and 1 such"),
        (np.array([[np.inf]]), ValueError, r"inf at \(0, 0\)"),
        (X[:0], ValueError, r"examples to fit to; got shape \(0, 2\)"),
        (X * 1j, TypeError, "complex128"),
        (np.array(["a"]), TypeError, "real numbers; got <U1"),
    ]:
        with pytest.raises(error, match=told):
            data.Standardize(x)
    scaled = data.Standardize(X)
    for x in (X[:, :1], X[0], np.ones((2, 3))):
        for way in (scaled, scaled.inverse):
            with pytest.raises(ValueError, match=r"columns of shape \(1, 2\)"):
                way(x)


def test_a_scale_is_kept_and_taken_over():
    scaled, other = data.Standardize(X), data.Standardize(X * 3)
    other.load_state_dict(scaled.state_dict())
    assert np.array_equal(other(X), scaled(X))
    with pytest.raises(ValueError, match=r"shape \(1, 2\) are needed; got \(1, 1\)"):
        other.load_state_dict(data.Standardize(X[:, :1]).state_dict())
    with pytest.raises(KeyError, match="std"):
        other.load_state_dict({"mean": np.ones((1, 2))})
    assert np.array_equal(other(X), scaled(X))
