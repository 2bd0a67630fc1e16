"""Tensor: gradients, creation, conventions, looks."""

import numpy as np
import pytest

import autograd as ag


@pytest.mark.parametrize(
    "data", [1, 1.5, True, [1, 2], [1.0, 2], np.float32(1), 1j, []]
)
def test_tensor_has_the_dtype_numpy_would_give(data):
    assert ag.tensor(data).dtype == np.array(data).dtype
    assert ag.tensor(data).shape == np.array(data).shape


def test_tensor_copies_and_asarray_shares():
    a = np.ones(3)
    assert not np.shares_memory(ag.tensor(a).data, a)
    assert ag.asarray(a).data is a
    t = ag.tensor(a)
    assert ag.asarray(t) is t


def test_creation_functions_agree_with_numpy():
    pairs = [
        (ag.zeros((2, 3)), np.zeros((2, 3))),
        (ag.ones(2, dtype=np.float32), np.ones(2, np.float32)),
        (ag.full((2,), 7.0), np.full((2,), 7.0)),
        (ag.arange(1, 7, 2), np.arange(1, 7, 2)),
        (ag.linspace(0, 1, 5), np.linspace(0, 1, 5)),
        (ag.eye(2, 3), np.eye(2, 3)),
    ]
    for ours, theirs in pairs:
        assert ours.dtype == theirs.dtype
        assert not ours.requires_grad
        np.testing.assert_array_equal(ours.data, theirs)
    assert ag.zeros(3, requires_grad=True).requires_grad


# Gradients -------------------------------------------------------------------------------


def test_inner_nodes_keep_no_gradient_unless_asked_to_retain_it():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x * 3
    z = (x * y).retain_grad()
    z.sum().backward()
    assert y.grad is None
    assert z.grad.tolist() == [1.0, 1.0]
    z.sum().backward()
    assert z.grad.tolist() == [1.0, 1.0]  # inner: replaced
    assert x.grad.tolist() == [12.0, 24.0]  # leaf: added


def test_a_retained_gradient_is_owned_and_writable():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = (x + 0).retain_grad()
    z = (y + 0).retain_grad()
    z.backward(gradient=np.ones(2))
    y.grad *= 5
    assert z.grad.tolist() == x.grad.tolist() == [1.0, 1.0]


def test_retain_grad_works_on_one_of_several_outputs():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    a, b = ag.split(x, 2)
    a.retain_grad()
    (a * 3 + b).sum().backward()
    assert a.grad.tolist() == [3.0]
    assert x.grad.tolist() == [3.0, 1.0]


def test_gradients_are_owned_writable_and_of_the_leafs_dtype_and_shape():
    x = ag.tensor(np.ones((2, 3), np.float32), requires_grad=True)
    np.broadcast_to(x, (4, 2, 3)).sum().backward()
    assert x.grad.flags.owndata
    assert x.grad.flags.writeable
    assert x.grad.dtype == np.float32
    assert x.grad.shape == (2, 3)
    x.sum().backward()
    assert x.grad.flags.writeable
    assert x.grad.dtype == np.float32
    assert np.all(x.grad == 5)


def test_accumulation_keeps_the_dtype_although_the_user_replaced_the_gradient():
    x = ag.tensor(np.ones(2, np.float32), requires_grad=True)
    x.sum().backward()
    x.grad = x.grad * np.float64(0.5)  # clipping by a NumPy scalar promotes
    x.sum().backward()
    assert x.grad.dtype == np.float32
    assert x.grad.tolist() == [1.5, 1.5]


def test_gradient_argument_weighs_the_outputs():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    (x * x).backward(gradient=ag.tensor([1.0, 10.0]))
    assert x.grad.tolist() == [2.0, 40.0]
    (x * x).backward([1, 10])
    assert x.grad.tolist() == [4.0, 80.0]


def test_backward_takes_any_single_element():
    for shape in ((), (1,), (1, 1, 1)):
        x = ag.tensor(np.full(shape, 3.0), requires_grad=True)
        (x * x).backward()
        assert x.grad.shape == shape
        assert x.grad.item() == 6.0


def test_comparisons_and_integer_functions_pass_through_without_gradient():
    x = ag.tensor([1.25, -2.5], requires_grad=True)
    whole = (np.floor(x), x // 1, np.sign(x), np.rint(x), np.argmax(x), np.argsort(x))
    for y in (x > 0, x == x, np.isnan(x), *whole):
        assert isinstance(y, ag.Tensor)
        assert not y.requires_grad
    (x * np.floor(x) + (x > 0) * x).sum().backward()
    assert x.grad.tolist() == [2.0, -3.0]


@pytest.mark.parametrize("dtype", [int, np.int32, bool, np.uint8])
def test_a_cast_to_integers_is_not_tracked_since_its_derivative_is_zero(dtype):
    x = ag.tensor([1.75, 0.0], requires_grad=True)
    y = x.astype(dtype)
    assert y.dtype == np.dtype(dtype)
    assert not y.requires_grad
    (x * y).sum().backward()
    assert x.grad.tolist() == [1.0, 0.0]


def test_a_cast_to_float32_and_back_is_differentiable():
    x = ag.tensor([1.5, 2.5], requires_grad=True)
    y = (x.astype(np.float32) ** 2).sum()
    assert y.dtype == np.float32
    y.backward()
    assert x.grad.dtype == np.float64
    assert x.grad.tolist() == [3.0, 5.0]


def test_ties_split_equally_and_kinks_keep_their_declared_conventions():
    x = ag.tensor([2.0, 2.0, 1.0], requires_grad=True)
    x.max().backward()
    assert x.grad.tolist() == [0.5, 0.5, 0.0]
    for f, slope in (
        (ag.relu, 0.0),
        (np.abs, 0.0),
        (lambda z: np.maximum(z, 0.0), 0.5),
    ):
        assert ag.grad(f)(0.0) == slope


@pytest.mark.parametrize(
    ("x", "right"),
    [
        ([-np.inf, 0.0], [0.0, 1.0]),
        ([np.inf, 0.0], [1.0, 0.0]),
        ([800.0, -800.0], [1.0, 0.0]),
    ],
)
def test_logsumexp_of_extreme_entries_is_no_nonsense(x, right):
    """At an infinite entry NaN would do, too; a gradient above 1 would not."""
    value, gradient = ag.value_and_grad(lambda z: ag.logsumexp(z))(np.array(x))
    assert value == np.max(x)
    assert all(g == r or np.isnan(g) for g, r in zip(gradient, right, strict=True))


def test_a_product_with_zeros_has_exact_gradients():
    x = ag.tensor([[2.0, 0.0, 3.0], [0.0, 0.0, 5.0]], requires_grad=True)
    x.prod(axis=1).sum().backward()
    assert x.grad.tolist() == [[0.0, 6.0, 0.0], [0.0, 0.0, 0.0]]


def test_operands_that_are_lists_are_arrays():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    (x * [3.0, 4.0] + [1, 1]).sum().backward()
    assert x.grad.tolist() == [3.0, 4.0]
    assert ([3.0, 4.0] - x).data.tolist() == [2.0, 2.0]


def test_iterating_and_unpacking_give_tracked_rows():
    x = ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    a, b = x
    (a * b).sum().backward()
    assert x.grad.tolist() == [[3.0, 4.0], [1.0, 2.0]]
    assert len(x) == 2
    with pytest.raises(TypeError, match="0-d"):
        iter(ag.tensor(1.0))


def test_truth_length_and_looks_follow_numpy():
    assert bool(ag.tensor(2.0, requires_grad=True))
    assert not bool(ag.tensor([0.0]))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(ag.tensor([1.0, 2.0]))
    x = ag.tensor([1.0, 2.5], requires_grad=True)
    assert "1" in repr(x)
    assert "2.5" in repr(x)
    assert "requires_grad=True" in repr(x)
    assert f"{x.sum():.2f}" == "3.50"
    assert "float32" in repr(ag.tensor(np.float32(1)))
    assert float(ag.tensor(2.0)) == 2.0
    assert int(ag.tensor(2)) == 2
    assert [10, 20, 30][ag.tensor(1)] == 20
    assert x.sum().item() == 3.5
    assert x.tolist() == [1.0, 2.5]


def test_detach_shares_memory_and_cuts_the_graph():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    d = (x * 2).detach()
    assert not d.requires_grad
    assert d.op is None
    assert np.shares_memory(x.detach().data, x.data)
    (x * d).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_the_largest_is_found_as_numpy_finds_it_for_who_indexes_and_counts():
    x = ag.tensor([[1.0, 3.0, 2.0], [4.0, 1.0, 9.0]], requires_grad=True)
    for found in (x.argmax(axis=1), x.argmin(0), np.bincount(x.argmax(-1))):
        assert type(found) is np.ndarray
    assert {5: "here"}[x.argmax()] == "here"
    assert ["a", "b", "c"][x[0].argmax()] == "b"
    assert bool((x.argmax(-1) == np.array([1, 2])).all())
    found = ag.vmap(lambda row: row[row.argmax()])(x.detach())
    np.testing.assert_array_equal(found.data, [3.0, 9.0])
