"""DataLoader: examples in batches, in an order drawn anew in every epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from ..elsewhere import with_options
from ..random import Seed, generator_of
from .ahead import made_ahead
from .arguments import checked_numbers, whole
from .epoch import Epoch, chances_of
from .sets import Columns, as_dataset, listed

Batch = tuple[Any, ...]
Augment = Callable[[Any, np.random.Generator], Any]
Collate = Callable[[list[Any]], Any]


class DataLoader:
    """Batches of examples: iterate once for an epoch, len() is the number of batches.

    Takes arrays of equal length (examples along the first axis), or one dataset, an
    object with ``len`` and ``[i]`` whose examples are numbers, arrays, or tuples of
    them. Always yields tuples of arrays, also of one: ``for (x,) in loader``.
    Unshuffled batches of arrays are views: copy before writing into them.

    The order. ``shuffle`` draws a new one for each epoch from ``generator``: a NumPy
    Generator, a seed (which gives the same sequence of epochs each time), or None for
    nn's own. ``weights``, one for each example, draws as many with replacement, each as
    likely as its weight says. ``sampler`` gives the numbers of the examples of an epoch
    itself: an array, or what has ``len`` and is iterated for each. ``drop_last`` leaves
    out a last batch that is not full.

    The batch. ``collate(list of examples)`` makes it, instead of stacking arrays.
    ``augment(x, generator)`` changes its first array, with a generator of the batch's
    own (``nn.data.shift`` and its kin). ``prefetch`` makes so many batches ahead in a
    thread; what fails there fails in the loop, when its batch is due.

    ``state_dict()``, also in the middle of an epoch, has what a loader made alike needs
    to go on with, to the bit: its next iteration is the rest of that epoch, the batches
    that the newest iteration had not handed out. Iterations at once do not disturb each
    other.

    Raises:
        TypeError: the data are neither arrays nor one dataset; a size, number or
            weight is of a wrong kind.
        ValueError: the arrays differ in length; there is no example, or with
            ``drop_last`` no batch; more than one order is asked for; weights are not
            one for each example, finite, not negative, and some positive.
        IndexError: a sampler gives a number that no example has.

    >>> import numpy as np
    >>> x, y = np.arange(10.0).reshape(5, 2), np.arange(5)
    >>> loader = DataLoader(x, y, batch_size=2, shuffle=True, generator=0)
    >>> len(loader)
    3
    >>> [labels.tolist() for _, labels in loader]
    [[2, 4], [3, 0], [1]]
    """

    @with_options
    def __init__(
        self,
        *data: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        generator: Seed = None,
        drop_last: bool = False,
        sampler: Iterable[int] | None = None,
        weights: Any = None,
        collate: Collate | None = None,
        augment: Augment | None = None,
        prefetch: int = 0,
    ) -> None:
        self.dataset = as_dataset(*data)
        self.n_examples = len(self.dataset)
        if not self.n_examples:
            raise ValueError("a DataLoader needs data; there is no example in these")
        self.batch_size = whole("batch_size", batch_size, 1)
        self.prefetch = whole("prefetch", prefetch)
        self.shuffle, self.drop_last = bool(shuffle), bool(drop_last)
        self.collate, self.augment = collate, augment
        for name, given in ("collate", collate), ("augment", augment):
            if given is not None and not callable(given):
                raise TypeError(f"{name} is a function; got {given!r}")
        if self.shuffle + (sampler is not None) + (weights is not None) > 1:
            raise ValueError("one of shuffle, sampler and weights decides on the order")
        if isinstance(sampler, (np.ndarray, list, tuple)):
            sampler = checked_numbers("sampler", sampler, self.n_examples)
        self.sampler: Any = sampler
        self.chances = None if weights is None else chances_of(weights, self.n_examples)
        self.generator = generator_of(generator) if generator is not None else None
        self._newest: Epoch | None = None
        self._resumed: Epoch | None = None
        if not _has_length(sampler):
            raise TypeError(
                "sampler has a len(), and is iterated for each epoch; got "
                f"{type(sampler).__name__}. list(sampler) has both"
            )
        if not self._length():
            raise ValueError("sampler gives numbers of examples; this one has none")
        if not len(self):
            raise ValueError(
                f"there is no full batch of {batch_size} in {self._length()} examples, "
                "and drop_last leaves out any other; say drop_last=False, or a smaller "
                "batch_size"
            )

    def _length(self) -> int:
        """How many examples an epoch has."""
        return self.n_examples if self.sampler is None else len(self.sampler)

    def __len__(self) -> int:
        whole, rest = divmod(self._length(), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Batch]:
        epoch, self._resumed = self._resumed or self._epoch(), None
        self._newest = epoch
        return self._batches(epoch)

    def restart(self) -> None:
        """Let the next iteration be a new epoch, and the state be of none.

        What was begun, as to look at one batch, is not gone on with.

        >>> loader = DataLoader(range(4))
        >>> first = next(iter(loader))
        >>> "done" in loader.state_dict()
        True
        >>> loader.restart()
        >>> "done" in loader.state_dict()
        False
        """
        self._newest = self._resumed = None

    def _epoch(self) -> Epoch:
        """A new epoch: its order, and the seed of its batches if they need one."""
        return Epoch(self._order(), self._seed())

    def _order(self) -> np.ndarray | None:
        n = self.n_examples
        if self.shuffle:
            return generator_of(self.generator).permutation(n)
        if self.chances is not None:
            return generator_of(self.generator).choice(n, n, p=self.chances)
        if self.sampler is None or isinstance(self.sampler, np.ndarray):
            return self.sampler
        order = checked_numbers("sampler", list(self.sampler), n)
        if len(order) != self._length():
            raise ValueError(
                f"sampler has a len() of {self._length()}; it gave {len(order)} numbers"
            )
        return order

    def _seed(self) -> int:
        if self.augment is None:
            return 0
        return int(generator_of(self.generator).integers(2**63))

    def _batches(self, epoch: Epoch) -> Iterator[Batch]:
        def make(i: int) -> Batch:
            return self._made(epoch, i)

        for batch in made_ahead(make, range(epoch.done, len(self)), self.prefetch):
            epoch.done += 1
            yield batch
        if self._newest is epoch:
            self._newest = None

    def _made(self, epoch: Epoch, i: int) -> Batch:
        """Batch number i of an epoch, which nothing but these decides on."""
        which: slice | np.ndarray = slice(
            i * self.batch_size, (i + 1) * self.batch_size
        )
        if epoch.order is not None:
            which = epoch.order[which]
        batch: Batch | Columns
        if self.collate is None:
            batch = self.dataset.examples(which)
        else:
            made = self.collate(listed(self.dataset, which))
            batch = made if isinstance(made, tuple) else (made,)
        if self.augment is not None:
            drawing = np.random.default_rng([epoch.seed, i])
            batch = (_augmented(batch[0], self.augment, drawing), *batch[1:])
        return batch

    def state_dict(self) -> dict[str, Any]:
        """Where the newest iteration is, its order, and the state of the generator.

        Plain: numbers, strings, arrays, and dicts of them. ``load_state_dict`` of a
        loader of the same data and settings takes it.

        >>> import numpy as np
        >>> x = np.arange(6)
        >>> loader = DataLoader(x, batch_size=2, shuffle=True, generator=0)
        >>> first = next(batches := iter(loader))
        >>> state = loader.state_dict()
        >>> other = DataLoader(x, batch_size=2, shuffle=True, generator=1)
        >>> other.load_state_dict(state)
        >>> rest = [batch.tolist() for (batch,) in batches]
        >>> [batch.tolist() for (batch,) in other] == rest
        True
        """
        state = self._settings()
        epoch = self._resumed or self._newest
        if epoch is not None:
            state |= epoch.state(self.n_examples)
        if self._draws():
            state["generator"] = generator_of(self.generator).bit_generator.state
        if hasattr(self.sampler, "state_dict"):
            state["sampler"] = self.sampler.state_dict()
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where the loader was that gave this state.

        The next iteration is the rest of its epoch, if it was within one; it has no
        batch if all had been handed out and the loop had not ended. The generator,
        nn's own where the loader has none, gets the state that it then had.

        Raises:
            KeyError, ValueError: the state is of other data or settings; nothing
                changed.
        """
        here = self._settings()
        if not isinstance(state, Mapping) or not set(here) <= set(state):
            got = ", ".join(map(str, state)) if isinstance(state, Mapping) else state
            raise ValueError(f"the state of a loader has {', '.join(here)}; got {got}")
        there = {name: type(x)(state[name]) for name, x in here.items()}
        if here != there:
            raise ValueError(
                f"this loader has {here}; the state is of one with {there}"
            )
        epoch = None
        if "done" in state:
            ordered = self._shuffles() or self.sampler is not None
            length = self._length() if ordered else 0
            epoch = Epoch.of(state, self.n_examples, length, len(self))
        bits = generator_of(self.generator).bit_generator
        before = bits.state
        try:
            if self._draws():
                bits.state = state["generator"]
            if hasattr(self.sampler, "load_state_dict"):
                self.sampler.load_state_dict(state["sampler"])
        except BaseException:
            bits.state = before
            raise
        self._resumed, self._newest = epoch, None

    def _settings(self) -> dict[str, Any]:
        """What a loader that goes on must have in common with this one."""
        orders = {
            "shuffle": self.shuffle,
            "weights": self.chances is not None,
            "sampler": self.sampler is not None,
        }
        return {
            "examples": self.n_examples,
            "batch_size": self.batch_size,
            "batches": len(self),
            "order_by": next((name for name, by in orders.items() if by), "data"),
        }

    def _shuffles(self) -> bool:
        return self.shuffle or self.chances is not None

    def _draws(self) -> bool:
        return self._shuffles() or self.augment is not None


def _augmented(x: Any, augment: Augment, drawing: np.random.Generator) -> Any:
    """What augment makes of a batch; of a copy, if it could write into the data."""
    if isinstance(x, np.ndarray) and x.base is not None:
        x = x.copy()
    made = augment(x, drawing)
    given = len(made) if hasattr(made, "__len__") else repr(made)
    if given != len(x):
        raise ValueError(
            f"augment gives as many examples as it gets; {len(x)} became {given}"
        )
    return made


def _has_length(sampler: Any) -> bool:
    return sampler is None or hasattr(sampler, "__len__")
