"""Transforms: what goes in, what comes out, and what they leave behind."""

from collections import OrderedDict, defaultdict, namedtuple

import numpy as np

import autograd as ag
from autograd import Value

Point = namedtuple("Point", "x y")
A = np.array([1.0, 2.0, 3.0])
B = np.array([0.5, -1.0, 2.0])


def cubes(x):
    return (x * x * x).sum()


def test_arrays_in_arrays_out():
    g = ag.grad(cubes)(A)
    assert type(g) is np.ndarray
    assert g.tolist() == [3.0, 12.0, 27.0]
    assert g.flags.owndata
    assert g.flags.writeable


def test_floats_in_floats_out():
    assert type(ag.grad(lambda x: x * x)(3.0)) is float
    value, slope = ag.value_and_grad(lambda x: x * x)(3.0)
    assert (type(value), type(slope)) == (float, float)
    assert (value, slope) == (9.0, 6.0)
    assert type(ag.jvp(lambda x: x * x, (3.0,), (1.0,))[1]) is float
    assert type(ag.hvp(lambda x: x**3, (2.0,), (1.0,))) is float


def test_tensors_in_tensors_out_and_untracked_unless_the_argument_is_tracked():
    g = ag.grad(cubes)(ag.tensor(A))
    assert type(g) is ag.Tensor
    assert not g.requires_grad
    assert g.op is None
    h = ag.grad(cubes)(ag.tensor(A, requires_grad=True))
    assert type(h) is ag.Tensor
    assert h.requires_grad


def test_values_in_values_out():
    g = ag.grad(lambda x: x**3)(Value(2.0, requires_grad=False))
    assert type(g) is Value
    assert g.data == 12.0
    assert not g.requires_grad
    x = Value(2.0)
    g = ag.grad(lambda x: x**3)(x)
    g.backward()
    assert x.grad == 12.0


def test_the_function_always_receives_tensors():
    seen = []

    def f(*args):
        seen.extend(args)
        return sum(np.sum(x) for x in args)

    ag.grad(f, argnums=(0, 1, 2))(2.0, A, ag.tensor(A))
    assert [type(x) for x in seen] == [ag.Tensor] * 3
    assert seen[0].shape == ()
    assert not any(x.requires_grad for x in seen)  # un-tracked when the transform ended


def test_other_arguments_pass_through_untouched():
    def f(x, n, *, name):
        assert type(n) is int
        assert name == "this"
        return (x**n).sum()

    assert ag.grad(f)(A, 2, name="this").tolist() == [2.0, 4.0, 6.0]


def test_argnums_choose_arguments_in_the_order_they_name_them():
    def f(x, y, z):
        return (x * y * z).sum()

    gx, gz = ag.grad(f, argnums=(0, 2))(A, B, 2 * A)
    np.testing.assert_array_equal(gx, B * 2 * A)
    np.testing.assert_array_equal(gz, A * B)
    gz, gx = ag.grad(f, argnums=(2, 0))(A, B, 2 * A)
    np.testing.assert_array_equal(gx, B * 2 * A)
    assert type(ag.grad(f, argnums=1)(A, B, A)) is np.ndarray
    assert type(ag.grad(f, argnums=(1,))(A, B, A)) is tuple
    np.testing.assert_array_equal(ag.grad(f, argnums=-1)(A, B, A), A * B)


def test_gradients_have_the_structure_of_nested_containers():
    params = {
        "layers": [(A, 2.0), Point(B, [ag.tensor(A), Value(1.5)])],
        "nothing": None,
        "ordered": OrderedDict(b=np.float32(2), a=A[:1]),
    }

    def f(p):
        (a, s), point = p["layers"]
        assert type(point) is Point
        assert p["nothing"] is None
        u, v = point.y
        assert type(v) is Value
        return (
            (a * s).sum()
            + (point.x * u).sum()
            + (p["ordered"]["b"] * p["ordered"]["a"]).sum()
        )

    def without_value(p):
        return f(p)

    g = ag.grad(without_value)(params)
    assert list(g) == ["layers", "nothing", "ordered"]
    assert g["nothing"] is None
    (da, ds), point = g["layers"]
    assert da.tolist() == [2.0, 2.0, 2.0]
    assert ds == 6.0
    assert type(ds) is float
    assert type(point) is Point
    assert type(point.y[0]) is ag.Tensor
    np.testing.assert_array_equal(point.x, A)
    np.testing.assert_array_equal(point.y[0].data, B)
    assert type(point.y[1]) is Value
    assert point.y[1].data == 0.0
    assert type(g["ordered"]) is OrderedDict
    assert list(g["ordered"]) == ["b", "a"]
    assert g["ordered"]["a"].tolist() == [2.0]


def test_a_defaultdict_is_a_dictionary():
    params = defaultdict(list, w=A)
    g = ag.grad(lambda p: (p["w"] ** 2).sum())(params)
    assert g["w"].tolist() == [2.0, 4.0, 6.0]


def test_unused_arguments_have_zero_gradients_of_their_own_shape_and_dtype():
    gx, gy = ag.grad(lambda x, y: (x * 2).sum(), (0, 1))(A, np.ones((2, 1), np.float32))
    assert gy.shape == (2, 1)
    assert gy.dtype == np.float32
    assert not gy.any()
    assert gx.tolist() == [2.0] * 3
    assert ag.grad(lambda x: 3.0)(2.0) == 0.0
    assert ag.grad(lambda x: np.float64(3))(A).tolist() == [0.0] * 3
    assert ag.jvp(lambda x, y: y * 1.0, (1.0, 2.0), (1.0, 0.0))[1] == 0.0
    assert ag.jvp(lambda x: 5.0, (1.0,), (1.0,)) == (5.0, 0.0)
    assert ag.jacobian(lambda x: np.ones(2))(A).tolist() == [[0.0] * 3] * 2


def test_the_same_array_given_twice_is_two_arguments():
    gx, gy = ag.grad(lambda x, y: (x * x * y).sum(), (0, 1))(A, A)
    np.testing.assert_array_equal(gx, 2 * A * A)
    np.testing.assert_array_equal(gy, A * A)


def test_results_share_no_memory_with_each_other_or_the_arguments():
    x = A.copy()
    gx, gy = ag.grad(lambda x, y: (x + y).sum(), (0, 1))(x, x)
    assert not np.shares_memory(gx, gy)
    (g,) = ag.vjp(lambda x: x, x)[1](x)
    value, _ = ag.vjp(lambda x: x, x)
    y, t = ag.jvp(lambda x: x, (x,), (x,))
    for result in (g, value, y, t):
        assert not np.shares_memory(result, x)


def test_values_go_through_every_transform():
    x, y = Value(2.0), Value(3.0)

    def f(x, y):
        return x * x * y

    assert [g.data for g in ag.grad(f, (0, 1))(x, y)] == [12.0, 4.0]
    assert ag.jvp(f, (x, y), (Value(1.0), 0.0))[1].data == 12.0
    assert ag.hvp(lambda x: x**3, (x,), (1.0,)).data == 12.0
    assert ag.jacobian(lambda x: x * x)(x).data == 4.0
    assert ag.hessian(lambda x: x**3)(x).data == 12.0
    value, pull = ag.vjp(f, x, y)
    assert value.data == 12.0
    assert [g.data for g in pull(2.0)] == [24.0, 8.0]


def test_values_given_untracked_come_out_untracked_from_every_transform():
    x = Value(2.0, requires_grad=False)
    for result in (
        ag.grad(lambda x: x**3)(x),
        ag.hvp(lambda x: x**3, (x,), (1.0,)),
        ag.jacobian(lambda x: x * x)(x),
        ag.hessian(lambda x: x**3)(x),
        *ag.jvp(lambda x: x * x, (x,), (1.0,)),
    ):
        assert type(result) is Value
        assert not result.requires_grad
