"""Graphviz, where it is: the programs that read DOT text, tried in order.

``dot`` on the PATH, by way of the ``graphviz`` package; pygraphviz, which brings its
own Graphviz, in a process of its own since some inputs kill the interpreter. Both are
imported only when they are asked.
"""

from __future__ import annotations

import importlib.util
import logging
import subprocess
import sys

log = logging.getLogger(__name__)

DOTS_PER_INCH = 144

# How an output begins and ends. Both programs can exit as if all were well and have
# written nothing, or half of it.
WHOLE = {
    "png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
    "pdf": (b"%PDF-", b"%%EOF"),
    "json0": (b"{", b"}"),  # the layout alone
}

_PYGRAPHVIZ = """
import sys, pygraphviz
text, form, flags = sys.stdin.buffer.read().decode(), sys.argv[1], sys.argv[2:]
graph = pygraphviz.AGraph(string=text)
picture = graph.draw(format=form, prog="dot", args=" ".join(flags))
sys.stdout.buffer.write(picture)
"""


class RenderError(ValueError):
    """A picture could not be made; the message says how to get a renderer.

    >>> import autograd as ag, viz
    >>> x = ag.Value(3.0, label="x")
    >>> viz.draw(x * x, backend="dot", time_limit=1e-9).svg()
    Traceback (most recent call last):
        ...
    viz.graphviz.RenderError: ...
    """


class _Unavailable(Exception):
    """This program is not here, or wrote nothing of use."""


class _Unfinished(_Unavailable):
    """The graph is too large; another build of the same program would not help."""


def run(dot: str, form: str, program: str | None, time_limit: float) -> bytes:
    """What ``program``, or the first that can, makes of DOT text in format ``form``.

    Raises RenderError where none is left; a program that was asked for is not replaced
    by another.
    """
    begin, end = WHOLE[form]
    what = "layout" if form == "json0" else form
    flags = [f"-Gdpi={DOTS_PER_INCH}"] if form == "png" else []
    reasons = []
    for name in [program] if program else PROGRAMS:
        try:
            output = _output(PROGRAMS[name](form, flags), dot, time_limit)
            if not (output.startswith(begin) and output.rstrip().endswith(end)):
                raise _Unavailable(f"its {what} is empty or cut: {len(output):,} bytes")
        except _Unfinished as error:
            raise RenderError(
                f"Graphviz made no {what} ({name}: {error}): the graph is too large "
                f"for it, with {dot.count(' -> '):,} edges. Draw less of it, by "
                "max_nodes, depth or between; raise time_limit; or leave backend out "
                "and save as .svg, for the built-in layout"
            ) from None
        except _Unavailable as error:
            reasons.append(f"{name}: {error}")
            continue
        log.info("%s made the %s%s", name, what, "".join(f" ({r})" for r in reasons))
        return output
    raise RenderError(
        f"Graphviz made no {what} ({'; '.join(reasons)}). Install it (Debian: apt "
        'install graphviz) or run pip install "glassgrad[dot]"; with the built-in '
        "layout, which is there where backend is left out, .svg needs neither"
    )


def _output(command: list[str], dot: str, time_limit: float) -> bytes:
    try:
        return subprocess.run(
            command,
            input=dot.encode(),
            capture_output=True,
            timeout=time_limit,
            check=True,
        ).stdout
    except FileNotFoundError:
        raise _Unavailable(f"no {command[0]} on the PATH") from None
    except subprocess.TimeoutExpired:
        raise _Unfinished(f"not finished after {time_limit:g} s") from None
    except (subprocess.CalledProcessError, OSError) as error:
        told = getattr(error, "stderr", None) or b""
        lines = told.decode(errors="replace").strip().splitlines()
        raise _Unavailable(lines[-1] if lines else str(error)) from None


def _dot(form: str, flags: list[str]) -> list[str]:
    try:
        from graphviz.backend.dot_command import command
    except ImportError:
        raise _Unavailable("the graphviz package is not installed") from None
    return [*map(str, command("dot", form)), *flags]


def _pygraphviz(form: str, flags: list[str]) -> list[str]:
    if importlib.util.find_spec("pygraphviz") is None:
        raise _Unavailable("not installed")
    return [sys.executable, "-c", _PYGRAPHVIZ, form, *flags]


PROGRAMS = {"dot": _dot, "pygraphviz": _pygraphviz}  # the commands that run them
