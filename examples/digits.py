"""Train a multi-layer perceptron on scans of handwritten digits, and look inside it.

    python examples/digits.py [--quick] [--out out] [--seeds 5]

The 1,797 scans of 8×8 pixels come with scikit-learn. A seed decides on the split, the
weights, the noise and the order of the batches: the same numbers, run after run.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np

import autograd as ag
import nn
import viz
from autograd import Value

try:
    import pictures
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split
except ModuleNotFoundError as error:
    raise SystemExit(f'{error}; run: pip install "glassgrad[examples]"') from None


class Run(NamedTuple):
    """A trained network, what it had not seen, and how it got there."""

    model: nn.MLP
    images: np.ndarray  # (held out, 64), between 0 and 1
    labels: np.ndarray  # (held out,)
    losses: np.ndarray  # (epochs, 2): in training, held out

    def accuracy(self) -> float:
        """The share of held-out digits that are read right."""
        return float(np.mean(predictions(self.model, self.images) == self.labels))


class Noise(nn.Module):
    """Noise on the images, in training only."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def forward(self, x: np.ndarray) -> np.ndarray:
        noise = self.rng.standard_normal(x.shape, np.float32) if self.training else 0
        return x + 0.2 * noise


def train(
    images: np.ndarray,
    labels: np.ndarray,
    split: tuple[np.ndarray, np.ndarray],
    seed: int,
    epochs: int,
) -> Run:
    """Train on ``split[0]``; ``split[1]`` is only looked at."""
    rng = np.random.default_rng(seed)
    training, held_out = ((images[rows], labels[rows]) for rows in split)
    model = nn.MLP(64, [128, 64, 10], generator=rng)
    with ag.no_grad():
        before = float(ag.cross_entropy(model(held_out[0]), held_out[1]))
    parameters = model.parameters()
    optimizer = nn.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=1e-3)
    history = nn.fit(
        nn.Sequential(Noise(rng), model),
        nn.DataLoader(*training, batch_size=32, shuffle=True, generator=rng),
        loss=ag.cross_entropy,
        optimizer=optimizer,
        schedule=nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs),
        epochs=epochs,
        validation=held_out,
    )
    # The loss of a first epoch is that of all its steps: before them there is none.
    losses = [np.nan, *history["loss"]], [before, *history["val_loss"]]
    return Run(model, *held_out, np.array(losses).T)


def predictions(model: nn.MLP, images: np.ndarray) -> np.ndarray:
    """The digit with the highest score for each image: (n, 64) → (n,)."""
    with ag.no_grad():
        return model(images).data.argmax(axis=1)


def one_neuron(layer: nn.Layer, image: np.ndarray) -> Value:
    """The most active neuron of a layer in single numbers, its strongest inputs apart.

    What the other pixels add is a constant here, and stands with the bias.
    """
    j = layer(image).data.argmax()
    inputs = layer.weight.data[j] * image
    strongest = np.argsort(-np.abs(inputs))[:4]
    neuron = nn.scalar.Neuron(len(strongest))
    neuron.w = [Value(layer.weight.data[j, k]) for k in strongest]
    rest = layer.bias.data[j] + np.delete(inputs, strongest).sum()
    neuron.b = Value(rest, label="b + 60 pixels")
    pixels = [
        Value(image[k], label=f"pixel {k // 8 + 1},{k % 8 + 1}", requires_grad=False)
        for k in strongest
    ]
    out = neuron(pixels)
    out.label = f"neuron {j}"
    return out


def draw(run: Run, out: Path) -> None:
    """All pictures of a trained network, into the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    x, y = ag.tensor(run.images[:32]), ag.tensor(run.labels[:32])
    loss = ag.cross_entropy(run.model(x), y)
    x.label, y.label, loss.label = "images", "labels", "loss"
    neuron = one_neuron(run.model.layers[0], run.images[0])
    for name, output in ("network", loss), ("neuron", neuron):
        output.backward()
        for direction in "forward", "backward":
            drawing = viz.draw(output, direction=direction)
            pictures.save(drawing, out / f"digits-{name}-{direction}")
    classes = [str(digit) for digit in range(10)]
    neurons = viz.network(run.model, run.images[0], classes=classes)
    neurons.save(out / "digits-neurons.svg")
    curves = dict(zip(("training, noise added", "held out"), run.losses.T))
    curves["epoch"] = np.arange(len(run.losses))
    fallen = viz.loss_curves(curves, title="cross-entropy")
    fallen.savefig(out / "digits-loss.png", dpi=144)
    weights = viz.weight_images(run.model.layers[0], most=128)
    weights.savefig(out / "digits-weights.png", dpi=144)
    read = predictions(run.model, run.images)
    pictures.gallery(run.images, run.labels, read, out / "digits-predictions.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less, in seconds")
    parser.add_argument("--out", type=Path, default=Path("out"), help="for pictures")
    parser.add_argument("--seeds", type=int, help="how many runs (5)")
    options = parser.parse_args()
    epochs = 5 if options.quick else 20
    seeds = range(options.seeds or (1 if options.quick else 5))

    images, labels = load_digits(return_X_y=True)
    images = (images / 16).astype(np.float32)
    rows = np.arange(len(labels))
    halves = np.array_split(rows, 2)  # the file goes by writer: others in each half
    print(f"{len(labels):,} handwritten digits. Accuracy on those held out:\n")
    print("         random stratified   by writer: first half")
    print("         80/20 split         against second half")
    table = []
    for seed in seeds:
        random = train_test_split(
            rows, test_size=0.2, stratify=labels, random_state=seed
        )
        runs = [train(images, labels, each, seed, epochs) for each in (random, halves)]
        table.append([run.accuracy() for run in runs])
        print_row(f"seed {seed}", *table[-1])
        if seed == 0:
            draw(runs[0], options.out)
    print_row("mean", *np.mean(table, axis=0))
    print(f"\nPictures of seed 0, random split: {options.out}/digits-*")


def print_row(name: str, random: float, by_writer: float) -> None:
    print(f"{name:9}{random:<20.2%}{by_writer:.2%}")


if __name__ == "__main__":
    main()
