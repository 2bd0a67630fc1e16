"""Softmax and its kin along an axis, and the fused cross-entropy."""

import numpy as np

from ..core.declare import elementwise, general
from ..core.node import Node, decides
from .activations import sigmoid
from .held import held
from .precision import of_reals
from .reductions import divided

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "huber",
    "log_softmax",
    "softmax",
]


def _below_max(x, axis):
    """``x`` less its maximum, so that exp() cannot overflow; C-contiguous."""
    if 0 in np.shape(x):  # which has no maximum
        return np.array(x, order="C")
    return np.subtract(x, np.maximum.reduce(x, axis=axis, keepdims=True), order="C")


def _softmax(x, axis=-1):
    e = np.exp(_below_max(x, axis))
    return e / np.add.reduce(e, axis=axis, keepdims=True)


def _log_softmax(x, axis=-1):
    x = _below_max(x, axis)
    return x - np.log(np.add.reduce(np.exp(x), axis=axis, keepdims=True))


def adding_up(parts, shares, axis):
    """``parts``, whose sum is 0: that of a share near 1 from the others.

    1 less such a share has few digits, or none. Raw parts are written into.
    """
    nearly_all = np.greater(held(shares), 0.5)
    if decides(nearly_all) and not nearly_all.any():
        return parts
    if type(parts) is np.ndarray:
        np.copyto(parts, 0, where=nearly_all)
        rest = np.add.reduce(parts, axis=axis, keepdims=True)
        np.copyto(parts, -rest, where=nearly_all)
        return parts
    others = np.where(nearly_all, 0, parts)
    rest = np.sum(others, axis=axis, keepdims=True)
    return np.where(nearly_all, -rest, others)


def _pull_softmax(g, out, axis):
    """out (g - Σ g out)."""
    parts = out * (g - np.sum(g * out, axis=axis, keepdims=True))
    return adding_up(parts, out, axis)


def _pull_log_softmax(g, out, axis):
    """g - eᵒᵘᵗ Σ g."""
    shares = np.exp(out)
    parts = g - shares * np.sum(g, axis=axis, keepdims=True)
    return adding_up(parts, shares, axis)


softmax = general(_softmax, _pull_softmax)
log_softmax = general(_log_softmax, _pull_log_softmax)


def _cross_entropy(logits, labels):
    labels = checked_labels(logits, labels)
    scores = _below_max(logits, axis=-1)
    picked = scores.reshape(-1)[_places(labels, scores)]
    totals = np.add.reduce(np.exp(scores), axis=-1)
    return np.mean(np.log(totals).reshape(-1) - picked)


def _places(labels, scores):
    """Where the labelled classes are in the flat scores (…, classes)."""
    labels = np.ravel(labels).astype(np.intp, copy=False)
    return np.arange(labels.size) * scores.shape[-1] + labels


def checked_labels(logits, labels):
    """Labels as an integer array (…), each within the classes of (…, classes)."""
    of_reals(logits)
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"cross_entropy needs integer labels; got dtype {labels.dtype}. Pass the "
            "index of each example's class"
        )
    if np.shape(logits)[:-1] != labels.shape or np.ndim(logits) == 0:
        raise ValueError(
            f"cross_entropy needs logits (…, classes) and labels (…); got "
            f"{np.shape(logits)} and {labels.shape}"
        )
    classes = np.shape(logits)[-1]
    wrong = (labels < 0) | (labels >= classes)
    if wrong.any():
        raise ValueError(
            f"cross_entropy got label {labels[wrong].flat[0]}, but logits of shape "
            f"{np.shape(logits)} have classes 0 to {classes - 1}"
        )
    return labels


def _pull_cross_entropy(g, logits, labels):
    """(softmax - one-hot) / n, of the label less the sum of the others; in place."""
    n = max(np.size(labels), 1)
    if not isinstance(g, Node) and not isinstance(logits, Node):
        p = _softmax(logits)
        flat, places = p.reshape(-1), _places(labels, p)
        flat[places] = 0
        flat[places] = -np.add.reduce(p, axis=-1).reshape(-1)
        p *= divided(g, n)
        return p
    classes = np.arange(np.shape(logits)[-1])
    one_hot = np.equal(np.expand_dims(labels, -1), classes).astype(logits.dtype)
    others = softmax(logits) * (1 - one_hot)
    rest = np.sum(others, axis=-1, keepdims=True)
    return (others - one_hot * rest) * divided(g, n)


cross_entropy = general(
    _cross_entropy,
    _pull_cross_entropy,
    None,
)


def _logarithms(x):
    """log x and log(1 - x), where both end at -100."""
    return np.maximum(np.log(x), -100), np.maximum(np.log1p(-x), -100)


def _binary_cross_entropy(x, y):
    """-y log x - (1 - y) log(1 - x); NaN where x is no probability."""
    x = np.asarray(x, np.result_type(x, y))  # a number would decide in double precision
    with np.errstate(divide="ignore", invalid="ignore"):
        inside, beside = _logarithms(x)
    return (y - 1) * beside - y * inside


def _binary_slope_of_target(x):
    inside, beside = _logarithms(x)
    return beside - inside


binary_cross_entropy = elementwise(
    _binary_cross_entropy,
    lambda x, y: (x - y) / np.maximum(x * (1 - x), 1e-12),
    lambda x: _binary_slope_of_target(x),
    domain=((0.0, 1.0), (0.0, 1.0)),
    symbol="BCE",
    analytic=False,
)


def _binary_cross_entropy_with_logits(x, y):
    """-y log σ(x) - (1 - y) log σ(-x), also where σ is 0 or 1 to all digits."""
    x = np.asarray(x, np.result_type(x, y))
    both = np.log1p(np.exp(-np.abs(x)))
    return x * (np.heaviside(x, 0) - y) + both


def _binary_slope(x, y):
    """(1 - y) σ(x) - y σ(-x): σ(-|x|) from 1 - y above 0, and less y below."""
    if isinstance(x, Node) or isinstance(y, Node):
        return (1 - y) * sigmoid(x) - y * sigmoid(-x)
    e = np.exp(-np.abs(x))
    return np.heaviside(x, 0.5) - y - np.sign(x) * e / (1 + e)


binary_cross_entropy_with_logits = elementwise(
    _binary_cross_entropy_with_logits,
    lambda x, y: _binary_slope(x, y),
    lambda x: -x,
    symbol="BCE",
    analytic=False,
)


def _huber(x, delta=1.0):
    """½ x² where |x| ≤ delta, else delta (|x| - ½ delta)."""
    inside = np.clip(of_reals(x), -delta, delta)
    return inside * (x - 0.5 * inside)


huber = elementwise(_huber, lambda x, delta: np.clip(x, -delta, delta), analytic=False)
