"""``python -m benchmarks.instructions``: what the hot path costs, without a clock.

Counted are the instructions of Python's virtual machine: the same on every machine and
under any load, for one version of Python. What NumPy does within them is not seen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag

LENGTH = 200  # operations in a chain


def counted(f: Callable[[], object]) -> int:
    """How many instructions ``f`` runs, in the second of two calls that are traced."""
    count = 0

    def local(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "opcode"
        return local

    def entered(frame: Any, event: str, argument: Any) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return local

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        f()
        count = 0
        f()
    finally:
        sys.settrace(before)
    return count


def chain(x: Any, length: int) -> Any:
    """Multiplications, additions and tanh in turn."""
    for _ in range(length // 4):
        x = ag.tanh(x * 0.5 + x) - 0.1
    return x


def costs() -> dict[str, float]:
    """By what is done: instructions for each operation.

    Each is the difference of a long and a short chain, so that what is done once does
    not count.
    """
    found = {}
    for name, leaf in (
        ("Tensor", ag.tensor([0.5, 1.0], requires_grad=True)),
        ("Value", ag.Value(0.5)),
    ):

        def forward(n: int, leaf: Any = leaf) -> int:
            return counted(lambda: chain(leaf, n))

        def both(n: int, leaf: Any = leaf) -> int:
            def run() -> None:
                out = chain(leaf, n)
                (out if np.ndim(out.data) == 0 else out.sum()).backward()

            return counted(run)

        call = (forward(2 * LENGTH) - forward(LENGTH)) / LENGTH
        found[f"a call, {name}"] = call
        found[f"a step backward, {name}"] = (
            both(2 * LENGTH) - both(LENGTH)
        ) / LENGTH - call
    return found


def main() -> None:
    print(f"Python {sys.version.split()[0]}: instructions for each operation")
    for name, count in costs().items():
        print(f"{name:28}{count:8.1f}")


if __name__ == "__main__":
    main()
