"""Optimizers and schedules go the way that PyTorch's go, step by step."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from nn import optim

sys.path.insert(0, str(Path(__file__).parent))
from training import (
    CHANGES,
    EPOCHS,
    HALF,
    OPTIMIZERS,
    SCHEDULERS,
    START,
    STEPS,
    metrics,
    problem,
)

RECORDED = json.loads(
    (Path(__file__).parent / "training" / "recorded.json").read_text("utf-8")
)
CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def tensors():
    x = ag.tensor(START, requires_grad=True)
    return [x], lambda: problem(x), lambda: x.data.flatten()


def values():
    rows = [[Value(number) for number in row] for row in START]
    flat = [value for row in rows for value in row]
    return flat, lambda: problem(rows), lambda: [value.data for value in flat]


def follow(make, text, changed_at=None, change=None, state=None):
    """Where an optimizer goes; with a state from half the way on."""
    params, loss, position = make()
    optimizer = eval(text, {**vars(optim), "params": params})
    if state is not None:
        params[0].data = np.reshape(RECORDED["optimizers"][text][HALF - 1], (2, 3))
        optimizer.load_state_dict(state)

    def closure():
        optimizer.zero_grad()
        now = loss()
        now.backward()
        return now

    for step in range(STEPS if state is None else STEPS - HALF):
        if step == changed_at:
            optimizer.param_groups[0].update(change)
        optimizer.step(closure)
        yield position()


def test_every_case_was_recorded():
    assert list(RECORDED["optimizers"]) == OPTIMIZERS
    assert list(RECORDED["schedulers"]) == SCHEDULERS
    assert len(RECORDED["changes"]) == len(CHANGES)


@pytest.mark.parametrize("text", OPTIMIZERS)
def test_tensors_take_the_steps_that_were_recorded(text):
    got = list(follow(tensors, text))
    np.testing.assert_allclose(got, RECORDED["optimizers"][text], **CLOSE)


@pytest.mark.parametrize("text", [text for text in OPTIMIZERS if "Muon" not in text])
def test_values_take_the_steps_that_were_recorded(text):
    got = list(follow(values, text))
    np.testing.assert_allclose(got, RECORDED["optimizers"][text], **CLOSE)


@pytest.mark.parametrize("text", OPTIMIZERS)
def test_a_state_that_was_recorded_can_be_gone_on_from(text):
    """As PyTorch saves it, but for its tensors."""
    state = dict(RECORDED["states"][text])
    state["state"] = {int(i): x for i, x in state["state"].items()}
    got = list(follow(tensors, text, state=state))
    np.testing.assert_allclose(got, RECORDED["optimizers"][text][HALF:], **CLOSE)


@pytest.mark.parametrize("i", range(len(CHANGES)), ids=[str(c) for c in CHANGES])
def test_a_setting_that_changes_takes_effect_as_was_recorded(i):
    for make in (tensors, values):
        if make is tensors or "Muon" not in CHANGES[i][0]:
            got = list(follow(make, *CHANGES[i]))
            np.testing.assert_allclose(got, RECORDED["changes"][i], **CLOSE)


@pytest.mark.parametrize("text", SCHEDULERS)
def test_schedulers_set_the_rates_that_were_recorded(text):
    groups = [
        {"params": [Value(0.0)], "lr": 0.2},
        {"params": [ag.tensor([0.0], requires_grad=True)], "lr": 0.05},
    ]
    optimizer = optim.SGD(groups, momentum=0.9)
    scheduler = eval(text, {**vars(optim.lr_scheduler), "optimizer": optimizer})
    got = []
    for metric in metrics():
        optimizer.step()
        got.append([[g["lr"], g["momentum"]] for g in optimizer.param_groups])
        if isinstance(scheduler, optim.lr_scheduler.ReduceLROnPlateau):
            scheduler.step(metric)
        else:
            scheduler.step()
    assert len(got) == EPOCHS
    np.testing.assert_allclose(got, RECORDED["schedulers"][text], **CLOSE)
