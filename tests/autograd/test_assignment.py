"""p.data = … and x[i] = v: what may be assigned, and what is refused."""

import numpy as np
import pytest

import autograd as ag
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


def test_setting_an_item_to_a_value_is_refused_as_mixing():
    x = ag.zeros(3)
    with pytest.raises(TypeError):
        x[0] = Value(3.0, requires_grad=False)
