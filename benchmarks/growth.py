"""``python -m benchmarks.growth``: that twice the work costs twice as much.

Each case is run at n, 2n and 4n, in a process of its own; what it takes, seconds or
bytes, is printed with the two ratios, which are to be at most 2.3.
"""

from __future__ import annotations

import argparse
import copy
import json
import pickle
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
import nn
import viz

MOST = 2.3  # a ratio above it is not linear
Case = Callable[[int], Callable[[], Any]]  # n: what is measured, all else prepared

# What takes time --------------------------------------------------------------------


def written_buffers(n: int) -> Callable[[], Any]:
    """A loop that fills a small buffer of each step, and uses it."""
    w, loss = ag.tensor(np.ones(4), requires_grad=True), 0.0
    for step in range(n):
        h = ag.zeros(4)
        h[step % 4] = 1.0
        loss = loss + np.sum(w * h)
    return loss.backward


def updated_by_hand(n: int) -> Callable[[], Any]:
    """n parameters updated one by one, and a write after they were used again."""
    parameters = [ag.tensor(np.ones(4), requires_grad=True) for _ in range(n)]
    other = ag.tensor(np.ones(4))
    for p in parameters:
        p.data -= 0.1
    loss = sum(np.sum(p * p) for p in parameters)
    other.data += 1
    return loss.backward


def rows_written(n: int) -> Callable[[], Any]:
    """The rows of one array written one by one, each while the last is in the graph."""
    w, rows = ag.tensor(np.ones(4), requires_grad=True), ag.zeros((n + 1, 4))
    loss = 0.0
    for step in range(n):
        rows[step + 1] = np.full(4, step)
        loss = loss + np.sum(w * rows[step])
    return loss.backward


def columns_written(n: int) -> Callable[[], Any]:
    """The same by columns, which lie between each other."""
    w, columns = ag.tensor(np.ones(4), requires_grad=True), ag.zeros((4, n + 1))
    loss = 0.0
    for step in range(n):
        columns[:, step + 1] = np.full(4, step)
        loss = loss + np.sum(w * columns[:, step])
    return loss.backward


def toggled(n: int) -> Callable[[], Any]:
    """Training that freezes a leaf and thaws it in every step."""
    w = ag.tensor(np.ones(4), requires_grad=True)

    def train() -> None:
        for _ in range(n):
            w.requires_grad = False
            w.requires_grad = True
            np.sum(w * w).backward()

    return train


def shared_levels(n: int) -> Callable[[], Any]:
    """Modules that hold the next one twice."""
    module = nn.Linear(2, 2)
    for _ in range(n):
        outer = nn.Module()
        outer.one = outer.other = module
        module = outer
    return lambda: (module.parameters(), module.zero_grad(), module.eval())


def acquainted(n: int) -> Callable[[], Any]:
    """Modules that know each other; n is the number of acquaintances."""
    modules = [nn.Linear(2, 2) for _ in range(round(n**0.5))]
    for module in modules:
        module.others = modules
    return lambda: (modules[0].parameters(), modules[0].state_dict())


# What takes memory ------------------------------------------------------------------


def set_in_a_loop(n: int) -> Callable[[], Any]:
    """An array filled item by item, in the graph."""
    w, x = ag.tensor(1.0, requires_grad=True), ag.zeros(n)

    def fill() -> Any:
        y = x
        for i in range(n):
            y = y.at[i].set(w * i)
        return y

    return fill


def hvp_over_items(n: int) -> Callable[[], Any]:
    """A second derivative through a loop over the items of an array."""
    x = np.linspace(0.1, 1.0, n)

    def f(x: Any) -> Any:
        total = 0.0
        for i in range(n):
            total = total + x[i] ** 3
        return total

    return lambda: ag.hvp(f, (x,), (np.ones(n),))


def pickled_results(n: int) -> Callable[[], Any]:
    """All results of one loop, in one file."""
    x = ag.tensor(np.ones(4), requires_grad=True)
    results = [x]
    for _ in range(n):
        results.append(results[-1] * 1.01)
    return lambda: pickle.dumps(results)


def toggles_kept(n: int) -> Callable[[], Any]:
    """What a leaf remembers of having been frozen and thawed; and a base to compare."""
    leaves = [ag.tensor(np.ones(4), requires_grad=True) for _ in range(100)]

    def toggle() -> Any:
        for _ in range(n):
            for leaf in leaves:
                leaf.requires_grad = False
                leaf.requires_grad = True
        return leaves

    return toggle


# What is drawn ----------------------------------------------------------------------


def edges_drawn(n: int) -> Callable[[], Any]:
    """A scalar network on n points, in a summary."""
    model = nn.scalar.MLP(2, [16, 16, 1])
    points = np.random.default_rng(0).normal(size=(n, 2))
    loss = sum(model([float(x) for x in point]) ** 2 for point in points)
    return lambda: viz.draw(loss).svg()


def outputs_drawn(n: int) -> Callable[[], Any]:
    """As many outputs, each made from the last."""
    outputs = [ag.Value(1.0)]
    for _ in range(n):
        outputs.append(outputs[-1] * 1.001)
    return lambda: viz.draw(outputs, hide="constants", max_nodes=10 * n)


# What is copied ---------------------------------------------------------------------


def results_copied(n: int) -> Callable[[], Any]:
    """A list of results, each made from the last."""
    results = [ag.tensor(1.0, requires_grad=True)]
    for _ in range(n):
        results.append(results[-1] * 1.001)
    return lambda: copy.deepcopy(results)


SECONDS: dict[str, tuple[Case, int]] = {
    "written buffers": (written_buffers, 1000),
    "updated by hand": (updated_by_hand, 1000),
    "rows written": (rows_written, 1000),
    "columns written": (columns_written, 1000),
    "toggled leaves": (toggled, 3000),
    "shared modules": (shared_levels, 300),
    "acquainted modules": (acquainted, 10000),
    "copied results": (results_copied, 4000),
    "drawn points": (edges_drawn, 16),
    "drawn outputs": (outputs_drawn, 2000),
}
BYTES: dict[str, tuple[Case, int]] = {
    "set in a loop": (set_in_a_loop, 2000),
    "hvp over items": (hvp_over_items, 500),
    "pickled results": (pickled_results, 400),
    "toggles kept": (toggles_kept, 500),
}


def cost(name: str, n: int) -> float:
    """What a case takes: the least seconds of three; the most bytes, or a file's."""
    if name in BYTES:
        run = BYTES[name][0](n)
        tracemalloc.start()
        held = run()
        _, most = tracemalloc.get_traced_memory()
        if isinstance(held, bytes):  # the table of the pickler grows by four at a time
            return len(held)
        del held
        return most
    seconds = []
    for _ in range(3):
        run = SECONDS[name][0](n)
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def costs(name: str) -> list[float]:
    """At n, 2n and 4n, each in a process of its own: the least of three, in turn."""
    _, n = {**SECONDS, **BYTES}[name]
    sizes = (n, 2 * n, 4 * n)
    rounds = [[_apart(name, size) for size in sizes] for _ in range(3)]
    return [min(round[i] for round in rounds) for i in range(len(sizes))]


def _apart(name: str, n: int) -> float:
    command = [sys.executable, "-m", __spec__.name, "--one", name, str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth", description=__doc__
    )
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=[*SECONDS, *BYTES], help="one of the cases")
    options = parser.parse_args()
    if options.one:
        print(cost(options.one[0], int(options.one[1])))
        return
    print("| case | n | at n | at 2n | at 4n | ratios | linear |")
    print("|---|---|---|---|---|---|---|")
    for name, (_, n) in {**SECONDS, **BYTES}.items():
        if options.only not in (None, name):
            continue
        small, middle, large = costs(name)
        ratios = middle / small, large / middle
        scale, unit = (1e6, "MB") if name in BYTES else (1e-3, "ms")
        told = " | ".join(
            f"{each / scale:.3g} {unit}" for each in (small, middle, large)
        )
        verdict = "yes" if max(ratios) <= MOST else "NO"
        print(
            f"| {name} | {n} | {told} | {ratios[0]:.2f}, {ratios[1]:.2f} | {verdict} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
