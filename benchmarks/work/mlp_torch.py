"""An Adam step of the MLP 784-256-128-10 on 128 images, cross-entropy, in PyTorch."""

import os

import numpy as np
import torch
from timing import report

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
model = torch.nn.Sequential(
    torch.nn.Linear(784, 256),
    torch.nn.ReLU(),
    torch.nn.Linear(256, 128),
    torch.nn.ReLU(),
    torch.nn.Linear(128, 10),
)
generator = np.random.default_rng(0)
for p in model.parameters():
    scale = 1 / np.sqrt(p.shape[-1])
    values = generator.uniform(-scale, scale, tuple(p.shape)).astype(np.float32)
    p.data = torch.from_numpy(values)
x = torch.from_numpy(generator.random((128, 784), dtype=np.float32))
y = torch.from_numpy(generator.integers(0, 10, 128))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
criterion = torch.nn.CrossEntropyLoss()


def step():
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


report(step, count=200, warmup=20)
