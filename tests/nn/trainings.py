"""Small trainings to save, and whether what comes back is equal to the bit."""

import numpy as np

import nn
from nn.optim import Adam


def same(one, other):
    """Whether two trees are equal to the bit, their kinds included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            same(x, other[k]) for k, x in one.items()
        )
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (np.ndarray, np.generic)):
        alike = one.dtype == other.dtype and one.shape == other.shape
        return alike and one.tobytes() == other.tobytes()
    return repr(one) == repr(other)


def network(width=3):
    return nn.Sequential(
        nn.Linear(2, width),
        nn.BatchNorm1d(width),
        nn.Dropout(generator=3),
        nn.Linear(width, 1),
    )


def step(model, optimizer):
    x = np.random.default_rng(0).normal(size=(8, 2)).astype(np.float32)
    optimizer.zero_grad()
    (model(x) ** 2).mean().backward()
    optimizer.step()


def trained(width=3, rule=Adam, **settings):
    model = network(width)
    optimizer = rule(model.parameters(), **settings)
    step(model, optimizer)
    return model, optimizer
