"""Pictures of every kind, to the byte as they were when someone last looked at them.

python tests/viz/test_golden.py

writes them anew, to be looked at, and committed where they are better.
"""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd import Value

FOLDER = Path(__file__).parent / "golden"
COLOURS = ("gradient", "activation", "bytes", "multiply-adds")  # "time" varies


def neuron():
    x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(6.5)
    out = (x * w + b - 1).tanh()
    out.label = "out"
    return out


def network():
    """A scalar network of fixed weights, none of which needs rounding."""
    model = nn.scalar.MLP(2, [2, 1])
    for i, parameter in enumerate(model.parameters()):
        parameter.data = (i % 5 - 2) / 4
    return model


def layer(colour):
    """The loss of a layer of two by one, in colours."""
    w = ag.tensor([[0.5, -1.0]], requires_grad=True)
    w.label = "w"
    loss = (np.tanh(np.array([[3.0, 1.0]]) @ w.T) ** 2).sum()
    loss.label = "loss"
    return viz.draw(loss, colour=colour)


def not_a_number():
    x = ag.tensor([0.0, 4.0], requires_grad=True)
    x.label = "x"
    with np.errstate(all="ignore"):
        loss = np.sum(np.log(x) * x)
        loss.backward()
    return viz.draw(loss, direction="backward", marks=ag.explain(x).marks)


def difference():
    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    return viz.diff((x * w).tanh(), (x * w).relu()).drawing


GOLDEN = {
    "neuron-forward.dot": lambda: viz.draw(neuron()).dot,
    "neuron-backward.dot": lambda: viz.draw(neuron(), direction="backward").dot,
    "neuron-forward.svg": lambda: viz.draw(neuron()).svg(),
    "neuron-backward.svg": lambda: viz.draw(neuron(), direction="backward").svg(),
    "neuron-downwards.svg": lambda: viz.draw(neuron(), rankdir="TB").svg(),
    "both-passes.svg": lambda: viz.draw(
        Value(2.0, label="x") * 3.0, direction="both"
    ).svg(),
    "network-folded.svg": lambda: viz.draw(network(), [1.0, -2.0], depth=1).svg(),
    "network-open.svg": lambda: viz.draw(network(), [1.0, -2.0]).svg(),
    "network-backward.svg": lambda: viz.draw(
        network(), [1.0, -2.0], depth=1, direction="backward"
    ).svg(),
    "network-neurons.svg": lambda: viz.network(network(), [1.0, -2.0]).svg(),
    "nan-traced.svg": lambda: not_a_number().svg(),
    "difference.svg": lambda: difference().svg(),
    **{f"layer-{colour}.svg": lambda c=colour: layer(c).svg() for colour in COLOURS},
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_picture_is_the_golden_one(name):
    made, golden = GOLDEN[name](), (FOLDER / name).read_text(encoding="utf-8")
    if name.endswith(".svg"):  # says first what is drawn, and then where
        assert drawn(made) == drawn(golden)
    assert made == golden


def drawn(svg):
    """Every element with its class and its text, without where it lies."""
    return [
        (each.tag.rpartition("}")[2], each.get("class"), each.get("id"), each.text)
        for each in ElementTree.fromstring(svg).iter()
    ]


def test_no_golden_picture_is_left_over():
    assert {path.name for path in FOLDER.iterdir()} == {*GOLDEN}


if __name__ == "__main__":
    for name, write in GOLDEN.items():
        (FOLDER / name).write_text(write(), encoding="utf-8")
