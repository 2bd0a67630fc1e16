"""The debug switch that finds raw writes, and the words of a StaleWriteError."""

import re

import numpy as np
import pytest

import autograd as ag
from autograd import StaleWriteError, Value

X = np.arange(12.0).reshape(4, 3) + 1
W = np.arange(6.0).reshape(2, 3) - 2.5


def tracked(array):
    return ag.tensor(array, requires_grad=True)


# The debug switch ---------------------------------------------------------------------------


def test_a_raw_write_is_found_by_detect_writes():
    x, w = tracked(X), tracked(W)
    with ag.detect_writes():
        y = (x @ w.T).sum()
        w.data[...] = 0
        with pytest.raises(StaleWriteError):
            y.backward()
    assert x.grad is None
    assert w.grad is None


def test_a_raw_write_into_a_plain_array_operand_is_found_by_detect_writes():
    x, a = tracked(np.ones(2000)), np.ones(2000)  # small ones are copied
    with ag.detect_writes():
        y = (x * a).sum()
        a *= 0
        with pytest.raises(StaleWriteError):
            y.backward()


def test_detect_writes_lets_clean_graphs_through():
    x, v = tracked(X), Value(2.0)
    with ag.detect_writes():
        a, b = ag.split(x @ X.T, 2)
        (a.sum() + (b * b).mean() + x[0].sum()).backward()
        (v * v).backward()
        ag.grad(ag.grad(lambda z: z**3))(2.0)
    assert x.grad is not None
    assert v.grad == 4.0


def test_detect_writes_and_freed_graphs_get_on():
    x = tracked(X)
    with ag.detect_writes():
        y = (x * x).sum()
        y.backward(free=True)
        with pytest.raises(ValueError, match="free=True"):
            y.backward()


# Words ----------------------------------------------------------------------------------------


def test_the_error_names_both_places_the_operation_and_what_to_do():
    x, w = tracked(X), tracked(W)
    w.label = "weight"
    with ag.record_places():
        y = x * x[0] @ w.T
    w.data *= 0
    with pytest.raises(StaleWriteError) as caught:
        y.sum().backward()
    message = str(caught.value)
    assert "matmul" in message
    assert len(re.findall(r"test_stale_errors\.py:\d+", message)) == 2
    assert "copy" in message or "after the backward" in message
    assert isinstance(caught.value, ValueError)


def test_the_error_says_how_to_learn_the_place_of_the_call():
    x, w = tracked(X), tracked(W)
    y = x @ w.T
    w.data *= 0
    with pytest.raises(StaleWriteError, match="record_places"):
        y.sum().backward()


def test_the_label_of_the_written_operand_is_named():
    x, w = tracked([1.0]), tracked([2.0])
    w.label = "weight"
    y = x * w
    w.data *= 0
    with pytest.raises(StaleWriteError, match="weight"):
        y.backward()
