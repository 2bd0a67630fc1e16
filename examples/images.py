"""What mnist.py and fashion.py share: a network trained on images, and its results."""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import autograd as ag
import nn

try:
    import pictures
except ModuleNotFoundError as error:
    raise SystemExit(f'{error}; run: pip install "glassgrad[examples]"') from None

Examples = tuple[np.ndarray, np.ndarray]  # images (n, 28, 28) and labels (n,)
Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def options_of(description: str, models: tuple[str, ...]) -> argparse.Namespace:
    """What the user asks for."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--model", choices=models, default=models[0])
    parser.add_argument("--quick", action="store_true", help="less, in seconds")
    parser.add_argument("--data", type=Path, help="the folder of the set's files")
    parser.add_argument("--out", type=Path, default=Path("out"), help="for pictures")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.data is None and not options.quick:
        parser.error("name the folder of the data by --data, or run with --quick")
    return options


def folder_of(read: Callable, folder: Path) -> tuple[Examples, Examples]:
    """What ``read`` finds in a folder; if files are missing, the end, and advice."""
    try:
        return read(folder)
    except FileNotFoundError as error:
        raise SystemExit(str(error)) from None


def cut(images: np.ndarray, labels: np.ndarray) -> tuple[Examples, Examples]:
    """A set cut in two, at random but the same way for every seed: 80 % and 20 %."""
    both = nn.data.TensorDataset(images, labels)
    training, test = nn.data.random_split(both, [0.8, 0.2], 0, stratify=labels)
    return training[:], test[:]


def convolution(
    n_in: int, n_out: int, size: int = 3, stride: int = 1, pool: int = 1
) -> list[nn.Module]:
    """A convolution, the largest of each square of it, normalized; what is positive.

    Pooling comes first, so that there is less to normalize.
    """
    steps = [nn.Conv2d(n_in, n_out, size, stride, padding=size // 2, bias=False)]
    steps += [nn.MaxPool2d(pool)] if pool > 1 else []
    return [*steps, nn.BatchNorm2d(n_out), nn.ReLU()]


def train(
    model: nn.Module, training: Examples, test: Examples, augment: Augment, epochs: int
) -> nn.train.History:
    """Train by AdamW, the rate up and down in one cycle; returns what was seen.

    ``augment`` changes the images of every batch anew, and is told which number is
    dark. The test set is looked at after each epoch, and decides nothing.
    """
    dark = float(training[0].min())
    loader = nn.DataLoader(
        *training,
        batch_size=128,
        shuffle=True,
        drop_last=True,
        augment=lambda x, generator: augment(x, dark, generator),
        prefetch=2,
    )
    lr = nn.optim.schedules.one_cycle(0.005, epochs * len(loader), up=0.2)
    return nn.fit(
        model,
        loader,
        loss=nn.CrossEntropyLoss(),
        optimizer=nn.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.05),
        epochs=epochs,
        validation=nn.DataLoader(*test, batch_size=500),
        metrics=[nn.metrics.accuracy],
        callbacks=[lambda run: print(str(run.history).splitlines()[-1], flush=True)],
    )


def run(
    name: str,
    model: nn.Module,
    sets: tuple[Examples, Examples],
    augment: Augment,
    epochs: int,
    out: Path,
    classes: Sequence[str] = "0123456789",
) -> None:
    """Train, say how many test images are read right, and draw which are not."""
    began, cpu = time.perf_counter(), time.process_time()
    scale = nn.data.Standardize(sets[0][0], axis=None)
    training, test = ((scale(x)[:, None], y) for x, y in sets)
    print(
        f"{len(training[1]):,} images to train on; {name} of {size(model):,} parameters"
    )
    history = train(model, training, test, augment, epochs)
    found = read(model, test[0])
    wrong, n = np.sum(found != test[1]), len(found)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{1 - wrong / n:.2%} of {n:,} test images read right")
    print(f"in {wall:.0f} s, {cpu:.0f} s of CPU")
    out.mkdir(parents=True, exist_ok=True)
    errors = {"test images misread, %": 100 * (1 - np.array(history["val_accuracy"]))}
    pictures.curves(history["epoch"], errors, "epochs", out / f"{name}-errors.png")
    pictures.gallery(sets[1][0], test[1], found, out / f"{name}-test.png", classes)
    print(f"Pictures: {out}/{name}-*")


def read(model: nn.Module, images: np.ndarray) -> np.ndarray:
    """The class with the highest score for each image: (n, 1, 28, 28) → (n,)."""
    model.eval()
    with ag.no_grad():
        scores = [model(batch) for (batch,) in nn.DataLoader(images, batch_size=500)]
    return np.concatenate([each.data for each in scores]).argmax(axis=1)


def size(model: nn.Module) -> int:
    """The number of its parameters."""
    return sum(p.size for p in model.parameters())
