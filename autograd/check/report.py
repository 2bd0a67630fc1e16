"""What a check says: a report of success, or an error that tells all it knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class GradientError(ValueError):
    """A derivative is wrong.

    Attributes:
        check: which one failed: "reverse", "forward over reverse", "dtype", …
        argument, index: the array it was found in ("args[0]", "output"), and where.
        got, expected: a number, and the interval (low, high) it should lie in.
        tolerance: what was allowed beyond the interval.
        oracle: where ``expected`` comes from.
        direction: along what the derivative was taken.
        seed, arguments: repeat the check with these, or paste ``repro``.
    """

    def __init__(
        self,
        check: str,
        reason: str = "",
        *,
        argument: str = "",
        index: tuple[int, ...] | None = None,
        got: Any = None,
        expected: tuple[float, float] | None = None,
        tolerance: float = 0.0,
        oracle: str = "",
        direction: str = "",
    ) -> None:
        super().__init__(check)
        self.check = check
        self.reason = reason
        self.argument = argument
        self.index = index
        self.got = got
        self.expected = expected
        self.tolerance = tolerance
        self.oracle = oracle
        self.direction = direction
        self.function = "f"
        self.seed = 0
        self.arguments: tuple[Any, ...] = ()
        self.repro = ""

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
        rows = [("at", self.place), ("direction", self.direction)]
        if self.expected is not None:
            low, high = self.expected
            interval = f"{low!r}" if low == high else f"between {low!r} and {high!r}"
            rows += [
                ("got", repr(self.got)),
                ("expected", f"{interval}, by {self.oracle}"),
                ("tolerance", f"{self.tolerance:.2g}"),
            ]
        rows += [("seed", str(self.seed))]
        lines += [f"  {name + ':':<11}{text}" for name, text in rows if text]
        if self.repro:
            lines += ["  reproduce:"]
            lines += [f"    {line}" for line in self.repro.split("\n")]
        return "\n".join(lines)


@dataclass
class GradientReport:
    """What was checked, by which oracles, and how close it was.

    ``worst`` is the largest error in units of its tolerance (below 1, or it would have
    failed). ``inconclusive`` is the share of ``verdicts``, one for each direction, that
    prove little: at most of the outputs the function is not finite, or too rough for an
    oracle. Where it jumps there is nothing to prove, and no verdict.
    """

    checks: int = 0
    order: int = 0
    oracles: dict[str, str] = field(default_factory=dict)
    worst: float = 0.0
    worst_check: str = ""
    verdicts: int = 0
    unsettled: int = 0

    @property
    def inconclusive(self) -> float:
        """The share of verdicts that prove little."""
        return self.unsettled / self.verdicts if self.verdicts else 0.0

    def note(self, check: str, error: float, tolerance: float) -> None:
        """Count one comparison that passed."""
        self.checks += 1
        share = error / tolerance if tolerance else 0.0
        if share >= self.worst:
            self.worst, self.worst_check = share, check

    def __str__(self) -> str:
        oracles = " and ".join(sorted(set(self.oracles.values()), reverse=True))
        return (
            f"gradients agree to order {self.order}: {self.checks} checks by {oracles}"
            f"; worst at {self.worst:.1g} of its tolerance ({self.worst_check}); "
            f"{self.unsettled} of {self.verdicts} verdicts inconclusive"
        )

    __repr__ = __str__
