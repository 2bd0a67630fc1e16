"""Queries, keys and values; masks of booleans or floats; what dropout keeps."""

from __future__ import annotations

from ..context import Call, Context, Sample, call


def _attention(c: Context) -> Call:
    lead = c.choice((), (2,), (2, 1))
    n, m, d, e = (c.choice(2, 1, 3) for _ in range(4))
    weights = (*lead, n, m)
    masks = {
        "bool": lambda: c.integers(0, 2, c.choice(weights, (n, m), (m,))) > 0,
        "float": lambda: c.array(c.choice(weights, (n, m))),
    }
    kind = c.choice("", *masks)
    keep = c.integers(0, 2, weights) > 0 if c.flag() else True
    return call(
        c.array((*lead, n, d)),
        c.array(c.choice((*lead, m, d), (m, d))),
        c.array((*lead, m, e)),
        masks[kind]() if kind else True,
        keep,
        scale=c.choice(1.0, 0.5),
        causal=c.flag(),
        dropped=0.0 if keep is True else c.choice(0.5, 0.25),
    )


SAMPLES: dict[str, Sample] = {"attention": _attention}
