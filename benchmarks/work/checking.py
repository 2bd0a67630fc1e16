"""Run one library's checker over planted bugs; print a line of JSON for each function.

A bug is a pair of declarations of one function, the right one and the wrong one. A call
of the checker that fails on the right one is a false alarm, and says nothing of the
wrong one. So what counts as caught is a call that passes the one and fails the other,
at an input where the two differ: where they do not, failing on either is a false alarm.
"""

import json
import sys

import numpy as np


def load(path):
    """For each name its calls: operands, parameters, whether the bug shows there.

    The first is the natural one.
    """
    with np.load(path) as file:
        calls = json.loads(str(file["calls"]))
        return {
            name: [([file[key] for key in keys], *rest) for keys, *rest in each]
            for name, each in calls.items()
        }


def run(bugs, harmless, checks):
    """``checks``: functions of (f, operands) that raise where a derivative is wrong."""
    functions = {**bugs, **{name: (right, None) for name, right in harmless.items()}}
    with np.errstate(all="ignore"):
        for name, calls in load(sys.argv[1]).items():
            pair = functions[name]
            found = examined(*pair, calls, checks) if pair else {"expressible": False}
            print(json.dumps({"name": name, **found}), flush=True)


def examined(right, wrong, calls, checks):
    """What caught the wrong one, in one call and in 100; and every false alarm."""
    caught = {"one": None, "many": None}
    alarms = []
    for i, (operands, params, shows) in enumerate(calls):
        column = "many" if i else "one"
        for check in checks:
            said = complaint(check, right, operands, params)
            of = "the right one"
            if not said and wrong and not (shows and caught[column]):
                said = complaint(check, wrong, operands, params)
                of = "the wrong one, where it is right"
                if shows:
                    caught[column] = said and f"input {i}, {check.__name__}: {said}"
                    continue
            if said:
                alarms.append(
                    {"input": i, "check": check.__name__, "of": of, "said": said}
                )
    return {"expressible": True, **caught, "alarms": alarms}


def complaint(check, f, operands, params):
    """What the checker raises, on copies of the operands; None if it is content."""
    try:
        check(lambda *xs: f(*xs, **params), [x.copy(order="K") for x in operands])
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]
    return None
