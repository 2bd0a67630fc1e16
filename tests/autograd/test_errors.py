"""Errors say what was expected, what came (shape, dtype, operation), and what to do."""

import numpy as np
import pytest

import autograd as ag
from autograd import StaleWriteError, Value


def tracked(array):
    return ag.tensor(array, requires_grad=True)


def message_of(error, call):
    with pytest.raises(error) as caught:
        call()
    text = str(caught.value)
    assert len(text) > 20
    assert "\n" not in text.strip()
    return text


def assert_says(text, *words):
    for word in words:  # NumPy writes shapes without spaces
        assert word.replace(" ", "") in text.replace(" ", ""), (
            f"{word!r} not in: {text}"
        )


A, B = tracked(np.ones((2, 3))), tracked(np.ones((4, 5)))

MISMATCHES = {
    "add": lambda: A + B,
    "subtract": lambda: A - B,
    "multiply": lambda: A * np.ones((4, 5)),
    "divide": lambda: np.ones((2, 3)) / B,
    "power": lambda: A**B,
    "maximum": lambda: np.maximum(A, B),
    "greater": lambda: A > B,
    "matmul": lambda: A @ B,
    "affine": lambda: ag.affine(A, B, np.ones(4)),
    "where": lambda: ag.where(A > 0, A, B),
    "clip": lambda: ag.clip(A, B, B),
    "concatenate": lambda: ag.concatenate([A, B]),
    "stack": lambda: ag.stack([A, B]),
}


@pytest.mark.parametrize("name", MISMATCHES)
def test_a_shape_mismatch_tells_both_shapes_and_the_operation(name):
    text = message_of(ValueError, MISMATCHES[name])
    assert_says(text, name, "(2, 3)", "(4, 5)")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: A.reshape(7), ("reshape", "(2, 3)", "7")),
        (lambda: A.sum(axis=5), ("sum", "(2, 3)", "5")),
        (lambda: A.transpose(0, 0), ("transpose", "(2, 3)")),
        (lambda: ag.broadcast_to(A, (5, 5)), ("broadcast_to", "(2, 3)", "(5, 5)")),
        (lambda: ag.squeeze(A, axis=0), ("squeeze", "(2, 3)")),
        (lambda: ag.split(A, 2, axis=1), ("split", "(2, 3)")),
        (lambda: A @ 3.0, ("matmul", "(2, 3)")),
        (lambda: A.swapaxes(0, 7), ("swapaxes", "(2, 3)")),
        (lambda: A.softmax(axis=3), ("softmax", "(2, 3)", "3")),
    ],
)
def test_a_bad_shape_or_axis_tells_the_operation_and_the_shape(call, words):
    assert_says(message_of((ValueError, TypeError), call), *words)


def test_an_error_of_numpy_is_kept_as_the_cause():
    with pytest.raises(ValueError, match="add") as caught:
        A + B
    assert isinstance(caught.value.__cause__, ValueError)
    with pytest.raises(np.exceptions.AxisError):
        A.sum(axis=5)


def test_backward_of_a_non_scalar_tells_the_shape_and_to_sum():
    text = message_of(ValueError, lambda: (A * 2).backward())
    assert_says(text, "backward()", "scalar", "(2, 3)", "Sum", "gradient=")
    assert A.grad is None


def test_backward_of_an_empty_tensor_is_refused_as_non_scalar():
    text = message_of(ValueError, lambda: (tracked(np.ones((0, 3))) * 2).backward())
    assert_says(text, "(0, 3)")


def test_backward_of_something_untracked_says_what_to_do():
    for node in (
        ag.tensor(1.0) * 2,
        Value(1.0, requires_grad=False) * 2,
        A.detach()[0, 0],
    ):
        text = message_of(ValueError, lambda node=node: node.backward())
        assert_says(text, "tracked", "requires_grad=True")


@pytest.mark.parametrize("transform", [ag.grad, ag.value_and_grad, ag.hessian])
def test_grad_of_a_non_scalar_tells_the_shape_to_sum_and_jacobian(transform):
    text = message_of(ValueError, lambda: transform(lambda x: x * 2)(np.ones((3, 2))))
    assert_says(text, "scalar", "(3, 2)", "Sum", "jacobian")


def test_grad_of_a_complex_result_says_to_take_its_real_part():
    text = message_of(
        ValueError, lambda: ag.grad(lambda z: (z * z).sum())(np.array([1j]))
    )
    assert_says(text, "real", "complex128")


@pytest.mark.parametrize("result", [None, "text", [1.0], (A, A), {"loss": 1.0}])
def test_grad_of_a_function_that_returns_no_number_tells_what_it_returned(result):
    text = message_of(TypeError, lambda: ag.grad(lambda x: result)(1.0))
    assert_says(text, "grad", type(result).__name__)


@pytest.mark.parametrize("dtype", [int, np.int32, bool, np.uint8])
def test_tracking_integers_is_refused_with_the_dtype_and_a_way_out(dtype):
    array = np.ones(3, dtype)
    for call in (
        lambda: ag.tensor(array, requires_grad=True),
        lambda: ag.zeros(3, dtype=dtype, requires_grad=True),
        lambda: setattr(ag.tensor(array), "requires_grad", True),
        lambda: ag.grad(lambda x: x.sum() * 1.0)(array),
        lambda: ag.grad(lambda x: x.sum() * 1.0)(ag.tensor(array)),
        lambda: ag.jvp(lambda x: x * 1.0, (array,), (array,)),
    ):
        text = message_of(TypeError, call)
        assert_says(text, "float", np.dtype(dtype).name)


def test_differentiating_at_an_integer_says_to_write_a_float():
    text = message_of(TypeError, lambda: ag.grad(lambda x: x * x)(3))
    assert_says(text, "integer 3", "3.0")


@pytest.mark.parametrize("junk", ["text", object(), {1, 2}, len])
def test_differentiating_with_respect_to_anything_else_names_its_type_and_argnums(junk):
    text = message_of(TypeError, lambda: ag.grad(lambda x, y: y)(junk, 1.0))
    assert_says(text, type(junk).__name__, "argnums")


@pytest.mark.parametrize("argnums", [1, -2, (0, 1), 5])
def test_argnums_out_of_range_tell_how_many_arguments_there_are(argnums):
    text = message_of(TypeError, lambda: ag.grad(lambda x: x, argnums=argnums)(1.0))
    assert_says(text, "argnums", "1 argument")


def test_differentiating_nothing_says_so():
    for call in (
        lambda: ag.grad(lambda x: 1.0)([]),
        lambda: ag.grad(lambda x: 1.0)(None),
        lambda: ag.grad(lambda x: x, argnums=())(1.0),
        lambda: ag.jvp(lambda: 1.0, (), ()),
    ):
        assert_says(
            message_of((TypeError, ValueError), call), "nothing to differentiate"
        )


V = Value(2.0)
MIXES = {
    "Value + Tensor": lambda: V + A,
    "Tensor + Value": lambda: A + V,
    "Value @ array": lambda: V * np.ones(3),
    "array * Value": lambda: np.ones(3) * V,
    "ufunc": lambda: np.add(V, A),
    "ufunc with array": lambda: np.maximum(np.ones(3), V),
    "comparison": lambda: V < A,
    "comparison with array": lambda: np.ones(3) > V,
    "where": lambda: ag.where(A > 0, A, V),
    "where on arrays": lambda: ag.where(np.array([True, False]), V, V),
    "concatenate": lambda: ag.concatenate([A, V]),
    "matmul": lambda: A @ V,
    "clip": lambda: A.clip(V, V),
    "power": lambda: A**V,
}


@pytest.mark.parametrize("name", MIXES)
def test_mixing_values_with_tensors_or_arrays_names_both_and_the_way_out(name):
    text = message_of(TypeError, MIXES[name])
    assert_says(text, "Value")
    assert "Tensor" in text or "array" in text


@pytest.mark.parametrize("junk", ["text", None, object(), {1: 2}])
def test_arithmetic_with_anything_else_names_the_operation_and_the_type(junk):
    for x, name in ((A, "multiply"), (V, "multiply")):
        text = message_of(TypeError, lambda x=x: x * junk)
        assert_says(text, name, type(junk).__name__)
        message_of(TypeError, lambda x=x: junk * x)


@pytest.mark.parametrize("convert", [float, int])
def test_leaving_the_graph_by_conversion_names_data_and_detach(convert):
    for x in (tracked(2.0) * 1.0, V * 1.0):
        text = message_of(TypeError, lambda x=x: convert(x))
        assert_says(text, "float()" if convert is float else "()", ".data", ".detach()")


def test_asarray_of_something_tracked_names_data_and_detach():
    for call in (lambda: np.asarray(A), lambda: np.array(A)):
        assert_says(message_of(TypeError, call), ".data", ".detach()")
    assert_says(message_of(TypeError, lambda: np.asarray(V)), ".data")


def test_updating_an_array_in_place_with_a_tensor_names_the_functional_form():
    array = np.ones((2, 3))

    def times():
        nonlocal array
        array *= A

    def plus():
        nonlocal array
        array += A

    def at():
        nonlocal array
        array @= np.eye(3) * tracked(1.0)

    for call in (times, plus, at):
        text = message_of(TypeError, call)
        assert_says(text, "array = array * tensor")
    assert type(array) is np.ndarray
    assert np.all(array == 1)


def test_updating_an_array_in_place_with_an_untracked_tensor_is_refused_too():
    array = np.ones(3)
    with pytest.raises(TypeError):
        array *= ag.tensor([1.0, 2.0, 3.0])
    assert np.all(array == 1)


def test_setting_an_item_names_the_functional_form():
    def assign():
        A[0] = 1.0

    assert_says(
        message_of(TypeError, assign), "x.at[i].set(v)", "ag.where", "written()"
    )


def test_backward_inside_grad_raises_and_names_grad():
    w = tracked(3.0)

    def f(x):
        loss = w * x * x
        loss.backward()
        return loss

    for call in (
        lambda: ag.grad(f)(2.0),
        lambda: ag.jvp(f, (2.0,), (1.0,)),
        lambda: ag.vjp(f, 2.0),
        lambda: ag.jacobian(f)(2.0),
        lambda: ag.grad(lambda x: ag.grad(lambda y: f(x) * y)(1.0))(2.0),
        lambda: ag.grad(lambda x: f(x))(tracked(2.0)),
        lambda: ag.grad(lambda v: (v * v).backward())(Value(2.0)),
    ):
        assert_says(message_of((ValueError, TypeError), call), "grad")
        assert w.grad is None


def test_backward_inside_grad_of_what_does_not_depend_on_its_argument_is_allowed():
    w = tracked(3.0)

    def f(x):
        (w * w).backward()
        return x * x

    assert ag.grad(f)(2.0) == 4.0
    assert w.grad == 6.0


def test_a_stale_write_is_a_value_error_that_says_what_to_do():
    w = tracked([1.0, 2.0])
    y = (w * w).sum()
    w.data *= 0
    text = message_of(StaleWriteError, y.backward)
    assert_says(text, "multiply", "(2,)", "written", "copy")


@pytest.mark.parametrize(("label", "told"), [(3, "3"), (-1, "-1"), (99, "99")])
def test_a_label_out_of_range_tells_the_label_and_the_classes(label, told):
    logits = tracked(np.zeros((2, 3)))
    text = message_of(
        ValueError, lambda: ag.cross_entropy(logits, np.array([0, label]))
    )
    assert_says(text, "cross_entropy", told, "0 to 2", "(2, 3)")


def test_labels_of_a_wrong_shape_or_dtype_are_told():
    logits = tracked(np.zeros((2, 3)))
    text = message_of(ValueError, lambda: ag.cross_entropy(logits, np.array([0, 1, 2])))
    assert_says(text, "(2, 3)", "(3,)")
    text = message_of(
        ValueError, lambda: ag.cross_entropy(logits, np.zeros((2, 3), int))
    )
    assert_says(text, "(2, 3)")
    text = message_of(TypeError, lambda: ag.cross_entropy(logits, np.array([0.0, 1.0])))
    assert_says(text, "integer", "float64")


def test_a_seed_of_a_wrong_shape_tells_both_shapes():
    text = message_of(ValueError, lambda: (A * 2).backward(np.ones(3)))
    assert_says(text, "(2, 3)", "(3,)")


def test_a_tensor_of_tensors_says_to_stack():
    for call in (lambda: ag.tensor(A), lambda: ag.tensor([A, A])):
        text = message_of(TypeError, call)
        assert "stack" in text or "detach" in text


def test_a_ragged_list_or_text_is_refused():
    for data in ("text", [object()], None):
        message_of((TypeError, ValueError), lambda data=data: ag.tensor(data))
    message_of((TypeError, ValueError), lambda: ag.tensor([[1.0], [1.0, 2.0]]))


def test_requires_grad_of_a_result_says_to_detach():
    def assign():
        (A * 2).requires_grad = False

    text = message_of(ValueError, assign)
    assert_says(text, "leaves", "multiply", "detach")


def test_an_unknown_mode_of_the_jacobian_lists_the_modes():
    text = message_of(ValueError, lambda: ag.jacobian(np.exp, mode="sideways"))
    assert_says(text, "forward", "reverse", "sideways")


def test_a_jacobian_of_no_tensor_says_what_it_needs():
    text = message_of(TypeError, lambda: ag.jacobian(lambda x: "text")(np.ones(2)))
    assert_says(text, "jacobian", "Tensor", "str")


def test_tangents_fewer_than_arguments_are_told():
    message_of(
        (ValueError, TypeError), lambda: ag.jvp(lambda x, y: x * y, (1.0, 2.0), (1.0,))
    )


def test_failed_operations_leave_operands_and_gradients_alone():
    x = tracked([1.0, 2.0])
    x.grad = np.array([5.0, 6.0])
    for call in (
        lambda: x + np.ones(3),
        lambda: x @ np.ones(3),
        lambda: (x * 2).backward(),
        lambda: x.sum(axis=4),
        lambda: ag.grad(lambda y: y * x)(np.ones(2)),
        lambda: ag.cross_entropy(x, 7),
    ):
        with pytest.raises((ValueError, TypeError)):
            call()
    assert x.grad.tolist() == [5.0, 6.0]
    assert x.op is None
    assert x.requires_grad
    (x * x).sum().backward()
    assert x.grad.tolist() == [7.0, 10.0]


def test_every_error_is_a_type_error_or_a_value_error():
    assert issubclass(StaleWriteError, ValueError)


ROW = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("refused", "named", "instead"),
    [
        (lambda x: np.array([x, x]), "np.stack", lambda x: np.stack([x, x])),
        (lambda x: np.mean([x, 2 * x]), "np.stack", lambda x: np.stack([x, x]).mean()),
        (
            lambda x: np.array([[x, 1.0], [2.0, x]]),
            "ag.asarray([[",
            lambda x: ag.asarray([[x, 1.0], [2.0, x]]),
        ),
        (
            lambda x: ROW.copy().__setitem__(0, x),
            ".at[i].set",
            lambda x: ag.asarray(ROW).at[0].set(x),
        ),
        (lambda x: np.full(3, x), "ag.full", lambda x: ag.full(3, x)),
        (lambda x: np.full(3, x, float), "ag.full", lambda x: ag.full(3, x)),
        (lambda x: ROW.dot(x * ROW), "w @ x", lambda x: ROW @ (x * ROW)),
        (
            lambda x: np.max(ROW, initial=x),
            "np.maximum",
            lambda x: np.maximum(np.max(ROW), x),
        ),
        (
            lambda x: np.max(x * ROW, initial=x),
            "np.maximum",
            lambda x: np.maximum(np.max(ROW * x), x),
        ),
    ],
)
def test_where_an_array_cannot_hold_a_tensor_the_error_names_what_works(
    refused, named, instead
):
    """NumPy may raise its own error of our message, which stands above it."""
    with pytest.raises((TypeError, ValueError)) as caught:
        ag.grad(lambda x: np.sum(refused(x)))(4.0)
    error, text = caught.value, str(caught.value)
    while error.__cause__ is not None:
        error = error.__cause__
        text += str(error)
    assert named in text
    assert text.find(named) < (text.find(".data") + 1 or len(text))
    assert ag.grad(lambda x: np.sum(instead(x)))(4.0) > 0.0


@pytest.mark.parametrize("argnums", ["y", None, 1.0, (0, "y"), {0}, True, slice(0)])
@pytest.mark.parametrize("transform", [ag.grad, ag.jacobian, ag.hessian])
def test_argnums_that_are_no_positions_are_refused_by_what_they_are(transform, argnums):
    call = transform(lambda x, y: np.sum(x * y), argnums=argnums)
    text = message_of(TypeError, lambda: call(np.ones(2), np.ones(2)))
    assert_says(text, "argnums", "position", repr(argnums))


def test_argnums_may_be_numpys_integers_and_name_each_argument_once():
    f = lambda x, y: np.sum(x * y)  # noqa: E731
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    np.testing.assert_array_equal(ag.grad(f, np.int64(1))(x, y), x)
    np.testing.assert_array_equal(ag.grad(f, [np.int64(0)])(x, y), [y])
    assert ag.hessian(f, (0,))(x, y).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    for argnums in ((0, 0), (1, -1)):
        call = ag.grad(f, argnums)
        text = message_of(TypeError, lambda call=call: call(x, y))
        assert_says(text, "twice")


def test_a_transform_of_no_function_and_tangents_without_a_tuple_are_refused():
    for call in (lambda: ag.grad(3.0)(1.0), lambda: ag.vjp(A, 1.0)):
        assert_says(message_of(TypeError, call), "function", "grad(f)(x)")
    square = lambda x: x * x  # noqa: E731
    for name, call in {
        "hvp": lambda: ag.hvp(square, 2.0, 1.0),
        "jvp": lambda: ag.jvp(square, np.ones(1), np.ones(1)),
        "jvp(f": lambda: ag.jvp(square, (2.0,), 1.0),
    }.items():
        assert_says(message_of(TypeError, call), name, "(x,)")
    text = message_of(TypeError, lambda: ag.grad(square)(x=1.0))
    assert_says(text, "0 arguments", "by name")


@pytest.mark.parametrize("name", ["zeros", "ones", "empty"])
def test_a_shape_in_several_arguments_is_refused_with_the_tuple_it_takes(name):
    make = getattr(ag, name)
    for sizes in ((2, 3), (2, 3, 4), (np.int64(2), 3)):
        text = message_of(TypeError, lambda sizes=sizes: make(*sizes))
        assert_says(text, name, "one tuple", f"({', '.join(map(repr, sizes))})")
    assert make(2, "float32").shape == (2,)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ag.zeros(2.0), ("zeros", "2.0")),
        (lambda: ag.ones(-1), ("ones", "-1")),
        (lambda: ag.full(2, 3, 4), ("full", "4", "data type")),
        (lambda: ag.eye((2, 2)), ("eye", "(2, 2)")),
        (lambda: ag.arange("a"), ("arange", "'a'")),
        (lambda: ag.linspace(0, 1, "a"), ("linspace", "'a'")),
        (lambda: ag.tensor([[1.0], [1.0, 2.0]]), ("tensor", "[[1.0], [1.0, 2.0]]")),
        (lambda: ag.tensor([1.0], "float33"), ("tensor", "float33")),
        (lambda: ag.tensor([1.0], True), ("tensor", "True", "requires_grad=")),
    ],
)
def test_an_array_that_cannot_be_made_tells_the_function_and_what_came(call, words):
    assert_says(message_of((TypeError, ValueError), call), *words)


NO_NODES = {
    "gelu": lambda: ag.gelu(None),
    "add": lambda: ag.add(np.ones(2), np.ones(3)),
    "softmax": lambda: ag.softmax("text"),
    "matmul": lambda: ag.matmul([1.0, 2.0], [1.0, 2.0, 3.0]),
}


@pytest.mark.parametrize("name", NO_NODES)
def test_a_function_of_no_tensor_at_all_names_itself_in_its_errors(name):
    text = message_of((TypeError, ValueError), NO_NODES[name])
    assert text.startswith(f"{name} got ")


def test_functions_take_lists_of_numbers_as_numpy_does():
    for op in (ag.gelu, ag.silu, ag.erf, ag.softmax, ag.exp):
        np.testing.assert_array_equal(op([[1.0, 2.0]]), op(np.array([[1.0, 2.0]])))
    assert ag.affine([[1.0]], [[2.0]], [3.0]).tolist() == [[5.0]]


@pytest.mark.parametrize(
    "write",
    [
        lambda a, x: a.__setitem__(0, x[0]),
        lambda a, x: a.__setitem__(0, x.sum()),
        lambda a, x: a.fill(x[1]),
        lambda a, x: a.reshape(1, 3).__setitem__((0, 1), x @ x),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_a_number_with_a_history_is_kept_out_of_arrays_in_our_words(write, dtype):
    array = np.zeros(3, dtype)
    text = message_of(
        TypeError, lambda: ag.grad(lambda x: write(array, x) or x.sum())(np.ones(3))
    )
    assert_says(text, "ag.asarray(a).at[i].set(x)")
    assert not text.startswith("setting")
    assert not array.any()
