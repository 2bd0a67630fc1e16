"""Recurrent layers, attention, transformers: what does not fit; dropout; equal ways."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from nn import functional as F

ONES = np.ones


def attention(*shapes, **options):
    layer = nn.MultiheadAttention(4, 2)
    return lambda: layer(*[ag.ones(shape) for shape in shapes], **options)


BAD = {
    "hidden 0": (lambda: nn.LSTM(2, 0), "at least 1 as hidden_size; got 0"),
    "layers 0": (lambda: nn.GRU(2, 2, 0), "at least 1 as num_layers; got 0"),
    "dropout 2": (lambda: nn.GRU(2, 2, 2, dropout=2), "a probability"),
    "nonlinearity": (lambda: nn.RNN(2, 2, nonlinearity="gelu"), "'tanh' or 'relu'"),
    "of a cell": (lambda: nn.RNNCell(2, 2, nonlinearity="gelu"), "'tanh' or 'relu'"),
    "proj_size": (lambda: nn.LSTM(2, 2, proj_size=1), "proj_size=1 is not offered"),
    "input size": (lambda: nn.LSTM(3, 2)(ONES((5, 1, 2))), r"\(steps, batch, 3\)"),
    "batch first": (
        lambda: nn.LSTM(3, 2, batch_first=True)(ONES((5, 1, 2))),
        r"\(batch, steps, 3\)",
    ),
    "a vector": (lambda: nn.GRU(3, 2)(ONES(3)), r"\(steps, batch, 3\)"),
    "no steps": (lambda: nn.GRU(3, 2)(ONES((0, 1, 3))), "a step at least"),
    "state": (
        lambda: nn.GRU(3, 2)(ONES((5, 4, 3)), ONES((1, 3, 2))),
        r"states of shape \(1, 4, 2\); got \(1, 3, 2\)",
    ),
    "state of one sequence": (
        lambda: nn.GRU(3, 2)(ONES((5, 3)), ONES((1, 1, 2))),
        r"states of shape \(1, 2\); got \(1, 1, 2\)",
    ),
    "lengths too long": (
        lambda: nn.LSTM(3, 2)(ONES((5, 2, 3)), lengths=[1, 6]),
        r"from 1 to 5, one for each of 2 sequences; got \[1, 6\]",
    ),
    "a length of 0": (
        lambda: nn.GRU(3, 2)(ONES((5, 2, 3)), lengths=[0, 5]),
        r"got \[0, 5\]",
    ),
    "lengths of others": (
        lambda: nn.GRU(3, 2)(ONES((5, 2, 3)), lengths=np.array([5])),
        r"got shape \(1,\)",
    ),
    "input of a cell": (lambda: nn.GRUCell(3, 2)(ONES((4, 2))), r"\(batch, 3\)"),
    "state of a cell": (
        lambda: nn.LSTMCell(3, 2)(ONES((4, 3)), (ONES((4, 2)), ONES((4, 1)))),
        r"states of shape \(4, 2\); got \(4, 1\)",
    ),
    "heads": (lambda: nn.MultiheadAttention(5, 2), "a multiple of num_heads"),
    "bias_kv": (lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True), "not offered"),
    "embed_dim": (attention((3, 1, 5), (3, 1, 4), (3, 1, 4)), r"\(n, batch, 4\)"),
    "lengths": (attention((3, 1, 4), (3, 1, 4), (2, 1, 4)), r"\(m, batch, 4\)"),
    "batches": (attention((3, 1, 4), (3, 2, 4), (3, 2, 4)), r"\(m, batch, 4\)"),
    "axes": (attention((3, 4), (3, 1, 4), (3, 1, 4)), r"\(n, batch, 4\)"),
    "mask shape": (
        attention(*[(3, 1, 4)] * 3, attn_mask=ONES((2, 3), bool)),
        r"attn_mask has the shape \(3, 3\) or \(2, 3, 3\); got \(2, 3\)",
    ),
    "padding shape": (
        attention(*[(3, 1, 4)] * 3, key_padding_mask=ONES((3, 1), bool)),
        r"key_padding_mask has the shape \(1, 3\); got \(3, 1\)",
    ),
    "queries": (
        lambda: F.scaled_dot_product_attention(
            ONES((2, 3)), ONES((2, 2)), ONES((2, 2))
        ),
        "queries",
    ),
    "a vector of queries": (
        lambda: F.scaled_dot_product_attention(ONES(3), ONES((2, 3)), ONES((2, 2))),
        "query has two axes",
    ),
    "mask of scores": (
        lambda: F.scaled_dot_product_attention(*[ONES((2, 3))] * 3, ONES((3, 3))),
        r"broadcasts to the weights \(2, 2\); got \(3, 3\)",
    ),
    "larger mask": (
        lambda: F.scaled_dot_product_attention(*[ONES((2, 3))] * 3, ONES((1, 2, 2))),
        r"broadcasts to the weights",
    ),
    "mask and causal": (
        lambda: F.scaled_dot_product_attention(
            *[ONES((2, 3))] * 3, ONES((2, 2)), is_causal=True
        ),
        "not both",
    ),
    "dropout_p": (
        lambda: F.scaled_dot_product_attention(*[ONES((2, 3))] * 3, dropout_p=1.5),
        "a probability",
    ),
    "activation": (
        lambda: nn.TransformerEncoderLayer(4, 2, activation="tanh"),
        "'relu', 'gelu' or a function",
    ),
    "no layers": (
        lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 0),
        "at least 1 as num_layers; got 0",
    ),
    "too long": (lambda: nn.PositionalEncoding(4, max_len=2)(ONES((3, 4))), "2 places"),
    "d_model": (lambda: nn.PositionalEncoding(4)(ONES((3, 2))), r"\(n, batch, 4\)"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_refused_and_the_error_says_what_would(name):
    attempt, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        attempt()


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (attention(*[(3, 1, 4)] * 3, attn_mask=ONES((3, 3), int)), "boolean"),
        (
            lambda: F.scaled_dot_product_attention(*[ONES((2, 2))] * 3, ONES(2, int)),
            "boolean",
        ),
        (lambda: nn.LSTM(3, 2)(ONES((5, 3)), ONES((1, 2))), r"a pair \(h, c\)"),
        (lambda: nn.LSTMCell(3, 2)(ONES((5, 3)), ONES((5, 2))), r"a pair \(h, c\)"),
        (lambda: nn.GRU(3, 2)(ONES((5, 1, 3)), lengths=[2.0]), "lengths; got float64"),
    ],
)
def test_what_is_of_another_kind_is_refused(attempt, message):
    with pytest.raises(TypeError, match=message):
        attempt()


def test_dropout_of_one_layer_warns_that_nothing_is_dropped():
    with pytest.warns(UserWarning, match="between layers"):
        nn.LSTM(2, 2, dropout=0.5)


# Recurrent layers ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_a_cell_step_by_step_is_the_layer(kind):
    layer = getattr(nn, kind)(3, 2, generator=0).double()
    cell = getattr(nn, f"{kind}Cell")(3, 2).double()
    cell.load_state_dict(
        {name.removesuffix("_l0"): x for name, x in layer.state_dict().items()}
    )
    x = np.random.default_rng(0).normal(size=(4, 5, 3))
    output, _ = layer(x)
    state = None
    for each, expected in zip(x, output.data, strict=True):
        state = cell(each, state)
        h = state[0] if kind == "LSTM" else state
        np.testing.assert_allclose(h.data, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("batch_first", [False, True])
def test_sequences_of_unequal_length_are_read_as_each_alone(
    kind, bidirectional, batch_first
):
    options = {"bidirectional": bidirectional, "dtype": np.float64, "generator": 0}
    layer = getattr(nn, kind)(3, 4, num_layers=2, batch_first=batch_first, **options)
    rng = np.random.default_rng(0)
    sequences = [rng.normal(size=(n, 3)) for n in (2, 5, 1, 5)]
    padded, lengths = nn.data.pad_sequences(sequences, value=7.0)
    before = rng.normal(size=(2 + 2 * bidirectional, 4, 4))
    states = (before, 2 * before) if kind == "LSTM" else (before,)

    def slopes(run):
        for parameter in layer.parameters():
            parameter.grad = None
        outputs, last = run()
        (
            sum((out * out).sum() for out in outputs) + sum((s**3).sum() for s in last)
        ).backward()
        return outputs, last, [parameter.grad for parameter in layer.parameters()]

    def together():
        x = padded if batch_first else padded.swapaxes(0, 1)
        hx = states if kind == "LSTM" else states[0]
        out, last = layer(ag.tensor(x), hx, lengths=lengths)
        out = out if batch_first else ag.swapaxes(out, 0, 1)
        assert not out.data[nn.data.padding_mask(lengths)].any()
        last = last if kind == "LSTM" else (last,)
        return [row[:n] for row, n in zip(out, lengths)], last

    def alone():
        outs, ends = [], []
        for i, sequence in enumerate(sequences):
            hx = [s[:, i] for s in states]
            out, last = layer(
                ag.tensor(sequence), tuple(hx) if kind == "LSTM" else hx[0]
            )
            outs.append(out)
            ends.append(last if kind == "LSTM" else (last,))
        return outs, [ag.stack(each, axis=1) for each in zip(*ends)]

    for ours, theirs in zip(slopes(together), slopes(alone), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert np.allclose(
                np.asarray(getattr(one, "data", one)), getattr(other, "data", other)
            )


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_a_sequence_goes_on_from_the_last_states(kind):
    layer = getattr(nn, kind)(3, 2, 2, generator=0).double()
    x = np.random.default_rng(0).normal(size=(6, 5, 3))
    whole, last = layer(x)
    first, between = layer(x[:4])
    second, end = layer(x[4:], between)
    np.testing.assert_allclose(whole.data, np.concatenate([first.data, second.data]))
    for one, two in zip(*[s if kind == "LSTM" else (s,) for s in (last, end)]):
        np.testing.assert_allclose(one.data, two.data)


def test_dropout_between_layers_replays_by_seed_and_ends_with_training():
    layer = nn.GRU(3, 4, 2, dropout=0.5, generator=0)
    x = ONES((5, 2, 3), np.float32)
    outs = []
    for _ in range(2):
        nn.seed(3)
        outs.append(layer(x)[0].data)
    np.testing.assert_array_equal(*outs)
    assert (layer(x)[0].data != outs[0]).any()
    layer.eval()
    np.testing.assert_array_equal(layer(x)[0].data, layer(x)[0].data)


def test_an_empty_batch_passes():
    layer = nn.LSTM(3, 2)
    output, (h, _) = layer(ag.zeros((4, 0, 3)))
    assert (output.shape, h.shape) == ((4, 0, 2), (1, 0, 2))
    output.sum().backward()
    assert not layer.weight_hh_l0.grad.any()


def test_layers_are_copied_and_pickled_with_their_weights():
    x = ONES((3, 2, 4), np.float32)
    for layer in (nn.LSTM(4, 2), nn.TransformerEncoderLayer(4, 2, 8, 0.0)):
        for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
            one, two = layer(x), twin(x)
            if isinstance(one, tuple):
                one, two = one[0], two[0]
            np.testing.assert_array_equal(one.data, two.data)


def test_an_lstm_learns_to_remember_the_first_of_a_sequence():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 64, 1)).astype(np.float32)
    labels = np.arange(64) % 2
    x[0, :, 0] = 2 * labels - 1
    model, head = nn.LSTM(1, 8, generator=0), nn.Linear(8, 2, generator=0)
    optimizer = nn.optim.Adam([*model.parameters(), *head.parameters()], lr=0.03)
    losses = []
    for _ in range(60):
        _, (h, _) = model(x)
        loss = F.cross_entropy(head(h[0]), labels)
        optimizer.zero_grad()
        loss.backward(free=True)
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 < losses[0]


# Attention ----------------------------------------------------------------------------


def test_a_query_that_may_attend_to_nothing_gets_0_and_so_do_its_gradients():
    layer = nn.MultiheadAttention(4, 2, generator=0)
    nothing = ONES((3, 3), bool)
    for need_weights in (True, False):
        x = ag.tensor(ONES((3, 1, 4)), requires_grad=True)
        output, weights = layer(x, x, x, attn_mask=nothing, need_weights=need_weights)
        assert not output.data.any()
        assert weights is None or not weights.data.any()
        output.sum().backward()
        assert not x.grad.any()
    minus = np.full((2, 2), -np.inf)
    assert not F.scaled_dot_product_attention(*[ONES((2, 3))] * 3, minus).any()


def test_a_mask_that_is_trained_has_a_gradient():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    slope = ag.tensor(np.zeros((3, 3)), requires_grad=True)
    (F.scaled_dot_product_attention(x, x, x, slope) * x).sum().backward()
    assert slope.grad.shape == (3, 3)
    np.testing.assert_allclose(slope.grad.sum(axis=-1), 0, atol=1e-12)


def test_attention_of_a_sequence_to_itself_is_that_of_three_equal_ones():
    layer = nn.MultiheadAttention(4, 2, generator=0).double()
    x = np.random.default_rng(0).normal(size=(3, 2, 4))
    one, weights = layer(x, x, x)
    two, others = layer(x, x.copy(), x.copy())
    np.testing.assert_allclose(one.data, two.data)
    np.testing.assert_allclose(weights.data, others.data)
    np.testing.assert_allclose(weights.data.sum(axis=-1), 1)


def test_causal_alone_is_the_mask_of_what_comes_later():
    layer = nn.MultiheadAttention(4, 2, generator=0)
    x = np.random.default_rng(0).normal(size=(3, 2, 4)).astype(np.float32)
    mask = nn.Transformer.generate_square_subsequent_mask(3)
    one, weights = layer(x, x, x, is_causal=True)
    for masked in (mask, mask < 0):
        two, _ = layer(x, x, x, attn_mask=masked)
        np.testing.assert_array_equal(one.data, two.data)
    assert not np.triu(weights.data, 1).any()


def test_weights_that_were_dropped_are_made_up_for_by_the_others():
    x = ONES((1, 500, 1))
    options = {"dropout_p": 0.25, "generator": 0}
    out = F.scaled_dot_product_attention(x, x, x, **options)
    again = F.scaled_dot_product_attention(x, x, x, **options)
    np.testing.assert_array_equal(out, again)
    assert out.std() > 0
    assert abs(out.mean() - 1) < 0.01
    assert not F.scaled_dot_product_attention(x, x, x, dropout_p=1.0).any()
    layer = nn.MultiheadAttention(4, 2, dropout=0.5)
    _, weights = layer(*[ag.ones((3, 1, 4))] * 3)
    assert (np.unique(weights.data.round(3)) <= 0.667).all()
    layer.eval()
    _, weights = layer(*[ag.ones((3, 1, 4))] * 3)
    np.testing.assert_allclose(weights.data, 1 / 3, rtol=1e-6)


def test_positions_are_waves_however_the_axes_lie():
    one = nn.PositionalEncoding(5)(np.zeros((3, 5)))
    two = nn.PositionalEncoding(5)(np.zeros((3, 2, 5)))
    three = nn.PositionalEncoding(5, batch_first=True)(np.zeros((2, 3, 5)))
    for i in range(2):
        np.testing.assert_array_equal(two[:, i], one)
        np.testing.assert_array_equal(three[i], one)
    np.testing.assert_allclose(one[2, 2], np.sin(2 / 10000 ** (2 / 5)))
    np.testing.assert_allclose(one[2, 3], np.cos(2 / 10000 ** (2 / 5)))
    assert not nn.PositionalEncoding(4).state_dict()


def test_heads_are_shared_where_those_of_the_query_are_a_multiple():
    x = np.ones((1, 4, 2, 3))
    attend = nn.functional.scaled_dot_product_attention
    with pytest.raises(ValueError, match=r"multiple of .*\(1, 4, 2, 3\) and \(1, 3, 2"):
        attend(x, x[:, :3], x[:, :3], enable_gqa=True)
    with pytest.raises(ValueError, match="enable_gqa needs a query"):
        attend(x[0, 0], x[0, 0], x[0, 0], enable_gqa=True)
