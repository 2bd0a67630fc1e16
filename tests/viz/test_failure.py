"""A function that raises is drawn as far as it came, with the failed call in red."""

from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
import viz

ONES = np.ones((3, 4))


def red(drawing):
    """The failed circle's symbol, and the rows of its box."""
    items = drawing.view.items
    (box,) = [item for item in items if item.marked]
    (circle,) = [item for item in items if item.kind == "guilty"]
    return circle.title, {row.key: row.text for row in box.rows}


def mismatched(x, w):
    hidden = np.exp(x) * 2.0
    unread = hidden.sum()
    return hidden @ w + unread


def refusing(x):
    doubled = x * 2
    if doubled is not None:
        raise RuntimeError("not <today> ]]> " + "again " * 100)
    return doubled


def test_a_failed_operation_is_red_and_says_the_error_and_the_shapes():
    drawing = viz.draw(mismatched, ONES, ONES)
    title, rows = red(drawing)
    assert title == "@"
    assert rows["raised"] == "ValueError"
    assert rows["operand 1"] == rows["operand 2"] == "(3, 4) float64"
    assert rows["data"] == "none: it raised"
    assert isinstance(drawing.error, ValueError)
    assert "raised ValueError" in repr(drawing)
    assert drawing.view.caption[0].startswith("ValueError was raised")
    tip = next(item.tip for item in drawing.view.items if item.kind == "guilty")
    line = mismatched.__code__.co_firstlineno + 3
    assert tip == f"matmul() at test_failure.py:{line}"


def test_all_that_was_computed_until_then_is_drawn_also_what_nothing_reads():
    titles = [item.title for item in viz.draw(mismatched, ONES, ONES).view.items]
    assert [t for t in titles if t in ("exp", "×", "Σ", "@")] == ["exp", "×", "Σ", "@"]
    assert {"x", "w"} <= set(titles)


def test_a_failed_layer_stands_in_its_frame():
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(7, 2))
    for x in (ONES.astype(np.float32), ag.tensor(ONES.astype(np.float32))):
        drawing = viz.draw(model, x)
        title, rows = red(drawing)
        assert title == "Linear"
        assert rows["operand 1"] == "(3, 8) float32"
        view = drawing.view
        (circle,) = [item for item in view.items if item.kind == "guilty"]
        assert view.clusters[circle.cluster].path == "2"


def test_the_first_layer_may_be_the_one_that_fails():
    title, rows = red(viz.draw(nn.Linear(5, 2), ONES.astype(np.float32)))
    assert title == "Linear"
    assert rows["operand 1"] == "(3, 4) float32"


@pytest.mark.parametrize("x", [2.0, np.ones(3)])
def test_an_error_of_a_persons_own_is_that_of_the_function(x):
    drawing = viz.draw(refusing, x)
    title, rows = red(drawing)
    assert title == "refusing"
    assert rows["raised"] == "RuntimeError"
    assert "×" in [item.title for item in drawing.view.items]
    ElementTree.fromstring(drawing.svg())
    assert drawing.dot
    box = next(item for item in drawing.view.items if item.marked)
    assert len(box.rows) <= 8


def test_scalars_that_fail_show_their_numbers():
    title, rows = red(viz.draw(lambda x: (x - 3.0).nosuch, 3.0))
    assert title == "<lambda>"
    assert rows["operand 1"] == "3.0"


def test_the_error_can_be_raised_again_from_the_line_where_it_was():
    drawing = viz.draw(mismatched, ONES, ONES)
    with pytest.raises(ValueError, match="matmul got") as caught:
        raise drawing.error
    assert any(entry.name == "mismatched" for entry in caught.traceback)


def test_what_no_call_can_be_blamed_for_is_raised_as_ever():
    with pytest.raises(TypeError, match="positional argument"):
        viz.draw(lambda: 1, 2.0)
    with pytest.raises(TypeError, match="which the function returned"):
        viz.draw(lambda x: None, 2.0)
    with pytest.raises(ValueError, match="matmul got"):
        viz.draw(mismatched, ONES, ONES, direction="backward")
    with pytest.raises(ValueError, match="matmul got"):
        viz.play(mismatched, ONES, ONES)

    def stopped(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        viz.draw(stopped, 2.0)


def test_a_drawing_that_succeeded_has_no_error():
    assert viz.draw(lambda x: x * 2, 2.0).error is None


@pytest.mark.parametrize("colour", ["activation", "bytes", "time", "multiply-adds"])
def test_overlays_leave_the_failed_call_out(colour):
    drawing = viz.draw(mismatched, ONES, ONES, colour=colour)
    assert red(drawing)[0] == "@"
    assert drawing.svg()


@pytest.mark.parametrize(
    "asked",
    [{"direction": "backward"}, {"direction": "both"}, {"colour": "gradient"}],
)
def test_where_gradients_are_asked_for_the_error_is_raised_as_ever(asked):
    with pytest.raises(ValueError, match="matmul got"):
        viz.draw(mismatched, ONES, ONES, **asked)


def test_a_failure_deep_in_a_large_graph_is_not_folded_away():
    def long(x):
        for _ in range(2000):
            x = x * 1.001 + 0.1
        return x @ ONES

    drawing = viz.draw(long, ONES)
    assert red(drawing)[0] == "@"
    assert len(drawing.view.items) < 100
