"""Train a convolutional network to tell clothes apart: Fashion-MNIST.

    python examples/fashion.py --data FOLDER [--seed 0] [--out out]
    python examples/fashion.py --quick

FOLDER has Fashion-MNIST's four files. No package brings pictures of clothes:
``--quick`` shows the same on scikit-learn's 1,797 digits, 8×8 pixels each, enlarged.
"""

import images
import numpy as np

import nn

CLASSES = ["top", "trousers", "pullover", "dress", "coat"]
CLASSES += ["sandal", "shirt", "sneaker", "bag", "boot"]


def cnn() -> nn.Module:
    """Three convolutions, 28×28 pixels, 14×14, 7×7, and a hidden layer."""
    return nn.Sequential(
        *images.convolution(1, 24, pool=2),
        *images.convolution(24, 48, pool=2),
        *images.convolution(48, 96),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(96 * 7 * 7, 128),
        nn.BatchNorm1d(128),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(128, 10),
    )


def augment(x: np.ndarray, dark: float, generator: np.random.Generator) -> np.ndarray:
    """Moved by a pixel, and half of them mirrored."""
    moved = nn.data.shift(x, by=1, fill=dark, generator=generator)
    return nn.data.flip(moved, generator=generator)


def enlarged(pixels: np.ndarray, labels: np.ndarray) -> images.Examples:
    """(n, 8, 8) → (n, 28, 28): each pixel three times as large, and a border of two."""
    large = pixels.repeat(3, axis=1).repeat(3, axis=2)
    return np.pad(large, ((0, 0), (2, 2), (2, 2))), labels


def main() -> None:
    options = images.options_of(__doc__, ("cnn",))
    nn.seed(options.seed)
    if options.quick:
        sets, epochs = images.cut(*enlarged(*nn.data.digits())), 3
        images.run("fashion-digits", cnn(), sets, augment, epochs, options.out)
    else:
        sets = images.folder_of(nn.data.fashion_mnist, options.data)
        images.run("fashion", cnn(), sets, augment, 10, options.out, CLASSES)


if __name__ == "__main__":
    main()
