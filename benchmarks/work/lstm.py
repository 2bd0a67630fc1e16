"""A step of an LSTM 64 to 128 on 32 sequences of 64 steps, SGD, float32."""

import numpy as np
from sides import array, backward, initialised, nn, optim, sum_of
from timing import report

model = initialised(nn.LSTM(64, 128))
generator = np.random.default_rng(0)
x = array(generator.standard_normal((64, 32, 64), dtype=np.float32))
target = array(generator.standard_normal((64, 32, 128), dtype=np.float32))
optimizer = optim.SGD(model.parameters(), lr=1e-4)


def step():
    output, _ = model(x)
    difference = output - target
    loss = sum_of(difference * difference) / difference.shape[1]
    optimizer.zero_grad()
    backward(loss)
    optimizer.step()
    return loss.item()


report(step, count=40, warmup=5)
