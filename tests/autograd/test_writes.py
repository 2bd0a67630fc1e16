"""In-place writes: the right gradient or a StaleWriteError, never a wrong number."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
from autograd import StaleWriteError, Value
from autograd.core.writes import _pieces

X = np.arange(12.0).reshape(4, 3) + 1
W = np.arange(6.0).reshape(2, 3) - 2.5


def tracked(array):
    return ag.tensor(array, requires_grad=True)


def right_or_refused(loss, leaves, expected):
    """Sweep: either the right gradients, or an error that changes no gradient.

    True: the sweep was refused.
    """
    before = [None if x.grad is None else x.grad.copy() for x in leaves]
    try:
        loss.backward()
    except StaleWriteError:
        for x, g in zip(leaves, before, strict=True):
            if g is None:
                assert x.grad is None
            else:
                np.testing.assert_array_equal(x.grad, g)
        return True
    for x, g, right in zip(leaves, before, expected, strict=True):
        np.testing.assert_allclose(x.grad, right if g is None else g + right)
    return False


# Each way to write into w after y = x @ wᵀ: (write, whether it must be refused). ------------


def scale_data(w):
    w.data *= 0


def rebind_data(w):
    w.data = np.zeros_like(w.data)


def subtract_from_data(w):
    w.data -= 0.1 * w.data


def write_a_slice(w):
    w.data[1:] = 0
    w.written()


def write_through_a_detached_alias(w):
    w.detach().data *= 0


def set_items_of_a_detached_alias(w):
    w.detach()[0] = 9.0


def set_items_of_a_detached_view(w):
    w.detach()[1:][0, 0] = 9.0


def write_through_asarray(w):
    ag.asarray(w.data).data *= 0


def write_through_a_view_of_the_array(w):
    ag.asarray(w.data[1:]).data *= 0


def write_through_a_transposed_view(w):
    ag.asarray(w.data.T[1:]).data *= 0


def write_through_a_reversed_view(w):
    ag.asarray(w.data[::-1, ::-1]).data *= 0


def write_through_a_flat_view(w):
    ag.asarray(w.data.reshape(-1)).data -= 1


def write_through_a_real_view(w):
    ag.asarray(w.data.real).data -= 1


def write_through_a_dtype_view(w):
    ag.asarray(w.data.view(np.uint8)).data[...] = 0
    ag.asarray(w.data.view(np.uint8)).written()


def write_through_a_diagonal(w):
    diagonal = np.einsum("ii->i", w.data[:, :2])
    ag.asarray(diagonal).data *= 0


def write_through_a_broadcast(w):
    ag.asarray(np.broadcast_to(w.data, (3, 2, 3))).written()


def write_through_strided_windows(w):
    windows = np.lib.stride_tricks.sliding_window_view(
        w.data, 2, axis=1, writeable=True
    )
    ag.asarray(windows).data *= 0


def write_under_no_grad(w):
    with ag.no_grad():
        view = w[1:]
        view[...] = 0.0


def write_raw_and_say_so(w):
    np.multiply(w.data, 0, out=w.data)
    w.written()


def write_through_memory_shared_by_buffer(w):
    ag.asarray(np.asarray(memoryview(w.data))).data *= 0


WRITES = [
    scale_data,
    rebind_data,
    subtract_from_data,
    write_a_slice,
    write_through_a_detached_alias,
    set_items_of_a_detached_alias,
    set_items_of_a_detached_view,
    write_through_asarray,
    write_through_a_view_of_the_array,
    write_through_a_transposed_view,
    write_through_a_reversed_view,
    write_through_a_flat_view,
    write_through_a_real_view,
    write_through_a_dtype_view,
    write_through_a_diagonal,
    write_through_a_broadcast,
    write_through_strided_windows,
    write_under_no_grad,
    write_raw_and_say_so,
    write_through_memory_shared_by_buffer,
]


@pytest.mark.parametrize("write", WRITES)
def test_a_write_into_an_operand_that_will_be_read_is_refused(write):
    x, w = tracked(X), tracked(W)
    y = x @ w.T
    write(w)
    refused = right_or_refused(
        y.sum(), [x, w], [np.ones((4, 2)) @ W, np.ones((2, 4)) @ X]
    )
    assert refused or write is rebind_data  # then w.T still looks at the old memory


@pytest.mark.parametrize("write", WRITES)
def test_a_write_into_an_operand_that_is_not_read_does_no_harm(write):
    x, w = tracked(X), tracked(W)
    loss = (x[:2] + w).sum() + (x[:2] - w * 3.0).sum()
    write(w)
    assert not right_or_refused(
        loss, [x, w], [[[2.0] * 3] * 2 + [[0.0] * 3] * 2, -2 + 0 * W]
    )


@pytest.mark.parametrize("write", WRITES)
def test_a_write_before_the_forward_pass_does_no_harm(write):
    x, w = tracked(X), tracked(W)
    write(w)
    current = w.data.copy()
    y = x @ w.T
    assert not right_or_refused(
        y.sum(), [x, w], [np.ones((4, 2)) @ current, np.ones((2, 4)) @ X]
    )


@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_refused_in_forward_mode_and_by_vjp_too(write):
    w = tracked(W)

    def f(x):
        y = x @ w.T
        write(w)
        return y

    for run, expected in (
        (lambda: ag.jvp(f, (X,), (X,))[1], X @ W.T),
        (lambda: ag.vjp(f, X)[1](np.ones((4, 2)))[0], np.ones((4, 2)) @ W),
        (lambda: ag.grad(lambda x: f(x).sum())(X), np.ones((4, 2)) @ W),
    ):
        w.data = W.copy()
        try:
            result = run()
        except StaleWriteError:
            continue
        assert write is rebind_data
        np.testing.assert_allclose(result.data, expected)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))]
)
def test_copying_a_graph_does_not_make_us_forget_a_write(write, copied):
    x, w = tracked(X), tracked(W)
    y = (x @ w.T).sum()
    write(w)
    try:
        twin = copied(y)
        twin.backward()
    except StaleWriteError:
        return
    leaves = [node for node in ag.ancestors([twin]) if node.op is None]
    np.testing.assert_allclose(leaves[0].grad, np.ones((4, 2)) @ W)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_into_a_view_between_is_refused(write):
    """v is a node of its own, but looks at w's memory."""
    w = tracked(W)
    v = w[1:] if write is not rebind_data else w
    loss = (v * v).sum()
    write(w)
    right = np.zeros_like(W)
    right[1:] = 2 * W[1:]
    right = right if write is not rebind_data else 2 * W
    refused = right_or_refused(loss, [w], [right])
    harmless = write in (set_items_of_a_detached_alias, write_through_a_transposed_view)
    assert refused or harmless


@pytest.mark.parametrize("view", [
    lambda w: w[1:], lambda w: w.T, lambda w: w.reshape(-1), lambda w: w[None], lambda w: w[..., 0],
    lambda w: w.detach(), lambda w: ag.split(w, 2)[0], lambda w: np.squeeze(w[:1]),
    lambda w: np.broadcast_to(w, (2, 2, 3)), lambda w: w.swapaxes(0, 1), lambda w: +w.detach()[0],
])  # fmt: skip
def test_a_write_into_the_base_of_any_view_is_refused_or_harmless(view):
    w, scale = tracked(W), tracked(2.0)
    v = view(w)
    expected = float(v.data.sum())
    loss = (v * scale).sum()
    w.data *= 0
    try:
        loss.backward()
    except StaleWriteError:
        assert scale.grad is None
        assert w.grad is None
        return
    assert scale.grad == pytest.approx(expected)


def test_disjoint_views_of_one_buffer_do_not_disturb_each_other():
    """An optimizer that keeps all parameters in one flat buffer."""
    flat = np.arange(6.0)
    a, b = ag.asarray(flat[:3]), ag.asarray(flat[3:])
    a.requires_grad = b.requires_grad = True
    loss = (a * a).sum()
    b.data -= 1.0
    loss.backward()
    assert a.grad.tolist() == [0.0, 2.0, 4.0]
    loss = (a * b).sum()
    flat *= 2
    ag.asarray(flat).written()
    with pytest.raises(StaleWriteError):
        loss.backward()


def test_an_optimizer_step_between_two_backward_passes_of_one_graph_is_refused():
    x, w = tracked(X), tracked(W)
    loss = ((x @ w.T) ** 2).sum()
    loss.backward()
    w.data -= 0.1 * w.grad
    kept = w.grad.copy()
    with pytest.raises(StaleWriteError):
        loss.backward()
    np.testing.assert_array_equal(w.grad, kept)


def test_training_steps_with_fresh_graphs_are_never_refused():
    w = tracked(W)
    for step in range(5):
        w.grad = None
        loss = ((ag.tensor(X) @ w.T) ** 2).sum()
        loss.backward()
        if step % 2:
            w.data -= 0.001 * w.grad
        else:
            w.data = w.data - 0.001 * w.grad
    assert np.all(np.isfinite(w.data))


def test_accumulating_over_batches_then_stepping_is_never_refused():
    w = tracked(W)
    for _ in range(2):
        for batch in X.reshape(2, 2, 3):
            (ag.tensor(batch) @ w.T).sum().backward()
        w.data -= 0.1 * w.grad
        w.grad = None


def test_the_result_itself_may_not_be_written_where_its_rule_reads_it():
    x = tracked([1.0, 2.0])
    y = np.exp(x)
    y.data *= 0
    with pytest.raises(StaleWriteError, match="result"):
        y.sum().backward()
    z = np.sin(x)  # reads x only
    z.data *= 0
    z.sum().backward()
    np.testing.assert_allclose(x.grad, np.cos([1.0, 2.0]))


def test_an_index_array_or_a_mask_written_later_is_refused():
    x = tracked([1.0, 2.0, 3.0])
    where = ag.tensor([0, 2])
    y = x[where]
    where.data[0] = 1
    where.written()
    with pytest.raises(StaleWriteError):
        y.sum().backward()
    mask = ag.tensor([True, False, True])
    z = ag.where(mask, x, 0.0)
    mask[0] = False
    with pytest.raises(StaleWriteError):
        z.sum().backward()


def test_labels_written_later_are_refused():
    logits = tracked(np.zeros((2, 3)))
    labels = ag.tensor([0, 1])
    loss = ag.cross_entropy(logits, labels)
    labels[0] = 2
    with pytest.raises(StaleWriteError):
        loss.backward()


def test_raw_arrays_among_the_operands_are_guarded_through_their_tensors():
    x, a = tracked(np.ones(2000)), np.ones(2000)  # small ones are copied
    y = (x * a).sum()
    ag.asarray(a).data *= 0
    with pytest.raises(StaleWriteError):
        y.backward()


def test_setting_items_of_an_untracked_leaf_is_noticed():
    w, x = tracked([1.0, 2.0]), ag.tensor([3.0, 4.0])
    y = (w * x).sum()
    x[0] = 9.0
    assert x.data.tolist() == [9.0, 4.0]
    with pytest.raises(StaleWriteError):
        y.backward()
    assert w.grad is None


def test_a_value_assigned_later_is_noticed():
    a, b = Value(2.0), Value(3.0)
    y = a * b
    a.data = 5.0
    with pytest.raises(StaleWriteError):
        y.backward()
    assert a.grad is None
    assert b.grad is None
    z = a + b
    a.data = 7.0
    z.backward()  # sums read nothing
    assert (a.grad, b.grad) == (1.0, 1.0)
    e = a.exp()
    e.data = 1.0
    with pytest.raises(StaleWriteError):
        e.backward()


def test_micrograds_training_loop_on_values_is_never_refused():
    w, x = Value(0.5), Value(2.0, requires_grad=False)
    for _ in range(3):
        loss = (w * x - 3) ** 2
        w.grad = 0.0
        loss.backward()
        w.data -= 0.05 * w.grad
        w.data += -0.01 * w.grad
    assert (w * x).data == pytest.approx(3, abs=0.5)


def test_one_stale_part_refuses_the_whole_sweep_before_anything_is_added():
    a, b, w = tracked([1.0]), tracked([2.0]), tracked([3.0])
    loss = (a * 2).sum() + (b * w).sum()
    w.data *= 0
    heard = []
    with ag.listen(lambda *event: heard.append(event)), pytest.raises(StaleWriteError):
        loss.backward()
    assert a.grad is b.grad is w.grad is None
    assert heard == []


def test_a_write_in_a_listener_in_the_middle_of_the_sweep_is_noticed():
    x, w = tracked([2.0]), tracked([3.0])
    h = x * w
    loss = (h * 5).sum()

    def meddle(node, g, parts):
        if node is loss:
            w.data *= 0

    with ag.listen(meddle):
        refused = right_or_refused(loss, [x, w], [[15.0], [10.0]])
    assert refused or w.data == [0.0]


def test_a_write_between_the_events_of_a_sweep_is_noticed():
    x, w = tracked([2.0]), tracked([3.0])
    loss = (x * w * 5).sum()
    events = ag.pullback([loss], [np.ones(())])
    next(events)
    w.data *= 0
    try:
        found = {node: g for node, g, _ in events}
    except StaleWriteError:
        return
    assert found[x].tolist() == [15.0]


def test_an_unrelated_write_does_not_refuse_a_sweep():
    x, other = tracked([1.0, 2.0]), tracked([3.0, 4.0])
    y = (x * x).sum()
    other.data *= 0
    other.data = [7.0, 7.0]
    ag.zeros(3)[1] = 5.0
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_memory_that_is_reused_carries_no_old_stamp():
    w = tracked(np.ones(1000))
    for _ in range(50):
        scratch = ag.tensor(np.ones(1000))
        scratch.data *= 2
        del scratch
        c = ag.tensor(np.full(1000, 3.0))
        (w * c).sum().backward()
    assert w.grad[0] == 150.0


def test_the_record_of_writes_grows_with_the_memory_and_not_with_their_number():
    from autograd.core.writes import PAGE, writes

    buffer = ag.zeros(5000)
    before = len(writes._pages)
    for i in range(5000):
        buffer[i] = float(i)
    assert len(writes._pages) - before <= buffer.data.nbytes // PAGE + 2
    stamps = [np.size(stamp) for stamp in writes._pages.values()]
    for i in range(5000):
        buffer[i] = float(i)
    assert [np.size(stamp) for stamp in writes._pages.values()] == stamps
    w = tracked(np.ones(5000))
    (w * buffer).sum().backward()
    assert w.grad[4999] == 4999.0


INTERLEAVED = {  # what is read, and what is written beside it
    "rows": (lambda a, t: a[t], lambda t: t + 1),
    "columns": (lambda a, t: a[:, t], lambda t: (slice(None), t + 1)),
    "columns of a transposed array": (lambda a, t: a.T[t], lambda t: (..., t + 1)),
    "elements": (lambda a, t: a[t : t + 1, t], lambda t: (t, t + 1)),
    "every other": (lambda a, t: a[t, ::2], lambda t: (t, slice(1, None, 2))),
    "backwards": (lambda a, t: a[t, ::-1], lambda t: (t + 1, slice(None, None, -1))),
    "diagonals": (lambda a, t: np.diagonal(a, 1), lambda t: (t, t)),
    "windows": (
        lambda a, t: np.lib.stride_tricks.as_strided(a[t], (3, 2), (16, 8)),
        lambda t: (t, slice(6, None)),
    ),
    "rows by a list": (lambda a, t: a[t], lambda t: [t + 1, t + 1]),
    "rows by a mask": (lambda a, t: a[t], lambda t: np.arange(81) == t + 1),
    "places by arrays": (lambda a, t: a[t, 1:], lambda t: ([t, t + 1], [0, 3])),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
@pytest.mark.parametrize("name", INTERLEAVED)
def test_a_write_beside_what_is_read_is_no_write_into_it(name, dtype):
    read, index = INTERLEAVED[name]
    array = np.ones((81, 81), dtype)
    if name == "windows":
        array = np.ones((81, 81))
    buffer = ag.asarray(array)
    w = tracked(np.ones(()))
    total = 0.0
    for t in range(80):
        total = total + np.sum(w * ag.asarray(read(array, t))).real
        buffer[index(t)] = 2.0
    total.backward()
    assert w.grad >= 80


@pytest.mark.parametrize("name", INTERLEAVED)
def test_a_write_into_one_of_many_views_is_noticed(name):
    read, index = INTERLEAVED[name]
    array = np.ones((81, 81))
    buffer = ag.asarray(array)
    w = tracked(np.ones(()))
    for t in range(2, 80):
        buffer[index(t)] = 2.0
    part = ag.asarray(read(array, 2))
    loss = np.sum(w * part)
    (part if part.data.flags.writeable else buffer).written()
    with pytest.raises(ag.StaleWriteError):
        loss.backward()


@pytest.mark.parametrize("views", [60, 65, 200])
def test_many_row_views_are_written_one_by_one(views):
    array = np.ones((views, 3))
    rows = [ag.asarray(row) for row in array[:-1]]
    w = tracked(np.ones(3))
    loss = np.sum(w * ag.asarray(array[-1]))
    for row in rows:
        row.data *= 2
        row.written()
    loss.backward()
    assert w.grad.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "memory",
    [
        lambda: np.frombuffer(bytearray(8 * 100)),
        lambda: np.frombuffer(memoryview(np.zeros(100))),
        lambda: np.from_dlpack(np.zeros(100)),
        lambda: np.lib.stride_tricks.as_strided(np.zeros(100)),
    ],
    ids=["bytes", "a view of memory", "dlpack", "strides"],
)
def test_memory_that_numpy_does_not_own_is_known_by_its_addresses(memory):
    arrays = [memory() for _ in range(100)]
    w = tracked(np.ones(100))
    for array in arrays:
        loss = np.sum(w * ag.asarray(array))
    for array in arrays[:-1]:
        ag.asarray(array).written()
    loss.backward()
    loss = np.sum(w * ag.asarray(arrays[-1]))
    ag.asarray(arrays[-1][50:51]).written()
    with pytest.raises(ag.StaleWriteError):
        loss.backward()


REUSED = {
    "product": lambda w, b: np.sum(w * b),
    "reflected": lambda w, b: np.sum(b * w),
    "inner product": lambda w, b: w @ b,
    "power": lambda w, b: np.sum(w**b),
    "where": lambda w, b: np.sum(np.where(b > 2, w, 0)),
    "mask": lambda w, b: np.sum(w[b > 2]),
    "maximum": lambda w, b: np.sum(np.maximum(w, b - 2)),
    "einsum": lambda w, b: np.einsum("i,i->", w, b),
    "a view": lambda w, b: np.sum(w[1:] * b[::2]),
    "read only": lambda w, b: np.sum(w * np.broadcast_to(b[:1], 3)),
    "in a list": lambda w, b: np.sum(w * [b[0], b[1], b[2]]),
}


@pytest.mark.parametrize("name", REUSED)
def test_a_small_buffer_may_be_filled_anew_for_each_use_as_a_constant(name):
    f, w = REUSED[name], tracked(np.array([1.0, 2.0, 3.0]))
    buffer, total = np.zeros(3), 0.0
    for i in range(3):
        buffer[:] = i + 1
        total = total + f(w, buffer)
    total.backward()
    again = tracked(w.data)
    sum(f(again, np.full(3, i + 1.0)) for i in range(3)).backward()
    assert w.grad.tolist() == again.grad.tolist()


def test_memory_that_axes_fill_in_another_order_is_asked_for_by_whole_pages():
    filled = np.moveaxis(np.zeros((4, 64, 64, 16)), -1, 1)
    assert len([*_pieces(filled, ...)]) <= 3
    assert len([*_pieces(filled[:, ::2], ...)]) > 3
