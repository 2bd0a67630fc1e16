"""Draw the inputs of the planted bugs, once for all libraries, into an .npz file.

For each function a natural one, and others that ``autograd.check.samples_of`` draws for
its declaration: float64, finite, not empty, with a finite result, no two alike.
"""

import json
import sys
import warnings

import numpy as np
from bugs_ours import BUGS, HARMLESS
from hypothesis import HealthCheck, Phase, given, seed, settings
from triggers import TRIGGERS

from autograd.check import samples_of

# The natural input where it is not one matrix: shapes, parameters.
NATURAL = {
    "multiply: leading axes only": ([(4, 3), (3,)], {}),
    "mean: negative axis misread": ([(4, 3)], {"axis": 1}),
    "maximum: both 1 at ties": ([(4, 3), (4, 3)], {}),
    "x[..., index]: assigned (pytorch#1631)": ([(4, 3)], {"index": [0, 2, 1, 2]}),
    "transpose: not inverted": ([(2, 3, 4)], {"axes": [2, 0, 1]}),
    "x Wᵀ: square W transposed": ([(4, 3), (2, 3)], {}),
    "maximum: ties ¼ and ¾": ([(4, 3), (4, 3)], {}),
}


def natural(name):
    """Seeded normals of a shape that everyone would try."""
    shapes, params = NATURAL.get(name, ([(4, 3)], {}))
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in shapes], params


def drawn(op, count):
    """``count`` calls, no two alike: the same each time, until our source is edited.

    For hypothesis draws some of its integers from the constants in it.
    """
    found = {}

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(samples_of(op, dtype=float))
    def collect(call):
        if is_usable(op, *call):
            found.setdefault(told(*call), call)

    for attempt in range(20):
        seed(attempt)(collect)()
        if len(found) >= count:
            return list(found.values())[:count]
    raise ValueError(f"only {len(found)} usable inputs for {op.name}{op.signature}")


def is_usable(op, operands, params):
    """Whether all libraries can be asked for the derivative there."""
    if any(value is None for value in params.values()):
        return False
    for x in operands:
        if not isinstance(x, np.ndarray) or x.dtype != np.float64 or not x.size:
            return False
    out = op(*operands, **params)
    return np.isfinite(out).all() and all(np.isfinite(x).all() for x in operands)


def told(operands, params):
    """What tells calls apart: layouts, which not every library has, do not."""
    return repr([(x.shape, x.tobytes()) for x in operands]), repr(params)


def plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else value


def main(path, count, names):
    functions = {name: right for name, (right, _) in BUGS.items()} | HARMLESS
    arrays, calls = {}, {}
    for name in names or functions:
        calls[name] = []
        for operands, params in [natural(name), *drawn(functions[name], count)]:
            keys = [f"{len(arrays) + i}" for i in range(len(operands))]
            arrays.update(zip(keys, operands))
            params = {key: plain(value) for key, value in params.items()}
            shows = name not in TRIGGERS or TRIGGERS[name](*operands, **params)
            calls[name].append((keys, params, shows))
    np.savez(path, calls=np.array(json.dumps(calls)), **arrays)


if __name__ == "__main__":
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
