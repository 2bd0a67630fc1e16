"""An SGD step of a residual block, 64 channels on 32 images of 32×32, in PyTorch."""

import os

import numpy as np
import torch
from timing import report
from weights import drawn

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))


class Block(torch.nn.Module):
    """relu(x + norm(conv(relu(norm(conv(x))))))."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(64)
        self.conv2 = torch.nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(64)

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(x + self.bn2(self.conv2(y)))


model = Block()
generator = np.random.default_rng(0)
for p in model.parameters():
    p.data = torch.from_numpy(drawn(generator, tuple(p.shape)))
x = generator.random((32, 64, 32, 32), dtype=np.float32)
x = torch.from_numpy(x).requires_grad_()  # as in the middle of a network
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)


def step():
    loss = model(x).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


report(step, count=12, warmup=3)
