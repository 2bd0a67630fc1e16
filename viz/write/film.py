"""A drawing that plays by itself: both passes as one SVG with CSS keyframes.

It needs no script, so it also plays in an ``<img>``. Two drawings lie on one layout:
below what the forward pass computes, above what the backward pass adds. Without
animation, or where the reader wants none, it is the finished drawing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..layout.positions import Layout
from ..view import Edge, Item, View
from .svg import write_svg

STEP = 0.7  # seconds
LONGEST = 60.0  # of the whole film
REST = 5  # steps that the end is shown for
FAINT = 0.14  # what is still to come


def write_film(view: View, layout: Layout) -> str:
    """The film of a backward view; of a forward one, its forward pass.

    >>> from viz.layout import Sheet
    >>> view = View([Item("input", "x"), Item("operation", "+")], [Edge(0, 1)])
    >>> film = write_film(view, Sheet(view).layout)
    >>> film.count("<svg"), film.count("@keyframes")
    (2, 1)
    """
    ahead = _forward(view)
    lower = write_svg(ahead, layout)
    steps = _steps(view)
    last = max([*steps.values(), 0]) + REST
    rules = "\n".join(_rules(steps, last))
    head = lower[: lower.index(">") + 1]
    layers = [_layer(lower, "f")] + [_layer(write_svg(view, layout), "b")] * (
        view.backward
    )
    return "\n".join([head, f"<style>\n{rules}\n</style>", *layers, "</svg>", ""])


def _forward(view: View) -> View:
    """What is known before the backward pass, with as many rows in every box."""
    items = [replace(item, rows=_without_gradient(item)) for item in view.items]
    edges = [Edge(e.source, e.target, e.mark, tip=e.tip) for e in view.edges]
    caption = view.caption
    return View(items, edges, view.clusters, caption, rankdir=view.rankdir)


def _without_gradient(item: Item) -> tuple:
    first = _gradient_row(item)
    blank = (replace(row, key="", text="", style="plain") for row in item.rows[first:])
    return (*item.rows[:first], *blank)


def _gradient_row(item: Item) -> int:
    """Where the rows of the gradient begin, which come last."""
    for number, row in enumerate(item.rows):
        if row.key.startswith("grad"):
            return number
    return len(item.rows)


def _steps(view: View) -> dict[str, int]:
    """When each element appears, by id; those of the backward pass last."""
    into: list[list[int]] = [[] for _ in view.items]
    out: list[list[int]] = [[] for _ in view.items]
    for number, edge in enumerate(view.edges):
        into[edge.target].append(number)
        out[edge.source].append(number)
    steps: dict[str, int] = {}
    step = 0
    for number, item in enumerate(view.items):
        step += item.round
        if into[number]:
            steps[f"f-n{number}"] = step
            steps |= {f"f-e{e}": step for e in into[number]}
    if not view.backward:
        return steps
    step += 1
    for number, item in reversed([*enumerate(view.items)]):
        flows = [e for e in into[number] if not view.edges[e].faded]
        step += bool(flows and item.round)
        steps |= {f"b-e{e}": step for e in flows}
        if _gradient_row(item) < len(item.rows):
            came = [steps.get(f"b-e{e}", 0) for e in out[number]]
            steps[f"b-n{number}"] = max(came, default=step) or step
    return steps


def _rules(steps: dict[str, int], last: int) -> Iterator[str]:
    yield "#b>rect,#b>g>text,#b .module,#b .gradient,#b g[id^=b-]{display:none}"
    length = min(STEP * last, LONGEST)
    alike: dict[tuple[str, int, int], list[str]] = {}
    for name, step in steps.items():
        # Where the gradient flows, the forward pass's edge makes place for it.
        until = steps.get(f"b{name[1:]}", 0) if name.startswith("f-e") else 0
        alike.setdefault((name[0], step, until), []).append(name)
    for (layer, step, until), names in alike.items():
        name = f"{layer}{step}-{until}"
        faint, shown = (FAINT, "") if layer == "f" else (0, "display:inline;")
        frames = f"0%,{_percent(step - 0.4, last)}{{opacity:{faint}}}"
        if until:
            frames += (
                f"{_percent(step, last)},{_percent(until - 0.4, last)}{{opacity:1}}"
            )
        frames += f"{_percent(until or step, last)},100%{{opacity:{int(not until)}}}"
        yield f"@keyframes {name}{{{frames}}}"
        which = ",".join(
            f"#b #{each}" if layer == "b" else f"#{each}" for each in names
        )
        rest = "opacity:0;" if until else ""
        yield f"{which}{{{rest}{shown}animation:{name} {length:.1f}s infinite}}"
    yield "@media (prefers-reduced-motion:reduce){*{animation:none!important}}"


def _percent(step: float, last: int) -> str:
    return f"{100 * step / last:.2f}%"


def _layer(svg: str, prefix: str) -> str:
    inner = svg.replace(' id="', f' id="{prefix}-').strip()
    return inner.replace("<svg ", f'<svg id="{prefix}" ', 1)
