"""Linear algebra that NumPy does not have: triangles, exponentials, distances."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import scipy.spatial.distance

import autograd as ag


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("unit_diagonal", [False, True])
@pytest.mark.parametrize("trans", [0, 1, 2, "N", "T", "C"])
def test_triangles_are_solved_as_scipy_does(trans, lower, unit_diagonal):
    rng = np.random.default_rng(3)
    a = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4)) + 3 * np.eye(4)
    for b in (rng.normal(size=(4, 2)), rng.normal(size=4)):
        found = ag.linalg.solve_triangular(ag.tensor(a), b, trans, lower, unit_diagonal)
        expected = scipy.linalg.solve_triangular(a, b, trans, lower, unit_diagonal)
        np.testing.assert_allclose(found.data, expected, rtol=1e-12)


@pytest.mark.parametrize("lower", [False, True])
def test_equations_of_very_different_sizes_are_solved_as_well_as_any(lower):
    n = 12
    a = np.triu(np.random.default_rng(0).normal(size=(n, n)) / n) + 2 * np.eye(n)
    a = (a.T if lower else a) * 10.0 ** np.arange(-30, 30, 5)[:, None]
    b = [[float(sum(Fraction(each) for each in row))] for row in a]
    found = ag.linalg.solve_triangular(a, np.array(b), lower=lower)
    np.testing.assert_allclose(found, np.ones((n, 1)), rtol=1e-14)


def test_what_a_triangle_does_not_hold_has_no_part_in_it():
    a = np.array([[2.0, np.nan], [1.0, 4.0]])

    def loss(a):
        return np.sum(ag.linalg.solve_triangular(a, np.ones(2), lower=True))

    assert np.isfinite(loss(a))
    gradient = ag.grad(loss)(a)
    assert gradient[0, 1] == 0
    assert np.isfinite(gradient).all()
    with pytest.raises(ValueError, match="trans"):
        ag.linalg.solve_triangular(np.eye(2), np.ones(2), "X")
    with pytest.raises(np.linalg.LinAlgError):
        ag.linalg.solve_triangular(ag.tensor(np.diag([1.0, 0.0])), np.ones(2))


@pytest.mark.parametrize("upper", [False, True])
def test_a_factor_of_cholesky_solves_what_its_matrix_does(upper):
    rng = np.random.default_rng(1)
    a = rng.normal(size=(2, 3, 3)) + 1j * rng.normal(size=(2, 3, 3))
    a = a @ np.conj(np.swapaxes(a, -1, -2)) + np.eye(3)
    b = rng.normal(size=(3, 2))

    def solved(a):
        return ag.linalg.cholesky_solve(b, ag.linalg.cholesky(a, upper=upper), upper)

    np.testing.assert_allclose(solved(a), np.linalg.solve(a, b), rtol=1e-10)
    ours = ag.grad(lambda a: np.sum(np.abs(solved(a)) ** 2))(a)
    theirs = ag.grad(lambda a: np.sum(np.abs(np.linalg.solve(a, b)) ** 2))(a)
    adjoint = np.conj(np.swapaxes(theirs, -1, -2))
    np.testing.assert_allclose(ours, (theirs + adjoint) / 2, rtol=1e-9)


@pytest.mark.parametrize("size", [0.0, 1e-9, 1.0, 10.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_exponentials_of_matrices_are_those_of_their_eigenvalues(size, dtype):
    rng = np.random.default_rng(2)
    x = size * rng.normal(size=(3, 4, 4)).astype(dtype)
    x = x + np.conj(np.swapaxes(x, -1, -2))
    values, vectors = np.linalg.eigh(x.astype(np.complex128))
    expected = (vectors * np.exp(values)[..., None, :]) @ np.conj(
        np.swapaxes(vectors, -1, -2)
    )
    found = ag.linalg.expm(x)
    assert found.dtype == dtype
    most = abs(expected).max(axis=(-2, -1), keepdims=True)
    assert (abs(found - expected) / most).max() < 200 * (1 + size) * np.finfo(dtype).eps


def test_exponentials_of_matrices_at_the_edges():
    assert ag.linalg.expm(np.zeros((0, 0))).shape == (0, 0)
    nilpotent = np.array([[0, 10**6], [0, 0]])
    np.testing.assert_allclose(ag.linalg.expm(nilpotent), np.eye(2) + nilpotent)
    with np.errstate(all="ignore"):
        assert np.isnan(ag.linalg.expm(np.diag([np.inf, 0.0]))).any()
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    angle = 0.3

    def by(t):
        return ag.linalg.expm(t * turn)[1, 0]

    np.testing.assert_allclose(by(angle), np.sin(angle))
    np.testing.assert_allclose(ag.grad(ag.grad(by))(angle), -np.sin(angle))
    np.testing.assert_allclose(ag.grad(ag.grad(ag.grad(by)))(angle), -np.cos(angle))


def test_the_logarithm_of_a_determinant_is_where_there_is_one():
    a = np.array([[2.0, 1.0], [1.0, 3.0]])
    np.testing.assert_allclose(ag.linalg.logdet(a), np.log(5))
    np.testing.assert_allclose(ag.grad(ag.linalg.logdet)(a), np.linalg.inv(a).T)
    assert np.isnan(ag.linalg.logdet(-np.eye(3)))
    assert ag.linalg.logdet(np.zeros((2, 2))) == -np.inf
    np.testing.assert_allclose(ag.linalg.logdet(np.diag([1j, 2.0])), np.log(2j))
    assert np.isfinite(ag.linalg.logdet(1e200 * np.eye(9)))


@pytest.mark.parametrize("p", [0, 1, 2, 3.5, np.inf])
def test_distances_are_those_scipy_finds_and_have_no_slope_where_rows_are_equal(p):
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(2, 4, 3)), rng.normal(size=(5, 3))
    found = ag.cdist(ag.tensor(x), y, p)
    assert found.shape == (2, 4, 5)
    names = {0: "hamming", 1: "cityblock", 2: "euclidean", np.inf: "chebyshev"}
    for mine, rows in zip(found.data, x):
        given = {} if p in names else {"p": p}
        theirs = scipy.spatial.distance.cdist(
            rows, y, names.get(p, "minkowski"), **given
        )
        np.testing.assert_allclose(mine, 3 * theirs if p == 0 else theirs)
    same = ag.grad(lambda x: np.sum(ag.cdist(x, x, p)))(y[:1])
    assert same.tolist() == [[0.0, 0.0, 0.0]]
    with pytest.raises(ValueError, match="rows of one length"):
        ag.cdist(x, np.ones((5, 2)))
