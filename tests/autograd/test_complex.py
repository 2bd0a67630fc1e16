"""Complex tensors: PyTorch's convention outside, plain transposes inside."""

import numpy as np
import pytest

import autograd as ag

RNG = np.random.default_rng(0)
Z = RNG.normal(size=3) + 1j * RNG.normal(size=3)
W = RNG.normal(size=3) + 1j * RNG.normal(size=3)
R = RNG.uniform(0.5, 1.5, size=3)

HOLOMORPHIC = {
    "add": lambda z: z + W,
    "subtract": lambda z: W - z,
    "multiply": lambda z: z * W,
    "divide": lambda z: z / W,
    "divide by": lambda z: W / z,
    "square": lambda z: z * z,
    "np.square": lambda z: np.square(z),
    "power 2": lambda z: z**2,
    "power -1": lambda z: z**-1,
    "power 3": lambda z: z**3.0,
    "power ½": lambda z: z**0.5,
    "power w": lambda z: z**W,
    "w to the power": lambda z: W**z,
    "negative": lambda z: -z,
    "positive": lambda z: +z,
    "reciprocal": lambda z: np.reciprocal(z),
    "exp": lambda z: np.exp(z),
    "log": lambda z: np.log(z),
    "sqrt": lambda z: np.sqrt(z),
    "sin": lambda z: np.sin(z),
    "cos": lambda z: np.cos(z),
    "tan": lambda z: np.tan(z),
    "sinh": lambda z: np.sinh(z),
    "cosh": lambda z: np.cosh(z),
    "tanh": lambda z: np.tanh(z),
    "sum": lambda z: z.sum() * z,
    "mean": lambda z: z.mean() * z,
    "prod": lambda z: z.prod() * z,
    "matmul": lambda z: (z[None] @ z[:, None])[0] * z,
    "index": lambda z: z[[0, 0, 2]] * z[::-1],
    "reshape": lambda z: z.reshape(3, 1).T[0] * z,
    "concatenate": lambda z: ag.concatenate([z[1:] * z[0], z[:1]]),
    "split": lambda z: ag.split(z, 3)[1] * z,
    "where": lambda z: ag.where(np.array([True, False, True]), z * z, W),
    "real scalars": lambda z: 2 * z + 1.5 - 1j * z,
    "real array": lambda z: z * R,
}
OTHERS = {
    "abs": lambda z: np.abs(z),
    "real": lambda z: np.real(z) ** 2,
    "imag": lambda z: np.imag(z) ** 3,
    "conj": lambda z: np.conj(z) * z * W,
    "abs²": lambda z: z * np.conj(z),
    "real times imag": lambda z: np.real(z) * np.imag(z) + z,
    "var": lambda z: z.var(),
    "astype": lambda z: np.real(z).astype(complex) * z,
    "unit": lambda z: z / np.abs(z),
}
FUNCTIONS = {**HOLOMORPHIC, **OTHERS}


def loss(f):
    """A real function of ``z`` that weighs real and imaginary parts differently."""
    weights = np.array([0.3, -1.2, 0.7])

    def real_valued(z):
        y = f(z)
        total = np.sum(np.real(y) * weights[: y.size or 1].sum())
        return total + np.sum(np.imag(y) * 0.6)

    return real_valued


def numeric(g, z, direction, h=1e-6):
    return (g(z + h * direction) - g(z - h * direction)) / (2 * h)


def value(g):
    return lambda z: float(g(ag.tensor(z)).data)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_gradient_is_the_one_of_steepest_ascent_as_in_pytorch(name):
    """∂L/∂Re z + i ∂L/∂Im z, so that z -= lr · z.grad descends."""
    g = loss(FUNCTIONS[name])
    expected = np.zeros(3, complex)
    for i in range(3):
        one = np.eye(3)[i]
        expected[i] = numeric(value(g), Z, one) + 1j * numeric(value(g), Z, 1j * one)
    z = ag.tensor(Z, requires_grad=True)
    g(z).backward()
    assert z.grad.dtype == np.complex128
    np.testing.assert_allclose(z.grad, expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(ag.grad(g)(Z), z.grad, rtol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_step_against_the_gradient_descends(name):
    g = loss(FUNCTIONS[name])
    z = ag.tensor(Z, requires_grad=True)
    before = g(z)
    before.backward()
    if np.allclose(z.grad, 0):
        return
    z.data -= 1e-5 * z.grad / np.abs(z.grad).max()
    assert g(z).data < before.data


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("direction", [np.ones(3), 1j * np.ones(3), W])
def test_forward_mode_is_the_derivative_along_the_direction(name, direction):
    f = FUNCTIONS[name]
    _, t = ag.jvp(f, (Z,), (direction.astype(complex),))
    h = 1e-6
    plus, minus = (f(ag.tensor(Z + s * h * direction)).data for s in (1, -1))
    np.testing.assert_allclose(t, (plus - minus) / (2 * h), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_both_modes_agree_under_the_real_inner_product(name):
    """Re⟨u, J t⟩ = Re⟨Jᵀu, t⟩ with ⟨a, b⟩ = Σ conj(a) b."""
    f = FUNCTIONS[name]
    y, t = ag.jvp(f, (Z,), (W,))
    u = RNG.normal(size=np.shape(y)) + 1j * RNG.normal(size=np.shape(y))
    u = u if np.iscomplexobj(y) else u.real
    value, pull = ag.vjp(f, Z)
    (g,) = pull(u)
    np.testing.assert_allclose(value, y)
    left, right = np.sum(np.conj(u) * t).real, np.sum(np.conj(g) * W).real
    np.testing.assert_allclose(left, right, rtol=1e-10)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_second_derivatives_along_a_direction_are_right(name):
    g = loss(FUNCTIONS[name])
    gradient = ag.grad(g)
    product = ag.hvp(g, (Z,), (W,))
    h = 1e-5
    expected = (gradient(Z + h * W) - gradient(Z - h * W)) / (2 * h)
    np.testing.assert_allclose(product, expected, rtol=1e-5, atol=1e-6)
    twice = ag.grad(lambda z: np.sum(np.real(np.conj(gradient(z)) * W)))(Z)
    np.testing.assert_allclose(twice, product, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["multiply", "divide", "divide by", "real times"])
def test_real_leaves_in_complex_computations_have_real_gradients(name):
    def f(r):
        z = {
            "multiply": lambda: r * Z,
            "divide": lambda: r / Z,
            "divide by": lambda: Z / r,
            "real times": lambda: np.exp(1j * r) * Z + r,
        }[name]()
        return np.sum(np.real(z) * 0.3 - np.imag(z) ** 2)

    r = ag.tensor(R, requires_grad=True)
    f(r).backward()
    assert r.grad.dtype == np.float64
    expected = [numeric(value(f), R, np.eye(3)[i]) for i in range(3)]
    np.testing.assert_allclose(r.grad, expected, rtol=1e-6)
    assert ag.grad(f)(R).dtype == np.float64
    np.testing.assert_allclose(
        ag.hvp(f, (R,), (np.ones(3),)),
        (ag.grad(f)(R + 1e-5) - ag.grad(f)(R - 1e-5)) / 2e-5,
        rtol=1e-5,
        atol=1e-6,
    )


def test_float32_leaves_in_complex64_computations_keep_float32():
    r = ag.tensor(R.astype(np.float32), requires_grad=True)
    z = ag.tensor(Z.astype(np.complex64), requires_grad=True)
    y = np.sum(np.abs(r * z) ** 2)
    assert y.dtype == np.float32
    y.backward()
    assert r.grad.dtype == np.float32
    assert z.grad.dtype == np.complex64


def test_a_complex_gradient_accumulates_and_seeds_are_conjugated_once():
    z = ag.tensor(Z, requires_grad=True)
    y = z * W
    u = RNG.normal(size=3) + 1j * RNG.normal(size=3)
    y.backward(gradient=u)
    np.testing.assert_allclose(z.grad, u * np.conj(W))
    y.backward(gradient=u)
    np.testing.assert_allclose(z.grad, 2 * u * np.conj(W))
    np.testing.assert_allclose(ag.vjp(lambda z: z * W, Z)[1](u)[0], u * np.conj(W))
    np.testing.assert_allclose(ag.vjp(lambda z: z, Z)[1](u)[0], u)
    leaf = ag.tensor(Z, requires_grad=True)
    leaf.backward(gradient=u)
    np.testing.assert_allclose(leaf.grad, u)


def test_a_retained_complex_gradient_is_of_the_same_convention():
    z = ag.tensor(Z, requires_grad=True)
    y = (z + 0).retain_grad()
    np.sum(np.real(y * W)).backward()
    np.testing.assert_allclose(y.grad, np.conj(W))
    np.testing.assert_allclose(z.grad, y.grad)


def test_complex_gradients_through_a_closure_keep_the_convention():
    w = ag.tensor(W, requires_grad=True)
    g = ag.grad(lambda z: np.sum(np.abs(z * w) ** 2))(Z)  # 2 z |w|²
    np.testing.assert_allclose(g.data, 2 * Z * np.abs(W) ** 2)
    np.sum(np.real(np.conj(g) * g)).backward()  # Σ 4 |z|² |w|⁴: 16 |z|² |w|² w
    np.testing.assert_allclose(w.grad, 16 * np.abs(Z) ** 2 * np.abs(W) ** 2 * W)


def test_a_tracked_complex_cotangent_of_vjp_is_reached():
    u = ag.tensor(W, requires_grad=True)
    (g,) = ag.vjp(lambda z: z * Z, R.astype(complex))[1](u)
    np.testing.assert_allclose(g.data, W * np.conj(Z))
    np.sum(np.abs(g) ** 2).backward()
    np.testing.assert_allclose(u.grad, 2 * W * np.abs(Z) ** 2)


@pytest.mark.parametrize("name", HOLOMORPHIC)
def test_the_jacobian_of_a_holomorphic_function_is_its_complex_derivative(name):
    f = HOLOMORPHIC[name]
    by_columns = ag.jacobian(f, mode="forward")(Z)
    by_rows = ag.jacobian(f, mode="reverse")(Z)
    for i in range(3):
        _, t = ag.jvp(f, (Z,), (np.eye(3)[i].astype(complex),))
        np.testing.assert_allclose(by_columns[..., i], t, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(by_rows, by_columns, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: np.exp(1j * x), R),  # real to complex
        (lambda z: np.abs(z), Z),  # complex to real
        (lambda z: np.conj(z), Z),  # not holomorphic
    ],
)
def test_the_jacobian_of_other_complex_functions_is_the_same_in_both_modes_or_refused(
    f, x
):
    results, refusals = [], []
    for mode in ("forward", "reverse"):
        try:
            results.append(ag.jacobian(f, mode=mode)(x))
        except (TypeError, ValueError) as error:
            refusals.append(str(error))
    assert all("complex" in text or "real" in text for text in refusals)
    if len(results) == 2:
        np.testing.assert_allclose(*results)


def test_the_derivative_of_abs_at_zero_is_zero():
    assert ag.grad(lambda z: np.sum(np.abs(z)))(np.zeros(2, complex)).tolist() == [0, 0]


def test_the_sign_of_a_tracked_complex_tensor_is_not_silently_constant():
    """sign(z) = z/|z| has a derivative: give it, or say that there is none here."""
    z = ag.tensor(Z, requires_grad=True)
    try:
        y = np.sum(np.imag(np.sign(z)))
    except TypeError:
        return
    assert y.requires_grad
    y.backward()
    expected = ag.grad(lambda z: np.sum(np.imag(z / np.abs(z))))(Z)
    np.testing.assert_allclose(z.grad, expected)


def test_real_and_imag_of_real_tensors_are_themselves_and_zero():
    x = ag.tensor(R, requires_grad=True)
    (np.real(x) * 3 + np.imag(x) * 5 + np.conj(x)).sum().backward()
    assert x.grad.dtype == np.float64
    assert x.grad.tolist() == [4.0, 4.0, 4.0]


def test_values_refuse_complex_numbers():
    v = ag.Value(2.0)
    for call in (
        lambda: v * 1j,
        lambda: 1j + v,
        lambda: ag.Value(1j),
        lambda: v ** (1 + 1j),
    ):
        with pytest.raises(TypeError):
            call()
    negative = ag.Value(-2.0)
    (negative**0.5).backward()
    assert type(negative.grad) is float
    assert np.isnan(negative.grad)


def test_data_of_a_real_tensor_cannot_become_complex():
    x = ag.tensor(R, requires_grad=True)
    with pytest.raises(ValueError, match="complex128"):
        x.data = Z
