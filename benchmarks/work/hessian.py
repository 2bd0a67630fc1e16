"""The Hessian of Rosenbrock's function of 100 numbers, float64."""

import numpy as np
from functions import array, hessian, run
from timing import number, report

x = array(np.linspace(-1.0, 1.0, 100))


def rosenbrock(x):
    a, b = x[:-1], x[1:]
    return (100 * (b - a * a) ** 2 + (1 - a) ** 2).sum()


second = run(hessian(rosenbrock))


def step():
    return number(abs(second(x)).sum())


report(step, count=30, warmup=5)
