"""Softmax and its kin along an axis, and the fused cross-entropy."""

import numpy as np

from ..primitive import general

SAMPLE = {"x": "1-d or more", "axis": "axis"}


def _softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def _log_softmax(x, axis=-1):
    x = x - np.max(x, axis=axis, keepdims=True)
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


softmax = general(
    _softmax,
    lambda g, out, axis: out * (g - np.sum(g * out, axis=axis, keepdims=True)),
    sample=SAMPLE,
)
log_softmax = general(
    _log_softmax,
    lambda g, out, axis: g - np.exp(out) * np.sum(g, axis=axis, keepdims=True),
    sample=SAMPLE,
)


def _cross_entropy(logits, labels):
    labels = checked_labels(logits, labels)
    scores = _log_softmax(logits)
    picked = np.take_along_axis(scores, labels[..., None], axis=-1)
    return -np.mean(picked, dtype=scores.dtype)


def checked_labels(logits, labels):
    """Labels as an integer array (…), each within the classes of (…, classes)."""
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
    """(softmax - one-hot) / n."""
    one_hot = np.zeros(np.shape(logits), dtype=logits.dtype)
    np.put_along_axis(one_hot, np.asarray(labels)[..., None], 1, axis=-1)
    return (softmax(logits) - one_hot) * (g / max(np.size(labels), 1))


cross_entropy = general(
    _cross_entropy,
    _pull_cross_entropy,
    None,
    sample={"logits": "1-d or more", "labels": "labels"},
)
