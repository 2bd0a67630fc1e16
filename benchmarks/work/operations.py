"""Where the time of a step of ours goes, by operation, forward and backward."""

import statistics
import time
from collections import Counter, defaultdict

import autograd as ag
from autograd.core.node import Node
from autograd.core.sweeps import Sums


def table(step, seconds, rounds):
    """Lines of a table of milliseconds, for a step that takes so many ``seconds``.

    As a sweep comes by a node, its operation and its derivative run once more, each
    under a clock. What is left of the step is no operation's: modules, the recording,
    the sweeps, the optimizer, and operations that no gradient comes by.
    """
    found = [_times(step) for _ in range(rounds)]
    calls = found[0][0]
    forward, backward = (
        {op: statistics.median(each[way][op] for each in found) for op in calls}
        for way in (1, 2)
    )
    costs = {op: forward[op] + backward[op] for op in calls}
    if sum(costs.values()) > 2 * seconds:
        yield "no table: this step sweeps otherwise where somebody listens"
        return
    yield _line("operation", "calls", "forward, ms", "backward, ms", "share")
    for op in sorted(costs, key=costs.__getitem__, reverse=True):
        times = f"{forward[op] * 1e3:.3f}", f"{backward[op] * 1e3:.3f}"
        yield _line(op, calls[op], *times, f"{costs[op] / seconds:.1%}")
    rest = seconds - sum(costs.values())
    yield _line("all else", "", f"{rest * 1e3:.3f}", "", f"{rest / seconds:.1%}")
    yield _line("the step", "", f"{seconds * 1e3:.3f}", "", "")


def _times(step):
    """How often each operation was swept; how long it took, and its derivative."""
    calls = Counter()
    forward, backward = defaultdict(float), defaultdict(float)

    def again(node, g, parts):
        if node.op is None or isinstance(g, Node):
            return
        name = node.op.name
        on_floats = node.space.raw_type is float
        function = node.op.on_floats if on_floats else node.op.forward
        operands = [x.data if isinstance(x, Node) else x for x in node.inputs]
        calls[name] += 1
        forward[name] += _clocked(function, *operands, **node.params)
        backward[name] += _clocked(_flowed, node, g)

    with ag.listen(again):
        step()
    return calls, forward, backward


def _flowed(node, g):
    sums = Sums(node.space, False)
    flow = node.op.flow if sums.arrays else node.op.flow_of_floats
    flow(node, g, sums, sums.add, 0)


def _clocked(function, *args, **kwargs):
    start = time.perf_counter()
    function(*args, **kwargs)
    return time.perf_counter() - start


def _line(name, calls, *rest):
    return f"{name:36}{calls:>7}" + "".join(f"{each:>14}" for each in rest)
