"""Networks of Values: micrograd's programs, with micrograd's numbers."""

import math
import random

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from nn.scalar import MLP, Layer, Neuron


def test_the_seeded_weights_are_those_of_micrograd():
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    numbers = [p.data for p in model.parameters()]
    expected = [0.23550571390294128, 0.06653114721000164, 0, -0.26830328150124894]
    assert numbers[:4] == expected
    assert len(numbers) == 337
    assert math.fsum(numbers) == pytest.approx(6.8621742082939665, rel=1e-15)


def test_outputs_and_gradients_are_those_of_micrograd():
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    out = model([Value(1.0), Value(-2.0)])
    out.backward()
    assert out.data == pytest.approx(-1.3324313779586294, rel=1e-14)
    total = sum(abs(p.grad or 0.0) for p in model.parameters())
    assert total == pytest.approx(114.52389336515245, rel=1e-14)


def test_micrograds_training_loop_gives_micrograds_losses():
    points = [[1.0, 0.2], [-0.5, 1.0], [0.3, -0.8], [-1.0, -0.4]]
    labels = np.array([1, -1, 1, -1])
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    seen = []
    for k in range(5):
        scores = [model(list(map(Value, point))) for point in points]
        losses = [(1 + -yi * score).relu() for yi, score in zip(labels, scores)]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * 0.1 * p.grad
        seen.append(total.data)
    assert seen == pytest.approx(LOSSES, rel=1e-12)


def test_the_hinge_loss_of_values_is_micrograds_max_margin():
    scores = [Value(0.5), Value(-2.0), Value(3.0)]
    by_hand = sum((1 + -y * s).relu() for y, s in zip([1, 1, -1], scores)) * (1 / 3)
    assert nn.HingeLoss()(scores, [1, 1, -1]).data == by_hand.data


def test_reprs_are_those_of_micrograd():
    assert repr(MLP(2, [2, 1])) == (
        "MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]"
    )


def test_attributes_are_those_of_micrograd():
    model = MLP(3, [2, 1])
    assert [type(layer) for layer in model.layers] == [Layer, Layer]
    assert [type(neuron) for neuron in model.layers[0].neurons] == [Neuron, Neuron]
    neuron = model.layers[0].neurons[0]
    assert (len(neuron.w), neuron.b.data, neuron.nonlin) == (3, 0.0, True)
    assert not model.layers[1].neurons[0].nonlin


def test_a_neuron_is_products_and_sums_that_can_be_drawn():
    graph = ag.record(Neuron(2), [Value(1.0), Value(2.0)])
    ops = [node.op.name for node in graph.nodes if node.op]
    assert sorted(ops) == ["add", "add", "multiply", "multiply", "relu"]


def test_a_layer_of_one_returns_a_value_and_others_a_list():
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    assert isinstance(Layer(2, 2)([1.0, 2.0]), list)


def test_the_wrong_number_of_inputs_is_an_error():
    with pytest.raises(ValueError, match=r"ReLUNeuron\(2\) needs 2 inputs; got 3"):
        Neuron(2)([1.0, 2.0, 3.0])


def test_a_scalar_network_saves_and_loads():
    one, other = MLP(2, [2, 1]), MLP(2, [2, 1])
    other.load_state_dict(one.state_dict())
    assert "layers.0.neurons.1.w.0" in one.state_dict()
    assert other([1.0, 2.0]).data == one([1.0, 2.0]).data


# Both engines agree ---------------------------------------------------------------


@pytest.mark.parametrize("to_tensors", [True, False])
def test_scalar_and_tensor_networks_agree_on_loss_and_gradients(to_tensors):
    random.seed(0)
    scalars, tensors = MLP(3, [5, 4, 1]), nn.MLP(3, [5, 4, 1], dtype=float, generator=0)
    pair = (scalars, tensors) if to_tensors else (tensors, scalars)
    nn.copy_weights(*pair)
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(6, 3)), rng.choice([-1.0, 1.0], size=6)
    for loss in (nn.HingeLoss(), nn.MSELoss(), nn.BCEWithLogitsLoss()):
        scalars.zero_grad()
        tensors.zero_grad()
        one = loss([scalars(row.tolist()) for row in x], y)
        other = loss(tensors(x), y[:, None])
        one.backward()
        other.backward()
        assert abs(one.data - other.item()) < 1e-12
        for layer, twin in zip(scalars.layers, tensors.layers):
            for j, neuron in enumerate(layer.neurons):
                mine = [w.grad for w in neuron.w] + [neuron.b.grad]
                theirs = [*twin.weight.grad[j], twin.bias.grad[j]]
                assert np.allclose(mine, theirs, rtol=0, atol=1e-12)


def test_copied_weights_are_equal_and_independent():
    scalars, tensors = MLP(2, [3, 1]), nn.MLP(2, [3, 1], dtype=float)
    nn.copy_weights(tensors, scalars)
    assert scalars.layers[0].neurons[2].w[1].data == tensors.layers[0].weight.data[2, 1]
    tensors.layers[0].weight.data[2, 1] += 1
    twin = nn.MLP(2, [3, 1], dtype=float)
    nn.copy_weights(tensors, twin)
    assert not np.shares_memory(
        twin.layers[0].weight.data, tensors.layers[0].weight.data
    )


def test_copying_between_networks_of_other_sizes_changes_nothing():
    scalars, tensors = MLP(2, [3, 1]), nn.MLP(2, [4, 1])
    before = tensors.state_dict()
    with pytest.raises(ValueError, match="equal sizes"):
        nn.copy_weights(scalars, tensors)
    for name, array in tensors.state_dict().items():
        assert np.array_equal(array, before[name])


# micrograd's own two tests, with the numbers PyTorch gave -----------------------------


def test_sanity_check():
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)


def test_more_ops():
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert g.data == pytest.approx(24.70408163265306, rel=1e-14)
    assert a.grad == pytest.approx(138.83381924198252, rel=1e-14)
    assert b.grad == pytest.approx(645.5772594752187, rel=1e-14)


LOSSES = [
    0.7446043489973165,
    0.017897120782000342,
    0.00961907424912361,
    0.009618696415597466,
    0.009618322059575482,
]
