"""Where everything of a view lies: its sizes, then positions for them.

Reading order: positions (what a layout says), measure, then the built-in layout
(nested, with layers, ordering, rows and ports), and dot, which asks Graphviz for one
(strips say in what direction).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from ..collector import at_rest
from ..graphviz import PROGRAMS
from ..view import View
from . import dot, nested
from .measure import measured
from .positions import Layout, Sizes

LAYOUTS: dict[str, Callable[[View, Sizes, float], Layout]] = {
    "builtin": lambda view, sizes, _: nested.lay_out(view, sizes),
    **{program: partial(dot.lay_out, program) for program in PROGRAMS},
}


class Sheet:
    """A view and its layout, worked out once and only if asked for.

    ``backend`` names one of LAYOUTS, or is None for whatever is best for the format.
    """

    def __init__(
        self, view: View, backend: str | None = None, time_limit: float = 20.0
    ) -> None:
        self.view = view
        self.backend = backend
        self.time_limit = time_limit

    @cached_property
    def layout(self) -> Layout:
        """Where everything lies."""
        place = LAYOUTS[self.backend or "builtin"]
        with at_rest():
            return place(self.view, measured(self.view), self.time_limit)
