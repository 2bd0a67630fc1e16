"""Time a step: the median of many, after a warm-up, as a line of JSON."""

import json
import re
import statistics
import time
from pathlib import Path


def report(step, count, warmup):
    """``step()`` returns a number that both sides must agree on."""
    before = peak()
    for _ in range(warmup):
        step()
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        check = step()
        seconds.append(time.perf_counter() - start)
    found = {"seconds": statistics.median(seconds), "check": float(check)}
    print(json.dumps({**found, "bytes": peak() - before}))


def peak():
    """The most memory the process has held so far, in bytes, where Linux says so."""
    status = Path("/proc/self/status")
    text = status.read_text() if status.exists() else "VmHWM: 0 kB"
    return 1024 * int(re.search(r"VmHWM:\s*(\d+)", text)[1])
