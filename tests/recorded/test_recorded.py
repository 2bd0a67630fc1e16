"""Values and gradients agree with those JAX gives for the same text."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd as ag

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES, INPUTS, weighted

RECORDED = json.loads(Path(__file__).with_name("jax.json").read_text())


def test_every_case_was_recorded_and_they_are_many():
    assert RECORDED.keys() == CASES.keys()
    assert len(RECORDED) >= 150


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradients_are_those_that_were_recorded(name):
    case, inputs = CASES[name]
    arrays = [INPUTS[letter] for letter in inputs]
    value, gradients = ag.value_and_grad(
        lambda *xs: np.real(weighted(np, case(np, *xs))), tuple(range(len(arrays)))
    )(*arrays)
    recorded = RECORDED[name]
    tolerance = 1e-6 if name == "astype" else 1e-12
    assert value == pytest.approx(recorded["value"], rel=tolerance, abs=tolerance)
    for letter, got, expected in zip(inputs, gradients, recorded["gradients"]):
        np.testing.assert_allclose(
            np.ravel(got), expected, rtol=tolerance, atol=tolerance, err_msg=letter
        )
