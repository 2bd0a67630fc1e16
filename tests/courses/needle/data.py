"""needle's data: images as arrays, and batches of them as tensors."""

import numpy as np

from . import Tensor


class RandomFlipHorizontal:
    def __init__(self, p=0.5):
        self.p = p

    def __call__(self, image):
        return image[:, ::-1] if np.random.rand() < self.p else image


class RandomCrop:
    def __init__(self, padding=3):
        self.padding = padding

    def __call__(self, image):
        around = self.padding
        x, y = np.random.randint(low=-around, high=around + 1, size=2) + around
        padded = np.pad(image, [(around, around), (around, around), (0, 0)])
        return padded[x : x + image.shape[0], y : y + image.shape[1]]


class NDArrayDataset:
    def __init__(self, *arrays):
        self.arrays = arrays

    def __len__(self):
        return len(self.arrays[0])

    def __getitem__(self, i):
        return tuple(array[i] for array in self.arrays)


class MNISTDataset(NDArrayDataset):
    def __init__(self, images, labels, transforms=None):
        from simple_ml import parse_mnist

        super().__init__(*parse_mnist(images, labels))
        self.transforms = transforms or []

    def __getitem__(self, i):
        images, labels = super().__getitem__(i)
        for transform in self.transforms:
            images = transform(images.reshape(28, 28, 1)).reshape(-1)
        return images, labels


class DataLoader:
    def __init__(self, dataset, batch_size=1, shuffle=False):
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle

    def __iter__(self):
        order = np.arange(len(self.dataset))
        if self.shuffle:
            np.random.shuffle(order)
        for start in range(0, len(order), self.batch_size):
            batch = self.dataset[order[start : start + self.batch_size]]
            yield tuple(map(Tensor, batch))
