"""Bytes and seconds of a chain of a million operations, and of the import."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import tracemalloc

import numpy as np

import autograd as ag

LENGTH = 1_000_000


def chain(x, length):
    for _ in range(length // 2):
        x = x * 1.0000001
        x = x + 1e-9
    return x


def bytes_a_node(leaf, length=100_000):
    """What a node takes, without its array."""
    own = sys.getsizeof(np.ones(())) if isinstance(leaf, ag.Tensor) else 0
    tracemalloc.start()
    y = chain(leaf, length)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del y
    return held / length - own


def seconds_of_a_million(leaf):
    times = [time.perf_counter()]
    y = chain(leaf, LENGTH)
    times.append(time.perf_counter())
    y.backward()
    times.append(time.perf_counter())
    del y
    times.append(time.perf_counter())
    return np.diff(times)


def seconds_of_import(statement):
    code = f"import time; t = time.perf_counter(); {statement}; "
    code += "print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    return float(done.stdout)


def report(pairs):
    leaves = {
        "Value": ag.Value(1.0),
        "Tensor": ag.tensor(1.0, requires_grad=True),
    }
    for name, leaf in leaves.items():
        build, sweep, free = seconds_of_a_million(leaf)
        print(
            f"a chain of {LENGTH:,} {name} operations: {build:.1f} s to build, "
            f"{sweep:.1f} s to differentiate, {free:.1f} s to free; "
            f"{bytes_a_node(leaf):.0f} bytes a node beyond its array"
        )
    more = [
        seconds_of_import("import numpy; import autograd")
        - seconds_of_import("import numpy")
        for _ in range(pairs)
    ]
    print(f"import autograd adds {statistics.median(more):.3f} s to import numpy")
