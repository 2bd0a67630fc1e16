"""Pictures: PNG from our own SVG, where resvg is installed; else, and PDF, by Graphviz.

resvg is one small wheel without a system library, reads our SVG as browsers do, and is
as fast as any; it is imported only when a PNG is asked for.
"""

from __future__ import annotations

import importlib.util
import logging

from ..graphviz import DOTS_PER_INCH, RenderError, run
from ..layout import Sheet
from .dot import write_dot
from .svg import write_svg

log = logging.getLogger(__name__)

ZOOM = DOTS_PER_INCH / 72
LARGEST = 16_000  # px of a side: more than that few programs open

NO_PNG = (
    'a PNG of the built-in layout needs resvg: run pip install "glassgrad[png]"; or '
    "save as .svg, which needs nothing"
)


def write_picture(form: str, sheet: Sheet) -> bytes:
    """The drawing as ``form``, by its backend or, without one, the first there is.

    Raises RenderError where there is none.
    """
    if form == "png" and sheet.backend in (None, "builtin"):
        if importlib.util.find_spec("resvg_py") is not None:
            return _rasterised(sheet)
        if sheet.backend == "builtin":
            raise RenderError(NO_PNG)
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


def _rasterised(sheet: Sheet) -> bytes:
    import resvg_py

    wide, high = sheet.layout.size
    zoom = min(ZOOM, LARGEST / max(wide, high, 1.0))
    svg = write_svg(sheet.view, sheet.layout)
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom))
    log.info("resvg made the png")
    return png
