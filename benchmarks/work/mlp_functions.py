"""The work of ``mlp.py`` by functions of arrays, with Adam written out."""

import numpy as np
from functions import SIDE, array, run
from layers import gradients, parameters
from timing import number, report

if SIDE == "numpy":
    exp, log = np.exp, np.log
else:
    from functions import exp, log

generator = np.random.default_rng(0)
x = array(generator.random((128, 784), dtype=np.float32))
right = np.eye(10, dtype=np.float32)[generator.integers(0, 10, 128)]
chosen = array(right)


def loss(out):
    out = out - out.max(-1, keepdims=True)
    return (log(exp(out).sum(-1)) - (out * chosen).sum(-1)).mean()


def slope(out):
    e = np.exp(out - out.max(-1, keepdims=True))
    return (e / e.sum(-1, keepdims=True) - right) / np.float32(128)


both = gradients(loss, slope, x)


def updated(p, m, v, rate, unbias):
    value, slopes = both(p)
    m = [0.9 * each + 0.1 * g for each, g in zip(m, slopes)]
    v = [0.999 * each + 0.001 * g * g for each, g in zip(v, slopes)]
    pairs = zip(p, m, v)
    p = [w - rate * a / ((b * unbias) ** 0.5 + 1e-8) for w, a, b in pairs]
    return value, p, m, v


fast, p = run(updated), parameters([784, 256, 128, 10])
m, v = [w * 0 for w in p], [w * 0 for w in p]
steps = 0


def step():
    global p, m, v, steps
    steps += 1
    rate = np.float32(1e-4 / (1 - 0.9**steps))
    unbias = np.float32(1 / (1 - 0.999**steps))
    value, p, m, v = fast(p, m, v, rate, unbias)
    return number(value)


report(step, count=200, warmup=20)
