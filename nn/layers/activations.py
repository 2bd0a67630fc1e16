"""The table of activations: a class, the function it applies, the formula.

Arguments and attributes are those of the function, as ``functional`` says. In drawings
each has the symbol of its function. One more is a row here, and a name in
``nn/__init__.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

from .. import functional
from ..faults import check_sizes
from ..functional.activations import refuse_inplace
from ..module import Module
from ..parameter import Parameter
from ..random import Seed, generator_of
from .applied import Applied


class ReLU(Applied, function=functional.relu):
    """max(x, 0), with slope 0 at 0.

    >>> import autograd as ag
    >>> ReLU()(ag.tensor([-1.0, 2.0]))
    Tensor([0., 2.])
    """


class ReLU6(Applied, function=functional.relu6):
    """min(max(x, 0), 6), with slope 0 at 0 and 6.

    >>> import autograd as ag
    >>> ReLU6()(ag.tensor([-1.0, 2.0, 7.0]))
    Tensor([0., 2., 6.])
    """


class LeakyReLU(Applied, function=functional.leaky_relu):
    """x above 0, x times ``negative_slope`` below. Maas, Hannun, Ng (2013).

    >>> import autograd as ag
    >>> LeakyReLU(0.5)(ag.tensor([-1.0, 2.0]))
    Tensor([-0.5,  2. ])
    """


class ELU(Applied, function=functional.elu):
    """x above 0, α (eˣ - 1) below. Clevert et al. (2015), arXiv:1511.07289.

    >>> import autograd as ag
    >>> ELU(alpha=0.5)(ag.tensor([-1000.0, 2.0]))
    Tensor([-0.5,  2. ])
    """


class SELU(Applied, function=functional.selu):
    """λ x above 0, λ α (eˣ - 1) below. Klambauer et al. (2017), arXiv:1706.02515.

    >>> import autograd as ag
    >>> SELU()(ag.tensor([0.0, 1.0]))
    Tensor([0.        , 1.05070099])
    """


class CELU(Applied, function=functional.celu):
    """x above 0, α (exp(x / α) - 1) below. Barron (2017), arXiv:1704.07483.

    >>> import autograd as ag
    >>> CELU(alpha=0.5)(ag.tensor([-1000.0, 2.0]))
    Tensor([-0.5,  2. ])
    """


class Hardtanh(Applied, function=functional.hardtanh):
    """x, limited to the numbers from ``min_val`` to ``max_val``: by default ±1.

    >>> import autograd as ag
    >>> Hardtanh()(ag.tensor([-2.0, 0.5, 2.0]))
    Tensor([-1. ,  0.5,  1. ])
    """


class Hardsigmoid(Applied, function=functional.hardsigmoid):
    """x / 6 + ½, limited to the numbers from 0 to 1.

    >>> import autograd as ag
    >>> Hardsigmoid()(ag.tensor([-3.0, 0.0, 3.0]))
    Tensor([0. , 0.5, 1. ])
    """


class Hardswish(Applied, function=functional.hardswish):
    """x · Hardsigmoid(x). Howard et al. (2019), arXiv:1905.02244.

    >>> import autograd as ag
    >>> Hardswish()(ag.tensor([-3.0, 3.0]))
    Tensor([-0.,  3.])
    """


class Hardshrink(Applied, function=functional.hardshrink):
    """x where its size is beyond ``lambd``, else 0.

    >>> import autograd as ag
    >>> Hardshrink()(ag.tensor([-2.0, 0.2, 2.0]))
    Tensor([-2.,  0.,  2.])
    """


class Softshrink(Applied, function=functional.softshrink):
    """x, nearer to 0 by ``lambd``; 0 where it is that near.

    >>> import autograd as ag
    >>> Softshrink()(ag.tensor([-2.0, 0.2, 2.0]))
    Tensor([-1.5,  0. ,  1.5])
    """


class Threshold(Applied, function=functional.threshold, operands=1):
    """x where it is beyond ``threshold``, else ``value``.

    >>> import autograd as ag
    >>> Threshold(1.0, -1.0)(ag.tensor([0.5, 2.0]))
    Tensor([-1.,  2.])
    """


class Tanh(Applied, function=functional.tanh):
    """tanh x, between -1 and 1.

    >>> import autograd as ag
    >>> Tanh()(ag.tensor([0.0]))
    Tensor([0.])
    """


class Sigmoid(Applied, function=functional.sigmoid):
    """1 / (1 + e⁻ˣ), between 0 and 1.

    >>> import autograd as ag
    >>> Sigmoid()(ag.tensor([0.0]))
    Tensor([0.5])
    """


class LogSigmoid(Applied, function=functional.logsigmoid):
    """log σ(x), without overflow.

    >>> import autograd as ag
    >>> LogSigmoid()(ag.tensor([-1000.0]))
    Tensor([-1000.])
    """


class SiLU(Applied, function=functional.silu):
    """x σ(x), also called swish. Elfwing et al. (2017), arXiv:1702.03118.

    >>> import autograd as ag
    >>> SiLU()(ag.tensor([0.0]))
    Tensor([0.])
    """


class GELU(Applied, function=functional.gelu):
    """x Φ(x), Φ the normal distribution function. Hendrycks, Gimpel, arXiv:1606.08415.

    With ``approximate="tanh"`` as its authors approximate Φ.

    >>> import autograd as ag
    >>> GELU()(ag.tensor([0.0]))
    Tensor([0.])
    """


class Mish(Applied, function=functional.mish):
    """x tanh(log(1 + eˣ)). Misra (2019), arXiv:1908.08681.

    >>> import autograd as ag
    >>> Mish()(ag.tensor([0.0, 40.0]))
    Tensor([ 0., 40.])
    """


class Softplus(Applied, function=functional.softplus):
    """log(1 + exp(beta x)) / beta, a smooth ReLU; x where beta x > ``threshold``.

    >>> import autograd as ag
    >>> Softplus()(ag.tensor([1000.0]))
    Tensor([1000.])
    """


class Softsign(Applied, function=functional.softsign):
    """x / (1 + |x|), between -1 and 1.

    >>> import autograd as ag
    >>> Softsign()(ag.tensor([-1.0, 3.0]))
    Tensor([-0.5 ,  0.75])
    """


class Tanhshrink(Applied, function=functional.tanhshrink):
    """x - tanh x.

    >>> import autograd as ag
    >>> Tanhshrink()(ag.tensor([0.0]))
    Tensor([0.])
    """


class GLU(Applied, function=functional.glu):
    """a σ(b), of the halves a and b along ``dim``. Dauphin et al., arXiv:1612.08083.

    >>> import autograd as ag
    >>> GLU()(ag.tensor([2.0, 0.0]))
    Tensor([1.])
    """


class Softmax(Applied, function=functional.softmax):
    """eˣ / Σ eˣ along the axis ``dim``: positive, with sum 1.

    >>> import autograd as ag
    >>> Softmax(dim=-1)(ag.tensor([1.0, 1.0]))
    Tensor([0.5, 0.5])
    """


class Softmin(Applied, function=functional.softmin):
    """e⁻ˣ / Σ e⁻ˣ along the axis ``dim``: positive, with sum 1.

    >>> import autograd as ag
    >>> Softmin(dim=-1)(ag.tensor([1.0, 1.0]))
    Tensor([0.5, 0.5])
    """


class LogSoftmax(Applied, function=functional.log_softmax):
    """x - log Σ eˣ along the axis ``dim``: the logarithm of Softmax, without overflow.

    >>> import autograd as ag
    >>> LogSoftmax(dim=-1)(ag.tensor([1000.0, 0.0]))
    Tensor([    0., -1000.])
    """


class Softmax2d(Module):
    """Softmax over the channels of images: (…, channels, height, width).

    >>> import autograd as ag
    >>> Softmax2d()(ag.zeros((2, 1, 1)))
    Tensor([[[0.5]],
    <BLANKLINE>
            [[0.5]]])
    """

    def forward(self, input: Any) -> Any:
        """(batch, channels, height, width) → the same; or without the batch."""
        if np.ndim(input) not in (3, 4):
            raise ValueError(
                "Softmax2d needs images (batch, channels, height, width) or (channels, "
                f"height, width); got the shape {np.shape(input)}"
            )
        return functional.softmax(input, dim=-3)


class PReLU(Module):
    """x above 0, x times a weight below: learned, one for all or for each channel.

    He et al. (2015), arXiv:1502.01852.

    >>> import autograd as ag
    >>> PReLU()(ag.tensor([-1.0, 2.0]))
    Tensor([-0.25,  2.  ], requires_grad=True)
    """

    weight: Tensor  # (num_parameters,)

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = np.float32
    ) -> None:
        check_sizes(self, num_parameters=num_parameters)
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init, dtype))

    def forward(self, input: Any) -> Any:
        """(batch, channels, …) → the same."""
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x above 0, x times a slope below: drawn for each element, in training.

    Slopes are uniform from ``lower`` to ``upper``, drawn from ``generator`` (a NumPy
    Generator, a seed, or None for nn's own); after ``eval()`` it is the middle of both.
    Xu et al. (2015), arXiv:1505.00853.

    >>> import autograd as ag
    >>> RReLU(0.25, 0.75).eval()(ag.tensor([-1.0, 2.0]))
    Tensor([-0.5,  2. ])
    """

    def __init__(
        self,
        lower: float = 1 / 8,
        upper: float = 1 / 3,
        inplace: bool = False,
        *,
        generator: Seed = None,
    ) -> None:
        refuse_inplace(inplace)
        self.lower, self.upper = lower, upper
        self.generator = None if generator is None else generator_of(generator)

    def forward(self, input: Any) -> Any:
        """(…) → (…)."""
        return functional.rrelu(
            input, self.lower, self.upper, self.training, generator=self.generator
        )

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}"
