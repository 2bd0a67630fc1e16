"""A primitive is a NumPy function with its derivative beside it. Four kinds, one rule.

    elementwise   the partials              reverse: g · ∂,  forward: t · ∂
    linear        the transpose             forward: the function on the tangents
    multilinear   a transpose per operand   forward: the product rule
    general       the pullback              forward: its transpose, or a push of its own

A fifth, ``constant``, has no derivative: comparisons, integer functions. This file says
what a primitive is; ``declare.py`` makes them.

A rule asks by name for what it reads: the operands (as the forward function names
them), ``out``, the cotangent ``g``, the parameters, and ``<operand>_shape`` where the
shape is enough. From the names follows what the guard against stale writes looks at.

Rules are ordinary NumPy. On raw arrays that is NumPy at full speed; when a sweep is
lifted the same text runs on nodes, is recorded, and can be differentiated again.

Calls: positional arguments are data, keyword arguments are static.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, repeat
from typing import Any

import numpy as np

from .context import switched
from .node import Gradient, Node, raw, told
from .rules import RESERVED, call_text, compiled, in_dtype
from .signature import Signature, names_of
from .sweeps import Product, pullback

Rule = Callable[..., Any]
Interval = tuple[float, float]

REALS: Interval = (-np.inf, np.inf)

registry: dict[str, Primitive] = {}  # what is declared: the engine's own


class Primitive:
    """What the kinds share: the rules as they were written, and the facts.

    Attributes:
        forward: the function on raw arrays; ``on_floats`` the one on Python floats.
        name, symbol: what errors and drawings call it.
        domain: for each operand the open interval within which the rules hold.
        kinks: the convention chosen where the derivative jumps.
        analytic: whether the complex step applies.
        sample: what the property tests draw for each argument.
        written: the rules; ``rules`` are functions of (g, out, params, *operands).
        call: the function behind ``op(...)``; ``pull(node, g, floor, lift)`` gives the
            contribution of cotangent ``g`` to each input, None where none is wanted.
        flow, flow_of_floats: the same for plain sweeps, added up: see ``rules.py``.
    """

    kind = ""
    tracks = True  # whether the result of a tracked operand is tracked
    by_element = False  # whether it is declared by its partials
    settles: Any = staticmethod(lambda x: False)  # if exact rules say what a 0 gives
    text: Callable[..., str] | None = None  # a call as Python text, if not name(...)
    call: Callable[..., Any]
    pull: Callable[[Node, Any, int, bool], Sequence[Any]]
    flow: Callable[..., None]
    flow_of_floats: Callable[..., None]

    def __init__(
        self,
        forward: Callable[..., Any],
        *rules: Any,
        joint: Rule | None = None,
        push: Rule | None = None,
        name: str = "",
        symbol: str = "",
        on_floats: Callable[..., Any] | None = None,
        domain: Interval | Sequence[Interval] = REALS,
        kinks: str = "",
        analytic: bool = True,
        sample: dict[str, Any] | None = None,
    ) -> None:
        self._describe(forward, name, domain, kinks, analytic, sample)
        self.symbol = symbol or self.name
        self.on_floats = on_floats or _on_numpy_floats(forward)
        self.written = rules
        self.joint_written, self.push_written = joint, push
        if self.tracks and joint is None and len(rules) != self.arity:
            raise TypeError(
                f"{self.name}{self.signature} needs a rule for each operand, or "
                f"joint=; it has {self.arity} operands and {len(rules)} rules"
            )
        for rule in (*rules, joint, push):
            if callable(rule):
                call_text(self.signature, rule, "rule")  # raises what it cannot ask for

    def _describe(
        self,
        forward: Callable[..., Any],
        name: str,
        domain: Interval | Sequence[Interval],
        kinks: str,
        analytic: bool,
        sample: dict[str, Any] | None,
    ) -> None:
        """What is known of a function besides its derivative."""
        vars(self).clear()  # what was compiled, where a primitive is made anew in place
        if not callable(forward):
            raise TypeError(f"a primitive is made of a function; got {told(forward)}")
        self.forward = forward
        self.name = name or forward.__name__.strip("_")
        self.signature = Signature.of(forward)
        self.__signature__ = self.signature.public()
        data = [*self.signature.operands, self.signature.rest]
        reserved = {*RESERVED, *[f"{operand}_shape" for operand in data]}
        shadowed = {*data, *self.signature.defaults} & reserved
        if shadowed:
            raise TypeError(
                f"{self.name}{self.signature} has an argument {min(shadowed)!r}, but a "
                "rule asks for g, out and t as the cotangent, the result and the "
                "tangents, and for x_shape as the shape of x; call it otherwise"
            )
        several = isinstance(domain[0], tuple)
        self.domain = list(domain) if several else [domain] * self.arity
        self.kinks = kinks
        self.analytic = analytic
        self.sample = sample
        self.__doc__ = f"{self.name}{self.signature}: a primitive ({self.kind})."

    def __call__(self, /, *operands: Any, **params: Any) -> Any:
        return self.call(*operands, **params)

    def __repr__(self) -> str:
        return self.name

    def __copy__(self) -> Primitive:
        return self

    def __deepcopy__(self, memo: Any) -> Primitive:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.is_declared:
            return declared, (self.name,)
        home = getattr(self.forward, "__module__", "")
        for attribute, value in vars(sys.modules.get(home, self)).items():
            if value is self:
                return assigned, (home, attribute)
        raise ValueError(
            f"the primitive {self.name!r} is no attribute of the module {home!r} of "
            "its function, by which it would be found again; assign it to a name there"
        )

    @property
    def is_declared(self) -> bool:
        """Whether this is one of the engine's own."""
        return registry.get(self.name) is self

    @property
    def arity(self) -> int:
        """How many operands the forward function names."""
        return len(self.signature.operands)

    def contribution(self, i: int, name: str) -> str:
        """The text of what rule ``i``, known by ``name``, makes of a cotangent."""
        return self._call_text(self.written[i], name)

    @cached_property
    def rules(self) -> list[Any]:
        """The contribution of a cotangent, by operand; None where there is none."""
        return [
            None if rule is None else compiled(self, self.contribution(i, "x"), x=rule)
            for i, rule in enumerate(self.written)
        ]

    @cached_property
    def joint(self) -> Any:
        """The contributions of a cotangent to all operands at once, if so written."""
        return self._compiled(self.joint_written)

    @cached_property
    def push_rule(self) -> Any:
        """The tangent by those of all operands, if it is written."""
        return self._compiled(self.push_written)

    def _call_text(self, rule: Rule, name: str) -> str:
        return call_text(self.signature, rule, name, self.is_declared)

    def _compiled(self, rule: Rule | None) -> Any:
        text = rule and self._call_text(rule, "rule")
        return rule and compiled(self, str(text), rule=rule)

    def push(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        """The tangent of ``node`` from those of its inputs (None: zero)."""

    def pull_by(
        self, times: Product, node: Node, g: Any, floor: int, lift: bool
    ) -> Sequence[Any]:
        """As ``pull``, with another product of cotangents and slopes, if it has one."""
        return self.pull(node, g, floor, lift)

    def reads(self, node: Node, floor: int) -> Iterator[Any]:
        """The inputs, and the node itself, whose data the rules are about to read."""
        kind = type(node)
        shared = _names(self.joint_written) | _names(self.push_written)
        wanted: set[str] = set()
        for x, rule in zip(node.inputs, self.written or repeat(None)):
            if type(x) is kind and x.tracked and x.age >= floor:
                wanted |= shared | _names(rule)
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
        return self.on_floats if node.space.raw_type is float else self.forward


def declared(name: str) -> Primitive:
    """The engine's primitive of that name."""
    if name not in registry:
        raise ValueError(f"no primitive is declared under the name {name!r}")
    return registry[name]


def assigned(module: str, attribute: str) -> Primitive:
    """The primitive a module has under that name."""
    __import__(module)
    return getattr(sys.modules[module], attribute)


class Elementwise(Primitive):
    """A function of each element, by its partials: rules, or numbers.

    A rule that reads ``g`` gives g · ∂ itself, where that is more exact."""

    kind = "elementwise"
    by_element = True

    def contribution(self, i: int, name: str) -> str:
        rule = self.written[i]
        if not callable(rule):
            return {1: "g", -1: "-g"}.get(rule, f"g * {name}")
        text = self._call_text(rule, name)
        return text if self.is_exact[i] else f"g * {text}"

    @cached_property
    def is_exact(self) -> list[bool]:
        """By operand: whether the rule gives g · ∂ itself."""
        return ["g" in _names(rule) for rule in self.written]

    @cached_property
    def partials(self) -> list[Any]:
        """The slope by each operand: what a cotangent of 1 contributes."""
        return [
            compiled(self, self._call_text(rule, "rule"), rule=rule)
            if callable(rule)
            else compiled(self, "slope", slope=rule)
            for rule in self.written
        ]

    def pull_by(
        self, times: Product, node: Node, g: Any, floor: int, lift: bool
    ) -> Sequence[Any]:
        kind, (operands, out) = type(node), _read_alike(node, lift)
        parts: list[Any] = []
        for i, x in enumerate(node.inputs):
            if not (type(x) is kind and x.tracked and x.age >= floor):
                parts.append(None)
            elif not callable(self.written[i]):  # a number, which is finite
                parts.append(self.rules[i](g, out, node.params, *operands))
            elif self.is_exact[i] and (not lift or self.settles(x)):
                part = self.rules[i](g, out, node.params, *operands)
                parts.append(part if lift else times(np.not_equal(g, 0), part))
            else:
                slope = self.partials[i](node.space.one, out, node.params, *operands)
                parts.append(times(g, slope, either=i == 1 and _is_weighed(node)))
        return parts

    def push(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        operands, out = _read_alike(node, lift)
        total = None
        for i, t in enumerate(tangents):
            if t is None:
                continue
            if not (lift or times) or not callable(self.written[i]):
                part = self.rules[i](t, out, node.params, *operands)  # as backwards
            else:
                slope = self.partials[i](node.space.one, out, node.params, *operands)
                pair = (t, slope) if i == 0 and _is_weighed(node) else (slope, t)
                part = times(*pair) if times else slope * t
            total = part if total is None else total + part
        return node.space.settled(total, node, lift)

    def partial(self, node: Node, i: int) -> Any:
        operands, out = _read_alike(node, False)
        return self.partials[i](node.space.one, out, node.params, *operands)


class Linear(Primitive):
    """A function linear in its operands jointly, by its transposes.

    None stands for the transpose of an operand that is held constant: a mask, an index.
    """

    kind = "linear"

    def push(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        rules = chain(self.written, repeat(self.joint_written))
        operands = []
        for x, t, rule in zip(node.inputs, tangents, rules):
            if rule is None:
                operands.append(x if lift else raw(x))
            else:
                operands.append(_zeros(x) if t is None else t)
        out = self._function(node, lift)(*operands, **node.params)
        return node.space.settled(out, node, lift)


class Multilinear(Primitive):
    """A function linear in each operand, by one transpose for each."""

    kind = "multilinear"

    def push(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        operands, _ = _read(node, lift)
        function = self._function(node, lift)
        total = None
        for i, t in enumerate(tangents):
            if t is not None:
                part = function(*operands[:i], t, *operands[i + 1 :], **node.params)
                total = part if total is None else total + part
        return node.space.settled(total, node, lift)


class General(Primitive):
    """Any other function, by its pullback, and perhaps a push."""

    kind = "general"

    def push(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        if self.push_rule is not None:
            operands, out = _read(node, lift)
            pairs = zip(node.inputs, tangents)
            t = tuple([_zeros(x) if t is None else t for x, t in pairs])
            tangent = self.push_rule(t, out, node.params, *operands)
            return node.space.settled(tangent, node, lift)
        return self._transposed(node, tangents, lift, times)

    def _transposed(
        self, node: Node, tangents: Sequence[Any], lift: bool, times: Product | None
    ) -> Any:
        """The pullback is linear in ``g``; its own pullback, then, is the push."""
        space, kind = node.space, type(node)
        several = isinstance(node._raw, tuple)
        shapes = node._raw if several else (node._raw,)
        gs = [kind.leaf(np.zeros_like(data), tracked=True) for data in shapes]
        with switched(gradients=True):
            parts = self.pull(node, tuple(gs) if several else gs[0], 0, True)
            reached = [
                (space.fitted(part, x, True), t)
                for part, x, t in zip(parts, node.inputs, tangents)
                if part is not None and t is not None
            ]
        outputs, cotangents = [p for p, _ in reached], [t for _, t in reached]
        turned = times and (lambda t, slope, **_: times(slope, t))
        with switched(listeners=()):  # this sweep is no event of the other
            events = pullback(
                outputs, cotangents, floor=gs[0].age, lift=lift, times=turned
            )
            found = {g: t for g, t, _ in events}
        for g in gs:
            g.tracked = False
        out = [found.get(g, np.zeros_like(g._raw)) for g in gs]
        return tuple(out) if several else space.settled(out[0], node, lift)


class Constant(Primitive):
    """A function without a derivative: its results are never tracked."""

    kind = "constant"
    tracks = False


def _read(node: Node, lift: bool, number: Any = float) -> tuple[Sequence[Any], Any]:
    """The operands and the result, as rules read them: Python's floats as ``number``s.

    NumPy's have an answer where Python's raise: 1 / 0.0.
    """
    if lift:
        return node.inputs, node
    operands, out = [raw(x) for x in node.inputs], node._raw
    if node.space.raw_type is float:
        return [number(x) for x in operands], number(out)
    return operands, out


def _read_alike(node: Node, lift: bool) -> tuple[Sequence[Any], Any]:
    """As above, with constants in the dtype of the result."""
    operands, out = _read(node, lift, np.float64)
    if len(operands) == 1:
        return operands, out
    data, kind = node._raw, type(node)
    return [
        x if type(at) is kind and at.tracked else in_dtype(x, data)
        for x, at in zip(operands, node.inputs, strict=True)
    ], out


def _is_weighed(node: Node) -> bool:  # in a sweep a first operand is a cotangent
    return bool(node.scope) and type(node.scope[1]) is Gradient


def _zeros(x: Any) -> Any:
    data = raw(x)
    return np.zeros_like(data) if isinstance(data, np.ndarray) else 0.0


@lru_cache(4096)
def _names(rule: Any) -> frozenset[str]:
    return frozenset(names_of(rule) if callable(rule) else ())


def _on_numpy_floats(forward: Callable[..., Any]) -> Callable[..., float]:
    """``forward`` on Python floats, by way of NumPy's."""

    def on_floats(*xs: Any, **params: Any) -> Any:
        with np.errstate(all="ignore"):
            out = forward(*map(np.float64, xs), **params)
        if isinstance(out, (tuple, list)):
            return [float(each) for each in out]
        return float(out)

    return on_floats
