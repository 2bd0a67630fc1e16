"""An Adam step of the MLP 784-256-128-10 on 128 images, cross-entropy, float32."""

import numpy as np
from sides import F, array, initialised, nn, optim, training
from timing import report

layers = [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU()]
model = initialised(nn.Sequential(*layers, nn.Linear(128, 10)))
generator = np.random.default_rng(0)
x = array(generator.random((128, 784), dtype=np.float32))
y = array(generator.integers(0, 10, 128))
optimizer = optim.Adam(model.parameters(), lr=1e-4)
step = training(lambda: F.cross_entropy(model(x), y), optimizer)

report(step, count=200, warmup=20)
