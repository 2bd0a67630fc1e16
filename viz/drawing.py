"""``draw``: the picture of a computation, forwards or backwards."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from autograd.core.node import Node

from .graphviz import RenderError
from .layout import LAYOUTS, Sheet
from .read.build import Wanted, build
from .read.marks import Wrong
from .read.words import count
from .write import FORMATS

Direction = Literal["forward", "backward"]
Rankdir = Literal["LR", "TB"]


def draw(
    what: Any,
    *,
    direction: Direction = "forward",
    rankdir: Rankdir = "LR",
    backend: str | None = None,
    max_nodes: int = 100,
    time_limit: float = 20.0,
    marks: Wrong | None = None,
) -> Drawing:
    """Draw how ``what`` was computed: a Value, a Tensor, several of them, or a Graph.

    Several come as a list or a tuple, a Graph from ``autograd.record``. Of a model or
    another function, draw what it returned.

    Forwards, boxes hold values (and ``.grad``, where it was computed), circles are
    operations. Backwards, boxes hold the gradient that arrives, and every edge says
    ``× local derivative = contribution``; that sweep is run for the drawing, whether or
    not ``.backward()`` was called, and changes no ``.grad``.

    ``rankdir`` is ``"LR"`` (left to right) or ``"TB"``. ``backend`` says who decides
    where things lie: ``"builtin"`` (ours; SVG only), ``"dot"`` or ``"pygraphviz"``
    (Graphviz, within ``time_limit`` seconds), or None: ours for SVG, and for PNG and
    PDF the first of the others that there is. A graph of more than ``max_nodes`` boxes
    and circles is summarised: modules close, long stretches fold, the caption counts
    what is hidden.

    ``marks`` shows nodes as wrong: their operation and the outline of their box are
    red, and their rows, each a text or a (key, text) pair, stand in the box, white on
    red. No summary hides a marked node, nor what its operation reads.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0)
    >>> viz.draw(x * x)
    Drawing(forward, 2 boxes, 1 circle, 3 edges)
    >>> "grad" in viz.draw(x * x, direction="backward").svg()
    True
    >>> y = x * x
    >>> viz.draw(y, marks={y: [("got", "5"), ("expected", "6")]}).view.caption[-1]
    'marked in red: 1 operation (multiply)'
    """
    if direction not in ("forward", "backward"):
        raise ValueError(f"direction is 'forward' or 'backward', not {direction!r}")
    if rankdir not in ("LR", "TB"):
        raise ValueError(f"rankdir is 'LR' or 'TB', not {rankdir!r}")
    if backend is not None and backend not in LAYOUTS:
        raise RenderError(f"no backend {backend!r}; there are {', '.join(LAYOUTS)}")
    if max_nodes < 1:
        raise ValueError(f"max_nodes is at least 1, not {max_nodes}")
    backward = direction == "backward"
    wanted = Wanted(backward, rankdir, max_nodes, marks={} if marks is None else marks)
    view = build(_outputs(what), wanted)
    return Drawing(view, backend, time_limit)


class Drawing(Sheet):
    """A drawing as SVG, as DOT text, as a file; notebooks show it as it is."""

    def __repr__(self) -> str:
        kinds = Counter(item.round for item in self.view.items)
        parts = ["backward" if self.view.backward else "forward"]
        parts += [count(kinds[False], "box"), count(kinds[True], "circle")]
        parts += [count(len(self.view.edges), "edge")]
        return f"Drawing({', '.join(parts)})"

    @property
    def dot(self) -> str:
        """The drawing as DOT text, for Graphviz."""
        return FORMATS["dot"](self).decode()

    def svg(self) -> str:
        """The drawing as a complete SVG document."""
        return FORMATS["svg"](self).decode()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file, in the format of its extension: .svg, .png, .pdf or .dot."""
        form = os.path.splitext(os.fspath(path))[1].lower().removeprefix(".")
        if form not in FORMATS:
            known = ", ".join(f".{each}" for each in FORMATS)
            raise RenderError(
                f"cannot tell the format of {os.fspath(path)!r} from its extension; "
                f"use one of {known}"
            )
        content = FORMATS[form](self)
        with open(path, "wb") as file:
            file.write(content)

    def _repr_svg_(self) -> str:
        svg = self.svg()
        return inline(svg, f"g{hashlib.sha1(svg.encode()).hexdigest()[:8]}-")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self._repr_svg_(), "text/plain": repr(self)}


def inline(svg: str, prefix: str) -> str:
    """A drawing's SVG made fit to stand inside a page beside others.

    Ids prefixed, since they are shared by a whole page; no fixed size, but as wide as
    it was drawn at most.

    >>> inline('<svg width="9" height="5"><g id="a"/></svg>', "g1-")
    '<svg style="max-width:9px;width:100%;height:auto"><g id="g1-a"/></svg>'
    """
    size, style = r'width="([^"]*)" height="[^"]*"', "width:100%;height:auto"
    svg = re.sub(size, rf'style="max-width:\1px;{style}"', svg, count=1)
    return re.sub(r'(?<= id=")', prefix, svg)


def _outputs(what: Any) -> list[Node]:
    if isinstance(what, Node):
        return [what]
    found = getattr(what, "outputs", what)
    nodes = list(found) if isinstance(found, Iterable) else []
    if not nodes or not all(isinstance(node, Node) for node in nodes):
        raise TypeError(
            "draw needs a Value, a Tensor, a list of them or a Graph (from "
            f"autograd.record); got {type(what).__name__}"
            + (" without any node" if not nodes else "")
            + (". Draw what it returns: draw(f(x))" if callable(what) else "")
        )
    return nodes
