"""needle's modules: ours, that take and give needle's tensors."""

import numpy as np

import autograd as ag
import nn as glass

from . import Tensor, init, wrap


class Module(glass.Module):
    """A module of ours that gives needle's tensors when it is given some."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def __call__(self, *args):
        inner = [x.inner if isinstance(x, Tensor) else x for x in args]
        out = super().__call__(*inner)
        return wrap(out) if any(isinstance(x, Tensor) for x in args) else out

    def parameters(self):
        return [wrap(p) for p in super().parameters()]


def _reshaped(self, new, set_data=ag.Tensor.data.fset):
    set_data(self, np.reshape(new, self.shape))


ag.Tensor.cached_data = property(lambda self: self.data)  # of a module's parameters
ag.Tensor.data = ag.Tensor.data.setter(_reshaped)


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True):
        self.weight = init.kaiming_uniform(in_features, out_features).inner
        self.weight = glass.Parameter(self.weight)
        self.bias = 0
        if bias:
            bias = init.kaiming_uniform(out_features, 1).numpy()
            self.bias = glass.Parameter(bias.reshape(1, out_features))

    def forward(self, x):
        return x @ self.weight + self.bias


class Sequential(Module):
    def __init__(self, *modules):
        self.modules = modules

    def forward(self, x):
        for module in self.modules:
            x = module(x)
        return x


class SoftmaxLoss(Module):
    def forward(self, logits, y):
        return glass.functional.cross_entropy(logits, y.data.astype(int))


class BatchNorm1d(Module, glass.BatchNorm1d):
    def __init__(self, dim, eps=1e-5, momentum=0.1):
        super().__init__(dim, eps, momentum)

    def forward(self, x):
        kept = (1 - self.momentum) * self.running_var.data
        out = super().forward(x)
        if self.training:  # needle's running variance is divided by n, not n - 1
            new = self.running_var.data - kept
            self.running_var.data = kept + new * (len(x.data) - 1) / len(x.data)
        return out


class LayerNorm1d(Module, glass.LayerNorm):
    pass


class ReLU(Module, glass.ReLU):
    pass


class Flatten(Module, glass.Flatten):
    pass


class Identity(Module, glass.Identity):
    pass


class Dropout(Module):
    """With needle's own mask."""

    def __init__(self, p=0.5):
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        mask = np.random.rand(*x.shape) <= 1 - self.p
        return x * (mask / np.float32(1 - self.p)).astype(x.dtype)


class Residual(Module):
    def __init__(self, fn):
        self.fn = fn

    def forward(self, x):
        return x + self.fn(x)
