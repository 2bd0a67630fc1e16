"""``checkpoint``: what a function recorded is forgotten, and computed again.

Griewank and Walther, "Algorithm 799: revolve" (2000), doi:10.1145/347837.347846;
Chen et al., "Training deep nets with sublinear memory cost" (2016), arXiv:1604.06174.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any

import numpy as np

from ..core import tree
from ..core.call import ITEM, complete
from ..core.context import recording, switched
from ..core.node import NO_PARAMS, Node, history, made, raw, tick, told
from ..core.primitive import General
from ..core.sweeps import Product, Sums, pullback, pushforward
from ..ops.elementwise import positive
from ..ops.fused import again, several


def checkpoint(
    f: Callable[..., Any], generators: Sequence[np.random.Generator] = ()
) -> Callable[..., Any]:
    """``f``, of which only arguments and results are kept; a sweep runs it once more.

    That costs one more evaluation of ``f`` in each sweep, and saves the memory of all
    that is between. A chain of n equal steps, taken √n at a time, needs the memory of
    about 2 √n. What ``f`` closes over, as the parameters of a module, gets its gradient
    as without; all orders and modes are there. Where everything is recorded, as by
    ``record`` and ``vmap``, it is as if it were not there.

    Args:
        f: a function of Tensors, containers of them, and other things, which returns
            Tensors or containers of them. It must find the same again: it may write
            nothing that it reads.
        generators: of the random numbers that ``f`` draws, as of dropout (those given
            to its modules as ``generator=``). They are set back to draw the same again.

    Raises:
        ValueError: in the sweep, if ``f`` finds other numbers than before.

    >>> import numpy as np
    >>> import autograd as ag
    >>> wave = ag.checkpoint(lambda x: np.sin(np.sin(x)))
    >>> ag.grad(lambda x: wave(x) ** 2)(1.0)
    0.5369082700363093
    """
    if not callable(f):
        raise TypeError(f"checkpoint needs a function; got {told(f)}")
    listed = isinstance(generators, (list, tuple))
    if not listed or not all(isinstance(x, np.random.Generator) for x in generators):
        raise TypeError(
            "generators is a list of NumPy's generators, as [rng], which f draws from; "
            f"got {told(generators)}"
        )

    @wraps(f)
    def forgetful(*args: Any, **kwargs: Any) -> Any:
        whole = [[*args], kwargs]
        nodes = [x for x in tree.leaves(whole) if isinstance(x, Node)]

        def again(*inputs: Any) -> list[Any]:
            """What ``f`` returns for others in the place of the nodes."""
            rest = iter(inputs)
            given, named = tree.mapped(
                lambda x: next(rest) if isinstance(x, Node) else x, whole
            )
            return f(*given, **named)

        states = [each.bit_generator.state for each in generators]
        begun, context = tick(), recording.get()
        out = again(*nodes)
        results = _made(out, begun)
        if context.everything or not results:
            return out
        caught = _caught(history(results, begun), begun, nodes)
        op = Forgotten(again, len(nodes), generators, states)
        kept = op.kept(results, [*nodes, *caught])
        return tree.mapped(lambda x: kept.get(x, x) if isinstance(x, Node) else x, out)

    return forgetful


def _made(out: Any, begun: int) -> list[Any]:
    """The tracked results in containers that were made since then, each once."""
    nodes = dict.fromkeys([x for x in tree.leaves(out) if isinstance(x, Node)])
    return [x for x in nodes if x.tracked and x.op is not None and x.age >= begun]


def _caught(order: Sequence[Node], begun: int, given: Sequence[Node]) -> list[Any]:
    """The tracked nodes of before that a function read and was not given."""
    read = [x for node in order for x in node.inputs if isinstance(x, Node)]
    before = [x for x in dict.fromkeys(read) if x.tracked and x.age < begun]
    return [x for x in before if x not in {*given}]


class Forgotten(General):
    """One call of a function, as a primitive of its arguments and what it caught."""

    def __init__(
        self,
        again: Callable[..., Any],
        count: int,
        generators: Sequence[np.random.Generator],
        states: list[Any],
    ) -> None:
        def forward(*inputs: Any) -> Any:
            raise NotImplementedError  # it has run

        super().__init__(forward, name="checkpoint")
        complete(self)
        self.again, self.count = again, count
        self.generators, self.states = generators, states
        self.pull = self.pulled

    def kept(self, results: Sequence[Any], inputs: Sequence[Any]) -> dict[Any, Any]:
        """Results that remember their inputs, in place of those that remember all."""
        kind, n = type(results[0]), len(results)
        data = tuple([x._raw for x in results])
        data = data if n > 1 else data[0]
        node = made(kind, data, self, tuple(inputs), NO_PARAMS, True)
        if n == 1:
            return {results[0]: node}
        return {x: ITEM.call(node, i, n) for i, x in enumerate(results)}

    def reads(self, node: Node, floor: int) -> Iterator[Any]:
        yield from node.inputs

    def _run(self, node: Node, inputs: Sequence[Any], begun: int) -> list[Any]:
        """The results of the function, once more; ``begun`` before its inputs."""
        now = [each.bit_generator.state for each in self.generators]
        for each, state in zip(self.generators, self.states):
            each.bit_generator.state = state
        try:
            found = _made(self.again(*inputs), begun)
        finally:
            for each, state in zip(self.generators, now):
                each.bit_generator.state = state
        before = several(node._raw)
        if len(found) != len(before) or not all(map(_alike, found, before)):
            raise ValueError(
                "checkpoint ran its function once more for the gradient, and it found "
                "other numbers. It must write nothing that it reads; if it draws "
                "random numbers, pass their generators: checkpoint(f, generators=[rng])"
            )
        return found

    def pull_by(
        self, times: Product, node: Node, g: Any, floor: int, lift: bool
    ) -> Sequence[Any]:
        return self.pulled(node, g, floor, lift, times)

    def pulled(
        self,
        node: Node,
        g: Any,
        floor: int,
        lift: bool,
        times: Product | None = None,
    ) -> Sequence[Any]:
        """The contributions to the arguments, and to what was caught."""
        inputs = node.inputs
        wanted = [x.tracked and x.age >= floor for x in inputs]
        caught = {
            x for x, wants in zip(inputs[self.count :], wanted[self.count :]) if wants
        }
        sums = Sums(node.space, lift)
        with switched(gradients=True, listeners=(), scope=again()):
            begun = tick()
            mine = [
                _private(x, lift, wants)
                for x, wants in zip(inputs[: self.count], wanted)
            ]
            outputs = self._run(node, mine, begun)
            pairs = [(y, gy) for y, gy in zip(outputs, several(g)) if gy is not None]
            events = pullback(
                [y for y, _ in pairs],
                [gy for _, gy in pairs],
                floor=floor,
                since=begun,
                lift=lift,
                times=times,
            )
            found = {}
            for each, gy, parts in events:
                found[each] = gy
                for x, part in zip(each.inputs, parts):
                    if part is not None and x in caught:
                        sums.add(x, part)
            of_caught = {
                x: sums.take(x, None) if lift else sums.pop(x, None) for x in caught
            }
        parts = [found.get(x) if wants else None for x, wants in zip(mine, wanted)]
        return [*parts, *[of_caught.get(x) for x in inputs[self.count :]]]

    def push(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        inputs = node.inputs
        moved = [t is not None for t in tangents]
        with switched(gradients=True, listeners=(), scope=again()):
            begun = tick()
            mine = [
                _private(x, lift, moves)
                for x, moves in zip(inputs[: self.count], moved)
            ]
            outputs = self._run(node, mine, begun)
            whole = [*mine, *inputs[self.count :]]
            given = {x: t for x, t in zip(whole, tangents) if t is not None}
            events = pushforward(outputs, given, lift=lift, times=times)
            found = {each: t for each, t, _ in events}
        settled = [
            node.space.settled(found.get(y, np.zeros_like(y._raw)), y, lift)
            for y in outputs
        ]
        return tuple(settled) if isinstance(node._raw, tuple) else settled[0]


def _private(x: Node, lift: bool, wanted: bool) -> Any:
    """An input of this run: tracked if wanted, and linked where a sweep is lifted."""
    if lift:
        return positive(x) if wanted else x
    return type(x).leaf(x._raw, tracked=wanted)


def _alike(node: Node, before: Any) -> bool:
    """Whether numbers are the same, but for the rounding of another way to them."""
    now = np.asarray(node._raw)
    if now.shape != np.shape(before):
        return False
    eps = np.finfo(now.dtype).eps ** 0.5
    return bool(np.allclose(raw(now), before, rtol=eps, atol=eps, equal_nan=True))
