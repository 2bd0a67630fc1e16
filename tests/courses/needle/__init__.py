"""needle, the library that dlsyscourse's homework builds, made of this one.

In a checkout of hw1 or hw2, with this folder and the project's on PYTHONPATH:
``python -m pytest -p needle tests``. Its tensors are ours, with needle's names added.
"""

import gc
import sys
from types import ModuleType

import numpy as np
import pytest

import autograd as ag
from autograd.core.primitive import Primitive
from autograd.core.sweeps import pullback
from nn.random import drawing_from


@pytest.fixture(autouse=True)
def _numpy_draws():
    """All random numbers come from NumPy's global generator, which the tests seed."""
    with drawing_from(np.random):
        yield


def Tensor(array, device=None, dtype=None, requires_grad=True):
    """Integers, too, have a gradient."""
    array = np.array(array, dtype)
    array = array.astype(float) if array.dtype.kind in "iu" else array
    return ag.Tensor(array, requires_grad)


def gradients(out, seed):
    """By node, with their history."""
    return {node: g for node, g, _ in pullback([out], [seed], lift=True)}


def backward(out):
    for node, g in gradients(out, ag.ones_like(out)).items():
        node.grad = g if node.op is None else None


def gradient_as_tuple(op, seed, out):
    found = gradients(out, seed)
    return tuple(found[x] for x in out.inputs if isinstance(x, ag.Tensor))


def to_array(x, dtype=None, copy=None):
    """Also of what has a gradient."""
    return np.array(x.data, dtype, copy=copy)


def set_data(x, new, set_ours=ag.Tensor.data.fset):
    """Of any shape with as many elements."""
    set_ours(x, np.reshape(new, x.shape))


Primitive.gradient_as_tuple = gradient_as_tuple
ag.Tensor.__array__ = to_array
ag.Tensor.__eq__ = object.__eq__
ag.Tensor.__sub__ = lambda x, y: x + -y
ag.Tensor.backward = backward
ag.Tensor.cached_data = property(ag.Tensor.numpy)
ag.Tensor.data = ag.Tensor.data.setter(set_data)
ag.Tensor.realize_cached_data = ag.Tensor.numpy

OPERATIONS = {
    "divide_scalar": lambda x, scalar: x / scalar,
    "logsoftmax": lambda x: ag.log_softmax(x, axis=-1),
    "logsumexp": lambda x, axes=None: ag.logsumexp(x, axis=axes),
    "negate": ag.negative,
    "power": ag.pow,
    "power_scalar": lambda x, scalar: x**scalar,
    "summation": lambda x, axes=None: ag.sum(x, axis=axes),
    "transpose": lambda x, axes=(-1, -2): ag.swapaxes(x, *axes),
}


def __getattr__(name):
    if name == "TENSOR_COUNTER":
        return sum(isinstance(x, ag.Tensor) for x in gc.get_objects())  # alive
    return OPERATIONS.get(name) or getattr(ag, name)  # of the same name


def find_topo_sort(outputs):
    """Each node after those it was made from, depth first."""
    order = {}

    def visit(node):
        if isinstance(node, ag.Tensor) and node not in order:
            for x in node.inputs:
                visit(x)
            order[node] = None

    visit(outputs[0])
    return [*order]


ops = autograd = sys.modules["needle"]
sys.modules["mugrade"] = ModuleType("mugrade")  # sends homework in

from . import nn  # noqa: E402

data = init = optim = nn
