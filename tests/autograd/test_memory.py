"""Nothing leaks: no reference cycles, and training for ever takes no more memory."""

import contextlib
import gc
import tracemalloc
import weakref

import numpy as np
import pytest

import autograd as ag
from autograd import Value

STEPS = 1000
SLACK = 64 * 1024


@pytest.fixture(autouse=True)
def no_gc():
    """Whatever is freed here is freed by reference counting alone."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def tensor_step():
    rng = np.random.default_rng(0)
    w1 = ag.tensor(rng.normal(size=(8, 4)), requires_grad=True)
    b1 = ag.tensor(np.zeros(8), requires_grad=True)
    w2 = ag.tensor(rng.normal(size=(3, 8)), requires_grad=True)
    moments = [np.zeros_like(p.data) for p in (w1, b1, w2)]
    x = rng.normal(size=(16, 4))
    labels = rng.integers(0, 3, size=16)

    def step():
        batch = ag.tensor(x)
        logits = np.tanh(ag.affine(batch, w1, b1)) @ w2.T
        loss = ag.cross_entropy(logits, labels)
        for p in (w1, b1, w2):
            p.grad = None
        loss.backward()
        for p, m in zip((w1, b1, w2), moments, strict=True):
            m *= 0.9
            m += p.grad
            p.data -= 0.01 * m

    return step


def freeing_step():
    w = ag.tensor(np.ones((4, 4)), requires_grad=True)

    def step():
        a, b = ag.split(np.tanh(w), 2)
        loss = (a @ b.T).sum() + w[0].sum() + w[[0, 1, 1]].mean()
        loss.backward(free=True)
        w.data = w.data - 0.001 * w.grad
        w.grad = None

    return step


def value_step():
    ws = [Value(0.1 * i) for i in range(6)]

    def step():
        loss = sum((w * 2.0 - 1).tanh() ** 2 for w in ws)
        for w in ws:
            w.grad = 0.0
        loss.backward()
        for w in ws:
            w.data -= 0.01 * w.grad

    return step


def transform_step():
    w = ag.tensor(np.ones(4), requires_grad=True)
    x = np.arange(4.0)

    def step():
        f = lambda x: (np.tanh(w * x) ** 2).sum()  # noqa: E731
        ag.value_and_grad(f)(x)
        penalty = (ag.grad(f)(x) ** 2).sum()
        penalty.backward()
        ag.hessian(f)(x)
        ag.hvp(f, (x,), (x,))
        _, pull = ag.vjp(lambda x: x * w, x)
        pull(x)
        ag.jvp(f, (x,), (x,))
        ag.record(f, x)
        w.grad = None

    return step


def failing_step():
    w = ag.tensor(np.ones(4), requires_grad=True)

    def step():
        for call in (
            lambda: w + np.ones(3),
            lambda: (w * 2).backward(),
            lambda: ag.grad(lambda x: x * w)(np.ones(4)),
            lambda: ag.grad(lambda x: 1 / 0)(np.ones(4)),
        ):
            with contextlib.suppress(ValueError, ZeroDivisionError):
                call()
        y = (w * w).sum()
        w.data *= 1.0
        with contextlib.suppress(ag.StaleWriteError):
            y.backward()

    return step


def switching_step():
    w = ag.tensor(np.ones(4), requires_grad=True)

    def step():
        with (
            ag.no_grad(),
            ag.record_places(),
            ag.enable_grad(),
            ag.detect_writes(),
            ag.listen(lambda *event: None),
        ):
            (w * w).sum().backward()
        w.grad = None

    return step


def writing_step():
    buffer = ag.tensor(np.zeros(64))
    w = ag.tensor(np.ones(64), requires_grad=True)

    def step(counter=[0]):  # noqa: B006
        buffer[counter[0] % 64] = 1.0
        counter[0] += 1
        w.data[1:] *= 0.5
        w.written()
        ag.asarray(w.data[2:]).data *= 1.0
        (w * buffer).sum().backward()

    return step


LOOPS = [tensor_step, freeing_step, value_step, transform_step, failing_step,
         switching_step, writing_step]  # fmt: skip


@pytest.mark.parametrize("make", LOOPS)
def test_a_thousand_training_steps_take_no_more_memory_than_ten(make):
    step = make()
    steps = STEPS if make in (tensor_step, freeing_step, value_step) else 150
    for _ in range(5):
        step()  # NumPy's and Python's own caches
    tracemalloc.start()
    try:
        for _ in range(10):
            step()
        early, _ = tracemalloc.get_traced_memory()
        for _ in range(steps - 10):
            step()
        late, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert late - early < SLACK


@pytest.mark.parametrize("make", LOOPS)
def test_no_step_makes_a_reference_cycle(make):
    step = make()
    step()
    gc.collect()
    for _ in range(5):
        step()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        ours = [
            x
            for x in gc.garbage
            if isinstance(x, (ag.Node, np.ndarray)) or "autograd" in type(x).__module__
        ]
        assert ours == []
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


def test_a_graph_is_freed_with_its_last_node():
    x = ag.tensor(np.ones(3), requires_grad=True)
    a, b = ag.split(x * 2, 3)[:2]
    y = np.tanh(a) * b[0]
    inner = [weakref.ref(node) for node in ag.ancestors([y])[1:]]
    y.backward()
    del a, b, y
    assert all(ref() is None for ref in inner)


def test_a_pull_holds_its_graph_only_as_long_as_it_lives():
    x = np.ones(3)
    seen = []

    def f(x):
        y = np.tanh(x)
        seen.append(weakref.ref(y))
        return y * y

    value, pull = ag.vjp(f, x)
    pull(x)
    pull(x)
    assert seen[0]() is not None
    del pull, value
    assert seen[0]() is None


@pytest.mark.parametrize("transform", [
    lambda f, x: ag.grad(f)(x), lambda f, x: ag.value_and_grad(f)(x),
    lambda f, x: ag.jvp(f, (x,), (x,)), lambda f, x: ag.hessian(f)(x),
    lambda f, x: ag.hvp(f, (x,), (x,)), lambda f, x: ag.jacobian(f)(x),
])  # fmt: skip
def test_the_graph_of_a_transform_is_freed_when_it_ends(transform):
    seen = []

    def f(x):
        y = np.tanh(x).sum()
        seen.append(weakref.ref(y))
        return y * y

    kept = transform(f, np.ones(3))
    assert all(ref() is None for ref in seen)
    assert kept is not None


def test_gradients_do_not_hold_the_graph():
    x = ag.tensor(np.ones(3), requires_grad=True)
    y = (x[1:] * 2).sum()
    ref = weakref.ref(y)
    y.backward()
    del y
    assert ref() is None
    assert x.grad.base is None


def test_nodes_stay_small_no_dictionary_each():
    for node in (Value(1.0), ag.tensor(1.0), Value(1.0) * 2, ag.tensor(1.0) * 2):
        assert not hasattr(node, "__dict__")
        with pytest.raises(AttributeError):
            node.whatever = 1


# Arrays updated in a loop ---------------------------------------------------------------

LONG = 3000  # elements, of which 8 kB are not kept for drawings


def filled(w, n, kept=None):
    y = ag.zeros(LONG) * w
    for i in range(n):
        y = y.at[i].set(w * i)
        if kept is not None:
            kept.append(y)
    return y


def test_an_array_filled_item_by_item_takes_the_memory_of_a_few():
    w = ag.tensor(2.0, requires_grad=True)
    tracemalloc.start()
    y = filled(w, 500)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30 * 8 * LONG
    (y * y).sum().backward()
    assert w.grad == 4 * sum(i * i for i in range(500))


def test_what_anybody_holds_or_reads_is_kept_while_an_array_is_filled():
    w, kept = ag.tensor(2.0, requires_grad=True), []
    y = filled(w, 5, kept)
    for i, each in enumerate(kept):
        assert each.data[:5].tolist() == [2.0 * j if j <= i else 0.0 for j in range(5)]
    other = y * y  # reads y, which is then updated twice
    for _ in range(3):
        y = y.at[0].add(w)
    squares = np.exp(ag.zeros(LONG) + w)  # which its own rule reads
    for _ in range(3):
        squares = squares.at[0].set(0.0)
    (other.sum() + y.sum() + squares.sum()).backward()
    expected = 4 * 30 + 10 + 3 + (LONG - 1) * np.exp(2.0)
    np.testing.assert_allclose(w.grad, expected)


@pytest.mark.parametrize("start", [np.zeros(LONG), ag.zeros(LONG), ag.ones(LONG)])
def test_derivatives_of_an_array_updated_in_a_loop_are_right_in_every_order(start):
    def f(w):
        y = start
        for i in range(4):
            y = ag.asarray(y).at[i].set(w * i).at[i].add(w * w)
        return (y * y * y).sum()

    w = 1.5
    first = ag.grad(f)(w)
    assert first == ag.jvp(f, (w,), (1.0,))[1]
    np.testing.assert_allclose(
        first, sum(3 * (w * i + w * w) ** 2 * (i + 2 * w) for i in range(4))
    )
    np.testing.assert_allclose(ag.grad(ag.grad(f))(w), ag.hvp(f, (w,), (1.0,)))


def test_a_recording_of_everything_keeps_all_numbers():
    graph = ag.record(lambda w: filled(w, 4), np.array(2.0))
    assert all(np.isfinite(node.data).all() for node in graph.nodes)
