"""A state of PyTorch's loads by name, and what is computed then is the same."""

import json
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

import nn

sys.path.insert(0, str(Path(__file__).parent))
from states import CASES, PATH, drawn

RECORDED = json.loads(PATH.read_text(encoding="utf-8"))["cases"]


def made(text):
    return eval(text, {"nn": nn, "OrderedDict": OrderedDict})


def test_every_state_was_recorded():
    assert list(RECORDED) == list(CASES)


@pytest.mark.parametrize("text", CASES)
def test_a_state_of_pytorchs_loads_by_name_and_gives_its_outputs(text):
    layer, recorded = made(text), RECORDED[text]
    assert list(layer.state_dict()) == list(recorded["state"])
    layer.load_state_dict(recorded["state"])
    out = layer.eval()(*drawn(CASES[text]))
    np.testing.assert_allclose(out.data, recorded["output"], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("text", CASES)
def test_a_new_layer_has_pytorchs_shapes_and_its_states_at_first(text):
    layer, recorded = made(text), RECORDED[text]["state"]
    for name, array in layer.state_dict().items():
        assert array.shape == np.shape(recorded[name]), name
        assert array.dtype == (np.int64 if "tracked" in name else np.float32)
