"""What a derivative must be besides right: of the exact type, owned, and repeatable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..core.context import switched
from ..core.node import Node, ancestors, raw
from ..core.sweeps import pullback
from ..core.zeros import weigh
from ..switches import listen
from ..value import Value
from .layouts import laid_out
from .problem import Problem, tracked_leaves
from .report import GradientError
from .space import Space
from .tolerances import FEW_OUTPUTS, LAYOUT_ROUNDINGS
from .verdict import worst


def check_types(
    check: str, items: Sequence[Any], given: Sequence[Any], space: Space
) -> None:
    """Derivatives of an array are arrays of its dtype and shape; of a float, floats."""
    for item, x, part in zip(items, given, space.parts, strict=True):
        wanted: Any = np.ndarray
        if isinstance(x, (Value, float, complex)):
            wanted = Value if isinstance(x, Value) else (float, complex)
        array = np.asarray(raw(item))
        if not isinstance(item, wanted):
            kind = getattr(wanted, "__name__", "number")
            reason = f"expected {kind}; got {type(item).__name__}"
        elif array.shape != part.shape:
            reason = f"expected the shape {part.shape}; got {array.shape}"
        elif array.dtype != part.dtype:
            reason = f"expected the dtype {part.dtype}; got {array.dtype}"
        else:
            continue
        raise GradientError(check, reason, (part.name, None))


def check_memory(
    check: str, gradients: Sequence[Any], others: Sequence[Any], space: Space
) -> None:
    """Gradients share no memory with one another, the inputs, or the cotangents."""
    arrays = [g for g in gradients if isinstance(g, np.ndarray)]
    kept = [x for x in others if isinstance(x, np.ndarray)]
    for i, g in enumerate(arrays):
        for x in arrays[:i] + kept:
            if np.may_share_memory(g, x) and np.shares_memory(g, x):
                what = "another gradient" if any(x is a for a in arrays) else "an input"
                reason = f"a gradient shares its memory with {what}"
                raise GradientError(check, reason, (space.parts[i].name, None))


@contextmanager
def unchanged(
    check: str, arrays: Sequence[Any], names: Sequence[str]
) -> Iterator[None]:
    """Raise if the block changes the bytes of one of ``arrays``."""
    before = [a.tobytes() if isinstance(a, np.ndarray) else a for a in arrays]
    yield
    for array, bytes_before, name in zip(arrays, before, names, strict=True):
        if isinstance(array, np.ndarray) and array.tobytes() != bytes_before:
            raise GradientError(check, "it was written into", (name, None))


class Sweeps:
    """Reverse sweeps over one recorded graph, with cotangents of any memory layout."""

    def __init__(self, problem: Problem) -> None:
        self.space = problem.inputs
        self.same = LAYOUT_ROUNDINGS * problem.epsilon
        self.leaves = tracked_leaves(problem.given)
        with switched(gradients=True, everything=False):
            self.outputs = problem.call(*self.leaves)

    def pull(
        self, cotangents: Sequence[Any], outputs: Sequence[Any] | None = None
    ) -> np.ndarray:
        """The gradients as a vector, by a sweep in which cotangents are read-only."""
        frozen: list[np.ndarray] = []

        def freeze(node: Node, g: Any, parts: Sequence[Any]) -> None:
            for part in parts:
                if isinstance(part, np.ndarray) and part.flags.writeable:
                    part.flags.writeable = False
                    frozen.append(part)

        found = {}
        wanted = set(self.leaves)
        try:
            with listen(freeze):
                for node, g, _ in pullback(
                    outputs or self.outputs, cotangents, times=weigh.call
                ):
                    if node in wanted:
                        found[node] = g
        except ValueError as error:
            if "read-only" not in str(error):
                raise
            raise GradientError(
                "memory", f"a rule wrote into a cotangent or an operand: {error}"
            ) from error
        finally:
            for array in frozen:
                array.flags.writeable = True
        return self._vector([found.get(x) for x in self.leaves])

    def check_layouts(self, cotangents: Sequence[Any]) -> None:
        """The layout of a cotangent in memory makes no difference."""
        ones = [np.ones_like(u) for u in cotangents]
        for layout in ("reversed", "F", "strided", "stride 0"):
            plain = ones if layout == "stride 0" else cotangents
            laid = [laid_out(u, layout) for u in plain]
            if all(a.strides == b.strides for a, b in zip(plain, laid)):
                continue
            reason = f"another gradient from a cotangent in the layout {layout!r}"
            self._compare(self.pull(plain), self.pull(laid), reason)

    def check_outputs_alone(self, cotangents: Sequence[Any]) -> None:
        """A cotangent that is absent counts as zeros."""
        if not 1 < len(self.outputs) <= FEW_OUTPUTS:
            return
        for i, (output, g) in enumerate(zip(self.outputs, cotangents)):
            others = [g if i == j else 0 * x for j, x in enumerate(cotangents)]
            whole = self.pull(others)
            reason = f"other gradients of output[{i}] than with zeros for the others"
            self._compare(whole, self.pull([g], [output]), reason)

    def check_backward(self, cotangents: Sequence[Any]) -> None:
        """``backward()`` leaves what a sweep gives, and a second adds it once more."""
        if len(self.outputs) != 1 or not self.outputs[0].tracked:
            return
        # backward() conjugates what comes in and goes out; the sweep itself does not.
        expected = self.space.conjugated(self.pull(cotangents))
        seed = cotangents[0]
        if isinstance(seed, np.ndarray):
            seed = np.conj(seed)
        ours = set(self.leaves)
        others = [x for x in ancestors(self.outputs) if x not in ours]
        before = [x.grad for x in others]
        try:
            for times in (1, 2):
                self.outputs[0].backward(seed)
                found = self._vector([x.grad for x in self.leaves])
                reason = f"backward() call {times} did not leave {times} × the gradient"
                self._compare(times * expected, found, reason)
        finally:  # parameters that f closes over
            for x, grad in zip(others, before):
                x.grad = grad

    def _vector(self, gradients: Sequence[Any]) -> np.ndarray:
        zeros = [np.zeros_like(x._raw) for x in self.leaves]
        return self.space.vector(
            [zero if g is None else g for g, zero in zip(gradients, zeros)]
        )

    def _compare(self, expected: np.ndarray, got: np.ndarray, reason: str) -> None:
        both = np.isfinite(expected) & np.isfinite(got)
        allowed = self.same * (abs(expected) + abs(expected[both]).max(initial=0.0))
        judged = both | (np.isnan(got) != np.isnan(expected))
        found = worst(got, expected, expected, allowed, judged)
        if found is not None and found[1].fails:
            i, verdict = found
            place, oracle = self.space.at(i), "the first sweep"
            raise GradientError("memory", reason, place, verdict, oracle)
