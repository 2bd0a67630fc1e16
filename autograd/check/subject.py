"""What is checked: a function, a module, a program, or arrays and their gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from ..core import tree
from ..core.declare import general
from ..core.node import Node, raw
from ..core.primitive import Interval, Primitive
from ..core.program import Program
from ..source import named, recipe
from ..tensor import Tensor
from ..value import Value
from .compare import CHECKS
from .oracles import COMPLEX_STEP, RIDDERS, TAYLOR
from .problem import Problem, is_differentiable

ORACLES = ("auto", COMPLEX_STEP, RIDDERS, TAYLOR)
Positions = int | str | Sequence[int | str] | None


class Request(NamedTuple):
    """How to check: those options of ``check_grads`` that hold for any function."""

    order: int
    checks: frozenset[str]
    oracle: str
    seed: int

    def validate(self) -> None:
        """Raise ValueError for what makes no sense."""
        if not isinstance(self.order, Integral) or self.order < 1:
            raise ValueError(f"order is 1 or more; got {self.order!r}")
        if not isinstance(self.seed, Integral) or self.seed < 0:
            raise ValueError(f"seed is 0 or more; got {self.seed!r}")
        if not self.checks or not self.checks <= set(CHECKS):
            raise ValueError(f"checks are among {CHECKS}; got {sorted(self.checks)}")
        if self.oracle not in ORACLES:
            raise ValueError(f"oracle is one of {ORACLES}; got {self.oracle!r}")

    def text(self) -> list[str]:
        """The options as source, those left out that stand at their default."""
        options = [f"order={self.order}", f"seed={self.seed}"]
        if self.checks != frozenset(CHECKS):
            wanted = tuple(check for check in CHECKS if check in self.checks)
            options.append(f"checks={wanted!r}")
        if self.oracle != "auto":
            options.append(f"oracle={self.oracle!r}")
        return options


class Subject:
    """A function at its arguments, and which leaves among them to differentiate by."""

    def __init__(
        self,
        f: Callable[..., Any],
        args: Sequence[Any],
        wrt: Positions = None,
        gradient: Callable[..., Any] | None = None,
        domain: Interval | Sequence[Interval] | None = None,
    ) -> None:
        self.f, self.given, self.wrt = f, args, wrt
        self.gradient, self.domain = gradient, domain
        self.name = f.name if isinstance(f, Primitive) else _named(f)
        self.args = list(args)
        self.function = f
        self.roots = [f"args[{i}]" for i in range(len(args))]
        chosen: Any = [wrt] if isinstance(wrt, (Integral, str)) else wrt
        self.positions = self._positions(chosen)
        self._with_parameters(chosen)
        self.leaves = [
            (self.roots[i] + path if self.roots[i] else path[2:-2], leaf)
            for i in self.positions
            for path, leaf in _paths(self.args[i])
            if is_differentiable(leaf)
        ]
        if not self.leaves:
            raise TypeError(
                "there is nothing to check: no float or complex array, number, Tensor "
                "or Value among the arguments" + ("" if wrt is None else f" {wrt=}")
            )

    def _positions(self, wrt: Sequence[int | str] | None) -> list[int]:
        count = len(self.args)
        if wrt is None:
            return list(range(count))
        numbers = [i for i in wrt if not isinstance(i, str)]
        for i in numbers:
            if not -count <= i < count:
                raise ValueError(f"wrt={i}, but there are {count} arguments")
        return sorted({i % count for i in numbers})

    def _with_parameters(self, wrt: Sequence[int | str] | None) -> None:
        """Parameters of modules become one more argument, in front of the others."""
        owner: Any = self.f if is_module(self.f) else getattr(self.f, "__self__", None)
        found: list[tuple[str, Any]] = [("", owner)] if is_module(owner) else []
        for i in self.positions:
            found += [
                (f"args[{i}]{path}.", leaf)
                for path, leaf in _paths(self.args[i])
                if is_module(leaf)
            ]
        self.modules = [module for _, module in found]
        own = dict(owner.named_parameters()) if is_module(owner) else {}
        names = {each for each in wrt or () if isinstance(each, str)}
        if not names <= own.keys():
            raise ValueError(
                f"wrt={min(names - own.keys())!r} is no parameter of {self.name}, "
                f"which has {', '.join(own) or 'none'}; arguments go by positions"
            )
        label_of: dict[Any, str] = {}  # each parameter once, by its first name
        for root, module in found:
            for name, node in module.named_parameters():
                if root or wrt is None or name in names:
                    label_of.setdefault(node, f"{root}parameters[{name!r}]")
        if not label_of:
            return
        inner = self.function

        def function(parameters: dict[str, Any], *args: Any) -> Any:
            with ExitStack() as stack:
                for module in dict.fromkeys(self.modules):
                    others = {
                        name: parameters[label_of[node]]
                        for name, node in module.named_parameters()
                        if node in label_of
                    }
                    stack.enter_context(module.substituted(others))
                return inner(*args)

        self.function = function
        self.args = [{label: node for node, label in label_of.items()}, *self.args]
        self.roots = ["", *self.roots]
        self.positions = [0, *(i + 1 for i in self.positions)]

    @contextmanager
    def kept(self) -> Iterator[None]:
        """What modules keep besides parameters is afterwards as it was."""
        before = [
            (buffer, np.array(buffer.data))
            for module in self.modules
            for _, buffer in module.named_buffers()
        ]
        try:
            yield
        finally:
            for buffer, data in before:
                buffer.data = data

    def problem(self) -> Problem:
        """The function of the leaves alone."""
        given = [
            leaf._raw if isinstance(leaf, Tensor) else leaf for _, leaf in self.leaves
        ]
        given = [x.detach() if isinstance(x, Value) else x for x in given]
        if any(isinstance(x, Value) for x in given):
            given = [Value(x) if isinstance(x, float) else x for x in given]
        if len({isinstance(x, Value) for x in given}) > 1:
            raise TypeError("Values and arrays do not mix; check by one of them, wrt=")
        call = self._call
        if self.gradient is not None:
            call = self._handwritten(self.gradient)
        problem = Problem(call, given, [name for name, _ in self.leaves])
        if not problem.outputs.parts:
            raise TypeError(
                "there is nothing to check: the function returned no Tensor, Value, "
                "array or number of a float or complex type"
            )
        problem.of_one_number = self.gradient is not None
        if self.domain is not None:
            problem.limit(self._intervals(self.domain))
        elif isinstance(self.f, Primitive) and len(self.f.domain) == len(self.given):
            own: Any = self.f.domain
            problem.limit(self._intervals(own), strict=False)
        return problem

    def _filled(self, leaves: Sequence[Any]) -> list[Any]:
        """The arguments with other leaves in them."""
        rest = iter(leaves)
        chosen = set(self.positions)
        return [
            tree.mapped(lambda x: next(rest) if is_differentiable(x) else x, arg)
            if i in chosen
            else arg
            for i, arg in enumerate(self.args)
        ]

    def _call(self, *leaves: Any) -> tuple[Any, ...]:
        found = tree.leaves(self.function(*self._filled(leaves)))
        outputs = [x for x in found if is_differentiable(x)]
        kind = type(leaves[0])
        return tuple(
            [x if isinstance(x, Node) else _constant(x, kind) for x in outputs]
        )

    def _handwritten(
        self, gradient: Callable[..., Any]
    ) -> Callable[..., tuple[Any, ...]]:
        """The function as a primitive whose rule is the gradient that was given."""

        def forward(*leaves: Any) -> Any:
            out = self.function(*self._filled(leaves))
            if np.shape(out) != ():
                raise TypeError(
                    f"gradient= is that of a function of one number; {self.name} "
                    f"returned shape {np.shape(out)}. Declare it with autograd.general"
                )
            return np.asarray(out, dtype=np.result_type(*leaves))

        def rule(g: Any, leaves: Any) -> Any:
            found = tree.leaves(gradient(*self._filled(leaves)))
            return [g * np.asarray(each) for each in found]

        copies = [np.array(raw(leaf)) for _, leaf in self.leaves]
        if any(copy.dtype.kind == "c" for copy in copies):
            raise TypeError(
                "gradient= takes real arguments; declare a function of complex ones "
                "with autograd.general"
            )
        count = len(tree.leaves(gradient(*self._filled(copies))))
        if count != len(copies):
            raise TypeError(
                f"gradient= returned {count} arrays; expected {len(copies)}, one for "
                "each that is differentiated"
            )
        op = general(forward, joint=rule, name=self.name)
        return lambda *leaves: (op(*leaves),)

    def _intervals(self, domain: Interval | Sequence[Interval]) -> list[Interval]:
        """The interval of every leaf, from one for all or one for each argument."""
        first: Any = domain[0]
        if not isinstance(first, Sequence):
            return [(float(domain[0]), float(domain[1]))] * len(self.leaves)  # type: ignore[arg-type]
        if len(domain) != len(self.given):
            raise ValueError(
                f"domain= is one interval, or one for each of {len(self.given)} "
                f"arguments; got {len(domain)}"
            )
        of_root = {f"args[{i}]": interval for i, interval in enumerate(domain)}
        whole = (-np.inf, np.inf)
        return [
            next((of_root[r] for r in of_root if name.startswith(r)), whole)  # type: ignore[misc]
            for name, _ in self.leaves
        ]

    def repro(self, request: Request) -> str:
        """Source that repeats the check."""
        name = self.name
        head = [
            "import numpy as np, autograd as ag",
            "from autograd.check import check_grads",
        ]
        if isinstance(self.f, Primitive):
            name = named(self.f)
        elif isinstance(self.f, Program):
            source = self.f.calls(name)
            if "Slice(" in source or "ArrayIndex(" in source:
                head.append("from autograd.ops.indexing import ArrayIndex, Slice")
            head.append(source)
        options = request.text()
        if self.wrt is not None:
            options.append(f"wrt={self.wrt!r}")
        if self.domain is not None:
            options.append(f"domain={recipe(self.domain)}")
        if self.gradient is not None:
            options.append(f"gradient={_named(self.gradient, 'gradient')}")
        call = ", ".join([name, *map(recipe, self.given), *options])
        return "\n".join([*head, f"check_grads({call})"])


def is_module(f: Any) -> bool:
    """Whether ``f`` has parameters, and can run with others in their place."""
    return hasattr(f, "substituted") and not isinstance(f, type)


def _named(f: Callable[..., Any], otherwise: str = "f") -> str:
    if is_module(f):
        return "model"
    name = getattr(f, "__name__", otherwise)
    return name if name.isidentifier() else otherwise  # a lambda, for one


def _constant(x: Any, kind: type) -> Any:
    return Value.leaf(float(x)) if kind is Value else Tensor.leaf(np.asarray(x))


def _paths(container: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf with the text that reaches it, in the order of ``tree.leaves``."""
    if isinstance(container, dict):
        for key, child in container.items():
            yield from _paths(child, f"{path}[{key!r}]")
    elif isinstance(container, (list, tuple)):
        for i, child in enumerate(container):
            yield from _paths(child, f"{path}[{i}]")
    elif container is not None:
        yield path, container
