"""Rules for recurrent layers: a walk through all steps is one line.

What a walk leaves lies side by side in the memory of that line: forward the outputs,
backward what arrives at the gates, and at the states before. From the gates on, one
product over all steps leads to the inputs, and one to each weight.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..flat import Kind
from .lines import Lines
from .matrices import affine, product
from .panels import packed
from .reductions import reduced
from .rules import concatenate
from .views import View, dense, indexed, seen
from .walks import GRU, LSTM, RELU, TANH, Cell, Walk

FLOATS = ("float32", "float64")


def forward(name: str) -> Callable[..., Any]:
    """A rule for the layer: its outputs at all steps."""

    def rule(lines: Lines, args: Any, params: Any, kind: Any) -> Any:
        kinds = (kind,) if isinstance(kind, Kind) else kind
        if not _are_alike(lines, args, kinds):
            return None
        x, (steps, batch, n_in) = args[0], args[0].shape
        cell = _cell(name, params)
        firsts = [_dense(lines, each) for each in args[1 : 1 + cell.states]]
        weights = [
            packed(lines, seen(w, np.transpose)) for w in args[1 + cell.states :][:2]
        ]
        biases = [_dense(lines, each) for each in args[3 + cell.states :]]
        given = [_by_rows(lines, x), *firsts, *weights, *biases]
        n, columns = args[1].shape[1], weights[0].shape[2]
        walk = Walk(cell, steps, batch, n_in, n, None, columns)
        found = _walked(lines, given, walk, kinds[0].dtype)
        outs = [found[out] for out in cell.outs]
        for k in range(cell.states):  # the first is that before all steps
            outs[k] = indexed(outs[k], (slice(1, None),))
        return outs[0] if isinstance(kind, Kind) else outs

    return rule


def backwards(name: str) -> Callable[..., Any]:
    """A rule for the pullback; None where a cotangent arrives at a gate itself."""

    def rule(lines: Lines, args: Any, params: Any, kinds: Any) -> Any:
        cell, given = _cell(name, params["params"]), params["given"]
        if any(given[cell.followed :]) or not _are_alike(lines, args, kinds):
            return None
        operands, args = (
            args[: -len(given) - sum(given)],
            args[-len(given) - sum(given) :],
        )
        outs, gs = args[: len(given)], args[len(given) :]
        dtype, (x, *firsts) = kinds[0].dtype, operands[: 1 + cell.states]
        weight_ih, weight_hh, *biases = operands[1 + cell.states :]
        steps, batch, n = outs[0].shape
        panels = packed(lines, weight_hh)
        walk = Walk(cell, steps, batch, x.shape[2], n, given, panels.shape[2])
        reads = {out: _dense(lines, each) for out, each in zip(cell.outs, outs)}
        for letter, first, out in zip("hc", firsts, outs):
            reads[letter] = _before(lines, first, out)
        before = lines.shaped(reads["h"], (steps * batch, n))
        if cell.candidate:
            last = (slice(-n, None),)
            some = (before, indexed(weight_hh, last), indexed(biases[-1], last))
            reads["candidate"] = affine(lines, some, {}, Kind(before.shape, dtype))
        views = [panels, *[reads[name] for name in cell.reads], *gs]
        found = _walked(lines, views, walk, dtype)
        wide = (steps * batch, walk.wide)
        onto = lines.shaped(found["onto"], wide)
        apart = lines.shaped(found.get("apart", found["onto"]), wide)

        def onto_weight(onto: View, x: View) -> View:
            rows = lines.shaped(x, (steps * batch, x.shape[-1]))
            return product(lines, seen(onto, np.transpose), rows, dtype)

        def onto_bias(onto: View) -> View:
            return reduced(lines, "sum", onto, (0,), Kind(wide[1:], dtype))

        made: list[Callable[[], View]] = [
            lambda: lines.shaped(product(lines, onto, weight_ih, dtype), x.shape),
            *[
                lambda d=d: indexed(found[d], (..., slice(n)))
                for d in ("dh", "dc")[: cell.states]
            ],
            lambda: onto_weight(onto, x),
            lambda: onto_weight(apart, before),
            *[lambda onto=onto: onto_bias(onto) for onto in (onto, apart)],
        ]
        return [make() for make, wants in zip(made, params["wanted"]) if wants]

    return rule


def _cell(name: str, params: Any) -> Cell:
    if name == "rnn":
        return TANH if params["nonlinearity"] == "tanh" else RELU
    return LSTM if name == "lstm" else GRU


def _are_alike(lines: Lines, args: Any, kinds: Sequence[Kind]) -> bool:
    """Whether all are arrays of one dtype of floats, and none is empty."""
    dtype = kinds[0].dtype
    if dtype.name not in FLOATS or any(kind.dtype != dtype for kind in kinds):
        return False
    views = all(isinstance(x, View) and x.size for x in args)
    return views and all(lines.dtype(x) == dtype for x in args)


def _dense(lines: Lines, x: View) -> View:
    return x if x.is_dense else lines.copied(x)


def _by_rows(lines: Lines, x: View) -> View:
    """Inputs of which each row, one for each of a batch, lies side by side."""
    _, apart, along = x.strides
    return x if along == 1 and apart >= x.shape[2] else lines.copied(x)


def _walked(lines: Lines, args: Any, walk: Walk, dtype: np.dtype) -> dict[str, View]:
    """The line of a walk, as views of what it leaves."""
    shapes, at, found = walk.left, 0, {}
    total = sum(map(math.prod, shapes.values()))
    line = lines.emit("walk", args, walk, (total,), dtype).of
    for name, shape in shapes.items():
        found[name] = View(line, at, shape, dense(shape))
        at += math.prod(shape)
    return found


def _before(lines: Lines, first: View, out: View) -> View:
    """The state, or cell, before each step: in a walk they lie there already."""
    if lines[out.of].op == "walk":
        return out._replace(offset=out.offset - math.prod(out.shape[1:]))
    parts = (indexed(first, (None,)), indexed(out, (slice(-1),)))
    kind = Kind(out.shape, lines.dtype(out))
    return concatenate(lines, parts, {"axis": 0}, kind)


RULES: dict[str, Callable[..., Any]] = {
    **{name: forward(name) for name in ("rnn", "lstm", "gru")},
    **{f"{name} backwards": backwards(name) for name in ("rnn", "lstm", "gru")},
}
