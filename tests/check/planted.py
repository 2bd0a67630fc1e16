"""Plants one change after another, and says for each whether the checker notices.

    python tests/check/planted.py SEED [--shrink] [--examples 300] [--names NAME …]

Each plant gets a process of its own, forked from one that has imported everything, in
which hypothesis draws examples until one fails: samples of the planted primitive, or
whole random programs. What fails there must not fail where nothing is planted. One line
of JSON for each plant.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable
from typing import Any
from unittest import SkipTest

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from planting import PROGRAMS, Plant
from plants import HARMLESS, RULES, STEPS

from autograd import Graph, record, registry
from autograd.check import GradientError, check_grads, check_program, samples_of
from autograd.check.properties import ORDERS
from autograd.check.random_programs import programs
from autograd.check.tolerances import DEEPEST

LIMIT = 120.0  # seconds for one plant
SHRINKING = 1.0  # of these, at most, after the first failure
GROUPS = {"rules": RULES, "steps": STEPS, "harmless": HARMLESS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--examples", type=int, default=300)
    parser.add_argument("--every", type=int, default=1, help="take one in so many")
    parser.add_argument("--names", nargs="+", help="plants, or groups of them")
    options = parser.parse_args()
    for plant in chosen(options.names or GROUPS)[:: options.every]:
        line = tried(plant, options.seed, options.examples, options.shrink)
        print(json.dumps(line), flush=True)


def chosen(names: Any) -> list[Plant]:
    """The plants of these names, and all of these groups."""
    every = [plant for group in GROUPS.values() for plant in group]
    found = [
        plant
        for name in names
        for plant in GROUPS.get(name) or [p for p in every if p.name == name]
    ]
    unknown = set(names) - set(GROUPS) - {plant.name for plant in found}
    if unknown:
        raise SystemExit(f"no such plant: {', '.join(sorted(unknown))}")
    return found


def tried(plant: Plant, seed: int, examples: int, shrink: bool) -> dict[str, Any]:
    """What became of one plant. A false alarm is one without the plant, too."""
    group = next(name for name, plants in GROUPS.items() if plant in plants)
    line: dict[str, Any] = {"name": plant.name, "group": group, "kind": plant.kind}
    line |= {"twin": plant.twin, "killed": False}
    found = in_a_child(plant, seed, examples, shrink)
    if found.get("killed"):
        unplanted = plant._replace(plant=lambda: None)
        again = in_a_child(unplanted, seed, examples, shrink, found["examples"])
        found["false_alarm"] = again.get("killed", True)
        found["killed"] = not found["false_alarm"]
    return line | found


def in_a_child(plant: Plant, *request: Any) -> dict[str, Any]:
    """What the process of a plant reports, or why it does not."""
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    child = fork.Process(target=report, args=(sender, plant, *request))
    child.start()
    sender.close()
    try:
        found = receiver.recv() if receiver.poll(LIMIT) else {"error": "hung"}
    except EOFError:
        child.join()
        found = {"error": f"crashed with exit code {child.exitcode}"}
    child.kill()
    child.join()
    return found


def report(sender: Any, plant: Plant, *request: Any) -> None:
    strategy, check = search(plant)
    plant.plant()
    sender.send(hunt(strategy, check, *request))


def search(plant: Plant) -> tuple[st.SearchStrategy[Any], Callable[[Any], Any]]:
    """What is drawn for a plant, and how it is checked."""
    if plant.where == PROGRAMS:
        return programs(), check_program
    if isinstance(plant.where, tuple):
        return programs([registry[name] for name in plant.where]), check_program
    op = registry[plant.where] if isinstance(plant.where, str) else plant.where
    calls = samples_of(op, dtype=complex) if plant.is_complex else samples_of(op)

    def check(example: Any) -> Any:
        (operands, params), order = example
        if sum(map(np.size, operands)) > DEEPEST:
            order = min(order, 2)
        if any(map(is_differentiable, operands)):
            check_called(op, operands, params, order)

    return st.tuples(calls, st.sampled_from(ORDERS)), check


def check_called(op: Any, operands: Any, params: Any, order: int) -> None:
    """Check one call; an error is given the graph of the call."""

    def called(*xs: Any) -> Any:
        return op(*xs, **params)

    try:
        check_grads(called, *operands, order=order)
    except Exception as error:
        error.graph = record(called, *operands)  # type: ignore[attr-defined]
        raise


def is_differentiable(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind in "fc"


def hunt(
    strategy: Any,
    check: Callable[[Any], Any],
    seed: int,
    examples: int,
    shrink: bool,
    only: int = 0,
) -> dict[str, Any]:
    """Draw until a check fails; with ``shrink`` make what failed as small as it gets.

    ``only`` is the number of the one example to check, if not all are.
    """
    begin = time.perf_counter()
    drawn = 0
    failures: list[Exception] = []
    deadline = float("inf")

    @hypothesis.seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def examine(example: Any) -> None:
        nonlocal drawn, deadline
        if time.perf_counter() > deadline:
            return  # nothing smaller is found from here on
        drawn += not failures
        if drawn < only:
            return
        try:
            check(example)
        except Exception as error:
            if not failures:
                deadline = time.perf_counter() + SHRINKING
            failures[1:] = [error]  # the first, and the last
            raise
        if only:
            raise SkipTest  # the way to end a run of hypothesis

    try:
        examine()
    except SkipTest:
        pass
    except Exception as error:
        failures = failures or [error]
    seconds = round(time.perf_counter() - begin, 2)
    line = {"killed": bool(failures), "examples": drawn, "seconds": seconds}
    return line | (told(failures[-1]) if failures else {})


def told(error: Exception) -> dict[str, Any]:
    """The first lines of an error, and how large the graph is in which it was found."""
    lines = str(error).strip().split("\n")[:4]
    line: dict[str, Any] = {
        "error": " ".join([type(error).__name__, *map(str.strip, lines)]),
        "by_check": isinstance(error, GradientError),
    }
    graph: Graph | None = getattr(error, "graph", None)
    if graph is not None:
        nodes = graph.nodes
        made = [node for node in nodes if node.op is not None]
        leaves = [node for node in nodes if node.op is None]
        line |= {
            "nodes": len(nodes),
            "operations": len(made),
            "elements": sum(np.size(leaf._raw) for leaf in leaves),
        }
    return line


if __name__ == "__main__":
    main()
