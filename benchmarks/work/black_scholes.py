"""Black-Scholes prices of 1,000,000 calls, and their slopes by price and volatility."""

import numpy as np
from functions import array, erf, exp, log, run, sqrt, sum_of, value_and_grad
from timing import number, report

generator = np.random.default_rng(0)
count = 1_000_000
spot = array(generator.uniform(50, 150, count))
volatility = array(generator.uniform(0.1, 0.5, count))
strike = array(generator.uniform(50, 150, count))
years = array(generator.uniform(0.1, 2.0, count))
RATE = 0.03


def normal(x):
    return 0.5 * (1 + erf(x / 2**0.5))


def total(arrays):
    spot, volatility = arrays
    spread = volatility * sqrt(years)
    d = log(spot / strike) + (RATE + volatility * volatility / 2) * years
    d = d / spread
    later = strike * exp(-RATE * years)
    return sum_of(spot * normal(d) - later * normal(d - spread))


both = run(value_and_grad(total))


def step():
    value, (delta, vega) = both([spot, volatility])
    return number(value) + number(delta.sum()) + number(vega.sum())


report(step, count=5, warmup=3)
