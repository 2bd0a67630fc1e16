"""Black-Scholes prices of 1,000,000 calls, and their slopes by price and volatility."""

import numpy as np
from sides import array, backward, erf, exp, log, sqrt, sum_of
from timing import report

generator = np.random.default_rng(0)
count = 1_000_000
spot = array(generator.uniform(50, 150, count), requires_grad=True)
volatility = array(generator.uniform(0.1, 0.5, count), requires_grad=True)
strike = array(generator.uniform(50, 150, count))
years = array(generator.uniform(0.1, 2.0, count))
RATE = 0.03


def normal(x):
    return 0.5 * (1 + erf(x / 2**0.5))


def step():
    spot.grad = volatility.grad = None
    spread = volatility * sqrt(years)
    d = log(spot / strike) + (RATE + volatility * volatility / 2) * years
    d = d / spread
    later = strike * exp(-RATE * years)
    total = sum_of(spot * normal(d) - later * normal(d - spread))
    backward(total)
    delta, vega = (np.asarray(x.grad).sum() for x in (spot, volatility))
    return total.item() + delta + vega


report(step, count=5, warmup=1)
