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
    steps: dict[str, int] = {}
    step = 0
    made: dict[int, int] = {}
    feeds: dict[int, list[int]] = {}
    for number, edge in enumerate(view.edges):
        feeds.setdefault(edge.target, []).append(number)
    for number, item in enumerate(view.items):
        if item.round:
            step += 1
        sources = [view.edges[e].source for e in feeds.get(number, ())]
        made[number] = step if sources else 0
        if sources:
            steps[f"f-n{number}"] = made[number]
            steps |= {f"f-e{e}": made[number] for e in feeds[number]}
    if not view.backward:
        return steps
    step += 1
    for number in reversed(range(len(view.items))):
        flows = [e for e in feeds.get(number, ()) if not view.edges[e].faded]
        if flows and view.items[number].round:
            step += 1
        for e in flows:
            steps[f"b-e{e}"] = step
        gets = _gradient_row(view.items[number]) < len(view.items[number].rows)
        if gets:
            arrived = [
                steps[f"b-e{e}"]
                for e, edge in enumerate(view.edges)
                if edge.source == number and f"b-e{e}" in steps
            ]
            steps[f"b-n{number}"] = max(arrived, default=step)
    return steps


def _rules(steps: dict[str, int], last: int) -> Iterator[str]:
    yield "#b>rect,#b .module,#b .gradient,#b g[id^=b-]{display:none}"
    length = min(STEP * last, LONGEST)
    by_step: dict[tuple[int, str], list[str]] = {}
    for name, step in steps.items():
        by_step.setdefault((step, name[0]), []).append(f"#{name}")
    for (step, pass_), names in by_step.items():
        start, stop = 100 * (step - 0.4) / last, 100 * step / last
        faint = FAINT if pass_ == "f" else 0
        yield (
            f"@keyframes {pass_}{step}{{0%,{start:.2f}%{{opacity:{faint}}}"
            f"{stop:.2f}%,100%{{opacity:1}}}}"
        )
        shown = "display:inline;" if pass_ == "b" else ""
        selector = ",".join(f"#b {name}" if pass_ == "b" else name for name in names)
        yield (f"{selector}{{{shown}animation:{pass_}{step} {length:.1f}s infinite}}")
    yield "@media (prefers-reduced-motion:reduce){*{animation:none!important}}"


def _layer(svg: str, prefix: str) -> str:
    inner = svg.replace(' id="', f' id="{prefix}-').strip()
    return inner.replace("<svg ", f'<svg id="{prefix}" ', 1)
