"""Drawings of graphs: what was computed, and what each gradient is made of.

``draw(loss).save("loss.svg")`` is all most people need. Reading order: drawing (the
door), view (what a drawing holds), read (from nodes to a view), layout (from sizes to
positions), write (the formats); digraph and graphviz, which the last two ask; showing,
which all pictures share. ``play`` has a story
in place of a view: player (the door), story, read/telling, layout/levels, write/html.
Beside them: failure (what raised), comparison (two graphs), scalars (arrays opened into
their elements, by scalar_rules). Apart from these: neurons (networks as circles, and
films of their training), figures (by matplotlib).
"""

from .comparison import Diff, assert_same, diff
from .drawing import Drawing, draw
from .figures import (
    attention_maps,
    feature_maps,
    histograms,
    loss_curves,
    weight_images,
)
from .graphviz import RenderError
from .neurons.film import Film, film
from .neurons.recorder import Recorder
from .neurons.still import Network, network
from .player import Player, play
from .scalars import expand

__all__ = [
    "Diff",
    "Drawing",
    "Film",
    "Network",
    "Player",
    "Recorder",
    "RenderError",
    "assert_same",
    "attention_maps",
    "diff",
    "draw",
    "expand",
    "feature_maps",
    "film",
    "histograms",
    "loss_curves",
    "network",
    "play",
    "weight_images",
]


def __dir__() -> list[str]:
    """What there is to use, without the files it is made of."""
    return [*__all__, *(name for name in globals() if name.startswith("__"))]
