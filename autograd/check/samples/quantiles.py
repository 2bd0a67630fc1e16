"""Quantiles, by every method, of arrays in which elements may be equal."""

from typing import Any

import numpy as np

from ..context import Call, Context, Sample, call
from .sorting import pairs

# fmt: off
METHODS = (
    "linear", "lower", "higher", "midpoint", "nearest", "inverted_cdf",
    "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
    "hazen", "weibull", "median_unbiased", "normal_unbiased",
)
# fmt: on


def _median(c: Context) -> Call:
    x = pairs(c)
    return call(x, axis=c.axes(x.ndim), keepdims=c.flag())


def _quantile(c: Context) -> Call:
    return _ranked(c, 0.5, 0.3, 0.0, 1, (0.25, 1.0), ())


def _percentile(c: Context) -> Call:
    return _ranked(c, 50, 30.0, 0, (25.0, 100))


def _ranked(c: Context, *ranks: Any) -> Call:
    """Weights go with one method alone."""
    x = pairs(c)
    options: dict[str, Any] = {"axis": c.axes(x.ndim), "keepdims": c.flag()}
    options |= {"method": c.choice(*METHODS), "weights": None}
    if options["method"] == "inverted_cdf" and options["axis"] != ():
        weights = np.arange(1, 1 + x.size).reshape(x.shape).tolist()
        options["weights"] = c.choice(None, weights)
    return call(x, q=c.choice(*ranks), **options)


SAMPLES: dict[str, Sample] = {
    "median": _median,
    "nanmedian": _median,
    "nanpercentile": _percentile,
    "nanquantile": _quantile,
    "percentile": _percentile,
    "quantile": _quantile,
}
