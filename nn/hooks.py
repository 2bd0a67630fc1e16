"""Hooks of modules: functions that are called as a module runs, forward or backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import autograd as ag
from autograd import Node

Hook = Callable[..., Any]


class Handle:
    """What registering a hook returns: ``remove()`` takes it away again.

    >>> import nn
    >>> handle = nn.ReLU().register_forward_hook(lambda module, args, output: None)
    >>> handle.remove()
    """

    def __init__(self, hooks: dict[int, Hook], key: int) -> None:
        self._hooks, self._key = hooks, key

    def remove(self) -> None:
        """Call the hook no more; once is enough."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class Hooks:
    """The hooks of one module, in the order in which they were registered."""

    def __init__(self) -> None:
        self.before: dict[int, Hook] = {}
        self.after: dict[int, Hook] = {}
        self.backward: dict[int, Hook] = {}
        self._keys = count()

    def add(self, kind: str, hook: Hook) -> Handle:
        """Register a hook that is called "before", "after", or in a "backward" pass."""
        if not callable(hook):
            raise TypeError(f"a hook is a function; got {hook!r}")
        hooks, key = getattr(self, kind), next(self._keys)
        hooks[key] = hook
        return Handle(hooks, key)

    def run(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the module computes, with all hooks around it."""
        for hook in list(self.before.values()):
            new = hook(module, args)
            if new is not None:
                args = new if isinstance(new, tuple) else (new,)
        gates = Gates(module, self) if self.backward else None
        if gates:
            args = gates.entered(args)
        output = module.forward(*args, **kwargs)
        for hook in list(self.after.values()):
            new = hook(module, args, output)
            output = output if new is None else new
        return gates.left(output) if gates else output


class Gates:
    """One call of a module with backward hooks: its inputs and outputs pass a gate.

    A gate is an identity, at which a sweep stops by: first at that of the outputs, then
    at that of the inputs, where both gradients are known and the hooks are called.
    """

    def __init__(self, module: Any, hooks: Hooks) -> None:
        self.module, self.hooks = module, hooks
        self.grad_output: tuple[Any, ...] = ()
        self.places: list[int] = []  # of the tracked ones among the inputs
        self.count = 0

    def entered(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        self.count = len(args)
        self.places = _tracked(args)
        return tuple(_gated(args, self.places, self._input))

    def left(self, output: Any) -> Any:
        members = output if isinstance(output, (tuple, list)) else [output]
        passed = _gated(members, _tracked(members), self._output)
        if not isinstance(output, (tuple, list)):
            return passed[0]
        make = getattr(type(output), "_make", type(output))
        return make(passed)

    def _output(self, grads: Sequence[Any]) -> Sequence[Any]:
        self.grad_output = tuple(grads)
        if not self.places:  # nothing follows: no input has a gradient
            self._call((None,) * self.count)
        return grads

    def _input(self, grads: Sequence[Any]) -> Sequence[Any]:
        whole = [None] * self.count
        for i, g in zip(self.places, grads):
            whole[i] = g
        new = self._call(tuple(whole))
        return [new[i] for i in self.places]

    def _call(self, grad_input: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in list(self.hooks.backward.values()):
            new = hook(self.module, grad_input, self.grad_output)
            if new is not None:
                new = new if isinstance(new, tuple) else (new,)
                _check_alike(new, grad_input)
                grad_input = new
        return grad_input


def _tracked(members: Sequence[Any]) -> list[int]:
    """The places of those that have a gradient."""
    return [i for i, x in enumerate(members) if isinstance(x, Node) and x.tracked]


def _gated(
    members: Sequence[Any], places: list[int], arrive: Callable[..., Any]
) -> list[Any]:
    """The members, those at some places behind a gate."""
    passed = list(members)
    if places:
        tracked = [members[i] for i in places]
        for i, x in zip(places, gate(*tracked, arrive=arrive), strict=True):
            passed[i] = x
    return passed


def _check_alike(new: tuple[Any, ...], old: tuple[Any, ...]) -> None:
    shapes = [[getattr(g, "shape", None) for g in grads] for grads in (new, old)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"a backward hook returns None, or gradients of the shapes it was given, "
            f"{shapes[1]}; got {shapes[0]}"
        )


def _same(*xs: Any, arrive: Callable[..., Any]) -> tuple[Any, ...]:
    return xs


gate = ag.linear(_same, joint=lambda g, arrive: arrive(g), name="hook", symbol="hook")
