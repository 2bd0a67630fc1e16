"""Drawings of graphs: what was computed, and what each gradient is made of.

``draw(loss).save("loss.svg")`` is all most people need. Reading order: drawing, view
(what a drawing holds), build with boxes, passes and marks, scopes and summary (modules,
large graphs), dot and svg (the writers), layout and layers (the built-in one), render.
"""

from .drawing import Drawing, draw
from .graphviz import RenderError

__all__ = ["Drawing", "RenderError", "draw"]
