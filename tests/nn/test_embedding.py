"""Embeddings: gradients that add up, padding, bags, one-hot vectors, what is refused."""

import tracemalloc

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F


def test_a_token_that_comes_twice_gets_both_gradients():
    layer = nn.Embedding(5, 2)
    layer([[1, 1], [4, 1]]).sum().backward()
    assert layer.weight.grad[:, 0].tolist() == [0, 3, 0, 0, 1]


@pytest.mark.parametrize("shape", [(), (0,), (700,), (3, 4, 5)])
def test_gradients_are_those_of_a_product_with_one_hot_rows(shape):
    rng = np.random.default_rng(0)
    tokens = np.asarray(rng.integers(0, 7, shape))
    weight, g = rng.normal(size=(7, 3)), rng.normal(size=(*shape, 3))
    mine = ag.grad(lambda w: ag.sum(g * F.embedding(tokens, w)))(weight)
    hot = np.eye(7)[tokens.ravel()]
    assert np.allclose(mine, hot.T @ g.reshape(-1, 3))


def test_the_padding_row_is_zero_and_stays_so():
    layer = nn.Embedding(4, 2, padding_idx=-2)
    assert layer.padding_idx == 2
    assert layer.weight.data[2].tolist() == [0, 0]
    layer([2, 1, 2]).sum().backward()
    assert layer.weight.grad.tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]


def test_padding_stays_out_of_bags():
    table = ag.tensor(np.arange(8.0).reshape(4, 2), requires_grad=True)
    for mode, expected in [("sum", [2, 3]), ("mean", [2, 3]), ("max", [2, 3])]:
        y = F.embedding_bag([[0, 1], [0, 0]], table, mode=mode, padding_idx=0)
        assert y.tolist() == [expected, [0, 0]]
    y.sum().backward()
    assert table.grad.tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]


@pytest.mark.parametrize("mode", ["mean", "sum", "max"])
def test_a_bag_knows_nothing_of_the_rows_of_others_and_may_be_empty(mode):
    table = np.array([[np.nan], [2.0], [np.inf]])
    for bags in (
        F.embedding_bag([0, 1, 1, 1, 2], table, offsets=[0, 1, 3, 3, 4], mode=mode),
        F.embedding_bag([[0, 0], [1, 1], [2, 2]], table, mode=mode, padding_idx=-1),
    ):
        assert np.isnan(bags[0, 0])
        assert np.isfinite(bags[1:-1]).all()
    assert bags[2, 0] == 0
    assert F.embedding_bag(np.zeros((2, 0), int), table, mode=mode).tolist() == [
        [0],
        [0],
    ]


@pytest.mark.parametrize("mode", ["mean", "max"])
@pytest.mark.parametrize("cut", [False, True])
def test_bags_take_memory_by_their_numbers_not_by_their_square(mode, cut):
    tokens, layer = np.zeros((2000, 50), int), nn.EmbeddingBag(5, 2, mode=mode)
    given = (tokens.ravel(), np.arange(2000) * 50) if cut else (tokens,)
    tracemalloc.start()
    layer(*given).sum().backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100 * tokens.size


def test_weights_multiply_the_rows_of_a_bag():
    weights = ag.tensor([[0.5, 2.0]], requires_grad=True)
    table = np.array([[1.0], [10.0]])
    y = F.embedding_bag([[0, 1]], table, mode="sum", per_sample_weights=weights)
    y.sum().backward()
    assert y.tolist() == [[20.5]]
    assert weights.grad.tolist() == [[1.0, 10.0]]
    with pytest.raises(ValueError, match="mode='sum'"):
        F.embedding_bag([[0, 1]], table, per_sample_weights=weights)


def test_a_token_beyond_the_vocabulary_is_told_with_its_place():
    layer = nn.Embedding(10, 2)
    told = r"token 10 at position \(1, 0\), but the vocabulary has 10: 0 to 9"
    with pytest.raises(ValueError, match=told):
        layer([[1, 2], [10, 3]])
    with pytest.raises(ValueError, match=r"token -1 at position \(\)"):
        layer(-1)
    with pytest.raises(TypeError, match="needs integers; got float64"):
        layer(np.ones(3))


@pytest.mark.parametrize("name", ["max_norm", "scale_grad_by_freq", "sparse"])
def test_what_is_not_there_is_refused_by_name(name):
    for make in (nn.Embedding, nn.EmbeddingBag):
        with pytest.raises(ValueError, match=f"has no {name}"):
            make(3, 2, **{name: 1})


def test_a_table_can_be_given():
    table = np.arange(6.0).reshape(3, 2)
    layer = nn.Embedding.from_pretrained(table)
    assert layer([2]).tolist() == [[4.0, 5.0]]
    assert not layer.weight.requires_grad
    assert nn.Embedding.from_pretrained(table, freeze=False).weight.requires_grad


def test_one_hot_vectors_of_any_shape():
    hot = F.one_hot(np.array([[0, 2], [1, 1]]))
    assert hot.shape == (2, 2, 3)
    assert hot.dtype == np.int64
    assert np.array_equal(hot.data.argmax(axis=-1), [[0, 2], [1, 1]])
    assert F.one_hot(ag.tensor(1), num_classes=2).tolist() == [0, 1]
    assert F.one_hot(np.zeros((0,), int), num_classes=2).shape == (0, 2)


@pytest.mark.parametrize(
    ("classes", "count", "error", "told"),
    [
        ([0, 3], 3, ValueError, r"classes from 0 to 2; got 3 at position \(1,\)"),
        ([[-1]], -1, ValueError, "got -1"),
        ([0.5], 2, TypeError, "integers; got float64"),
        ([], -1, ValueError, "num_classes"),
        ([0], 0, ValueError, "positive"),
    ],
)
def test_classes_that_are_not_there_are_refused(classes, count, error, told):
    with pytest.raises(error, match=told):
        F.one_hot(classes, count)


@pytest.mark.parametrize(
    "offsets", [[1, 2], [0, 3, 2], [0, 9]], ids=["start", "order", "end"]
)
def test_offsets_that_do_not_fit_are_refused(offsets):
    with pytest.raises(ValueError, match="offsets begin with 0"):
        F.embedding_bag([0, 1, 2], np.ones((3, 2)), offsets)


def test_a_recorded_embedding_runs_with_other_tokens():
    layer = nn.Embedding(5, 2)
    program = ag.record(layer, np.array([1, 2])).program
    other = np.array([4, 0])
    assert np.array_equal(program(other), layer.weight.data[other])


def test_a_given_table_takes_the_arguments_of_its_class_in_their_order():
    table = np.arange(6.0).reshape(3, 2)
    layer = nn.Embedding.from_pretrained(table, False, 0)
    assert layer.padding_idx == 0
    bag = nn.EmbeddingBag.from_pretrained(table, True, None, 2.0, False, "sum")
    assert bag([[1, 2]]).tolist() == [[6, 8]]
    with pytest.raises(ValueError, match="EmbeddingBag has no max_norm"):
        nn.EmbeddingBag.from_pretrained(table, True, 1)
    with pytest.raises(TypeError, match="multiple values for keyword argument 'dtype'"):
        nn.Embedding.from_pretrained(table, dtype=np.float32)
