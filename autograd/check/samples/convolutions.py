"""Two sequences, either of which may be the longer."""

from ..context import Call, Context, Sample, call


def _convolve(c: Context) -> Call:
    a = c.array((c.choice(3, 1, 2, 4),))
    v = c.array((c.choice(2, 1, 3, 5),))
    return call(a, v, mode=c.choice("full", "same", "valid"))


SAMPLES: dict[str, Sample] = {"convolve": _convolve, "correlate": _convolve}
