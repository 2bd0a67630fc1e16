"""Matrices that have an exponential: all, small and large."""

from ..context import Sample, call

SAMPLES: dict[str, Sample] = {
    "expm": lambda c: call(c.choice(1, 0, -4, 0.1) * c.matrix("well-conditioned")),
}
