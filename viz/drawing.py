"""``draw``: the picture of a computation, forwards or backwards."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any, Literal

from autograd.core.context import clock
from autograd.core.node import Node

from .failure import failure
from .graphviz import RenderError
from .layout import LAYOUTS, Sheet
from .read.beside import with_backward
from .read.build import Wanted, build
from .read.marks import Wrong
from .read.measures import KINDS, Kind
from .read.overlay import Overlay
from .read.parts import HIDEABLE
from .read.scopes import Opened
from .read.words import count
from .showing import display, inline, save
from .starts import kept, starts
from .write import FORMATS

Direction = Literal["forward", "backward", "both"]
Rankdir = Literal["LR", "TB"]

READABLE = 100  # boxes and circles: what fits a page
MOST = 1500  # where a depth is asked for: what fits a browser


def draw(
    what: Any,
    *args: Any,
    direction: Direction = "forward",
    rankdir: Rankdir | None = None,
    backend: str | None = None,
    max_nodes: int | None = None,
    depth: int | None = None,
    opened: Opened | None = None,
    hide: str | Collection[str] = (),
    between: tuple[Any, Any] | None = None,
    time_limit: float = 20.0,
    marks: Wrong | None = None,
    colour: str | None = None,
) -> Drawing:
    """Draw how ``what`` was computed: a Value, a Tensor, several of them, or a Graph.

    Several come as a list, or as a dict that names them; a Graph from
    ``autograd.record``. ``draw(model, x)`` and ``draw(f, x)`` call a module or a
    function, and draw what it returns. A module is left as it was, running means and
    random numbers included; what a function changes is changed.

    Forwards, boxes hold values, circles are operations. ``grad`` is the gradient of
    what is drawn, where ``.grad`` was computed; ``.grad`` is beside it where it holds
    something else. Backwards, boxes hold the gradient that arrives, and every edge says
    ``× local derivative = contribution``; that sweep is run for the drawing, whether or
    not ``.backward()`` was called, and changes no ``.grad``. ``"both"`` draws that
    sweep as the graph that it is, beside the forward one whose values it reads: what
    arrives at ``v`` is called ``∂v``. A local derivative ``∂v/∂x`` is a number there;
    with ``max_nodes`` its formula is drawn, too.

    ``rankdir`` is ``"LR"`` (left to right), ``"TB"``, or None: ``"LR"`` (in rows), but
    with Graphviz, which knows no rows, ``"TB"`` for what is wider than a page.
    ``backend`` says who decides where things lie: ``"builtin"`` (ours), ``"dot"`` or
    ``"pygraphviz"`` (Graphviz, within ``time_limit`` seconds), or None: ours for SVG,
    and for PNG and PDF the first renderer that there is.

    A graph of more than ``max_nodes`` boxes and circles (100: about 60 boxes) is
    summarised: modules close, what repeats folds, the caption counts what is hidden.
    ``depth`` says instead how many levels of modules are open, ``opened`` which ones:
    a path (``"blocks.0"``), several, or a function that says it of a module; what holds
    them is open, too. ``hide`` leaves out
    ``"constants"``, ``"inputs"`` or ``"parameters"``; ``between=(a, b)`` all that does
    not lie on the way from ``a`` to ``b``, nodes or lists of them.

    ``marks`` shows nodes as wrong: their operation and the outline of their box are
    red, and their rows, each a text or a (key, text) pair, stand in the box, white on
    red. No summary hides a marked node, nor what its operation reads.

    Where the function or the module raises, that is drawn which was recorded until
    then; the call that failed is red, with the error and the shapes of its operands;
    and the exception is the drawing's ``error``, which can be raised again. It is
    raised as ever where no call with a node can be blamed, backwards, and with
    ``colour="gradient"``.

    ``colour`` shows one number of each node, as text in its box and as its colour, on a
    logarithmic scale below the drawing, where the total stands: ``"gradient"`` and
    ``"activation"`` (root mean square), ``"bytes"`` (kept for the backward pass),
    ``"time"`` (each forward function is run once more) or ``"multiply-adds"``.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0)
    >>> viz.draw(x * x)
    Drawing(forward, 2 boxes, 1 circle, 3 edges)
    >>> viz.draw(lambda x: x * x, 3.0, direction="backward")
    Drawing(backward, 2 boxes, 1 circle, 3 edges)
    >>> viz.draw(x * 2 + 1, hide="constants").view.caption[-1]
    'not drawn: 2 constants'
    >>> y = x * x
    >>> viz.draw(y, marks={y: [("got", "5"), ("expected", "6")]}).view.caption[-1]
    'marked in red: 1 operation (multiply)'
    """
    if direction not in ("forward", "backward", "both"):
        raise ValueError(
            f"direction is 'forward', 'backward' or 'both', not {direction!r}"
        )
    if rankdir not in (None, "LR", "TB"):
        raise ValueError(
            f"rankdir is 'LR' or 'TB', or None for what fits; not {rankdir!r}"
        )
    if backend is not None and backend not in LAYOUTS:
        raise RenderError(f"no backend {backend!r}; there are {', '.join(LAYOUTS)}")
    for name, least, number in ("max_nodes", 1, max_nodes), ("depth", 0, depth):
        whole = isinstance(number, int) and not isinstance(number, bool)
        if number is not None and (not whole or number < least):
            raise ValueError(
                f"{name} is a whole number, at least {least}; not {number!r}"
            )
    failed, names, since = None, dict[Node, str](), next(clock)
    with kept(what):
        try:
            outputs, _ = starts(what, args, names)
        except Exception as error:
            failed = failure(error, since, names) if args else None
            if failed is None or direction != "forward" or colour == "gradient":
                raise
            outputs, marks = failed.outputs, {**(marks or {}), failed.call: failed.rows}
        swept, arriving = outputs, dict[Node, list[Node]]()
        local, formulas = set[Node](), list[list[Node]]()
        if direction == "both":
            both = with_backward(outputs, names)
            outputs, names, arriving = both.outputs, both.names, both.arriving
            local, formulas = both.local, [] if max_nodes else both.slopes
        most = max_nodes or (READABLE if depth is None and opened is None else MOST)
        wanted = Wanted(
            direction == "backward",
            rankdir or "",
            most,
            depth,
            _opened(opened),
            _hidden(hide),
            _ends(between),
            {} if marks is None else marks,
            names,
            swept if direction == "both" else (),
            arriving,
            local,
            formulas,
            None if colour is None else partial(Overlay, _kind(colour)),
        )
        drawing = Drawing(build(outputs, wanted), backend, time_limit)
        if failed:
            failed.tell(drawing)
    return drawing


class Drawing(Sheet):
    """A drawing as SVG, as DOT text, as a file; notebooks show it as it is.

    ``error`` is what the function raised that was drawn; None where it returned.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0, label="x")
    >>> drawing = viz.draw(x * x)
    >>> drawing.svg().startswith("<svg"), drawing.dot.startswith("digraph")
    (True, True)
    >>> drawing.error is None
    True
    """

    error: Exception | None = None

    def __repr__(self) -> str:
        kinds = Counter(item.round for item in self.view.items)
        parts = ["backward" if self.view.backward else "forward"]
        parts += [count(kinds[False], "box"), count(kinds[True], "circle")]
        parts += [count(len(self.view.edges), "edge")]
        parts += [f"raised {type(self.error).__name__}"] * (self.error is not None)
        return f"Drawing({', '.join(parts)})"

    @property
    def dot(self) -> str:
        """The drawing as DOT text, for Graphviz."""
        return FORMATS["dot"](self).decode()

    def svg(self) -> str:
        """The drawing as a complete SVG document."""
        return FORMATS["svg"](self).decode()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file, in the format of its extension: .svg, .png, .pdf or .dot.

        Raises RenderError for another extension, or where there is no renderer for this
        one; FileNotFoundError where there is no such folder, IsADirectoryError where
        the path is one. None leaves a file.
        """
        save(path, {form: partial(write, self) for form, write in FORMATS.items()})

    def show(self) -> None:
        """Show the drawing: below the cell of a notebook, else in a browser.

        Raises RenderError where there is no browser.
        """
        display(self, self.svg().encode(), "drawing.svg")

    def _repr_svg_(self) -> str:
        svg = self.svg()
        return inline(svg, f"g{hashlib.sha1(svg.encode()).hexdigest()[:8]}-")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self._repr_svg_(), "text/plain": repr(self)}


def _hidden(hide: str | Collection[str]) -> tuple[str, ...]:
    one = isinstance(hide, str) or not isinstance(hide, Collection)
    kinds: tuple[Any, ...] = (hide,) if one else tuple(hide)
    for kind in kinds:
        if kind not in HIDEABLE:
            raise ValueError(
                f"hide is one or several of {', '.join(map(repr, HIDEABLE))}; got "
                f"{kind!r}"
            )
    return kinds


def _opened(opened: Any) -> Opened | None:
    if opened is None or isinstance(opened, str) or callable(opened):
        return opened
    if isinstance(opened, Collection) and all(isinstance(x, str) for x in opened):
        return opened
    raise TypeError(
        "opened is the path of a module, several, or a function of a module; got "
        f"{opened!r}"
    )


def _kind(colour: str) -> Kind:
    if not isinstance(colour, str) or colour not in KINDS:
        raise ValueError(
            f"colour is one of {', '.join(map(repr, KINDS))}; got {colour!r}"
        )
    return KINDS[colour]


def _ends(between: Any) -> tuple[Sequence[Node], Sequence[Node]] | None:
    if between is None:
        return None
    if not isinstance(between, tuple | list) or len(between) != 2:
        raise TypeError(
            "between is a pair (a, b) of nodes, or of lists of nodes; got "
            f"{type(between).__name__}"
        )
    first, last = ([x] if isinstance(x, Node) else x for x in between)
    for nodes in first, last:
        if not isinstance(nodes, list | tuple) or not nodes:
            raise TypeError(f"between is a pair (a, b) of nodes; got {nodes!r} in it")
        if not all(isinstance(node, Node) for node in nodes):
            raise TypeError(f"between is a pair (a, b) of nodes; got {nodes!r} in it")
    return first, last
