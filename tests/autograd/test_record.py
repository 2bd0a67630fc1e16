"""record(f): the forward graph, every operation in it though nothing is tracked."""

import numpy as np
import pytest

import autograd as ag
from autograd import Value


def tracks():
    """Whether computing with something tracked is recorded, here and now."""
    return (ag.tensor(1.0, requires_grad=True) * 2).requires_grad


def names(graph):
    return [node.op.name for node in graph.nodes if node.op is not None]


def test_record_keeps_every_operation_although_nothing_is_tracked():
    graph = ag.record(lambda x, y: np.exp(x * 2) + y, np.ones(3), np.ones(3))
    assert names(graph) == ["multiply", "exp", "add"]
    assert not any(node.requires_grad for node in graph.nodes)
    assert [node.op for node in graph.inputs] == [None, None]
    assert len(graph.outputs) == 1
    assert graph.outputs[0].shape == (3,)
    assert "3" in repr(graph) or "5" in repr(graph)


def test_record_keeps_comparisons_and_integer_functions_too():
    graph = ag.record(lambda x: ag.where(x > 0, np.floor(x), x.astype(int)), np.ones(3))
    assert {"greater", "floor", "where"} <= set(names(graph))


def test_record_keeps_places_in_the_users_file():
    graph = ag.record(lambda x: x * 2 + 1, np.ones(2))
    for node in graph.nodes:
        if node.op is not None:
            assert node.place[0] == __file__


def test_record_keeps_gradients_where_something_is_tracked():
    w = ag.tensor([2.0], requires_grad=True)
    graph = ag.record(lambda x: (w * x).sum(), np.array([3.0]))
    graph.outputs[0].backward()
    assert w.grad.tolist() == [3.0]


def test_record_works_inside_no_grad_and_records_no_gradients_there():
    w = ag.tensor([2.0], requires_grad=True)
    with ag.no_grad():
        graph = ag.record(lambda x: w * x, np.array([3.0]))
    assert names(graph) == ["multiply"]
    assert not graph.outputs[0].requires_grad


def test_no_grad_inside_record_still_records_the_computation():
    def f(x):
        with ag.no_grad():
            return x * 2

    assert names(ag.record(f, np.ones(2))) == ["multiply"]


def test_record_takes_and_returns_containers_values_and_floats():
    graph = ag.record(
        lambda p, s: {"a": p["w"] * s, "b": [p["w"] + 1]}, {"w": np.ones(2)}, 2.0
    )
    assert len(graph.inputs) == 2
    assert len(graph.outputs) == 2
    graph = ag.record(lambda v: v * v, Value(3.0, requires_grad=False))
    assert names(graph) == ["multiply"]
    assert graph.outputs[0].data == 9.0


def test_record_passes_other_arguments_through():
    graph = ag.record(lambda x, n, *, k: x**n * k, np.ones(2), 3, k=2.0)
    assert names(graph) == ["power", "multiply"]


def test_setting_items_is_refused_inside_record():
    def f(x):
        x[0] = 5.0
        return x * 2

    x = np.ones(3)
    with pytest.raises(TypeError, match=r"x\[i\] = v"):
        ag.record(f, x)
    assert x.tolist() == [1.0, 1.0, 1.0]


def test_record_switches_back_also_when_the_function_raises():
    with pytest.raises(RuntimeError):
        ag.record(lambda x: (_ for _ in ()).throw(RuntimeError("inside")), np.ones(2))
    assert (ag.tensor(1.0) * 2).op is None
    assert tracks()


def test_record_of_a_function_that_returns_no_node_says_so():
    with pytest.raises(ValueError, match="Tensors or Values"):
        ag.record(lambda x: 3.0, np.ones(2))


def test_a_gradient_inside_record_is_recorded_with_its_forward_ages():
    graph = ag.record(lambda x: ag.grad(lambda y: np.exp(y).sum())(x), np.ones(2))
    scopes = [node.scope for node in graph.nodes if node.scope is not None]
    ages = {node.age: node for node in graph.nodes}
    assert scopes
    assert any(scope[1].age in ages for scope in scopes)


def test_the_recorded_graph_can_be_replayed():
    """Nodes keep operation, operands and parameters: enough to compute them again."""

    def f(x):
        a, b = ag.split(x, 2, axis=1)
        return ag.concatenate([a @ b.T, np.tanh(a)[:, [0, 0]]], axis=1).sum(axis=0)

    graph = ag.record(f, np.arange(12.0).reshape(3, 4))
    values = {graph.inputs[0]: graph.inputs[0].data * 2}
    for node in graph.nodes:
        if node.op is not None:
            operands = [values[x] if isinstance(x, ag.Node) else x for x in node.inputs]
            values[node] = node.op.forward(*operands, **node.params)
    expected = f(ag.tensor(np.arange(12.0).reshape(3, 4) * 2)).data
    np.testing.assert_allclose(values[graph.outputs[0]], expected)


def test_untracked_computation_outside_of_record_remembers_nothing():
    x = ag.tensor([1.0, 2.0])
    y = np.tanh(x * 2)
    assert y.op is None
    assert y.inputs == ()
    assert y.params == {}


def test_the_recording_of_a_derivative_begins_at_its_arguments():
    """So that it can be replayed with others."""
    graph = ag.record(ag.grad(lambda x: np.sum(x**3)), np.ones(3))
    assert graph.inputs[0] in set(graph.nodes)
    np.testing.assert_array_equal(graph.program(np.array([1.0, 2.0, 3.0])), [3, 12, 27])
    graph = ag.record(ag.hessian(lambda x: np.sum(np.sin(x) * x[::-1])), np.ones(2))
    x = np.array([0.5, 2.0])
    expected = ag.hessian(lambda x: np.sum(np.sin(x) * x[::-1]))(x)
    np.testing.assert_allclose(graph.program(x), expected, rtol=1e-15)
