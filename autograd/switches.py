"""Switches of what is recorded: in a block, or whenever a function runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from types import coroutine
from typing import Any

from .core.context import Recording, recording, switched


def no_grad(function: Any = None) -> Any:
    """Record no gradients inside the block, in this thread and context only.

    Or inside of a function: ``@no_grad()``, as all of these switches.

    >>> import autograd as ag
    >>> x = ag.tensor(2.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """
    return _used(Switch(gradients=False), function)


def enable_grad(function: Any = None) -> Any:
    """Record gradients inside the block, also within ``no_grad``.

    >>> import autograd as ag
    >>> x = ag.tensor(2.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     with ag.enable_grad():
    ...         y = x * x
    >>> y.requires_grad
    True
    """
    return _used(Switch(gradients=True), function)


def record_places(function: Any = None) -> Any:
    """Keep the source line of every recorded call: ``node.place`` is (file, line).

    >>> import autograd as ag
    >>> with ag.record_places():
    ...     y = ag.Value(2.0) * 3
    >>> file, line = y.place
    >>> type(file), type(line)
    (<class 'str'>, <class 'int'>)
    """
    return _used(Switch(places=True), function)


def detect_writes(function: Any = None) -> Any:
    """Fingerprint every operand, so that a raw write into one is noticed in the sweep.

    Ordinary writes (``p.data -= …``) are always noticed; this finds those into arrays
    that bypass ``.data``, at the price of hashing every operand. Run the forward pass
    and the sweep inside the block.

    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.detect_writes():
    ...     y = ag.sum(x * x)
    ...     x.data[0] = 5.0
    ...     y.backward()
    Traceback (most recent call last):
        ...
    autograd.core.writes.StaleWriteError: ...
    """
    return _used(Switch(fingerprints=True, places=True), function)


def listen(listener: Callable[..., object]) -> Any:
    """Call ``listener(node, value, parts)`` at every event of a sweep in the block.

    In reverse mode ``value`` is the cotangent that arrived at ``node`` and ``parts``
    its contribution to each input; in forward mode ``value`` is the tangent of ``node``
    and ``parts`` those of its inputs. Listeners observe: what changes a gradient
    is a hook, or a custom rule.

    >>> import autograd as ag
    >>> x = ag.Value(3.0)
    >>> with ag.listen(lambda node, g, parts: print(node.op, g)):
    ...     (x * x).backward()
    multiply 1.0
    None 6.0
    """
    return Listening(listener)


class Switch(switched):
    """A switch that decorates functions, too.

    A generator or a coroutine leaves it where it yields, and takes it up again there.
    """

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(function) or isinstance(function, type):
            raise TypeError(
                "a recording switch is used as `with ag.no_grad():`, or decorates a "
                f"function; got {type(function).__name__} {function!r}"
            )

        def plain(*args: Any, **kwargs: Any) -> Any:
            with self:
                return function(*args, **kwargs)

        def generator(*args: Any, **kwargs: Any) -> Any:
            return (yield from self._steps(function(*args, **kwargs)))

        async def coroutine(*args: Any, **kwargs: Any) -> Any:
            return await self._awaited(function(*args, **kwargs))

        async def asynchronous(*args: Any, **kwargs: Any) -> Any:
            inner = function(*args, **kwargs)
            step: Any = inner.__anext__()
            try:
                while True:
                    item = await self._awaited(step)
                    try:
                        step = inner.asend((yield item))
                    except GeneratorExit:
                        await self._awaited(inner.aclose())
                        raise
                    except BaseException as error:
                        step = inner.athrow(error)
            except StopAsyncIteration:
                return

        if inspect.isasyncgenfunction(function):
            return wraps(function)(asynchronous)
        if inspect.iscoroutinefunction(function):
            return wraps(function)(coroutine)
        within = generator if inspect.isgeneratorfunction(function) else plain
        return wraps(function)(within)

    def _steps(self, inner: Any) -> Iterator[Any]:
        step, given = inner.send, None
        try:
            while True:
                with self:
                    item = step(given)
                try:
                    step, given = inner.send, (yield item)
                except GeneratorExit:
                    with self:
                        inner.close()
                    raise
                except BaseException as error:
                    step, given = inner.throw, error
        except StopIteration as stop:
            return stop.value

    @coroutine
    def _awaited(self, awaitable: Any) -> Any:
        return (yield from self._steps(awaitable.__await__()))


class Listening(Switch):
    """One more listener, beside those there are when the block begins."""

    def __init__(self, listener: Callable[..., object]) -> None:
        if not callable(listener):
            raise TypeError(
                "a listener is a function of (node, cotangent or tangent, parts); got "
                f"{type(listener).__name__} {listener!r}"
            )
        self.listener = listener

    def __enter__(self) -> Recording:
        listeners = (*recording.get().listeners, self.listener)
        inside = recording.get().replace(self, listeners=listeners)
        recording.set(inside)
        return inside


def _used(switch: Switch, function: Any) -> Any:
    """``@no_grad`` is ``@no_grad()``."""
    return switch if function is None else switch(function)
