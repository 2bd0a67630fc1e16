"""An SGD step of a LeNet on 64 images of 28×28, cross-entropy, float32."""

import numpy as np
from sides import F, array, initialised, nn, optim, training
from timing import report

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
model = initialised(model)
generator = np.random.default_rng(0)
x = array(generator.random((64, 1, 28, 28), dtype=np.float32))
y = array(generator.integers(0, 10, 64))
optimizer = optim.SGD(model.parameters(), lr=1e-3)
step = training(lambda: F.cross_entropy(model(x), y), optimizer)

report(step, count=60, warmup=10)
