"""Dtypes: float32 stays float32 at every order, Python scalars are weak."""

import numpy as np
import pytest

import autograd as ag
import nn

# For every function of one float array: inputs within its domain.
INPUTS = {
    name: np.array([[0.25, 0.5, 0.75], [0.6, 0.4, 0.3]]) + (op.domain[0][0] == 1.0)
    for name, op in ag.registry.items()
    if op.kind == "elementwise" and op.arity == 1 and hasattr(ag, name)
}
BINARY = [
    name
    for name, op in ag.registry.items()
    if op.kind == "elementwise" and op.arity == 2 and hasattr(ag, name)
    if name != "float_power"  # which is of float64 by definition
]
OTHERS = {
    "sum": lambda x: x.sum(),
    "sum axis": lambda x: x.sum(axis=0),
    "mean": lambda x: x.mean(axis=-1, keepdims=True),
    "prod": lambda x: x.prod(axis=1),
    "max": lambda x: x.max(axis=(0, 1)),
    "min": lambda x: x.min(axis=0),
    "var": lambda x: x.var(axis=1, ddof=1),
    "logsumexp": lambda x: x.logsumexp(axis=0),
    "softmax": lambda x: x.softmax(),
    "log_softmax": lambda x: x.log_softmax(axis=0),
    "cross_entropy": lambda x: ag.cross_entropy(x, np.array([0, 2])),
    "matmul": lambda x: x @ x.T,
    "affine": lambda x: ag.affine(x, x, x[:, 0]),
    "reshape": lambda x: x.reshape(3, 2),
    "index": lambda x: x[[0, 0, 1], ::2],
    "where": lambda x: ag.where(x > 0.5, x, 0.0),
    "concatenate": lambda x: ag.concatenate([x, x * 2], axis=1),
    "stack": lambda x: ag.stack([x, x], axis=1),
    "split": lambda x: ag.split(x, 3, axis=1)[1],
    "clip": lambda x: x.clip(0.3, 0.6),
    "power": lambda x: x**2 + x**0.5 + 2**x + x**-1 + x**3.0 + x**x,
    "python scalars": lambda x: 2 * x + 1.5 - 3 / (x + 1) + x // 1 + 5 % (x + 1),
    "booleans": lambda x: x * True + (x > 0.3) * x,
}


def check_dtypes(f, array):
    """Everything that comes out has the dtype that went in, at three orders."""
    dtype = array.dtype
    x = ag.tensor(array, requires_grad=True)
    y = f(x)
    assert y.dtype == dtype
    y.backward(gradient=np.ones(y.shape))
    assert x.grad.dtype == dtype
    assert type(x.grad) is np.ndarray
    assert x.grad.shape == x.shape
    _, t = ag.jvp(f, (array,), (np.ones_like(array),))
    assert t.dtype == dtype
    assert t.shape == y.shape
    first = ag.grad(lambda z: np.sum(f(z)))
    second = ag.grad(lambda z: np.sum(first(z) * first(z)))
    assert first(array).dtype == second(array).dtype == dtype
    assert second(array).shape == array.shape
    assert ag.hvp(lambda z: np.sum(f(z)), (array,), (array,)).dtype == dtype


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("name", INPUTS)
def test_functions_keep_the_dtype_at_every_order(name, dtype):
    check_dtypes(getattr(ag, name), INPUTS[name].astype(dtype))


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_operands_keep_float32_at_every_order(name):
    far = 2.0 if ag.registry[name].domain[0] != (0.0, 1.0) else 0.95
    other = np.array([[0.9, 0.8, far]], dtype=np.float32)
    f = getattr(ag, name)
    x = np.array([[0.25, 0.5, 0.75], [0.6, 0.4, 0.1]], dtype=np.float32)
    check_dtypes(lambda z: f(z, other), x)
    check_dtypes(lambda z: f(other, z), x)
    check_dtypes(lambda z: f(z, 0.5), x)
    check_dtypes(lambda z: f(far, z), x)
    check_dtypes(lambda z: f(z, z), x)


@pytest.mark.parametrize("name", OTHERS)
def test_shapes_reductions_and_products_keep_float32_at_every_order(name):
    x = np.array([[0.25, 0.5, 0.75], [0.6, 0.4, 0.1]], dtype=np.float32)
    check_dtypes(OTHERS[name], x)


KINDS = [bool, np.int8, np.int64, np.float16, np.float32, np.float64, np.complex64]
TOGETHER = {
    "+": lambda x, y: x + y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "**": lambda x, y: x**y,
    "maximum": lambda x, y: np.maximum(x, y),
    "matmul": lambda x, y: x @ y,
    "where": lambda x, y: np.where([True, False], x, y),
    "concatenate": lambda x, y: np.concatenate([x, y]),
    "stack": lambda x, y: np.stack([x, y]),
    "python int": lambda x, y: x * 2,
    "python float": lambda x, y: x * 2.5,
    "python complex": lambda x, y: x * 1j,
    "numpy scalar": lambda x, y: x * y[0],
    "0-d array": lambda x, y: x * y.sum(),
    "sum": lambda x, y: x.sum(),
    "mean": lambda x, y: x.mean(),
    "prod": lambda x, y: x.prod(),
    "sin": lambda x, y: np.sin(x),
    "square": lambda x, y: np.square(x),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", TOGETHER)
def test_results_have_the_dtype_numpy_gives_them(name):
    for left in KINDS:
        for right in KINDS:
            check_promotion(TOGETHER[name], np.ones(2, left), np.ones(2, right))


def check_promotion(f, a, b):
    """Result and gradients, from either side, where NumPy allows the pair at all."""
    try:
        expected = f(a, b).dtype
    except TypeError:
        with pytest.raises(TypeError):
            f(ag.tensor(a), ag.tensor(b))
        return
    assert f(ag.tensor(a), ag.tensor(b)).dtype == expected
    assert f(ag.tensor(a), b).dtype == expected
    if expected.kind not in "fc":
        return
    for x, y in ((a, b), (b, a)):
        if x.dtype.kind in "fc":
            leaf = ag.tensor(x, requires_grad=True)
            out = f(leaf, y) if x is a else f(y, leaf)
            if isinstance(out, ag.Tensor) and out.requires_grad:
                out.backward(np.ones(out.shape))
                assert leaf.grad.dtype == x.dtype


@pytest.mark.parametrize("name", ["sum", "prod", "max", "softmax", "power"])
def test_0d_float32_stays_float32(name):
    x = np.float32(0.5)
    f = (lambda z: z**2 * 3) if name == "power" else getattr(ag, name)
    f = f if name != "softmax" else (lambda z: ag.softmax(ag.reshape(z, (1,))))
    t = ag.tensor(x, requires_grad=True)
    y = f(t)
    assert y.dtype == np.float32
    y.sum().backward()
    assert t.grad.dtype == np.float32
    assert t.grad.shape == ()


def test_a_float64_operand_promotes_the_result_but_not_the_gradient():
    x = ag.tensor(np.ones(3, np.float32), requires_grad=True)
    for other in (np.ones(3), np.float64(2), ag.tensor(2.0), np.arange(3)):
        y = x * other
        assert y.dtype == (x.data * getattr(other, "data", other)).dtype
        x.grad = None
        y.sum().backward()
        assert x.grad.dtype == np.float32


def test_a_divisor_of_lower_precision_does_not_round_the_gradient():
    def third(x):
        return np.sum(x / np.float32(3))

    assert ag.grad(third)(np.ones(1)) == [1 / 3]
    assert ag.jvp(third, (np.ones(1),), (np.ones(1),))[1] == 1 / 3


TEN = [
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "int64",
    "uint64",
    "float16",
    "float32",
]
PAIRS = [
    name
    for name, op in ag.registry.items()
    if op.kind == "elementwise" and op.arity == 2
]


@pytest.mark.parametrize("dtype", TEN)
@pytest.mark.parametrize("name", PAIRS)
def test_a_constant_of_any_dtype_has_the_slopes_of_its_float64(name, dtype):
    op = ag.registry[name]
    constant = np.array(1 if dtype == "bool" else 3, dtype)
    for function in (lambda x, c: op.call(x, c), lambda x, c: op.call(c, x)):
        try:
            right = _slopes(function, constant.astype(np.float64))
        except TypeError as error:
            if "not declared" not in str(error):
                raise
            continue
        for each in (constant, constant[()], ag.tensor(constant)):
            np.testing.assert_allclose(_slopes(function, each), right, rtol=1e-13)


def _slopes(function, constant):
    def f(x):
        return function(x, constant)

    with np.errstate(all="ignore"):
        pushed = ag.jvp(f, (0.7,), (1.0,))[1]
        return ag.grad(f)(0.7), pushed, ag.grad(ag.grad(f))(0.7)


def test_a_negative_constant_to_a_complex_power_has_its_slope():
    y = 1 + 1j
    slope = (-2.0 + 0j) ** y * np.log(-2.0 + 0j)
    assert np.isclose(ag.grad(lambda y: np.real((-2.0) ** y))(y), np.conj(slope))


@pytest.mark.parametrize("name", ["sigmoid", "silu", "relu", "softplus", "gelu", "erf"])
def test_real_activations_refuse_complex_numbers(name):
    with pytest.raises(TypeError):
        getattr(ag, name)(1 + 2j)
    with pytest.raises(TypeError, match=name):
        getattr(ag, name)(ag.tensor([1 + 2j], requires_grad=True))


@pytest.mark.parametrize(
    ("shape", "axes"), [((3, 40, 50, 4), (0, 2, 3)), ((1000, 7), (0,))]
)
def test_what_was_repeated_along_many_rows_is_summed_as_if_in_double(shape, axes):
    g = np.random.default_rng(0).random(shape, np.float32) + 100
    if len(shape) == 4:  # as convolutions lay channels: last in memory
        g = np.moveaxis(g, -1, 1)
    kept = [1 if i in axes else n for i, n in enumerate(g.shape)]
    _, pull = ag.vjp(lambda b: b + np.zeros(g.shape, np.float32), np.zeros(kept, "f"))
    found = np.asarray(pull(g))
    exact = np.sum(g, axis=axes, keepdims=True, dtype=float)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.reshape(kept), exact, rtol=1e-6)


def test_blocks_that_overflow_are_summed_in_double():
    bias = ag.tensor(np.zeros(2, np.float32), requires_grad=True)
    g = np.ones((300, 2), np.float32)
    g[:128], g[128:256] = 3e36, -3e36
    (bias + np.zeros_like(g)).backward(g)
    np.testing.assert_array_equal(bias.grad, [44, 44])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64])
def test_the_mean_of_a_number_has_no_axis(dtype):
    with pytest.raises(np.exceptions.AxisError):
        np.mean(ag.tensor(dtype(1)), axis=0)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int16, np.float16, np.float32])
def test_an_end_of_low_precision_does_not_round_the_values_between(kind):
    end = kind(1) if kind is bool else kind(9)
    for made in (np.linspace, np.geomspace, np.logspace):
        for f in (
            lambda x, end, made=made: made(x, end, 4, dtype=float)[2],
            lambda x, end, made=made: made(end, x, 4, dtype=float)[2],
        ):
            found, exact = ag.grad(f)(2.0, end), ag.grad(f)(2.0, float(end))
            np.testing.assert_allclose(found, exact, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.complex64])
def test_a_dtype_of_few_digits_is_that_of_the_result(dtype):
    x = ag.tensor(np.array([[1, 2, 4], [3, 5, 4]], dtype), requires_grad=True)
    for y in (
        np.linspace(x, 9, 3),
        np.linspace(x, x + 1),
        np.logspace(x / 2, 2, 3),
        np.cov(x.astype(np.result_type(dtype, float)), dtype=dtype),
        np.corrcoef(x.astype(np.result_type(dtype, float)), dtype=dtype),
        np.maximum.reduce(x.astype(np.result_type(dtype, float)), dtype=dtype),
    ):
        assert y.dtype == dtype
    with pytest.raises(TypeError, match=r"dtype= of covariances is of floats"):
        np.cov(x, dtype=int)


def test_many_halves_have_the_mean_that_their_weights_say():
    x = np.ones(70000, np.float16)
    slope = ag.grad(lambda x: np.average(x, weights=np.ones_like(x)))(x)
    np.testing.assert_allclose(slope.astype(float), 1 / 70000, rtol=2e-3)
    mean, whole = np.average(ag.tensor(x), weights=x / 4, returned=True)
    assert (mean.dtype, mean.data, whole.data) == (np.float16, 1, 17500)


@pytest.mark.parametrize("kind", [np.uint8, np.float16, np.float32])
def test_a_similarity_is_computed_in_the_wider_dtype(kind):
    x, other = np.array([1.0, 2.5]), np.array([1, 3], kind)
    for f in (
        lambda x, y: nn.functional.cosine_similarity(x, y, 0),
        lambda x, y: nn.functional.cosine_similarity(y, x, 0),
    ):
        found = ag.grad(f)(x, other)
        np.testing.assert_allclose(
            found, ag.grad(f)(x, other.astype(float)), rtol=1e-14
        )


@pytest.mark.parametrize(
    "call",
    [
        lambda z: nn.functional.mse_loss(z, z.data),
        lambda z: nn.functional.huber_loss(z, z.data),
        lambda z: nn.functional.hinge_embedding_loss(z, np.array([1, -1])),
        lambda z: nn.functional.cross_entropy(z[None], np.array([1])),
        lambda z: nn.functional.max_pool1d(z[None, None], 2),
        ag.huber,
    ],
)
def test_losses_and_maxima_refuse_complex_numbers(call):
    with pytest.raises(TypeError, match=r"real"):
        call(ag.tensor([1 + 2j, 3.0], requires_grad=True))
