"""What PyTorch gives for the same text: outputs, gradients, buffers."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.check import check_grads

sys.path.insert(0, str(Path(__file__).parent))
from layers import FAMILIES, apart, cases, drawn, flattened

FOLDER = Path(__file__).parent / "layers"
CASES = [(family, *case) for family in FAMILIES for case in cases(family)]
each_case = pytest.mark.parametrize(
    ("family", "text", "inputs"),
    [(family, text, inputs) for family, text, *inputs in CASES],
    ids=[f"{family}: {text}" for family, text, *_ in CASES],
)
RECORDED = {
    family: json.loads((FOLDER / f"{family}.json").read_text())["cases"]
    for family in FAMILIES
}
CLOSE = {"rtol": 1e-9, "atol": 1e-11}


def made(text):
    """What the text names, in double precision with weights drawn, and what drew."""
    rng = np.random.default_rng(0)
    found = eval(text, {"nn": nn, "F": nn.functional})
    if isinstance(found, nn.Module):
        for parameter in found.double().parameters():
            parameter.data = rng.normal(size=parameter.shape)
    return found, rng


@pytest.mark.parametrize("family", FAMILIES)
def test_every_case_was_recorded(family):
    assert list(RECORDED[family]) == [text for text, *_ in cases(family)]


@each_case
def test_outputs_and_gradients_are_those_that_were_recorded(family, text, inputs):
    function, rng = made(text)
    inputs, options = apart(inputs)
    xs = [ag.tensor(x, requires_grad=grad) for x, grad in drawn(rng, inputs)]
    outs = flattened(function(*xs, **options))
    real = [out for out in outs if out.requires_grad]
    seeds = [rng.normal(size=out.shape) for out in real]
    ag.sum(
        ag.stack([ag.sum(s * o) for s, o in zip(seeds, real, strict=True)])
    ).backward()
    expected = RECORDED[family][text]
    for out, right in zip(outs, expected["outputs"], strict=True):
        np.testing.assert_allclose(out.data, right, **CLOSE)
    tracked = [x for x in xs if x.requires_grad]
    for x, right in zip(tracked, expected["inputs"], strict=True):
        np.testing.assert_allclose(x.grad, right, **CLOSE)
    if isinstance(function, nn.Module):
        grads = {name: p.grad for name, p in function.named_parameters()}
        assert list(grads) == list(expected["parameters"])
        for name, grad in grads.items():
            np.testing.assert_allclose(grad, expected["parameters"][name], **CLOSE)
        buffers = {name: b.data for name, b in function.named_buffers()}
        assert list(buffers) == list(expected["buffers"])
        for name, buffer in buffers.items():
            np.testing.assert_allclose(buffer, expected["buffers"][name], **CLOSE)


class OfReals(nn.Module):
    """What is checked, of the arrays to which gradients are taken."""

    def __init__(self, function, arrays, options):
        self.function, self.arrays, self.options = function, arrays, options
        self.real = [i for i, (_, real) in enumerate(arrays) if real]

    def forward(self, *reals):
        xs = [x for x, _ in self.arrays]
        for i, x in zip(self.real, reals, strict=True):
            xs[i] = x
        return flattened(self.function(*xs, **self.options))


# Of each function the first case: by all settings its primitives are drawn elsewhere.
TWICE = {text.partition("(")[0]: text for _, text, *_ in reversed(CASES)}


@each_case
def test_they_pass_the_checker_parameters_included(family, text, inputs):
    function, rng = made(text)
    inputs, options = apart(inputs)
    checked = OfReals(function, [*drawn(rng, inputs)], options)
    order = 2 if text in TWICE.values() else 1
    check_grads(checked, *[checked.arrays[i][0] for i in checked.real], order=order)
