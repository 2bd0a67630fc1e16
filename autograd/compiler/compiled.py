"""``compile``: a function is recorded at its first two calls, and then is a program."""

from __future__ import annotations

import gc
import inspect
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from threading import RLock
from types import MethodType
from typing import Any
from weakref import WeakSet

from ..core import tree
from ..core.context import recording, switched
from ..core.node import Node, raw, tick, told
from ..ops.held import Presumed
from ..value import Value
from .backends import BACKENDS, OF_VALUES, chosen
from .differences import difference
from .families import Family, Member
from .flat import Flat
from .inputs import Argument
from .keys import is_array, key_of
from .reach import leaves_of
from .recorded import Recorded
from .running import Running, handed
from .tracing import TraceError, Tracing, raw_of

FAMILIAR = 8  # programs of one function, from which on more are a surprise
KEPT = 256  # programs at most
one_at_a_time = RLock()  # a recording puts nodes in the place of gradients


class Compiled:
    """What ``compile`` gives: called as the function, of which it holds programs."""

    def __init__(self, f: Callable[..., Any], backend: str) -> None:
        call = getattr(type(f), "__call__", f)  # noqa: B004
        if not callable(f) or inspect.isclass(f):
            raise TypeError(f"compile needs a function, or a module; got {told(f)}")
        for each in (f, call):
            if inspect.isgeneratorfunction(each) or inspect.iscoroutinefunction(each):
                raise TypeError(
                    "compile needs a function that returns at once; got one that "
                    "yields or is async. Compile what it calls"
                )
        update_wrapper(self, f, updated=())
        self.__name__ = getattr(f, "__name__", type(f).__name__)
        self.backend = backend
        self._function = f
        self._families: dict[Any, Family] = {}
        self._latest: Running | None = None
        self._warned = False
        self._lock = RLock()
        _all.add(self)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        context = recording.get()
        arrays: list[Any] = []
        key = (key_of(args, arrays), key_of(kwargs, arrays), context.gradients)
        if _runs_as_it_is(context, arrays):
            return self._function(*args, **kwargs)
        family = self._families.get(key)
        if family is None:
            family = self._new_family(key)
        with self._lock:
            member, numbers = family.fitting()
            if not family.as_it_is and (member is None or not member.as_it_is):
                if member is None or member.running is None:
                    return self._recorded(family, member, args, kwargs)
                self._latest = member.running
                try:
                    return member.running(arrays, numbers)
                except Presumed:  # numbers with which it does something else
                    pass
        return self._function(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy has the function, and is recorded anew."""
        return Compiled, (self._function, self.backend)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    @property
    def program(self) -> Flat:
        """The program that ran last: its steps, to be drawn and read."""
        return self._running().recorded.flat

    @property
    def source(self) -> str:
        """The text of that program, as the backend runs it."""
        return self._running().source

    def _running(self) -> Running:
        if self._latest is None:
            raise ValueError(
                f"{self.__name__} has no program yet: it is recorded at its first two "
                "calls with arguments of these shapes, and compiled then"
            )
        return self._latest

    def __repr__(self) -> str:
        count = sum(
            member.running is not None
            for family in self._families.values()
            for member in family.members
        )
        return f"compiled({self.__name__}, {count} program{'s' * (count != 1)})"

    # Recording ------------------------------------------------------------------------

    def _new_family(self, key: Any) -> Family:
        families = self._families
        if len(families) >= FAMILIAR and not self._warned:
            self._warned = True
            warnings.warn(
                f"{self.__name__} is recorded for the {FAMILIAR + 1}th kind of "
                "arguments: of shapes, dtypes, Python's numbers by their value, and "
                "objects by their attributes. Pass numbers that change as arrays, "
                "np.asarray(x), and not the objects that keep counts or histories",
                stacklevel=3,
            )
        while len(families) >= KEPT:
            families.pop(next(iter(families)), None)
        return families.setdefault(key, Family(leaves_of(self._function)))

    def _recorded(self, family: Family, member: Any, args: Any, kwargs: Any) -> Any:
        """Run the function for real, and take down what it does."""
        with one_at_a_time, no_collections():
            return self._taken_down(family, member, args, kwargs)

    def _taken_down(self, family: Family, member: Any, args: Any, kwargs: Any) -> Any:
        tracing = Tracing(careful=True, known=family.known)
        arguments: list[Any] = []

        def stand_in(x: Any) -> Any:
            if not is_array(x):
                return x
            source = Argument(len(arguments), isinstance(x, Node))
            arguments.append(tracing.leaf(source, raw(x)))
            return arguments[-1]

        given, named = args, kwargs
        args, kwargs = tree.mapped(stand_in, (args, kwargs))
        before = tree.mapped(lambda x: x, (args, kwargs))
        try:
            with switched(everything=True, places=member is not None, tracing=tracing):
                out = self._function(*args, **kwargs)
                tracing.settle_modules()
                if not _same(before, (args, kwargs)):
                    raise tracing.refused(
                        "a list or dictionary among the arguments was changed",
                        "no later call would do that. Return what is new",
                    )
            recorded = Recorded(tracing, arguments, out)
            self._take_up(family, member, recorded, tracing)
        except BaseException as error:
            tracing.undo()
            if not tracing.as_it_is or not isinstance(error, Exception):
                raise
            family.as_it_is = tracing.as_it_is
            return self._function(*given, **named)
        age = tick()
        tracing.commit()
        if tracing.as_it_is:
            return out
        results = [raw_of(x) for x in tree.leaves(out) if isinstance(x, Node)]
        given = {source: node._raw for node, source in tracing.sources.items()}
        return handed(recorded, results, given, age)

    def _take_up(
        self, family: Family, member: Any, recorded: Recorded, tracing: Tracing
    ) -> None:
        family.known |= recorded.touched()
        if len(recorded.kinds) > 1:
            tracing.as_it_is = "it computes with Tensors and Values"
        backends = OF_VALUES if recorded.kinds == {Value} else BACKENDS
        if backends is OF_VALUES and not chosen(self.backend, backends):
            tracing.as_it_is = "it computes with Values"
        if tracing.unsettled and not tracing.as_it_is:
            return
        if member is None:
            family.members.append(Member(recorded, tracing.as_it_is))
            return
        differs = difference(member.recorded, recorded)
        if differs and member.recorded.known == recorded.known:
            raise TraceError(
                f"two recordings of {self.__name__} differ: {differs}. What changes "
                "from call to call must be an argument, or a Tensor that is captured; "
                "random numbers are drawn outside, or by nn's dropout"
            )
        member.recorded = recorded
        if not differs:
            member.running = Running(recorded, chosen(self.backend, backends))


def _same(one: Any, two: Any) -> bool:
    """Whether containers hold the same objects, under the same keys."""
    if isinstance(one, dict) and isinstance(two, dict):
        return [*one] == [*two] and all(map(_same, one.values(), two.values()))
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return len(one) == len(two) and all(map(_same, one, two))
    return one is two


_all: WeakSet[Compiled] = WeakSet()


def _open_locks() -> None:
    """In a child of fork: threads that held them are not there."""
    global one_at_a_time
    one_at_a_time = RLock()
    for each in _all:
        each._lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_open_locks)


@contextmanager
def no_collections() -> Iterator[None]:
    """Without the collector of cycles, of which a recording has none.

    It would look through the growing graph again and again. The switch is that of the
    whole process; afterwards it is as it was before.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _runs_as_it_is(context: Any, arrays: list[Any]) -> bool:
    """Whether others look at what is recorded, or it is no matter of arrays."""
    return (
        context.tracing is not None
        or context.everything
        or context.notes
        or bool(context.private)
        or bool(context.listeners)
        or any(isinstance(x, Node) and x.tracked and context.gradients for x in arrays)
    )
