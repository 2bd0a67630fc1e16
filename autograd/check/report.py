"""What a check says: a report of success, or an error that tells all it knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.node import Node
from ..core.program import Graph
from .verdict import Verdict

if TYPE_CHECKING:
    from ..core.program import Program


Place = tuple[str, tuple[int, ...] | None]  # an array; an element of it, or all of it
NOWHERE: Place = ("", None)
FEW = 4  # numbers that may stand in one line
LONGEST, LINE = 2000, 160  # characters of a script that is shown whole; of one cut


class GradientError(ValueError):
    """A derivative is wrong.

    Attributes:
        check: which one failed: "reverse", "forward over reverse", "memory", …
        argument, index: the array it was found in ("args[0]", "output"), and where.
        got, expected: a number, and the interval (low, high) it should lie in.
        tolerance: what was allowed beyond the interval.
        oracle: where ``expected`` comes from.
        direction: along what the derivative was taken.
        cotangent: of the outputs, the weights with which their slopes were summed.
        seed, arguments: repeat the check with these, or paste ``repro``.
        graph, node, program: of a failing graph, cut down as far as it could be: the
            node whose own rule is wrong (None: the engine is), and the same as source.

    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.check import check_grads
    >>> cube = ag.elementwise(lambda x: x**3, lambda x: 2 * x**2, name="bad cube")
    >>> try:
    ...     check_grads(cube, np.array([2.0]))
    ... except GradientError as error:
    ...     low, high = error.expected
    ...     print(error.check, error.argument, not low <= error.got <= high)
    reverse args[0] True
    """

    def __init__(
        self,
        check: str,
        reason: str = "",
        place: Place = NOWHERE,
        verdict: Verdict | None = None,
        oracle: str = "",
        direction: str = "",
        cotangent: Sequence[float] = (),
    ) -> None:
        super().__init__(check)
        self.check, self.reason = check, reason
        self.argument, self.index = place
        self.got: float | None = None
        self.expected: tuple[float, float] | None = None
        self.tolerance = 0.0
        if verdict is not None:
            self.got, *interval, self.tolerance = verdict
            self.expected = (interval[0], interval[1])
        self.oracle, self.direction, self.cotangent = oracle, direction, cotangent
        self.function, self.seed, self.repro = "f", 0, ""
        self.arguments: tuple[Any, ...] = ()
        self.graph: Graph | None = None
        self.node: Node | None = None
        self.program: Program | None = None

    @property
    def place(self) -> str:
        """The element it was found at: ``args[0][1, 2]``, ``tangent of output[3]``."""
        if not self.index:
            return self.argument
        return f"{self.argument}[{', '.join(map(str, self.index))}]"

    def __str__(self) -> str:
        lines = [f"{self.check} derivative of {self.function} is wrong"]
        if self.reason:
            lines = [f"{self.check} check of {self.function} failed: {self.reason}"]
        rows = [("operation", self._operation()), ("at", self.place)]
        rows += [("direction", self.direction), ("cotangent", self._weights())]
        rows += self.verdict()
        rows += [("seed", str(self.seed))]
        lines += [f"  {name + ':':<11}{text}" for name, text in rows if text]
        if self.repro:
            lines += ["  reproduce:"]
            lines += [f"    {line}" for line in _shown(self.repro)]
        return "\n".join(lines)

    def verdict(self) -> list[tuple[str, str]]:
        """What came and what should have come, as rows of two columns."""
        if self.expected is None:
            return []
        low, high = self.expected
        interval = f"{low!r}" if low == high else f"between {low!r} and {high!r}"
        return [
            ("got", repr(self.got)),
            ("expected", f"{interval}, by {self.oracle}"),
            ("tolerance", f"{self.tolerance:.2g}"),
        ]

    def _weights(self) -> str:
        if self.check.startswith("forward") or not 0 < len(self.cotangent) <= FEW:
            return ""
        return ", ".join(f"{u:g}" for u in self.cotangent)

    def _operation(self) -> str:
        if self.node is None:
            return ""
        place = self.node.place
        return f"{self.node.op}" + (
            f", called at {place[0]}:{place[1]}" if place else ""
        )


def _shown(script: str) -> list[str]:
    """The lines of a script, to be pasted; of a long one as much as can be read."""
    lines = script.split("\n")
    if len(script) <= LONGEST:
        return lines
    cut = [line if len(line) <= LINE else f"{line[:LINE]} …" for line in lines]
    return [*cut, f"(cut short: all {len(script):,} characters are in error.repro)"]


@dataclass
class GradientReport:
    """What was checked, by which oracles, and how close it was.

    ``worst`` is the largest error in units of its tolerance (below 1, or it would have
    failed). There is a verdict for each direction; it is unsettled where it proves
    little: at most of the outputs the function is not finite, or too rough for an
    oracle. Where it jumps there is nothing to prove, and no verdict. ``counts`` has the
    numbers of both for each derivative ("", "reverse", …). ``nodes`` counts those of a
    graph that were checked one by one.

    >>> import numpy as np
    >>> from autograd.check import check_grads
    >>> report = check_grads(np.tanh, np.array([0.5, -2.0]))
    >>> report.order, report.worst < 1, report.unsettled
    (2, True, 0)
    """

    checks: int = 0
    order: int = 0
    nodes: int = 0
    oracles: dict[str, str] = field(default_factory=dict)
    worst: float = 0.0
    worst_check: str = ""
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def verdicts(self) -> int:
        """How many verdicts there are."""
        return sum(count for count, _ in self.counts.values())

    @property
    def unsettled(self) -> int:
        """How many of them prove little."""
        return sum(count for _, count in self.counts.values())

    @property
    def inconclusive(self) -> float:
        """The share that proves little: of the derivative of which it is largest."""
        shares = [
            unsettled / max(count, 1) for count, unsettled in self.counts.values()
        ]
        return max(shares, default=0.0)

    def judged(self, title: str, verdicts: int, unsettled: int) -> None:
        """Count verdicts on one derivative."""
        count, rough = self.counts.get(title, (0, 0))
        self.counts[title] = count + verdicts, rough + unsettled

    def note(self, check: str, error: float, tolerance: float) -> None:
        """Count one comparison that passed."""
        self.checks += 1
        share = error / tolerance if tolerance else 0.0
        if share >= self.worst:
            self.worst, self.worst_check = share, check

    def add(self, other: GradientReport) -> None:
        """Count the checks of another report, too."""
        self.checks += other.checks
        self.oracles |= other.oracles
        for title, (verdicts, unsettled) in other.counts.items():
            self.judged(title, verdicts, unsettled)
        if other.worst >= self.worst:
            self.worst, self.worst_check = other.worst, other.worst_check

    def __str__(self) -> str:
        oracles = " and ".join(sorted(set(self.oracles.values()), reverse=True))
        of_nodes = f" of {self.nodes:,} nodes" if self.nodes else ""
        return (
            f"{self._proved()}: {self.checks:,} checks{of_nodes} "
            f"by {oracles}; worst at {self.worst:.1g} of its tolerance "
            f"({self.worst_check}); {self.unsettled} of {self.verdicts} verdicts "
            "inconclusive"
        )

    __repr__ = __str__

    def _proved(self) -> str:
        if not self.verdicts:
            return "NOTHING IS PROVED, the function jumps along every direction"
        if self.unsettled >= self.verdicts:
            return "NOTHING IS PROVED, every verdict is inconclusive"
        unproved = [
            f"derivatives of {title}" if title else "first derivatives"
            for title, (count, unsettled) in self.counts.items()
            if unsettled >= count > 0
        ]
        agree = f"gradients agree to order {self.order}"
        if not unproved:
            return agree
        return f"NOTHING IS PROVED of {' and '.join(unproved)}; elsewhere {agree}"
