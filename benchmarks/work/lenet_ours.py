"""An SGD step of a LeNet on 64 images of 28×28, cross-entropy, float32."""

import numpy as np
from timing import report
from weights import drawn

import nn

model = nn.Sequential(
    nn.Conv2d(1, 16, 5, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(16, 32, 5, padding=2),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(32 * 7 * 7, 10),
)
generator = np.random.default_rng(0)
for p in model.parameters():
    p.data = drawn(generator, p.shape)
x = generator.random((64, 1, 28, 28), dtype=np.float32)
y = generator.integers(0, 10, 64)
optimizer = nn.optim.SGD(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()


def step():
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward(free=True)
    optimizer.step()
    return loss.item()


report(step, count=60, warmup=10)
