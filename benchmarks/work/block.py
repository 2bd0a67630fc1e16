"""An SGD step of a residual block, 64 channels on 32 images of 32×32, float32."""

import numpy as np
from sides import F, array, initialised, nn, optim, training
from timing import report


class Block(nn.Module):
    """relu(x + norm(conv(relu(norm(conv(x))))))."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(x + self.bn2(self.conv2(y)))


model = initialised(Block())
images = np.random.default_rng(0).random((32, 64, 32, 32), dtype=np.float32)
x = array(images, requires_grad=True)  # as in the middle of a network
optimizer = optim.SGD(model.parameters(), lr=1e-3)


def loss():
    y = model(x)
    return (y * y).mean()


report(training(loss, optimizer), count=12, warmup=3)
