"""Players: every number in the file is the engine's, and drawing changes nothing."""

import json
import random
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
import viz
from autograd import Value
from autograd.core.context import recording, switched
from autograd.core.node import ancestors
from viz.layout.levels import levels
from viz.player import opened
from viz.write.html import as_data


def told(player):
    """The data of a page, as its script reads them."""
    page = player.html()
    (text,) = re.findall(
        r'<script id="data" type="application/json">(.*?)</script>', page
    )
    data = json.loads(text)
    value = lambda i: None if i < 0 else data["values"][i]  # noqa: E731
    units = []
    for sort, title, group, number, grad, *reads in data["units"]:
        kind, _, _, _, tracked, *_ = data["sorts"][sort]
        operands = []
        for source, *back in reads:
            found = [value(i) for i in back]
            operands.append((source, *found, *found[1:2][: len(found) == 2]))
        units.append(
            {
                "kind": kind,
                "title": data["texts"][title],
                "value": value(number),
                "grad": value(grad),
                "tracked": tracked,
                "operands": operands,
                "group": group,
            }
        )
    return data, units


class Block:
    """Stands for a module; what runs inside gets its frame."""


def random_graph(seed, n):
    """Values computed from each other, some inside (nested) modules, some constant."""
    rng = random.Random(seed)
    made = [Value(rng.uniform(-2, 2), label=f"x{i}") for i in range(3)]
    made[1].requires_grad = rng.random() < 0.8
    while len(made) < n:
        outer = recording.get().scope
        scope = (outer, Block())
        if rng.random() < 0.4:
            scope = (scope, Block())
        with switched(scope=scope if rng.random() < 0.7 else outer):
            for _ in range(rng.randrange(1, 6)):
                x, y = rng.choices(made, k=2)
                kind = rng.randrange(5)
                if kind == 0:
                    made.append(x * y)
                elif kind == 1:
                    made.append(x + y)
                elif kind == 2:
                    made.append(x * rng.uniform(-1, 1))
                elif kind == 3:
                    made.append((x - y).tanh())
                else:
                    made.append((x * x + 1.5).sqrt())
    return made[-1]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(4, 150))
def test_every_number_read_back_from_the_page_is_the_one_in_memory(seed, n):
    out = random_graph(seed, n)
    nodes = ancestors([out])
    if not out.requires_grad:
        return
    _, units = told(viz.play(out))
    assert all(node.grad is None for node in nodes)
    out.backward()  # which leaves a gradient on every node
    real = [unit for unit in units if unit["kind"] != "constant"]
    assert len(real) == len(nodes)
    sums = {}
    numbers = [i for i, unit in enumerate(units) if unit["kind"] != "constant"]
    for unit in reversed(units):
        for source, *back in unit["operands"]:
            if back:
                local, passed, total = back
                assert passed == pytest.approx(unit["grad"] * local, rel=1e-15, abs=0)
                sums[source] = sums.get(source, 0.0) + passed
                assert total == sums[source]
    for number, node in zip(numbers, nodes, strict=True):
        assert units[number]["value"] == node.data
        assert units[number]["grad"] == node.grad
        if node.grad is not None and node is not out:
            assert sums[number] == node.grad
        read = [units[source]["value"] for source, *_ in units[number]["operands"]]
        assert read == [x.data if isinstance(x, Value) else x for x in node.inputs]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(4, 400))
def test_every_unit_is_in_one_group_and_what_crosses_a_border_is_listed(seed, n):
    story = viz.play(random_graph(seed, n)).story
    held = [member for group in story.groups for member in group.members]
    assert sorted(held) == sorted(
        [*range(len(story.units)), *(~g for g in range(1, len(story.groups)))]
    )

    def around(unit):
        at, found = story.units[unit].group, {0}
        while at:
            found.add(at)
            at = story.groups[at].parent
        return found

    crossing = [(set(), set()) for _ in story.groups]
    for number, unit in enumerate(story.units):
        assert number in story.groups[unit.group].members
        for operand in unit.operands:
            here, there = around(number), around(operand.source)
            for group in here - there:
                crossing[group][0].add(operand.source)
            for group in there - here:
                crossing[group][1].add(operand.source)
    for number, (group, (ins, outs)) in enumerate(
        zip(story.groups, crossing, strict=True)
    ):
        assert set(group.ins) == ins
        assert set(group.outs) - ins >= outs - ins
        if number:
            assert group.members
    for group, level in zip(story.groups, levels(story), strict=True):
        assert len(level.at) == len(group.members) + len(level.ports)
        assert len(level.ins) == len(group.ins)


def test_leaves_that_many_runs_read_are_one_group_and_a_line_to_each():
    weights = [Value(0.01 * i, label=f"w{i}") for i in range(100)]
    total = Value(0.0)
    for _ in range(3):
        for weight in weights:
            total = total + weight * weight
    story = viz.play(total).story
    (shared,) = (each for each in story.groups if each.title == "shared leaves")
    assert {story.units[member].title for member in shared.members} == {
        weight.label for weight in weights
    }
    assert shared.parent == 0
    assert len(story.groups[0].members) <= 15
    assert sorted(shared.members) == sorted(shared.outs)


def test_a_long_level_is_cut_into_runs_a_person_can_look_at():
    x = total = Value(0.5, label="x")
    for _ in range(1000):
        total = total * 0.9 + x
    story = viz.play(total).story
    assert max(len(group.members) for group in story.groups) <= 90
    assert {group.kind for group in story.groups[1:]} == {"run"}
    assert story.groups[1].title.startswith(("× ×", "+ ×"))


def network():
    x = [Value(1.0, label="x0"), Value(-2.0, label="x1")]
    return nn.scalar.MLP(2, [16, 16, 1])(x)


def neuron():
    w, x = Value(0.5, label="w"), Value(1.2, label="x")
    return (w * x + Value(0.1, label="b")).tanh()


def transformer():
    layers = [
        nn.TransformerEncoderLayer(128, 4, 512, batch_first=True, generator=0)
        for _ in range(4)
    ]
    model = nn.Sequential(
        nn.Embedding(65, 128, generator=0), *layers, nn.Linear(128, 65, generator=0)
    )
    texts = np.arange(24).reshape(2, 12) % 65
    return nn.functional.cross_entropy(model(texts).reshape((-1, 65)), texts.ravel())


def test_the_same_graph_gives_the_same_file_to_the_byte():
    for make in (neuron, network):
        random.seed(1)
        first = viz.play(make())
        random.seed(1)
        second = viz.play(make())
        assert first.html() == second.html()
        assert first.svg() == second.svg()


def test_playing_changes_no_value_gradient_graph_or_random_state():
    out = network()
    nodes = ancestors([out])
    out.backward()
    before = [(node.data, node.grad, node.inputs, node.label) for node in nodes]
    states = random.getstate(), str(np.random.get_state())
    player = viz.play(out)
    player.html(), player.svg(), player._repr_mimebundle_()
    assert [(node.data, node.grad, node.inputs, node.label) for node in nodes] == before
    assert (random.getstate(), str(np.random.get_state())) == states
    assert len(ancestors([out])) == len(nodes)


def test_pages_stay_small():
    assert len(viz.play(neuron()).html().encode()) <= 40_000
    player = viz.play(network())
    page = player.html().encode()
    data, _ = told(player)
    numbers = [
        json.dumps(data[key], separators=(",", ":")) for key in ("units", "values")
    ]
    assert len(page) - sum(map(len, numbers)) <= 60_000
    assert len(page) <= 115_000
    assert len(viz.play(transformer()).html().encode()) <= 300_000


def test_the_order_of_events_is_found_from_the_units():
    for make in (neuron, network, transformer):
        story = viz.play(make()).story
        forward = [i for i, unit in enumerate(story.units) if unit.symbol]
        assert story.forward == forward
        assert story.backward == [
            i
            for i in reversed(forward)
            if any(operand.back for operand in story.units[i].operands)
        ]


def test_few_things_are_open_at_first():
    for make in (network, transformer):
        story = viz.play(make()).story
        groups = [0, *opened(story)]
        shown = sum(len(story.groups[group].members) for group in groups)
        assert shown - len(groups) + 1 <= 60


def test_a_graph_without_gradients_has_a_forward_pass_only():
    graph = ag.record(lambda x: np.exp(x) * x, np.ones(3))
    player = viz.play(graph)
    data, units = told(player)
    assert data["seeds"] == []
    assert not any(back for unit in units for _, *back in unit["operands"])
    assert all(unit["grad"] is None for unit in units)
    assert "no backward pass" in " ".join(data["caption"])
    assert player.svg().startswith("<svg")


def test_several_outputs_of_an_operation_and_of_the_graph_are_told():
    x = ag.tensor(np.diag([2.0, 3.0]), requires_grad=True)
    values, vectors = np.linalg.eigh(x)
    data, units = told(viz.play([values.sum(), (vectors * vectors).sum()]))
    assert "tuple" in {unit["kind"] for unit in units}
    assert len(data["seeds"]) == 2


def test_what_a_model_is_given_stands_outside_of_it_under_its_name():
    _, units = told(viz.play(nn.scalar.MLP(2, [2, 1]), [1.0, -2.0]))
    given = [unit for unit in units if unit["kind"] == "input"]
    assert [(unit["title"], unit["value"], unit["group"]) for unit in given] == [
        ("x[0]", 1.0, 0),
        ("x[1]", -2.0, 0),
    ]
    _, units = told(viz.play(nn.Linear(3, 2), np.ones((4, 3), np.float32)))
    assert [unit["value"]["of"] for unit in units if unit["kind"] == "input"] == [
        "(4, 3) float32"
    ]


def test_a_function_is_called_and_its_arguments_are_named():
    _, units = told(viz.play(lambda x, y: x * y + x, 2.0, 3.0))
    assert [unit["title"] for unit in units[:2]] == ["x", "y"]


def test_an_output_that_is_read_further_starts_its_sum_with_the_seed():
    x = Value(3.0, label="x")
    y = x * x
    data, units = told(viz.play([y, y * 2.0]))
    (total,) = [
        back[2]
        for unit in units
        for source, *back in unit["operands"]
        if back and source == data["seeds"][0]
    ]
    assert total == 3.0 == units[data["seeds"][0]]["grad"]


def test_what_is_not_finite_is_text_in_the_page():
    x = ag.tensor([1.0, np.nan, np.inf], requires_grad=True)
    _, units = told(viz.play((x * 2.0).sum()))
    assert units[0]["value"]["all"] == [1.0, "nan", "inf"]


def test_larger_arrays_are_summarised_by_numbers_in_full():
    a = np.linspace(-1, 2, 100)
    x = ag.tensor(a, requires_grad=True)
    _, units = told(viz.play(np.sum(x * x)))
    told_of = units[0]["value"]
    assert told_of["of"] == "(100,) float64"
    assert (told_of["min"], told_of["max"]) == (-1.0, 2.0)
    assert told_of["mean"] == a.mean()
    assert told_of["norm"] == pytest.approx(np.linalg.norm(a), rel=1e-15)
    assert units[0]["grad"]["max"] == 4.0


def test_freed_histories_say_so():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2.0
    loss = (y * y).sum()
    loss.backward(free=True)
    player = viz.play(y)
    assert "was freed" in " ".join(player.story.caption)
    assert player.story.seeds == []
    assert repr(player) == "Player(0 operations forward, 0 backward, a freed graph)"


def test_the_film_is_well_formed_and_its_names_are_there():
    film = viz.play(neuron()).svg()
    root = ElementTree.fromstring(film)
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names))
    style = next(element for element in root.iter() if element.tag.endswith("style"))
    used = re.findall(r"#([fb]-[ne]\d+)", style.text)
    assert used
    assert set(used) <= set(names)
    assert "prefers-reduced-motion" in style.text
    assert "<script" not in film


def test_saving_needs_a_known_extension(tmp_path):
    player = viz.play(neuron())
    with pytest.raises(viz.RenderError, match=r"use one of \.html, \.svg"):
        player.save(tmp_path / "pass.png")
    player.save(tmp_path / "pass.html")
    player.save(tmp_path / "pass.svg")
    assert (tmp_path / "pass.html").read_text("utf-8") == player.html()


def test_a_player_opens_itself_in_a_browser(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda url: shown.append(url) or True)
    player = viz.play(neuron())
    player.show()
    path = Path(shown[0].removeprefix("file://"))
    assert path.suffix == ".html"
    assert path.read_text("utf-8") == player.html()
    path.unlink()
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    with pytest.raises(viz.RenderError, match=r'\.save\("pass.html"\)') as caught:
        player.show()
    Path(re.search(r"It is in (\S+);", str(caught.value))[1]).unlink()


def test_data_cannot_end_their_element():
    assert not set(as_data("<>&\u2028\u2029")) & set("<>&\u2028\u2029")


@pytest.mark.parametrize("label", ["</script>", "\ud800", "]]>", "\u202e", "\x00"])
def test_hostile_labels_do_not_break_the_page_or_the_film(label):
    x = Value(2.0, label=label)
    player = viz.play(x * 3.0)
    assert player.html().count("</script>") == 2
    _, units = told(player)
    assert units[0]["title"][:2] == label[:2] or "\\" in units[0]["title"]
    ElementTree.fromstring(player.svg())
