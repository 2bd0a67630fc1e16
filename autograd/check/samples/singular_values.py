"""Matrices of distinct singular values."""

from ..context import Call, Context, Sample, call


def _svd(c: Context) -> Call:
    """Of the vectors that belong to no value one is determined, up to its sign."""
    x = c.full_rank()
    spare = abs(x.shape[-2] - x.shape[-1])
    return call(x, full_matrices=c.choice(*[False, True][: 1 + (spare < 2)]))


def _svdvals(c: Context) -> Call:
    return call(c.full_rank(dtype=c.real_or_complex()))


SAMPLES: dict[str, Sample] = {
    "svd": _svd,
    "svdvals": _svdvals,
}
