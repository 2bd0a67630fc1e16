"""An SGD step of a residual block, 64 channels on 32 images of 32×32, float32."""

import numpy as np
from timing import report
from weights import drawn

import autograd as ag
import nn


class Block(nn.Module):
    """relu(x + norm(conv(relu(norm(conv(x))))))."""

    def __init__(self):
        self.conv1 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)

    def forward(self, x):
        y = ag.relu(self.bn1(self.conv1(x)))
        return ag.relu(x + self.bn2(self.conv2(y)))


model = Block()
generator = np.random.default_rng(0)
for p in model.parameters():
    p.data = drawn(generator, p.shape)
x = generator.random((32, 64, 32, 32), dtype=np.float32)
x = ag.tensor(x, requires_grad=True)  # as in the middle of a network
optimizer = nn.optim.SGD(model.parameters(), lr=1e-3)


def step():
    loss = ag.mean(ag.square(model(x)))
    optimizer.zero_grad()
    loss.backward(free=True)
    optimizer.step()
    return loss.item()


report(step, count=12, warmup=3)
