"""From DOT text to pictures: the renderers there are, tried in order.

``dot`` on the PATH, by way of the ``graphviz`` package; pygraphviz, which brings its
own Graphviz, in a process of its own since some inputs kill the interpreter; the
built-in layout, which writes SVG and is always there. The first two are imported only
when they are asked.
"""

from __future__ import annotations

import importlib.util
import logging
import subprocess
import sys
from collections.abc import Callable

log = logging.getLogger(__name__)

BACKENDS = ("dot", "pygraphviz", "builtin")
FORMATS = ("svg", "png", "pdf")
MOST_FOR_DOT = 1500  # items; dot's time grows steeply beyond
DOTS_PER_INCH = 144

_PYGRAPHVIZ = """
import sys, pygraphviz
text, form, flags = sys.stdin.buffer.read().decode(), sys.argv[1], sys.argv[2]
picture = pygraphviz.AGraph(string=text).draw(format=form, prog="dot", args=flags)
sys.stdout.buffer.write(picture)
"""


class RenderError(ValueError):
    """A picture could not be made; the message says how to get a renderer."""


class _Unavailable(Exception):
    """This renderer is not here, or did not finish."""


def render(
    dot: str,
    builtin: Callable[[], str],
    form: str,
    backend: str | None,
    items: int,
    time_limit: float,
) -> bytes:
    """The picture in format ``form``, by ``backend`` or the first that can.

    ``builtin`` writes the SVG of the built-in layout. Raises RenderError where no
    renderer is left; a backend that was asked for is not replaced by another.
    """
    if form not in FORMATS:
        raise RenderError(
            f"cannot draw {form!r}; the formats are {', '.join(FORMATS)}, dot"
        )
    if backend is not None and backend not in BACKENDS:
        raise RenderError(f"no backend {backend!r}; there are {', '.join(BACKENDS)}")
    reasons = []
    for name in [backend] if backend else _in_order(form, items):
        try:
            if name == "builtin":
                picture = _builtin(builtin, form)
            elif name == "dot":
                picture = _with_dot(dot, form, time_limit)
            else:
                picture = _with_pygraphviz(dot, form, time_limit)
        except _Unavailable as error:
            reasons.append(f"{name}: {error}")
            continue
        log.info("drew %s with %s%s", form, name, "".join(f" ({r})" for r in reasons))
        return picture
    raise RenderError(
        f"no renderer for {form!r} ({'; '.join(reasons)}). Install Graphviz (Debian: "
        'apt install graphviz) or run pip install "glassgrad[dot]"; for .svg the '
        "built-in layout needs neither"
    )


def _in_order(form: str, items: int) -> list[str]:
    if form == "svg" and items > MOST_FOR_DOT:
        return ["builtin"]
    return list(BACKENDS)


def _builtin(write: Callable[[], str], form: str) -> bytes:
    if form != "svg":
        raise _Unavailable("the built-in layout writes only SVG")
    return write().encode()


def _with_dot(dot: str, form: str, time_limit: float) -> bytes:
    try:
        from graphviz.backend.dot_command import command
        from graphviz.backend.execute import ExecutableNotFound, run_check
    except ImportError:
        raise _Unavailable("the graphviz package is not installed") from None
    flags = [*command("dot", form), *_flags(form)]
    try:
        done = run_check(
            flags,
            input=dot.encode(),
            capture_output=True,
            timeout=time_limit,
            quiet=True,
        )
    except ExecutableNotFound:
        raise _Unavailable("no dot on the PATH") from None
    except subprocess.TimeoutExpired:
        raise _Unavailable(f"not finished after {time_limit:g} s") from None
    except (subprocess.CalledProcessError, OSError) as error:
        raise _Unavailable(_reason(error)) from None
    return done.stdout


def _with_pygraphviz(dot: str, form: str, time_limit: float) -> bytes:
    if importlib.util.find_spec("pygraphviz") is None:
        raise _Unavailable("not installed")
    flags = [sys.executable, "-c", _PYGRAPHVIZ, form, " ".join(_flags(form))]
    try:
        done = subprocess.run(
            flags,
            input=dot.encode(),
            capture_output=True,
            timeout=time_limit,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise _Unavailable(f"not finished after {time_limit:g} s") from None
    except (subprocess.CalledProcessError, OSError) as error:
        raise _Unavailable(_reason(error)) from None
    return done.stdout


def _flags(form: str) -> list[str]:
    return [f"-Gdpi={DOTS_PER_INCH}"] if form == "png" else []


def _reason(error: Exception) -> str:
    told = getattr(error, "stderr", None) or b""
    lines = told.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else str(error)
