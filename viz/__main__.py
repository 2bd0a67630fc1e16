"""``python -m viz FILE.py:function``: draws what a function of a file returns.

    python -m viz model.py:loss -o loss.svg
    python -m viz model.py:loss --backward --depth 1
    python -m viz model.py:loss --play -o pass.html

The function is called without arguments. It returns nodes, a graph, or a model or a
function with what it is to be called with: ``return model, x``.

Where an operation in it raises, a drawing shows it in red, after what was recorded.

The exit status is 0; 1 where the file or the function raises, or what it returns cannot
be drawn or written; 2 where the command is wrong.
"""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from typing import Any

from autograd.core.context import clock, switched
from autograd.core.node import Node

from .drawing import draw
from .failure import failure
from .graphviz import RenderError
from .player import play
from .showing import form_of
from .write import FORMATS

NAME = "drawn file"  # of its module, which no other module has
PLAYED = ("html", "svg")  # the formats of a player


def main(arguments: list[str] | None = None) -> int:
    """Draw, write the file, and print its name; what is returned is the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m viz", description="Draw what a function of a file returns."
    )
    parser.add_argument("function", metavar="FILE.py:function", help="what to call")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help=".svg, .png, .pdf, .dot or .html"
    )
    parser.add_argument("--backward", action="store_true", help="the backward pass")
    parser.add_argument("--play", action="store_true", help="both passes, to step")
    parser.add_argument("--depth", type=int, help="how many levels are open")
    parser.add_argument("--max-nodes", type=int, help="how many boxes and circles")
    options = parser.parse_args(arguments)
    try:
        function = found(options.function)
    except ValueError as error:
        parser.error(str(error))
    name = options.output or f"{function.__name__}.{'html' if options.play else 'svg'}"
    try:
        form = form_of(name, PLAYED if options.play else (*FORMATS, *PLAYED[:1]))
    except RenderError as error:
        parser.error(str(error))
    playing = options.play or form == "html"
    shown = {
        "direction": "backward" if options.backward else None,
        "depth": options.depth,
        "max_nodes": options.max_nodes,
    }
    given = {name: value for name, value in shown.items() if value is not None}
    if playing and given:
        parser.error(
            "a player shows both passes, and opens and closes by a click; "
            "--backward, --depth and --max-nodes are for drawings"
        )
    since = next(clock)
    try:
        with switched(everything=True, places=True):
            what = function()
    except Exception as error:
        failed = None if playing or options.backward else failure(error, since, ())
        if failed is not None:  # what was recorded until then
            drawing = draw(failed.outputs, marks={failed.call: failed.rows}, **given)
            failed.tell(drawing)
            try:
                drawing.save(name)
                print(f"{name}: {drawing!r}")
            except (OSError, RenderError) as other:  # which hides no error of theirs
                print(f"python -m viz: {name}: {other}", file=sys.stderr)
        raise
    several = isinstance(what, tuple) and what and not isinstance(what[0], Node)
    called = what if several and callable(what[0]) else (what,)
    try:
        made = play(*called) if playing else draw(*called, **given)
        made.save(name)
    except (TypeError, ValueError, OSError, RenderError) as error:
        print(f"python -m viz: {options.function}: {error}", file=sys.stderr)
        return 1
    print(f"{name}: {made!r}")
    raised = getattr(made, "error", None)  # drawn, with the call that failed in red
    if raised is not None:
        print(f"python -m viz: {options.function}: {raised}", file=sys.stderr)
    return 0 if raised is None else 1


def found(text: str) -> Callable[[], Any]:
    """The function that ``FILE.py:function`` names, after running the file.

    >>> found("model.py")
    Traceback (most recent call last):
    ValueError: expected FILE.py:function, got 'model.py'
    """
    path, colon, name = text.rpartition(":")
    if not colon or not path or not name:
        raise ValueError(f"expected FILE.py:function, got {text!r}")
    if not os.path.isfile(path):
        raise ValueError(f"there is no file {path!r}")
    spec = importlib.util.spec_from_file_location(NAME, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path!r} is no Python file; its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    sys.modules[NAME] = module
    spec.loader.exec_module(module)
    function = getattr(module, name, None)
    if not callable(function):
        there = [
            key
            for key, value in vars(module).items()
            if callable(value) and getattr(value, "__module__", "") == NAME
        ]
        known = f"; there are {', '.join(there)}" if there else ""
        raise ValueError(f"{path!r} has no function {name!r}{known}")
    asked = _asked(function)
    if asked:
        raise ValueError(
            f"{name} is called without arguments, and needs {', '.join(asked)}. Give "
            f"it defaults, or return {name} with them: return {name}, x"
        )
    return function


def _asked(function: Callable[..., Any]) -> list[str]:
    """The parameters that have to be given."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of something written in C
        return []
    starred = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
    return [
        each.name
        for each in parameters
        if each.default is each.empty and each.kind not in starred
    ]


if __name__ == "__main__":
    sys.exit(main())
