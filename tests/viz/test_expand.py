"""An operation on arrays, opened into scalars: the same numbers, the same gradients."""

import numpy as np
import pytest

import autograd as ag
import nn
import viz

A = np.array
X = A([[0.5, -1.2, 2.0], [1.5, 0.3, -0.7]])
W = A([[0.4, -0.6], [1.1, 0.2], [-0.9, 0.8]])
LABELS = A([1, 0])
KERNELS = np.cos(np.arange(16.0)).reshape(4, 1, 2, 2)


def scalars_of(array, name):
    """An array's elements by the names that expand gives them."""
    return {
        name + (str([*place]) if place else ""): number
        for place, number in np.ndenumerate(array)
    }


def named(*arrays):
    nodes = [ag.tensor(x, requires_grad=True) for x in arrays]
    for node, label in zip(nodes, "xwb", strict=False):
        node.label = label
    return nodes


EXPANDED = {
    "add": lambda x: x + 1.5,
    "a number twice": lambda x: x * x,
    "broadcast": lambda x: x * x[0],
    "an array": lambda x: x * A([2.0, 3.0, 4.0]),
    "integers": lambda x: x * A([2, 3, 4]),
    "relu": lambda x: ag.relu(x),
    "tanh": lambda x: np.tanh(x),
    "power": lambda x: x**3,
    "clip": lambda x: np.clip(x, -1, 1),
    "maximum": lambda x: np.maximum(x, 0.4),
    "gelu": lambda x: ag.gelu(x),
    "sum": lambda x: np.sum(x),
    "sum of rows": lambda x: np.sum(x, axis=1),
    "sum, axes kept": lambda x: np.sum(x, axis=(0, 1), keepdims=True),
    "mean": lambda x: np.mean(x),
    "mean of columns": lambda x: np.mean(x, axis=0, keepdims=True),
    "prod": lambda x: np.prod(x, axis=0),
    "matmul": lambda x: x @ W,
    "of a vector": lambda x: x[0] @ W,
    "inner": lambda x: np.inner(x, x),
    "dot": lambda x: np.dot(x, W),
    "affine": lambda x: ag.affine(x, W.T, A([0.1, 0.2])),
    "mse": lambda x: nn.functional.mse_loss(x, np.ones((2, 3))),
    "softmax": lambda x: ag.softmax(x, axis=0),
    "log_softmax": lambda x: ag.log_softmax(x),
    "logsumexp": lambda x: ag.logsumexp(x, axis=1),
    "logsumexp of all": lambda x: ag.logsumexp(x, axis=(0, 1), keepdims=True),
    "cross_entropy": lambda x: ag.cross_entropy(x, LABELS),
    "reshape": lambda x: np.reshape(x, (3, 2)),
    "transpose": lambda x: x.T,
    "getitem": lambda x: x[:, A([0, 0, 2])],
    "stack": lambda x: np.stack([x, x * 2]),
    "concatenate": lambda x: np.concatenate([x, x], axis=1),
    "where": lambda x: np.where(X > 0, x, 0.1 * x),
    "where, of a constant": lambda x: np.where(X > 0, x, 1.0),
    "max": lambda x: np.max(x),
    "max of equal ones": lambda x: np.max(np.where(X > 0.4, 1.0, x), axis=1),
    "min of rows": lambda x: np.min(x, axis=-1, keepdims=True),
    "var": lambda x: np.var(x, axis=0, ddof=1),
    "length": lambda x: np.linalg.norm(x, axis=1),
    "length of all": lambda x: np.linalg.norm(x),
    "layer_norm": lambda x: ag.layer_norm(x, A([1.0, 2.0, -1.0]), A([0.1, 0.2, 0.3])),
    "tensordot": lambda x: np.tensordot(x, W, 1),
    "einsum": lambda x: np.einsum("ij,kj->ik", x, x),
    "einsum of one": lambda x: np.einsum("ij->j", x),
    "conv": lambda x: ag.conv(x[None, None], KERNELS, padding=1),
    "conv of groups": lambda x: ag.conv(
        np.stack([x, x * x])[None], KERNELS[:2], groups=2, stride=(1, 2)
    ),
    "conv, dilated": lambda x: ag.conv(x[None], KERNELS[:, :, 0], dilation=2, groups=2),
    "max_pool": lambda x: ag.max_pool(x[None], 2, stride=1, padding=1),
    "max_pool of equal ones": lambda x: ag.max_pool(
        np.where(X > 0.4, 1.0, x)[None], (2, 2), stride=1
    ),
    "sum_pool": lambda x: ag.sum_pool(x[None, None], (2, 2), stride=1),
    "a layer": lambda x: np.tanh(ag.affine(x, W.T, A([0.1, 0.2]))).sum(),
}


@pytest.mark.parametrize("steps", [1, None])
@pytest.mark.parametrize("name", EXPANDED)
def test_the_scalars_have_the_numbers_and_the_gradients_of_the_arrays(name, steps):
    (x,) = named(X)
    out = EXPANDED[name](x)
    graph = viz.expand(out, steps)
    assert np.allclose([y.data for y in graph.outputs], np.ravel(out.data), rtol=1e-12)
    if steps is None:
        weights = np.cos(np.arange(out.size)).reshape(out.shape)
        expected = ag.grad(lambda x: np.sum(EXPANDED[name](x) * weights))(X)
        loss = sum(w * y for w, y in zip(weights.flat, graph.outputs, strict=True))
        loss.backward()
        found = {y.label: y.grad or 0.0 for y in graph.inputs if y.requires_grad}
        assert found == pytest.approx(scalars_of(expected, "x"), rel=1e-9)
    assert x.grad is None


def test_a_model_and_its_loss_open_down_to_every_weight():
    model = nn.MLP(3, [4, 2], generator=0, dtype=np.float64)
    loss = ag.cross_entropy(model(X), LABELS)
    graph = viz.expand(loss, None)
    (total,) = graph.outputs
    total.backward()
    loss.backward()
    grads = [p.grad.ravel() for p in model.parameters()]
    found = [x.grad for x in graph.inputs if x.requires_grad]
    assert sorted(found) == pytest.approx(sorted(np.concatenate(grads)))
    assert total.data == pytest.approx(loss.item())
    titles = {
        cluster.title for cluster in viz.draw(graph, max_nodes=2000).view.clusters
    }
    assert {"MLP", "Layer"} <= titles


def test_steps_open_so_many_operations_and_stop_at_what_cannot_be_opened():
    (x,) = named(X)
    square = x @ x.T
    inverse = np.linalg.inv(square + np.eye(2))
    out = (inverse * 2).sum()
    counts = [len(viz.expand(out, steps).nodes) for steps in (1, 2, None)]
    assert counts == [4 + 3, 4 + 4 + 3, 4 + 4 + 3]
    inputs = viz.expand(out, None).inputs
    assert [x.data for x in inputs] == inverse.data.ravel().tolist()


def test_what_is_drawn_of_it_is_named_by_element():
    w = ag.tensor(W, requires_grad=True, dtype=np.float32)
    w.label = "weights"
    graph = viz.expand(np.ones((1, 3), np.float32) @ w)
    titles = [item.title for item in viz.draw(graph).view.items]
    assert {"x[0, 2]", "weights[2, 1]", "out[0, 1]"} <= set(titles)
    assert viz.play(graph).html()


@pytest.mark.parametrize(
    ("node", "error", "told"),
    [
        (lambda x: x, ValueError, "it is a leaf"),
        (lambda x: X, TypeError, "expand opens a Tensor; got an array"),
        (lambda x: ag.Value(1.0) * 2, TypeError, "is a scalar already"),
        (lambda x: np.linalg.pinv(x), ValueError, "its operation"),
        (lambda x: np.sort(x), ValueError, "its operation"),
        (lambda x: freed(x * 2), ValueError, "was freed by backward"),
        (lambda x: x[:0] * 2, ValueError, "it has no elements"),
        (lambda x: x * 1j, ValueError, "its numbers are not real"),
        (lambda x: np.tile(x, (50, 1)) @ W @ W.T, ValueError, "most is 100"),
    ],
)
def test_what_cannot_be_opened_says_why(node, error, told):
    with pytest.raises(error, match=told):
        viz.expand(node(*named(X)), most=100)


def test_a_large_product_is_refused_before_anything_is_computed():
    x = ag.tensor(np.ones((2000, 2000)), requires_grad=True)
    with pytest.raises(ValueError, match="about 8,000,001 leaves"):
        viz.expand(x * 2)


def test_numbers_that_were_overwritten_are_not_shown():
    (x,) = named(X)
    out = x * 2
    x.data[0, 0] = 7.0
    with pytest.raises(ValueError, match="overwritten"):
        viz.expand(out)


def freed(node):
    node.sum().backward(free=True)
    return node


@pytest.mark.parametrize("steps", [0, -1, 1.5, "all"])
def test_steps_are_a_whole_number(steps):
    with pytest.raises(ValueError, match="steps is a whole number"):
        viz.expand(named(X)[0] * 2, steps)
