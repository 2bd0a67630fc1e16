"""``Recorder``: a network, looked at again and again while it is trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.node import Node, raw, told

from .plane import Plane, plane_of
from .read import Layer, layers_of
from .sheet import Frame


class Recorder:
    """Call it in a training loop: it remembers the network as it is, for ``film``.

    ``recorder()`` or ``recorder(loss)``; as a callback it takes whatever has a
    ``loss``. What it remembers are copies.

    Args:
        model: what is trained, a row of layers as for ``viz.network``.
        x: the sample whose activations are shown.
        points: of a classifier of two inputs, samples (n, 2) and their classes (n,),
            numbers from 0 or -1 and 1: the plane is recorded too.
        every: only each ``every``-th call is recorded, beginning with the first.

    Attributes:
        history: the frames.
        activations, weights, gradients: a dictionary for each frame, name → array, for
            ``viz.histograms``; of gradients, what ``.grad`` was, where there was one.
        losses: the number that was told at each frame; NaN for none.

    >>> import numpy as np, nn, viz
    >>> model = nn.MLP(2, [3, 1])
    >>> recorder = viz.Recorder(model, np.ones(2, np.float32))
    >>> for step in range(3):
    ...     recorder(loss=1 / (step + 1))
    >>> len(recorder.history), recorder.history[2].note
    (3, 'step 2 · loss 0.3333')
    """

    def __init__(
        self, model: Any, x: Any, *, points: Any = None, every: int = 1
    ) -> None:
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise ValueError(f"every is a number of 1 or more; got {every!r}")
        self.model, self.x, self.every = model, x, every
        self.points = None if points is None else _checked(*points)
        self.history: list[Frame] = []
        self.gradients: list[dict[str, np.ndarray]] = []
        self.losses: list[float] = []
        self.calls = 0

    @property
    def activations(self) -> list[dict[str, np.ndarray]]:
        """What each layer's neurons held for the sample, frame by frame."""
        return [
            {_called(i, layer): layer.values for i, layer in enumerate(frame.layers)}
            for frame in self.history
        ]

    @property
    def weights(self) -> list[dict[str, np.ndarray]]:
        """What the edges into each layer were, frame by frame."""
        return [
            {
                _called(i, layer): layer.weights
                for i, layer in enumerate(frame.layers)
                if layer.weights is not None
            }
            for frame in self.history
        ]

    def __call__(self, loss: Any = None) -> None:
        """Record the network as it is now."""
        step, self.calls = self.calls, self.calls + 1
        if step % self.every:
            return
        layers = layers_of(self.model, self.x)
        note = f"step {step}"
        number = _number(loss)
        if number is not None:
            note += f" · loss {number:.4g}"
        plane: Plane | None = None
        if self.points is not None:
            plane = plane_of(self.model, *self.points)
        self.history.append(Frame(layers, note, plane))
        self.losses.append(float("nan") if number is None else number)
        self.gradients.append(_gradients(self.model))

    def __repr__(self) -> str:
        return f"Recorder({len(self.history)} frames)"


def _called(number: int, layer: Layer) -> str:
    return layer.name or (f"layer {number}" if number else "inputs")


def _gradients(model: Any) -> dict[str, np.ndarray]:
    """The gradients there are, by name; those of single numbers by layer."""
    if not hasattr(model, "named_parameters"):
        return {}
    found: dict[str, list[Any]] = {}
    for name, parameter in type(model).named_parameters(model):
        if parameter.grad is not None:
            found.setdefault(name.partition(".neurons")[0], []).append(parameter.grad)
    return {
        name: np.concatenate([np.array(g, dtype=float).ravel() for g in gradients])
        for name, gradients in found.items()
    }


def _number(loss: Any) -> float | None:
    """The loss as a number, of what a loop has at hand."""
    if loss is None or isinstance(loss, (bool, str)):
        return None
    if not isinstance(loss, (int, float, np.ndarray, np.generic, Node)):
        return _number(getattr(loss, "loss", None))
    data = np.asarray(raw(loss))
    if data.size != 1:
        raise ValueError(
            f"a Recorder is called with a loss of one element; got {told(loss)}"
        )
    return float(data.reshape(())[()])


def _checked(points: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    points, labels = np.asarray(raw(points)), np.asarray(raw(labels)).ravel()
    if points.ndim != 2 or points.shape[1] != 2 or len(points) != len(labels):
        raise ValueError(
            "points are samples of shape (n, 2) and their n classes; got shapes "
            f"{points.shape} and {labels.shape}"
        )
    if not len(points):
        raise ValueError("points are one sample or more; got none")
    return points, labels
