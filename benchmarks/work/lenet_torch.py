"""An SGD step of a LeNet on 64 images of 28×28, cross-entropy, in PyTorch."""

import os

import numpy as np
import torch
from timing import report
from weights import drawn

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
model = torch.nn.Sequential(
    torch.nn.Conv2d(1, 16, 5, padding=2),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(16, 32, 5, padding=2),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Flatten(),
    torch.nn.Linear(32 * 7 * 7, 10),
)
generator = np.random.default_rng(0)
for p in model.parameters():
    p.data = torch.from_numpy(drawn(generator, tuple(p.shape)))
x = torch.from_numpy(generator.random((64, 1, 28, 28), dtype=np.float32))
y = torch.from_numpy(generator.integers(0, 10, 64))
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
criterion = torch.nn.CrossEntropyLoss()


def step():
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


report(step, count=60, warmup=10)
