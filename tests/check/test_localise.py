"""Where a wrong gradient comes from: programs, minimal graphs, guilty nodes."""

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import autograd as ag
import nn
from autograd import Tensor, Value
from autograd.check import (
    GradientError,
    Program,
    artifacts,
    check_grads,
    check_graph,
    check_program,
    strategies,
)
from autograd.core import sweeps
from autograd.core.program import Ref

VECTOR = np.array([0.7, -1.3, 2.1])


def bad_tanh() -> Any:
    return ag.elementwise(np.tanh, lambda out: 1 - out, name="bad tanh")


# Programs -------------------------------------------------------------------------------


def recorded() -> Tensor:
    x = ag.tensor([[0.5, 1.0], [2.0, -1.0]], requires_grad=True, dtype=float)
    first, second = ag.split(ag.exp(x[::-1]), 2)
    return ag.sum(first * second * 3.0, axis=-1)


def test_a_program_of_a_graph_computes_what_the_graph_did() -> None:
    out = recorded()
    program = Program.of(out)
    np.testing.assert_array_equal(program(*[x.data for x in program.leaves]), out.data)
    graph = program.graph()
    np.testing.assert_array_equal(graph.outputs[0].data, out.data)
    assert len(graph.nodes) == len(ag.ancestors([out]))


def test_a_program_is_printed_as_python_that_runs() -> None:
    out = recorded()
    program = Program.of(out)
    known: dict[str, Any] = {"ag": ag, "np": np}
    exec(str(program), known)
    np.testing.assert_array_equal(known[f"x{program.output}"].data, out.data)
    for text in (program.calls("f"), program.source("f")):
        exec(text, known)
        np.testing.assert_array_equal(known["f"](*program.leaves).data, out.data)
    assert "x0[::-1]" in str(program)
    assert "ag.sum(" in str(program)


@given(strategies.programs())
def test_every_drawn_program_is_printed_as_python_that_runs(program: Program) -> None:
    known: dict[str, Any] = {"ag": ag, "np": np}
    exec("from autograd.ops.indexing import ArrayIndex, Slice", known)
    exec(program.calls("f"), known)
    with np.errstate(all="ignore"):
        expected, got = program(*program.leaves), known["f"](*program.leaves)
    np.testing.assert_array_equal(got, expected)


def test_a_program_is_cut_to_what_a_result_needs() -> None:
    program = Program.of(recorded())
    assert str(program.upto(2)).count("\n") == 2
    smaller = program.promoted([program.output - 1])
    assert len(smaller.leaves) == 1
    assert len(smaller.steps) == 1


def test_what_is_not_tracked_is_a_constant_of_a_program() -> None:
    x = ag.tensor(VECTOR, requires_grad=True)
    program = Program.of(x * ag.tensor(VECTOR) + 2.0)
    assert len(program.leaves) == 1
    assert sum(isinstance(y, Ref) for step in program.steps for y in step.operands) == 2


# The smallest failing graph -------------------------------------------------------------


def test_of_a_failing_program_only_the_guilty_operation_is_left() -> None:
    x = ag.tensor(VECTOR, requires_grad=True)
    y = ag.exp(x)
    out = ag.sum(bad_tanh()(y * 0.5 + x) * ag.cos(y))
    with pytest.raises(GradientError) as caught:
        check_program(Program.of(out))
    error = caught.value
    assert error.node is not None
    assert error.node.op.name == "bad tanh"
    assert error.function == "bad tanh"
    assert error.graph is not None
    assert [node.op and node.op.name for node in error.graph.nodes] == [
        None,
        "bad tanh",
    ]


def test_the_repro_of_a_failing_program_repeats_it() -> None:
    """A primitive of one's own stands there by its name."""
    x, op = ag.tensor(VECTOR, requires_grad=True), bad_tanh()
    with pytest.raises(GradientError) as caught:
        check_program(Program.of(op(ag.exp(x)).sum()))
    with pytest.raises(GradientError, match="reverse derivative"):
        exec(caught.value.repro, {"bad_tanh": op})


def test_a_fault_of_the_sweep_blames_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last contribution overwrites the others: no rule by itself shows it."""

    def overwriting(self: sweeps.Sums, x: ag.Node, part: Any) -> None:
        self[x] = part

    monkeypatch.setattr(sweeps.Sums, "add", overwriting)
    x = ag.tensor(VECTOR, requires_grad=True)
    y = ag.sin(x)
    out = ag.exp((x + 1.0) * ag.cos(y)) + ag.tanh(x)
    with pytest.raises(GradientError) as caught:
        check_program(Program.of(out), order=1)
    error = caught.value
    assert error.node is None
    assert "each rule in it is right" in str(error)
    assert error.program is not None
    assert len(error.program.steps) <= 3


def test_a_rule_that_raises_is_a_failure_like_any_other() -> None:
    def rule(g: Any) -> Any:
        raise ZeroDivisionError("nothing to divide by")

    broken = ag.linear(lambda x: 2 * x, rule, name="broken")
    x = ag.tensor(VECTOR, requires_grad=True)
    with pytest.raises(GradientError, match="raised ZeroDivisionError: noth") as caught:
        check_program(Program.of(ag.exp(broken(ag.sin(x)))))
    assert caught.value.node is not None
    assert caught.value.node.op.name == "broken"


@given(strategies.programs())
def test_gradients_of_random_programs_are_right(program: Program) -> None:
    check_program(program)


# Live graphs ----------------------------------------------------------------------------


def deep_model(act: Any, layers: int) -> Tensor:
    """About ten nodes a layer; ``act`` in the middle one, tanh elsewhere."""
    rng = np.random.default_rng(0)
    x = ag.tensor(rng.normal(size=(4, 8)))
    for i in range(layers):
        w = ag.tensor(rng.normal(size=(8, 8)) / 4, requires_grad=True)
        b = ag.tensor(rng.normal(size=8) / 4, requires_grad=True)
        h = x @ w + b
        h = act(h) if i == layers // 2 else ag.tanh(h)
        h = h - ag.mean(h, axis=-1, keepdims=True)
        x = x * 0.5 + h / ag.sqrt(ag.var(h, axis=-1, keepdims=True) + 1e-3)
    return ag.sum(x * x)


def test_a_wrong_rule_is_found_in_a_graph_deeper_than_the_stack_and_drawn() -> None:
    loss = deep_model(bad_tanh(), 120)
    assert len(ag.ancestors([loss])) > 1.5 * sys.getrecursionlimit()
    with pytest.raises(GradientError) as caught:
        check_graph(loss)
    error = caught.value
    assert error.node is not None
    assert error.node.op.name == "bad tanh"
    drawing = artifacts.drawn(error)
    (guilty,) = [item for item in drawing.view.items if item.kind == "guilty"]
    assert guilty.title == "bad tanh"
    (box,) = [item for item in drawing.view.items if item.marked]
    assert {"got", "expected"} <= {row.key for row in box.rows}


def test_every_rule_of_a_right_graph_is_checked_and_nothing_is_changed() -> None:
    model = nn.MLP(3, [4, 2], generator=0)
    x = np.ones((5, 3), np.float32)
    loss = nn.functional.mse_loss(model(x), np.zeros((5, 2), np.float32))
    before = [p.data.copy() for p in model.parameters()]
    report = check_graph(loss)
    assert report.nodes == sum(
        1 for node in ag.ancestors([loss]) if node.tracked and node.inputs
    )
    assert str(report.nodes) in str(report)
    assert all(p.grad is None for p in model.parameters())
    for p, data in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.data, data)


def test_a_graph_of_values_is_checked_as_well() -> None:
    a, b = Value(0.5), Value(-2.0)
    assert check_graph((a * b + a).tanh() * b).nodes == 4
    with pytest.raises(GradientError) as caught:
        check_graph((bad_tanh()(a * b) + a).exp())
    assert caught.value.node is not None
    assert caught.value.node.op.name == "bad tanh"


def test_a_graph_that_cannot_be_checked_says_why() -> None:
    with pytest.raises(ValueError, match="made from tracked leaves"):
        check_graph(ag.tensor(1.0) * 2)
    x = ag.tensor(VECTOR, requires_grad=True)
    loss = ag.sum(x * x)
    loss.backward(free=True)
    with pytest.raises(ValueError, match="was freed"):
        check_graph(loss)
    y = ag.sum(x * x)
    x.data *= 2
    with pytest.raises(ag.StaleWriteError):
        check_graph(y)


# What is kept of a failure --------------------------------------------------------------


def test_the_text_a_script_and_the_drawing_of_a_failure_are_saved(
    tmp_path: Any,
) -> None:
    x = ag.tensor(VECTOR, requires_grad=True)
    with pytest.raises(GradientError) as caught:
        check_graph(ag.sum(bad_tanh()(x) * x))
    files = artifacts.save(caught.value, tmp_path / "new", "tests/a.py::test[bad tanh]")
    assert [path.suffix for path in files] == [".txt", ".script", ".dot", ".svg"]
    assert all(
        path.name.startswith("failed-tests-a.py-test-bad-tanh-") for path in files
    )
    others = artifacts.save(
        caught.value, tmp_path / "new", "tests/a.py::test[bad_tanh]"
    )
    assert set(others).isdisjoint(files)
    text, script, dot, svg = (path.read_text(encoding="utf-8") for path in files)
    assert "operation: bad tanh" in text
    assert "check_grads(" in script
    assert dot.startswith("digraph")
    assert "bad tanh" in svg


def test_of_a_function_that_was_checked_the_guilty_operation_is_drawn(
    tmp_path: Any,
) -> None:
    wrong = bad_tanh()

    def function(x: Any, scale: Any) -> Any:
        return ag.sum(wrong(x * 2) * np.cos(x)) + scale

    with pytest.raises(GradientError) as caught:
        check_grads(function, VECTOR, 0.5)
    assert caught.value.graph is None
    files = artifacts.save(caught.value, tmp_path, "name")
    assert [path.suffix for path in files] == [".txt", ".script", ".dot", ".svg"]
    drawing = artifacts.drawn(caught.value)
    (guilty,) = [item for item in drawing.view.items if item.kind == "guilty"]
    assert guilty.tip.startswith("bad tanh(")
    assert {"x", "scale"} <= {item.title for item in drawing.view.items}


def test_of_a_function_that_cannot_be_recorded_there_is_no_drawing(
    tmp_path: Any,
) -> None:
    with pytest.raises(GradientError) as caught:
        check_grads(lambda x: float(np.sum(x**2)), VECTOR, gradient=lambda x: 3 * x)
    files = artifacts.save(caught.value, tmp_path, "name")
    assert [path.suffix for path in files] == [".txt", ".script"]


def test_of_a_single_call_there_is_no_drawing(tmp_path: Any) -> None:
    with pytest.raises(GradientError) as caught:
        check_grads(bad_tanh(), VECTOR)
    files = artifacts.save(caught.value, tmp_path, "name")
    assert [path.suffix for path in files] == [".txt", ".script"]
