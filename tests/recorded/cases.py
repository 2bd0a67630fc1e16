"""Functions whose values and gradients were recorded from JAX: one text for both.

Each takes a namespace (``jax.numpy``, or NumPy with Tensors) and arrays by the names of
``INPUTS``. What is recorded is the value and, for each input, the gradient of the sum
of all elements of all results, weighted as ``weighted`` does.
"""

import numpy

WAVES = numpy.sin(1.7 * numpy.arange(60) + 0.3)  # no two alike, none at a kink

INPUTS = {
    "x": 1.3 * WAVES[:12].reshape(3, 4),
    "y": 0.9 * WAVES[20:32].reshape(3, 4),
    "p": 1.1 + WAVES[12:24].reshape(3, 4),  # positive
    "q": 1.2 + 0.9 * WAVES[30:42].reshape(3, 4),
    "u": 0.8 * WAVES[24:36].reshape(3, 4),  # within -1 and 1
    "v": 1.4 * WAVES[36:41],
    "w": 0.7 * WAVES[41:44],
    "m": WAVES[44:53].reshape(3, 3),
    "d": WAVES[44:53].reshape(3, 3) + numpy.diag([2.0, 3.5, 5.0]),
    "s": WAVES[8:20].reshape(2, 3, 2),
    "t": WAVES[20:32].reshape(2, 2, 3),
    "r": numpy.array([1.5, 0.0, -2.0, 0.0, 3.0]),  # two zeros
}
INDEX = numpy.array([[2, 0, 2, 1], [0, 0, 1, 2]])
MASK = INPUTS["x"] > 0.2


def weighted(np, out):
    """The sum of all results, each element times a weight of its own."""
    parts = out if isinstance(out, (list, tuple)) else [out]
    total = 0.0
    for part in parts:
        size = int(numpy.prod(np.shape(part)))
        weights = numpy.cos(1.0 + numpy.arange(size)).reshape(np.shape(part))
        total = total + np.sum(weights * part)
    return total


def of_columns(np, values, vectors):
    """Values, and the projector on the first column: no sign, no order among equals."""
    first = vectors[:, :1]
    return values, first @ first.T


def elementwise(*names):
    return {name: (lambda np, x, name=name: getattr(np, name)(x)) for name in names}


def by_inputs(inputs, cases):
    return {name: (case, inputs) for name, case in cases.items()}


CASES = {
    # Functions of each element
    **by_inputs(
        "x",
        elementwise(
            "negative", "positive", "absolute", "fabs", "square", "exp", "exp2", "expm1",
            "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "arcsinh", "cbrt",
            "deg2rad", "rad2deg", "degrees", "radians", "sinc", "reciprocal", "sign",
            "floor", "ceil", "trunc", "rint", "nan_to_num", "conjugate", "real",
        ),
    ),
    **by_inputs("p", elementwise("log", "log2", "log10", "log1p", "sqrt")),
    **by_inputs("u", elementwise("arcsin", "arccos", "arctanh")),
    "arccosh": (lambda np, p: np.arccosh(p + 1), "p"),
    "add": (lambda np, x, y: np.add(x, y), "xy"),
    "subtract": (lambda np, x, y: np.subtract(x, y), "xy"),
    "multiply": (lambda np, x, y: np.multiply(x, y), "xy"),
    "divide": (lambda np, x, q: np.divide(x, q), "xq"),
    "power": (lambda np, p, y: np.power(p, y), "py"),
    "float_power": (lambda np, p, y: np.float_power(p, y), "py"),
    "remainder": (lambda np, x, q: np.remainder(x, q), "xq"),
    "fmod": (lambda np, x, q: np.fmod(x, q), "xq"),
    "maximum": (lambda np, x, y: np.maximum(x, y), "xy"),
    "minimum": (lambda np, x, y: np.minimum(x, y), "xy"),
    "maximum of equals": (lambda np, x: np.maximum(x, x * 1.0), "x"),
    "fmax": (lambda np, x, y: np.fmax(x, y), "xy"),
    "fmin": (lambda np, x, y: np.fmin(x, y), "xy"),
    "hypot": (lambda np, x, y: np.hypot(x, y), "xy"),
    "arctan2": (lambda np, x, y: np.arctan2(x, y), "xy"),
    "logaddexp": (lambda np, x, y: np.logaddexp(x, y), "xy"),
    "logaddexp2": (lambda np, x, y: np.logaddexp2(x, y), "xy"),
    "copysign": (lambda np, x, y: np.copysign(x, y), "xy"),
    "heaviside": (lambda np, x, y: np.heaviside(x, y), "xy"),
    "ldexp": (lambda np, x: np.ldexp(x, numpy.array([1, -2, 0, 3])), "x"),
    "clip": (lambda np, x: np.clip(x, -0.5, 0.6), "x"),
    "where": (lambda np, x, y: np.where(MASK, x, y), "xy"),
    "angle": (lambda np, x: np.angle(x + 1j), "x"),
    "unwrap": (lambda np, v: np.unwrap(4 * v), "v"),
    # Reductions
    "sum": (lambda np, x: np.sum(x, axis=0), "x"),
    "sum of two axes": (lambda np, s: np.sum(s, axis=(0, -1), keepdims=True), "s"),
    "sum where": (lambda np, x: np.sum(x, axis=1, where=MASK, initial=2.0), "x"),
    "mean": (lambda np, x: np.mean(x, axis=-1, keepdims=True), "x"),
    "prod": (lambda np, x: np.prod(x, axis=1), "x"),
    "prod with two zeros": (lambda np, r: np.prod(r), "r"),
    "max": (lambda np, x: np.max(x, axis=0), "x"),
    "min": (lambda np, x: np.min(x, axis=1, keepdims=True), "x"),
    "max of equals": (lambda np, r: np.max(r * 0), "r"),
    "var": (lambda np, x: np.var(x, axis=0, ddof=1), "x"),
    "std": (lambda np, x: np.std(x, axis=1, ddof=1, keepdims=True), "x"),
    "ptp": (lambda np, x: np.ptp(x, axis=0), "x"),
    "average": (lambda np, x, q: np.average(x, axis=0, weights=q), "xq"),
    "median": (lambda np, x: np.median(x, axis=0), "x"),
    "median of even": (lambda np, x: np.median(x, axis=1, keepdims=True), "x"),
    "quantile": (lambda np, x: np.quantile(x, numpy.array([0.1, 0.7]), axis=0), "x"),
    "quantile, lower": (lambda np, x: np.quantile(x, 0.4, axis=1, method="lower"), "x"),
    "percentile": (lambda np, x: np.percentile(x, 35.0), "x"),
    "nansum": (lambda np, x: np.nansum(np.where(MASK, x, np.nan), axis=0), "x"),
    "nanmean": (lambda np, x: np.nanmean(np.where(MASK, x, np.nan)), "x"),
    "nanprod": (lambda np, x: np.nanprod(np.where(MASK, x, np.nan), axis=1), "x"),
    "nanmax": (lambda np, x: np.nanmax(np.where(MASK, x, np.nan)), "x"),
    "nanmin": (lambda np, x: np.nanmin(np.where(MASK, x, np.nan)), "x"),
    "nanvar": (lambda np, x: np.nanvar(np.where(MASK, x, np.nan), ddof=1), "x"),
    "nanstd": (lambda np, x: np.nanstd(np.where(MASK, x, np.nan)), "x"),
    "nanmedian": (lambda np, x: np.nanmedian(np.where(MASK, x, np.nan)), "x"),
    "nanquantile": (lambda np, x: np.nanquantile(np.where(MASK, x, np.nan), 0.3), "x"),
    "nancumsum": (lambda np, x: np.nancumsum(np.where(MASK, x, np.nan), axis=1), "x"),
    "nancumprod": (lambda np, x: np.nancumprod(np.where(MASK, x, np.nan)), "x"),
    # Scans and differences
    "cumsum": (lambda np, x: np.cumsum(x, axis=1), "x"),
    "cumsum flat": (lambda np, x: np.cumsum(x), "x"),
    "cumprod": (lambda np, x: np.cumprod(x, axis=0), "x"),
    "cumprod with two zeros": (lambda np, r: np.cumprod(r), "r"),
    "cumulative_sum": (
        lambda np, x: np.cumulative_sum(x, axis=0, include_initial=True),
        "x",
    ),
    "cumulative_prod": (lambda np, x: np.cumulative_prod(x, axis=1), "x"),
    "diff": (lambda np, x: np.diff(x, n=2, axis=1), "x"),
    "diff with ends": (lambda np, v: np.diff(v, prepend=v[1:3], append=0.5), "v"),
    "ediff1d": (lambda np, x, w: np.ediff1d(x, to_begin=w), "xw"),
    "gradient": (lambda np, x: np.gradient(x, 0.5, axis=1), "x"),
    "gradient of two axes": (lambda np, x: np.gradient(x), "x"),
    "trapezoid": (lambda np, x: np.trapezoid(x, dx=0.3, axis=0), "x"),
    "trapezoid of x": (lambda np, v: np.trapezoid(v**2, x=np.cumsum(v * v)), "v"),
    "interp": (
        lambda np, v, w: np.interp(v, numpy.array([-1.0, 0.1, 1.1]), w),
        "vw",
    ),
    # Sorting
    "sort": (lambda np, x: np.sort(x, axis=0), "x"),
    "sort flat": (lambda np, x: np.sort(x, axis=None), "x"),
    "partition": (lambda np, v: np.sum(np.partition(v, 2)[:2]), "v"),
    "unique": (lambda np, v: np.unique(v, size=5) if np is not numpy else np.unique(v), "v"),
    # Statistics
    "cov": (lambda np, x: np.cov(x), "x"),
    "cov of columns": (lambda np, x, y: np.cov(x, y, rowvar=False, ddof=0), "xy"),
    "corrcoef": (lambda np, x: np.corrcoef(x), "x"),
    # Shapes and order
    "reshape": (lambda np, x: np.reshape(x, (2, 6)), "x"),
    "reshape by columns": (lambda np, x: np.reshape(x, (2, 6), order="F"), "x"),
    "ravel": (lambda np, x: np.ravel(x), "x"),
    "transpose": (lambda np, s: np.transpose(s, (1, 2, 0)), "s"),
    "permute_dims": (lambda np, s: np.permute_dims(s, (2, 0, 1)), "s"),
    "matrix_transpose": (lambda np, s: np.matrix_transpose(s), "s"),
    "swapaxes": (lambda np, s: np.swapaxes(s, 0, 2), "s"),
    "moveaxis": (lambda np, s: np.moveaxis(s, 0, -1), "s"),
    "rollaxis": (lambda np, s: np.rollaxis(s, 2), "s"),
    "expand_dims": (lambda np, x: np.expand_dims(x, (0, 2)), "x"),
    "squeeze": (lambda np, x: np.squeeze(x[:1], axis=0), "x"),
    "broadcast_to": (lambda np, w: np.broadcast_to(w, (2, 3)), "w"),
    "broadcast_arrays": (lambda np, x, m: np.broadcast_arrays(x[:, :1], m), "xm"),
    "flip": (lambda np, x: np.flip(x, axis=1), "x"),
    "fliplr": (lambda np, x: np.fliplr(x), "x"),
    "flipud": (lambda np, x: np.flipud(x), "x"),
    "roll": (lambda np, x: np.roll(x, (1, -2), axis=(0, 1)), "x"),
    "rot90": (lambda np, x: np.rot90(x, 3), "x"),
    "tile": (lambda np, x: np.tile(x, (2, 1, 2)), "x"),
    "repeat": (lambda np, x: np.repeat(x, 3, axis=0), "x"),
    "repeat by counts": (
        lambda np, w: np.repeat(w, numpy.array([2, 0, 3]), total_repeat_length=5)
        if np is not numpy
        else np.repeat(w, [2, 0, 3]),
        "w",
    ),
    "resize": (lambda np, x: np.resize(x, (5, 3)), "x"),
    "atleast_3d": (lambda np, x: np.atleast_3d(x), "x"),
    "astype": (lambda np, x: np.astype(x, numpy.float32), "x"),
    # Joining and splitting
    "concatenate": (lambda np, x, m: np.concatenate([x, m], axis=1), "xm"),
    "stack": (lambda np, x, y: np.stack([x, y], axis=1), "xy"),
    "vstack": (lambda np, x, y: np.vstack([x, y]), "xy"),
    "hstack": (lambda np, v, w: np.hstack([v, w]), "vw"),
    "dstack": (lambda np, x, y: np.dstack([x, y]), "xy"),
    "column_stack": (lambda np, x, w: np.column_stack([x, w]), "xw"),
    "block": (lambda np, x, m: np.block([[x, m], [m, x]]), "xm"),
    "append": (lambda np, x, y: np.append(x, y, axis=0), "xy"),
    "insert": (lambda np, v: np.insert(v, 2, 7.0), "v"),
    "delete": (lambda np, v: np.delete(v, numpy.array([0, 3])), "v"),
    "split": (lambda np, x: np.split(x, 2, axis=1), "x"),
    "array_split": (lambda np, v: np.array_split(v, 2), "v"),
    "hsplit": (lambda np, x: np.hsplit(x, 2), "x"),
    "vsplit": (lambda np, x: np.vsplit(x, 3), "x"),
    "unstack": (lambda np, x: np.unstack(x, axis=1), "x"),
    "meshgrid": (lambda np, v, w: np.meshgrid(v, w, indexing="ij"), "vw"),
    "pad": (lambda np, x: np.pad(x, ((1, 0), (2, 3)), constant_values=1.5), "x"),
    "pad, edge": (lambda np, x: np.pad(x, 2, mode="edge"), "x"),
    "pad, reflect": (lambda np, x: np.pad(x, 2, mode="reflect"), "x"),
    "pad, symmetric": (lambda np, x: np.pad(x, 2, mode="symmetric"), "x"),
    "pad, wrap": (lambda np, x: np.pad(x, 2, mode="wrap"), "x"),
    "pad, mean": (lambda np, x: np.pad(x, 1, mode="mean"), "x"),
    # Selecting
    "basic index": (lambda np, s: s[1, ::-1, ..., None], "s"),
    "index arrays": (lambda np, x: x[INDEX], "x"),
    "two index arrays": (lambda np, x: x[INDEX, numpy.array([0, 1, 3, 0])], "x"),
    "mask": (lambda np, x: np.where(MASK, x, 0)[0], "x"),
    "take": (lambda np, x: np.take(x, INDEX, axis=0), "x"),
    "take, wrap": (lambda np, x: np.take(x, INDEX + 7, mode="wrap"), "x"),
    "take_along_axis": (lambda np, x: np.take_along_axis(x, INDEX, axis=0), "x"),
    "compress": (lambda np, x: np.compress(numpy.array([True, False, True]), x, axis=0), "x"),
    "select": (
        lambda np, x, y: np.select([x > 0.5, y > 0], [x * 2, x * y], 0.5),
        "xy",
    ),
    "choose": (
        lambda np, x, y: np.choose(INDEX[:1] % 2, [x, y]),
        "xy",
    ),
    "diag": (lambda np, x: np.diag(x, 1), "x"),
    "diag of a vector": (lambda np, v: np.diag(v, -1), "v"),
    "diagflat": (lambda np, w: np.diagflat(w), "w"),
    "diagonal": (lambda np, s: np.diagonal(s, axis1=2, axis2=0), "s"),
    "trace": (lambda np, x: np.trace(x, offset=1), "x"),
    "tril": (lambda np, x: np.tril(x, 1), "x"),
    "triu": (lambda np, x: np.triu(x, -1), "x"),
    # Products
    "matmul": (lambda np, x, y: np.matmul(x, y.T), "xy"),
    "matmul of batches": (lambda np, s, t: np.matmul(s, t), "st"),
    "dot": (lambda np, x, y: np.dot(x.T, y), "xy"),
    "dot of many axes": (lambda np, s, t: np.dot(t, s), "st"),
    "vdot": (lambda np, x, y: np.vdot(x, y), "xy"),
    "inner": (lambda np, x, y: np.inner(x, y), "xy"),
    "outer": (lambda np, x, v: np.outer(x, v), "xv"),
    "kron": (lambda np, m, w: np.kron(m, w), "mw"),
    "cross": (lambda np, m, w: np.cross(m, w), "mw"),
    "tensordot": (lambda np, s, t: np.tensordot(s, t, axes=([1, 0], [2, 1])), "st"),
    "vecdot": (lambda np, x, y: np.vecdot(x, y), "xy"),
    "matvec": (lambda np, m, w: np.matvec(m, w), "mw"),
    "vecmat": (lambda np, w, m: np.vecmat(w, m), "wm"),
    "einsum": (lambda np, s, t: np.einsum("bij,bjk->ki", s, t), "st"),
    "einsum of a diagonal": (lambda np, m: np.einsum("ii->i", m), "m"),
    "einsum of a trace": (lambda np, m, w: np.einsum("ii,j", m, w), "mw"),
    "einsum with an ellipsis": (lambda np, s, w: np.einsum("...i,j->j...", s, w), "sw"),
    "convolve": (lambda np, v, w: np.convolve(v, w), "vw"),
    "convolve, same": (lambda np, v, w: np.convolve(v, w, mode="same"), "vw"),
    "correlate": (lambda np, v, w: np.correlate(v, w, mode="valid"), "vw"),
    "correlate, full": (lambda np, v, w: np.correlate(v, w, mode="full"), "vw"),
    "norm": (lambda np, x: np.linalg.norm(x), "x"),
    "norm of rows": (lambda np, x: np.linalg.norm(x, axis=1), "x"),
    "norm, 1": (lambda np, v: np.linalg.norm(v, 1), "v"),
    "norm, inf": (lambda np, v: np.linalg.norm(v, np.inf), "v"),
    "norm, 3": (lambda np, v: np.linalg.norm(v, 3), "v"),
    "matrix_power": (lambda np, m: np.linalg.matrix_power(m, 3), "m"),
    # Linear algebra; vectors in products that do not depend on their signs
    "inv": (lambda np, d: np.linalg.inv(d), "d"),
    "solve": (lambda np, d, w: np.linalg.solve(d, w), "dw"),
    "solve, several": (lambda np, d, y: np.linalg.solve(d, y), "dy"),
    "det": (lambda np, d: np.linalg.det(d), "d"),
    "slogdet": (lambda np, d: np.linalg.slogdet(d)[1], "d"),
    "pinv": (lambda np, q: np.linalg.pinv(q), "q"),
    "pinv of a tall one": (lambda np, q: np.linalg.pinv(q.T), "q"),
    "lstsq": (lambda np, q, y: np.linalg.lstsq(q.T, y.T)[0], "qy"),
    "cholesky": (lambda np, q: np.linalg.cholesky(q @ q.T), "q"),
    "cholesky of itself": (lambda np, d: np.linalg.cholesky(d + d.T), "d"),
    "qr": (lambda np, q: tuple(np.linalg.qr(q.T)), "q"),
    "qr of a square": (lambda np, d: tuple(np.linalg.qr(d)), "d"),
    "eigh": (lambda np, d: of_columns(np, *np.linalg.eigh(d + d.T)), "d"),
    "eigvalsh": (lambda np, d: np.linalg.eigvalsh(d + d.T), "d"),
    "eigvals": (lambda np, d: np.real(np.linalg.eigvals(d @ d.T)), "d"),
    "svd": (lambda np, q: of_columns(np, *np.linalg.svd(q, full_matrices=False)[1::-1]), "q"),
    "singular values": (lambda np, q: np.linalg.svd(q, compute_uv=False), "q"),
    "cond": (lambda np, d: np.linalg.cond(d), "d"),
    "matrix_power, -2": (lambda np, d: np.linalg.matrix_power(d, -2), "d"),
    "norm, nuc": (lambda np, q: np.linalg.norm(q, "nuc"), "q"),
    "norm of matrices, 2": (lambda np, q: np.linalg.norm(q, 2), "q"),
    "norm of matrices, -2": (lambda np, q: np.linalg.norm(q, -2), "q"),
    "tensorsolve": (lambda np, d, w: np.linalg.tensorsolve(d[:, None], w), "dw"),
    "tensorinv": (lambda np, d: np.linalg.tensorinv(d[:, None], ind=1), "d"),
    # Polynomials
    "poly": (lambda np, v: np.poly(v), "v"),
    "polydiv": (lambda np, v, w: np.polydiv(v, w)[0], "vw"),
    "polyfit": (lambda np, x: np.polyfit(numpy.arange(4.0), x.T, 2), "x"),
    "polyval": (lambda np, w, x: np.polyval(w, x), "wx"),
    "polyadd": (lambda np, v, w: np.polyadd(v, w), "vw"),
    "polysub": (lambda np, v, w: np.polysub(v, w), "vw"),
    "polymul": (lambda np, v, w: np.polymul(v, w), "vw"),
    "polyder": (lambda np, v: np.polyder(v, 2), "v"),
    "polyint": (lambda np, v: np.polyint(v), "v"),
    "vander": (lambda np, w: np.vander(w, 4), "w"),
}  # fmt: skip
