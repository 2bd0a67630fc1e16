"""micrograd's own demo: 100 points, MLP(2, [16, 16, 1]), max-margin and L2, one step.

The same text for both sides; only the import differs.
"""

import math
import random
import sys

from timing import report

if sys.argv[1] == "micrograd":
    from micrograd.engine import Value
    from micrograd.nn import MLP
else:
    import autograd as ag
    from autograd import Value
    from nn.scalar import MLP

random.seed(1337)
X, y = [], []
for i in range(100):  # two half circles, with noise
    angle = math.pi * random.random()
    upper = i % 2 == 0
    point = (math.cos(angle), math.sin(angle))
    if not upper:
        point = (1 - point[0], 0.5 - point[1])
    X.append([coordinate + random.gauss(0, 0.1) for coordinate in point])
    y.append(1 if upper else -1)

random.seed(1337)
model = MLP(2, [16, 16, 1])


def step():
    inputs = [list(map(Value, xrow)) for xrow in X]
    scores = list(map(model, inputs))
    losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(y, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    reg_loss = 1e-4 * sum(p * p for p in model.parameters())
    total_loss = data_loss + reg_loss
    model.zero_grad()
    total_loss.backward()
    for p in model.parameters():
        p.data -= 0.1 * p.grad
    return total_loss


if sys.argv[1] == "compiled":
    step = ag.compile(step)
report(lambda: step().data, count=5, warmup=3)
