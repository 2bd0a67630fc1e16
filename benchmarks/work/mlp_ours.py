"""An Adam step of the MLP 784-256-128-10 on 128 images, cross-entropy, float32."""

import numpy as np
from timing import report

import nn

model = nn.MLP(784, [256, 128, 10])
generator = np.random.default_rng(0)
for p in model.parameters():
    scale = 1 / np.sqrt(p.shape[-1])
    p.data = generator.uniform(-scale, scale, p.shape).astype(np.float32)
x = generator.random((128, 784), dtype=np.float32)
y = generator.integers(0, 10, 128)
optimizer = nn.optim.Adam(model.parameters(), lr=1e-4)
criterion = nn.CrossEntropyLoss()


def step():
    loss = criterion(model(x), y)
    optimizer.zero_grad()
    loss.backward(free=True)
    optimizer.step()
    return loss.item()


report(step, count=200, warmup=20)
