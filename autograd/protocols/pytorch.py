"""PyTorch's names that NumPy has under another: what an error tells to write here.

``x`` is the Tensor, ``y`` another operand; every row is Python that runs, but for those
of ``WORDS``. The guide is docs/torch.md, which also has the names that both libraries
have, and mean something else by. ``ARRAYS`` are methods of NumPy's arrays that Tensors
have not.
"""

from __future__ import annotations

import sys
from dis import opmap
from typing import Any, TypeVar

from ..core import signature
from ..ops.keywords import takes_axis, with_keywords

Kind = TypeVar("Kind", bound=type)
IMPORT_FROM = opmap["IMPORT_FROM"]  # what Python runs for ``from module import name``

# Methods and functions alike: x.view(2, 3), ag.cat([x, y]).
ROWS = {
    # Shapes
    "H": "x.mT.conj()",
    "adjoint": "x.mT.conj()",
    "block_diag": "np.block([[x, np.zeros((2, 3))], [np.zeros((2, 3)), y]])",
    "broadcast_tensors": "np.broadcast_arrays(x, y)",
    "cartesian_prod": "np.stack(np.meshgrid(x, y, indexing='ij'), -1).reshape(-1, 2)",
    "cat": "ag.concatenate([x, y], axis=0)",
    "chunk": "np.array_split(x, 2, axis=0)",
    "dim": "x.ndim",
    "expand": "np.broadcast_to(x, (4, *x.shape))",
    "expand_as": "np.broadcast_to(x, y.shape)",
    "flatten": "x.reshape(len(x), -1)",
    "flip": "np.flip(x, axis=0)",
    "mH": "x.mT.conj()",
    "movedim": "np.moveaxis(x, 0, 1)",
    "narrow": "x[0:2]",
    "ndimension": "x.ndim",
    "nelement": "x.size",
    "numel": "x.size",
    "permute": "x.transpose(1, 0)",
    "repeat_interleave": "np.repeat(x, 2, axis=0)",
    "reshape_as": "x.reshape(y.shape)",
    "roll": "np.roll(x, 1, axis=0)",
    "rot90": "np.rot90(x)",
    "row_stack": "np.vstack([x, y])",
    "select": "x[:, 0]",
    "split": "np.split(x, [1], axis=0)",
    "split_with_sizes": "np.split(x, [1], axis=0)",
    "swapdims": "x.swapaxes(0, 1)",
    "t": "x.T",
    "tensor_split": "np.array_split(x, 2, axis=0)",
    "tile": "np.tile(x, (2, 1))",
    "unbind": "ag.unstack(x, axis=0)",
    "unflatten": "x.reshape(2, 1, -1)",
    "unsqueeze": "np.expand_dims(x, 0)",
    "view": "x.reshape(3, 2)",
    "view_as": "x.reshape(y.shape)",
    # Arithmetic
    "absolute": "abs(x)",
    "acos": "np.arccos(x)",
    "acosh": "np.arccosh(x)",
    "add": "x + y",
    "addmm": "x + y @ y.T @ x",
    "addcdiv": "x + 0.5 * y / y",
    "addcmul": "x + 0.5 * y * y",
    "asin": "np.arcsin(x)",
    "asinh": "np.arcsinh(x)",
    "atan": "np.arctan(x)",
    "atan2": "np.arctan2(x, y)",
    "atanh": "np.arctanh(x)",
    "ceil": "np.ceil(x)",
    "clamp": "x.clip(0.0, 1.0)",
    "clamp_max": "x.clip(None, 1.0)",
    "clamp_min": "x.clip(0.0)",
    "digamma": "scipy.special.digamma(x)",
    "div": "x / y",
    "divide": "x / y",
    "erfc": "ag.erfc(x)",
    "erfinv": "scipy.special.erfinv(x)",
    "expm1": "np.expm1(x)",
    "floor": "np.floor(x)",
    "fmod": "np.fmod(x, y)",
    "frac": "x - np.trunc(x)",
    "lerp": "x + 0.5 * (y - x)",
    "lgamma": "scipy.special.gammaln(x)",
    "log10": "np.log10(x)",
    "log1p": "np.log1p(x)",
    "log2": "np.log2(x)",
    "logit": "np.log(x / (1 - x))",
    "mul": "x * y",
    "multiply": "x * y",
    "neg": "-x",
    "negative": "-x",
    "pow": "x**2",
    "reciprocal": "1 / x",
    "remainder": "x % y",
    "rsqrt": "1 / np.sqrt(x)",
    "rsub": "y - x",
    "sgn": "np.sign(x)",
    "sign": "np.sign(x)",
    "sub": "x - y",
    "subtract": "x - y",
    "true_divide": "x / y",
    "trunc": "np.trunc(x)",
    "xlogy": "scipy.special.xlogy(x, y)",
    # Comparisons
    "allclose": "np.allclose(x, y)",
    "bitwise_not": "~mask",
    "eq": "x == y",
    "equal": "np.array_equal(x, y)",
    "ge": "x >= y",
    "gt": "x > y",
    "isclose": "np.isclose(x, y)",
    "isfinite": "np.isfinite(x)",
    "isin": "np.isin(x, y)",
    "isinf": "np.isinf(x)",
    "isnan": "np.isnan(x)",
    "le": "x <= y",
    "logical_and": "np.logical_and(x, y)",
    "logical_not": "np.logical_not(x)",
    "logical_or": "np.logical_or(x, y)",
    "lt": "x < y",
    "ne": "x != y",
    # Reductions and order
    "amax": "x.max(axis=0)",
    "amin": "x.min(axis=0)",
    "aminmax": "(x.min(axis=0), x.max(axis=0))",
    "bincount": "np.bincount(i[0])",
    "bucketize": "np.searchsorted(np.array([0.0, 1.0]), x)",
    "count_nonzero": "np.count_nonzero(x)",
    "cummax": "ag.cummax(x, axis=0)",
    "cummin": "ag.cummin(x, axis=0)",
    "diff": "np.diff(x, axis=-1)",
    "dist": "ag.linalg.norm(x - y)",
    "histc": "np.histogram(x.data, bins=4)[0]",
    "kthvalue": "np.sort(x, axis=-1)[..., 1]",
    "logcumsumexp": "ag.logcumsumexp(x, axis=0)",
    "median": "np.median(x, axis=0)",
    "nanmean": "np.nanmean(x)",
    "nansum": "np.nansum(x)",
    "norm": "np.linalg.norm(x)",
    "quantile": "np.quantile(x, 0.5)",
    "sort": "np.sort(x, axis=-1)",
    "std_mean": "(x.std(ddof=1), x.mean())",
    "topk": "ag.topk(x, 2)",
    "unique": "np.unique(x)",
    "var_mean": "(x.var(ddof=1), x.mean())",
    # Indices and masks
    "argwhere": "np.argwhere(x)",
    "diag": "np.diag(x)",
    "fill_diagonal_": "ag.where(np.eye(*x.shape, dtype=bool), 1.0, x)",
    "gather": "np.take_along_axis(x, i, axis=1)",
    "index_add": "x.at[i[0]].add(1.0)",
    "index_copy": "x.at[i[0]].set(1.0)",
    "index_fill": "x.at[i[0]].set(1.0)",
    "index_put": "x.at[i[0]].set(1.0)",
    "index_select": "x[:, i[0]]",
    "masked_fill": "np.where(mask, 0.0, x)",
    "masked_select": "x[mask]",
    "scatter": "ag.put_along_axis(x, i, 1.0, axis=1)",
    "scatter_add": "x.at[np.arange(2)[:, None], i].add(1.0)",
    "take_along_dim": "np.take_along_axis(x, i, axis=1)",
    "tril": "np.tril(x)",
    "tril_indices": "np.tril_indices(3)",
    "triu": "np.triu(x)",
    "triu_indices": "np.triu_indices(3)",
    "where": "np.where(mask, x, y)",
    # Products and linear algebra
    "baddbmm": "x + y @ y.mT @ x",
    "bmm": "x @ y.mT",
    "chain_matmul": "np.linalg.multi_dot([x, y.T])",
    "cholesky": "np.linalg.cholesky(x @ x.T)",
    "det": "np.linalg.det(x @ x.T)",
    "ger": "np.outer(x[0], y[0])",
    "inner": "np.inner(x, y)",
    "inverse": "np.linalg.inv(x @ x.T)",
    "kron": "np.kron(x, y)",
    "lstsq": "np.linalg.lstsq(x, y)",
    "matmul": "x @ y.T",
    "matrix_power": "np.linalg.matrix_power(x @ x.T, 2)",
    "matrix_rank": "np.linalg.matrix_rank(x)",
    "mm": "x @ y.T",
    "mv": "x @ y[0]",
    "outer": "np.outer(x, y)",
    "pinverse": "np.linalg.pinv(x)",
    "qr": "np.linalg.qr(x)",
    "slogdet": "np.linalg.slogdet(x @ x.T)",
    "solve": "np.linalg.solve(x @ x.T, x)",
    "svd": "np.linalg.svd(x)",
    "trapz": "np.trapezoid(x)",
    "vdot": "np.vdot(x, y)",
    # Types, copies, other libraries
    "as_tensor": "ag.asarray(a)",
    "bfloat16": "x.astype(np.float16)",
    "bool": "x.astype(bool)",
    "byte": "x.astype(np.uint8)",
    "cdouble": "x.astype(np.complex128)",
    "cfloat": "x.astype(np.complex64)",
    "char": "x.astype(np.int8)",
    "clone": "x.copy()",
    "complex": "x + 1j * y",
    "double": "x.astype(np.float64)",
    "element_size": "x.dtype.itemsize",
    "float": "x.astype(np.float32)",
    "from_numpy": "ag.asarray(a)",
    "half": "x.astype(np.float16)",
    "int": "x.astype(np.int32)",
    "is_complex": "x.dtype.kind == 'c'",
    "is_floating_point": "x.dtype.kind == 'f'",
    "is_tensor": "isinstance(x, ag.Tensor)",
    "itemsize": "x.dtype.itemsize",
    "long": "x.astype(np.int64)",
    "nbytes": "x.data.nbytes",
    "new_full": "ag.full((2, 3), 1.0, x.dtype)",
    "new_ones": "ag.ones((2, 3), x.dtype)",
    "new_tensor": "ag.tensor(a, x.dtype)",
    "new_zeros": "ag.zeros((2, 3), x.dtype)",
    "FloatTensor": "ag.tensor([1.0], dtype=np.float32)",
    "Generator": "np.random.default_rng(0)",
    "LongTensor": "ag.tensor([1], dtype=np.int64)",
    "Size": "tuple",
    "bernoulli": "ag.asarray(np.random.default_rng().random(x.shape) < 0.5)",
    "multinomial": "np.random.default_rng().choice(2, size=5, p=[0.3, 0.7])",
    "rand": "ag.asarray(np.random.default_rng().random((2, 3)))",
    "rand_like": "ag.asarray(np.random.default_rng().random(x.shape))",
    "randint": "ag.asarray(np.random.default_rng().integers(10, size=(2, 3)))",
    "randn": "ag.asarray(np.random.default_rng().normal(size=(2, 3)))",
    "randn_like": "ag.asarray(np.random.default_rng().normal(size=x.shape))",
    "randperm": "ag.asarray(np.random.default_rng().permutation(10))",
    "short": "x.astype(np.int16)",
    "type_as": "x.astype(y.dtype)",
    "inference_mode": "ag.no_grad()",
    "manual_seed": "nn.seed(0)",
    "set_grad_enabled": "ag.enable_grad() if train else ag.no_grad()",
    # The graph
    "detach_": "x.detach()",
    "grad_fn": "(x.op, x.inputs)",
    "is_leaf": "x.op is None",
    "retains_grad": "x.retain_grad()",
}

ROWS |= {
    "index": ROWS["index_select"],
    "linalg_norm": ROWS["norm"],
    "masked_scatter": ROWS["masked_fill"],
    "scatter_reduce": ROWS["scatter_add"],
    "type": ROWS["float"],
}

DTYPE = "numbers stay of the dtype they have; write x.astype(np.float32) for another"
CPU = "there is one device, the CPU, and nothing to move; leave it out"
THREADS = "NumPy's are set before Python starts: OPENBLAS_NUM_THREADS=1 python …"
WORDS = {
    "amp": DTYPE,
    "autocast": DTYPE,
    "autograd": "it is this package: ag.grad(f)(x), or loss.backward() and x.grad",
    "backends": CPU,
    "contiguous": "NumPy copies where it must; leave it out",
    "cpu": CPU,
    "cuda": CPU,
    "device": CPU,
    "device_count": CPU,
    "distributed": "write nn.parallel",
    "distributions": "write the logarithm of the density out; samples are NumPy's",
    "func": "transforms are here: ag.grad, ag.vjp; model.substituted(…) takes weights",
    "get_device": CPU,
    "get_default_dtype": "it is float64 where nothing else is said, and float32 in nn",
    "get_num_threads": THREADS,
    "is_contiguous": "ask the array: x.data.flags.c_contiguous",
    "is_cuda": CPU,
    "is_grad_enabled": "ask a result: (x * 1).requires_grad",
    "jit": "write ag.compile(f)",
    "load": "write nn.load(path, model), which reads PyTorch's files, too",
    "manual_seed_all": "write nn.seed(0)",
    "nn": "write import nn",
    "optim": "write import nn; nn.optim.SGD(…)",
    "pin_memory": CPU,
    "requires_grad_": "write x.requires_grad = True",
    "save": "write nn.save(path, model)",
    "set_default_dtype": "pass dtype= where an array is made",
    "set_num_threads": THREADS,
    "set_printoptions": "write np.set_printoptions(precision=3)",
    "share_memory_": "arrays share memory by ag.asarray(a); processes do not",
    "stride": "ask the array: x.data.strides, in bytes",
    "to": f"write x.astype(np.float32) for a dtype; {CPU}",
    "utils": "write import nn; nn.DataLoader(…)",
}

WRITING = (  # those that have a twin in place: x.add_(y)
    "absolute add addcdiv addcmul addmm ceil clamp clamp_max clamp_min div divide "
    "floor fmod index_add index_copy index_fill index_put lerp masked_fill "
    "masked_scatter mul multiply neg negative pow reciprocal remainder rsqrt "
    "scatter scatter_add scatter_reduce sgn sign sub subtract t tril triu "
    "true_divide trunc unsqueeze"
)
IN_PLACE = {name: f"x = {ROWS[name]}" for name in WRITING.split()} | {
    "abs": "x = abs(x)",
    "bernoulli": "x = ag.asarray(np.random.default_rng().random(x.shape) < 0.5)",
    "copy": "x = y",
    "cos": "x = np.cos(x)",
    "erf": "x = ag.erf(x)",
    "exp": "x = np.exp(x)",
    "fill": "x = ag.full_like(x, 1.0)",
    "log": "x = np.log(x)",
    "normal": "x = ag.asarray(np.random.default_rng().normal(size=x.shape))",
    "relu": "x = ag.relu(x)",
    "resize": "x = np.resize(x, (3, 2))",
    "round": "x = np.round(x)",
    "sigmoid": "x = ag.sigmoid(x)",
    "sin": "x = np.sin(x)",
    "sqrt": "x = np.sqrt(x)",
    "square": "x = np.square(x)",
    "squeeze": "x = x.squeeze()",
    "tan": "x = np.tan(x)",
    "tanh": "x = np.tanh(x)",
    "transpose": "x = x.swapaxes(0, 1)",
    "uniform": "x = ag.asarray(np.random.default_rng().random(x.shape))",
    "zero": "x = ag.zeros_like(x)",
}
ROWS |= {f"{name}_": row for name, row in IN_PLACE.items()}

KEYWORDS = {
    "correction": "ddof=",
    "dim": "axis=",
    "dim0": "an axis by position",
    "dim1": "an axis by position",
    "dims": "axis= (of tensordot, axes=)",
    "index": "by position",
    "input": "by position",
    "keepdim": "keepdims=",
    "other": "by position",
    "steps": "num=",
    "tensors": "by position",
    "unbiased": "ddof=1 (ddof=0 for unbiased=False)",
}
OTHERWISE = {  # keywords that have no counterpart in NumPy
    "create_graph": "write ag.grad(ag.grad(f)), or ag.hvp, for derivatives of those",
    "descending": "write ag.argsort(x, axis=-1, descending=True)",
    "end_dim": "write x.reshape(len(x), -1) to keep the first axis",
    "inputs": "write ag.grad(f)(x) for the gradient by some inputs alone",
    "retain_graph": "leave it out: the graph is kept, but for backward(free=True)",
    "start_dim": "write x.reshape(len(x), -1) to keep the first axis",
}


ARRAYS = {  # NumPy's own methods, which write into an array or look at its memory
    "argpartition": "np.argpartition(x, 1)",
    "byteswap": "x.data.byteswap()",
    "choose": "np.choose(i[0], x[:, :2])",
    "fill": "x = ag.full_like(x, 1.0)",
    "flags": "x.data.flags",
    "flat": "x.ravel()",
    "partition": "x = np.partition(x, 1)",
    "put": "x = ag.put(x, i, 1.0)",
    "resize": "x = np.resize(x, (3, 2))",
    "strides": "x.data.strides",
    "tobytes": "x.data.tobytes()",
    "tofile": "x.data.tofile(path)",
}


def instead_of(name: str) -> str:
    """What is written here for a name of PyTorch's; empty for what is none."""
    if name in WORDS:
        return WORDS[name]
    if name not in ROWS:
        return ""
    row = f"write {ROWS[name]}"
    if not name.endswith("_"):
        return row
    return f"it writes in place, which the graph cannot record: {row}"


def absent(text: str, name: str) -> Exception:
    """The error of a module's ``__getattr__``, in which an import keeps the text.

    ``from autograd import cat`` would else say but that it cannot import that name.
    """
    frame: Any = sys._getframe(1)
    while frame.f_code.co_name in ("__getattr__", "asked"):
        frame = frame.f_back
    if frame.f_code.co_code[frame.f_lasti] == IMPORT_FROM:
        return ImportError(text, name=name)
    return AttributeError(text, name=name)


class Size(int):
    """How many elements there are: a number, though PyTorch's users call it."""

    __slots__ = ()

    def __call__(self, axis: int | None = None) -> Any:
        wanted = "x.shape" if axis is None else f"x.shape[{axis}]"
        raise TypeError(f"x.size is a number, as in NumPy; write {wanted}")


class Elsewhere:
    """A name that is not there, on a class whose error says what is.

    A descriptor, not ``__getattr__``, which every slot that is unset would ask, too.
    """

    def __init__(self, name: str, told: str) -> None:
        self.name = name
        self.told = told
        self.__doc__ = f"{told[0].upper()}{told[1:]}."

    def __get__(self, x: Any, kind: type) -> Any:
        if x is None:
            return self
        raise AttributeError(
            f"{kind.__name__!r} has no {self.name!r}, which is {self.told}",
            name=self.name,
            obj=x,
        )


def taught(kind: Kind) -> Kind:
    """A class whose errors tell PyTorch's names, and keywords, apart from ours."""
    theirs = {name: f"PyTorch's: {instead_of(name)}" for name in (*ROWS, *WORDS)}
    arrays = {name: f"NumPy's: write {row}" for name, row in ARRAYS.items()}
    for name, told in (theirs | arrays).items():
        if not hasattr(kind, name):
            setattr(kind, name, Elsewhere(name, told))
    for name, method in [*vars(kind).items()]:
        if takes_axis(method) or name in ("backward", "flatten"):
            setattr(kind, name, with_keywords(method))
    return kind


signature.ELSEWHERE |= OTHERWISE
signature.ELSEWHERE |= {
    name: f"write {here} for it, as in NumPy" for name, here in KEYWORDS.items()
}
