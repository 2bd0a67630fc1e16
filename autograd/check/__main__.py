"""``python -m autograd.check``: the whole registry, at as many examples as you like.

    python -m autograd.check --examples 100000 --jobs 2
    python -m autograd.check --import my_package.ops --only my_op

Prints, for each primitive, how many examples were checked, what one took, how many
verdicts were inconclusive, and what failed. Random programs over the whole registry
have a row of their own.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from ..core.primitive import Primitive, registry
from .arrays import HealthCheck, Phase, SearchStrategy, given, seed, settings
from .localise import check_program
from .properties import calls_of, check_call, proves_little
from .random_programs import programs
from .report import GradientReport
from .sampling import differentiable

PROGRAMS = "random programs"


class Outcome(NamedTuple):
    """What became of the examples of one primitive."""

    name: str
    examples: int
    seconds: float
    inconclusive: float  # the share of examples
    failure: str

    def __str__(self) -> str:
        each = 1e3 * self.seconds / max(self.examples, 1)
        row = f"{self.name:20}{self.examples:>9,}{each:>9.1f}{self.inconclusive:>14.2%}"
        return f"{row}\n{self.failure}\n" if self.failure else row


def outcome(name: str, examples: int, number: int, modules: list[str]) -> Outcome:
    """Check one primitive, or programs, at so many examples, drawn from a seed."""
    op = found_in(modules).get(name)
    tried = unsettled = 0
    strategy: SearchStrategy[Any] = programs()
    check: Callable[..., GradientReport | None] = check_program
    if op is not None:
        strategy = calls_of(op)
        check = partial(check_call, op)

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(drawn: Any) -> None:
        nonlocal tried, unsettled
        tried += 1
        report = check(drawn) if op is None else check(*drawn)
        unsettled += report is not None and report.inconclusive > 0.5

    start = time.perf_counter()
    failure = ""
    try:
        run()
    except Exception as error:  # of every kind: others are to be checked as well
        failure = f"{type(error).__name__}: {error}"
    if not failure and proves_little(unsettled, tried):
        failure = f"{unsettled} of {tried} examples are inconclusive"
    seconds = time.perf_counter() - start
    return Outcome(name, tried, seconds, unsettled / max(tried, 1), failure)


def found_in(modules: list[str]) -> dict[str, Primitive]:
    """The engine's primitives by name, and those that modules have."""
    own = [x for each in modules for x in vars(import_module(each)).values()]
    return registry | {op.name: op for op in own if isinstance(op, Primitive)}


def main() -> int:
    """Print a table, and the failures; the exit status is 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m autograd.check")
    parser.add_argument("--examples", type=int, default=5000, help="in all (5000)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--seed", type=int, default=0, help="of the examples (0)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these primitives")
    parser.add_argument(
        "--import", nargs="+", metavar="MODULE", dest="modules", default=[]
    )
    options = parser.parse_args()
    known = found_in(options.modules)
    names = options.only or [op.name for op in differentiable(known.values())]
    names += [] if options.only else [PROGRAMS]
    unknown = [name for name in names if name not in known and name != PROGRAMS]
    if unknown:
        parser.error(f"there is no primitive of the name {unknown[0]!r}")
    if options.examples < 1:
        parser.error("--examples is 1 or more")
    count = -(-options.examples // len(names))
    print(f"{'':20}{'examples':>9}{'ms each':>9}{'inconclusive':>14}")
    found = []
    with ProcessPoolExecutor(options.jobs) as pool:
        work = [
            pool.submit(outcome, name, count, options.seed, options.modules)
            for name in names
        ]
        for future in work:
            found.append(future.result())
            print(found[-1], flush=True)
    examples = sum(each.examples for each in found)
    seconds = sum(each.seconds for each in found)
    failures = sum(bool(each.failure) for each in found)
    share = sum(each.inconclusive * each.examples for each in found) / max(examples, 1)
    print(Outcome("all", examples, seconds, share, ""))
    print(f"{failures} failures; {seconds / len(found):.2f} s for each primitive")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
