"""The graph as a drawing sees it: items, edges, clusters and a caption. Only data.

The writers (DOT, SVG) read nothing else, so they need no nodes, and two views are equal
exactly when their drawings are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# The style that says a sign; None where there is no one sign.
SIGNS = {1: "positive", -1: "negative", 0: "muted", None: "neutral"}
SHADES = 7  # colours of an overlay, from light to dark
ROOT = 0  # the cluster that holds everything


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a box: ``key`` to the left, muted; ``text`` to the right.

    ``style`` is ``"plain"``, ``"muted"``, ``"positive"``, ``"negative"`` (the sign of a
    gradient), ``"neutral"`` (a gradient without one sign), ``"alarm"`` (NaN, inf, and
    what a mark says is wrong) or ``"shade0"`` … of an overlay.
    """

    key: str
    text: str
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class Item:
    """A data box, or the circle of an operation.

    ``kind`` is ``"parameter"`` (a leaf with a gradient), ``"input"`` (a leaf without),
    ``"constant"``, ``"result"``, ``"output"``, ``"operation"`` (the circle; its symbol
    is the title), ``"origin"`` (an operation where NaN or infinity first appears),
    ``"guilty"`` (an operation that a mark says is wrong) or ``"fold"`` (what a summary
    hides). A box that is ``marked`` has a red outline; an overlay gives a ``shade``.
    """

    kind: str
    title: str
    rows: tuple[Row, ...] = ()
    tip: str = ""
    cluster: int = ROOT
    marked: bool = False
    shade: int | None = None

    @property
    def round(self) -> bool:
        """Whether this is an operation's circle."""
        return self.kind in ("operation", "origin", "guilty")


@dataclass(frozen=True, slots=True)
class Edge:
    """From item ``source`` to item ``target``, in the direction of the forward pass.

    ``mark`` numbers the operands of an operation that is not symmetric. In a backward
    drawing ``label`` says what the edge does to the gradient, ``sign`` is that of its
    contribution (None where it has none), ``weight`` its size from 0 to 1, and
    ``faded`` edges carry no gradient, ``broken`` ones NaN or infinity. In a forward
    drawing only edges into folds have a sign and a weight: those of what is computed
    from them there.
    """

    source: int
    target: int
    mark: str = ""
    label: tuple[str, ...] = ()
    sign: int | None = None
    weight: float = 0.0
    faded: bool = False
    broken: bool = False
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A frame around the items of one module call, inside cluster ``parent``.

    It is headed by the attributes that lead to the module, its class, and a note.

    The first cluster is the whole drawing; others follow in the order of their opening
    brackets, so that a cluster stands between its parent and the parent's next sibling.
    """

    path: str
    title: str
    note: str = ""
    parent: int = ROOT
    kind: str = "module"  # or "gradient"

    @property
    def heading(self) -> str:
        """What follows the path in the frame's heading: ``Linear · 48 parameters``."""
        return f"{self.title} · {self.note}" if self.note else self.title


@dataclass(slots=True)
class View:
    """Everything a writer needs; items stand in creation order.

    ``scale`` says what each shade of an overlay stands for; ``twins`` are items that
    are shown as one: a value, and what arrives there. ``rankdir`` is ``"LR"``, ``"TB"``
    or ``""``, for what fits.
    """

    items: list[Item] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=lambda: [Cluster("", "")])
    caption: tuple[str, ...] = ()
    scale: tuple[str, ...] = ()
    backward: bool = False
    rankdir: str = "LR"
    twins: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def dense(self) -> bool:
        """Whether there are so many edges that they must be thin to be told apart."""
        return len(self.edges) > 3 * len(self.items)

    def depth(self, cluster: int) -> int:
        """How many frames lie around the inside of ``cluster``."""
        depth = 0
        while cluster != ROOT:
            cluster, depth = self.clusters[cluster].parent, depth + 1
        return depth
