"""The formats of a drawing, and what writes each; a new one is a row of this table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..layout import Sheet
from .dot import write_dot
from .picture import write_picture
from .svg import write_svg

FORMATS: dict[str, Callable[[Sheet], bytes]] = {
    "svg": lambda sheet: write_svg(sheet.view, sheet.layout).encode(),
    "png": partial(write_picture, "png"),
    "pdf": partial(write_picture, "pdf"),
    "dot": lambda sheet: write_dot(sheet.view).encode(),
}
