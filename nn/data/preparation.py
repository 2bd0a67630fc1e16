"""Numbers made ready for a network: classes as vectors, columns of one scale."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import Tensor

from .. import functional
from .arguments import whole


def one_hot(labels: Any, classes: int = -1, dtype: Any = np.float32) -> np.ndarray:
    """1 at the place each integer says, 0 elsewhere: (…) → (…, classes).

    ``nn.functional.one_hot``, as an array of floats. -1 stands for as many classes as
    there must be: say the number where not all of them are sure to occur.

    Raises:
        TypeError: the labels are no integers.
        ValueError: a label is negative, or not below ``classes``.

    >>> one_hot([2, 0], classes=3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    return functional.one_hot(labels, whole("classes", classes, -1)).data.astype(dtype)


class Standardize:
    """(x - mean) / std, by the mean and the standard deviation of the training set.

    Fitted to ``x`` where it is made; called, it does the same to any other set;
    ``inverse`` goes back. ``axis`` is what the mean is taken over: 0, the examples, for
    a table; (0, 2, 3) for the channels of images; None for one mean of all. A column
    that is constant is only moved. Integers become float32; Tensors are recorded.

    Raises:
        TypeError: the data are no real numbers.
        ValueError: there are none, or some are NaN or infinite; or, called, the shape
            is of other columns.

    >>> import numpy as np
    >>> training = np.array([[1.0, 10.0], [3.0, 30.0]])
    >>> scaled = Standardize(training)
    >>> scaled(training)
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> scaled(np.array([[5.0, 20.0]])), scaled.inverse(np.array([[3.0, 0.0]]))
    (array([[3., 0.]]), array([[ 5., 20.]]))
    """

    mean: np.ndarray  # the shape of x, 1 along the axes it is taken over
    std: np.ndarray  # likewise; 1 where x is constant

    def __init__(self, x: Any, axis: int | tuple[int, ...] | None = 0) -> None:
        array = x.data if isinstance(x, Tensor) else np.asarray(x)
        if array.dtype.kind not in "fiub":
            raise TypeError(f"Standardize needs real numbers; got {array.dtype}")
        if not array.size or not array.ndim:
            raise ValueError(
                f"Standardize needs examples to fit to; got shape {array.shape}"
            )
        wrong = np.argwhere(~np.isfinite(array))
        if len(wrong):
            place = tuple(int(i) for i in wrong[0])
            raise ValueError(
                f"Standardize needs finite numbers; got {array[place]} at {place}, and "
                f"{len(wrong)} such in all. Drop those examples, or fill them"
            )
        kind = array.dtype if array.dtype.kind == "f" else np.dtype(np.float32)
        mean = array.mean(axis, np.float64, keepdims=True)
        std = array.std(axis, np.float64, keepdims=True)
        least = array.min(axis, keepdims=True)
        varies = array.max(axis, keepdims=True) != least
        # The mean of equal numbers is that number, which rounding may miss.
        self.mean = np.where(varies, mean, least).astype(kind)
        std = np.where(varies, std, 1).astype(kind)
        self.std = np.where(std > 0, std, 1).astype(kind)

    def __call__(self, x: Any) -> Any:
        """Scaled as the training set: mean 0 and deviation 1 there."""
        return (self._fitting(x) - self.mean) / self.std

    def inverse(self, x: Any) -> Any:
        """What has this scaled form: x · std + mean."""
        return self._fitting(x) * self.std + self.mean

    def _fitting(self, x: Any) -> Any:
        x = x if isinstance(x, Tensor) else np.asarray(x)
        try:
            fits = np.broadcast_shapes(x.shape, self.mean.shape) == x.shape
        except ValueError:
            fits = False
        if not fits:
            raise ValueError(
                f"it was fitted to columns of shape {self.mean.shape} (1: any number); "
                f"got {x.shape}"
            )
        return x if x.dtype.kind in "fc" else x.astype(self.mean.dtype)

    def state_dict(self) -> dict[str, np.ndarray]:
        """The mean and the deviation, to be kept beside a model.

        >>> Standardize([1.0, 3.0]).state_dict()
        {'mean': array([2.]), 'std': array([1.])}
        """
        return {"mean": self.mean.copy(), "std": self.std.copy()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over another's mean and deviation, of this one's shape.

        Raises:
            KeyError, ValueError: they are not there, or of another shape; nothing
                changed.
        """
        new = [np.array(state[name]) for name in ("mean", "std")]
        for each in new:
            if each.shape != self.mean.shape:
                raise ValueError(
                    f"a mean and a std of shape {self.mean.shape} are needed; got "
                    f"{each.shape}"
                )
        self.mean, self.std = new
