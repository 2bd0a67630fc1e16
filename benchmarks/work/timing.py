"""Time a step: the median of many, after a warm-up, as a line of JSON.

With ``profile`` behind the side, a table of its operations instead.
"""

import json
import re
import statistics
import sys
import time
from pathlib import Path


def report(step, count, warmup):
    """``step()`` returns what all sides must agree on: a number, or an array of one.

    The first steps are told apart: what they take beyond later ones is the latency, in
    which a library imports, traces and compiles.
    """
    before, start = peak(), time.perf_counter()
    for _ in range(max(warmup, 3)):
        number(step())
    early = time.perf_counter() - start
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        check = number(step())
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    if sys.argv[2:] == ["profile"]:
        from operations import table

        print(*table(step, median, rounds=5), sep="\n")
        return
    found = {
        "seconds": median,
        "check": check,
        "bytes": peak() - before,
        "latency": max(early - max(warmup, 3) * median, 0.0),
    }
    print(json.dumps(found))


def number(x):
    """A Python number, for which libraries that compute later have to have computed."""
    return float(x.item() if hasattr(x, "item") else x)


def peak():
    """The most memory the process has held so far, in bytes, where Linux says so."""
    status = Path("/proc/self/status")
    text = status.read_text() if status.exists() else "VmHWM: 0 kB"
    return 1024 * int(re.search(r"VmHWM:\s*(\d+)", text)[1])
