"""A program is made anew step by step, and rules say what each step becomes.

A rule is a function ``rule(new, step, kind)`` of the program being made, a step whose
operands stand in that program, and the kind of its result. It returns the operand that
is the result (a ``Ref``, or a constant), or None if it has nothing to say; then the
next rule is asked, and in the end the step is taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ...core.call import ITEM
from ...core.primitive import Primitive, registry
from ...core.program import Ref, Step
from ..flat import Flat, Kind, kind_of

Rule = Callable[["Rewriting", Step, Any], Any]
LOOKED_AT = 1 << 20  # elements of a constant that are compared with its first at most


class Rewriting:
    """A program while it is made: its steps so far, and the rules for further ones."""

    def __init__(self, flat: Flat, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.count = len(flat.leaves)
        self.steps: list[Step] = []
        self.kinds: list[Any] = flat.kinds[: self.count]
        self.known: dict[Any, Ref] = {}  # equal steps, for the rule that shares them

    def emit(
        self, op: Primitive, operands: Sequence[Any], params: dict[str, Any], kind: Any
    ) -> Any:
        """The operand that is ``op`` of others, by the first rule that knows."""
        step = Step(op, tuple(operands), params)
        for rule in self.rules:
            found = rule(self, step, kind)
            if found is not None:
                return found
        return self.append(step, kind)

    def append(self, step: Step, kind: Any) -> Ref:
        """The step as it is, asking no rule."""
        self.steps.append(step)
        self.kinds.append(kind)
        return Ref(len(self.kinds) - 1)

    # What rules make ------------------------------------------------------------------

    def by_element(self, name: str, *operands: Any, **params: Any) -> Any:
        """A function of each element, broadcast."""
        op = registry[name]
        shape = np.broadcast_shapes(*[self.shape(x) for x in operands])
        alike = tuple([self._alike(x) for x in operands])
        dtype = _dtype_of(op, alike, tuple(params.items()))
        return self.emit(op, operands, params, Kind(shape, dtype))

    def reduced(self, name: str, x: Any, axes: Sequence[int], keepdims: bool) -> Any:
        """A reduction over axes, which are counted from the front."""
        shape = self.shape(x)
        left = tuple(
            [
                1 if i in axes else n
                for i, n in enumerate(shape)
                if keepdims or i not in axes
            ]
        )
        whole = (("axis", None), ("keepdims", False))
        dtype = _dtype_of(registry[name], (self._alike(x),), whole)
        params = {"axis": tuple(axes), "keepdims": keepdims}
        return self.emit(registry[name], (x,), params, Kind(left, dtype))

    def reshape(self, x: Any, shape: tuple[int, ...]) -> Any:
        kind = Kind(tuple(shape), self.dtype(x))
        return self.emit(registry["reshape"], (x,), {"shape": kind.shape}, kind)

    def transpose(self, x: Any, axes: Sequence[int]) -> Any:
        shape = self.shape(x)
        kind = Kind(tuple([shape[i] for i in axes]), self.dtype(x))
        return self.emit(registry["transpose"], (x,), {"axes": tuple(axes)}, kind)

    def broadcast_to(self, x: Any, shape: tuple[int, ...]) -> Any:
        kind = Kind(tuple(shape), self.dtype(x))
        return self.emit(registry["broadcast_to"], (x,), {"shape": kind.shape}, kind)

    def astype(self, x: Any, dtype: Any) -> Any:
        dtype = np.dtype(dtype)
        name = "as integers" if dtype.kind in "biu" else "astype"
        kind = Kind(self.shape(x), dtype)
        return self.emit(registry[name], (x,), {"dtype": dtype}, kind)

    def matmul(self, x: Any, y: Any) -> Any:
        """A product of two matrices, or of a row and a matrix."""
        shape = (*self.shape(x)[:-1], self.shape(y)[-1])
        kind = Kind(shape, np.result_type(self.dtype(x), self.dtype(y)))
        return self.emit(registry["matmul"], (x, y), {}, kind)

    # What rules look at ---------------------------------------------------------------

    def step(self, x: Any) -> Step | None:
        """The step whose result an operand is; None of leaves and constants."""
        if isinstance(x, Ref) and x.position >= self.count:
            return self.steps[x.position - self.count]
        return None

    def made_by(self, x: Any, name: str) -> Step | None:
        """The step whose result an operand is, if that is of this name."""
        step = self.step(x)
        return step if step is not None and name_of(step.op) == name else None

    def kind(self, x: Any) -> Any:
        """What an operand is; None of a Python number, whose dtype is weak."""
        if isinstance(x, Ref):
            return self.kinds[x.position]
        return None if is_weak(x) else kind_of(x)

    def shape(self, x: Any) -> tuple[int, ...]:
        return self.kinds[x.position].shape if isinstance(x, Ref) else np.shape(x)

    def dtype(self, x: Any) -> np.dtype:
        kind = self.kind(x)
        return np.asarray(x).dtype if kind is None else kind.dtype

    def _alike(self, x: Any) -> Any:
        """A number that decides on dtypes as the operand does, and can be hashed."""
        return x if is_weak(x) else self.dtype(x)


def rewritten(flat: Flat, *rules: Rule) -> Flat:
    """The program with each step as the first rule says that knows one.

    >>> import autograd as ag
    >>> from autograd.compiler.tracing import traced
    >>> flat, _ = traced(lambda x: np.exp(x) * 2, (np.zeros(2),))
    >>> rewritten(flat)
    Program(1 leaf, 2 steps)
    """
    new = Rewriting(flat, rules)
    place: list[Any] = [Ref(i) for i in range(new.count)]
    for step, kind in zip(flat.steps, flat.kinds[new.count :], strict=True):
        operands = [
            place[x.position] if isinstance(x, Ref) else spread_out(x)
            for x in step.operands
        ]
        if step.op is ITEM and not isinstance(operands[0], Ref):  # a constant result
            place.append(operands[0][step.params["index"]])
        else:
            place.append(new.emit(step.op, operands, step.params, kind))
    outputs = []
    for i in flat.outputs:
        x = place[i]
        if not isinstance(x, Ref):
            constant = Step(ITEM, ((x,),), {"index": 0, "count": 1})
            x = new.append(constant, flat.kinds[i])
        outputs.append(x.position)
    return Flat(flat.leaves, new.steps, outputs, new.kinds, flat.targets)


def name_of(op: Primitive) -> str:
    """The name of one of the engine's own; "" of what a person made."""
    return op.name if op.is_declared else ""


def is_weak(x: Any) -> bool:
    """Whether a constant is a Python number, which takes the dtype of the others."""
    return type(x) in (bool, int, float, complex)


def is_by_element(op: Primitive) -> bool:
    """Whether a primitive is a function of each element, broadcast."""
    if not op.is_declared:
        return False
    ufunc = type(op.forward) is np.ufunc and op.forward.signature is None
    return op.by_element or ufunc or op.name in ("where", "astype", "as integers")


def spread_out(x: Any) -> Any:
    """A constant; an array of equal elements as one that is broadcast."""
    if type(x) is not np.ndarray or x.ndim == 0 or not 0 < x.size <= LOOKED_AT:
        return x
    if not any(x.strides) or x.dtype.kind not in "biufc":
        return x
    first = x[(slice(0, 1),) * x.ndim]
    if x.size > 1 and x.item(0) != x.item(1) == x.item(1):
        return x  # most are told by two elements
    bits = np.ascontiguousarray(x).reshape(-1).view(np.uint8).reshape(x.size, -1)
    if (bits == bits[0]).all():
        return np.broadcast_to(first.reshape(()).copy(), x.shape)
    return x


def single(x: Any) -> Any:
    """The one number that a constant is everywhere, as it is; else None."""
    if type(x) is np.ndarray:
        if x.size and not any(x.strides):
            return x[(0,) * x.ndim]
        return x.reshape(-1)[0] if x.size == 1 else None
    return (
        None
        if isinstance(x, Ref) or not isinstance(x, (int, float, complex, np.generic))
        else x
    )


@lru_cache(4096)
def _dtype_of(op: Primitive, alike: Any, params: Any) -> np.dtype:
    examples = [np.ones((), x) if isinstance(x, np.dtype) else x for x in alike]
    with np.errstate(all="ignore"):
        return np.asarray(op.forward(*examples, **dict(params))).dtype
