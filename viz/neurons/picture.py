"""The SVG of a network: an image, columns of circles, edges, bars at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np

from ..layout.measure import text_width
from ..write.shapes import escape, short
from .ink import FONT, LEVELS, TONES, brief, grey, on, style
from .pixels import pixels
from .place import ACROSS, RADIUS
from .plane import drawn, key
from .sheet import BAR, MARGIN, SIDE, Frame, Sheet

SMALL = 9.5
FOOT = 66.0  # below the columns: names, and how to read it


def write(sheet: Sheet, body: str, more: str = "") -> str:
    """A whole SVG document around what changes; ``more`` are rules of style."""
    digest = hashlib.sha1((body + more).encode()).hexdigest()[:8]
    scope = f"n{digest}"
    more = more.replace("SCOPE", f".{scope}").replace("NAME", scope)
    wide, high = short(sheet.width), short(sheet.height + 2 * MARGIN + FOOT)
    title = escape(_title(sheet))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{scope}" width="{wide}" '
        f'height="{high}" viewBox="0 0 {wide} {high}" role="img" '
        f'font-family="{FONT}" font-size="11"><title>{title}</title>'
        f"<style>{style(f'.{scope}')}{more}</style>"
        f'<rect width="100%" height="100%" class="paper"/>\n'
        f"{body}\n{_foot(sheet)}</svg>\n"
    )


def _title(sheet: Sheet) -> str:
    sizes = [str(layer.values.size) for layer in sheet.frames[0].layers]
    return f"network of {' - '.join(sizes)} neurons"


def moment(sheet: Sheet, frame: Frame, lines: Sequence[str] | None = None) -> str:
    """Everything that changes with the activations and the weights."""
    parts = [f'<g class="before">{before(sheet, frame)}</g>']
    parts += _edges(sheet, frame) if lines is None else lines
    for number in range(len(frame.layers)):
        parts += _circles(sheet, frame, number)
    parts += _outputs(sheet, frame)
    if frame.note:
        at = (sheet.width - MARGIN, MARGIN)
        parts.append(_text(at, frame.note, "end", 11, "note"))
    return "\n".join(parts)


def before(sheet: Sheet, frame: Frame) -> str:
    """What stands before the inputs: an image, the plane, or nothing."""
    if frame.plane is not None:
        return drawn(frame.plane, (MARGIN, MARGIN + (sheet.height - SIDE) / 2), SIDE)
    image = sheet.image_at(frame)
    if image is None:
        return ""
    cell = SIDE / max(image.shape)
    high, wide = image.shape[0] * cell, image.shape[1] * cell
    x, y = MARGIN, MARGIN + (sheet.height - high) / 2
    box = f'x="{short(x)}" y="{short(y)}" width="{short(wide)}" height="{short(high)}"'
    said = f"{image.shape[0]} × {image.shape[1]} pixels"
    return (
        f'<g shape-rendering="crispEdges"><rect {box} fill="{grey(0)}"/>'
        f'{pixels(image, (x, y), cell, grey)}</g><rect {box} class="line"/>'
        f"{_text((x + wide / 2, y + high + 14), said, 'middle', SMALL, 'muted')}"
    )


def spans(sheet: Sheet) -> Iterator[tuple[int, int, int, str]]:
    """The edges between shown neurons: layer, neuron, the one before, and the path."""
    for number in range(1, len(sheet.columns)):
        after, before = sheet.columns[number], sheet.columns[number - 1]
        for row, j in enumerate(after.shown):
            for place, k in enumerate(before.shown):
                (x1, y1), (x2, y2) = sheet.at(number - 1, place), sheet.at(number, row)
                start = f"M{short(x1 + RADIUS)} {short(y1)}"
                yield number, j, k, f"{start}L{short(x2 - RADIUS)} {short(y2)}"


def weight_of(
    sheet: Sheet, frame: Frame, number: int, j: int, k: int
) -> tuple[float, str, int]:
    """One weight, the class of its sign, and the step of its width in its layer."""
    weights = frame.layers[number].weights
    weight = 0.0 if weights is None else float(weights[j, k])
    top = sheet.heaviest[number]
    level = min(abs(weight) / top, 1.0) if top and np.isfinite(weight) else 0.0
    return weight, "m" if weight < 0 else "p", round(level * LEVELS)


def edge(sheet: Sheet, frame: Frame, number: int, j: int, k: int) -> tuple[str, str]:
    """The class of an edge, and what its tooltip says."""
    weight, sign, level = weight_of(sheet, frame, number, j, k)
    return f"{sign} l{level}", f"weight {weight:.4g}"


def _edges(sheet: Sheet, frame: Frame) -> list[str]:
    """Every shown weight as a path of its own, the largest last, and so on top."""
    found = []
    for number, j, k, path in spans(sheet):
        kind, tip = edge(sheet, frame, number, j, k)
        _, _, level = weight_of(sheet, frame, number, j, k)
        text = f'<path d="{path}" class="{kind}"><title>{tip}</title></path>'
        found.append((number, level, text))
    found.sort(key=lambda each: each[:2])
    return [text for _, _, text in found]


def neuron(
    sheet: Sheet, frame: Frame, number: int, k: int
) -> tuple[str, str, str, str]:
    """The classes of a circle and of the number in it, that number, and the tooltip."""
    value, top = float(frame.layers[number].values[k]), sheet.brightest[number]
    level = abs(value) / top if top and np.isfinite(value) else 0.0
    if number == len(sheet.columns) - 1 and frame.layers[-1].values.size > 1:
        level = np.nan_to_num(portions(sheet, frame)[k])  # the answer is the brightest
    tone = round(min(level, 1.0) * TONES)
    kind = f"{'under' if value < 0 else 'rim'} t{tone}"
    return kind, on(tone / TONES), brief(value), f"neuron {k}: {value:.6g}"


def _circles(sheet: Sheet, frame: Frame, number: int) -> Iterator[str]:
    column = sheet.columns[number]
    for place, k in enumerate(column.shown):
        kind, ink, said, tip = neuron(sheet, frame, number, k)
        x, y = sheet.at(number, place)
        at = f'cx="{short(x)}" cy="{short(y)}" r="{short(RADIUS)}"'
        yield (
            f'<g class="neuron"><title>{tip}</title><circle {at} class="{kind}"/>'
            f"{_text((x, y + 2.8), said, 'middle', 8, ink)}</g>"
        )
    if column.hidden:
        x, y = sheet.left + column.x, MARGIN + sheet.shift + column.gap
        yield _text((x, y + 2), "⋮", "middle", 18, "halo")
        more = f"{column.hidden:,} more"
        yield _text((x, y + 14), more, "middle", SMALL, "halo muted")


def shares(sheet: Sheet, frame: Frame) -> list[tuple[str, float, str, bool]]:
    """By shown output: its name, the length of its bar, what is beside it, if it won.

    Where some are left out one more stands for the largest of all, if it is of these.
    """
    values = frame.layers[-1].values
    if values.size == 1:
        return []
    best = int(np.argmax(values)) if np.all(np.isfinite(values)) else -1
    column = sheet.columns[-1]
    found: list[tuple[str, float, str, bool]] = []
    for k in [*column.shown, *([best] if column.hidden else [])]:
        if k < 0 or (len(found) == len(column.shown) and k in column.shown):
            found.append(("", 0.0, "", False))
            continue
        part = float(portions(sheet, frame)[k])
        length = round(BAR * part, 2) if np.isfinite(part) else 0.0
        told = f"{part:.0%}" + " ◄" * (k == best)
        found.append((sheet.name(k), length, told, k == best))
    return found


def portions(sheet: Sheet, frame: Frame) -> np.ndarray:
    """Of each of several outputs its share of 1."""
    values = frame.layers[-1].values
    return values if sheet.are_shares else softmax(values)


def _outputs(sheet: Sheet, frame: Frame) -> Iterator[str]:
    column, last = sheet.columns[-1], len(sheet.columns) - 1
    x = sheet.left + column.x + RADIUS + 8
    for place, (name, length, told, best) in enumerate(shares(sheet, frame)):
        among = place < len(column.shown)
        gap = MARGIN + sheet.shift + column.gap
        y = sheet.at(last, place)[1] if among else gap
        weight = f'font-weight="{"bold" if best else "normal"}"'
        start = x + sheet.label + 8
        at = f'x="{short(start)}" y="{short(y - 6)}" height="12"'
        end = short(start + length + 5)
        yield (
            f'<g class="share"><text x="{short(x)}" y="{short(y + 4)}" {weight}>'
            f'{escape(name)}</text><rect {at} width="{short(length)}" class="bar"/>'
            f'<text x="{end}" y="{short(y + 4)}" {weight}>{told}</text></g>'
        )


def softmax(values: np.ndarray) -> np.ndarray:
    """Shares of 1 by exponentials.

    >>> softmax(np.array([0.0, np.log(3.0)]))
    array([0.25, 0.75])
    """
    with np.errstate(all="ignore"):
        powers = np.exp(values - np.max(values))
        return powers / np.sum(powers)


def _within_column(text: str) -> str:
    """Text that does not reach into the columns beside it."""
    if text_width(text, SMALL) <= ACROSS - 6:
        return text
    while text_width(f"{text}…", SMALL) > ACROSS - 6:
        text = text[:-1]
    return f"{text.rstrip(' ,')}…"


def _foot(sheet: Sheet) -> str:
    """The names of the layers, and how to read the picture."""
    base = MARGIN + sheet.height + 16
    parts = []
    last = len(sheet.columns) - 1
    for number, layer in enumerate(sheet.frames[0].layers):
        x = sheet.left + sheet.columns[number].x
        size = layer.values.size
        what = "input" if number == 0 else "output" if number == last else "neuron"
        said = f"{size:,} {what}{'' if size == 1 else 's'}"
        said += f" · {layer.after}" if layer.after else ""
        parts.append(_text((x, base), _within_column(said), "middle", SMALL))
        name = _within_column(layer.name)
        parts.append(_text((x, base + 12), name, "middle", SMALL, "muted"))
    y = base + 34
    lines = (("p", "positive weight"), ("m", "negative, dashed"))
    x = MARGIN
    for sign, said in lines:
        at = f'd="M{short(x)} {short(y - 3)}h26"'
        parts.append(f'<path {at} class="{sign} l{LEVELS}"/>')
        parts.append(_text((x + 32, y), said, "start", SMALL, "muted"))
        x += 44 + text_width(said, SMALL)
    said = "the wider, the larger in its layer · the brighter a neuron, the larger its "
    parts.append(_text((x, y), said + "activation", "start", SMALL, "muted"))
    said = "dashed rim: negative activation"
    if sheet.frames[0].layers[-1].values.size > 1:
        softened = "softmax of the outputs, as is their brightness"
        how = "the outputs themselves" if sheet.are_shares else softened
        said += f" · bars: {how}"
    plane = sheet.frames[0].plane
    if plane is not None:
        said += f" · {key(plane)}"
    parts.append(_text((MARGIN, y + 13), said, "start", SMALL, "muted"))
    return "".join(parts)


def _text(
    at: tuple[float, float], said: str, anchor: str, size: float, kind: str = ""
) -> str:
    if not said:
        return ""
    known = f' class="{kind}"' if kind else ""
    return (
        f'<text x="{short(at[0])}" y="{short(at[1])}" text-anchor="{anchor}" '
        f'font-size="{short(size)}"{known}>{escape(said)}</text>'
    )
