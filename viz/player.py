"""``play``: both passes step by step, in a page that needs nothing else."""

from __future__ import annotations

import html
import os
from functools import cached_property
from typing import Any

from autograd.core.node import Node, ancestors

from .collector import at_rest
from .drawing import Drawing
from .layout.levels import levels
from .read.build import Wanted, build
from .read.nodes import is_freed
from .read.telling import tell
from .read.words import count
from .showing import display, save
from .starts import kept, starts
from .story import WHOLE, Story
from .write.film import write_film
from .write.html import write_html

SHOWN = 30  # units and closed groups, before a reader opens more


def play(what: Any, *args: Any) -> Player:
    """The forward and the backward pass over ``what``, to be stepped through.

    ``what`` is a Value, a Tensor, several of them, a Graph, or a function or module
    that is called with ``args``, as in ``draw``, which leaves a module as it was. The
    backward pass is run for the player, whether or not ``.backward()`` was called, and
    changes no ``.grad``.

    Saved as ``.html``, it is one file that needs no network and no server: every step
    with its arithmetic, modules that open and close, a search, a quiz. Saved as
    ``.svg``, it plays by itself, also in an ``<img>``. Notebooks show it inline.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0, label="x")
    >>> viz.play(x * x)
    Player(1 operation forward, 1 backward)
    >>> "</html>" in viz.play(x * x).html()
    True
    """
    with kept(what):
        return Player(*starts(what, args, by="play"))


class Player:
    """Both passes of a computation, as a page or a picture that plays.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0, label="x")
    >>> player = viz.play(x * x)
    >>> player.html().startswith("<!DOCTYPE html>"), player.svg().startswith("<svg")
    (True, True)
    """

    def __init__(self, outputs: list[Node], names: dict[Node, str]) -> None:
        self.outputs, self.names = outputs, names
        self.story = tell(outputs, names)

    def __repr__(self) -> str:
        there, back = len(self.story.forward), len(self.story.backward)
        parts = [f"{count(there, 'operation')} forward", f"{back:,} backward"]
        parts += ["a freed graph"] * any(map(is_freed, ancestors(self.outputs)))
        return f"Player({', '.join(parts)})"

    @cached_property
    def _page(self) -> bytes:
        with at_rest():
            return write_html(self.story, levels(self.story), opened(self.story))

    def html(self) -> str:
        """The player as a complete HTML document."""
        return self._page.decode()

    def svg(self) -> str:
        """The drawing that plays by itself, as a complete SVG document."""
        sheet = self._still(backward=bool(self.story.seeds))
        return write_film(sheet.view, sheet.layout)

    def _still(self, backward: bool) -> Drawing:
        return Drawing(build(self.outputs, Wanted(backward, names=self.names)))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file, in the format of its extension: .html or .svg.

        Raises RenderError for another extension, FileNotFoundError where there is no
        such folder, IsADirectoryError where the path is one.
        """
        save(path, {"html": lambda: self._page, "svg": lambda: self.svg().encode()})

    def show(self) -> None:
        """Show the page: below the cell of a notebook, else in a browser.

        Raises RenderError where there is no browser.
        """
        display(self, self._page, "pass.html")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """The page in a frame of its own; SVG and text where HTML is not shown."""
        page = html.escape(self.html())
        frame = (
            f'<iframe srcdoc="{page}" sandbox="allow-scripts" title="Player" '
            'style="width:100%;height:560px;border:1px solid #7b8794"></iframe>'
        )
        still = self._still(backward=False)._repr_svg_()
        return {"text/html": frame, "image/svg+xml": still, "text/plain": repr(self)}


def opened(story: Story) -> list[int]:
    """The groups that are open at first: outermost first, while few things show."""
    found: list[int] = []
    shown = len(story.groups[WHOLE].members)
    waiting = [~member for member in story.groups[WHOLE].members if member < 0]
    for group in waiting:  # grows while it is walked
        members = story.groups[group].members
        if shown + len(members) - 1 > SHOWN and shown > 1:
            continue
        shown += len(members) - 1
        found.append(group)
        waiting += [~member for member in members if member < 0]
    return found
