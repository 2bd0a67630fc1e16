"""Linear algebra: values as NumPy's, and derivatives where spectra are degenerate."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads
from autograd.core.node import raw

N = np.linalg
RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 3)) + 2 * np.eye(3)
S = A @ A.T + np.eye(3)  # symmetric, positive definite
TALL = RNG.normal(size=(4, 2))
STACK = RNG.normal(size=(2, 3, 3)) + 2 * np.eye(3)
SPD = STACK @ STACK.mT + np.eye(3)
Z = RNG.normal(size=(3, 3)) + 1j * RNG.normal(size=(3, 3)) + 2 * np.eye(3)
H = Z + Z.conj().T
V = RNG.normal(size=3)


def tracked(x):
    return ag.tensor(x, requires_grad=True)


# Values and signatures ----------------------------------------------------------------

CALLS = {
    "cholesky": lambda t: N.cholesky(t(SPD)),
    "cholesky, upper": lambda t: N.cholesky(t(S), upper=True),
    "cond": lambda t: N.cond(t(STACK)),
    "cond, -2": lambda t: N.cond(t(TALL), -2),
    "cond, fro": lambda t: N.cond(t(A), "fro"),
    "cond, 1": lambda t: N.cond(t(STACK), p=1),
    "det": lambda t: N.det(t(STACK)),
    "eig": lambda t: N.eig(t(S)),
    "eig, complex": lambda t: N.eig(t(Z)),
    "eigh": lambda t: N.eigh(t(SPD)),
    "eigh, upper": lambda t: N.eigh(t(H), UPLO="U"),
    "eigvals": lambda t: N.eigvals(t(STACK)),
    "eigvalsh": lambda t: N.eigvalsh(t(S), "U"),
    "inv": lambda t: N.inv(t(STACK)),
    "lstsq": lambda t: N.lstsq(t(TALL), TALL[::-1]),
    "matrix_norm, 2": lambda t: N.matrix_norm(t(STACK), ord=2, keepdims=True),
    "matrix_power": lambda t: N.matrix_power(t(STACK), -3),
    "matrix_rank": lambda t: N.matrix_rank(t(STACK), tol=1e-3),
    "matrix_rank of few": lambda t: N.matrix_rank(t(TALL[:, :1] @ TALL[:, :1].T)),
    "norm, nuc": lambda t: N.norm(t(STACK), "nuc", axis=(0, 2)),
    "norm, -2": lambda t: N.norm(t(TALL), -2),
    "pinv": lambda t: N.pinv(t(STACK[:, :2]), rtol=1e-3),
    "pinv, hermitian": lambda t: N.pinv(t(H), hermitian=True),
    "pinv, rcond": lambda t: N.pinv(t(TALL), 0.9),
    "qr": lambda t: N.qr(t(TALL)),
    "qr of a wide one": lambda t: N.qr(t(TALL.T)),
    "qr, complete": lambda t: N.qr(t(TALL), mode="complete"),
    "qr, r": lambda t: N.qr(t(STACK), "r"),
    "slogdet": lambda t: N.slogdet(t(STACK)),
    "slogdet, complex": lambda t: N.slogdet(t(Z)),
    "solve": lambda t: N.solve(t(STACK), A),
    "solve, a vector": lambda t: N.solve(t(STACK), V),
    "svd": lambda t: N.svd(t(TALL)),
    "svd, reduced": lambda t: N.svd(t(STACK), full_matrices=False),
    "svd, values": lambda t: N.svd(t(STACK), compute_uv=False),
    "svd, hermitian": lambda t: N.svd(t(S - 20 * np.eye(3)), hermitian=True),
    "svdvals": lambda t: N.svdvals(t(TALL)),
    "tensorinv": lambda t: N.tensorinv(t(np.eye(6).reshape(2, 3, 6)), ind=2),
    "tensorsolve": lambda t: N.tensorsolve(t(A[:, None, :]), V, axes=(1,)),
    "poly": lambda t: np.poly(t(V)),
    "poly of a matrix": lambda t: np.poly(t(A)),
    "polydiv": lambda t: np.polydiv(t(V), V[:2]),
    "polydiv by more": lambda t: np.polydiv(t(V[:2]), V),
    "polydiv by a number": lambda t: np.polydiv(t(V), 2.0),
    "polyfit": lambda t: np.polyfit(t(np.arange(4.0)), TALL, 1),
    "polyfit, cov": lambda t: np.polyfit(t(np.arange(4.0)), TALL, 1, cov=True),
    "polyfit, w": lambda t: np.polyfit(t(np.arange(4.0)), V[[0, 1, 2, 0]], 1, w=[1, 2, 3, 4]),
    "roots": lambda t: np.roots(t(np.array([0.0, 1.0, -3.0, 2.0, 0.0]))),
    "roots of a number": lambda t: np.roots(t(np.array([2.0]))),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_values_are_numpys(name: str) -> None:
    ours, theirs = CALLS[name](tracked), CALLS[name](lambda x: x)
    several = isinstance(theirs, tuple)
    for got, expected in zip(
        *[each if several else (each,) for each in (ours, theirs)]
    ):
        assert np.shape(got) == np.shape(expected)
        np.testing.assert_allclose(raw(got), expected, atol=1e-12)
    assert len(ours) == len(theirs) if several else True


def test_several_results_have_the_names_that_numpy_gives_them() -> None:
    for name in ("eig", "eigh", "qr", "slogdet", "svd"):
        fields = getattr(N, name)(S)._fields
        assert getattr(N, name)(tracked(S))._fields == fields


# Both modes, complex numbers ----------------------------------------------------------


def projector(vectors):
    return vectors @ np.conj(np.swapaxes(vectors, -1, -2))


CHECKED = {  # of complex vectors only what does not depend on their phases
    "eigenvectors of a complex matrix": (lambda x: projector(N.eigh(x)[1][:, :2]), H),
    "a function of a complex matrix": (
        lambda x: (lambda w, v: (v * np.exp(w / 9)) @ np.conj(v.T))(*N.eigh(x)),
        H,
    ),
    "the polar factor of a complex matrix": (
        lambda x: (lambda u, s, vh: u @ vh)(*N.svd(x)),
        Z,
    ),
    "singular vectors of a complex matrix": (
        lambda x: projector(N.svd(x[:, :2], full_matrices=False)[0][:, :1]),
        Z,
    ),
    "the complement of complex columns": (lambda x: projector(N.svd(x[:, :1])[0][:, 1:]), Z),
    "the complement of complex rows": (lambda x: projector(N.svd(x[:1])[2][1:].T), Z),
    "the complement of two columns": (lambda x: projector(N.qr(x, "complete")[0][:, 2:]), TALL),
    "the complement of complex columns by qr": (
        lambda x: projector(N.qr(x[:, :1], "complete").Q[:, 1:]),
        Z,
    ),
    "a complex triangle": (lambda x: N.qr(x).R, Z),
    "a wide complex matrix": (lambda x: N.qr(x[:2]), Z),
    "a complex root": (lambda x: N.cholesky(projector(x), upper=True), Z),
    "complex eigenvectors": (lambda x: N.eig(x), Z),
    "eigenvectors of a rotation": (lambda x: N.eig(x), np.array([[1.0, -2.0], [1.0, 0.5]])),
    "a complex inverse": (N.inv, Z),
    "complex equations": (lambda x: N.solve(x, H), Z),
    "a complex determinant": (N.det, Z),
    "a complex sign": (N.slogdet, Z),
    "a complex pseudoinverse": (lambda x: N.pinv(x[:2]), Z),
    "singular values by eigenvalues": (
        lambda x: N.svd(x, hermitian=True),
        S - 20 * np.eye(3),
    ),
    "complex least squares": (lambda x: N.lstsq(x[:, :2], x[:, 2])[:2], Z),
    "a stack and a vector": (lambda x: N.solve(x, V), STACK),
    "a matrix and a stack of right sides": (lambda x: N.solve(A, x), STACK),
    "the condition in the norm of sums": (lambda x: N.cond(x, 1), A),
    "the norm of singular values": (lambda x: N.norm(x, "nuc"), TALL),
    "a zero at zero": (np.roots, np.array([1.0, -3.0, 2.0, 0.0])),
    "complex zeros of a real polynomial": (np.roots, np.array([1.0, 1.0, 1.0])),
    "zeros of a complex polynomial": (np.roots, np.array([1.0, -3.0 + 1j, 2.0])),
    "conjugate zeros": (lambda x: np.poly(x), np.array([[1.0, -2.0], [1.0, 0.5]])),
}  # fmt: skip


@pytest.mark.parametrize("case", CHECKED)
def test_derivatives_agree_with_the_oracles(case: str) -> None:
    f, x = CHECKED[case]
    assert check_grads(f, x).unsettled == 0


def test_the_gradient_of_a_hermitian_matrix_is_hermitian() -> None:
    functions = [N.eigvalsh, N.cholesky, lambda x: N.pinv(x, hermitian=True)]
    for f in functions:
        gradient = ag.grad(lambda x: np.real(np.sum(f(x) * V)))(H @ H)  # noqa: B023
        np.testing.assert_allclose(gradient, gradient.conj().T, atol=1e-12)


def test_one_triangle_alone_is_refused() -> None:
    for x in (np.tril(S), np.triu(S), np.stack([np.tril(S), S])[:1]):
        with pytest.raises(ValueError, match=r"eigh got .*both triangles filled in"):
            N.eigh(tracked(x))
    with pytest.raises(ValueError, match=r"cholesky got .*both triangles"):
        N.cholesky(tracked(np.tril(S)))
    for x in (np.stack([EYE, np.tril(S)]), np.array([[1000.0, 0.0], [0.9, 1.0]])):
        with pytest.raises(ValueError, match="both triangles filled in"):
            N.eigvalsh(tracked(x))
    nearly = np.diag([1.0, 2.0, 3.0])
    nearly[1, 0] = 1e-17
    np.testing.assert_array_equal(N.eigvalsh(tracked(nearly)).data, [1, 2, 3])


# Degenerate spectra -------------------------------------------------------------------

EYE = np.eye(3)
OUTER = np.outer(V, V)  # of rank 1: 0 is an eigenvalue twice


def test_functions_of_equal_eigenvalues_have_their_exact_gradient() -> None:
    for x in (EYE, np.zeros((3, 3)), OUTER, np.diag([1.0, 1.0, 2.0])):
        f = lambda x: np.sum(N.eigvalsh(x) ** 2)  # noqa: E731
        np.testing.assert_allclose(ag.grad(f)(x), 2 * x, atol=1e-14)
        _, tangent = ag.jvp(f, (x,), (S,))
        assert tangent == pytest.approx(2 * np.sum(x * S))


def test_functions_of_equal_singular_values_have_their_exact_gradient() -> None:
    for x in (EYE, np.zeros((3, 3)), np.outer(V, [1.0, 2.0]), 3 * N.qr(A).Q):
        f = lambda x: np.sum(N.svdvals(x) ** 2)  # noqa: E731
        np.testing.assert_allclose(ag.grad(f)(x), 2 * x, atol=1e-13)


def test_vectors_of_other_values_have_their_exact_derivative() -> None:
    """The leading vector of a matrix of rank 1, whose other eigenvalues are all 0."""
    p = OUTER / (V @ V)
    expected = ((EYE - p) @ S @ p + p @ S @ (EYE - p)) / (V @ V)
    for leading in (
        lambda x: projector(N.eigh(x).eigenvectors[:, 2:]),
        lambda x: projector(N.svd(x).U[:, :1]),
        lambda x: projector(N.svd(x, hermitian=True).U[:, :1]),
    ):
        by_rows = np.einsum("ijkl,kl->ij", ag.jacobian(leading)(OUTER), S)
        np.testing.assert_allclose(by_rows, expected, atol=1e-12)
        _, tangent = ag.jvp(leading, (OUTER,), (S,))
        np.testing.assert_allclose(tangent, expected, atol=1e-12)


def test_vectors_of_equal_values_have_no_derivative() -> None:
    vectors = [lambda x: N.eigh(x)[1], lambda x: N.svd(x)[0], lambda x: N.eig(x)[1]]
    for f in vectors:
        assert np.isnan(ag.grad(lambda x: np.real(np.sum(f(x) * S)))(EYE)).any()  # noqa: B023
        assert np.isnan(ag.jvp(f, (EYE,), (A,))[1]).any()


def test_values_equal_but_for_rounding_count_as_equal() -> None:
    x = N.qr(A).Q @ N.qr(A).Q.T
    assert np.isnan(ag.grad(lambda x: np.sum(N.eigh(x)[1] * S))(x)).any()
    gradient = ag.grad(lambda x: np.sum(N.eigvalsh(x) ** 3))(x)
    np.testing.assert_allclose(gradient, 3 * x, atol=1e-14)


def test_values_that_coincide_often_are_found_equal() -> None:
    rng = np.random.default_rng(1)
    for n in [2, 3, 5, 20] * 10:
        q = N.qr(rng.normal(size=(n, n))).Q
        g = ag.grad(lambda x: np.sum(N.eigh(x)[1] * x[0]))(q @ q.T)
        assert np.isnan(g).any()


def test_values_told_apart_have_the_gradient_of_a_matrix_close_by() -> None:
    gradient = ag.grad(lambda x: N.eigvalsh(x)[2])(EYE)
    close = ag.grad(lambda x: N.eigvalsh(x)[2])(np.diag([1.0, 1.0 + 1e-9, 1.0 + 2e-9]))
    np.testing.assert_allclose(gradient, close, atol=1e-12)


# Determinants -------------------------------------------------------------------------


def leibniz(x):
    """The determinant as the sum over all permutations."""
    n = len(x)
    return sum(
        round(N.det(EYE_OF[n][list(p)])) * np.prod(x[np.arange(n), list(p)])
        for p in itertools.permutations(range(n))
    )


EYE_OF = [np.eye(n) for n in range(5)]
SINGULAR = {
    "of rank 2": TALL[:3] @ TALL[1:].T @ EYE,
    "of rank 1": OUTER,
    "zero": np.zeros((3, 3)),
    "of equal columns": np.ones((4, 4)),
    "two by two": np.array([[1.0, 2.0], [2.0, 4.0]]),
    "a number": np.zeros((1, 1)),
    "nearly singular": np.diag([1.0, 1e-12, 2.0]),
    "with one zero": np.diag([3.0, 0.0, 2.0, 1.0]),
}


@pytest.mark.parametrize("case", SINGULAR)
def test_determinants_of_singular_matrices_have_exact_derivatives(case: str) -> None:
    x = SINGULAR[case]
    np.testing.assert_allclose(ag.grad(N.det)(x), ag.grad(leibniz)(x), atol=1e-12)
    np.testing.assert_allclose(ag.hessian(N.det)(x), ag.hessian(leibniz)(x), atol=1e-12)


def test_a_determinant_that_underflows_has_a_gradient() -> None:
    x = np.diag([1e-200, 1e-200, 1e150])
    np.testing.assert_allclose(np.diag(ag.grad(N.det)(x)), [1e-50, 1e-50, 0])


def test_determinants_of_a_stack_may_be_singular_in_part() -> None:
    x = np.stack([A, OUTER])
    gradient = ag.grad(lambda x: np.sum(N.det(x)))(x)
    np.testing.assert_allclose(gradient[0], N.det(A) * N.inv(A).T)
    np.testing.assert_allclose(gradient[1], ag.grad(leibniz)(OUTER), atol=1e-14)


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_an_infinite_matrix_has_a_determinant_without_a_gradient(value: float) -> None:
    x = np.stack([np.full((4, 4), value), 2 * np.eye(4)])
    with np.errstate(invalid="ignore"):
        gradient = ag.grad(lambda x: np.sum(N.det(x)))(x)
    assert np.isnan(gradient[0]).all()
    np.testing.assert_allclose(gradient[1], 8 * np.eye(4))


def test_a_determinant_that_overflows_has_a_gradient() -> None:
    with np.errstate(over="ignore"):
        gradient = ag.grad(N.det)(1e100 * np.eye(4))
        np.testing.assert_allclose(gradient, 1e300 * np.eye(4))
        gradient = ag.grad(N.det)(np.diag([1e200, 1e200, 1e-200]))
    np.testing.assert_allclose(np.diag(gradient), [1, 1, np.inf])


def test_a_singular_matrix_that_nothing_depends_on_has_a_slope_of_zero() -> None:
    x = np.stack([A, np.diag([1.0, 0.0, 2.0])])
    f = lambda x: N.slogdet(x).logabsdet  # noqa: E731
    gradient = ag.grad(lambda x: f(x)[0])(x)
    np.testing.assert_allclose(gradient, [N.inv(A).T, 0 * A])
    _, tangent = ag.jvp(f, (x,), (np.stack([EYE, 0 * EYE]),))
    np.testing.assert_allclose(tangent, [np.trace(N.inv(A)), 0])
    _, tangent = ag.jvp(f, (x,), (np.stack([EYE, EYE]),))
    np.testing.assert_allclose(tangent, [np.trace(N.inv(A)), np.nan])


def test_the_logarithm_of_a_singular_determinant_spoils_no_other() -> None:
    x = np.stack([A, np.diag([1.0, 0.0, 2.0])])
    gradient = ag.grad(lambda x: np.sum(N.slogdet(x)[1]))(x)
    np.testing.assert_allclose(gradient[0], N.inv(A).T)
    assert np.isnan(gradient[1]).all()


# Pseudoinverses -----------------------------------------------------------------------


def test_a_pseudoinverse_is_differentiated_among_matrices_of_its_rank() -> None:
    left, right, step = TALL, TALL.T[:, :3], RNG.normal(size=(4, 2))
    _, got = ag.jvp(N.pinv, (left @ right,), (step @ right,))
    h = 1e-6
    ends = [N.pinv((left + sign * h * step) @ right) for sign in (1, -1)]
    np.testing.assert_allclose(got, (ends[0] - ends[1]) / (2 * h), atol=1e-6)


CUT = {
    "tall": TALL,
    "complex": Z,
    "a stack, of one part is cut off": np.stack([EYE, A, np.diag([3.0, 3.0, 1.0])]),
    "equal values kept": np.diag([3.0, 3.0, 1.0]),
    "equal values cut off": np.diag([3.0, 1.0, 1.0, 0.0, 0.0])[:, :4],
    "little more than rounding cut off": np.diag([3.0, 3.0, 2e-15]),
    "zeros cut off": np.diag([3.0, 2.0, 0.0]),
    "one complex column": Z[:, :1] @ Z[:1],
}


@pytest.mark.parametrize("case", CUT)
def test_a_pseudoinverse_without_its_smaller_values_has_its_derivative(case) -> None:
    x = CUT[case]
    values = N.svdvals(x)
    assert (values < 0.5 * values[..., :1]).any()
    assert check_grads(lambda x: N.pinv(x, rcond=0.5), x, order=2).unsettled == 0
    if x.ndim == 2:
        assert check_grads(lambda x: N.lstsq(x, x[:, 0], 0.5)[0], x).unsettled == 0


def test_a_pseudoinverse_without_its_zeros_has_derivatives_of_third_order() -> None:
    x = np.diag([3.0, 0.0])
    assert check_grads(lambda x: N.pinv(x, rcond=0.5), x, order=3).unsettled == 0


def test_a_pseudoinverse_of_hermitian_matrices_may_be_cut_off() -> None:
    for x in (S, H, np.diag([3.0, -3.0, 1.0])):
        f = lambda x: N.pinv(x, 0.5, hermitian=True)  # noqa: E731
        assert check_grads(f, x).unsettled == 0


TURN = N.qr(A).Q


def test_a_pseudoinverse_may_be_cut_between_values_close_to_each_other() -> None:
    x = TURN @ np.diag([1.0, 0.95, 0.95]) @ TURN.T
    assert check_grads(lambda x: N.pinv(x, 0.97), x, order=2).unsettled == 0
    apart = np.stack([x, np.diag([3.0, 2.0, 1.0])])
    gradient = ag.grad(lambda x: np.sum(N.pinv(x, np.array([0.97, 1.0]))))(apart)
    alone = ag.grad(lambda x: np.sum(N.pinv(x, 0.97)))(x)
    np.testing.assert_allclose(gradient, [alone, 0 * x], atol=1e-12)


def hilbert(n: int) -> np.ndarray:
    return 1 / (np.arange(n)[:, None] + np.arange(n) + 1.0)


@pytest.mark.parametrize("n", [5, 6, 7])
def test_least_squares_of_ill_conditioned_equations_are_solutions(n: int) -> None:
    weights = np.arange(1.0, n + 1)
    solved = ag.grad(lambda a: np.sum(N.solve(a, weights)))(hilbert(n))
    gradient = ag.grad(lambda a: np.sum(N.lstsq(a, weights)[0]))(hilbert(n))
    error = abs(gradient - solved).max() / abs(solved).max()
    assert error < 1e-16 * N.cond(hilbert(n)) ** 1.6


def test_what_is_not_cut_off_may_be_ill_conditioned() -> None:
    """Rounding of what was cut off, 0 but for it, is not magnified."""
    a = np.zeros((7, 7))
    a[:6, :6] = hilbert(6)
    gradient = ag.grad(lambda a: np.sum(N.pinv(a, 1e-12)))(a)[:6, :6]
    inverse = N.inv(hilbert(6))
    expected = -np.outer(inverse.sum(0), inverse.sum(1))
    atol = 1e-6 * abs(expected).max()
    np.testing.assert_allclose(gradient, expected, atol=atol)


def test_values_at_the_very_cut_are_numpys() -> None:
    for rtol in (15 / 26, None):
        for x in (np.diag([26.0, 15.0]), np.diag([1.0] * 9 + [1.5e-15])):
            np.testing.assert_array_equal(
                N.pinv(tracked(x), rtol=rtol).data, N.pinv(x, rtol=rtol)
            )


def test_a_value_cut_off_that_equals_one_kept_has_no_derivative() -> None:
    x = np.diag([2.0, 1.0 + 1e-15, 1.0])
    cut = (x[1, 1] + x[2, 2]) / 4
    assert np.count_nonzero(N.pinv(x, cut)) == 2
    gradient = ag.grad(lambda x: np.sum(N.pinv(x, cut)))(x)
    assert np.isnan(gradient).all() or abs(gradient).max() > 1e14


@pytest.mark.parametrize("rcond", [None, -1, 0, 0.5])
@pytest.mark.parametrize("dtype", ["f4", "f8", "c8"])
def test_least_squares_have_numpys_rank_and_dtypes(rcond, dtype) -> None:
    for a in (np.ones((3, 2)), np.diag([3.0, 1.0, 0.0]), TALL):
        ours = N.lstsq(tracked(a.astype(dtype)), a[:, 0], rcond)
        theirs = N.lstsq(a.astype(dtype), a[:, 0], rcond)
        for got, expected in zip(ours, theirs, strict=True):
            if isinstance(expected, np.ndarray):  # all but the rank
                assert got.dtype == expected.dtype
            np.testing.assert_allclose(raw(got), expected, atol=1e-6)


@pytest.mark.parametrize("shape", [(4, 2), (2, 4), (3, 3)])
@pytest.mark.parametrize("columns", [(), (2,)])
def test_least_squares_return_what_numpy_does(shape, columns) -> None:
    a, b = RNG.normal(size=shape), RNG.normal(size=(shape[0], *columns))
    for matrix in (a, a * np.eye(*shape)[:, :1]):  # of full rank, and of rank 1
        ours, theirs = N.lstsq(tracked(matrix), b), N.lstsq(matrix, b)
        for got, expected in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(raw(got), expected, atol=1e-12)


# Empty matrices and errors ------------------------------------------------------------


def test_matrices_without_elements_have_gradients_without_elements() -> None:
    x = np.zeros((0, 0))
    functions = [N.det, N.inv, N.eigvalsh, N.svdvals, N.cholesky, lambda x: N.qr(x).R]
    functions += [N.eigvals, lambda x: N.slogdet(x).logabsdet, lambda x: N.eigh(x)[1]]
    for f in functions:
        gradient = ag.grad(lambda x: np.real(np.sum(f(x))))(x)  # noqa: B023
        assert gradient.shape == (0, 0)
    of_none = ag.grad(lambda x: np.sum(N.svdvals(x)))(np.zeros((2, 0, 3)))
    assert of_none.shape == (2, 0, 3)


def test_integers_are_taken_and_not_tracked() -> None:
    x = ag.tensor([[2, 1], [1, 2]])
    for f in (N.inv, N.det, N.eigvalsh, N.svdvals, N.cholesky):
        out = f(x)
        assert not out.requires_grad
        np.testing.assert_allclose(out.data, f(x.data))


ERRORS = {
    r"inv got .*shape \(3, 3\).*: Singular matrix": lambda: N.inv(tracked(OUTER * 0)),
    r"solve got .*\(2, 2\).*\(3, 1\)": lambda: N.solve(tracked(A[:2, :2]), V),
    "det got .*square": lambda: N.det(tracked(TALL)),
    "eigh got .*square": lambda: N.eigh(tracked(TALL)),
    "cholesky got .*not positive definite": lambda: N.cholesky(tracked(-S)),
    "matrix_power.*square": lambda: N.matrix_power(tracked(TALL), -1),
    "lstsq got .*one or two axes": lambda: N.lstsq(tracked(STACK), V),
    "tensorsolve got .*prod": lambda: N.tensorsolve(tracked(TALL), np.ones(4)),
    "qr .*of which no derivative is declared": lambda: N.qr(tracked(A), "raw"),
    r"tensorsolve got .*out of bounds": lambda: N.tensorsolve(tracked(A), V, axes=(2,)),
    "lstsq got .*4 equations and 3 rows": lambda: N.lstsq(tracked(TALL), V),
    "polydiv got .*at most one axis": lambda: np.polydiv(tracked(V), TALL),
    "qr takes the modes": lambda: N.qr(tracked(A), "zz"),
    "tensorinv got .*Invalid ind": lambda: N.tensorinv(tracked(A), 0),
    "UPLO": lambda: N.eigh(tracked(S), UPLO="M"),
}


@pytest.mark.parametrize("message", ERRORS)
def test_errors_name_the_function_and_the_shapes(message: str) -> None:
    with pytest.raises(ValueError, match=message):  # LinAlgError is one
        ERRORS[message]()


def test_polynomials_of_nothing_are_as_numpys() -> None:
    assert np.poly(tracked(np.zeros(0))) == 1.0
    assert np.shape(np.roots(tracked(np.zeros(3)))) == (0,)
    with pytest.raises(IndexError, match=r"polydiv got .*at least one coefficient"):
        np.polydiv(tracked(np.zeros(0)), V)
    with pytest.warns(np.exceptions.RankWarning):
        np.polyfit(tracked(np.ones(3)), V, 1)
    with pytest.raises(ValueError, match="number of data points must exceed order"):
        np.polyfit(tracked(V), V, 2, cov=True)


# Where there is no derivative ---------------------------------------------------------


def test_matrices_with_fewer_eigenvectors_have_no_derivative() -> None:
    jordan = np.array([[1.0, 1.0], [0.0, 1.0]])
    turned = N.inv(A) @ np.array([[2.0, 1, 0], [0, 2, 1], [0, 0, 2]]) @ A
    nilpotent = [[6.0, -9.0], [4.0, -6.0]], np.outer([1.0, 2, 3], [3.0, 0, -1])
    weak = np.array([[1.0, 1e-10], [0.0, 1.0]])
    for x in (jordan, turned, weak, np.eye(2, k=1), *map(np.array, nilpotent)):
        gradient = ag.grad(lambda x: np.real(np.sum(N.eigvals(x) ** 2)))(x)
        assert np.isnan(gradient).all()
        assert np.isnan(ag.jvp(N.eigvals, (x,), (np.ones_like(x),))[1]).all()


def test_ordinary_matrices_of_single_precision_have_eigenvalues_with_a_slope() -> None:
    rng = np.random.default_rng(1)
    for x in (np.array([[1, 30], [0, 1.1]]), rng.normal(size=(100, 100))):
        f = lambda x: np.real(np.sum(N.eigvals(x) ** 3))  # noqa: E731
        gradient = ag.grad(f)(x.astype("f4"))
        expected = 3 * (x @ x).T
        np.testing.assert_allclose(gradient, expected, atol=1e-4 * abs(expected).max())


def test_equal_eigenvalues_of_other_matrices_do_not_warn() -> None:
    turns = np.kron(EYE[:2, :2], [[0.0, -1.0], [1.0, 0.0]])
    gradient = ag.grad(lambda x: np.real(np.sum(N.eigvals(x) ** 2)))(turns)
    np.testing.assert_allclose(gradient, 2 * turns.T, atol=1e-14)
    gradient = ag.grad(lambda x: np.real(N.eig(x)[1][0, 0]))(turns)
    assert np.isnan(gradient).all()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("value", [0, 1e-6, 1e-3, 1, 10])
def test_turned_matrices_with_fewer_eigenvectors_are_found(value, dtype) -> None:
    rng = np.random.default_rng(2)
    for n in (2, 3, 4) * 5:
        turn = N.qr(rng.normal(size=(n, n))).Q
        x = turn @ (value * np.eye(n) + np.eye(n, k=1)) @ turn.T
        gradient = ag.grad(lambda x: np.real(N.eigvals(x)[0]))(x.astype(dtype))
        assert np.isnan(gradient).all()


def test_eigenvalues_do_not_depend_on_how_rows_and_columns_are_scaled() -> None:
    x = np.array([[1.0, 1e9, 0.0], [0.0, 2.0, 0.0], [0.0, 1.0, 5.0]])
    gradient = ag.jacobian(lambda x: N.eigvals(x))(x)
    np.testing.assert_allclose(gradient.sum(axis=0), EYE, atol=1e-6)
    first = int(np.argmin(N.eigvals(x)))
    np.testing.assert_allclose(gradient[first], [[1, 0, 0], [-1e9, 0, 0], [0, 0, 0]])


def test_one_matrix_without_a_derivative_spoils_no_other() -> None:
    x = np.stack([A, np.array([[1.0, 1, 0], [0, 1, 0], [0, 0, 3]])])
    gradient = ag.grad(lambda x: np.real(np.sum(N.eigvals(x))))(x)
    np.testing.assert_allclose(gradient[0], EYE, atol=1e-12)
    assert np.isnan(gradient[1]).all()
    gradient = ag.grad(lambda x: np.sum(N.qr(x).R))(np.stack([A, np.ones((3, 3))]))
    alone = ag.grad(lambda x: np.sum(N.qr(x).R))(A)
    np.testing.assert_allclose(gradient[0], alone, atol=1e-14)
    assert np.isnan(gradient[1]).all()


def test_dependent_columns_have_no_qr_derivative() -> None:
    for x in (np.zeros((3, 2)), OUTER, np.array([[1.0, 2, 3], [2, 4, 7]])):
        for part in (0, 1):
            gradient = ag.grad(lambda x: np.sum(N.qr(x)[part]))(x)  # noqa: B023
            assert np.isnan(gradient).any()
        _, tangent = ag.jvp(lambda x: N.qr(x).R, (x,), (np.ones_like(x),))
        assert np.isnan(tangent).any()


def test_columns_of_any_size_are_independent() -> None:
    gradient = ag.grad(lambda x: np.sum(N.qr(x).R))(np.diag([1.0, 1e-17]))
    np.testing.assert_array_equal(gradient, [[1, 1], [0, 1]])


@pytest.mark.parametrize("scale", [1e20, 1e-20, 1e160, 1e-160])
def test_triangles_and_zeros_do_not_depend_on_the_scale(scale: float) -> None:
    f = lambda x: np.sum(N.qr(x).R)  # noqa: E731
    np.testing.assert_allclose(ag.grad(f)(scale * A), ag.grad(f)(A), atol=1e-12)
    p = np.array([1.0, -3.0, 2.0])
    slopes = ag.jacobian(np.roots)
    np.testing.assert_allclose(scale * slopes(scale * p), slopes(p))
    for cut in (None, 0.5):
        h = lambda x: np.sum(N.pinv(x / scale, cut)[:, 0])  # noqa: B023, E731
        k = lambda x: np.sum(N.pinv(x, cut)[:, 0]) * scale  # noqa: B023, E731
        x = np.diag([3.0, 1.0])
        got, expected = ag.grad(k)(x * scale) * scale, ag.grad(h)(x * scale) * scale
        np.testing.assert_allclose(got, expected, atol=1e-14)
    larger = p * (scale**0.4) ** np.arange(3)  # by which its zeros are larger, too
    relative = slopes(larger) * larger / scale**0.4
    np.testing.assert_allclose(relative, slopes(p) * p, rtol=1e-9)


def test_conditions_of_a_stack_are_infinite_where_there_is_no_inverse() -> None:
    x = np.stack([A, np.diag([1.0, 0.0, 2.0]), 0 * A])
    for order in (None, -2, "fro", 1, np.inf):
        got = N.cond(tracked(x), order).data
        np.testing.assert_allclose(got, N.cond(x, order))
        assert N.cond(tracked(x[:0]), order).shape == (0,)
    assert np.isnan(N.cond(tracked(A * np.nan), 1).data)


def test_norms_and_conditions_of_what_is_empty_or_zero_are_numpys() -> None:
    for shape in ((2, 0, 3), (0, 3), (3, 0)):
        x = np.zeros(shape)
        for order in (2, 1, np.inf, "nuc", "fro"):
            got = N.norm(tracked(x), order, axis=(-2, -1)).data
            np.testing.assert_array_equal(got, N.norm(x, order, axis=(-2, -1)))
    for order in (None, -2):
        assert N.cond(tracked(np.zeros((2, 2))), order).data == np.inf
    with pytest.raises(N.LinAlgError, match="cond is not defined on empty arrays"):
        N.cond(tracked(np.zeros((0, 0))))


# Zeros of polynomials -----------------------------------------------------------------


def test_zeros_at_zero_have_a_slope() -> None:
    slopes = ag.jacobian(np.roots)(np.array([1.0, -2.0, 0.0]))
    np.testing.assert_allclose(slopes, [[-2, -1, -0.5], [0, 0, 0.5]])
    second = ag.hessian(lambda p: np.roots(p)[1])(np.array([1.0, -2.0, 0.0]))
    np.testing.assert_allclose(second, [[0, 0, 0], [0, 0, 0.25], [0, 0.25, 0.25]])


def test_several_zeros_at_one_place_have_no_derivative() -> None:
    for p in ([1, -2, 1], [1, -3, 3, -1], [1, 0, 0], [1, 0.2, 0.01]):
        p = np.array(p, float)
        assert np.isnan(ag.jacobian(np.roots)(p)).all()
        assert np.isnan(ag.jvp(np.roots, (p,), (np.ones_like(p),))[1]).all()
    of_another = ag.jacobian(np.roots)(np.array([1.0, -2.0, 0.0, 0.0]))[0]
    np.testing.assert_allclose(of_another, [-2, -1, -0.5, -0.25])


def test_powers_of_zeros_may_overflow() -> None:
    p = np.concatenate([[1.0, -100], np.zeros(199), [1.0]])
    gradient = ag.grad(lambda p: np.max(np.real(np.roots(p))))(p)
    np.testing.assert_allclose(gradient, -(100.0 ** (1 - np.arange(202))), 1e-6, 1e-300)
