"""Whatever is offered says what it means, and shows it."""

import inspect
import re

import pytest

import autograd as ag
from autograd.core.node import Node
from autograd.operators import Operators
from autograd.ops.meanings import MEANINGS

NAMESPACES = {"ag": ag, "ag.linalg": ag.linalg, "ag.fft": ag.fft}
OFFERED = {
    f"{path}.{name}": getattr(namespace, name)
    for path, namespace in NAMESPACES.items()
    for name in namespace.__all__
    if callable(getattr(namespace, name))
}
# What the engine asks of a kind of node, and the slots that all nodes have.
OF_THE_ENGINE = {
    "accumulated", "constant", "fitted", "keeps_all", "kept", "normal", "raw_type",
    "settle", "warnings",
}  # fmt: skip
MEMBERS = [
    f"{kind.__name__}.{name}"
    for kind in (ag.Tensor, ag.Value)
    for base in (kind, Operators)
    for name in vars(base)
    if not name.startswith("_") and name not in OF_THE_ENGINE
]


@pytest.mark.parametrize("path", OFFERED)
def test_every_function_has_a_docstring_of_its_own(path):
    doc = inspect.getdoc(OFFERED[path])
    assert doc
    assert "a primitive (" not in doc
    assert len(doc.split()) > 3


@pytest.mark.parametrize("path", MEMBERS)
def test_every_method_and_property_has_a_docstring(path):
    kind, name = path.split(".")
    assert getattr(getattr(ag, kind), name).__doc__


def test_a_method_names_the_function_that_it_calls():
    assert ag.Tensor.sum.__doc__.startswith("``ag.sum`` of this: ")
    assert ag.Tensor.conj.__doc__.startswith("``ag.conjugate`` of this: ")
    assert ag.Value.tanh.__name__ == "tanh"
    assert not any(name in vars(Node) for name in ("sum", "tanh"))


@pytest.mark.parametrize("name", MEANINGS)
def test_the_docstring_of_a_row_has_the_signature_and_the_derivative(name):
    op = ag.registry[name]
    doc = op.__doc__
    assert doc.startswith(f"{name}(")
    pattern = {
        "constant": "Without a derivative",
        "elementwise": "Derivatives?( by both operands)?: ",
    }.get(op.kind, "Contribution of a cotangent g: ")
    assert re.search(pattern, doc)


@pytest.mark.parametrize(
    "op",
    [op for path, op in OFFERED.items() if isinstance(op, ag.Primitive)],
    ids=lambda op: op.name,
)
def test_every_primitive_that_is_offered_is_described_where_it_is_or_in_the_table(op):
    assert op.kind == "composite" or op.name in MEANINGS


def test_the_docstring_of_a_composite_has_the_signature_once(capsys):
    help(ag.sort)
    shown = capsys.readouterr().out
    assert (
        shown.count("sort(x, axis=-1, kind=None, stable=None, descending=False)") == 1
    )
    assert "    The elements along an axis in order" in shown
    assert ag.Tensor.std.__doc__.startswith(
        "``ag.std`` of this: The standard deviation"
    )
    assert ag.Tensor.take.__doc__.startswith("``ag.take`` of this: The elements, or")


def test_help_shows_the_signature_the_meaning_and_the_convention(capsys):
    help(ag.relu)
    shown = capsys.readouterr().out
    assert "relu(x)" in shown
    assert "Derivative: 1 where x > 0, else 0." in shown
    assert "By convention, where x = 0: 0." in shown
    assert ">>> ag.grad(ag.relu)(2.0)" in shown
