"""From a live model to layers of neurons: what each holds, and the weights between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from autograd.core.context import switched
from autograd.core.node import Node, ancestors, raw, told
from autograd.core.space import leaf

from ..read.words import listed

PRODUCTS = ("affine", "matmul")


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Neurons side by side: ``values`` (n,), and ``weights`` (n, n_before).

    ``weights`` is None for the inputs. ``name`` is the module's, ``after`` what was
    applied to the sums, or what made the inputs if they are not those of the model.
    """

    values: np.ndarray
    weights: np.ndarray | None = None
    name: str = ""
    after: str = ""


def layers_of(model: Any, x: Any) -> list[Layer]:
    """The inputs, and the neurons of each layer of ``model`` for one sample ``x``.

    The model runs once, as in evaluation, and keeps no trace of it.
    """
    if not callable(model):
        raise TypeError(
            f"network needs a model and an input for it; got {told(model)}, which "
            "cannot be called"
        )
    with evaluating(model), switched(gradients=False, everything=True):
        neurons = [part.neurons for part in _modules(model) if hasattr(part, "neurons")]
        if neurons or hasattr(model, "w"):
            return _of_values(model, x, neurons or [[model]])
        return _of_arrays(model, x)


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """No dropout and no statistics of batches; all is put back at the end."""
    keeps = getattr(type(model), "preserved", nullcontext)  # of nn.Module
    with keeps(model):
        for part in _modules(model):
            part.training = False
        yield


def _modules(model: Any) -> list[Any]:
    return type(model).modules(model) if hasattr(model, "modules") else []


def _names(model: Any) -> dict[int, str]:
    named = getattr(type(model), "named_modules", None)
    return {id(part): name for name, part in named(model)} if named else {}


# Networks of single numbers ----------------------------------------------------------


def _of_values(model: Any, x: Any, layers: Sequence[Sequence[Any]]) -> list[Layer]:
    inputs = np.array([float(raw(each)) for each in x])
    output = model(x)
    outputs = [output] if isinstance(output, Node) else [*output]
    values: dict[int, float] = {}  # of the newest node made by each neuron
    operations: dict[int, str] = {}
    for node in ancestors(outputs):
        if node.scope is not None:
            values[id(node.scope[1])] = raw(node)
            operations[id(node.scope[1])] = node.op.name if node.op else ""
    names, found = _names(model), [Layer(inputs)]
    for number, neurons in enumerate(layers):
        weights = np.array([[raw(w) for w in neuron.w] for neuron in neurons])
        _check_row(weights, found[-1], number)
        held = [values.get(id(neuron), raw(neuron.b)) for neuron in neurons]
        after = operations.get(id(neurons[0]), "")
        name = names.get(id(neurons[0]), "").partition(".neurons")[0]
        after = "" if after in ("add", "multiply") else after
        found.append(Layer(np.array(held), weights, name, after))
    return found


# Networks of arrays ------------------------------------------------------------------


def _of_arrays(model: Any, x: Any) -> list[Layer]:
    given = x if isinstance(x, Node) else leaf(np.asarray(x))
    output = model(given)
    if not isinstance(output, Node):
        raise TypeError(
            f"network needs a model that returns one Tensor; it gave {told(output)}"
        )
    names, depends = _names(model), {given}
    found: list[Layer] = []
    last: Node | None = None  # the newest product
    behind: set[Node] = set()  # what depends on it
    steps: list[Node] = []  # what was applied to it
    for node in ancestors([output]):
        reads = [a for a in node.inputs if isinstance(a, Node) and a in depends]
        if not reads:
            continue
        depends.add(node)
        product = _product(node, depends)
        if product is None:
            if any(a in behind for a in reads):
                if not all(a in behind for a in reads):
                    past = f"is joined, by {node.op.name}, with what went past it"
                    raise _not_a_row(len(found) - 2, past)
                behind.add(node)
                steps.append(node)
            continue
        inputs, weights = product
        number = len(found) - 1 if found else 0
        values = _single(inputs)
        if last is None:
            same = np.array_equal(values, np.ravel(raw(given)), equal_nan=True)
            found.append(Layer(values, after="" if same else inputs.op.name))
        else:
            if inputs not in behind:
                raise _not_a_row(number)
            found[-1] = _named(found[-1], values, _applied(last, steps))
        _check_row(weights, found[-1], number)
        path = names.get(id(node.scope[1]), "") if node.scope else ""
        found.append(Layer(_single(node), weights, path))
        last, behind, steps = node, {node}, []
    if last is None:
        raise ValueError(
            "network draws layers of neurons, each a product with a matrix of weights "
            "(nn.Linear, nn.MLP, x @ w); there is none in this model. Draw it with "
            "viz.draw(model(x))"
        )
    found[-1] = _named(found[-1], _single(output), _applied(last, steps))
    return found


def _named(layer: Layer, values: np.ndarray, applied: Sequence[str]) -> Layer:
    """The layer, once it is known what was made of its sums."""
    if values.shape != layer.values.shape:
        raise ValueError(
            f"network draws layers in a row; one of {layer.values.size} neurons is "
            f"followed by {values.size} numbers, as if others were joined to it, or "
            "taken out. Draw this model with viz.draw(model(x))"
        )
    return Layer(values, layer.weights, layer.name, listed(applied))


def _applied(product: Node, steps: Sequence[Node]) -> list[str]:
    """The names of what was applied to sums: operations, or a module of several.

    A bias is part of the sums.
    """
    names: list[str] = []
    around, link = set(), product.scope
    while link is not None:
        around.add(id(link[1]))
        link = link[0]
    for scope, together in groupby(steps, key=lambda node: node.scope):
        operations = [node.op.name for node in together]
        if not names and operations[0] == "add":
            del operations[0]
        of_module = scope is not None and id(scope[1]) not in around
        names += (
            [type(scope[1]).__name__]
            if of_module and len(operations) > 1
            else operations
        )
    return names


def _product(node: Node, depends: set[Node]) -> tuple[Node, np.ndarray] | None:
    """What a product takes, and its weights: one row a neuron; None if it is none."""
    if node.op.name not in PRODUCTS or len(node.inputs) < 2:
        return None
    inputs, weights = node.inputs[:2]
    if not isinstance(inputs, Node) or inputs not in depends:
        return None
    if isinstance(weights, Node) and weights in depends:
        return None
    matrix = np.array(raw(weights))  # a copy: the model may go on to be trained
    if matrix.ndim != 2:
        return None
    return inputs, matrix if node.op.name == "affine" else matrix.T


def _single(node: Node) -> np.ndarray:
    data = np.asarray(raw(node))
    samples = data.size // data.shape[-1] if data.ndim and data.shape[-1] else 1
    if data.ndim and samples != 1:
        raise ValueError(
            f"network shows one sample; a layer got {samples} of them, in shape "
            f"{data.shape}. Pass one: x[0], or x[:1]"
        )
    if data.dtype.kind not in "biuf":
        raise TypeError(f"network shows real numbers; a layer got {data.dtype}")
    return data.ravel().astype(float)


def _check_row(weights: np.ndarray, before: Layer, number: int) -> None:
    if weights.shape[1] != before.values.size:
        raise _not_a_row(number)


def _not_a_row(
    number: int, why: str = "does not read all of the one before it"
) -> ValueError:
    return ValueError(
        f"network draws layers in a row; layer {number + 1} {why}. "
        "Draw this model with viz.draw(model(x))"
    )
