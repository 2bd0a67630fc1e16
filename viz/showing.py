"""What every picture can: become a file, be shown in a notebook or in a browser."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Collection, Mapping
from typing import Any

from .graphviz import RenderError


def save(
    path: str | os.PathLike[str], formats: Mapping[str, Callable[[], bytes]]
) -> None:
    """Write a file in that of the ``formats`` which its extension names.

    Where that cannot be, or the content cannot be made, no file is left.
    """
    name = os.fspath(path)
    form = form_of(name, formats)
    folder = os.path.dirname(name)
    if folder and not os.path.isdir(folder):
        raise FileNotFoundError(
            f"there is no folder {folder!r} to write {os.path.basename(name)!r} "
            f"into; make it with os.makedirs({folder!r})"
        )
    if os.path.isdir(name):
        raise IsADirectoryError(
            f"{name!r} is a folder; give the name of a file, in it or beside it"
        )
    content = formats[form]()
    with open(path, "wb") as file:
        file.write(content)


def form_of(name: str, formats: Collection[str]) -> str:
    """Which of the ``formats`` the extension of a file names; RenderError if none.

    >>> form_of("graph.SVG", ["svg", "png"])
    'svg'
    """
    form = os.path.splitext(name)[1].lower().removeprefix(".")
    if form not in formats:
        known = ", ".join(f".{each}" for each in formats)
        raise RenderError(
            f"cannot tell the format of {name!r} from its extension; use one of {known}"
        )
    return form


def display(what: Any, content: bytes, name: str) -> None:
    """Show ``what`` below the cell of a notebook, or its content in a browser."""
    if "IPython" in sys.modules:
        from IPython import display as notebook
        from IPython import get_ipython

        if get_ipython() is not None and hasattr(get_ipython(), "kernel"):
            notebook.display(what)
            return
    with tempfile.NamedTemporaryFile(
        prefix="glassgrad-", suffix=os.path.splitext(name)[1], delete=False
    ) as file:
        file.write(content)
    if not webbrowser.open(f"file://{file.name}"):
        raise RenderError(
            f"there is no browser to show the drawing in. It is in {file.name}; "
            f'.save("{name}") writes it where you like'
        )


def inline(svg: str, prefix: str) -> str:
    """A drawing's SVG made fit to stand inside a page beside others.

    Ids prefixed, since they are shared by a whole page; no fixed size, but as wide as
    it was drawn at most, and at least so wide that it can be read: the page scrolls.

    >>> page = inline('<svg width="90" height="5"><g id="a"/></svg>', "g1-")
    >>> page.partition(";width")[0], page[-13:]
    ('<svg style="min-width:54px;max-width:90px', 'g1-a"/></svg>')
    """
    style = "min-width:{:.0f}px;max-width:{}px;width:100%;height:auto"

    def sized(found: re.Match[str]) -> str:
        return f'style="{style.format(0.6 * float(found[1]), found[1])}"'

    svg = re.sub(r'width="([^"]*)" height="[^"]*"', sized, svg, count=1)
    head, end, body = svg.partition("</style>")
    if end:  # before it no text of the drawing's stands
        head = re.sub(r"(?<=#)(?=n\d+[:,)])", prefix, head)
    return re.sub(r'(?<= id=")', prefix, head + end + body)
