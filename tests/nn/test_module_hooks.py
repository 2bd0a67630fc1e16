"""Hooks of modules: forward, backward; in order, removed, and what they may change."""

import numpy as np
import pytest

import autograd as ag
import nn


class Pair(nn.Module):
    """Two outputs of two inputs, one of which may be a constant."""

    def forward(self, x, y):
        return x * y, x + y


def tracked(*numbers):
    return ag.tensor(np.array(numbers), requires_grad=True)


def test_hooks_run_in_order_around_the_call():
    told = []
    layer = nn.ReLU()
    layer.register_forward_pre_hook(lambda m, args: told.append(("before", m, args)))
    layer.register_forward_hook(lambda m, args, out: told.append(("after", m, out)))
    layer.register_forward_hook(lambda m, args, out: told.append(("last", m, args)))
    x = tracked(-1.0, 2.0)
    out = layer(x)
    assert [word for word, *_ in told] == ["before", "after", "last"]
    assert all(module is layer for _, module, _ in told)
    assert told[0][2] == (x,)
    assert told[1][2] is out


def test_forward_hooks_may_replace_arguments_and_output():
    layer = nn.Identity()
    layer.register_forward_pre_hook(lambda m, args: (args[0] + 1,))
    layer.register_forward_hook(lambda m, args, out: out * 10)
    assert layer(1.0) == 20.0


def test_a_removed_hook_is_not_called_and_may_be_removed_twice():
    told = []
    layer = nn.Identity()
    handle = layer.register_forward_hook(lambda *_: told.append(1))
    layer(1.0)
    handle.remove()
    handle.remove()
    layer(1.0)
    assert told == [1]


def test_a_hook_may_remove_itself():
    layer, told = nn.Identity(), []
    handle = layer.register_forward_hook(
        lambda *_: (told.append(1), handle.remove())[2:]
    )
    layer(1.0)
    layer(1.0)
    assert told == [1]


def test_a_backward_hook_sees_the_gradients_of_inputs_and_outputs():
    told = []
    layer = nn.Linear(2, 1, dtype=float)
    layer.register_full_backward_hook(lambda *args: told.append(args))
    x = ag.tensor(np.ones((3, 2)), requires_grad=True)
    (2 * layer(x)).sum().backward()
    ((module, grad_input, grad_output),) = told
    assert module is layer
    assert np.array_equal(grad_output[0], np.full((3, 1), 2.0))
    assert np.array_equal(grad_input[0], x.grad)
    assert np.array_equal(x.grad, 2 * np.repeat(layer.weight.data, 3, axis=0))


def test_gradients_are_the_same_with_a_hook_and_without():
    x = np.random.default_rng(0).normal(size=(4, 3))
    model = nn.MLP(3, [4, 1], activation=ag.tanh, generator=0, dtype=float)
    plain = ag.hessian(lambda x: model(x).sum())(x)
    for module in model.modules():
        module.register_full_backward_hook(lambda *_: None)
    assert np.allclose(ag.hessian(lambda x: model(x).sum())(x), plain)
    _, tangent = ag.jvp(lambda x: model(x).sum(), (x,), (x,))
    assert np.isclose(tangent, np.sum(ag.grad(lambda x: model(x).sum())(x) * x))


@pytest.mark.parametrize("constant", [None, 0, 1])
def test_several_inputs_and_outputs_keep_their_places(constant):
    told = []
    layer = Pair()
    layer.register_full_backward_hook(lambda m, into, out: told.append((into, out)))
    args = [tracked(2.0), tracked(3.0)]
    if constant is not None:
        args[constant] = np.array([[2.0], [3.0]][constant])
    product, total = layer(*args)
    (5 * product + total).sum().backward()
    ((grad_input, grad_output),) = told
    assert [g.tolist() for g in grad_output] == [[5.0], [1.0]]
    expected = [[16.0], [11.0]]
    for i, g in enumerate(grad_input):
        assert g is None if i == constant else g.tolist() == expected[i]


def test_without_gradients_of_inputs_the_hook_is_called_for_the_outputs():
    told = []
    layer = nn.Linear(2, 1)
    layer.register_full_backward_hook(lambda m, into, out: told.append((into, out)))
    layer(np.ones((1, 2))).sum().backward()
    ((grad_input, grad_output),) = told
    assert grad_input == (None,)
    assert grad_output[0].tolist() == [[1.0]]


def test_a_backward_hook_may_replace_the_gradients_of_inputs():
    layer = nn.Identity()
    layer.register_full_backward_hook(lambda m, into, out: (into[0] * 10,))
    x = tracked(1.0)
    layer(x).sum().backward()
    assert x.grad.tolist() == [10.0]


def test_a_replacement_of_another_shape_is_refused():
    layer = nn.Identity()
    layer.register_full_backward_hook(lambda m, into, out: (np.ones(3),))
    x = tracked(1.0)
    with pytest.raises(ValueError, match="gradients of the shapes"):
        layer(x).sum().backward()
    assert x.grad is None


def test_each_backward_pass_calls_the_hook():
    told = []
    layer = nn.ReLU()
    layer.register_full_backward_hook(lambda *_: told.append(1))
    x = tracked(1.0)
    loss = layer(x).sum() + layer(x).sum()
    loss.backward()
    loss.backward()
    assert told == [1] * 4


def test_what_is_no_function_is_no_hook():
    with pytest.raises(TypeError, match="a hook is a function"):
        nn.ReLU().register_forward_hook(3)


def test_a_network_of_values_has_hooks():
    told = []
    model = nn.scalar.Neuron(2)
    model.w, model.b = [ag.Value(1.0), ag.Value(2.0)], ag.Value(3.0)
    model.register_forward_hook(lambda m, args, out: told.append(out.data))
    model.register_full_backward_hook(lambda m, into, out: told.append(out))
    model([1.0, 1.0]).backward()
    assert told == [6.0, (1.0,)]
