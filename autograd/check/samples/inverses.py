"""Matrices that have inverses, or pseudoinverses, and right-hand sides."""

import numpy as np

from ..context import Call, Context, Sample, call


def _solve(c: Context) -> Call:
    """One or several columns, in stacks that broadcast against the matrices."""
    a = c.matrix("well-conditioned")
    *batch, n, _ = a.shape
    front = c.choice((), tuple(batch), (1,), (2, *[1] * len(batch)))
    return call(a, c.array((*front, n, c.choice(2, 1, 0)), a.dtype))


def _tensorinv(c: Context) -> Call:
    ind = c.choice(2, 1)
    return call(_six_by_six(c, (2, 3, 6) if ind == 2 else (6, 3, 2)), ind=ind)


def _tensorsolve(c: Context) -> Call:
    a = _six_by_six(c, (2, 3, 6))
    axes = c.choice(None, (0, -2))
    return call(a, c.array((2, 3) if axes is None else (6,), a.dtype), axes=axes)


def _six_by_six(c: Context, shape: tuple[int, ...]) -> np.ndarray:
    return np.reshape(c.matrix("well-conditioned", (6, 6)), shape)


def _pinv(c: Context) -> Call:
    """Of full rank, or symmetric; also with a cut amid the singular values."""
    hermitian = c.choice(False, False, True)
    x = c.matrix("symmetric") if hermitian else c.full_rank()
    cut = c.choice(None, 1e-3, 0.5)
    values = np.linalg.svdvals(x)
    near = abs(values - 0.5 * values.max(axis=-1, keepdims=True, initial=0)) < 0.1
    cuts = {"rcond": None, "rtol": np._NoValue}
    if cut is not None and not near.any():
        cuts[c.choice("rcond", "rtol")] = cut
    return call(x, hermitian=hermitian, **cuts)


def _lstsq(c: Context) -> Call:
    a = c.full_rank(batches=((),))
    b = c.array((a.shape[-2], *c.choice((), (2,))))
    return call(a, b, rcond=c.choice(None, 1e-3))


SAMPLES: dict[str, Sample] = {
    "inv": lambda c: call(c.matrix("well-conditioned")),
    "lstsq": _lstsq,
    "pinv": _pinv,
    "solve": _solve,
    "tensorinv": _tensorinv,
    "tensorsolve": _tensorsolve,
}
