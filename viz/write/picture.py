"""Pictures: PNG from our own SVG, where resvg is installed; else, and PDF, by Graphviz.

resvg is one small wheel without a system library, reads our SVG as browsers do, and is
as fast as any; it is imported only when a PNG is asked for.
"""

from __future__ import annotations

import importlib.util
import logging
import re

from ..graphviz import DOTS_PER_INCH, RenderError, run
from ..layout import Sheet
from .dot import write_dot
from .svg import write_svg

log = logging.getLogger(__name__)

ZOOM = DOTS_PER_INCH / 72
LARGEST = 16_000  # px of a side: more than that few programs open

NO_PNG = (
    'a PNG of our own SVG needs resvg: run pip install "glassgrad[png]"; or '
    "save as .svg, which needs nothing"
)


def write_picture(form: str, sheet: Sheet) -> bytes:
    """The drawing as ``form``, by its backend or, without one, the first there is.

    Raises RenderError where there is none.
    """
    ours = sheet.backend == "builtin" or (sheet.backend is None and has_resvg())
    if form == "png" and ours:
        return to_png(write_svg(sheet.view, sheet.layout))
    if sheet.backend == "builtin":
        raise RenderError(
            f"the built-in layout writes only SVG and PNG, not {form!r}; leave backend "
            "out, or save as .svg"
        )
    try:
        return run(write_dot(sheet.view), form, sheet.backend, sheet.time_limit)
    except RenderError as error:
        if form == "png" and sheet.backend is None:
            raise RenderError(f"{NO_PNG}. {error}") from None
        raise


def has_resvg() -> bool:
    """Whether a PNG needs nothing else."""
    return importlib.util.find_spec("resvg_py") is not None


def to_png(svg: str) -> bytes:
    """An SVG of ours as PNG, by resvg; RenderError where it is not installed."""
    if not has_resvg():
        raise RenderError(NO_PNG)
    import resvg_py

    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    longest = max(map(float, size.groups())) if size else 1.0
    zoom = min(ZOOM, LARGEST / max(longest, 1.0))
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom))
    log.info("resvg made the png")
    return png
