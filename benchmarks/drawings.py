"""How long a drawing takes by our own layout, from the graph to the SVG.

python -m benchmarks.drawings
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import perf_counter

import nn
import viz
from autograd import Value


def woven(boxes: int) -> list[Value]:
    """Products and sums of recent results, until there are so many boxes."""
    generator = random.Random(0)
    made = [Value(1.0, label="x"), Value(0.5, label="y")]
    while len(made) < boxes:
        a, b = generator.choices(made[-20:], k=2)
        made.append(a * b if len(made) % 2 else a + b)
    read = {id(operand) for each in made for operand in each.inputs}
    return [each for each in made if id(each) not in read]


def loss(points: int) -> Value:
    """That of micrograd's network on points in the plane."""
    model = nn.scalar.MLP(2, [16, 16, 1])
    generator = random.Random(0)
    drawn = [[generator.gauss(0, 1), generator.gauss(0, 1)] for _ in range(points)]
    return sum(((model(point) - 1) ** 2 for point in drawn), Value(0.0))


def whole(what: Value | list[Value], direction: str) -> Callable[[], viz.Drawing]:
    """A drawing of all of it, with nothing folded."""
    return lambda: viz.draw(what, direction=direction, max_nodes=10**6)


def main() -> None:
    """One row for each drawing: its seconds, and what was drawn."""
    many = loss(80)
    cases = {
        "1,000 boxes": (1.0, whole(woven(1_000), "forward")),
        "1,000 boxes, backwards": (1.0, whole(woven(1_000), "backward")),
        "10,000 boxes": (3.0, whole(woven(10_000), "forward")),
        "10,000 boxes, backwards": (3.0, whole(woven(10_000), "backward")),
        "a network on 10 points": (3.0, whole(loss(10), "forward")),
        "100,000 nodes, summarised": (10.0, lambda: viz.draw(many)),
    }
    for name, (wanted, draw) in cases.items():
        start = perf_counter()
        drawing = draw()
        drawing.svg()
        seconds = perf_counter() - start
        print(f"{name:27} {seconds:5.2f} s of {wanted:4.1f}  {drawing!r}")


if __name__ == "__main__":
    main()
