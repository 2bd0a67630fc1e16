"""DataLoader: every example once an epoch, in an order that a seed repeats."""

import copy
import itertools
import threading
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    with pytest.raises(TypeError, match="one dataset, is needed; got ndarray, list"):
        nn.DataLoader(X, [1, 2])
    with pytest.raises(TypeError, match="is needed; got nothing"):
        nn.DataLoader()
    with pytest.raises(ValueError, match="at least 1; got 0"):
        nn.DataLoader(X, batch_size=0)


def test_a_batch_size_without_its_name_is_told_to_be_given_by_it():
    for data in ([5, 6, 7], X):
        with pytest.raises(TypeError, match=r"int[.] Options are given by name"):
            nn.DataLoader(data, 2)


# The order


def test_a_sampler_says_which_examples_and_in_what_order():
    for sampler in (
        np.array([7, 2, 2]),
        [7, 2, 2],
        (7, 2, 2),
        np.array([7, 2, 2], "u1"),
    ):
        loader = nn.DataLoader(X, Y, batch_size=2, sampler=sampler)
        assert labels(loader) == labels(loader) == [[7, 2], [2]]
        assert len(loader) == 2
    assert epoch(nn.DataLoader(X, Y, sampler=range(9, 6, -1))) == [9, 8, 7]


class Halves:
    """A sampler with an order of its own in every epoch, which can be kept."""

    def __init__(self):
        self.epochs = 0

    def __len__(self):
        return 5

    def __iter__(self):
        self.epochs += 1
        return iter(range(self.epochs % 2, 10, 2))

    def state_dict(self):
        return {"epochs": self.epochs}

    def load_state_dict(self, state):
        self.epochs = state["epochs"]


def test_a_sampler_is_iterated_for_each_epoch():
    loader = nn.DataLoader(X, Y, sampler=Halves())
    assert [epoch(loader) for _ in range(2)] == [[1, 3, 5, 7, 9], [0, 2, 4, 6, 8]]


def test_weights_draw_as_many_with_replacement_in_proportion():
    weights = np.where(Y < 2, 0, np.where(Y == 9, 8.0, 1.0))
    loader = nn.DataLoader(X, Y, weights=weights, batch_size=3, generator=0)
    drawn = np.concatenate([epoch(loader) for _ in range(400)])
    assert len(drawn) == 4000
    shares = np.bincount(drawn, minlength=10) / len(drawn)
    assert np.allclose(shares, weights / weights.sum(), atol=0.03)
    assert shares[:2].sum() == 0


def test_weights_of_any_size_have_their_proportion():
    for scale in (1e308, 5e-324 * 2**10):
        loader = nn.DataLoader(X, Y, weights=np.full(10, scale), generator=0)
        assert 3 <= len(set(epoch(loader))) <= 10


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"sampler": [0, 10]}, IndexError, "from 0 to 9; got 10 at position 1"),
        ({"sampler": [-1]}, IndexError, "got -1"),
        ({"sampler": [0.5]}, TypeError, "whole numbers of examples; got float64"),
        ({"sampler": Y > 3}, TypeError, r"np\.flatnonzero\(mask\)"),
        ({"sampler": [[1, 2]]}, ValueError, r"one row .* got shape \(1, 2\)"),
        ({"sampler": iter([1])}, TypeError, r"has a len\(\)"),
        ({"sampler": []}, ValueError, "this one has none"),
        ({"sampler": [1], "shuffle": True}, ValueError, "one of shuffle, sampler"),
        ({"weights": np.ones(10), "shuffle": True}, ValueError, "one of shuffle"),
        ({"weights": np.ones(9)}, ValueError, r"each of 10 examples; got shape \(9,\)"),
        ({"weights": np.where(Y == 4, np.nan, 1)}, ValueError, "nan at position 4"),
        ({"weights": np.where(Y == 4, np.inf, 1)}, ValueError, "inf at position 4"),
        ({"weights": 3.0 - Y}, ValueError, "not negative; got -1.0 at position 4"),
        ({"weights": np.zeros(10)}, ValueError, "all zero"),
        ({"weights": ["1"] * 10}, TypeError, "real numbers; got"),
        ({"batch_size": 2.0}, TypeError, "batch_size is a whole number; got 2.0"),
        ({"batch_size": True}, TypeError, "batch_size is a whole number; got True"),
        ({"batch_size": -3}, ValueError, "at least 1; got -3"),
        ({"prefetch": -1}, ValueError, "prefetch is at least 0; got -1"),
        (
            {"batch_size": 11, "drop_last": True},
            ValueError,
            "no full batch of 11 in 10",
        ),
    ],
)
def test_an_order_that_cannot_be_is_refused_where_it_is_asked_for(options, error, told):
    with pytest.raises(error, match=told):
        nn.DataLoader(X, Y, **options)


def test_a_sampler_that_goes_wrong_later_is_told_then():
    class Wrong(list):
        def __iter__(self):
            return iter([1, 12])

    with pytest.raises(IndexError, match="got 12 at position 1"):
        iter(nn.DataLoader(X, sampler=wrapped(Wrong([1, 2]))))
    with pytest.raises(ValueError, match=r"len\(\) of 3; it gave 2"):
        iter(nn.DataLoader(X, sampler=wrapped(Halves(), n=3, gives=[1, 2])))


def wrapped(sampler, n=2, gives=None):
    class Sampler:
        def __len__(self):
            return n

        def __iter__(self):
            return iter(sampler if gives is None else gives)

    return Sampler()


def test_data_without_an_example_are_refused():
    for empty in (X[:0], [], nn.data.Subset([1, 2], [])):
        with pytest.raises(ValueError, match="no example"):
            nn.DataLoader(empty)


def test_data_that_cannot_be_batches_are_refused():
    with pytest.raises(ValueError, match=r"first axis are needed; got shapes \[\(\)\]"):
        nn.DataLoader(np.array(3.0))
    ragged = np.array([[1, 2], [3]], dtype=object)
    with pytest.raises(TypeError, match=r"one of objects.*pad_sequences"):
        nn.DataLoader(ragged)
    with pytest.raises(TypeError, match="MaskedArray"):
        nn.DataLoader(np.ma.masked_array([1.0, 2.0], [0, 1]))
    with pytest.raises(TypeError, match=r"columns by name: take nn\.data\.table"):
        nn.DataLoader({"a": [1, 2]})
    with pytest.raises(TypeError, match=r"len\(\) and examples by number"):
        nn.DataLoader(3)
    with pytest.raises(ValueError, match=r"part 0 has shapes \[\(1,\), \(2,\)\]"):
        list(nn.DataLoader([[np.ones(1)], [np.ones(2)]], batch_size=2))
    with pytest.raises(ValueError, match=r"as many parts .* some of \[1, 2\]"):
        list(nn.DataLoader([(1,), (1, 2)], batch_size=2))


# The batch


def test_collate_makes_the_batch_of_a_list_of_examples():
    texts = ["a", "bcd", "ef"]
    (batch,) = nn.DataLoader(texts, batch_size=3, collate="".join)
    assert batch == ("abcdef",)
    pad = nn.data.pad_sequences
    ragged = [[1, 2], [3], [4, 5, 6]]
    ((padded, lengths),) = nn.DataLoader(ragged, batch_size=3, collate=pad)
    assert padded.tolist() == [[1, 2, 0], [3, 0, 0], [4, 5, 6]]
    assert lengths.tolist() == [2, 1, 3]
    (batch,) = nn.DataLoader(X, Y, batch_size=10, collate=lambda rows: rows)
    assert [int(y) for _, y in batch[0]] == Y.tolist()


def with_noise(x, generator):
    return x + generator.standard_normal(x.shape)


def test_augmenting_changes_the_first_array_by_a_generator_of_the_batchs_own():
    options = {"batch_size": 4, "shuffle": True, "generator": 3}
    plain = nn.DataLoader(X, Y, **options)
    noisy = [nn.DataLoader(X, Y, augment=with_noise, **options) for _ in range(2)]
    epochs = [[list(loader) for _ in range(2)] for loader in [plain, *noisy]]
    for batches in zip(*(epoch[0] for epoch in epochs)):
        (x, y), (a, b), (c, d) = batches
        assert np.array_equal(y, b)
        assert np.array_equal(b, d)
        assert np.array_equal(a, c)
        assert not np.array_equal(x, a)
    again = [x for epoch in epochs[1] for x, _ in epoch]
    drawn = np.concatenate([x - X[x.round().astype(int)[:, 0] * 0] for x in again])
    assert len(np.unique(drawn)) == drawn.size  # no batch and no epoch draws alike


# Made ahead


def threads():
    return [t for t in threading.enumerate() if "prefetch" in t.name]


@pytest.mark.parametrize("prefetch", [1, 3, 100])
def test_batches_made_ahead_are_the_same_batches(prefetch):
    options = {"batch_size": 3, "shuffle": True, "augment": with_noise, "generator": 5}
    plain, ahead = (nn.DataLoader(X, Y, prefetch=n, **options) for n in (0, prefetch))
    for _ in range(2):
        for one, other in zip(plain, ahead, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(one, other))
    assert not threads()


def test_no_more_are_made_ahead_than_asked_for():
    asked = []

    class Counting(Squares):
        def __getitem__(self, i):
            asked.append(i)
            return super().__getitem__(i)

    batches = iter(nn.DataLoader(Counting(), prefetch=2))
    next(batches)
    next(batches)
    batches.close()
    assert 2 <= len(asked) <= 4


def test_a_loop_left_leaves_no_thread_behind():
    loader = nn.DataLoader(X, Y, prefetch=2)
    for _ in loader:
        assert len(threads()) == 1
        break
    assert not threads()
    with pytest.raises(ZeroDivisionError):
        left_by_an_error(loader)
    assert not threads()
    batches = iter(loader)
    next(batches)
    del batches
    assert not threads()


def left_by_an_error(loader):
    for _ in loader:
        1 / 0


def failing(examples):
    if any(y == 4 for _, y in examples):
        raise OSError("the disk is gone")
    return np.stack([x for x, _ in examples])


def test_an_error_in_the_thread_comes_when_its_batch_is_due_with_its_traceback():
    batches = iter(nn.DataLoader(X, Y, batch_size=2, collate=failing, prefetch=4))
    assert [len(next(batches)[0]) for _ in range(2)] == [2, 2]
    with pytest.raises(OSError, match="the disk is gone") as caught:
        next(batches)
    assert caught.traceback[-1].name == "failing"
    assert not threads()


def test_the_thread_has_the_settings_of_the_loop():
    def divided(examples):
        return np.stack([x for x, _ in examples]) / 0.0

    with (
        np.errstate(divide="raise", invalid="raise"),
        pytest.raises(FloatingPointError),
    ):
        list(nn.DataLoader(X, Y, collate=divided, prefetch=1))


# Going on


ORDERS = {
    "as they are": {},
    "shuffled": {"shuffle": True},
    "weights": {"weights": Y + 1.0},
    "array": {"sampler": [9, 4, 4, 2, 0, 1]},
    "sampler": {"sampler": Halves},
    "augmented": {"shuffle": True, "augment": with_noise},
    "drop_last": {"shuffle": True, "drop_last": True},
}


def made(order, seed, prefetch=0):
    options = dict(ORDERS[order])
    if options.get("sampler") is Halves:
        options["sampler"] = Halves()
    return nn.DataLoader(
        X, Y, batch_size=3, generator=seed, prefetch=prefetch, **options
    )


def told(loader, epochs):
    return [[x.tolist() for x in batch] for _ in range(epochs) for batch in loader]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("prefetch", [0, 2])
@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_resumed_loader_gives_what_was_still_to_come(order, prefetch, done):
    loader = made(order, 1, prefetch)
    told(loader, 1)
    batches = iter(loader)
    for _ in range(done):
        next(batches)
    state = copy.deepcopy(loader.state_dict())
    wanted = [[x.tolist() for x in batch] for batch in batches] + told(loader, 2)
    other = made(order, 2, 2 - prefetch)
    other.load_state_dict(state)
    again = other.state_dict()
    assert str(again) == str(state)
    assert told(other, 3) == wanted


@pytest.mark.parametrize("order", ORDERS)
def test_between_epochs_a_resumed_loader_begins_the_next(order):
    loader, other = made(order, 1), made(order, 2)
    told(loader, 2)
    other.load_state_dict(loader.state_dict())
    assert told(other, 2) == told(loader, 2)


def steps(loader, epochs):
    """Every batch of some epochs, with the state as it is in the body of the loop."""
    for epoch in range(epochs):
        for batch in loader:
            yield epoch, [x.tolist() for x in batch], loader.state_dict()


@given(
    st.sampled_from(list(ORDERS)),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=5),
)
@settings(max_examples=60)
def test_a_run_killed_again_and_again_gives_the_batches_of_one_that_was_not(
    order, kills
):
    wanted = [batch for _, batch, _ in steps(made(order, 0), 4)]
    seen, epoch, state = [], 0, made(order, 0).state_dict()
    for seed, (survived, prefetch) in enumerate([*kills, (1000, 2)], start=1):
        loader = made(order, seed, prefetch)
        loader.load_state_dict(copy.deepcopy(state))
        begun = epoch
        for further, batch, now in itertools.islice(steps(loader, 4 - epoch), survived):
            seen.append(batch)
            epoch, state = begun + further, now
    assert seen == wanted


def test_in_the_body_of_the_last_batch_nothing_of_the_epoch_is_left():
    loader, other = made("shuffled", 1), made("shuffled", 2)
    states = [loader.state_dict() for _ in loader]
    other.load_state_dict(states[-1])
    assert list(other) == []
    assert told(other, 1) == told(loader, 1)


def test_a_generator_shared_with_others_goes_on_where_it_was():
    def run(loader, noise, state=None):
        out = []
        for _ in range(2):
            for x, _ in loader:
                out.append((x + noise.standard_normal(x.shape)).tolist())
                if state is not None and len(out) == 2:
                    state.update(copy.deepcopy(loader.state_dict()))
        return out

    noise = np.random.default_rng(0)
    state = {}
    loader = nn.DataLoader(X, Y, batch_size=3, shuffle=True, generator=noise)
    wanted = run(loader, noise, state)
    noise = np.random.default_rng(9)
    other = nn.DataLoader(X, Y, batch_size=3, shuffle=True, generator=noise)
    other.load_state_dict(state)
    assert run(other, noise)[:6] == wanted[2:]


def test_nns_own_generator_goes_on_too():
    nn.seed(3)
    loader = nn.DataLoader(X, Y, shuffle=True)
    told(loader, 1)
    state = loader.state_dict()
    wanted = told(loader, 1)
    nn.seed(4)
    other = nn.DataLoader(X, Y, shuffle=True)
    other.load_state_dict(state)
    assert told(other, 1) == wanted


def test_the_state_is_that_of_the_newest_iteration():
    loader = made("shuffled", 1)
    old, new = iter(loader), iter(loader)
    next(old), next(old), next(new)
    other = made("shuffled", 2)
    other.load_state_dict(loader.state_dict())
    list(old)
    assert [x.tolist() for x, _ in other] == [x.tolist() for x, _ in new]


def test_the_state_is_plain():
    loader = made("augmented", 1)
    next(iter(loader))

    def check(x):
        for key, value in x.items():
            assert type(key) is str
            if isinstance(value, dict):
                check(value)
            else:
                assert isinstance(value, (int, str, np.ndarray))

    check(loader.state_dict())


def test_a_state_of_other_data_or_settings_is_refused_and_nothing_changes():
    loader = made("shuffled", 1)
    next(iter(loader))
    state = loader.state_dict()
    order = state["order"]
    others = [
        (nn.DataLoader(X[:9], batch_size=3, shuffle=True), state, "'examples': 9"),
        (nn.DataLoader(X, batch_size=4, shuffle=True), state, "'batch_size': 4"),
        (nn.DataLoader(X, batch_size=3), state, "'order_by': 'data'"),
        (loader, state | {"order": None}, "10 numbers, and the state's 0"),
        (loader, state | {"order": order[:9]}, "10 numbers, and the state's 9"),
        (loader, state | {"order": order + 1}, "from 0 to 9; got 10"),
        (loader, state | {"done": 5}, "5 batches done, of 4"),
        (loader, state | {"done": -1}, "-1 batches done"),
    ]
    for other, wrong, said in others:
        before = str(other.state_dict())
        with pytest.raises((ValueError, IndexError), match=said):
            other.load_state_dict(wrong)
        assert str(other.state_dict()) == before
    for name in ("examples", "batches", "generator", "seed"):
        with pytest.raises((KeyError, ValueError), match=name):
            loader.load_state_dict({k: v for k, v in state.items() if k != name})
    refusing = Halves()
    refusing.load_state_dict = lambda state: 1 / 0
    draws = {"batch_size": 3, "augment": with_noise, "generator": 7}
    other = nn.DataLoader(X, sampler=refusing, **draws)
    wrong = nn.DataLoader(X, sampler=Halves(), **draws | {"generator": 8}).state_dict()
    before = str(other.state_dict())
    with pytest.raises(ZeroDivisionError):
        other.load_state_dict(wrong)
    assert str(other.state_dict()) == before
    twister = np.random.Generator(np.random.MT19937(0))
    other = nn.DataLoader(X, batch_size=3, shuffle=True, generator=twister)
    before = str(other.state_dict())
    with pytest.raises(ValueError, match="MT19937"):
        other.load_state_dict(state)
    assert str(other.state_dict()) == before


def test_augmentation_that_writes_into_its_batch_leaves_the_data():
    x = np.arange(12.0).reshape(6, 2)
    before = x.copy()

    def blank(batch, generator):
        batch[:] = 0
        return batch

    for shuffle in (False, True):
        loader = nn.DataLoader(x, batch_size=3, shuffle=shuffle, augment=blank)
        assert all(not batch.any() for (batch,) in loader)
        assert np.array_equal(x, before)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda x, g: None, "3 became None"),
        (lambda x, g: x[:1], "3 became 1"),
    ],
)
def test_augmentation_gives_as_many_examples_as_it_gets(made, told):
    loader = nn.DataLoader(np.ones((6, 2)), batch_size=3, augment=made)
    with pytest.raises(ValueError, match=told):
        next(iter(loader))


def test_what_is_no_set_of_examples_is_told():
    pair = np.ones((6, 2)), np.arange(6)
    for make in (nn.DataLoader, partial(nn.data.random_split, lengths=[0.5, 0.5])):
        with pytest.raises(TypeError, match=r"TensorDataset\(\*arrays\)"):
            make(pair)
    with pytest.raises(TypeError, match="part 0 is of dict"):
        next(iter(nn.DataLoader([{"a": 1}, {"a": 2}])))
    with pytest.raises(ValueError, match="add up"):
        nn.data.random_split(pair[0], [True, False])


def test_a_state_of_another_kind_of_order_is_refused():
    kinds = {
        "shuffle": {"shuffle": True},
        "weights": {"weights": np.ones(10)},
        "sampler": {"sampler": np.arange(10)},
        "data": {},
    }
    for here, there in itertools.permutations(kinds, 2):
        for begun in (False, True):
            one, other = (
                nn.DataLoader(X, batch_size=5, generator=0, **kinds[kind])
                for kind in (here, there)
            )
            if begun:
                next(iter(other))
            with pytest.raises(ValueError, match=f"'order_by': '{there}'"):
                one.load_state_dict(other.state_dict())
    for junk in ({}, None, {"examples": 10}):
        with pytest.raises(ValueError, match="the state of a loader has examples, ba"):
            one.load_state_dict(junk)
