"""What networks as scikit-learn's estimators share: settings, and training."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from operator import index
from typing import Any

import numpy as np

import autograd as ag
from autograd import Tensor

from ..data import DataLoader
from ..layers.basic import MLP
from ..module import Module
from ..optim import Adam
from ..random import drawing_from, generator_of
from .fit import fit
from .rows import Rows
from .training import Training

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
    aside; training ends when their loss has not fallen for ``patience`` epochs, and the
    best weights are kept. ``random_state`` decides on weights,
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
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Train a new network: X (n, n_features), y (n,) or (n, n_outputs)."""
        with undone(self):
            columns = self._examples(X, y, sample_weight, first=True)
            with drawing_from(self._generator):
                held_out = None
                if self.early_stopping:
                    columns, held_out = self._set_aside(*columns)
                self._train(columns, held_out, self.epochs)
        return self

    def _one_epoch(self, X: Any, y: Any, sample_weight: Any, classes: Any) -> Any:
        """What ``partial_fit`` does."""
        first = not hasattr(self, "module_")
        with undone(self):
            columns = self._examples(X, y, sample_weight, first, classes)
            with drawing_from(self._generator):
                self._train(columns, None, epochs=1)
        return self

    def _examples(
        self, X: Any, y: Any, sample_weight: Any, first: bool, classes: Any = None
    ) -> tuple[Any, ...]:
        """X, y and weights if there are any, checked; and at first a network."""
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
        columns = [X, self._targets(y, first, classes)]
        if sample_weight is not None:
            weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
            used = np.flatnonzero(weight)
            columns = [x[used] for x in (*columns, weight / weight[used].mean())]
        if first:
            self._begin(X)
        return tuple(columns)

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
            self.module_ = self._built(X.shape[1], X.dtype).eval()
        parameters = self.module_.parameters()
        self._dtype = next(
            (p.dtype for p in parameters if isinstance(p, Tensor)), X.dtype
        )
        if not callable(self.optimizer):
            raise TypeError(
                "optimizer is a class such as nn.optim.Adam, or a functools.partial of "
                f"one; got {self.optimizer!r}"
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
            return MLP(n_in, [*sizes_of(given), n_out], dtype=dtype)
        module = given(n_in, n_out)
        if not isinstance(module, Module):
            raise TypeError(
                "the function given as module makes a Module of the numbers of "
                f"features and outputs; it made a {type(module).__name__}"
            )
        return module

    def _set_aside(self, *columns: Any) -> list[tuple[Any, ...]]:
        """What is trained on, and the examples that only tell when to stop."""
        y = columns[1]
        parts = train_test_split(
            np.arange(len(y)),
            test_size=self.validation_fraction,
            stratify=y if y.ndim == 1 else None,
            random_state=int(self._generator.integers(2**31)),
        )
        return [tuple(column[rows] for column in columns) for rows in parts]

    def _train(self, columns: tuple[Any, ...], held_out: Any, epochs: int) -> None:
        """``nn.fit``, on rows of X, of y and perhaps weights."""
        history = fit(
            self.module_,
            self._loader(columns, shuffle=True),
            loss=self._loss,
            optimizer=self._optimizer,
            epochs=epochs,
            validation=held_out and self._loader(held_out, shuffle=False),
            patience=self.patience if held_out else None,
            callbacks=[tell] if self.verbose else [],
            progress=False,
        )
        self.n_iter_ += history.epochs
        self.loss_curve_ += history["loss"]
        self.validation_loss_curve_ += history["val_loss"] if held_out else []

    def _loader(self, columns: tuple[Any, ...], shuffle: bool) -> DataLoader:
        rows = Rows(columns, self._dtype)
        size = min(self.batch_size, len(rows))
        return DataLoader(
            rows, batch_size=size, shuffle=shuffle, generator=self._generator
        )

    def _loss(self, out: Any, y: np.ndarray, weight: Any = None) -> Any:
        loss, out = self.loss or self._usual_loss(), self._checked(out, len(y))
        if weight is None:
            return loss(out, y)
        if isinstance(loss, Module):
            raise TypeError(
                f"with weights the loss of each example is needed, and {loss} has its "
                "own reduction: give a function that takes one, such as "
                "nn.functional.cross_entropy"
            )
        each = loss(out, y, reduction="none")
        weight = weight.astype(out.dtype).reshape(-1, *[1] * (each.ndim - 1))
        return ag.mean(each * weight)

    def _checked(self, out: Any, n: int) -> Any:
        """What the network gave for so many examples: (n, n_outputs)."""
        if out.shape == (n,) and self.n_outputs_ == 1:
            return out.reshape(-1, 1)
        if out.shape != (n, self.n_outputs_):
            raise ValueError(
                f"the module gave shape {out.shape} for {n} examples; expected "
                f"{(n, self.n_outputs_)}"
            )
        return out

    def _usual_loss(self) -> Callable[..., Any]:
        raise NotImplementedError

    def _predicted(self, X: Any) -> np.ndarray:
        """What the trained network gives: (n, n_features) → (n, n_outputs)."""
        check_is_fitted(self, "module_")
        X = validate_data(self, X, reset=False, **ACCEPTED)
        rows, found = Rows((X,), self._dtype), []
        with ag.no_grad():
            for (x,) in DataLoader(rows, batch_size=AT_ONCE):
                found.append(self._checked(self.module_(x), len(x)).data)
        return np.concatenate(found)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


@contextmanager
def undone(estimator: Any) -> Iterator[None]:
    """After an error in this block the estimator is what it was before."""
    before = {
        name: list(x) if isinstance(x, list) else x
        for name, x in vars(estimator).items()
    }
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


def sizes_of(module: Any) -> list[int]:
    """The sizes of hidden layers, or of one.

    >>> sizes_of(64), sizes_of((64, 32))
    ([64], [64, 32])
    """
    try:
        sizes = [index(size) for size in (module if np.iterable(module) else [module])]
    except TypeError:
        sizes = [0]
    if any(size < 1 for size in sizes):
        raise ValueError(
            "module is the sizes of hidden layers, each 1 or more, a Module, or a "
            f"function that makes one; got {module!r}"
        )
    return sizes


def tell(run: Training) -> None:
    """Print the newest epoch of a training."""
    row = {name: column[-1] for name, column in run.history.items()}
    held_out = f", held out {row['val_loss']:.4g}" if "val_loss" in row else ""
    print(f"epoch {row['epoch']}: loss {row['loss']:.4g}{held_out}")
