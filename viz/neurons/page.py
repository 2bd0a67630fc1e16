"""The page of a film: the first frame as SVG, what changes as data, a small player."""

from __future__ import annotations

import json
import re
from typing import Any

from .ink import DARK, LEVELS, LIGHT
from .picture import before, edge, moment, neuron, shares, spans, write
from .sheet import Frame, Sheet

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>the training of a network</title>
<style>
body{margin:1em;font:14px/1.4 Helvetica,Arial,sans-serif;color:@INK@;background:@PAPER@}
svg{width:100%;height:auto;max-height:calc(100vh - 8em);display:block}
form{display:flex;gap:.7em;align-items:center;flex-wrap:wrap}
input{flex:1;min-width:12em}
button{font:inherit;padding:.2em .9em}
@media (prefers-color-scheme:dark){
  body{color:@PALE@;background:@NIGHT@;color-scheme:dark}
}
</style></head><body>
@SVG@
<form><button type="button" id="play" aria-pressed="false">play</button>
<input type="range" id="at" min="0" max="@LAST@" value="0" aria-label="frame">
<output id="said" for="at" aria-live="off"></output></form>
<p>Arrow keys step, space plays; hover over an edge or a neuron for its number.</p>
<script type="application/json" id="data">@DATA@</script>
<script>
// One frame after the other: what changes is a class, a text, or a piece of SVG.
const film = JSON.parse(document.getElementById("data").textContent);
const all = kind => [...document.querySelectorAll("svg ." + kind)];
const lines = all("edge"), rounds = all("neuron"), bars = all("share");
const [slider, button, said] = ["at", "play", "said"].map(
  id => document.getElementById(id));
const start = document.querySelector("svg .before");
const tip = (node, text) => { node.querySelector("title").textContent = text; };
let timer = 0;

function show(number) {
  const frame = film.frames[number];
  lines.forEach((line, i) => {
    line.setAttribute("class", "edge " + film.classes[frame.edges[i]]);
    tip(line, "weight " + frame.weights[i]);
  });
  rounds.forEach((round, i) => {
    const [kind, ink, text, full] = frame.neurons[i];
    round.querySelector("circle").setAttribute("class", kind);
    const label = round.querySelector("text");
    label.setAttribute("class", ink);
    label.textContent = text;
    tip(round, full);
  });
  bars.forEach((bar, i) => {
    const [called, wide, text, best] = frame.shares[i];
    const [name, rect, label] = bar.children;
    name.textContent = called;
    rect.setAttribute("width", wide);
    label.setAttribute("x", +rect.getAttribute("x") + wide + 5);
    label.textContent = text;
    for (const each of [name, label])
      each.setAttribute("font-weight", best ? "bold" : "normal");
  });
  if (frame.before) start.innerHTML = frame.before;
  slider.value = number;
  said.textContent = frame.note;
}

function step(by) {
  const count = film.frames.length;
  show((+slider.value + by + count) % count);
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => step(1), film.pause) : 0;
  button.textContent = on ? "pause" : "play";
  button.setAttribute("aria-pressed", on);
}

slider.addEventListener("input", () => { play(false); show(+slider.value); });
button.addEventListener("click", () => play(!timer));
document.addEventListener("keydown", event => {
  const by = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1}[event.key];
  if (by) { play(false); step(by); event.preventDefault(); }
  if (event.key === " " && event.target !== button) {
    play(!timer);
    event.preventDefault();
  }
});
show(0);
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) play(true);
</script></body></html>
"""


def page(sheet: Sheet, seconds: float) -> str:
    """The whole page, with nothing to load."""
    first = sheet.frames[0]
    lines = [
        f'<path d="{path}" class="edge {edge(sheet, first, *which)[0]}"><title/></path>'
        for *which, path in spans(sheet)
    ]
    kinds = [f"{sign} l{level}" for sign in "pm" for level in range(LEVELS + 1)]
    data: dict[str, Any] = {
        "pause": round(1000 * seconds / len(sheet.frames)),
        "classes": kinds,
        "frames": [_changes(sheet, frame, kinds) for frame in sheet.frames],
    }
    starts = [before(sheet, frame) for frame in sheet.frames]
    if any(start != starts[0] for start in starts):
        for changes, start in zip(data["frames"], starts):
            changes["before"] = start
    told = json.dumps(data, separators=(",", ":"), allow_nan=False)
    still = Frame(first.layers, "", first.plane)
    known = {
        "INK": LIGHT["text"],
        "PAPER": LIGHT["paper"],
        "PALE": DARK["text"],
        "NIGHT": DARK["paper"],
        "LAST": str(len(sheet.frames) - 1),
        "SVG": write(sheet, moment(sheet, still, lines)),
        "DATA": told.replace("<", "\\u003c"),
    }
    return re.sub("@([A-Z]+)@", lambda found: known[found[1]], PAGE)


def _changes(sheet: Sheet, frame: Frame, kinds: list[str]) -> dict[str, Any]:
    """What the player writes at this frame; it works nothing out itself."""
    edges = [edge(sheet, frame, *which) for *which, _ in spans(sheet)]
    return {
        "note": frame.note,
        "edges": [kinds.index(kind) for kind, _ in edges],
        "weights": [tip.removeprefix("weight ") for _, tip in edges],
        "neurons": [
            neuron(sheet, frame, number, k)
            for number, column in enumerate(sheet.columns)
            for k in column.shown
        ],
        "shares": shares(sheet, frame),
    }
