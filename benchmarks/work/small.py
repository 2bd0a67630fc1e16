"""An SGD step of the MLP 2-16-16-1 on 100 points of two classes, float32."""

import numpy as np
from sides import F, array, initialised, nn, optim, training
from timing import report

layers = [nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1)]
model = initialised(nn.Sequential(*layers))
generator = np.random.default_rng(0)
points = generator.standard_normal((100, 2), dtype=np.float32)
x = array(points)
y = array((points[:, :1] * points[:, 1:] > 0).astype(np.float32))
optimizer = optim.SGD(model.parameters(), lr=0.1)
step = training(lambda: F.binary_cross_entropy_with_logits(model(x), y), optimizer)

report(step, count=500, warmup=100)
