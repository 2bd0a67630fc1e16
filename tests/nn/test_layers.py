"""Linear, Sequential, MLP and the activations, beside PyTorch's recorded numbers."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from nn import functional as F

WEIGHT = np.array([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5]])
BIAS = np.array([0.1, -0.2])
X = np.array([[1.0, 2.0, -1.0], [0.5, -0.5, 3.0]])


def linear(bias=True):
    layer = nn.Linear(3, 2, bias=bias, dtype=float)
    layer.load_state_dict({"weight": WEIGHT, **({"bias": BIAS} if bias else {})})
    return layer


def test_linear_computes_what_pytorch_computes():
    assert np.allclose(linear()(X).data, [[-1.65, 3.3], [1.6, -1.325]], rtol=1e-14)


def test_linear_without_bias_has_one_parameter():
    layer = linear(bias=False)
    assert list(layer.state_dict()) == ["weight"]
    assert np.allclose(layer(X).data + BIAS, linear()(X).data, rtol=1e-14)
    assert repr(layer) == "Linear(3, 2, bias=False)"


def test_linear_takes_any_number_of_leading_axes():
    assert linear()(X[0]).shape == (2,)
    assert linear()(np.zeros((4, 5, 3))).shape == (4, 5, 2)


def test_linear_is_float32_by_default_and_keeps_it():
    out = nn.Linear(3, 2)(X.astype(np.float32))
    assert out.dtype == np.float32


def test_an_input_of_the_wrong_width_names_the_layer():
    with pytest.raises(ValueError, match=r"Linear\(3, 2\) needs an input .*\(2, 4\)"):
        linear()(np.zeros((2, 4)))


def test_names_and_shapes_are_those_of_pytorch():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    assert {name: array.shape for name, array in model.state_dict().items()} == {
        "0.weight": (3, 2),
        "0.bias": (3,),
        "2.weight": (1, 3),
        "2.bias": (1,),
    }


def test_the_same_generator_seed_gives_the_same_layer():
    one, other = nn.Linear(4, 3, generator=5), nn.Linear(4, 3, generator=5)
    assert np.array_equal(one.weight.data, other.weight.data)
    assert not np.array_equal(one.weight.data, nn.Linear(4, 3, generator=6).weight.data)


def test_a_seed_gives_the_same_weights_in_every_precision():
    single, double = (
        nn.MLP(3, [4, 1], generator=1),
        nn.MLP(3, [4, 1], generator=1, dtype=float),
    )
    for one, other in zip(single.parameters(), double.parameters()):
        assert np.array_equal(one.data, other.data.astype(np.float32))


def test_a_new_linear_stays_within_pytorchs_bounds():
    layer = nn.Linear(100, 50, generator=0)
    for array in (layer.weight.data, layer.bias.data):
        assert abs(array).max() <= 0.1
        assert abs(array).max() > 0.09


def test_a_layer_without_inputs_can_be_made():
    assert nn.Linear(0, 2)(np.zeros((3, 0))).shape == (3, 2)


def test_sequential_runs_counts_and_indexes_its_steps():
    first, last = nn.Linear(3, 2, dtype=float), nn.Linear(2, 1, dtype=float)
    model = nn.Sequential(first, np.tanh, last)
    assert len(model) == 3
    assert model[0] is first
    assert model[-1] is last
    assert list(model) == [first, np.tanh, last]
    expected = last(np.tanh(first(X)))
    assert np.array_equal(model(X).data, expected.data)
    model.eval()
    assert len(model) == 3


@pytest.mark.parametrize("activation", [ag.tanh, np.tanh, nn.Tanh()])
def test_an_mlp_takes_functions_and_modules_as_activation(activation):
    model = nn.MLP(3, [4, 2], activation=activation, generator=0, dtype=float)
    hidden, last = model.layers
    by_hand = np.tanh(X @ hidden.weight.data.T + hidden.bias.data)
    by_hand = by_hand @ last.weight.data.T + last.bias.data
    assert np.allclose(model(X).data, by_hand, rtol=1e-14)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))]
)
def test_networks_can_be_copied_and_pickled(copied):
    model = nn.Sequential(nn.MLP(3, [4, 2]), nn.GELU(), np.tanh)
    assert np.array_equal(copied(model)(X).data, model(X).data)


A = np.array([-2.0, -0.5, 0.0, 1.0, 3.0])

ACTIVATIONS = [
    (nn.Identity(), A),
    (nn.ReLU(), [0.0, 0.0, 0.0, 1.0, 3.0]),
    (
        nn.Tanh(),
        [
            -0.9640275800758169,
            -0.4621171572600098,
            0.0,
            0.7615941559557649,
            0.9950547536867305,
        ],
    ),
    (
        nn.Sigmoid(),
        [
            0.11920292202211755,
            0.3775406687981454,
            0.5,
            0.7310585786300049,
            0.9525741268224334,
        ],
    ),
    (
        nn.GELU(),
        [
            -0.04550026389635842,
            -0.15426876936299344,
            0.0,
            0.841344746068543,
            2.99595030590511,
        ],
    ),
    (
        nn.SiLU(),
        [
            -0.2384058440442351,
            -0.1887703343990727,
            0.0,
            0.7310585786300049,
            2.8577223804672998,
        ],
    ),
    (
        nn.Softplus(),
        [
            0.1269280110429725,
            0.4740769841801067,
            0.6931471805599453,
            1.3132616875182228,
            3.048587351573742,
        ],
    ),
    (
        nn.Softmax(dim=-1),
        [
            0.005513607989367208,
            0.024710276664075652,
            0.04074035874094653,
            0.11074377685041759,
            0.818291979755193,
        ],
    ),
    (
        nn.LogSoftmax(dim=-1),
        [
            -5.200536062602548,
            -3.7005360626025476,
            -3.2005360626025476,
            -2.2005360626025476,
            -0.20053606260254767,
        ],
    ),
]


@pytest.mark.parametrize(("module", "expected"), ACTIVATIONS, ids=repr)
def test_an_activation_computes_what_pytorch_computes(module, expected):
    out = module(ag.tensor(A, requires_grad=True))
    assert out.requires_grad
    assert np.allclose(out.data, expected, rtol=1e-13, atol=1e-15)


def test_softmax_sums_to_one_along_its_dim():
    out = nn.Softmax(dim=0)(ag.tensor(X))
    assert np.allclose(out.data.sum(axis=0), 1)


@pytest.mark.parametrize(
    ("flatten", "shape"),
    [
        (nn.Flatten(), (2, 60)),
        (nn.Flatten(0), (120,)),
        (nn.Flatten(1, 2), (2, 12, 5)),
        (nn.Flatten(-2), (2, 3, 20)),
    ],
)
def test_flatten_joins_axes(flatten, shape):
    assert flatten(ag.zeros((2, 3, 4, 5))).shape == shape
    assert flatten(np.zeros((2, 3, 4, 5))).shape == shape


@pytest.mark.parametrize("x", [[[1.0, 2.0]], ((1.0, 2.0),), 3, None, "text"])
@pytest.mark.parametrize(
    "model",
    [nn.Linear(2, 3), nn.MLP(2, [3]), nn.Flatten(), nn.Sequential(nn.Linear(2, 3))],
)
def test_a_layer_says_what_it_takes_where_it_gets_no_array(model, x):
    with pytest.raises(TypeError, match=type(x).__name__) as caught:
        model(x)
    assert "ag.tensor(" in str(caught.value)


def test_an_error_inside_a_module_that_is_not_its_arguments_stays_what_it_was():
    class Odd(nn.Module):
        def forward(self, x):
            return self.missing(x)

    with pytest.raises(AttributeError, match="missing"):
        Odd()([1.0])


SIZES = {
    "in_features": lambda size: nn.Linear(size, 2),
    "out_features": lambda size: nn.Linear(2, size),
    "in1_features": lambda size: nn.Bilinear(size, 2, 2),
    "in2_features": lambda size: nn.Bilinear(2, size, 2),
    "num_embeddings": lambda size: nn.Embedding(size, 2),
    "embedding_dim": lambda size: nn.EmbeddingBag(2, size),
    "normalized_shape": lambda size: nn.LayerNorm((2, size)),
    "num_channels": lambda size: nn.GroupNorm(1, size),
    "num_groups": lambda size: nn.GroupNorm(size, 4),
    "num_features": lambda size: nn.InstanceNorm2d(size),
    "in_channels": lambda size: nn.Conv2d(size, 2, 3),
    "out_channels": lambda size: nn.ConvTranspose1d(2, size, 3),
    "groups": lambda size: nn.Conv1d(2, 2, 3, groups=size),
    "input_size": lambda size: nn.LSTM(size, 2),
    "hidden_size": lambda size: nn.GRUCell(2, size),
    "num_layers": lambda size: nn.RNN(2, 2, size),
    "embed_dim": lambda size: nn.MultiheadAttention(size, 1),
    "num_heads": lambda size: nn.MultiheadAttention(4, size),
    "num_parameters": lambda size: nn.PReLU(size),
}


@pytest.mark.parametrize("size", [2.0, -2, "2", None])
@pytest.mark.parametrize("name", SIZES)
def test_a_size_that_is_no_whole_number_is_named(name, size):
    with pytest.raises((TypeError, ValueError), match=f"{name}; got {size!r}"):
        SIZES[name](size)


def test_sizes_are_also_numpys_integers():
    for make in SIZES.values():
        make(np.int64(2))


def test_a_parameter_of_nothing_is_refused():
    with pytest.raises(TypeError, match="holds numbers; got None"):
        nn.Parameter(None)


TENTH = np.float64(0.1)
ROW = np.ones((2, 3), np.float32)
IMAGE = np.ones((2, 3, 4), np.float32)
SIGNS = np.ones(2, np.float32)
SETTINGS = {
    "alpha_dropout": lambda: nn.AlphaDropout(TENTH)(ROW),
    "batch_norm": lambda: nn.BatchNorm1d(3, TENTH, TENTH)(ROW),
    "cosine_embedding_loss": lambda: F.cosine_embedding_loss(
        ROW, ROW, SIGNS, margin=TENTH
    ),
    "cosine_similarity": lambda: F.cosine_similarity(ROW, ROW, eps=TENTH),
    "cross_entropy": lambda: F.cross_entropy(ROW, [0, 1], label_smoothing=TENTH),
    "dropout": lambda: F.dropout(ROW, TENTH),
    "elu": lambda: F.elu(ROW, TENTH),
    "gaussian_nll_loss": lambda: F.gaussian_nll_loss(ROW, ROW, ROW, eps=TENTH),
    "gumbel_softmax": lambda: F.gumbel_softmax(ROW, TENTH),
    "hinge_embedding_loss": lambda: F.hinge_embedding_loss(ROW, ROW, margin=TENTH),
    "huber_loss": lambda: F.huber_loss(ROW, 2 * ROW, delta=TENTH),
    "layer_norm": lambda: F.layer_norm(ROW, 3, eps=TENTH),
    "leaky_relu": lambda: F.leaky_relu(ROW, TENTH),
    "local_response_norm": lambda: F.local_response_norm(IMAGE, 2, *[TENTH] * 3),
    "lp_pool1d": lambda: F.lp_pool1d(IMAGE, 20 * TENTH, 2),
    "margin_ranking_loss": lambda: F.margin_ranking_loss(
        SIGNS, SIGNS, SIGNS, margin=TENTH
    ),
    "multi_margin_loss": lambda: F.multi_margin_loss(ROW, np.array([0, 1]), 1, TENTH),
    "normalize": lambda: F.normalize(ROW, 20 * TENTH, eps=TENTH),
    "pairwise_distance": lambda: F.pairwise_distance(ROW, ROW, 20 * TENTH, TENTH),
    "pdist": lambda: F.pdist(ROW, 20 * TENTH),
    "rrelu": lambda: F.rrelu(ROW, TENTH, TENTH),
    "smooth_l1_loss": lambda: F.smooth_l1_loss(ROW, 2 * ROW, beta=TENTH),
    "softplus": lambda: F.softplus(ROW, TENTH, TENTH),
    "triplet_margin_loss": lambda: F.triplet_margin_loss(
        ROW, ROW, 2 * ROW, TENTH, 20 * TENTH, TENTH
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_is_numpys_number_does_not_widen_float32(name):
    assert SETTINGS[name]().dtype == np.float32
