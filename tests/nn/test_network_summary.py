"""The summary of a network: layers, shapes, parameters, bytes, multiply-adds."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.costs import multiply_adds


class Branching(nn.Module):
    """Python decides what is run, and how often."""

    def __init__(self):
        self.shared = nn.Linear(4, 4)
        self.heads = {"small": nn.Linear(4, 1), "unused": nn.Linear(4, 9)}

    def forward(self, x):
        for _ in range(3):
            x = ag.tanh(self.shared(x))
        return self.heads["small"](x), x


def test_rows_follow_the_calls_of_modules():
    rows = nn.summary(Branching(), (2, 4))
    assert [row.name for row in rows] == [
        "",
        "shared",
        "shared",
        "shared",
        "heads.small",
    ]
    whole = rows[0]
    assert whole.module == "Branching"
    assert whole.inputs == ((2, 4),)
    assert whole.outputs == ((2, 4), (2, 1))
    assert whole.multiply_adds == 3 * 2 * 16 + 2 * 4
    assert whole.parameters == 20 + 5 + 45
    assert rows.multiply_adds == whole.multiply_adds
    assert rows.parameter_bytes == 4 * 70
    assert rows[-1].outputs == ((2, 1),)


def test_a_module_within_a_module_counts_for_both():
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 5)), nn.ReLU())
    rows = {row.name: row for row in nn.summary(model, (2, 3))}
    assert list(rows) == ["", "0", "0.0", "1"]
    assert rows["0"].multiply_adds == rows["0.0"].multiply_adds == 30
    assert rows["1"].multiply_adds == 0
    assert rows["1"].bytes == 4 * 10
    assert rows[""].bytes == 4 * 20


def test_the_model_is_left_as_it_was():
    model = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5))
    model[0].last = None
    model[0].register_forward_hook(lambda m, args, out: setattr(m, "last", out))
    before, attributes = model.state_dict(), dict(vars(model[0]))
    nn.summary(model, np.ones((4, 2)))
    assert vars(model[0]) == attributes
    for name, array in model.state_dict().items():
        assert np.array_equal(array, before[name])


def test_it_prints_as_a_table():
    told = str(nn.summary(nn.MLP(2, [3, 1]), (1, 2)))
    assert "multiply-adds" in told
    assert "layers.1" in told
    assert "52 bytes of parameters" in told


@pytest.mark.parametrize(
    ("function", "shapes", "count"),
    [
        (np.matmul, [(5, 2, 3), (3, 4)], 5 * 2 * 3 * 4),
        (np.matmul, [(3,), (3,)], 3),
        (np.dot, [(2, 3), (3, 4)], 24),
        (np.matvec, [(5, 2, 3), (3,)], 30),
        (np.vecmat, [(2,), (5, 2, 3)], 30),
        (np.vdot, [(2, 3), (2, 3)], 6),
        (nn.functional.scaled_dot_product_attention, [(5, 4), (3, 6, 4), (3, 6, 2)], 3 * 5 * 6 * (4 + 2)),
        (np.inner, [(2, 3), (4, 3)], 24),
        (lambda x, y: np.tensordot(x, y, 2), [(2, 3, 4), (3, 4, 5)], 120),
        (lambda x, y: np.einsum("bij,bjk->bik", x, y), [(2, 3, 4), (2, 4, 5)], 120),
        (lambda x, y: np.einsum("...ij,j->...i", x, y), [(2, 3, 4), (4,)], 24),
        (lambda x, w: nn.functional.conv2d(x, w), [(1, 2, 5, 5), (3, 2, 2, 2)], 3 * 16 * 8),
        (
            lambda x, w: nn.functional.conv2d(x, w, groups=2),
            [(1, 2, 5, 5), (4, 1, 2, 2)],
            4 * 16 * 4,
        ),
        (
            lambda x, w: nn.functional.conv_transpose1d(x, w),
            [(1, 2, 5), (2, 3, 4)],
            10 * 3 * 4,
        ),
        (lambda x, y: x * y, [(2, 3), (2, 3)], 0),
    ],
)  # fmt: skip
def test_products_are_counted(function, shapes, count):
    graph = ag.record(function, *[np.ones(shape) for shape in shapes])
    assert sum(map(multiply_adds, graph.nodes)) == count


def test_random_numbers_of_modules_in_lists_and_dictionaries_are_put_back():
    class Several(nn.Module):
        def __init__(self):
            self.own = {"noise": [np.random.default_rng(0)]}

        def forward(self, x):
            return x + self.own["noise"][0].normal()

    model = Several()
    with model.preserved():
        first = model(np.zeros(1))
    assert model(np.zeros(1)) == first
