"""p.data = … and x[i] = v: what may be assigned, and what is refused."""

import operator

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import StaleWriteError, Value


def tracked(array):
    return ag.tensor(array, requires_grad=True)


# data = … ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "new", [np.zeros(2), np.zeros((3, 1)), 0.0, np.zeros(3, complex), ["a", "b", "c"]]
)
def test_data_of_another_shape_or_kind_is_refused(new):
    x = tracked([1.0, 2.0, 3.0])
    with pytest.raises((ValueError, TypeError)) as caught:
        x.data = new
    assert "(3,)" in str(caught.value)
    assert x.data.tolist() == [1.0, 2.0, 3.0]


def test_data_is_cast_to_the_leafs_dtype():
    x = ag.tensor(np.ones(2, np.float32), requires_grad=True)
    x.data = np.array([1.0, 2.0])
    assert x.data.dtype == np.float32
    x.data = [3, 4]
    assert x.data.dtype == np.float32
    assert x.data.tolist() == [3.0, 4.0]


def test_data_of_0d_tensors_can_be_updated_in_place():
    x = ag.tensor(2.0, requires_grad=True)
    y = x * x
    x.data -= 0.5
    assert type(x.data) is np.ndarray
    assert x.data == 1.5
    with pytest.raises(StaleWriteError):
        y.backward()


# x[i] = v ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "v"),
    [
        (lambda: tracked([1.0, 2.0]), 5.0),
        (lambda: tracked([1.0, 2.0]) * 2, 5.0),
        (lambda: ag.tensor([1.0, 2.0]), tracked(5.0)),
        (lambda: ag.tensor([1.0, 2.0]), tracked(5.0) * 2),
    ],
)
def test_setting_items_is_refused_where_the_graph_would_lose_it(x, v):
    x = x()
    before = x.data.copy()
    with pytest.raises(TypeError, match=r"ag\.where|ag\.concatenate"):
        x[0] = v
    np.testing.assert_array_equal(x.data, before)


def test_setting_items_works_on_untracked_leaves_in_every_form_of_index():
    x = ag.zeros((3, 3))
    x[0] = 1.0
    x[:, 1] = ag.tensor([5.0, 6.0, 7.0])
    x[ag.tensor([2, 2]), ag.tensor([0, 2])] = [8.0, 9.0]
    x[x > 8] = -1.0
    x[0, 0] += 0.5
    assert x.data.tolist() == [[1.5, 5.0, 1.0], [0.0, 6.0, 0.0], [8.0, 7.0, -1.0]]


def test_without_gradients_items_of_a_leaf_are_set_and_older_graphs_notice():
    p = tracked([1.0, 2.0, 3.0])
    loss = (p * p).sum()
    memory = p.data
    with ag.no_grad():
        p[0] = 5.0
        p[1:] += 1.0
        p[p > 4.5] = tracked(7.0)
    assert p.data is memory
    assert p.tolist() == [7.0, 3.0, 4.0]
    assert p.requires_grad
    with pytest.raises(StaleWriteError):
        loss.backward()
    (p * p).sum().backward()
    assert p.grad.tolist() == [14.0, 6.0, 8.0]


def test_an_argument_of_a_transform_is_not_written_by_items_without_gradients():
    def f(x):
        with ag.no_grad():
            x[0] = 5.0
        return (x * x).sum()

    a = np.ones(2)
    for transform in (ag.grad(f), ag.jacobian(f), lambda a: ag.jvp(f, (a,), (a,))):
        with pytest.raises(TypeError, match=r"x\.at\[i\]\.set"):
            transform(a)
    assert a.tolist() == [1.0, 1.0]


def test_setting_an_item_to_a_value_is_refused_as_mixing():
    x = ag.zeros(3)
    with pytest.raises(TypeError):
        x[0] = Value(3.0, requires_grad=False)


AUGMENTED = {
    "+=": (operator.iadd, operator.add),
    "-=": (operator.isub, operator.sub),
    "*=": (operator.imul, operator.mul),
    "/=": (operator.itruediv, operator.truediv),
    "//=": (operator.ifloordiv, operator.floordiv),
    "%=": (operator.imod, operator.mod),
    "**=": (operator.ipow, operator.pow),
    "@=": (operator.imatmul, operator.matmul),
}
SQUARE = np.array([[2.0, 3.0], [4.0, 5.0]])
OTHER = np.array([[2.0, 0.5], [1.0, 3.0]])


@pytest.mark.parametrize("sign", AUGMENTED)
@pytest.mark.parametrize(
    "other", [OTHER, ag.tensor(OTHER), ag.tensor(OTHER, requires_grad=True)]
)
def test_without_gradients_an_augmented_assignment_writes_into_a_leaf(sign, other):
    in_place, plain = AUGMENTED[sign]
    p = ag.tensor(SQUARE, requires_grad=True)
    memory = p.data
    with ag.no_grad():
        assert in_place(p, other) is p
    assert p.data is memory
    np.testing.assert_array_equal(memory, plain(SQUARE, OTHER))
    assert p.requires_grad
    assert p.op is None


@pytest.mark.parametrize("sign", AUGMENTED)
def test_with_gradients_an_augmented_assignment_to_a_leaf_names_both_ways(sign):
    in_place, _ = AUGMENTED[sign]
    p = ag.tensor(SQUARE, requires_grad=True)
    with pytest.raises(TypeError, match="no_grad") as caught:
        in_place(p, OTHER)
    symbol = sign[:-1]
    assert f"p {symbol}= v" in str(caught.value)
    assert f"y = p {symbol} v" in str(caught.value)
    np.testing.assert_array_equal(p.data, SQUARE)


@pytest.mark.parametrize("sign", AUGMENTED)
def test_results_plain_tensors_and_values_get_a_new_name(sign):
    in_place, plain = AUGMENTED[sign]
    p = ag.tensor(SQUARE, requires_grad=True)
    inner, result = p * 1.0, ag.tensor(SQUARE)
    with ag.no_grad():
        view = p.reshape(2, 2)  # shares the memory of the leaf
        after = [in_place(x, OTHER) for x in (view, result)]
    for x in (*after, in_place(inner, OTHER), in_place(result, OTHER)):
        np.testing.assert_array_equal(x.data, plain(SQUARE, OTHER))
    for x in (p, inner, view, result):
        np.testing.assert_array_equal(x.data, SQUARE)
    if sign != "@=":
        v = Value(3.0)
        with ag.no_grad():
            assert in_place(v, 2.0).data == plain(3.0, 2.0)
        assert v.data == 3.0


def test_a_loop_over_parameters_trains_them():
    p, q = (ag.tensor([3.0, -4.0], requires_grad=True) for _ in range(2))
    for _ in range(100):
        loss = ((p - 1) ** 2).sum() + ((q + 1) ** 2).sum()
        p.grad = q.grad = None
        loss.backward()
        with ag.no_grad():
            for each in (p, q):
                each -= 0.1 * each.grad
    np.testing.assert_allclose(p.data, 1, atol=1e-6)
    np.testing.assert_allclose(q.data, -1, atol=1e-6)


def test_buffers_and_frozen_parameters_keep_their_place():
    mean, frozen = nn.Buffer([1.0]), nn.Parameter([1.0])
    frozen.requires_grad = False
    batch = ag.tensor([3.0], requires_grad=True)
    for each in (mean, frozen):
        same = each
        each *= 0.5
        each += np.array([1.0])
        assert each is same
        assert each.data.tolist() == [1.5]
        with pytest.raises(TypeError, match="no_grad"):
            each += batch
        with ag.no_grad():
            each += batch
        assert each is same
        assert each.data.tolist() == [4.5]
        assert not each.requires_grad


def test_an_augmented_assignment_is_a_write_that_older_graphs_notice():
    p = ag.tensor([1.0, 2.0], requires_grad=True)
    loss = (p * p).sum()
    with ag.no_grad():
        p *= 2
    with pytest.raises(StaleWriteError, match="multiply"):
        loss.backward()


def test_what_cannot_be_written_in_place_changes_nothing():
    p = ag.tensor([1.0, 2.0], dtype="float32", requires_grad=True)
    for other in (np.ones((3, 2)), np.array([1j, 1j]), "text", Value(1.0)):
        with ag.no_grad(), pytest.raises((TypeError, ValueError)):
            p += other
    with ag.no_grad():
        p += np.array([0.5, 0.5])  # of double precision
    assert p.data.tolist() == [1.5, 2.5]
    assert p.dtype == np.float32


def test_an_argument_of_a_transform_gets_a_new_name():
    x = np.array([1.0, 2.0])

    def f(x):
        x *= 3.0
        with ag.no_grad():
            y = x
            y += 1
        return (x * x).sum()

    assert ag.grad(f)(x).tolist() == [18.0, 36.0]
    assert x.tolist() == [1.0, 2.0]


def test_a_recording_of_everything_refuses_to_lose_a_write():
    p = ag.tensor([1.0], requires_grad=True)

    def step(x):
        nonlocal p
        with ag.no_grad():
            p -= x
        return x * 2

    with pytest.raises(TypeError, match="no graph"):
        ag.record(step, np.ones(1))


def test_a_masked_array_is_not_assigned_without_its_mask():
    x = ag.tensor([1.0, 2.0])
    with pytest.raises(TypeError, match="masked array"):
        x[:] = np.ma.masked_array([3.0, 4.0], [True, False])
    assert x.data.tolist() == [1.0, 2.0]
