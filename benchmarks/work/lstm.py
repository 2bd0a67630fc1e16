"""A step of an LSTM 64 to 128 on 32 sequences of 64 steps, SGD, float32."""

import numpy as np
from sides import array, initialised, nn, optim, sum_of, training
from timing import report

model = initialised(nn.LSTM(64, 128))
generator = np.random.default_rng(0)
x = array(generator.standard_normal((64, 32, 64), dtype=np.float32))
target = array(generator.standard_normal((64, 32, 128), dtype=np.float32))
optimizer = optim.SGD(model.parameters(), lr=1e-4)


def loss():
    output, _ = model(x)
    difference = output - target
    return sum_of(difference * difference) / difference.shape[1]


report(training(loss, optimizer), count=40, warmup=5)
