"""jacobian, hessian and hvp."""

import tracemalloc

import numpy as np
import pytest

import autograd as ag

A = np.array([1.0, 2.0, 3.0])
B = np.array([0.5, -1.0, 2.0])


def test_both_modes_of_the_jacobian_agree():
    def f(x):
        return np.tanh(x[:2] * x[1:]) * x.sum()

    by_rows = ag.jacobian(f, mode="reverse")(A)
    by_columns = ag.jacobian(f, mode="forward")(A)
    assert by_rows.shape == (2, 3)
    np.testing.assert_allclose(by_rows, by_columns, rtol=1e-14)
    np.testing.assert_allclose(ag.jacobian(f)(A), by_rows, rtol=1e-14)


def test_the_jacobian_has_the_shapes_of_output_and_input():
    x = np.ones((2, 3))
    assert ag.jacobian(lambda x: x.T[None])(x).shape == (1, 3, 2, 2, 3)
    assert ag.jacobian(lambda x: x.sum())(x).shape == (2, 3)
    assert ag.jacobian(lambda s: s * x)(2.0).shape == (2, 3)
    assert ag.jacobian(lambda s: s * s)(2.0) == 4.0
    y = np.ones(4)
    assert ag.jacobian(lambda x, y: x.sum() * y, argnums=1)(x, y).shape == (4, 4)


def test_the_hessian_is_the_jacobian_of_the_gradient():
    def f(x):
        return np.sum(np.exp(x) * x[::-1]) + x.prod()

    h = ag.hessian(f)(A)
    np.testing.assert_allclose(h, h.T, rtol=1e-13)
    np.testing.assert_allclose(h, ag.jacobian(ag.grad(f))(A), rtol=1e-13)
    np.testing.assert_allclose(
        h, ag.jacobian(ag.grad(f), mode="reverse")(A), rtol=1e-13
    )
    v = np.array([1.0, -1.0, 0.5])
    np.testing.assert_allclose(ag.hvp(f, (A,), (v,)), h @ v, rtol=1e-13)
    assert ag.hessian(lambda x: x**4)(1.0) == 12.0


def test_hvp_of_several_arguments_gives_a_tuple():
    def f(x, y):
        return (x * x * y).sum()

    px, py = ag.hvp(f, (A, B), (np.ones(3), np.zeros(3)))
    np.testing.assert_allclose(px, 2 * B)
    np.testing.assert_allclose(py, 2 * A)


def test_several_arguments_and_containers_have_a_block_for_each_pair():
    def f(p, y):
        return {"a": p["u"] * y, "b": [np.sum(p["v"]) * y[:2]]}

    p = {"u": A, "v": B[:2]}
    for mode in ("forward", "reverse", "auto"):
        blocks = ag.jacobian(f, argnums=(0, 1), mode=mode)(p, B)
        by_p, by_y = blocks["a"]
        assert blocks["b"][0][0]["v"].shape == (2, 2)
        np.testing.assert_allclose(by_p["u"], np.diag(B))
        np.testing.assert_allclose(by_p["v"], np.zeros((3, 2)))
        np.testing.assert_allclose(by_y, np.diag(A))
        np.testing.assert_allclose(blocks["b"][0][0]["v"], np.outer(B[:2], [1, 1]))
        np.testing.assert_allclose(blocks["b"][0][1], np.eye(2, 3) * B[:2].sum())


def test_a_hessian_by_several_arguments_has_all_mixed_blocks():
    def f(x, y):
        return np.sum(x * x * y) + y.prod()

    (xx, xy), (yx, yy) = ag.hessian(f, (0, 1))(A, B)
    np.testing.assert_allclose(xx, np.diag(2 * B))
    np.testing.assert_allclose(xy, np.diag(2 * A))
    np.testing.assert_allclose(yx, xy.T)
    np.testing.assert_allclose(yy, ag.hessian(f, 1)(A, B))
    blocks = ag.hessian(lambda p: f(p["x"], p["y"]))({"x": A, "y": B})
    np.testing.assert_allclose(blocks["x"]["y"], xy)


def test_jacfwd_and_jacrev_are_the_modes():
    def f(x):
        return np.tanh(x[:2] * x[1:])

    expected = ag.jacobian(f)(A)
    np.testing.assert_allclose(ag.jacfwd(f)(A), expected, rtol=1e-14)
    np.testing.assert_allclose(ag.jacrev(f)(A), expected, rtol=1e-14)


@pytest.mark.parametrize("chunk_size", [1, 2, 3, 100, None])
def test_chunks_of_any_size_give_the_same(chunk_size):
    def f(x):
        return np.exp(x) * x[::-1]

    for mode in ("forward", "reverse"):
        found = ag.jacobian(f, mode=mode, chunk_size=chunk_size)(A)
        np.testing.assert_allclose(found, ag.jacobian(f)(A), rtol=1e-14)
    with pytest.raises(ValueError, match="chunk_size"):
        ag.jacobian(f, chunk_size=0)


def test_chunks_bound_the_memory_beside_the_result():
    x, ones = np.ones(200), np.ones((100, 1))

    def peak(chunk_size):
        tracemalloc.start()
        ag.jacrev(lambda x: np.tanh(ones * x).sum(1), chunk_size=chunk_size)(x)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found / (8 * 100 * 200)  # what a sweep computes along one vector

    assert peak(5) < 40
    assert peak(100) > 100


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_infinite_slopes_and_exact_zeros_are_as_in_sweeps_of_their_own(mode):
    x = np.array([0.0, 1.0, 4.0])

    def f(x):
        return np.where(x > 0, np.sqrt(x), 0.0)

    expected = np.diag([0.0, 0.5, 0.25])
    np.testing.assert_allclose(ag.jacobian(f, mode=mode)(x), expected)


def test_a_jacobian_that_depends_on_something_tracked_is_tracked():
    w = ag.tensor(B, requires_grad=True)
    j = ag.jacobian(lambda x: np.sin(x * w))(A)
    assert j.requires_grad
    j.sum().backward()
    expected = ag.grad(
        lambda w: np.sum(ag.jacobian(lambda x: np.sin(x * w))(A)[range(3), range(3)])
    )(B)
    np.testing.assert_allclose(w.grad, expected)
    third = ag.jacobian(ag.jacobian(ag.jacobian(lambda x: np.prod(x) * x)))(A)
    assert third.shape == (3,) * 4


def test_a_persons_rule_that_reads_its_cotangent_has_its_own_sweeps():
    def rule(g, x):
        return g * 2 if float(np.sum(g)) > 0 else g

    op = ag.general(lambda x: 2 * x, rule, name="doubled")
    j = ag.jacobian(lambda x: op(x), mode="reverse")(A)
    np.testing.assert_allclose(j, 2 * np.eye(3))


def test_the_jacobian_of_values_in_containers():
    out = ag.jacobian(lambda p: [p["x"] * p["y"], p["x"] + 1.0])(
        {"x": ag.Value(2.0), "y": ag.Value(3.0)}
    )
    assert [float(block["x"].data) for block in out] == [3.0, 1.0]
    assert [float(block["y"].data) for block in out] == [2.0, 0.0]


def test_aux_is_handed_back_beside_every_derivative():
    def f(x):
        return np.sum(x**3), {"twice": x * 2, "note": "text"}

    for transform, expected in (
        (ag.grad, 3 * A**2),
        (ag.jacobian, 3 * A**2),
        (ag.jacfwd, 3 * A**2),
        (ag.jacrev, 3 * A**2),
        (ag.hessian, np.diag(6 * A)),
    ):
        found, aux = transform(f, has_aux=True)(A)
        np.testing.assert_allclose(found, expected)
        assert type(aux["twice"]) is np.ndarray
        assert aux["note"] == "text"
        np.testing.assert_allclose(aux["twice"], 2 * A)
    (value, aux), _ = ag.value_and_grad(f, has_aux=True)(A)
    assert value == np.sum(A**3)
    value, pull, aux = ag.vjp(f, A, has_aux=True)
    np.testing.assert_allclose(pull(1.0)[0], 3 * A**2)
    value, t, aux = ag.jvp(f, (A,), (B,), has_aux=True)
    np.testing.assert_allclose(t, 3 * A**2 @ B)
    value, push, aux = ag.linearize(f, A, has_aux=True)
    np.testing.assert_allclose(push(B), t)
    np.testing.assert_allclose(aux["twice"], 2 * A)
    with pytest.raises(TypeError, match="pair"):
        ag.grad(np.sum, has_aux=True)(A)


def test_what_is_linearized_runs_once():
    runs = []

    def f(x, y):
        runs.append(1)
        return {"product": x * y, "sum": x + y}

    value, push = ag.linearize(f, A, B)
    np.testing.assert_allclose(value["product"], A * B)
    for t in (A, B):
        expected = ag.jvp(f, (A, B), (t, t))[1]
        np.testing.assert_allclose(push(t, t)["product"], expected["product"])
    assert len(runs) == 3
    np.testing.assert_allclose(
        ag.vmap(lambda t: push(t, t * 0)["product"])(np.eye(3)), np.diag(B)
    )
    np.testing.assert_allclose(
        ag.grad(lambda t: np.sum(push(t, t)["product"] ** 2))(A),
        2 * (A + B) ** 2 * A,
    )
    with pytest.raises(ValueError, match="shape"):
        push(A[:2], B)


def test_what_is_stopped_has_no_derivative_in_any_mode_or_order():
    def f(x):
        kept = ag.stop_gradient({"x": x, "other": ("text", x.sum())})
        return np.sum(x * kept["x"]) * kept["other"][1]

    np.testing.assert_allclose(ag.grad(f)(A), A * A.sum())
    np.testing.assert_allclose(ag.jvp(f, (A,), (B,))[1], A @ B * A.sum())
    assert not ag.hessian(f)(A).any()
    rows = np.stack([A, B])
    np.testing.assert_allclose(ag.vmap(ag.grad(f))(rows), [x * x.sum() for x in rows])
    stopped = ag.stop_gradient(ag.tensor(A, requires_grad=True))
    assert type(stopped) is ag.Tensor
    assert not stopped.requires_grad
    assert not ag.stop_gradient(ag.Value(2.0)).requires_grad
    assert ag.stop_gradient(A) is A
    assert ag.stop_gradient(3) == 3
