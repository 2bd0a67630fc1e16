"""Pictures that Graphviz makes: PNG and PDF."""

from __future__ import annotations

from ..graphviz import RenderError, run
from ..layout import Sheet
from .dot import write_dot


def write_picture(form: str, sheet: Sheet) -> bytes:
    """The drawing as ``form``, by its backend or, without one, the first there is.

    Raises RenderError where there is none.
    """
    if sheet.backend == "builtin":
        raise RenderError(
            f"the built-in layout writes only SVG, not {form!r}; leave backend out, or "
            "save as .svg"
        )
    return run(write_dot(sheet.view), form, sheet.backend, sheet.time_limit)
