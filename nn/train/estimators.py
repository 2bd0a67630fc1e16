"""Networks as scikit-learn's estimators; nn imports this when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import functional
from .estimating import NeuralEstimator

try:
    from sklearn.base import ClassifierMixin, RegressorMixin
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
except ImportError:  # which the base tells when one is made

    class ClassifierMixin:  # type: ignore[no-redef]
        """The place of scikit-learn's."""

    class RegressorMixin:  # type: ignore[no-redef]
        """The place of scikit-learn's."""


class NeuralClassifier(ClassifierMixin, NeuralEstimator):
    """A network that tells classes apart, as an estimator of scikit-learn's.

    The network gives a logit for each class; for several labels at once, y of 0 and 1
    (n, n_labels), one for each label. The settings are those of ``NeuralRegressor``.

    Attributes:
        classes_: what y is made of, in order.

    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import cross_val_score
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> import nn
    >>> network = nn.NeuralClassifier([16], lr=0.01, epochs=50, random_state=0)
    >>> model = make_pipeline(StandardScaler(), network)
    >>> scores = cross_val_score(model, *load_iris(return_X_y=True), cv=3)
    >>> bool(scores.mean() > 0.9)
    True
    """

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> Any:
        """One more epoch, of these examples; the first call needs all classes."""
        if not hasattr(self, "module_") and classes is None:
            raise ValueError("the first call of partial_fit needs classes: all of them")
        return self._one_epoch(X, y, sample_weight, classes)

    def predict(self, X: Any) -> np.ndarray:
        """The most probable class: (n, n_features) → (n,); or which labels apply."""
        logits = self._predicted(X)
        if self._several:
            return (logits > 0).astype(int)
        return self.classes_[logits.argmax(axis=1)]

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class: (n, n_features) → (n, n_classes)."""
        logits = self._predicted(X)
        to_probabilities = functional.sigmoid if self._several else functional.softmax
        return to_probabilities(logits)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Its logarithm, also where it is too small for a number."""
        logits = self._predicted(X)
        to_logs = functional.logsigmoid if self._several else functional.log_softmax
        return to_logs(logits)

    def _targets(self, y: np.ndarray, first: bool, classes: Any) -> np.ndarray:
        """The number of each one's class; or 0 and 1, for several labels at once."""
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y")
        if kind == "multiclass-multioutput":
            raise ValueError(
                "one class for each example is told, or labels of 0 and 1; got "
                f"classes of shape {y.shape}"
            )
        several = kind == "multilabel-indicator"
        known = np.arange(y.shape[1]) if several else np.unique(y)
        if classes is not None:
            known = np.unique(classes)
        if first:
            self._several, self.classes_ = several, known
            self.n_outputs_ = len(known)
        elif several != self._several or (
            classes is not None and not np.array_equal(known, self.classes_)
        ):
            raise ValueError(
                f"classes={known} and labels of the kind {kind!r} are not those of the "
                f"calls before, with classes_={self.classes_}"
            )
        if several:
            if y.shape[1] != self.n_outputs_:
                raise ValueError(
                    f"y has {y.shape[1]} labels; expected {self.n_outputs_}"
                )
            return np.asarray(y.toarray() if hasattr(y, "toarray") else y)
        numbers = np.searchsorted(self.classes_, y).clip(max=self.n_outputs_ - 1)
        unknown = np.unique(y[self.classes_[numbers] != y])
        if len(unknown):
            raise ValueError(f"y has {unknown}, not in classes_={self.classes_}")
        return numbers

    def _usual_loss(self) -> Callable[..., Any]:
        if self._several:
            return functional.binary_cross_entropy_with_logits
        return functional.cross_entropy

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class NeuralRegressor(RegressorMixin, NeuralEstimator):
    """A network for numbers, one or several, as an estimator of scikit-learn's.

    >>> import numpy as np
    >>> import nn
    >>> X = np.random.default_rng(0).uniform(-1, 1, size=(200, 2))
    >>> y = X * X[:, ::-1]  # two numbers for each
    >>> model = nn.NeuralRegressor([32], lr=0.01, epochs=300, random_state=0)
    >>> model.fit(X, y).predict(X[:5]).shape
    (5, 2)
    """

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """One more epoch, of these examples."""
        return self._one_epoch(X, y, sample_weight, None)

    def predict(self, X: Any) -> np.ndarray:
        """(n, n_features) → (n,), or (n, n_outputs) if it was trained for such."""
        out = self._predicted(X)
        return out[:, 0] if self._single else out

    def _targets(self, y: np.ndarray, first: bool, classes: Any) -> np.ndarray:
        if y.dtype.kind not in "biuf":
            raise TypeError(f"a regressor's y is of numbers; got {y.dtype}")
        single, y = y.ndim == 1, y.reshape(len(y), -1)
        if first:
            self._single, self.n_outputs_ = single, y.shape[1]
        elif y.shape[1] != self.n_outputs_:
            raise ValueError(
                f"y has {y.shape[1]} numbers for each example; expected "
                f"{self.n_outputs_}"
            )
        return y

    def _usual_loss(self) -> Callable[..., Any]:
        return functional.mse_loss
