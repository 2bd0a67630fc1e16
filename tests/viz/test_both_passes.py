"""The backward pass as a graph, beside the forward one, and found from it by name."""

import random
import re

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd import Value
from autograd.core.node import raw
from viz.read.beside import with_backward


def rows_of(drawing):
    """The numbers of the boxes by their title, as they are drawn."""
    return {
        item.title: {row.key: row.text for row in item.rows}.get("data", "")
        for item in drawing.view.items
        if item.title and not item.round
    }


@pytest.fixture
def neuron():
    x, w = Value(1.2, label="x"), Value(0.5, label="w")
    return x, w, (x * w + x).tanh()


def test_what_arrives_at_each_node_is_drawn_under_its_name(neuron):
    x, w, out = neuron
    drawn = rows_of(viz.draw(out, direction="both"))
    out.backward()
    assert float(drawn["∂x"]) == pytest.approx(x.grad, rel=1e-3)
    assert float(drawn["∂w"]) == pytest.approx(w.grad, rel=1e-3)
    assert float(drawn["∂v5"]) == 1.0
    assert {"v3", "v4", "v5", "∂v4 = ∂v3"} <= set(drawn)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.log(x) * x,
        lambda x: np.where(x > 1, np.sqrt(x), 0.0),
        lambda x: np.sqrt(x) * 0.0 + x * x,
        lambda x: np.where(x > 1, np.log(x), x * x),
    ],
)
@pytest.mark.parametrize("scalar", [True, False])
def test_a_zero_wins_over_an_infinite_slope_as_in_backward(function, scalar):
    x = Value(0.0, label="x") if scalar else ag.tensor([0.0, 4.0], requires_grad=True)
    x.label = "x"
    with np.errstate(all="ignore"):
        out = function(x)
        drawing = viz.draw(out, direction="both")
        (out if scalar else out.sum()).backward()
    told = rows_of(drawing)["∂x"].strip("[]").split(",")
    assert [*map(float, told)] == pytest.approx([*np.ravel(x.grad)], rel=1e-3)
    assert sum("0 × inf is 0" in line for line in drawing.view.caption) == 1


@pytest.mark.parametrize(
    "function",
    [
        nn.TransformerEncoderLayer(4, 2, 8, batch_first=True, generator=0),
        nn.LSTM(4, 3, generator=0),
        lambda x: sum(np.split(x, 3)),
        lambda x: np.linalg.svd(x[0]).S,
        lambda x: np.log(x - x) * np.sum(np.split(x, 3)[0]),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_operations_with_several_outputs_are_swept_as_any(function):
    x = ag.tensor(np.random.default_rng(0).random((3, 2, 4)), requires_grad=True)
    x.label = "x"
    out = function(x)
    out = np.sum(out[0] if isinstance(out, tuple) else out)
    drawn = rows_of(viz.draw(out, direction="both", max_nodes=2000))
    both = with_backward([out], {})
    out.backward()
    (got,) = [g for g, known in both.arriving.items() if any(y is x for y in known)]
    assert np.allclose(raw(got), x.grad, rtol=1e-12, equal_nan=True)
    assert "∂x" in drawn


STEPS = (
    np.tanh,
    np.sqrt,
    np.log,
    np.abs,
    lambda x: x**0.5,
    lambda x: np.where(x > 0.5, np.sqrt(x), x),
    lambda x: np.maximum(x, 0.0) * x,
    lambda x: 1 / x,
)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("seed", range(40))
def test_what_arrives_at_the_leaves_of_random_graphs_is_what_backward_leaves(seed):
    """Of numbers among which are zeros, where slopes are infinite."""
    rng = np.random.default_rng(seed)
    if scalar := seed % 2:
        leaves = [Value(float(x)) for x in rng.integers(3, size=2)]
    else:
        arrays = rng.integers(3, size=(2, 3)).astype(float)
        leaves = [ag.tensor(x, requires_grad=True) for x in arrays]
    nodes = [*leaves]
    for _ in range(6):
        one, other = (nodes[i] for i in rng.integers(len(nodes), size=2))
        step = STEPS[rng.integers(len(STEPS))]
        nodes.append(step(one) * other if rng.random() < 0.5 else step(one) + other)
    out = nodes[-1] + nodes[-2]
    out = out if scalar else np.sum(out)
    both = with_backward([out], {})
    out.backward()
    drawn = {x: gradient for gradient, known in both.arriving.items() for x in known}
    for x in leaves:
        if x.grad is not None:
            got = np.asarray(raw(drawn[x]))
            assert np.allclose(got, x.grad, rtol=1e-12, equal_nan=True)


def test_of_complex_numbers_the_caption_says_that_grad_is_the_conjugate():
    z = ag.tensor([1 + 2j], requires_grad=True)
    z.label = "z"
    loss = np.sum(np.abs(z) ** 2)
    loss.backward()
    drawing = viz.draw(loss, direction="both")
    assert complex(rows_of(drawing)["∂z"].strip("[]")) == np.conj(z.grad[0])
    assert sum(".grad is its conjugate" in line for line in drawing.view.caption) == 1
    real = viz.draw(np.sum(ag.tensor([1.0], requires_grad=True)), direction="both")
    assert not any("conjugate" in line for line in real.view.caption)


def test_every_name_of_a_gradient_is_that_of_a_box_beside_it(neuron):
    drawing = viz.draw(neuron[-1], direction="both")
    drawn = rows_of(drawing).keys()
    drawn -= {item.title for item in drawing.view.items if item.kind == "fold"}
    gradients = [title for title in drawn if title.startswith("∂")]
    named = {part[1:] for title in gradients for part in re.split(" = |/", title)}
    assert named == {title for title in drawn if not title.startswith("∂")}


@pytest.mark.parametrize("function", [np.tanh, np.arctan, np.sinc])
def test_a_local_derivative_is_a_number_and_its_formula_where_that_is_asked_for(
    function,
):
    x = Value(0.7, label="x")
    out = function(x * 2.0)
    drawing = viz.draw(out, direction="both")
    (slope,) = [row for title, row in rows_of(drawing).items() if "/∂" in title]
    out.backward()
    assert float(slope) == pytest.approx(x.grad / 2, rel=1e-3)
    kinds = [item.kind for item in drawing.view.items]
    assert kinds.count("fold") == 1
    assert kinds.count("operation") < 8
    whole = viz.draw(out, direction="both", max_nodes=400)
    assert not any(item.kind == "fold" for item in whole.view.items)
    assert float(rows_of(whole)["∂x"]) == pytest.approx(x.grad, rel=1e-3)
    assert len(whole.view.items) > len(drawing.view.items)


def test_what_a_formula_folds_leads_nowhere_back_to_it():
    rng = np.random.default_rng(0)
    for _ in range(20):
        nodes = [ag.tensor(rng.uniform(0.2, 0.8, 3), requires_grad=True)]
        for _ in range(8):
            one, other = (nodes[i] for i in rng.integers(len(nodes), size=2))
            step = [np.tanh, np.exp, np.sqrt, np.sin, np.arctan][rng.integers(5)]
            nodes.append(step(one * 0.3 + 0.1) * other)
        drawing = viz.draw(nodes[-1].sum(), direction="both")
        seen, pairs = set(), {(e.source, e.target) for e in drawing.view.edges}
        while ready := [
            i
            for i in range(len(drawing.view.items))
            if i not in seen and all(a in seen for a, b in pairs if b == i)
        ]:
            seen.update(ready)
        assert len(seen) == len(drawing.view.items)


def test_gradients_beside_a_backward_pass_are_those_of_what_it_started_from(neuron):
    """Not of the sum of that and of the gradients, which are drawn as outputs, too."""
    x, w, out = neuron
    out.backward()
    drawing = viz.draw(out, direction="both", colour="gradient")
    for node in x, w:
        (item,) = [item for item in drawing.view.items if item.title == node.label]
        told = {row.key: row.text for row in item.rows}
        assert float(told["grad"]) == pytest.approx(node.grad, rel=1e-3)
        assert float(told["|grad|"]) == pytest.approx(node.grad, rel=1e-3)
        assert ".grad" not in told


def test_the_derivative_stands_in_a_frame_with_the_modules_it_goes_through():
    model = nn.MLP(3, [4, 2], generator=0)
    drawing = viz.draw(
        lambda x: ag.sum(model(x) ** 2),
        np.ones((2, 3), np.float32),
        direction="both",
    )
    clusters = drawing.view.clusters
    titles = [cluster.title for cluster in clusters]
    assert titles.count("derivative") == 1
    assert titles.count("MLP") == 2
    assert not any("call" in title for title in titles)
    assert drawing.view.caption[0].startswith("both passes · 19 operations")
    for name in ("layers.0.weight", "layers.1.bias"):
        assert f"∂{name}" in rows_of(drawing)


def frame_of(view, title):
    (item,) = [item for item in view.items if item.title == title]
    at = item.cluster
    while view.clusters[at].parent:
        at = view.clusters[at].parent
    return view.clusters[at].title


def test_each_pass_stands_in_a_frame_and_the_output_beside_what_made_it(neuron):
    model = nn.MLP(3, [4, 2], generator=0)
    drawing = viz.draw(
        lambda x: ag.sum(model(x) ** 2), np.ones((2, 3), np.float32), direction="both"
    )
    for view in drawing.view, viz.draw(neuron[-1], direction="both").view:
        titles = [item.title for item in view.items if item.title and not item.round]
        for title in titles:
            is_gradient = title.startswith("∂") or title.endswith(" operations")
            pass_ = "derivative" if is_gradient else "forward pass"
            assert frame_of(view, title) == pass_
        assert all(item.cluster for item in view.items)
    deep = viz.draw(neuron[-1], direction="both", depth=0)
    assert deep.view.caption[-1] == "to see more: draw(…, depth=1)"


@pytest.mark.parametrize("seed", [14, 15, 20])
def test_no_fold_holds_operations_of_both_passes(seed):
    choose = random.Random(seed)
    made = [ag.tensor(x, requires_grad=True) for x in (np.ones((2, 3)), 0.5)]
    for _ in range(17 if seed > 14 else 50):
        a, b = choose.choices(made[-8:], k=2)
        ways = (
            lambda a, b: a * b, lambda a, b: a + b, lambda a, b: np.tanh(a),
            lambda a, b: np.exp(-a * a), lambda a, b: a.sum(), lambda a, b: a / (1 + b * b),
        )  # fmt: skip
        made.append(choose.choice(ways)(a, b))
    view = viz.draw(made[-1], direction="both", max_nodes=30).view
    (frame,) = (
        n for n, each in enumerate(view.clusters) if each.title == "forward pass"
    )
    within = {n for n, item in enumerate(view.items) if item.cluster == frame}
    assert any(view.items[n].kind == "fold" for n in within)
    assert not [e for e in view.edges if e.target in within and e.source not in within]


def test_derivatives_that_are_drawn_as_a_forward_pass_are_in_its_frame():
    x = Value(2.0, label="x")
    slope = ag.grad(lambda x: x * x * x)(x)
    view = viz.draw(slope, direction="both").view
    outer = [each.title for each in view.clusters if not each.parent and each.title]
    assert outer[0] == "forward pass"
    assert set(outer[1:]) == {"derivative"}
    assert any(each.kind == "gradient" and each.parent == 1 for each in view.clusters)


def test_drawing_both_passes_changes_no_gradient_and_no_name():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    loss = ag.sum(w * w)
    with ag.no_grad():
        drawing = viz.draw(loss, direction="both")
    assert w.grad is None
    assert w.label == loss.label == ""
    assert drawing.svg() == viz.draw(loss, direction="both").svg()


def test_both_passes_need_a_leaf_with_a_gradient():
    with pytest.raises(ValueError, match="requires_grad=True, or draw direction="):
        viz.draw(ag.tensor([1.0]), direction="both")


def test_where_gradients_have_boxes_no_box_says_that_its_own_is_missing(neuron):
    drawing = viz.draw(neuron, direction="both")
    texts = {row.text for item in drawing.view.items for row in item.rows}
    assert "not computed" not in texts


def test_pointing_at_a_value_lights_what_arrives_there_however_many_drawings_a_page_has(
    neuron,
):
    drawing = viz.draw(neuron[-1], direction="both")
    titles = [
        sorted(drawing.view.items[item].title for item in twins)
        for twins in drawing.view.twins
    ]
    assert ["x", "∂x"] in titles
    assert ["v3", "v4", "∂v4 = ∂v3"] in titles
    inline = drawing._repr_svg_()
    style = inline.partition("</style>")[0]
    named = set(re.findall(r"#([\w-]*n\d+)[:,)]", style))
    assert named <= set(re.findall(r' id="([^"]*)"', inline))
    assert len(named) == len({item for twins in drawing.view.twins for item in twins})
    few = viz.draw(neuron[-1], direction="both", max_nodes=2)
    assert all(len(set(twins)) > 1 for twins in few.view.twins)


def test_a_label_that_looks_like_a_rule_of_the_style_is_drawn_as_written():
    x = Value(2.0, label="#n1:hover,#n2) </style>")
    drawing = viz.draw(x * x, direction="both")
    assert "#n1:hover,#n2) &lt;/style&gt;" in drawing._repr_svg_()


def test_a_gradient_that_arrays_multiply_has_no_slope_to_name():
    model = nn.BatchNorm1d(3)
    drawn = rows_of(viz.draw(model, np.eye(4, 3), direction="both"))
    assert {"∂weight", "∂bias"} <= drawn.keys()


def _halved(g, x_shape):
    return np.broadcast_to(g, x_shape) * 0.5


def _doubled(g, x_shape):
    return g * (g / g * 2.0)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: nn.functional.hardsigmoid(x) * 5.0,
        lambda x: ag.linear(lambda x: np.sum(x) * 0.5, _halved)(x) * 3.0,
        lambda x: ag.linear(lambda x: x * 2.0, _doubled)(x) * 3.0,
    ],
)
def test_what_a_rule_makes_of_the_gradient_is_called_no_slope(function):
    x = ag.tensor([0.4, 0.5], requires_grad=True)
    drawn = rows_of(viz.draw(function(x), direction="both"))
    assert not any("/∂" in title for title in drawn)


@pytest.mark.parametrize("function", [np.power, np.divide, np.maximum])
def test_a_share_of_a_derivative_is_not_called_the_whole(function):
    x, y = Value(0.7, label="x"), Value(0.9, label="y")
    alike = rows_of(viz.draw(function(x, x), direction="both"))
    assert not any("/∂" in title for title in alike)
    apart = rows_of(viz.draw(function(x, y), direction="both"))
    assert {"∂v3/∂x", "∂v3/∂y"} & set(apart)


@pytest.mark.parametrize("most", [None, 400])
def test_the_slope_of_a_kink_is_a_number_for_tensors_as_for_values(most):
    def drawn(x):
        out = ag.relu(x * 2.0)
        return rows_of(viz.draw(out, direction="both", max_nodes=most))["∂v3/∂v2"]

    assert [drawn(Value(x)) for x in (1.0, -1.0)] == ["1", "0"]
    few = ag.tensor([1.0, -1.0], requires_grad=True)
    assert drawn(few) == "[1, 0]"
    many = ag.tensor([1.0, -1.0, -2.0, -3.0, 4.0], requires_grad=True)
    drawing = viz.draw(ag.relu(many), direction="both", max_nodes=most)
    (slope,) = [item for item in drawing.view.items if "/∂" in item.title]
    told = {row.key: row.text for row in slope.rows}
    assert (told["range"], told["mean"]) == ("0 … 1", "0.4")


def test_formulas_count_as_they_are_drawn_before_anything_else_is_hidden():
    out = Value(0.7, label="x")
    for n in range(1, 8):
        out = np.tanh(out * 1.1)
        drawing = viz.draw(out, direction="both")
        slopes = [item for item in drawing.view.items if "/∂" in item.title]
        assert len(slopes) == n
        assert len(drawing.view.items) <= 100
    for _ in range(8):
        out = np.tanh(out * 1.1)
    drawing = viz.draw(out, direction="both")
    assert len(drawing.view.items) <= 100
    assert any("depth=" in line for line in drawing.view.caption)


def test_where_only_formulas_are_hidden_the_caption_says_how_to_see_them():
    def drawn(**how):
        model = nn.Sequential(nn.Linear(4, 3, generator=0), nn.Tanh())
        x = np.ones((2, 4), np.float32)
        return viz.draw(model, x, direction="both", opened=lambda m: True, **how)

    told = drawn().view.caption[-1]
    (most,) = re.fullmatch(r"to see more: draw\(…, max_nodes=(\d+)\)", told).groups()
    whole = drawn(max_nodes=int(most))
    assert not any(item.kind == "fold" for item in whole.view.items)


def test_a_part_of_both_passes_counts_only_the_formulas_that_are_in_it(neuron):
    x, _, out = neuron
    drawing = viz.draw(out, direction="both", between=(x, out.inputs[0]))
    assert not any(item.kind == "fold" for item in drawing.view.items)
    assert not any("summary" in line for line in drawing.view.caption)
