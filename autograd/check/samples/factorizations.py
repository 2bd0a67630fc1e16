"""Positive definite matrices, and tall ones of full rank."""

from ..context import Call, Context, Sample, call


def _qr(c: Context) -> Call:
    """Of a complete Q one column more than x has is determined, up to its sign."""
    x = c.full_rank(sides=((3, 2), (2, 2), (4, 2), (3, 1)), dtype=c.real_or_complex())
    spare = x.shape[-2] - x.shape[-1]
    determined = spare <= (x.dtype.kind == "f")
    return call(x, complete=c.choice(*[False, True][: 1 + determined]))


SAMPLES: dict[str, Sample] = {
    "cholesky": lambda c: call(c.matrix("spd", dtype=c.real_or_complex())),
    "qr": _qr,
}
