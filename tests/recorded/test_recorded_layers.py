"""Layers give the outputs and the gradients that PyTorch gives for the same text."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.check import check_grads

sys.path.insert(0, str(Path(__file__).parent))
from layers import CASES

RECORDED = json.loads(Path(__file__).with_name("layers.json").read_text())["cases"]


def made(text):
    """A layer in double precision, with weights drawn, and what drew them."""
    rng = np.random.default_rng(0)
    double = ", dtype=float)" if text.startswith("Conv") else ")"
    layer = eval(f"nn.{text[:-1]}{double}", {"nn": nn})
    for parameter in layer.parameters():
        parameter.data = rng.normal(size=parameter.shape)
    return layer, rng


def test_every_case_was_recorded():
    assert list(RECORDED) == [text for text, _ in CASES]


@pytest.mark.parametrize(("text", "shape"), CASES, ids=[text for text, _ in CASES])
def test_outputs_and_gradients_are_those_that_were_recorded(text, shape):
    layer, rng = made(text)
    x = ag.tensor(rng.normal(size=shape), requires_grad=True)
    out = layer(x)
    out.backward(rng.normal(size=out.shape))
    expected = RECORDED[text]
    close = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(out.data, expected["output"], **close)
    np.testing.assert_allclose(x.grad, expected["input"], **close)
    grads = {name: p.grad for name, p in layer.named_parameters()}
    assert list(grads) == list(expected["parameters"])
    for name, grad in grads.items():
        np.testing.assert_allclose(grad, expected["parameters"][name], **close)


@pytest.mark.parametrize(("text", "shape"), CASES, ids=[text for text, _ in CASES])
def test_layers_pass_the_checker_parameters_included(text, shape):
    layer, rng = made(text)
    check_grads(layer, rng.normal(size=shape), order=2)
