"""Vanishing and exploding: how the size of a gradient changes on its largest path."""

from __future__ import annotations

from collections import defaultdict
from math import exp, isfinite, log

from .flow import Flow, size_of
from .names import Names, number

SMALL, LARGE = 1e-6, 1e6  # times what arrives at the output
ROWS = 12  # of the table by depth
MOST = 3  # kinds of operations that are named


def reasons(flow: Flow, names: Names) -> list[str]:
    """A verdict, what made it so, and a table by depth; nothing where all is well."""
    size = abs(size_of(flow.gradient))
    if not flow.paths or not isfinite(size) or size == 0:
        return []
    if SMALL <= size <= LARGE:
        return []
    word = "vanishing" if size < SMALL else "exploding"
    steps = flow.paths[0].steps
    lines = [
        f"{word}: of 1 at the output {number(size)} arrives, {len(steps):,} operations "
        "before it"
    ]
    factors: dict[str, list[float]] = defaultdict(list)
    after = [1.0, *[step.size for step in reversed(steps)]]
    for step, before, now in zip(reversed(steps), after, after[1:]):
        if before and now and isfinite(before) and isfinite(now):
            factors[step.node.op.name].append(log(abs(now / before)))
    shrinks = size < SMALL
    ranked = sorted(factors, key=lambda name: sum(factors[name]), reverse=not shrinks)
    for name in ranked[:MOST]:
        total, n = sum(factors[name]), len(factors[name])
        if (total < 0) == shrinks and total:
            each = number(exp(total / n))
            often = f", {n:,} times" if n > 1 else ""
            lines.append(f"on the largest path {name} passes × {each} on{often}")
    return [
        *lines,
        "by depth, what arrives at the operand (norm):",
        *_table(flow, names),
    ]


def _table(flow: Flow, names: Names) -> list[str]:
    totals, steps = flow.totals(), [*reversed(flow.paths[0].steps)]
    last = len(steps) - 1
    shown = sorted({round(last * i / (ROWS - 1)) for i in range(ROWS)}) if last else [0]
    lines = []
    for at in shown:
        node, operand, _ = steps[at]
        size = number(abs(size_of(totals[node.inputs[operand]])))
        lines.append(f"{at + 1:>8,}  {size:>10}  {names.operation(node)}")
    return lines
