"""Products of arrays, norms, polynomials: NumPy's values, and the odd cases by hand."""

import numpy as np
import pytest

import autograd as ag
from autograd.check import check_grads

RNG = np.random.default_rng(0)
A, B, C = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=(4, 2))
S, T = RNG.normal(size=(2, 3, 3)), RNG.normal(size=(2, 3, 3))
U, V = RNG.normal(size=5), RNG.normal(size=3)
Z, W = U + 1j * U[::-1], V - 2j * V[::-1]
N = np.linalg

# Each is called with NumPy's arrays and, the first operand of the same kind, Tensors.
CALLS = {
    "einsum matrices": lambda t: np.einsum("ij,jk->ik", t(A), B),
    "einsum without ->": lambda t: np.einsum("ij,jk", t(A), B),
    "einsum in order": lambda t: np.einsum("ba", t(A)),
    "einsum with spaces": lambda t: np.einsum(" i j , jk -> ki ", t(A), t(B)),
    "einsum three": lambda t: np.einsum("ij,jk,kl", A, t(B), C),
    "einsum optimize": lambda t: np.einsum("ij,jk,kl", t(A), t(B), t(C), optimize=True),
    "einsum optimal": lambda t: np.einsum("ij,jk,kl", t(A), B, C, optimize="optimal"),
    "einsum path": lambda t: np.einsum(
        "ij,jk,kl->il", t(A), t(B), t(C), optimize=["einsum_path", (1, 2), (0, 1)]
    ),
    "einsum ellipsis": lambda t: np.einsum("...ij,...jk->...ik", t(S), T[0]),
    "einsum ellipsis alone": lambda t: np.einsum("...,...", t(S), T),
    "einsum ellipsis without ->": lambda t: np.einsum("i...", t(S)),
    "einsum lists": lambda t: np.einsum(t(A), [0, 1], B, [1, 2], [0, 2]),
    "einsum lists without result": lambda t: np.einsum(t(A), [30, 1], t(B), [1, 2]),
    "einsum lists ellipsis": lambda t: np.einsum(t(S), [..., 0, 0], [...]),
    "einsum diagonal": lambda t: np.einsum("ijj->ij", t(S)),
    "einsum dtype": lambda t: np.einsum("ij->i", t(A), dtype=np.complex128),
    "einsum stretched": lambda t: np.einsum("ij,jk", t(A[:, :1]), B),
    "einsum 0-d": lambda t: np.einsum(",i", t(np.array(2.0)), V),
    "einsum single": lambda t: np.einsum(
        "ij,jk", t(A.astype(np.float32)), B.astype("f")
    ),
    "dot": lambda t: np.dot(t(A), B),
    "dot vectors": lambda t: np.dot(t(V), V),
    "dot stack": lambda t: np.dot(t(S), T),
    "dot stack vector": lambda t: np.dot(t(S), V),
    "dot vector stack": lambda t: np.dot(t(V), S),
    "dot scalar": lambda t: np.dot(t(A), 2.0),
    "dot list": lambda t: np.dot(t(A), [1.0, 2.0, 3.0]),
    "vdot": lambda t: np.vdot(t(A), A[::-1]),
    "vdot complex": lambda t: np.vdot(t(Z), Z[::-1]),
    "inner": lambda t: np.inner(t(S), A),
    "inner scalar": lambda t: np.inner(3.0, t(A)),
    "outer": lambda t: np.outer(t(A), V),
    "kron": lambda t: np.kron(t(A), B),
    "kron of few axes": lambda t: np.kron(t(V), S),
    "kron of more axes": lambda t: np.kron(t(S), V),
    "kron 0-d": lambda t: np.kron(t(np.array(2.0)), 3.0),
    "cross": lambda t: np.cross(t(V), U[:3]),
    "cross stacks": lambda t: np.cross(t(S), V),
    "cross stretched": lambda t: np.cross(t(S[:, :1]), T),
    "cross axes": lambda t: np.cross(t(B), B[::-1].T, axisa=0, axisb=1, axisc=0),
    "cross axis": lambda t: np.cross(t(B), B[::-1], axis=0),
    "tensordot": lambda t: np.tensordot(t(A), B, 1),
    "tensordot 0": lambda t: np.tensordot(t(A), V, axes=0),
    "tensordot 2": lambda t: np.tensordot(t(S), T[0]),
    "tensordot pairs": lambda t: np.tensordot(t(S), T, axes=([0, 2], [0, 1])),
    "tensordot crossed": lambda t: np.tensordot(t(S), T, axes=((-1, 1), (1, -1))),
    "tensordot numbers": lambda t: np.tensordot(t(A), S, axes=(1, 2)),
    "vecdot": lambda t: np.vecdot(t(S), V),
    "vecdot complex": lambda t: np.vecdot(t(Z), Z[::-1]),
    "vecdot axis": lambda t: np.vecdot(t(B), B, axis=0),
    "vecdot keepdims": lambda t: np.vecdot(t(B), B, axis=0, keepdims=True),
    "vecdot axes": lambda t: np.vecdot(t(B), B.T, axes=[0, 1]),
    "vecdot dtype": lambda t: np.vecdot(t(B), B, dtype=np.complex128),
    "matmul": lambda t: np.matmul(t(S), T),
    "matmul axes": lambda t: np.matmul(t(B), A, axes=[(1, 0), (-1, -2), (1, 0)]),
    "matmul dtype": lambda t: np.matmul(t(A), B, dtype=np.complex128),
    "trace": lambda t: N.trace(t(S), offset=1),
    "diagonal": lambda t: N.diagonal(t(S), offset=-1),
    "matrix_power": lambda t: N.matrix_power(t(S), 3),
    "matrix_power 0": lambda t: N.matrix_power(t(S), 0) + 0 * t(S),
    "matrix_power 6": lambda t: N.matrix_power(t(T), 6),
    "linalg outer": lambda t: N.outer(t(V), U),
    "linalg cross": lambda t: N.cross(t(S), V, axis=-1),
    "linalg matmul": lambda t: N.matmul(t(A), B),
    "linalg tensordot": lambda t: N.tensordot(t(A), B, axes=1),
    "matrix_transpose": lambda t: N.matrix_transpose(t(S)),
    "linalg vecdot": lambda t: N.vecdot(t(B), B, axis=0),
    "multi_dot": lambda t: N.multi_dot([t(A), t(B), t(C), t(A)]),
    "multi_dot vectors": lambda t: N.multi_dot([A[:, 0], t(A), t(B), B[0]]),
    "multi_dot two": lambda t: N.multi_dot((t(A), B)),
    "convolve": lambda t: np.convolve(t(U), V),
    "convolve same": lambda t: np.convolve(t(V), U, "same"),
    "convolve valid": lambda t: np.convolve(t(V), U, mode="valid"),
    "convolve complex": lambda t: np.convolve(t(Z), W),
    "correlate": lambda t: np.correlate(t(U), V),
    "correlate same": lambda t: np.correlate(t(V), U[:4], "same"),
    "correlate full": lambda t: np.correlate(t(V), U, "full"),
    "correlate complex": lambda t: np.correlate(t(Z), W, "full"),
    "norm": lambda t: N.norm(t(S)),
    "norm axis": lambda t: N.norm(t(S), axis=1),
    "norm keepdims": lambda t: N.norm(t(S), axis=(-1,), keepdims=True),
    "norm all keepdims": lambda t: N.norm(t(S), keepdims=True),
    "norm 1": lambda t: N.norm(t(U), 1),
    "norm 0": lambda t: N.norm(t(np.array([0.0, 2.0, 3.0])), 0) + 0 * t(U)[0],
    "norm inf": lambda t: N.norm(t(A), np.inf, axis=0),
    "norm -inf": lambda t: N.norm(t(U), -np.inf),
    "norm 1.5": lambda t: N.norm(t(S), 1.5, axis=2),
    "norm -1": lambda t: N.norm(t(U), -1),
    "norm complex": lambda t: N.norm(t(Z)),
    "norm 3 complex": lambda t: N.norm(t(Z), 3),
    "norm fro": lambda t: N.norm(t(A), "fro"),
    "norm fro axes": lambda t: N.norm(t(S), axis=(0, 2), keepdims=True),
    "norm matrix 1": lambda t: N.norm(t(A), 1),
    "norm matrix inf": lambda t: N.norm(t(S), np.inf, axis=(2, 0)),
    "norm matrix -1": lambda t: N.norm(t(S), -1, axis=(1, 2), keepdims=True),
    "vector_norm": lambda t: N.vector_norm(t(S)),
    "vector_norm axes": lambda t: N.vector_norm(t(S), axis=(0, 2), ord=3),
    "vector_norm keepdims": lambda t: N.vector_norm(t(S), keepdims=True, ord=np.inf),
    "matrix_norm": lambda t: N.matrix_norm(t(S)),
    "matrix_norm 1": lambda t: N.matrix_norm(t(S), ord=1, keepdims=True),
    "polyval": lambda t: np.polyval(t(V), A),
    "polyval of numbers": lambda t: np.polyval([1, 2, 3], t(A)),
    "polyadd": lambda t: np.polyadd(t(V), U),
    "polysub": lambda t: np.polysub(t(U), V),
    "polymul": lambda t: np.polymul(t(V), U),
    "polymul zeros": lambda t: np.polymul(t(np.array([0.0, 2.0])), [0, 0, 1, 2]),
    "polyder": lambda t: np.polyder(t(U)),
    "polyder twice": lambda t: np.polyder(t(U), 2),
    "polyint": lambda t: np.polyint(t(V)),
    "polyint twice": lambda t: np.polyint(t(V), 2, k=[1.0, 2.0]),
    "polyint constant": lambda t: np.polyint(t(V), m=2, k=3),
    "vander": lambda t: np.vander(t(V)),
    "vander 5": lambda t: np.vander(t(V), 5, increasing=True),
    "vander single": lambda t: np.vander(t(V.astype(np.float32)), 2),
}


@pytest.mark.parametrize("name", CALLS)
def test_numpys_functions_of_tensors_have_numpys_values_and_the_right_slopes(name):
    call = CALLS[name]
    leaves = []

    def tracked(a):
        leaves.append(ag.tensor(a, requires_grad=True))
        return leaves[-1]

    ours, theirs = call(tracked), np.asarray(call(lambda a: a))
    assert type(ours) is ag.Tensor
    assert ours.requires_grad
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    single = theirs.dtype == np.float32
    np.testing.assert_allclose(
        ours.data, theirs, rtol=1e-5 if single else 1e-12, atol=1e-13
    )
    given = [x.data for x in leaves]
    if not any(a.dtype == np.float32 or not a.all() for a in given):

        def function(*tensors):
            rest = iter(tensors)
            return call(lambda a: next(rest))

        check_grads(function, *given, order=1)


# Einstein's summation -------------------------------------------------------------------


def test_einsum_sums_the_cotangent_of_a_side_of_1_that_was_stretched():
    x, y = (
        ag.tensor([2.0], requires_grad=True),
        ag.tensor([1.0, 2.0, 3.0], requires_grad=True),
    )
    np.einsum("i,i", x, y).backward()
    assert x.grad.tolist() == [6.0]
    assert y.grad.tolist() == [2.0, 2.0, 2.0]


def test_einsum_of_a_diagonal_puts_the_cotangent_there():
    x = np.arange(9.0).reshape(3, 3)
    np.testing.assert_array_equal(ag.grad(lambda x: np.einsum("ii->", x))(x), np.eye(3))
    rows = ag.grad(lambda x: (np.einsum("ii->i", x) * np.array([1, 2, 3])).sum())
    np.testing.assert_array_equal(rows(x), np.diag([1.0, 2.0, 3.0]))


def test_einsum_gives_labels_that_are_summed_alone_the_same_everywhere():
    g = ag.grad(lambda x: (np.einsum("ij->j", x) * V).sum())(A)
    np.testing.assert_array_equal(g, np.broadcast_to(V, (2, 3)))


def test_einsum_of_batches_that_broadcast_sums_over_them():
    x = ag.tensor(np.ones((1, 2, 3)), requires_grad=True)
    y = ag.tensor(np.ones((5, 4, 3, 2)), requires_grad=True)
    out = np.einsum("...ij,...jk", x, y)
    assert out.shape == (5, 4, 2, 2)
    out.sum().backward()
    np.testing.assert_array_equal(x.grad, np.full((1, 2, 3), 40.0))
    np.testing.assert_array_equal(y.grad, np.full((5, 4, 3, 2), 2.0))


def test_einsum_of_one_array_with_itself_counts_both_places():
    np.testing.assert_array_equal(ag.grad(lambda x: np.einsum("i,i", x, x))(V), 2 * V)
    hessian = ag.hessian(lambda x: np.einsum("i,ij,j", x, S[0], x))(V)
    np.testing.assert_allclose(hessian, S[0] + S[0].T, rtol=1e-15)


def test_einsum_of_complex_numbers_conjugates_once():
    x = ag.tensor(Z, requires_grad=True)
    np.real(np.einsum("i,i", x, Z[::-1])).backward()
    np.testing.assert_allclose(x.grad, np.conj(Z[::-1]))


def test_einsum_path_is_answered_from_the_data():
    assert np.einsum_path("ij,jk", ag.tensor(A), B)[0] == ["einsum_path", (0, 1)]


# Others ---------------------------------------------------------------------------------


def test_a_2_vector_in_a_cross_product_has_no_third_component():
    a, b = A[:, :2], A
    ours = np.cross(ag.tensor(a), ag.tensor(b))
    np.testing.assert_allclose(ours.data, np.cross(np.c_[a, [0, 0]], b))
    other = np.cross(ag.tensor(b), ag.tensor(a))
    np.testing.assert_allclose(other.data, -ours.data)
    flat = np.cross(ag.tensor(a), ag.tensor(a[::-1]))
    np.testing.assert_allclose(flat.data, a[:, 0] * a[::-1, 1] - a[:, 1] * a[::-1, 0])


def test_a_stack_of_cross_products_sums_over_what_was_stretched():
    g = ag.grad(lambda v: np.cross(S, v)[..., 2].sum())(V)
    np.testing.assert_allclose(g, [-S[..., 1].sum(), S[..., 0].sum(), 0.0])


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("m", [1, 2, 3, 6])
def test_convolutions_of_all_lengths_have_the_right_slopes(mode, n, m):
    a, v = RNG.normal(size=n), RNG.normal(size=m)
    for f in (np.convolve, np.correlate):
        check_grads(lambda a, v, f=f: f(a, v, mode), a, v)


def test_correlate_conjugates_its_second_argument():
    x, y = ag.tensor(Z[:3], requires_grad=True), ag.tensor(W, requires_grad=True)
    np.real(np.correlate(x, y)).sum().backward()
    np.testing.assert_allclose(x.grad, W)
    np.testing.assert_allclose(y.grad, Z[:3])


@pytest.mark.parametrize(
    ("order", "second"), [(None, np.nan), (2, np.nan), (3, np.nan), (1, 0), (np.inf, 0)]
)
def test_the_norm_of_zero_is_flat_to_first_order_and_has_no_second(order, second):
    """But for norms that are linear on either side of their kinks."""
    zero = np.zeros(3)

    def norm(x):
        return np.linalg.norm(x, order)

    assert not ag.grad(norm)(zero).any()
    np.testing.assert_array_equal(ag.hessian(norm)(zero), np.full((3, 3), second))
    assert ag.jvp(norm, (zero,), (np.ones(3),))[1] == 0


def test_a_row_of_zeros_has_no_part_in_the_norms_of_others():
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    total = lambda x: np.linalg.norm(x, axis=1).sum()  # noqa: E731
    np.testing.assert_allclose(ag.grad(total)(x), [[0, 0], [0.6, 0.8]])
    hessian = ag.hessian(total)(x)
    np.testing.assert_allclose(
        hessian[1, :, 1], (np.eye(2) - np.outer(x[1], x[1]) / 25) / 5, atol=1e-15
    )
    assert not hessian[1, :, 0].any()
    assert not hessian[0, :, 1].any()


@pytest.mark.parametrize("order", [1.5, 3, 4, 0.5, -1])
@pytest.mark.parametrize("axis", [None, 0, (0, 2)])
def test_norms_of_any_order_have_the_right_derivatives(order, axis):
    check_grads(lambda x: N.vector_norm(x, ord=order, axis=axis), S + np.sign(S))
    check_grads(lambda x: N.vector_norm(x, ord=order, axis=axis), S[:, :1, :2] * 1j + 1)


def test_the_number_of_elements_that_are_not_0_has_no_derivative():
    y = np.linalg.norm(ag.tensor([0.0, 2.0], requires_grad=True), 0)
    assert y.data == 1.0
    assert not y.requires_grad


def test_a_power_of_0_is_the_identity_and_has_no_derivative():
    y = np.linalg.matrix_power(ag.tensor(S, requires_grad=True), 0)
    np.testing.assert_array_equal(y.data, np.broadcast_to(np.eye(3), S.shape))
    assert not y.requires_grad


def test_multi_dot_multiplies_in_the_order_that_costs_least():
    x = ag.tensor(np.ones(50), requires_grad=True)
    out = N.multi_dot([np.ones((2, 50)), np.ones((50, 50)), x])
    assert out.data.tolist() == [2500.0, 2500.0]
    assert out.inputs[1].shape == (50,)


@pytest.mark.parametrize(
    ("call", "kind", "name"),
    [
        (lambda x: np.einsum("ij,jk", x, x), ValueError, "einsum"),
        (lambda x: np.einsum("ijk", x), ValueError, "einsum"),
        (lambda x: np.einsum("ij->ii", x), ValueError, "einsum"),
        (lambda x: np.einsum("ij", x, dtype=np.int64), TypeError, "einsum"),
        (lambda x: np.dot(x, x), ValueError, "dot"),
        (lambda x: np.inner(x, B), ValueError, "inner"),
        (lambda x: np.vdot(x, V), ValueError, "vdot"),
        (lambda x: np.cross(x, B), ValueError, "cross"),
        (lambda x: np.cross(x, x, axis=5), np.exceptions.AxisError, "cross"),
        (lambda x: np.tensordot(x, x, 1), ValueError, "tensordot"),
        (lambda x: np.tensordot(x, x, ([0, 0], [0, 1])), ValueError, "tensordot"),
        (lambda x: np.vecdot(x, B), ValueError, "vecdot"),
        (lambda x: np.vecdot(x, x, axis=0, axes=[0, 0]), TypeError, "axis"),
        (lambda x: np.matmul(x, B, axis=0), TypeError, "matmul"),
        (lambda x: np.matmul(x, B, axes=[0]), ValueError, "matmul"),
        (lambda x: N.matrix_power(x, 2), ValueError, "matrix_power"),
        (lambda x: N.matrix_power(x, 1.5), TypeError, "matrix_power"),
        (lambda x: N.multi_dot([x]), ValueError, "multi_dot"),
        (lambda x: N.multi_dot([x, S, x]), ValueError, "multi_dot"),
        (lambda x: N.outer(x, x), ValueError, "outer"),
        (lambda x: N.cross(x, x[:, :2]), ValueError, "cross"),
        (lambda x: np.convolve(x, V), ValueError, "convolve"),
        (lambda x: np.convolve(x[:0, 0], V), ValueError, "convolve"),
        (lambda x: np.correlate(x, V), ValueError, "correlate"),
        (lambda x: N.norm(x, 3), ValueError, "norm"),
        (lambda x: N.norm(x, "fro", axis=0), ValueError, "norm"),
        (lambda x: N.norm(x, axis=(0, 0)), ValueError, "norm"),
        (lambda x: N.matrix_norm(x[0]), ValueError, "matrix_norm"),
        (lambda x: np.polyder(x[0], -1), ValueError, "polyder"),
        (lambda x: np.polyint(x[0], 3, [1.0, 2.0]), ValueError, "polyint"),
        (lambda x: np.vander(x), ValueError, "vander"),
        (lambda x: np.dot(x, B, out=np.ones((2, 4))), TypeError, "dot"),
    ],
)
def test_bad_input_raises_numpys_kind_of_error_and_names_the_function(call, kind, name):
    with pytest.raises(kind, match=name):
        call(ag.tensor(A, requires_grad=True))
