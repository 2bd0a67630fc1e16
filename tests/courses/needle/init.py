"""How needle initialises: as (in, out), by NumPy's global generator."""

import math

import numpy as np

from . import Tensor


def uniform(fan_in, fan_out, bound):
    return Tensor(np.random.rand(fan_in, fan_out) * 2 * bound - bound, dtype="float32")


def normal(fan_in, fan_out, std):
    return Tensor(np.random.randn(fan_in, fan_out) * std, dtype="float32")


def kaiming_uniform(fan_in, fan_out):
    return uniform(fan_in, fan_out, math.sqrt(6 / fan_in))


def kaiming_normal(fan_in, fan_out):
    return normal(fan_in, fan_out, math.sqrt(2 / fan_in))


def xavier_uniform(fan_in, fan_out, gain=1.0):
    return uniform(fan_in, fan_out, gain * math.sqrt(6 / (fan_in + fan_out)))


def xavier_normal(fan_in, fan_out, gain=1.0):
    return normal(fan_in, fan_out, gain * math.sqrt(2 / (fan_in + fan_out)))
