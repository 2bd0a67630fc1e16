"""needle's optimizers: ours, and one rule of its own."""

import nn
from nn.optim import Optimizer


class Taking:
    """Takes needle's tensors."""

    def __init__(self, params, **settings):
        super().__init__([p.inner for p in params], **settings)

    reset_grad = Optimizer.zero_grad


class Adam(Taking, nn.optim.Adam):
    def __init__(self, params, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, **more):
        super().__init__(params, lr=lr, betas=(beta1, beta2), eps=eps, **more)


class Averaging(Optimizer):
    """v ← m·v + (1 - m)·g, p ← p - lr·v, from v = 0."""

    def __init__(self, params, lr=0.01, momentum=0.0, weight_decay=0.0):
        super().__init__(params)
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def update(self, p, g, state):
        g = g + self.weight_decay * p
        state["v"] = self.momentum * state.get("v", 0) + (1 - self.momentum) * g
        p -= self.lr * state["v"]


class SGD(Taking, Averaging):
    pass
