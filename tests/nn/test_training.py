"""Training: the parts together, until a problem is solved."""

import random

import numpy as np
import pytest

import nn
from nn.optim import SGD, Adam

XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
SIGNS = np.array([-1.0, 1.0, 1.0, -1.0])

OPTIMIZERS = [
    lambda params: SGD(params, lr=0.1, momentum=0.9),
    lambda params: Adam(params, lr=0.05),
]


@pytest.mark.parametrize("make", OPTIMIZERS, ids=["SGD", "Adam"])
def test_a_tensor_network_learns_xor(make):
    model = nn.MLP(2, [8, 1], activation=np.tanh, generator=0)
    optimizer, loss = make(model.parameters()), nn.BCEWithLogitsLoss()
    x, y = XOR.astype(np.float32), (SIGNS > 0)[:, None]
    for _ in range(200):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
    assert loss(model(x), y).item() < 0.05


@pytest.mark.parametrize("make", OPTIMIZERS, ids=["SGD", "Adam"])
def test_a_scalar_network_learns_xor_with_the_same_optimizer(make):
    random.seed(1)
    model = nn.scalar.MLP(2, [8, 1])
    optimizer, loss = make(model.parameters()), nn.HingeLoss()
    for _ in range(100):
        optimizer.zero_grad()
        loss([model(row) for row in XOR.tolist()], SIGNS).backward()
        optimizer.step()
    assert loss([model(row) for row in XOR.tolist()], SIGNS).data < 0.05


def test_batches_of_three_classes_are_learned():
    rng = np.random.default_rng(0)
    centers = np.array([[2.0, 0.0], [-2.0, 1.0], [0.0, -2.0]])
    labels = rng.integers(3, size=120)
    x = (centers[labels] + 0.5 * rng.normal(size=(120, 2))).astype(np.float32)
    model = nn.Sequential(
        nn.Linear(2, 16, generator=1), nn.ReLU(), nn.Linear(16, 3, generator=2)
    )
    optimizer, loss = Adam(model.parameters(), lr=0.01), nn.CrossEntropyLoss()
    loader = nn.DataLoader(x, labels, batch_size=16, shuffle=True, generator=0)
    for _ in range(15):
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss(model(inputs), targets).backward(free=True)
            optimizer.step()
    assert (model(x).argmax(axis=1) == labels).mean() > 0.97


def test_a_seeded_training_repeats_itself_exactly():
    def run():
        nn.seed(3)
        model = nn.MLP(2, [4, 1])
        optimizer = Adam(model.parameters(), lr=0.1)
        loader = nn.DataLoader(
            XOR.astype(np.float32), SIGNS[:, None], batch_size=2, shuffle=True
        )
        for _ in range(5):
            for x, y in loader:
                optimizer.zero_grad()
                nn.MSELoss()(model(x), y).backward()
                optimizer.step()
        return model.state_dict()

    first, second = run(), run()
    assert all(np.array_equal(first[name], second[name]) for name in first)
