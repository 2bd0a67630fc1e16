"""requires_grad, set on leaves late, early, off and on again."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value


def leaf(kind, number, tracked):
    if kind is Value:
        return Value(number, requires_grad=tracked)
    return ag.tensor(number, requires_grad=tracked)


kinds = pytest.mark.parametrize("kind", [Value, ag.Tensor])


def test_a_leaf_tracked_only_after_it_was_used_gets_no_partial_gradient():
    """As where a frozen discriminator is thawed before the generator's backward."""
    w = ag.tensor([5.0], requires_grad=True)
    x = ag.tensor([2.0])
    tripled = x * 3  # not recorded: nothing in it is tracked
    y = x * w + tripled * w
    x.requires_grad = True
    y.backward()
    assert w.grad.tolist() == [8.0]
    assert x.grad is None or x.grad.tolist() == [20.0]


@kinds
def test_a_use_made_before_tracking_began_is_a_constant(kind):
    x, w = leaf(kind, 2.0, False), leaf(kind, 3.0, True)
    y = x * w
    x.requires_grad = True
    (y * x).backward()
    assert w.grad == 4.0
    assert x.grad == 6.0


@kinds
def test_freezing_and_thawing_between_forward_and_backward_loses_nothing(kind):
    x = leaf(kind, 2.0, True)
    y = x * x
    x.requires_grad = False
    _ = x * 5  # as in an evaluation: not recorded
    x.requires_grad = True
    y.backward()
    assert x.grad == 4.0
    y.backward()
    assert x.grad == 8.0


@kinds
def test_uses_while_frozen_are_constants_and_the_others_count(kind):
    x, w = leaf(kind, 2.0, True), leaf(kind, 3.0, True)
    y = x * w
    x.requires_grad = False
    frozen = x * w
    x.requires_grad = True
    (y + frozen * 10 + x * x).backward()
    assert x.grad == 3.0 + 4.0
    assert w.grad == 2.0 + 20.0


@kinds
def test_a_frozen_leaf_gets_no_gradient_and_passes_none_on(kind):
    x, w = leaf(kind, 2.0, True), leaf(kind, 3.0, True)
    y = x * w
    x.requires_grad = False
    y.backward()
    assert x.grad is None
    assert w.grad == 2.0


@kinds
def test_setting_the_switch_to_what_it_is_changes_nothing(kind):
    x = leaf(kind, 2.0, True)
    y = x * x
    x.requires_grad = True
    y.backward()
    assert x.grad == 4.0


@kinds
def test_late_tracking_keeps_the_graph_in_topological_order(kind):
    x, w = leaf(kind, 2.0, False), leaf(kind, 3.0, True)
    y = x * w + x
    x.requires_grad = True
    seen = set()
    for node in ag.ancestors([y]):
        assert all(operand in seen for operand in node.inputs if type(operand) is kind)
        seen.add(node)


@kinds
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda y: pickle.loads(pickle.dumps(y))]
)
def test_a_graph_with_a_late_leaf_can_be_copied(kind, copied):
    x, w = leaf(kind, 2.0, False), leaf(kind, 3.0, True)
    y = x * w
    x.requires_grad = True
    twin = copied(y * x)
    twin.backward()
    right = {node.data.item() if kind is ag.Tensor else node.data: node.grad
             for node in ag.ancestors([twin]) if node.op is None and node.requires_grad}  # fmt: skip
    assert right == {3.0: 4.0, 2.0: 6.0}


@kinds
def test_forward_mode_counts_the_same_uses(kind):
    x, w = leaf(kind, 2.0, True), leaf(kind, 3.0, True)
    y = x * w
    x.requires_grad = False
    x.requires_grad = True
    one = 1.0 if kind is Value else np.ones(())
    tangents = [t for _, t, _ in ag.pushforward([y], {x: one})]
    assert float(tangents[-1]) == 3.0


@kinds
def test_results_cannot_be_switched(kind):
    y = leaf(kind, 2.0, True) * 2
    with pytest.raises(ValueError, match="leaves"):
        y.requires_grad = False
    assert y.requires_grad


@kinds
def test_what_is_made_of_untracked_leaves_is_an_untracked_leaf(kind):
    y = leaf(kind, 2.0, False) * 2
    assert not y.requires_grad
    assert y.op is None
    y.requires_grad = True
    (y * y).backward()
    assert y.grad == 8.0


COPIED = {
    "deepcopy": copy.deepcopy,
    "pickle": lambda x: pickle.loads(pickle.dumps(x)),
}


@kinds
@pytest.mark.parametrize("how", COPIED)
def test_a_copy_knows_what_was_a_constant_where_it_was_used(kind, how):
    x, w = leaf(kind, 2.0, True), leaf(kind, 3.0, True)
    used = x * w
    x.requires_grad = False
    used = used + x * w * 10
    x.requires_grad = True
    used = used + x * w * 100
    x.requires_grad = False
    used = used + x * w * 1000
    first, second = COPIED[how]([(used, x), (used * 1.0, x)])
    for y, twin in [(used, x), first, second]:
        twin.requires_grad = True
        y.backward()
    assert x.grad == 303.0
    assert first[1] is second[1]
    assert first[1].grad == 606.0
    first[0].backward()
    assert first[1].grad == 909.0


@kinds
@pytest.mark.parametrize("how", COPIED)
def test_a_copy_of_a_late_leaf_has_the_gradient_of_the_original(kind, how):
    x, w = leaf(kind, 2.0, False), leaf(kind, 3.0, True)
    y = x * w
    x.requires_grad = True
    y = y * x
    (y, x), (y2, x2) = (y, x), COPIED[how]((y, x))
    y.backward()
    y2.backward()
    assert x.grad == x2.grad == 6.0


@kinds
def test_a_leaf_switched_without_end_remembers_a_bounded_number_of_times(kind):
    x, w = leaf(kind, 2.0, True), leaf(kind, 3.0, True)
    old = x * w
    for _ in range(3000):
        x.requires_grad = False
        frozen = x * w
        x.requires_grad = True
        used = x * w
    assert len(x._switched) <= 1001
    (frozen + used).backward()
    assert (x.grad, w.grad) == (3.0, 4.0)
    with pytest.raises(ValueError, match="forgotten"):
        old.backward()
    assert (x.grad, w.grad) == (3.0, 4.0)


@kinds
def test_forward_mode_passes_by_what_was_a_constant(kind):
    x, w = leaf(kind, 2.0, True), leaf(kind, 3.0, True)
    y = x * w
    x.requires_grad = False
    y = y + x * w * 10
    x.requires_grad = True
    one = 1.0 if kind is Value else np.ones(())
    tangents = [t for _, t, _ in ag.pushforward([y], {x: one})]
    assert float(tangents[-1]) == 3.0


ONES = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("f", "x", "gradient"),
    [
        (lambda v: ag.sum(ag.full((3,), v)), 2.0, 3.0),
        (lambda v: ag.sum(ag.full((2, 3), v)), ONES, [2.0, 2.0, 2.0]),
        (lambda v: ag.sum(ag.full((2, 2), [v, 3 * v])), 2.0, 8.0),
        (lambda v: ag.sum(ag.full(3, v, dtype=np.float32)), 2.0, 3.0),
        (lambda v: ag.sum(ag.full_like(np.zeros(3), v)), 2.0, 3.0),
        (lambda v: ag.sum(ag.full_like(ag.zeros(3), v)), 2.0, 3.0),
        (lambda v: np.sum(np.full_like(v, v[0])), ONES, [3.0, 0.0, 0.0]),
        (lambda v: np.sum(np.full_like(v, v[0], shape=(2, 2))), ONES, [4.0, 0.0, 0.0]),
    ],
)
def test_what_is_filled_with_a_traced_value_depends_on_it(f, x, gradient):
    np.testing.assert_array_equal(ag.grad(f)(x), gradient)


MASKED = np.ma.masked_array(ONES, [False, True, False])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.ma.log(x),
        lambda x: np.ma.sqrt(x),
        lambda x: np.ma.add(x, x),
        lambda x: np.ma.power(x, 2),
        lambda x: np.ma.maximum(x, 1.5),
        lambda x: np.ma.where(x > 1, x, 0.0),
        lambda x: np.ma.concatenate([x, x]),
        lambda x: np.ma.mean(x),
        lambda x: np.ma.masked_less(x, 2.0),
        lambda x: MASKED * x,
        lambda x: nn.Parameter(2 * x),
        lambda x: nn.Buffer(2 * x),
        lambda x: np.full(3, x),
        lambda x: np.full_like(ONES, x),
        lambda x: ag.arange(x[0], 4.0),
    ],
)
def test_what_cannot_keep_the_history_of_a_traced_array_refuses_it(f):
    with pytest.raises(TypeError, match=r"history|cannot record"):
        ag.grad(lambda x: np.sum(x) + f(x).sum())(ONES)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x.sum().item(), ONES),
        (lambda x: x.sum().tolist(), ONES),
        (lambda x: np.sum(x.data), ONES),
        (lambda x: ag.sum(ag.asarray(x.data)), ONES),
        (lambda x: ag.tensor(x.tolist())[0] * 2, ONES),
        (lambda x: x.item() ** 2, 2.0),
        (lambda x: x.data * 3, ag.Value(2.0)),
        (lambda x: (x * x).item(), ag.Value(2.0)),
    ],
)
def test_a_number_that_left_the_graph_warns_as_the_output_of_a_transform(f, x):
    for transform in (ag.grad, ag.value_and_grad):
        with pytest.warns(UserWarning, match=r"Return the Tensor itself"):
            transform(f)(x)
    with pytest.warns(UserWarning, match=r"Return the Tensor itself"):
        ag.jvp(f, (x,), (x,))


def test_a_number_may_leave_the_graph_beside_an_output_that_does_not():
    seen = []
    assert ag.grad(lambda x: [seen.append(x.item()), x * x][1])(3.0) == 6.0
    assert seen == [3.0]
    assert ag.grad(lambda x: 3.0)(2.0) == 0.0
