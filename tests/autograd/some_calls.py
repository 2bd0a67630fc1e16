"""Calls of a primitive, drawn as the checker draws them: always the same."""

import warnings

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

from autograd.check.sampling import samples_of


def some_calls(op, count):
    """(operands, parameters) of ``count`` calls."""
    drawn = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(samples_of(op))
    def some(call):
        drawn.append(call)

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        some()
    return drawn
