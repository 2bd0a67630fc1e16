"""Long and wide graphs: no recursion anywhere, linear time, small nodes."""

import gc
import sys
import time
import tracemalloc
import weakref

import numpy as np
import pytest

import autograd as ag
from autograd import Value

MILLION = 1_000_000
BYTES_A_NODE = 600


def chain(x, length):
    y = x
    for _ in range(length):
        y = y + 1.0
    return y


@pytest.fixture
def no_gc():
    """Reference counting alone must do."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("kind", [Value, lambda x: ag.tensor(x, requires_grad=True)])
def test_a_chain_of_a_million_builds_differentiates_and_is_freed(kind, no_gc):
    limit = sys.getrecursionlimit()
    x = kind(1.0)
    y = chain(x, MILLION)
    assert float(y.data) == MILLION + 1
    y.backward()
    assert x.grad == 1.0
    newest = weakref.ref(y.inputs[0])
    node = y
    for _ in range(MILLION - 1):
        (node, _) = node.inputs
    oldest = weakref.ref(node)
    del node, y
    assert newest() is None
    assert oldest() is None
    assert sys.getrecursionlimit() == limit


def test_a_long_chain_is_freed_as_the_sweep_goes(no_gc):
    x = ag.tensor(np.ones(1000), requires_grad=True)
    tracemalloc.start()
    try:
        y = chain(x, 2_000).sum()
        before, _ = tracemalloc.get_traced_memory()
        y.backward(free=True)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert before > 2_000 * 8_000
    assert after < 400_000  # of 16 MB; CPython keeps free tuples
    assert np.all(x.grad == 1.0)


def peak(f):
    """Bytes held when ``f`` returned, and the most while it ran."""
    gc.collect()
    tracemalloc.start()
    try:
        kept = f()
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del kept
    return held, most


LENGTH = 5_000


@pytest.mark.parametrize("step", [
    lambda y: y + 1.0, lambda y: y * 1.0, lambda y: y.tanh(), lambda y: y - y, lambda y: -y,
])  # fmt: skip
@pytest.mark.parametrize("kind", [Value, lambda x: ag.tensor(x, requires_grad=True)])
def test_a_node_takes_at_most_six_hundred_bytes_beyond_its_array(kind, step):
    x = kind(0.5)

    def build():
        y = x
        for _ in range(LENGTH):
            y = step(y)
        return y

    held, most = peak(build)
    array = sys.getsizeof(x.data) if kind is not Value else 0
    assert held / LENGTH - array <= BYTES_A_NODE
    assert most / LENGTH - array <= BYTES_A_NODE


@pytest.mark.parametrize("kind", [Value, lambda x: ag.tensor(x, requires_grad=True)])
def test_a_node_takes_at_most_six_hundred_bytes_also_while_and_after_the_sweep(kind):
    x = kind(0.5)

    def build_and_sweep():
        y = chain(x, LENGTH)
        y.backward()
        return y

    held, most = peak(build_and_sweep)
    array = sys.getsizeof(x.data) if kind is not Value else 0
    assert held / LENGTH - array <= BYTES_A_NODE
    assert most / LENGTH - array <= BYTES_A_NODE


@pytest.mark.parametrize("step", [
    lambda y: y.sum(axis=0, keepdims=True), lambda y: y.reshape(1, 1), lambda y: y[:, :],
    lambda y: ag.where(True, y, 0.0),
])  # fmt: skip
def test_a_node_with_parameters_takes_at_most_six_hundred_bytes(step):
    x = ag.tensor(np.ones((1, 1)), requires_grad=True)
    length = 3_000

    def build():
        y = x
        for _ in range(length):
            y = step(y)
        return y

    held, _ = peak(build)
    assert held / length - sys.getsizeof(x.data) <= BYTES_A_NODE


def nodes_visited(length):
    count = [0]

    def tick(*event):
        count[0] += 1

    x = Value(1.0)
    y = x
    for _ in range(length):
        y = y * x + y  # diamonds all along
    with ag.listen(tick):
        y.backward()
    return count[0]


def test_a_sweep_visits_every_node_once():
    assert nodes_visited(1000) == 2001
    assert nodes_visited(4000) == 8001


@pytest.mark.parametrize("kind", [Value, lambda x: ag.tensor(x, requires_grad=True)])
def test_time_is_linear_in_the_length(kind):
    """Ten times as long may take thirty times the CPU at most: quadratic takes 100."""

    def seconds(length):
        best = []
        for _ in range(3):
            start = time.thread_time()
            chain(kind(1.0), length).backward()
            best.append(time.thread_time() - start)
        return min(best)

    assert seconds(50_000) < 30 * seconds(5_000)


def test_forward_mode_goes_through_a_long_chain():
    value, slope = ag.jvp(lambda x: chain(x, 50_000), (1.0,), (1.0,))
    assert (value, slope) == (50_001.0, 1.0)


def test_second_order_goes_through_a_long_chain():
    def f(x):
        y = x
        for _ in range(20_000):
            y = y * 1.00001
        return y * y

    expected = 2 * 1.00001**40_000
    assert ag.grad(ag.grad(f))(1.0) == pytest.approx(expected, rel=1e-9)
    assert ag.hvp(f, (1.0,), (1.0,)) == pytest.approx(expected, rel=1e-9)


def test_a_wide_sum_differentiates():
    values = [Value(float(i)) for i in range(30_000)]
    total = sum(values)
    total.backward()
    assert all(v.grad == 1.0 for v in values)
    tensors = [ag.tensor([1.0, 2.0], requires_grad=True) for _ in range(5_000)]
    ag.stack(tensors).sum().backward()
    assert all(t.grad.tolist() == [1.0, 1.0] for t in tensors)


def test_recording_and_walking_a_long_chain_does_not_recurse():
    graph = ag.record(lambda x: chain(x, 30_000), np.ones(()))
    assert len(graph.nodes) == 30_001
    assert len(list(ag.pushforward([graph.outputs[0]], {}))) == 0


def test_one_leaf_used_thirty_thousand_times_differentiates():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x * 0
    for _ in range(30_000):
        y = y + x
    y.sum().backward()
    assert x.grad.tolist() == [30_000.0, 30_000.0]
