"""What is kept of a failed check: its text, a script to repeat it, its drawing."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from traceback import walk_tb
from typing import Any

from ..core import tree
from ..core.node import ancestors
from .checker import check_grads
from .localise import check_graph
from .report import GradientError

MOST_ITEMS = 40  # boxes and circles around the guilty node; the rest is folded


def save(error: GradientError, folder: Path, name: str) -> list[Path]:
    """Write the text, a script, and where there is a graph its DOT and SVG.

    The drawing has the guilty node in red, with what came and what should have come.
    No name is one that pytest takes for tests: neither ``test*`` nor ``.py``. Returns
    the files that were written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha1(name.encode()).hexdigest()  # names may differ in signs only
    plain = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-")[:150]
    stem = f"failed-{plain}-{digest[:6]}"
    files = {".txt": f"{error}\n", ".script": f"{error.repro}\n"}
    drawing = drawn(error)
    if drawing is not None:
        files |= {".dot": drawing.dot, ".svg": drawing.svg()}
    written = []
    for suffix, content in files.items():
        path = folder / (stem + suffix)
        path.write_text(content, encoding="utf-8")
        written.append(path)
    return written


def drawn(error: GradientError) -> Any:
    """The failing graph as a ``viz.Drawing``; None where there is no graph.

    Of a function that was checked, what it computes is recorded and looked through.
    """
    import viz

    error = error if error.graph is not None else _looked_through(error)
    if error.graph is None:
        return None
    guilty = error.graph.outputs[0] if error.node is None else error.node
    title = f"{error.check} derivative"
    if error.node is None:
        title = f"{title}: each rule is right by itself"
    rows: list[tuple[str, str] | str] = [title, *error.verdict()]
    if error.place:
        rows.insert(1, ("at", error.place))
    return viz.draw(error.graph, marks={guilty: rows}, max_nodes=MOST_ITEMS)


def _looked_through(error: GradientError) -> GradientError:
    """What ``check_graph`` finds in the function whose check raised ``error``."""
    import viz

    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code is not check_grads.__code__:
            continue
        f, args, order = (frame.f_locals[name] for name in ("f", "args", "order"))
        given = {id(x) for x in tree.leaves(list(args))}
        try:
            outputs, names = viz.starts.starts(f, args)
            for node, name in names.items():
                if id(node) not in given:  # made for this
                    node.label = name
            if sum(bool(node.inputs) for node in ancestors(outputs)) > 1:
                for output in outputs:
                    check_graph(output, order)
        except GradientError as found:
            return found
        except (TypeError, ValueError, ArithmeticError):  # it cannot be recorded so
            break
    return error
