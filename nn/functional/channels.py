"""The order of channels."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag


def channel_shuffle(input: Any, groups: int) -> Any:
    """The channels of each group in turn: (batch, channels, …) → the same.

    Of channels 0 1 2 3 in two groups: 0 2 1 3. Zhang et al. (2017), arXiv:1707.01083.

    >>> import autograd as ag
    >>> channel_shuffle(ag.tensor([[[0.0], [1.0], [2.0], [3.0]]]), 2)[0, :, 0]
    Tensor([0., 2., 1., 3.])
    """
    shape = np.shape(input)
    if len(shape) < 3 or groups < 1 or shape[1] % groups:
        raise ValueError(
            "channel_shuffle needs an input (batch, channels, …), and groups that "
            f"divide its channels; got the shape {shape} and {groups} groups"
        )
    batch, channels, *rest = shape
    x = ag.reshape(input, (batch, groups, channels // groups, *rest))
    return ag.reshape(ag.swapaxes(x, axis1=1, axis2=2), shape)
