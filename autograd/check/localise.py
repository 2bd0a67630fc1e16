"""Where a wrong gradient comes from: the smallest failing graph, the guilty node."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np

from ..core.guard import check_unwritten
from ..core.node import Node, ancestors
from ..core.primitive import Primitive
from ..core.program import Graph, Program, Ref, Step
from .checker import check_grads
from .compare import CHECKS
from .problem import is_differentiable
from .report import GradientError, GradientReport

Fails = Callable[[Program], GradientError | None]
BY_ITSELF = ("reverse", "forward", "adjoint", "linear", "hygiene")  # of one operation
ENGINE = (
    "each rule in it is right at its recorded inputs, so they go together wrongly: "
    "by the sweep, by memory they share, or at kinks whose conventions do not add up"
)


def check_program(program: Program, order: int = 2, seed: int = 0) -> GradientReport:
    """``check_grads`` of a program at its leaves; a failure is cut down to its cause.

    Returns the report. Raises ``GradientError`` with the smallest failing ``graph``
    that was found, and the ``node`` in it whose own rule is wrong at its recorded
    inputs (None, if each is right: then the engine is wrong).

    >>> import numpy as np
    >>> import autograd as ag
    >>> cube = ag.elementwise(lambda x: x**3, lambda x: 2 * x**2, name="bad cube")
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True)
    >>> program = Program.of((np.tanh(x) * cube(np.exp(x))).sum())
    >>> try:
    ...     check_program(program)
    ... except ValueError as error:
    ...     print(error.node.op, len(error.graph.nodes))
    bad cube 2
    """

    if not isinstance(program, Program):
        raise TypeError(
            f"check_program needs a Program; got {type(program).__name__}. A graph is "
            "one by Program.of(loss), or checked by check_graph(loss)"
        )

    def fails_at(order: int, checks: Collection[str] = CHECKS) -> Fails:
        def fails(candidate: Program) -> GradientError | None:
            leaves = candidate.leaves
            try:
                check_grads(candidate, *leaves, order=order, checks=checks, seed=seed)
            except GradientError as error:
                return error
            return None

        return fails

    try:
        return check_grads(program, *program.leaves, order=order, seed=seed)
    except GradientError as error:
        smallest, found = minimal(program, fails_at(order), error)
    values = smallest.recorded()
    graph = Graph(values[: len(smallest.leaves)], [values[smallest.output]])
    lowest = next((o for o in range(1, order) if fails_at(o)(smallest)), order)
    is_guilty = fails_at(lowest, BY_ITSELF)
    raw_values = smallest.values()
    for position, step in enumerate(smallest.steps, len(smallest.leaves)):
        local = _single(step, raw_values)
        guilty = is_guilty(local) if local is not None else None
        if guilty is not None:
            raise _placed(guilty, graph, _node_of(values[position]), smallest)
    found.reason = "; ".join(filter(None, [found.reason, ENGINE]))
    raise _placed(found, graph, None, smallest)


def check_graph(loss: Node, order: int = 1, seed: int = 0) -> GradientReport:
    """Check every rule of a recorded graph, each node at its own recorded inputs.

    For a live model: which operation's rule is wrong, in a graph of thousands of nodes?
    If each is right by itself, the gradient of the whole is checked, too.

    Args:
        loss: the result of a computation with tracked leaves, not freed.
        order: how many derivatives of each node to check.
        seed: of the random cotangents and directions.

    Returns a report of all checks. Raises ``GradientError``, whose ``node`` is the
    oldest node with a wrong rule and whose ``graph`` is all that was checked (draw it:
    ``viz.draw(error.graph, marks={error.node: ["wrong"]})``); ValueError if there is
    nothing to check; StaleWriteError if an operand was written meanwhile.

    >>> import autograd as ag
    >>> from autograd.check import check_graph
    >>> w = ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> report = check_graph(ag.tanh(w @ w).sum())
    >>> report.nodes
    3
    """
    if not isinstance(loss, Node):
        raise TypeError(
            f"check_graph needs one Tensor or Value; got {type(loss).__name__}"
        )
    nodes = [node for node in ancestors([loss]) if node.tracked]
    if not nodes:
        raise ValueError(
            f"check_graph needs something made from tracked leaves; this "
            f"{type(loss).__name__} is not. Set requires_grad=True on a leaf first"
        )
    if any(node.op is not None and not node.inputs for node in nodes):
        raise ValueError(
            "a part of this graph was freed by backward(free=True); run the forward "
            "pass again, and check before that"
        )
    check_unwritten(nodes, 0)
    report = GradientReport(order=order)
    graph = Graph([node for node in nodes if not node.inputs], [loss])
    for node in nodes:
        if node.inputs and node.op.name != "item":
            local = _local(node)
            if local is not None:
                try:
                    found = check_grads(local, *local.leaves, order=order, seed=seed)
                except GradientError as error:
                    raise _placed(error, graph, node, local) from None
                report.add(found)
                report.nodes += 1
    whole = Program.of(loss)
    report.add(check_program(whole, order=1, seed=seed))
    return report


def minimal(
    program: Program, fails: Fails, error: GradientError
) -> tuple[Program, GradientError]:
    """A failing program from which nothing can be cut, and its error.

    First the end is cut off; then results are made leaves, in large chunks and in
    smaller ones (Zeller and Hildebrandt, IEEE TSE 28, 2002); then operations are left
    out, their operand taking their place.
    """
    program, error = _shortest(program, fails, error)
    size = max(len(program.steps) // 2, 1)
    while True:
        for smaller in _smaller(program, size):
            found = fails(smaller)
            if found is not None:
                program, error = smaller, found
                break
        else:
            if size == 1:
                return program, error
            size //= 2
        size = min(size, max(len(program.steps) // 2, 1))


def _smaller(program: Program, size: int) -> Iterator[Program]:
    """Programs that are cut at ``size`` places; at one place, also shorter ones."""
    first, last, tuples = len(program.leaves), program.output, _tuples(program)
    inner = [position for position in range(first, last) if position not in tuples]
    for start in range(0, len(inner), size):
        yield program.promoted(inner[start : start + size])
    if size > 1:
        return
    values = program.values()
    for position in inner:
        refs = [x for x in program.steps[position - first].operands if type(x) is Ref]
        for (other,) in refs:
            same = np.shape(values[other]) == np.shape(values[position])
            if other not in tuples and same:
                yield program.bypassed(position, other)


def _shortest(
    program: Program, fails: Fails, error: GradientError
) -> tuple[Program, GradientError]:
    """Halve the distance to the first step at which it fails; short ones are walked."""
    count, tuples = len(program.leaves), _tuples(program)
    low, high = count - 1, program.output  # up to high it fails
    while high - low > 1:
        middle = (low + high) // 2 if high - low > 16 else low + 1
        found = None if middle in tuples else fails(program.upto(middle))
        if found is None:
            low = middle
        else:
            high, error = middle, found
    return program.upto(high), error


def _tuples(program: Program) -> set[int]:
    """The values that are several outputs, of which ``item`` steps take one each."""
    items = [step for step in program.steps if step.op.name == "item"]
    return {step.operands[0].position for step in items}


def _single(step: Step, values: Sequence[Any]) -> Program | None:
    """One step of a program by itself, at the values it reads."""
    if step.op.name == "item":
        return None
    operands = [values[x.position] if isinstance(x, Ref) else x for x in step.operands]
    leaves = [i for i, x in enumerate(step.operands) if isinstance(x, Ref)]
    return single(step.op, operands, step.params, leaves)


def _local(node: Node) -> Program | None:
    """A node by itself, as a function of its tracked inputs."""
    tracked = [
        i for i, x in enumerate(node.inputs) if isinstance(x, Node) and x.tracked
    ]
    operands = [
        (type(x).leaf(x._raw) if i in tracked else x._raw) if isinstance(x, Node) else x
        for i, x in enumerate(node.inputs)
    ]
    if not all(is_differentiable(operands[i]) for i in tracked):
        return None
    return single(node.op, operands, node.params, tracked)


def _node_of(value: Any) -> Node:
    """The node of a step; of several outputs, the one they are taken from."""
    return value[0].inputs[0] if isinstance(value, tuple) else value


def _placed(
    error: GradientError, graph: Graph, node: Node | None, program: Program
) -> GradientError:
    error.graph, error.node, error.program = graph, node, program
    if node is not None and node.op is not None:
        error.function = node.op.name
    return error


def single(
    op: Primitive,
    operands: Sequence[Any],
    params: dict[str, Any],
    leaves: Sequence[int] | None = None,
) -> Program:
    """The program of one call, whose leaves are the operands at some positions.

    If these are not given: every operand that is an array of a float or complex type.

    >>> import numpy as np
    >>> import autograd as ag
    >>> print(single(ag.registry["sum"], [np.ones(2)], {"axis": 0}))
    x0 = np.array([1.0, 1.0])
    x1 = ag.sum(x0, axis=0)
    """
    if leaves is None:
        leaves = [
            i
            for i, x in enumerate(operands)
            if isinstance(x, np.ndarray) and x.dtype.kind in "fc"
        ]
    places = {i: Ref(n) for n, i in enumerate(leaves)}
    step = Step(op, tuple([places.get(i, x) for i, x in enumerate(operands)]), params)
    return Program([operands[i] for i in leaves], [step])
