"""Examples of the core's names, for ``help()``: here, so that the core stays short.

What is declared in ``core`` without an example in its docstring gets it on import.
"""

from __future__ import annotations

from inspect import cleandoc
from typing import Any

from .core.composite import composed
from .core.node import Node, ancestors
from .core.primitive import Primitive
from .core.program import Graph
from .core.sweeps import pullback, pushforward
from .core.writes import StaleWriteError

EXAMPLES: dict[Any, str] = {
    Node: """\
>>> import autograd as ag
>>> x = ag.Value(3.0)
>>> y = x * 2
>>> print(y.op, [n is x for n in y.inputs], y.age > x.age)
multiply [True, False] True
>>> y.inputs[1]
2.0""",
    Graph: """\
>>> import autograd as ag
>>> graph = ag.record(lambda x: ag.sum(x * x), ag.tensor([1.0, 2.0]))
>>> [str(node.op) for node in graph.nodes], graph.outputs[0].data
(['None', 'multiply', 'sum'], array(5.))""",
    Primitive: """\
>>> import autograd as ag
>>> isinstance(ag.tanh, ag.Primitive)
True
>>> ag.log.name, ag.log.kind, ag.log.domain
('log', 'elementwise', [(0.0, inf)])""",
    composed: """\
>>> import autograd as ag
>>> @ag.composed(sample={"x": "array"})
... def cube(x):
...     return x * x * x
>>> cube.kind, ag.grad(cube)(2.0)
('composite', 12.0)""",
    ancestors: """\
>>> import autograd as ag
>>> x = ag.Value(3.0)
>>> [node.data for node in ag.ancestors([x * x + 1])]
[3.0, 9.0, 10.0]""",
    pullback: """\
>>> import autograd as ag
>>> x = ag.Value(3.0)
>>> for node, cotangent, parts in ag.pullback([x * x], [1.0]):
...     print(node.data, cotangent, parts)
9.0 1.0 [3.0, 3.0]
3.0 6.0 ()""",
    pushforward: """\
>>> import autograd as ag
>>> x = ag.Value(3.0)
>>> for node, tangent, parts in ag.pushforward([x * x], {x: 1.0}):
...     print(node.data, tangent, parts)
3.0 1.0 ()
9.0 6.0 [1.0, 1.0]""",
    StaleWriteError: """\
>>> import autograd as ag
>>> x = ag.tensor([1.0, 2.0], requires_grad=True)
>>> y = ag.sum(x * x)
>>> x.data -= 0.1
>>> y.backward()
Traceback (most recent call last):
    ...
autograd.core.writes.StaleWriteError: ...""",
}


def show_examples() -> None:
    """Put each example at the end of the docstring that it belongs to."""
    for thing, example in EXAMPLES.items():
        said = cleandoc(thing.__doc__ or "")
        thing.__doc__ = f"{said}\n\n{example}\n"
