"""Train one network in several processes, each on its part of every batch.

    mpirun -n 2 python examples/parallel.py [--quick] [--checkpoint FILE]

The 1,797 scans of 8×8 pixels come with scikit-learn. A run that was ended goes on from
its checkpoint, in as many processes. At the end the first process trains once more,
alone on whole batches, and compares: losses and weights agree to rounding.
"""

import argparse
from pathlib import Path
from time import perf_counter

import numpy as np

import autograd as ag
import nn

try:
    from sklearn.datasets import load_digits

    comm = nn.parallel.world()
except ImportError as error:
    raise SystemExit(f'{error}; run: pip install "glassgrad[examples,mpi]"') from None

HELD_OUT = 297
BATCH = 64  # of all processes together


def cross_entropy(logits: ag.Tensor, labels: np.ndarray) -> ag.Tensor:
    """The mean over the batch of all processes, whose parts may be unequal."""
    each = nn.functional.cross_entropy(logits, labels, reduction="none")
    return nn.parallel.mean(each)


def train(
    data: tuple[np.ndarray, np.ndarray], epochs: int, checkpoint: Path | None
) -> tuple[nn.MLP, list[float]]:
    """By all processes: the network, and the loss of each step."""
    nn.parallel.seed(0)
    model = nn.MLP(64, [128, 64, 10])
    network = nn.parallel.DistributedDataParallel(model)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loader = nn.DataLoader(*data, batch_size=BATCH, shuffle=True, generator=0)
    loader = nn.parallel.Shard(loader, uneven=True)
    parts = {"model": model, "optimizer": optimizer, "loader": loader}
    losses: list[float] = []
    if checkpoint and checkpoint.exists():
        losses = nn.parallel.load(checkpoint, **parts)["losses"].tolist()
    while optimizer.steps < epochs * len(loader):
        for images, labels in loader:
            loss = cross_entropy(network(images), labels)
            optimizer.zero_grad()
            loss.backward(free=True)
            optimizer.step()
            losses.append(loss.item())
        if checkpoint:
            nn.parallel.save(checkpoint, **parts, losses=np.array(losses))
    return model, losses


def train_alone(
    data: tuple[np.ndarray, np.ndarray], epochs: int
) -> tuple[nn.MLP, list[float]]:
    """The same by one process."""
    nn.seed(0)
    model = nn.MLP(64, [128, 64, 10])
    optimizer = nn.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loader = nn.DataLoader(*data, batch_size=BATCH, shuffle=True, generator=0)
    losses = []
    for _ in range(epochs):
        for images, labels in loader:
            loss = nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward(free=True)
            optimizer.step()
            losses.append(loss.item())
    return model, losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less, in seconds")
    parser.add_argument("--checkpoint", type=Path, help="written after each epoch")
    options = parser.parse_args()
    epochs = 3 if options.quick else 20

    images, labels = load_digits(return_X_y=True)
    images = (images / 16).astype(np.float32)
    data = images[:-HELD_OUT], labels[:-HELD_OUT]
    began = perf_counter()
    model, losses = train(data, epochs, options.checkpoint)
    if comm.rank > 0:
        return  # the first process looks at the network, which all have
    seconds = perf_counter() - began
    with ag.no_grad():
        read = model(images[-HELD_OUT:]).data.argmax(axis=1)
    accuracy = np.mean(read == labels[-HELD_OUT:])
    print(f"{comm.size} processes, {len(losses)} steps, {seconds:.1f} s")
    print(
        f"loss {losses[0]:.4f} to {losses[-1]:.4f}; {accuracy:.2%} of held-out digits"
    )

    alone, expected = train_alone(data, epochs)
    ours, theirs = model.state_dict(), alone.state_dict()
    apart = [np.abs(ours[name] - theirs[name]).max() for name in ours]
    print(
        "one process with whole batches differs by at most "
        f"{np.abs(np.subtract(losses, expected)).max():.1e} in a loss, "
        f"{max(apart):.1e} in a weight"
    )


if __name__ == "__main__":
    main()
