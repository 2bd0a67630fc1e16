"""What networks as scikit-learn's estimators share: settings, and training."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor

from ..layers.basic import MLP
from ..module import Module
from ..optim import Adam
from ..random import drawing_from, generator_of

try:
    from sklearn.base import BaseEstimator, is_regressor
    from sklearn.model_selection import train_test_split
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import (
        _check_sample_weight,
        check_is_fitted,
        column_or_1d,
        validate_data,
    )
except ImportError as error:  # what is missing is told when one is made
    missing = error

    class BaseEstimator:  # type: ignore[no-redef]
        """The place of scikit-learn's."""

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            raise ImportError(
                f"nn.{cls.__name__} needs scikit-learn ({missing}); run: "
                'pip install "glassgrad[sklearn]"'
            )


ACCEPTED = {
    "accept_sparse": "csr",
    "dtype": (np.float64, np.float32),
    "allow_nd": True,
}
AT_ONCE = 1024  # examples, as a trained network is used


class NeuralEstimator(BaseEstimator):
    """What the two share: their settings, and how a network is trained.

    ``module`` is the sizes of hidden layers (of an ``nn.MLP`` in the dtype of X); a
    function of the numbers of features and outputs that makes a Module, such as
    ``nn.Linear``; or a Module, of which a copy is trained, in its own dtype. It maps
    (batch, n_features) → (batch, n_outputs).

    ``optimizer`` is a function of parameters and ``lr``: a class of nn.optim, or a
    ``functools.partial`` of one with other settings. ``loss(output, target)`` is any of
    nn.functional; with weights it is asked for ``reduction="none"``.

    With ``early_stopping`` the share ``validation_fraction`` of the examples is set
    aside; training ends when their loss has not fallen by ``tol`` in ``patience``
    epochs, and the best weights are kept. ``random_state`` decides on weights,
    dropout, order and that share: a number, a RandomState, a Generator, or None, for
    nn's own generator.

    Examples of weight 0 are left out; the loss of a batch is the mean of weight·loss,
    where weights have the mean 1 over the data.

    Attributes:
        module_: the trained network.
        n_features_in_, feature_names_in_: of X, as scikit-learn has it.
        n_outputs_: how many numbers the network gives for an example.
        n_iter_: how many epochs it was trained.
        loss_curve_: the mean loss of each.
        validation_loss_curve_: the loss of what was set aside, after each.
    """

    def __init__(
        self,
        module: Any = (100,),
        *,
        loss: Callable[..., Any] | None = None,
        optimizer: Callable[..., Any] = Adam,
        lr: Any = 1e-3,
        epochs: int = 200,
        batch_size: int = 200,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 10,
        tol: float = 1e-4,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.module = module
        self.loss = loss
        self.optimizer = optimizer
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.tol = tol
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Train a new network: X (n, n_features), y (n,) or (n, n_outputs)."""
        X, y, weight = self._examples(X, y, sample_weight, first=True)
        held_out = None
        with drawing_from(self._generator):
            if self.early_stopping:
                X, y, weight, held_out = self._set_aside(X, y, weight)
            self._train(X, y, weight, held_out)
        return self

    def _one_epoch(self, X: Any, y: Any, sample_weight: Any, classes: Any) -> Any:
        """What ``partial_fit`` does."""
        first = not hasattr(self, "module_")
        X, y, weight = self._examples(X, y, sample_weight, first, classes)
        with drawing_from(self._generator):
            self._epoch(X, y, weight)
        self.module_.eval()
        return self

    def _examples(
        self, X: Any, y: Any, sample_weight: Any, first: bool, classes: Any = None
    ) -> tuple[Any, np.ndarray, Any]:
        """What is trained on, checked; and at first a network for it."""
        for name in ("epochs", "batch_size", "patience"):
            if not getattr(self, name) >= 1:
                raise ValueError(f"{name} is 1 or more; got {getattr(self, name)!r}")
        X, y = validate_data(
            self,
            X,
            y,
            reset=first,
            multi_output=True,
            y_numeric=is_regressor(self),
            **ACCEPTED,
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        y = self._targets(y, first, classes)
        if first:
            self._begin(X)
        if weight is not None:
            used = np.flatnonzero(weight)
            X, y, weight = X[used], y[used], weight[used] / weight[used].mean()
        return X, y, weight

    def _targets(self, y: np.ndarray, first: bool, classes: Any) -> np.ndarray:
        """y as the loss takes it; at first ``n_outputs_`` is read from it."""
        raise NotImplementedError

    # Training ------------------------------------------------------------------------

    def _begin(self, X: Any) -> None:
        """A new network and its optimizer; nothing seen yet."""
        given = self.random_state
        if given is None or isinstance(given, np.random.Generator):
            self._generator = generator_of(given)
        else:
            seed = check_random_state(given).randint(2**31)
            self._generator = np.random.default_rng(seed)
        with drawing_from(self._generator):
            self.module_ = self._built(X.shape[1], X.dtype)
        parameters = self.module_.parameters()
        self._dtype = next(
            (p.dtype for p in parameters if isinstance(p, Tensor)), X.dtype
        )
        self._optimizer = self.optimizer(parameters, lr=self.lr)
        self.n_iter_ = 0
        self.loss_curve_: list[float] = []
        self.validation_loss_curve_: list[float] = []

    def _built(self, n_in: int, dtype: Any) -> Module:
        given, n_out = self.module, self.n_outputs_
        if isinstance(given, Module):
            return deepcopy(given)
        if not callable(given):
            sizes = np.atleast_1d(np.asarray(given, dtype=int))
            return MLP(n_in, [*sizes.tolist(), n_out], dtype=dtype)
        module = given(n_in, n_out)
        if not isinstance(module, Module):
            raise TypeError(
                "the function given as module makes a Module of the numbers of "
                f"features and outputs; it made a {type(module).__name__}"
            )
        return module

    def _set_aside(self, X: Any, y: Any, weight: Any) -> Any:
        """What is trained on, and the examples that only tell when to stop."""
        rows = np.arange(len(y))
        seed = int(self._generator.integers(2**31))
        training, held_out = train_test_split(
            rows,
            test_size=self.validation_fraction,
            stratify=y if y.ndim == 1 else None,
            random_state=seed,
        )
        parts = [
            (X[rows], y[rows], None if weight is None else weight[rows])
            for rows in (training, held_out)
        ]
        return *parts[0], parts[1]

    def _train(self, X: Any, y: Any, weight: Any, held_out: Any) -> None:
        best, best_loss, waited = None, np.inf, 0
        for _ in range(self.epochs):
            self._epoch(X, y, weight)
            told = f"epoch {self.n_iter_}: loss {self.loss_curve_[-1]:.4g}"
            if held_out is not None:
                loss = self._loss_on(*held_out)
                self.validation_loss_curve_.append(loss)
                told += f", held out {loss:.4g}"
                waited = 0 if loss < best_loss - self.tol else waited + 1
                if loss < best_loss:
                    best, best_loss = self.module_.state_dict(), loss
            if self.verbose:
                print(told)
            if waited == self.patience:
                break
        if best is not None:
            self.module_.load_state_dict(best)
        self.module_.eval()

    def _epoch(self, X: Any, y: Any, weight: Any) -> None:
        """All examples once, in a new order."""
        self.module_.train()
        order, total = self._generator.permutation(len(y)), 0.0
        for start in range(0, len(y), self.batch_size):
            rows = order[start : start + self.batch_size]
            part = X[rows], y[rows], None if weight is None else weight[rows]

            def closure(part: Any = part) -> Any:
                self._optimizer.zero_grad()
                loss = self._loss(*part)
                loss.backward(free=True)
                return loss

            total += self._optimizer.step(closure).item() * len(rows)
        self.n_iter_ += 1
        self.loss_curve_.append(total / len(y))
        if not np.isfinite(total):
            raise ValueError(
                f"the loss of epoch {self.n_iter_} is {total / len(y)}: the training "
                "diverged. Make lr smaller, or scale X, as by StandardScaler"
            )

    def _loss(self, X: Any, y: np.ndarray, weight: Any) -> Any:
        loss = self.loss or self._usual_loss()
        out = self._outputs(X)
        if weight is None:
            return loss(out, y)
        each = loss(out, y, reduction="none")
        weight = weight.astype(out.dtype).reshape(-1, *[1] * (each.ndim - 1))
        return ag.mean(each * weight)

    def _loss_on(self, X: Any, y: np.ndarray, weight: Any) -> float:
        """The loss of examples that are not trained on."""
        self.module_.eval()
        with ag.no_grad():
            return float(self._loss(X, y, weight).item())

    def _usual_loss(self) -> Callable[..., Any]:
        raise NotImplementedError

    def _outputs(self, X: Any) -> Any:
        """What the network gives for rows of X, sparse or not: (n, n_outputs)."""
        X = X.toarray() if hasattr(X, "toarray") else X
        out = self.module_(X.astype(self._dtype, copy=False))
        if out.shape == (len(X),) and self.n_outputs_ == 1:
            out = out.reshape(-1, 1)
        if out.shape != (len(X), self.n_outputs_):
            raise ValueError(
                f"the module gave shape {out.shape} for an input of shape {X.shape}; "
                f"expected {(len(X), self.n_outputs_)}"
            )
        return out

    def _predicted(self, X: Any) -> np.ndarray:
        """What the trained network gives: (n, n_features) → (n, n_outputs)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, **ACCEPTED)
        with ag.no_grad():
            starts = range(0, X.shape[0], AT_ONCE)
            parts = [self._outputs(X[i : i + AT_ONCE]).data for i in starts]
        return np.concatenate(parts)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
