"""Activations that have parameters."""

from ..context import Sample, call

SAMPLES: dict[str, Sample] = {
    "celu": lambda c: call(c.array(), alpha=c.choice(1.0, 0.5, 2.0)),
    "elu": lambda c: call(c.array(), alpha=c.choice(1.0, 0.5, 2.0)),
    "hardshrink": lambda c: call(c.array(), lambd=c.choice(0.5, 0.3, 2.0)),
    "hardtanh": lambda c: call(
        c.array(), min_val=c.choice(-1.0, 0.0, 0.25), max_val=c.choice(1.0, 2.0)
    ),
    "leaky_relu": lambda c: call(
        c.array(), negative_slope=c.choice(0.01, 0.5, 0.0, -1.0, 2.0)
    ),
    "softplus to": lambda c: call(
        c.array(), beta=c.choice(1.0, 0.5, 3.0), threshold=c.choice(20.0, 40.0)
    ),
    "softshrink": lambda c: call(c.array(), lambd=c.choice(0.5, 0.0, 2.0)),
    "threshold": lambda c: call(
        c.array(), threshold=c.choice(0.0, 0.5, -1.0), value=c.choice(0.0, 2.0)
    ),
}
