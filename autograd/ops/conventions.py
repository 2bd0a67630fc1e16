"""What was decided at kinks, ties, borders and of nothing: the one place that says it.

Each row has an example. The tests run it, in both modes where it is a gradient; and look
for kinks that have no row.
"""

from typing import Any, NamedTuple

import numpy as np


class Convention(NamedTuple):
    """A choice at an edge: of what functions, where, what; and an example of it."""

    functions: str
    where: str
    choice: str
    example: str
    result: Any


# fmt: off
ROWS = [
    Convention(*row)
    for row in [
        # Kinks
        ("absolute, fabs", "x = 0", "0", "ag.grad(np.abs)(0.0)", 0.0),
        ("relu", "x = 0", "0", "ag.grad(ag.relu)(0.0)", 0.0),
        ("relu6, hardtanh, hardsigmoid", "x at a limit", "0", "ag.grad(ag.hardtanh)(1.0)", 0.0),
        ("hardswish", "x = ±3", "that of the outer line", "(ag.grad(ag.hardswish)(-3.0), ag.grad(ag.hardswish)(3.0))", (0.0, 1.0)),
        ("leaky_relu, elu, celu, selu", "x = 0", "as below 0", "ag.grad(ag.leaky_relu)(0.0)", 0.01),
        ("prelu", "x = 0", "as below 0", "ag.grad(ag.prelu, (0, 1))(0.0, 0.25)", (0.25, 0.0)),
        ("softshrink, hardshrink", "|x| = lambd", "0, unless that is 0", "ag.grad(ag.softshrink)(0.5)", 0.0),
        ("threshold", "x at the threshold", "0", "ag.grad(ag.threshold)(0.0)", 0.0),
        ("softplus to", "beyond the threshold", "1, where the limit is less by its rounding", "ag.grad(lambda x: ag.registry['softplus to'](x))(21.0)", 1.0),
        ("binary_cross_entropy", "x = 0 or 1", "(x - y) / 1e-12", "ag.grad(ag.binary_cross_entropy)(0.0, 1.0)", -1e12),
        ("maximum, minimum", "x = y", "half to each", "ag.grad(np.maximum, (0, 1))(2.0, 2.0)", (0.5, 0.5)),
        ("fmax, fmin", "x = y", "half to each", "ag.grad(np.fmax, (0, 1))(2.0, 2.0)", (0.5, 0.5)),
        ("fmax, fmin", "x is NaN", "all to y", "ag.grad(np.fmax, (0, 1))(np.nan, 2.0)", (0.0, 1.0)),
        ("max, min, nanmax, nanmin, ptp", "equal extremes", "equal shares", "ag.grad(np.max)(np.array([2.0, 2.0]))", [0.5, 0.5]),
        ("nanmax, nanmin, max of chosen, min of chosen", "equal to initial=", "a share to that, too", "ag.grad(lambda x: np.max(x, initial=2.0))(np.array([2.0, 1.0]))", [0.5, 0.0]),
        ("cummax, cummin", "equal extremes so far", "equal shares", "ag.grad(lambda x: np.maximum.accumulate(x)[1])(np.array([2.0, 2.0, 2.0]))", [0.5, 0.5, 0.0]),
        ("max items, min items", "x.at[i].max(v), equal", "equal shares", "ag.grad(lambda x, v: np.sum(ag.asarray(x).at[[0]].max(v)), (0, 1))(np.ones(1), np.ones(1))", ([0.5], [0.5])),
        ("pad", "the mode is an extreme, or the median", "as of max, min, median", "ag.grad(lambda x: np.pad(x, 1, 'maximum')[0])(np.ones(2))", [0.5, 0.5]),
        ("clip", "x at a bound", "all to x", "ag.grad(np.clip, (0, 1))(1.0, 1.0, 2.0)", (1.0, 0.0)),
        ("clip", "the bounds meet", "all to the upper one", "ag.grad(ag.clip, (0, 1, 2))(1.0, 1.0, 1.0)", (0.0, 0.0, 1.0)),
        ("norm, vector_norm, matrix_norm, length, cdist", "x = 0", "0", "ag.grad(np.linalg.norm)(np.zeros(2))", [0.0, 0.0]),
        ("norm, vector_norm, matrix_norm", "x = 0, second derivatives", "NaN: infinite, whatever follows", "ag.hessian(np.linalg.norm)(np.zeros(2))", [[np.nan, np.nan], [np.nan, np.nan]]),
        ("norm, vector_norm", "an element is 0, second derivatives of 1 < ord < 2", "NaN: infinite", "ag.hessian(lambda x: np.linalg.norm(x, 1.5))(np.array([0.0, 1.0]))", [[np.nan, 0.0], [0.0, 0.0]]),
        ("norm, vector_norm, matrix_norm", "equal extremes of ord=inf", "equal shares", "ag.grad(lambda x: np.linalg.norm(x, np.inf))(np.array([1.0, -1.0]))", [0.5, -0.5]),
        ("hypot", "x = y = 0", "0", "ag.grad(np.hypot, (0, 1))(0.0, 0.0)", (0.0, 0.0)),
        ("arctan2", "x = y = 0", "0", "ag.grad(np.arctan2, (0, 1))(0.0, 0.0)", (0.0, 0.0)),
        ("hypot, arctan2", "x = y = 0, second derivatives", "NaN: infinite", "ag.hessian(lambda x: np.hypot(x[0], x[1]))(np.zeros(2))", [[np.nan, np.nan], [np.nan, np.nan]]),
        ("absolute", "complex z = 0, second derivatives", "NaN: infinite", "ag.hessian(lambda x: np.abs(x[0] + 1j * x[1]))(np.zeros(2))", [[np.nan, np.nan], [np.nan, np.nan]]),
        ("std, nanstd", "all elements are equal", "0", "ag.grad(np.std)(np.ones(2))", [0.0, 0.0]),
        ("std, nanstd", "all elements are equal, second derivatives", "NaN: infinite", "ag.hessian(np.std)(np.ones(2))", [[np.nan, np.nan], [np.nan, np.nan]]),
        ("copysign", "x = 0", "0", "ag.grad(np.copysign)(0.0, 2.0)", 0.0),
        ("copysign", "y = 0", "0", "ag.grad(np.copysign, 1)(2.0, 0.0)", 0.0),
        ("remainder", "x at a multiple of y", "as to the right", "ag.grad(np.remainder, (0, 1))(4.0, 2.0)", (1.0, -2.0)),
        ("fmod", "x at a multiple of y", "as away from 0", "ag.grad(np.fmod, (0, 1))(-4.0, 2.0)", (1.0, 2.0)),
        ("fraction", "x is whole", "as beside it", "ag.grad(lambda x: np.modf(x)[0])(2.0)", 1.0),
        ("heaviside", "x = 0", "0 to x, 1 to y", "ag.grad(np.heaviside, (0, 1))(0.0, 0.5)", (0.0, 1.0)),
        ("sign, floor, ceil, trunc, rint, round", "anywhere", "constants: never tracked", "np.floor(ag.tensor(1.5, requires_grad=True)).requires_grad", False),
        # Ties and order
        ("sort, partition, topk", "equal elements", "each keeps its own, in order", "ag.vjp(np.sort, np.ones(3))[1](np.arange(3.0))[0]", [0.0, 1.0, 2.0]),
        ("median, quantile, percentile, nanmedian, nanquantile, nanpercentile", "equal elements", "as sort", "ag.grad(np.median)(np.ones(3))", [0.0, 1.0, 0.0]),
        ("max_pool", "equal extremes in a window", "all to the first", "ag.grad(lambda x: np.sum(ag.max_pool(x, 2)))(np.ones((1, 1, 2)))", [[[1.0, 0.0]]]),
        ("unique", "equal elements", "all to the first", "ag.grad(lambda x: np.sum(np.unique(x)))(np.ones(3))", [1.0, 0.0, 0.0]),
        ("getitem, take", "an element is read twice", "the sum", "ag.grad(lambda x: np.sum(x[[0, 0]]))(np.ones(2))", [2.0, 0.0]),
        # Borders
        ("sqrt", "x = 0", "the limit is ∞", "ag.grad(ag.sqrt)(0.0)", np.inf),
        ("log", "x = 0", "the limit is ∞", "ag.grad(ag.log)(0.0)", np.inf),
        ("cbrt", "x = 0", "the limit is ∞", "ag.grad(ag.cbrt)(0.0)", np.inf),
        ("arcsin, arccos", "x = ±1", "the limit is ±∞", "ag.grad(ag.arcsin)(1.0)", np.inf),
        ("divide, reciprocal", "y = 0", "±∞, as the formula gives", "ag.grad(ag.reciprocal)(0.0)", -np.inf),
        ("power, float_power", "0 ** 0", "value 1, slopes 0", "ag.grad(ag.power, (0, 1))(0.0, 0.0)", (0.0, 0.0)),
        ("power, float_power", "0 ** y", "∂/∂y = 0", "ag.grad(ag.power, (0, 1))(0.0, 2.0)", (0.0, 0.0)),
        ("sinc", "x = 0", "0", "ag.grad(np.sinc)(0.0)", 0.0),
        ("logaddexp", "x = y = -∞", "NaN, as ∞ - ∞ is", "ag.grad(np.logaddexp)(-np.inf, -np.inf)", np.nan),
        ("where, select, piecewise", "lanes that were not chosen", "0, whatever their slope is", "ag.grad(lambda x: np.where(x > 0, np.log(x), 0))(0.0)", 0.0),
        ("getitem, take, compress, delete, extract", "elements that are left out", "0, whatever their slope is", "ag.grad(lambda x: np.sum(np.sqrt(x)[x > 0]))(np.array([0.0, 4.0]))", [0.0, 0.25]),
        ("maximum, minimum, clip", "lanes that are not taken", "0, whatever their slope is", "ag.grad(lambda x: np.clip(np.exp(x), None, 1.0))(800.0)", 0.0),
        ("multiply, divide", "0 · ∞ in a derivative", "0, where the 0 is the cotangent", "ag.grad(lambda x: np.sum(np.sqrt(x) * np.array([0.0, 1.0])))(np.array([0.0, 4.0]))", [0.0, 0.25]),
        ("sqrt, log, cbrt, power", "the slope is infinite, the cotangent 0", "0", "ag.grad(lambda x: 0 * np.log(x))(0.0)", 0.0),
        ("sqrt", "x = 0, in (√x)²", "0, where the limit is 1: the cotangent of √x is 0 there", "ag.grad(lambda x: np.sqrt(x) ** 2)(0.0)", 0.0),
        ("matmul, einsum", "0 · ∞ in a sum of products, forward mode", "NaN", "ag.jvp(lambda x: np.array([0.0, 1.0]) @ np.sqrt(x), (np.array([0.0, 4.0]),), (np.ones(2),))[1]", np.nan),
        ("prod, cumprod", "several zeros", "exact", "ag.grad(np.prod)(np.array([0.0, 2.0, 0.0]))", [0.0, 0.0, 0.0]),
        ("nansum, nanmean, nanmax", "x is NaN", "0", "ag.grad(np.nansum)(np.array([1.0, np.nan]))", [1.0, 0.0]),
        ("nan_to_num", "x is not finite", "0", "ag.grad(np.nan_to_num)(np.inf)", 0.0),
        ("astype", "from integers, or to them", "constants: never tracked", "ag.tensor(1.5, requires_grad=True).astype(int).requires_grad", False),
        ("absolute", "complex z", "∂L/∂z conjugated: z / |z|", "ag.grad(np.abs)(2.0j)", 1.0j),
        # Networks
        ("attention", "a query may attend to nothing", "0, with gradients of 0", "ag.grad(lambda q: np.sum(ag.attention(q, np.ones((2, 1)), np.ones((2, 1)), np.zeros(2, bool), True, scale=1.0)[0]))(np.ones((1, 1)))", [[0.0]]),
        ("rnn", "of relu, at 0", "0", "ag.grad(lambda x: np.sum(ag.rnn(x, np.zeros((1, 1)), np.ones((1, 1)), np.ones((1, 1)), np.zeros(1), 'relu')))(np.zeros((1, 1, 1)))", [[[0.0]]]),
        # Linear algebra
        ("eigh, eigvalsh, cholesky", "a is Hermitian", "so is its gradient", "ag.grad(lambda a: np.linalg.eigvalsh(a)[1])(np.array([[2.0, 1.0], [1.0, 2.0]])).round(9)", [[0.5, 0.5], [0.5, 0.5]]),
        ("eigh, eigvalsh, cholesky", "a is not Hermitian", "its Hermitian part is meant; one triangle of zeros is an error, unless the other is below 1e-4 of the largest element", "np.linalg.eigvalsh(ag.tensor([[0.0, 1.0], [3.0, 0.0]])).data", [-2.0, 2.0]),
        ("eigh, eig, svd", "equal values, treated alike", "exact", "ag.grad(lambda a: np.sum(np.linalg.eigvalsh(a) ** 2))(np.eye(2))", [[2.0, 0.0], [0.0, 2.0]]),
        ("eigh, eig, svd", "equal values, told apart", "that of a matrix close by", "np.trace(ag.grad(lambda a: np.linalg.eigvalsh(a)[1])(np.eye(2)))", 1.0),
        ("eigh, eig, svd", "equal values, vectors used", "NaN", "ag.grad(lambda a: np.linalg.eigh(a)[1][0, 0])(np.eye(2))[0, 0]", np.nan),
        ("eig", "fewer vectors than values", "NaN", "ag.grad(lambda a: np.real(np.linalg.eig(a)[1][0, 0]))(np.array([[1.0, 1.0], [0.0, 1.0]]))[0, 0]", np.nan),
        ("eig", "the length and the phase of a vector", "1, and its largest element real", "ag.grad(lambda a: np.linalg.norm(np.linalg.eig(a)[1]))(np.diag([1.0, 2.0]))", [[0.0, 0.0], [0.0, 0.0]]),
        ("svd, qr", "vectors that belong to no value", "turn as little as possible", "np.abs(ag.grad(lambda a: np.linalg.svd(a)[0][0, 1])(np.array([[1.0], [0.0]])))", [[0.0], [1.0]]),
        ("qr", "the first columns depend on each other", "NaN", "ag.grad(lambda a: np.linalg.qr(a)[1][1, 1])(np.ones((2, 2)))", [[np.nan, np.nan], [np.nan, np.nan]]),
        ("svdvals", "a value is 0", "as u vᴴ has it", "ag.grad(lambda a: np.linalg.svdvals(a)[0])(np.zeros((1, 1)))", [[1.0]]),
        ("pinv, lstsq", "the rank is not full", "as among matrices of that rank", "ag.grad(lambda a: np.linalg.pinv(a)[0, 0])(np.diag([2.0, 0.0]))", [[-0.25, 0.0], [0.0, 0.0]]),
        ("pinv, lstsq", "values are cut off that are more than rounding", "exact", "ag.grad(lambda a: np.linalg.pinv(a, 0.5)[0, 1])(np.diag([2.0, 1.0])).round(9)", [[0.0, 0.166666667], [0.333333333, 0.0]]),
        ("roots", "several zeros at one place", "NaN", "ag.grad(lambda p: np.sum(np.roots(p)))(np.array([1.0, -2.0, 1.0]))", [np.nan, np.nan, np.nan]),
        ("polymul", "zeros in front", "dropped, as NumPy does: constants", "ag.grad(lambda p: np.sum(np.polymul(p, np.ones(1))))(np.array([0.0, 2.0]))", [0.0, 1.0]),
        ("polydiv", "zeros in front of the remainder", "dropped, as NumPy does: constants", "ag.grad(lambda p: np.sum(np.polydiv(p, np.ones(1))[1]))(np.array([1.0, 2.0]))", [0.0, 0.0]),
        ("cond", "a matrix has no inverse", "∞, or 0 of p = -2", "np.linalg.cond(ag.tensor(np.zeros((2, 2))), 1).data", np.inf),
        ("det", "singular", "exact: the cofactors", "ag.grad(np.linalg.det)(np.diag([2.0, 3.0, 0.0]))", [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 6.0]]),
        ("slogdet", "singular", "NaN", "ag.grad(lambda a: np.linalg.slogdet(a)[1])(np.zeros((1, 1)))", [[np.nan]]),
        # Nothing to reduce
        ("sum, prod", "of no elements", "0 and 1, of gradient shape (0,)", "ag.grad(np.sum)(np.ones(0)).shape", (0,)),
        ("mean, var, std, median", "of no elements", "NaN, with NumPy's warning", "np.mean(ag.tensor(np.ones(0))).data", np.nan),
        # Tables and series
        ("interp", "x at a sample point", "the slope to the right", "ag.grad(np.interp)(1.0, np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0]))", 4.0),
        ("interp", "x at the last sample point", "0", "ag.grad(np.interp)(2.0, np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0]))", 0.0),
        ("unwrap", "the periods that are added", "constants", "ag.grad(lambda x: np.unwrap(x)[1])(np.array([0.0, 6.0]))", [0.0, 1.0]),
        ("corrcoef", "at ±1", "as without the limit", "np.abs(ag.grad(lambda x: np.corrcoef(x, np.array([1.0, 2.0, 4.0]))[0, 1])(np.array([1.0, 2.0, 4.0]))).round(9)", [0.0, 0.0, 0.0]),
        # SciPy's
        ("special.xlogy", "x = y = 0", "∂/∂y = 0", "ag.grad(special.xlogy, 1)(0.0, 0.0)", 0.0),
        ("special.xlogy, special.rel_entr, special.kl_div", "x = y = 0, second derivatives of y", "NaN: they depend on the way", "ag.hessian(lambda x: special.xlogy(x[0], x[1]))(np.zeros(2))[1]", [np.nan, np.nan]),
        ("special.rel_entr", "x = y = 0", "∂/∂y = 0", "ag.grad(special.rel_entr, 1)(0.0, 0.0)", 0.0),
        ("special.kl_div", "x = y = 0", "∂/∂y = 1", "ag.grad(special.kl_div, 1)(0.0, 0.0)", 1.0),
        ("special.i0e, special.ive", "x = 0", "0 of the factor e^-|x|", "ag.grad(special.i0e)(0.0)", 0.0),
        ("special.i1e", "x = 0", "½, that of I₁", "ag.grad(special.i1e)(0.0)", 0.5),
    ]
]
# fmt: on
