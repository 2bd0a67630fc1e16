"""Sequences of a few steps, and the states and weights that fit them."""

from __future__ import annotations

from ..context import Call, Context, Sample, call


def _sequence(c: Context, gates: int) -> tuple[tuple[int, ...], ...]:
    """The shapes of the inputs, of a state and of the weight."""
    steps, batch, n = c.choice(2, 1, 3), c.choice(2, 1), c.choice(2, 1)
    return (steps, batch, gates * n), (batch, n), (gates * n, n)


def _rnn(c: Context) -> Call:
    arrays = [c.array(shape) for shape in _sequence(c, 1)]
    return call(*arrays, nonlinearity=c.choice("tanh", "relu"))


def _lstm(c: Context) -> Call:
    x, h, weight = _sequence(c, 4)
    return call(c.array(x), c.array(h), c.array(h), c.array(weight))


def _gru(c: Context) -> Call:
    x, h, weight = _sequence(c, 3)
    return call(c.array(x), c.array(h), c.array(weight), c.array(weight[:1]))


SAMPLES: dict[str, Sample] = {"gru": _gru, "lstm": _lstm, "rnn": _rnn}
