"""vjp and jvp: seeds, structures, and one pull called many times."""

import threading

import numpy as np
import pytest

import autograd as ag
from autograd import Value

A = np.array([1.0, 2.0, 3.0])
B = np.array([0.5, -1.0, 2.0])


def test_the_pull_of_vjp_can_be_called_several_times():
    value, pull = ag.vjp(lambda x, y: x * y, A, B)
    np.testing.assert_array_equal(value, A * B)
    for scale in (1.0, 2.0, 1.0, 0.0):
        gx, gy = pull(np.full(3, scale))
        np.testing.assert_array_equal(gx, scale * B)
        np.testing.assert_array_equal(gy, scale * A)


def test_the_pull_does_not_write_into_its_cotangent():
    _, pull = ag.vjp(lambda x: x + x * 1.0 + x[0:3] + x, A)
    g = np.ones(3)
    pull(g)
    assert g.tolist() == [1.0, 1.0, 1.0]


def test_the_pull_works_after_no_grad_and_inside_it():
    with ag.no_grad():
        _, pull = ag.vjp(np.tanh, A)
        inside = pull(np.ones(3))[0]
    np.testing.assert_allclose(pull(np.ones(3))[0], inside)
    np.testing.assert_allclose(inside, 1 - np.tanh(A) ** 2)


def test_vjp_takes_and_gives_containers():
    value, pull = ag.vjp(lambda p: {"sum": p[0] + p[1], "twice": [2 * p[0]]}, (A, B))
    np.testing.assert_array_equal(value["sum"], A + B)
    ((ga, gb),) = pull({"sum": A, "twice": [B]})
    np.testing.assert_array_equal(ga, A + 2 * B)
    np.testing.assert_array_equal(gb, A)


def test_an_output_returned_twice_or_the_argument_itself_gathers_all_cotangents():
    value, pull = ag.vjp(lambda x: (x, x, [x * 2]), A)
    np.testing.assert_array_equal(value[0], A)
    (g,) = pull((A, B, [B]))
    np.testing.assert_array_equal(g, A + 3 * B)
    assert ag.grad(lambda x: x)(2.0) == 1.0
    assert ag.jacobian(lambda x: x)(A).tolist() == np.eye(3).tolist()


def test_constants_among_the_outputs_are_passed_through():
    value, pull = ag.vjp(lambda x: {"y": x * 2, "n": 5.0, "a": np.ones(2)}, A)
    assert value["n"] == 5.0
    (g,) = pull({"y": B, "n": 0.0, "a": np.zeros(2)})
    np.testing.assert_array_equal(g, 2 * B)
    value, t = ag.jvp(lambda x: (x * 2, 5.0), (A,), (B,))
    np.testing.assert_array_equal(t[0], 2 * B)
    assert t[1] == 0.0


def test_the_pull_may_run_in_several_threads_at_once():
    """One pull is held in the middle of its sweep while another begins and ends."""
    held, go_on = threading.Event(), threading.Event()
    slow = threading.local()

    def rule(g):
        if getattr(slow, "waits", False):
            held.set()
            go_on.wait(timeout=30)
        return g

    pause = ag.linear(lambda x: x * 1.0, rule, name="pause in the pull")
    _, pull = ag.vjp(lambda x: pause(x * x), A)
    results = []

    def work():
        slow.waits = True
        results.append(pull(np.ones(3))[0])

    thread = threading.Thread(target=work)
    thread.start()
    assert held.wait(timeout=30)
    np.testing.assert_array_equal(pull(np.ones(3))[0], 2 * A)
    go_on.set()
    thread.join()
    np.testing.assert_array_equal(results[0], 2 * A)


def test_the_pull_may_be_called_while_it_runs():
    seen = []

    def again(*event):
        if len(seen) < 1:
            seen.append(None)
            seen[0] = pull(np.ones(3))[0]

    _, pull = ag.vjp(lambda x: np.tanh(x * x), A)
    expected = pull(np.ones(3))[0]
    with ag.listen(again):
        outer = pull(np.ones(3))[0]
    np.testing.assert_array_equal(seen[0], expected)
    np.testing.assert_array_equal(outer, expected)


def test_cotangents_in_a_dictionary_are_matched_by_key_and_not_by_order():
    _, pull = ag.vjp(lambda x: {"a": x * 1, "b": x * 10}, A)
    (g,) = pull({"b": np.zeros(3), "a": np.ones(3)})
    assert g.tolist() == [1.0, 1.0, 1.0]


def test_tangents_in_a_dictionary_are_matched_by_key_and_not_by_order():
    _, t = ag.jvp(
        lambda p: p["a"] + 10 * p["b"],
        ({"a": A, "b": B},),
        ({"b": 0 * A, "a": 0 * A + 1},),
    )
    assert t.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    "wrong", [np.ones(2), np.ones((3, 1)), 1.0, ag.tensor([1.0, 2.0]), ag.tensor(1.0)]
)
def test_cotangents_and_tangents_of_a_wrong_shape_are_refused(wrong):
    _, pull = ag.vjp(lambda x: x * 2, A)
    with pytest.raises(ValueError, match=r"\(3,\)"):
        pull(wrong)
    with pytest.raises(ValueError, match=r"\(3,\)"):
        ag.jvp(lambda x: x * 2, (A,), (wrong,))
    with pytest.raises(ValueError, match=r"\(3,\)"):
        (ag.tensor(A, requires_grad=True) * 2).backward(wrong)


@pytest.mark.parametrize("wrong", [(A, B), {"a": A}, [A], ((A,),)])
def test_cotangents_and_tangents_of_a_wrong_structure_are_refused(wrong):
    _, pull = ag.vjp(lambda p: {"b": p["b"] * 2, "c": p["b"]}, {"b": A})
    with pytest.raises((ValueError, TypeError), match=r"structure|expected"):
        pull(wrong)
    with pytest.raises((ValueError, TypeError), match=r"structure|expected"):
        ag.jvp(lambda p: p["b"], ({"b": A},), (wrong,))


@pytest.mark.parametrize("junk", [None, "1", object()])
def test_tangents_and_cotangents_that_are_no_numbers_are_refused(junk):
    """NumPy would make NaN of None."""
    for call in (
        lambda: ag.jvp(lambda x, y: x * y, (1.0, 2.0), (1.0, junk)),
        lambda: ag.vjp(lambda x: x * 2, 1.0)[1](junk),
        lambda: ag.vjp(lambda x: x * 2, Value(1.0))[1](junk),
        lambda: ag.hvp(lambda x: x * x, (1.0,), (junk,)),
    ):
        with pytest.raises((TypeError, ValueError)):
            call()


def test_jvp_of_an_argument_with_a_tensor_tangent_has_the_arguments_dtype():
    x = np.ones(3, np.float32)
    _, t = ag.jvp(lambda x: x * 2, (x,), (ag.tensor(np.ones(3)),))
    assert np.asarray(t).dtype == np.float32


@pytest.mark.parametrize("size", [3, 5000])
def test_an_argument_may_be_written_after_the_forward_pass(size):
    for swept in (
        lambda x: (ag.vjp(lambda x: x * x, x)[1], lambda f: f(np.ones(size))[0]),
        lambda x: (ag.linearize(lambda x: x * x, x)[1], lambda f: f(np.ones(size))),
        lambda x: (ag.vjp(lambda d: d["a"] ** 3, {"a": x})[1],
                   lambda f: f(np.ones(size))[0]["a"] * 2 / 3),
    ):  # fmt: skip
        x = np.ones(size)
        sweep, result = swept(x)
        x[:] = 7
        np.testing.assert_allclose(result(sweep), np.full(size, 2.0))


@pytest.mark.parametrize("zero", [0, 0.0, -0.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_python_s_zero_is_numpys_in_every_mode(zero, dtype):
    x = np.array([1.0, -2.0], dtype)

    def f(x):
        return x / zero

    with np.errstate(all="ignore"):
        expected = x / dtype(zero) / x
        tangent = ag.jvp(f, (x,), (np.ones(2, dtype),))[1]
        np.testing.assert_array_equal(tangent, abs(expected) * np.sign(1 / dtype(zero)))
        assert tangent.dtype == dtype
        assert not np.any(ag.hessian(lambda x: np.sum(f(x)))(x) > 0)
        assert np.isinf(ag.grad(f)(ag.Value(2.0)).data)
        assert ag.grad(ag.grad(f))(2.0) == 0
        for few in (np.ones(1), np.ones((1, 1))):
            with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
                assert np.isnan(ag.jvp(np.cov, (few,), (few,))[1])
