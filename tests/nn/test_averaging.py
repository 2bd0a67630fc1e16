"""Moving averages of weights."""

import pickle

import numpy as np
import pytest

import nn
from autograd import Value
from nn.train import AveragedModel, ema


class Counting(nn.Module):
    """A parameter, a running mean, a count."""

    def __init__(self):
        self.weight = nn.Parameter(np.zeros(2, np.float32))
        self.mean = nn.Buffer([0.0])
        self.count = nn.Buffer(0)

    def forward(self, x):
        return self.weight * x

    def be(self, number):
        self.weight.data = np.full(2, number, np.float32)
        self.mean.data = np.array([number], np.float32)
        self.count.data = np.array(int(number))


def test_the_average_is_the_mean_of_all_so_far():
    model = Counting()
    averaged = AveragedModel(model)
    for number, mean in ((2.0, 2.0), (4.0, 3.0), (9.0, 5.0)):
        model.be(number)
        averaged.update_parameters(model)
        assert averaged.module.weight.data.tolist() == [mean, mean]
        assert averaged.module.mean.item() == number
    assert averaged.module.weight.dtype == np.float32
    assert averaged(np.ones(2, np.float32)).data.tolist() == [5.0, 5.0]
    assert model.weight.data.tolist() == [9.0, 9.0]


def test_buffers_are_averaged_if_wanted_but_counts_are_copied():
    model = Counting()
    averaged = AveragedModel(model, use_buffers=True)
    for number in (2.0, 4.0):
        model.be(number)
        averaged.update_parameters(model)
    assert (averaged.module.mean.item(), averaged.module.count.item()) == (3.0, 4)


def test_an_exponential_average_begins_at_the_first():
    model = Counting()
    averaged = AveragedModel(model, ema(0.75))
    for number, mean in ((2.0, 2.0), (6.0, 3.0), (7.0, 4.0)):
        model.be(number)
        averaged.update_parameters(model)
        assert averaged.module.weight.data.tolist() == [mean, mean]


def test_a_function_of_ones_own_gets_average_parameter_and_count():
    seen = []

    def largest(average, parameter, count):
        seen.append(count)
        return np.maximum(average, parameter)

    model = Counting()
    averaged = AveragedModel(model, largest)
    for number in (2.0, 5.0, 3.0):
        model.be(number)
        averaged.update_parameters(model)
    assert averaged.module.weight.data.tolist() == [5.0, 5.0]
    assert seen == [1, 2]


@pytest.mark.parametrize("average", [None, ema(0.5)])
def test_networks_of_values_are_averaged_alike(average):
    model = nn.scalar.MLP(2, [2, 1])
    averaged = AveragedModel(model, average)
    total = 0.0
    for number in (2.0, 4.0):
        for p in model.parameters():
            p.data = number
        averaged.update_parameters(model)
        total += number
    parameters = averaged.parameters()
    assert all(isinstance(p, Value) and p.data == total / 2 for p in parameters)
    assert all(type(p.data) is float for p in parameters)


def test_the_averages_are_no_part_of_what_is_trained():
    model = nn.Linear(2, 1)
    averaged = AveragedModel(model)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(2):
        optimizer.zero_grad()
        model(np.ones((1, 2), np.float32)).sum().backward()
        averaged.update_parameters(model)
        optimizer.step()
    before = model.state_dict()
    averaged.update_parameters(model)
    mean = averaged.module.weight.data - before["weight"]
    assert np.allclose(mean, 0.5, rtol=1e-5)


def test_it_is_a_module_that_can_be_saved_and_go_on():
    model = Counting()
    averaged = AveragedModel(model, ema(0.5))
    model.be(2.0)
    averaged.update_parameters(model)
    state = pickle.loads(pickle.dumps(averaged.state_dict()))
    assert set(state) == {
        "n_averaged", "module.weight", "module.mean", "module.count",
    }  # fmt: skip
    other = AveragedModel(Counting(), ema(0.5))
    other.load_state_dict(state)
    model.be(4.0)
    other.update_parameters(model)
    assert other.module.weight.data.tolist() == [3.0, 3.0]
    assert not averaged.eval().module.training


def test_another_model_is_refused_and_nothing_changes():
    averaged = AveragedModel(nn.Linear(2, 1))
    before = averaged.state_dict()
    with pytest.raises(
        ValueError, match=r"averages are of shapes .*\(1, 2\).*\(1, 3\)"
    ):
        averaged.update_parameters(nn.Linear(3, 1))
    for name, array in averaged.state_dict().items():
        assert np.array_equal(array, before[name])
    with pytest.raises(TypeError, match="averages a module; got list"):
        AveragedModel([Value(1.0)])
    with pytest.raises(ValueError, match=r"decay must lie between 0 and 1; got 1.5"):
        ema(1.5)
