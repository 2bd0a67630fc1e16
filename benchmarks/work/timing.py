"""Time a step: the median of many, after a warm-up, as a line of JSON."""

import json
import statistics
import time


def report(step, count, warmup):
    """``step()`` returns a number that both sides must agree on."""
    for _ in range(warmup):
        step()
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        check = step()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": statistics.median(seconds), "check": float(check)}))
