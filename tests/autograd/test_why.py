"""``explain``: the paths add up to the gradient, and the reasons name what did it."""

import functools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
import viz
from autograd import Value


def total(explanation):
    parts = [path.product for path in explanation.paths]
    return sum(parts) + (0 if explanation.rest is None else explanation.rest)


def leaf(data, label="x"):
    x = ag.tensor(data, requires_grad=True)
    x.label = label
    return x


UNARY = [lambda x: x.tanh(), lambda x: -x, lambda x: x.relu(), lambda x: x * x]
BINARY = [lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x - y]
STEPS = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=12,
)
NUMBERS = st.floats(-2, 2).map(lambda x: round(x, 2))


def grown(x, y, steps):
    """A graph of random operations, each on nodes there are; the last one is the loss."""
    nodes = [x, y]
    for kind, a, b in steps:
        first, second = nodes[a % len(nodes)], nodes[b % len(nodes)]
        if kind % 2:
            nodes.append(UNARY[kind // 2 % len(UNARY)](first))
        else:
            nodes.append(BINARY[kind // 2 % len(BINARY)](first, second))
    return sum(nodes[2:], nodes[0] * 0.5)


@given(NUMBERS, NUMBERS, STEPS, st.integers(1, 5))
def test_the_products_of_all_paths_add_up_to_the_gradient(a, b, steps, most):
    x, y = Value(a), Value(b)
    loss = grown(x, y, steps)
    loss.backward()
    for node in (x, y):
        said = ag.explain(node, loss, paths=most)
        if said.gradient is None:
            assert node.grad is None
            continue
        assert math.isclose(said.gradient, node.grad, rel_tol=1e-9, abs_tol=1e-12)
        assert math.isclose(total(said), node.grad, rel_tol=1e-9, abs_tol=1e-12)
        assert len(said.paths) == min(most, said.count)


def by_hand(x, loss):
    """The product of every path, by going along each of them."""
    products = []

    def walk(node, product):
        if node is x:
            products.append(product)
            return
        for i, operand in enumerate(node.inputs):
            if isinstance(operand, Value) and operand.tracked:
                slope = node.op.pull(node, 1.0, 0, False)[i]
                walk(operand, product * slope)

    walk(loss, 1.0)
    return sorted(products, key=abs, reverse=True)


@given(NUMBERS, NUMBERS, STEPS, st.integers(1, 4))
def test_the_paths_that_are_shown_are_the_largest_of_all(a, b, steps, most):
    x, y = Value(a), Value(b)
    loss = grown(x, y, steps[:7])
    said, products = ag.explain(x, loss, paths=most), by_hand(x, loss)
    assert said.count == len(products)
    shown = [abs(path.product) for path in said.paths]
    assert np.allclose(shown, np.abs(products[:most]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("most", [1, 3, 10])
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x[1:] * x[:1] + np.exp(x)[1:]),
        lambda x: np.sum(np.split(x, 3)[1] * x[:1]) + np.max(x),
        lambda x: np.sum(np.linalg.qr(np.reshape(x, (2, 3))[:, 1:] * x[0])[1]),
        lambda x: np.sum(np.stack([x, x * x, x]) @ x),
        lambda x: np.sum(np.where(x > 0, x, x * x) / (1 + x * x)),
        lambda x: np.sum(np.sort(x)[::2] * x[[0, 0, 1]]) + np.linalg.norm(x),
        lambda x: np.sum(np.abs(x + 1j * x * x)),
    ],
)  # fmt: skip
def test_the_paths_of_arrays_add_up_too(f, most):
    x = leaf([0.3, -1.2, 0.7, 2.0, -0.4, 0.1])
    loss = f(x)
    loss.backward()
    said = ag.explain(x, loss, paths=most)
    assert str(said).count("→") >= 1
    assert np.allclose(said.gradient, x.grad, rtol=1e-10)
    assert np.allclose(total(said), x.grad, rtol=1e-10)


ON_ARRAYS = [
    lambda x, y: y + x * 0.5,
    lambda x, y: np.tanh(y),
    lambda x, y: y * x,
    lambda x, y: np.concatenate([y[1:], y[:1]]) + y,
    lambda x, y: np.maximum(y, x) - 0.1 * y,
    lambda x, y: y - np.mean(y),
]


@given(
    st.lists(NUMBERS, min_size=2, max_size=4),
    st.lists(st.sampled_from(ON_ARRAYS), min_size=1, max_size=8),
)
def test_the_paths_of_random_programs_of_arrays_add_up(data, steps):
    x = leaf(data)
    y = x
    for step in steps:
        y = step(x, y)
    loss = np.sum(y * y)
    loss.backward()
    said = ag.explain(x, loss, paths=4)
    assert np.allclose(said.gradient, x.grad, rtol=1e-8, atol=1e-10)
    assert np.allclose(total(said), x.grad, rtol=1e-8, atol=1e-10)


def test_a_model_is_explained_by_the_names_of_its_parameters():
    model = nn.MLP(3, [4, 1], generator=0)
    loss = (model(np.ones((5, 3), np.float32)) ** 2).mean()
    loss.backward()
    text = str(ag.explain(model.layers[0].weight))
    assert text.startswith("∂ output / ∂ layers.0.weight")
    assert "affine in layers.1" in text


# Why it is 0 -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x: np.sum(ag.relu(x - 9)), "relu: its slope is 0 from -10 to -6"),
        (lambda x: np.sum(np.clip(x, 7, 8)), "clip: its slope is 0 from -1 to 3"),
        (lambda x: np.sum(x * np.zeros(3)), "multiply: what it is multiplied by is 0"),
        (lambda x: np.sum(x) * 0.0, "multiply: what it is multiplied by is 0"),
        (lambda x: np.sum(np.where(x > 9, x, 1.0)), "where: its condition chose"),
        (lambda x: np.sum(np.maximum(x, 9.0)), "maximum: the other operand is larger"),
        (lambda x: np.sum(x - x), "x: what arrives by different paths adds up to 0"),
        (lambda x: np.sum(np.sign(x) + 0 * x), "multiply: what it is multiplied by"),
        (lambda x: np.sum(ag.relu(np.tanh(x) - 2)), "relu: its slope is 0"),
        (lambda x: np.sum(ag.matmul(np.zeros((2, 3)), x)), "matmul: what it is"),
        (lambda x: (x * 1e-200)[0] * 1e-200, "getitem: its index does not read them"),
    ],
)
def test_a_gradient_of_0_names_what_lets_nothing_through(f, said):
    x = leaf([-1.0, 2.0, 3.0])
    loss = f(x)
    loss.backward()
    reasons = ag.explain(x).reasons
    assert any(said in line for line in reasons), reasons


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (
            lambda x: x[0] * 2,
            "getitem: its index does not read them, at 2 of 3 elements",
        ),
        (
            lambda x: np.max(x),
            "max: another element is the largest, at 2 of 3 elements",
        ),
        (
            lambda x: np.sum(ag.relu(x)),
            "relu: its slope is 0 at -1, at 1 of 3 elements",
        ),
    ],
)
def test_elements_that_are_0_are_counted(f, said):
    x = leaf([-1.0, 2.0, 3.0])
    loss = f(x)
    loss.backward()
    assert ag.explain(x).reasons == [said]


def test_what_is_too_small_is_told_from_what_is_shut():
    x = leaf(1.0)
    loss = (x * 1e-200) * 1e-200
    loss.backward()
    assert ag.explain(x).reasons == ["multiply: what it passes on is too small"]


def test_what_cancels_within_an_operation_is_told_from_what_is_too_small():
    x = leaf([1.0, 2.0, 3.0])
    loss = np.sum(x - np.mean(x))
    loss.backward()
    said = ag.explain(x).reasons
    assert said == [
        "x: what arrives by different paths adds up to 0, at 3 of 3 elements"
    ]
    loss = np.sum(nn.functional.layer_norm(x, (3,)))
    loss.backward()
    [said] = ag.explain(x).reasons
    assert said.startswith("layer_norm: what it passes on of all that arrives adds up")


def test_who_does_not_read_an_element_is_not_blamed_where_another_does():
    x = leaf([1.0, 2.0, 3.0, 4.0])
    loss = np.sum(x[:2]) + np.sum(ag.relu(x[2:] - 9))
    loss.backward()
    assert ag.explain(x).reasons == [
        "relu: its slope is 0 from -6 to -5, at 2 of 2 elements"
    ]


def test_a_dead_neuron_is_found_behind_a_layer():
    model = nn.MLP(2, [3, 1], generator=0)
    with ag.no_grad():
        model.layers[0].bias -= 100
    loss = model(np.ones((4, 2), np.float32)).sum()
    loss.backward()
    [reason] = ag.explain(model.layers[0].weight).reasons
    assert "relu in layers.0: its slope is 0 from" in reason
    assert "at 12 of 12 elements" in reason


# Why there is none -------------------------------------------------------------------


def no_grad(x):
    with ag.no_grad():
        y = x * 2
    return np.sum(y)


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (no_grad, "multiply (test_why.py"),
        (lambda x: np.sum(np.floor(x)), "floor (test_why.py"),
        (lambda x: np.sum(x > 0), "greater (test_why.py"),
        (lambda x: np.sum(x.detach() * 2), "detach (test_why.py"),
        (lambda x: np.sum((x * 2).detach()), "detach (test_why.py"),
        (lambda x: np.sum(x.data * ag.tensor(2.0)), "takes an array of shape (2,)"),
        (lambda x: np.sum(np.argmax(x) * ag.tensor(1.0)), "argmax (test_why.py"),
    ],
)
def test_none_is_where_the_graph_was_left_and_the_line_is_named(f, said):
    x = leaf([1.0, 2.0])
    explained = ag.explain(x, lambda: f(x))
    assert explained.gradient is None
    assert explained.paths == []
    assert any(said in line for line in explained.reasons), explained.reasons


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x, w: np.sum(x.detach() * w), "shares the memory of"),
        (lambda x, w: np.sum(w * ag.asarray(x.data)), "shares the memory of"),
        (lambda x, w: np.sum(w * x.data.copy()), "holds the same numbers"),
        (lambda x, w: np.sum(w * np.floor(x)), "was made later, without a history"),
        (lambda x, w: np.sum(w), "nothing that was recorded leads from x"),
    ],
)
def test_without_a_record_what_looks_like_x_is_suspected(f, said):
    x, w = leaf([1.5, 2.0]), leaf([3.0, 4.0], "w")
    loss = f(x, w)
    loss.backward()
    reasons = ag.explain(x).reasons
    assert any(said in line for line in reasons), reasons
    assert "ag.explain(x, lambda:" in reasons[-1]


def test_what_cannot_have_a_gradient_says_so():
    w = leaf([1.0, 2.0], "w")
    whole, plain = ag.tensor([1, 2]), ag.tensor([1.0, 2.0])
    loss = np.sum(w * whole * plain)
    assert "int64" in ag.explain(whole, loss).reasons[0]
    assert "requires_grad=False" in ag.explain(plain, loss).reasons[0]


def test_an_inner_node_without_a_grad_is_told_how_to_keep_it():
    x = leaf([1.0, 2.0])
    y = x * 2
    loss = np.sum(y)
    loss.backward()
    assert "retain_grad" in str(ag.explain(y))
    assert np.array_equal(ag.explain(y).gradient, [1.0, 1.0])


# Why it is not finite ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x: np.sum(np.sqrt(x)), "backward pass: sqrt at [0, 4]"),
        (lambda x: np.sum(np.log(np.sqrt(x))), "forward pass: log made [-inf"),
        (lambda x: np.sum(1 / x), "forward pass: divide made [inf"),
        (lambda x: np.sum(np.exp(x + 800)), "forward pass: exp made [inf, inf]"),
        (lambda x: np.sum(x / x), "forward pass: divide made [nan"),
        (lambda x: np.sum(np.where(x > 0, 1 / x, x) + 1 / x), "forward pass: divide"),
        (lambda x: np.sum(x * np.array([np.nan, 1])), "forward pass: multiply made [nan"),
    ],
)  # fmt: skip
def test_what_is_not_finite_is_traced_to_the_first_operation(f, said):
    x = leaf([0.0, 4.0])
    with np.errstate(all="ignore"):
        loss = f(x)
        loss.backward()
        reasons = ag.explain(x).reasons
    assert any(line.startswith(said) for line in reasons), reasons


def test_the_way_of_a_nan_to_the_loss_and_its_line_are_told():
    x = leaf([0.0, 1.0])
    with ag.record_places(), np.errstate(all="ignore"):
        loss = np.sum(np.tanh(np.log(x) * 0))
    [reason] = [r for r in ag.explain(x, loss).reasons if r.startswith("forward")]
    assert "log (test_why.py:" in reason
    assert reason.count("→") == 2  # multiply → tanh → sum


# How it vanishes and explodes --------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "word", "culprit"),
    [
        (ag.sigmoid, "vanishing", "sigmoid passes × 0.22"),
        (lambda x: x * 3, "exploding", "multiply passes × 3 on"),
        (lambda x: np.tanh(x * 0.1), "vanishing", "multiply passes × 0.1 on"),
    ],
)
def test_vanishing_and_exploding_are_told_by_depth(f, word, culprit):
    x = leaf(0.3)
    y = x
    for _ in range(30):
        y = f(y)
    y.backward()
    reasons = ag.explain(x).reasons
    assert reasons[0].startswith(word)
    assert any(culprit in line for line in reasons)
    assert len(reasons) < 20


# In a drawing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "guilty", "mark"),
    [
        (lambda x: np.sum(ag.relu(x - 9)), "relu", "its slope is 0 from -10 to -6"),
        (lambda x: np.sum(np.sqrt(x * 0)), "sqrt", "its slope is not finite"),
        (lambda x: np.sum(np.log(x * 0)), "log", "not finite from here"),
        (lambda x: np.sum(np.floor(x)), "floor", "has no derivative"),
    ],
)
def test_what_is_to_blame_is_marked_in_the_drawing(f, guilty, mark):
    x = leaf([-1.0, 2.0, 3.0])
    with np.errstate(all="ignore"):
        loss = f(x)
        graph = ag.record(f, x)
        said = ag.explain(x, loss if loss.requires_grad else graph.outputs[0])
    [(node, lines)] = said.marks.items()
    assert node.op.name == guilty
    assert mark in lines
    drawing = viz.draw(said.output, marks=said.marks)
    assert f"marked in red: 1 operation ({guilty})" in drawing.view.caption


# At the edges ------------------------------------------------------------------------


def test_nothing_is_changed_by_an_explanation():
    x = leaf([1.0, -2.0])
    seen = []
    y = ag.relu(x)
    y.register_hook(seen.append)
    loss = np.sum(y)
    loss.backward()
    before, age = x.grad.copy(), ag.tensor(0.0).age
    ag.explain(x, loss)
    assert np.array_equal(x.grad, before)
    assert len(seen) == 1
    assert ag.tensor(0.0).age == age + 1


def test_a_grad_that_is_not_this_sweeps_is_told():
    x = Value(3.0, label="x")
    loss = x * x
    loss.backward()
    loss.backward()
    assert "x.grad is 12" in str(ag.explain(x))


def test_a_long_chain_and_very_many_paths_are_explained():
    x = Value(1.0)
    y = x
    for _ in range(5_000):
        y = (y + y) * 0.5
    said = ag.explain(x, y, paths=2)
    assert said.count == 2**5_000
    assert math.isclose(said.gradient, 1.0)
    assert "about 10^1505 other paths, together" in str(said)
    assert len(str(said)) < 2000


def test_a_hook_is_not_called_and_what_it_changed_is_told():
    x = leaf([1.0, 2.0])
    y = x * 3
    y.register_hook(lambda g: 2 * g)
    loss = np.sum(y)
    loss.backward()
    said = ag.explain(x)
    assert said.gradient.tolist() == [3.0, 3.0]
    assert "changed by a hook" in str(said)


def test_complex_gradients_are_as_backward_leaves_them():
    z = ag.tensor([1 + 1j, 2.0], requires_grad=True)
    loss = np.sum(np.abs(z) ** 2)
    loss.backward()
    said = ag.explain(z)
    assert np.allclose(said.gradient, z.grad)
    assert np.allclose(total(said), z.grad)


def test_what_was_a_constant_then_has_no_gradient_now():
    w, x = ag.tensor([2.0]), leaf([3.0])
    loss = np.sum(w * x)
    w.requires_grad = True
    assert ag.explain(w, loss).gradient is None
    assert "was no tracked leaf when" in ag.explain(w, loss).reasons[0]


def test_a_loss_explains_itself():
    loss = np.sum(leaf([1.0, 2.0]) * 2)
    said = ag.explain(loss, loss)
    assert said.gradient == 1.0
    assert said.count == 1
    assert "x is the output" in str(said)


def test_zero_times_infinity_is_zero_as_in_the_sweep():
    x = leaf([0.0, 4.0])
    loss = np.sum(np.where(x > 0, np.sqrt(x), 0.0))
    loss.backward()
    assert x.grad.tolist() == [0.0, 0.25]
    said = ag.explain(x)
    assert said.gradient.tolist() == [0.0, 0.25]
    assert any("where: its condition chose" in line for line in said.reasons)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda x, y: ag.explain(3.0, y), "needs a Tensor or a Value; got float 3.0"),
        (lambda x, y: ag.explain(x, 3.0), "loss is a node, or a function"),
        (lambda x, y: ag.explain(x, lambda: 3.0), "it gave float 3.0"),
        (lambda x, y: ag.explain(x, x * 2), "a loss of one real element"),
        (lambda x, y: ag.explain(x, Value(2.0)), "of one kind"),
        (lambda x, y: ag.explain(x, y, paths=0), "paths is a number of 1 or more"),
        (lambda x, y: ag.explain(x, y, paths=True), "paths is a number of 1 or more"),
    ],
)
def test_what_cannot_be_explained_is_refused(call, said):
    x = leaf([1.0, 2.0])
    with pytest.raises((TypeError, ValueError), match=said):
        call(x, np.sum(x))


def test_a_freed_graph_and_a_lost_loss_say_so():
    x = leaf([1.0, 2.0])
    loss = np.sum(x * x)
    loss.backward(free=True)
    assert "freed" in ag.explain(x, loss).reasons[0]
    del loss
    with pytest.raises(ValueError, match="knows no loss"):
        ag.explain(x)


def test_a_write_that_would_make_it_wrong_is_refused():
    x = leaf([1.0, 2.0])
    loss = np.sum(x * x)
    with ag.no_grad():
        x -= 1
    with pytest.raises(ag.StaleWriteError):
        ag.explain(x, loss)


def test_of_a_long_path_no_more_is_told_than_was_looked_at():
    x = y = ag.Value(1.0)
    for _ in range(50):
        y = y + 1
    for _ in range(100):
        y = y * 1.0
    for _ in range(50):
        y = y + 1
    way = "add × 1 (50 times) → … 100 more … → add × 1 (50 times)"
    assert way in str(ag.explain(x, y))


def test_a_complex_number_comes_by_paths_told_by_their_norms():
    a = ag.tensor(1 + 1j, requires_grad=True)
    told = ag.explain(a, np.real(a * a) + np.real(a * (3 - 4j)))
    lines = str(told).splitlines()
    assert lines[1].split()[0] == "norm"
    assert [line.split()[0] for line in lines[2:5]] == ["5", "1.414", "1.414"]
    assert "multiply ‖5‖" in lines[2]
    assert sum(path.product for path in told.paths) == told.gradient


def test_a_label_is_one_line_that_neither_turns_nor_hides_what_follows():
    x = Value(2.0, label="a\x1b[31m\u202e\n∂ output / ∂ x = 9" + "z" * 10_000)
    y = x * 3
    y.label = x.label
    told = str(ag.explain(x, y))
    assert len(told) < 400
    assert all(line.isprintable() for line in told.splitlines())
    assert len(told.splitlines()) == 4


def penalty(model):
    return (model.layers[0].weight ** 2).sum()


MODEL = nn.MLP(2, [1], generator=0)

LOSSES = {
    "a closure": lambda model: lambda: penalty(model),
    "a default": lambda model: lambda model=model: penalty(model),
    "a partial": lambda model: functools.partial(penalty, model),
    "a function of a function": lambda model: (lambda f: lambda: f() * 2.0)(
        lambda: penalty(model)
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_parameters_have_their_names_where_the_loss_calls_no_module(name):
    model = nn.MLP(2, [1], generator=0)
    told = str(ag.explain(model.layers[0].weight, LOSSES[name](model)))
    assert told.startswith("∂ output / ∂ layers.0.weight = ")


def test_a_global_model_names_its_parameters():
    told = str(ag.explain(MODEL.layers[0].weight, lambda: penalty(MODEL)))
    assert "layers.0.weight" in told
