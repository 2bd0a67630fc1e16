"""needle's nn, init, optim and data, of hw2, in one: ours, where nothing else is said."""

import numpy as np

import nn as glass
from nn.data import TensorDataset as NDArrayDataset
from nn.data import read_idx

from . import Tensor


def __getattr__(name):
    return getattr(glass, name)


def initializer(fill, **settings):
    """Of weights as (in, out): what is the fan-in there is our fan-out."""

    def new(fan_in, fan_out, **gain):
        zeros = np.zeros((fan_in, fan_out), "float32")
        return fill(glass.Parameter(zeros), **settings, **gain)

    return new


KAIMING = {"mode": "fan_out", "nonlinearity": "relu"}
kaiming_normal = initializer(glass.init.kaiming_normal_, **KAIMING)
kaiming_uniform = initializer(glass.init.kaiming_uniform_, **KAIMING)
xavier_normal = initializer(glass.init.xavier_normal_)
xavier_uniform = initializer(glass.init.xavier_uniform_)
LayerNorm1d = glass.LayerNorm
Adam = glass.optim.Adam
glass.optim.Optimizer.reset_grad = glass.optim.Optimizer.zero_grad


class Linear(glass.Module):
    def __init__(self, in_features, out_features):
        self.weight = kaiming_uniform(in_features, out_features)
        self.bias = glass.Parameter(kaiming_uniform(out_features, 1).numpy().T)

    def forward(self, x):
        return x @ self.weight + self.bias


class Sequential(glass.Sequential):
    modules = property(list)


class SoftmaxLoss(glass.Module):
    def forward(self, logits, y):
        return glass.functional.cross_entropy(logits, y.numpy().astype(int))


class BatchNorm1d(glass.BatchNorm1d):
    """The running variance is divided by n, ours by n - 1."""

    def forward(self, x):
        out = super().forward(x)
        if self.training:
            difference = np.var(x.numpy(), axis=0, ddof=1) / len(x)
            self.running_var.data -= self.momentum * difference
        return out


class Dropout(glass.Dropout):
    """With needle's own mask."""

    def forward(self, x):
        kept = np.random.rand(*x.shape) <= 1 - self.p
        return x * (kept / (1 - self.p)).astype(x.dtype) if self.training else x


class SGD(glass.optim.Optimizer):
    """v ← m·v + (1 - m)·g, p ← p - lr·v, from v = 0."""

    def update(self, p, g, state, lr=0.01, momentum=0.0, weight_decay=0.0):
        g = g + weight_decay * p
        state["v"] = momentum * state.get("v", 0) + (1 - momentum) * g
        p -= lr * state["v"]


class DataLoader(glass.DataLoader):
    def __init__(self, dataset, batch_size=1, shuffle=False):
        super().__init__(dataset, batch_size=batch_size, shuffle=shuffle)

    def __iter__(self):
        return (tuple(map(Tensor, batch)) for batch in super().__iter__())


def parse_mnist(images, labels):
    return np.float32(read_idx(images).reshape(-1, 784)) / 255, read_idx(labels)


class MNISTDataset(NDArrayDataset):
    def __init__(self, images, labels, transforms=()):
        super().__init__(*parse_mnist(images, labels))
        self.transforms = transforms

    def __getitem__(self, i):
        images, labels = super().__getitem__(i)
        for transform in self.transforms:
            images = transform(images.reshape(28, 28, 1)).ravel()
        return images, labels


def RandomFlipHorizontal(p=0.5):
    return lambda image: image[:, ::-1] if np.random.rand() < p else image


def RandomCrop(padding=3):
    def cropped(image):
        y, x = np.random.randint(2 * padding + 1, size=2)
        around = [(padding, padding), (padding, padding), (0, 0)]
        return np.pad(image, around)[y : y + len(image), x : x + image.shape[1]]

    return cropped
