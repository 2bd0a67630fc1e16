"""A primitive is a NumPy function with its derivative beside it. Four kinds, one rule.

    elementwise   the partials              reverse: g · ∂,  forward: t · ∂
    linear        the transpose             forward: the function on the tangents
    multilinear   a transpose per operand   forward: the product rule
    general       the pullback              forward: its transpose, or a push of its own

A fifth, ``constant``, has no derivative: comparisons, integer functions.

A rule asks by name for what it reads: the operands (as the forward function names
them), ``out``, the cotangent ``g``, the parameters, and ``<operand>_shape`` where the
shape is enough. From the names follows what the guard against stale writes looks at.

Rules are ordinary NumPy. On raw arrays that is NumPy at full speed; when a sweep is
lifted the same text runs on nodes, is recorded, and can be differentiated again.

Calls: positional arguments are data, keyword arguments are static.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat, zip_longest
from typing import Any

import numpy as np

from .call import call_of, pull_of
from .context import switched
from .node import Node, raw
from .signature import Signature, names_of
from .sweeps import Deferred, pullback

Rule = Callable[..., Any]
Interval = tuple[float, float]

REALS: Interval = (-np.inf, np.inf)

registry: dict[str, Primitive] = {}


class Primitive:
    """What the kinds share: the call, the reverse rule, the facts.

    Attributes:
        forward: the function on raw arrays; ``on_floats`` the one on Python floats.
        name, symbol: what errors and drawings call it.
        domain: for each operand the open interval within which the rules hold.
        kinks: the convention chosen where the derivative jumps.
        analytic: whether the complex step applies.
        sample: what the property tests draw for each argument.
        call: the function behind ``op(...)``; ``pull(node, g, floor, lift)`` gives the
            contribution of cotangent ``g`` to each input, None where none is wanted.
    """

    kind = ""
    tracks = True  # whether the result of a tracked operand is tracked
    by_element = False  # whether an element of the result depends on its place alone
    of_ones = False  # whether it is linear, of zeros and ones: moves and adds up
    call: Callable[..., Any]
    pull: Callable[[Node, Any, int, bool], Sequence[Any]]

    def __init__(
        self,
        forward: Callable[..., Any],
        *rules: Rule | None,
        forms: Sequence[str] = (),
        joint: Rule | None = None,
        push: Rule | None = None,
        fast: Sequence[Rule | None] = (),
        name: str = "",
        symbol: str = "",
        on_floats: Callable[..., Any] | None = None,
        domain: Interval | Sequence[Interval] = REALS,
        kinks: str = "",
        analytic: bool = True,
        sample: dict[str, Any] | None = None,
    ) -> None:
        self._state(forward, name, domain, kinks, analytic, sample)
        self.symbol = symbol or self.name
        self.on_floats = on_floats or _on_numpy_floats(forward)
        if self.tracks and joint is None and len(rules) != self.arity:
            raise TypeError(
                f"{self.name}{self.signature} needs a rule for each operand, or "
                f"joint=; it has {self.arity} operands and {len(rules)} rules"
            )
        self.texts: Sequence[Any] = rules  # as they were written
        self.forms = list(forms) or ["{rule}"] * len(rules)
        self.rules: list[Any] = [
            self._compiled(*each) for each in zip(rules, self.forms)
        ]
        self.joint: Any = self._compiled(joint)
        self.push_rule: Any = self._compiled(push)
        self.fast: list[Any] = [
            self._compiled(quick) or plain
            for quick, plain in zip_longest(fast, self.rules if fast else ())
        ]
        shared = _names(joint) | _names(push)
        self._reads: Iterable[set[str]] = [
            shared | _names(rule) | _names(quick)
            for rule, quick in zip_longest(rules, fast)
        ]
        if joint:
            self._reads = repeat(shared)
        self.call = call_of(self)
        self.pull = pull_of(self)
        self.__doc__ = f"{self.name}{self.signature}: a primitive ({self.kind})."

    def _state(
        self,
        forward: Callable[..., Any],
        name: str,
        domain: Interval | Sequence[Interval],
        kinks: str,
        analytic: bool,
        sample: dict[str, Any] | None,
    ) -> None:
        """What is known of a function besides its derivative; and register it."""
        self.forward = forward
        self.name = name or forward.__name__.strip("_")
        self.signature = Signature.of(forward)
        self.__signature__ = self.signature.public()
        several = isinstance(domain[0], tuple)
        self.domain = list(domain) if several else [domain] * self.arity
        self.kinks = kinks
        self.analytic = analytic
        self.sample = sample
        registry[self.name] = self

    def __call__(self, *operands: Any, **params: Any) -> Any:
        return self.call(*operands, **params)

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        if registry.get(self.name) is not self:
            raise ValueError(
                f"another primitive has taken the name {self.name!r}, by which this "
                "one would be found again; give each its own with name="
            )
        return registered, (self.name,)

    @property
    def arity(self) -> int:
        """How many operands the forward function names."""
        return len(self.signature.operands)

    def _compiled(self, rule: Rule | None, form: str = "{rule}") -> Rule | None:
        return rule and self.signature.compiled(rule, form)

    def push(self, node: Node, tangents: Sequence[Any], lift: bool) -> Any:
        """The tangent of ``node`` from those of its inputs (None: zero)."""
        raise NotImplementedError

    def reads(self, node: Node, floor: int) -> Iterator[Any]:
        """The inputs, and the node itself, whose data the rules are about to read."""
        kind = type(node)
        wanted: set[str] = set()
        for x, read in zip(node.inputs, self._reads):
            if type(x) is kind and x.tracked and x.age >= floor:
                wanted |= read
        names = chain(self.signature.operands, repeat(self.signature.rest))
        for x, name in zip(node.inputs, names):
            if name in wanted:
                yield x
        if "out" in wanted:
            yield node

    def partial(self, node: Node, i: int) -> Any:
        """∂ result / ∂ input i, raw, before broadcasting; None if not elementwise."""
        return None

    def _function(self, node: Node, lift: bool) -> Callable[..., Any]:
        """The forward function on what a sweep over ``node`` computes with."""
        if lift:
            return self.call
        return self.on_floats if type(node).raw_type is float else self.forward

    @property
    def item(self) -> Primitive:
        """The primitive that takes one of several outputs."""
        return _item_of

    @property
    def freed(self) -> Primitive:
        """What stands in a node's ``op`` after ``backward(free=True)``."""
        return _freed


def registered(name: str) -> Primitive:
    """The primitive of that name."""
    if name not in registry:
        raise ValueError(f"no primitive is registered under the name {name!r}")
    return registry[name]


class elementwise(Primitive):
    """A function of each element, declared by its partials, one for each operand.

    A partial is a rule, or a number where it is constant: ±1 costs nothing.

    >>> import numpy as np
    >>> import autograd as ag
    >>> cube = ag.elementwise(lambda x: x**3, lambda x: 3 * x**2, name="cube")
    >>> ag.grad(cube)(2.0)
    12.0
    """

    kind = "elementwise"
    by_element = True

    def __init__(
        self, forward: Callable[..., Any], *partials: Rule | float, **facts: Any
    ) -> None:
        rules = [_as_rule(partial) for partial in partials]
        super().__init__(
            forward,
            *rules,
            forms=[_pull_form(partial) for partial in partials],
            **facts,
        )
        self.partials: list[Any] = [
            self._compiled(rule, "1 / {rule}" if _divides(rule) else "{rule}")
            for rule in rules
        ]

    def push(self, node: Node, tangents: Sequence[Any], lift: bool) -> Any:
        kind = type(node)
        operands, out = _read(node, lift)
        total = None
        for t, rule in zip(tangents, self.rules):
            if t is not None:
                part = rule(t, out, node.params, *operands)  # t · ∂, as g · ∂ backwards
                total = part if total is None else total + part
        return kind.settle(total, node, lift)

    def partial(self, node: Node, i: int) -> Any:
        operands, out = _read(node, lift=False)
        return self.partials[i](None, out, node.params, *operands)


class linear(Primitive):
    """A function linear in its operands jointly, declared by its transposes.

    One transpose for each operand (None: the function is not linear in that one, which
    is held constant: a mask, an index), or ``joint=`` for all of them at once. Say
    ``of_ones=True`` if its matrix has no other elements than 0 and 1.

    >>> import autograd as ag
    >>> double = ag.linear(lambda x: x + x, lambda g: g + g, name="double")
    >>> ag.grad(double)(3.0)
    2.0
    """

    kind = "linear"

    def __init__(self, *args: Any, of_ones: bool = False, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.of_ones = of_ones

    def push(self, node: Node, tangents: Sequence[Any], lift: bool) -> Any:
        rules = chain(self.rules, repeat(self.joint))
        operands = []
        for x, t, rule in zip(node.inputs, tangents, rules):
            if rule is None:
                operands.append(x if lift else raw(x))
            else:
                operands.append(_zeros(x) if t is None else t)
        out = self._function(node, lift)(*operands, **node.params)
        return type(node).settle(out, node, lift)


class multilinear(Primitive):
    """A function linear in each operand, declared by one transpose for each.

    >>> import numpy as np
    >>> import autograd as ag
    >>> scale = ag.multilinear(
    ...     lambda x, y: x * y, lambda g, y: g * y, lambda g, x: g * x, name="scale"
    ... )
    >>> ag.grad(scale)(3.0, 4.0)
    4.0
    """

    kind = "multilinear"

    def push(self, node: Node, tangents: Sequence[Any], lift: bool) -> Any:
        operands, _ = _read(node, lift)
        function = self._function(node, lift)
        total = None
        for i, t in enumerate(tangents):
            if t is not None:
                part = function(*operands[:i], t, *operands[i + 1 :], **node.params)
                total = part if total is None else total + part
        return type(node).settle(total, node, lift)


class general(Primitive):
    """Any other function, declared by its pullback (one for each operand, or joint).

    A pullback is linear in ``g``, so forward mode is its transpose, unless a ``push``
    is given: a rule that reads ``t``, the tuple of all operands' tangents.

    >>> import numpy as np
    >>> import autograd as ag
    >>> def norm(x):
    ...     return np.sqrt(np.sum(x * x))
    >>> norm = ag.general(norm, lambda g, x, out: g * x / out)
    >>> ag.grad(norm)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """

    kind = "general"

    def push(self, node: Node, tangents: Sequence[Any], lift: bool) -> Any:
        kind = type(node)
        if self.push_rule is not None:
            operands, out = _read(node, lift)
            pairs = zip(node.inputs, tangents)
            t = tuple([_zeros(x) if t is None else t for x, t in pairs])
            tangent = self.push_rule(t, out, node.params, *operands)
            return kind.settle(tangent, node, lift)
        several = isinstance(node._data, tuple)
        shapes = node._data if several else (node._data,)
        gs = [kind.leaf(np.zeros_like(data), tracked=True) for data in shapes]
        with switched(gradients=True, everything=False):
            parts = self.pull(node, tuple(gs) if several else gs[0], 0, True)
            reached = [
                (kind.fitted(part, x, True), t)
                for part, x, t in zip(parts, node.inputs, tangents)
                if part is not None and t is not None
            ]
        outputs, cotangents = [p for p, _ in reached], [t for _, t in reached]
        with switched(listeners=()):  # this sweep is no event of the other
            events = pullback(outputs, cotangents, floor=gs[0].age, lift=lift)
            found = {g: t for g, t, _ in events}
        for g in gs:
            g.tracked = False
        out = [found.get(g, np.zeros_like(g._data)) for g in gs]
        return tuple(out) if several else kind.settle(out[0], node, lift)


class constant(Primitive):
    """A function without a derivative: its results are never tracked.

    >>> import numpy as np
    >>> import autograd as ag
    >>> (ag.tensor([1.0, 2.0], requires_grad=True) > 1.5).requires_grad
    False
    """

    kind = "constant"
    tracks = False


def _as_rule(partial: Rule | float) -> Rule:
    return partial if callable(partial) else lambda: partial


def over(divisor: Rule) -> Rule:
    """The partial 1 / divisor: cotangents are divided by it, in their own precision."""
    divisor.divides = True  # type: ignore[attr-defined]
    return divisor


def _divides(partial: Any) -> bool:
    return getattr(partial, "divides", False)


def _pull_form(partial: Rule | float) -> str:
    if callable(partial):
        return "g / {rule}" if _divides(partial) else "g * {rule}"
    return "g" if partial == 1 else "-g" if partial == -1 else "g * {rule}"


def _read(node: Node, lift: bool) -> tuple[Sequence[Any], Any]:
    if lift:
        return node.inputs, node
    return [raw(x) for x in node.inputs], node._data


def _zeros(x: Any) -> Any:
    data = raw(x)
    return np.zeros_like(data) if isinstance(data, np.ndarray) else 0.0


def _names(rule: Rule | None) -> set[str]:
    return set(names_of(rule)) if rule else set()


def _on_numpy_floats(forward: Callable[..., Any]) -> Callable[..., float]:
    """``forward`` on Python floats, by way of NumPy's."""

    def on_floats(*xs: Any, **params: Any) -> Any:
        with np.errstate(all="ignore"):
            out = forward(*map(np.float64, xs), **params)
        if isinstance(out, (tuple, list)):
            return [float(each) for each in out]
        return float(out)

    return on_floats


# Several outputs: a node whose data is a tuple, and one item node for each -----------


class Slot(Deferred):
    """The cotangent of one of several outputs, in its place among the others."""

    def __init__(self, g: Any, index: int, count: int) -> None:
        self.g, self.index, self.count = g, index, count

    def buffer(self) -> list[Any]:
        return [None] * self.count

    def add_into(self, total: list[Any]) -> None:
        before = total[self.index]
        total[self.index] = self.g if before is None else before + self.g


def _item(x: Any, index: int = 0, count: int = 1) -> Any:
    return x[index]


_item_of = linear(
    _item, lambda g, index, count: Slot(g, index, count), name="item", sample={}
)


def outputs(out: Any, count: int) -> list[Any]:
    """The several outputs that a rule finds in ``out``, one by one."""
    return [_item_of(out, i, count) for i in range(count)]


def _refuse(node: Node, g: Any, *_: Any) -> Any:
    raise ValueError(
        "this graph was freed by backward(free=True); run the forward pass again, or "
        "leave out free=True to sweep the same graph twice"
    )


_freed = constant(lambda x: x, name="freed", sample={})
_freed.pull = _refuse
_freed.push = _refuse  # type: ignore[assignment,method-assign]
