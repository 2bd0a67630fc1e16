"""Backpropagation number by number: one neuron, then a network that parts two moons.

    python examples/scalar.py [--quick] [--out out]

Every number is a Value, a node of the graph. The second part is micrograd's demo.
"""

import argparse
import random
from pathlib import Path

import numpy as np

import nn
import viz
from autograd import Value

try:
    import pictures
    from sklearn.datasets import make_moons
    from tqdm import tqdm
except ModuleNotFoundError as error:
    raise SystemExit(f'{error}; run: pip install "glassgrad[examples]"') from None


def one_neuron(out: Path) -> None:
    """tanh(w₁x₁ + w₂x₂ + b), forwards and backwards."""
    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    output = (x1 * w1 + x2 * w2 + b).tanh()
    output.label = "output"
    output.backward()
    draw(output, out / "scalar-neuron")
    print(f"one neuron: output {output.data:.4f}, its slope in w1 {w1.grad:.4f}")


def two_moons(steps: int, out: Path) -> None:
    """Train an MLP of 337 Values to part 100 points, then draw what it has learnt."""
    points, labels = make_moons(n_samples=100, noise=0.1, random_state=1)
    labels = 2 * labels - 1  # -1 or 1
    random.seed(1337)
    model = nn.scalar.MLP(2, [16, 16, 1])
    loss = train(model, points, labels, steps)

    # The same weights in a network of Tensors: it scores any number of points at once.
    twin = nn.MLP(2, [16, 16, 1], dtype=np.float64)
    nn.copy_weights(model, twin)

    def score(points: np.ndarray) -> np.ndarray:
        return twin(points).data[:, 0]

    margins = labels * score(points)
    right = np.mean(margins > 0)
    title = f"Two moons: {right:.0%} right after {steps} steps, loss {loss:.3f}"
    pictures.regions(points, labels, score, title, out / "scalar-moons.png")
    print(f"two moons: {right:.0%} of 100 points right, loss {loss:.4f}")

    hardest = np.argmin(margins)
    numbers = [Value(number, requires_grad=False) for number in points[hardest]]
    numbers[0].label, numbers[1].label = "x1", "x2"
    hinge = (1 - labels[hardest] * model(numbers)).relu()
    hinge.label = "loss"
    draw(hinge, out / "scalar-network", max_nodes=30)


def train(
    model: nn.scalar.MLP, points: np.ndarray, labels: np.ndarray, steps: int
) -> float:
    """The max-margin loss with a small penalty on the weights, by plain descent."""
    optimizer = nn.optim.SGD(model.parameters())
    for step in (bar := tqdm(range(steps), "two moons", leave=False)):
        scores = [model(point) for point in points.tolist()]
        penalty = 1e-4 * sum(p * p for p in model.parameters())
        loss = nn.functional.hinge_loss(scores, labels) + penalty
        optimizer.zero_grad()
        loss.backward(free=True)  # gives the graph's memory back as the sweep goes
        optimizer.lr = 1.0 - 0.9 * step / steps
        optimizer.step()
        bar.set_postfix_str(f"loss {loss.data:.3f}", refresh=False)
    return loss.data


def draw(output: Value, path: Path, max_nodes: int | None = None) -> None:
    """Both passes of the computation of ``output``."""
    for direction in "forward", "backward":
        drawing = viz.draw(output, direction=direction, max_nodes=max_nodes)
        pictures.save(drawing, path.with_name(f"{path.name}-{direction}"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less, in seconds")
    parser.add_argument("--out", type=Path, default=Path("out"), help="for pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    one_neuron(options.out)
    two_moons(6 if options.quick else 100, options.out)
    print(f"\nPictures: {options.out}/scalar-*")


if __name__ == "__main__":
    main()
