"""Optimizer: what every update rule shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from sys import getrefcount
from typing import Any, ClassVar, TypeVar

import numpy as np

from autograd import Node, Tensor, Value
from autograd.core.context import recording

from ..parameter import forget
from . import states, traced
from .cells import State
from .flat import Flat, FlatTensors, FlatValues, gather
from .settings import (
    Settings,
    check_known,
    check_range,
    chosen,
    settings_of,
    signature_of,
)

Rule = TypeVar("Rule", bound=Callable[..., None])
NO_SETTINGS = ("param_groups", "defaults", "steps")
PLAIN = {float, int, bool, tuple, str, type(None)}  # settings that are what they are


class Optimizer:
    """Updates parameters from their gradients; subclasses define ``update``.

    Takes leaf Tensors and Values in any mixture. A parameter whose ``.grad`` is None is
    skipped: it keeps its value and its state. Tensors of one dtype are kept in one flat
    array, into which their ``.data`` become views.

    The settings are the keyword arguments of ``update``. Groups of parameters may have
    their own: give dictionaries, ``[{"params": …, "lr": 0.1}, {"params": …}]``. As an
    attribute, ``optimizer.lr``, a setting is that of all groups. It may change between
    steps, and a function is called with the number of steps taken so far, before each:
    a schedule.

    Attributes:
        param_groups: a dictionary for each group: its "params", and its settings.
        steps: how many steps have been taken.

    Raises:
        TypeError: what is given holds something else than leaf Tensors and Values, or
            there is no setting of that name.
        ValueError: there are no parameters, or one is in two groups, or a setting is
            out of its range.

    >>> import autograd as ag
    >>> class NormalizedDescent(Optimizer):
    ...     def update(self, p, g, state, lr=1.0):
    ...         p -= lr * g / np.linalg.norm(g)
    >>> x = ag.tensor([3.0, -4.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> NormalizedDescent([x]).step()
    >>> x.data
    array([ 2.4, -3.2])
    """

    _settings: ClassVar[Settings] = {}  # of the class: names and defaults
    param_groups: list[dict[str, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._settings = settings_of(cls.update, cls._settings)
        ours = cls.__init__ is Optimizer.__init__
        cls.__signature__ = (  # type: ignore[attr-defined]
            signature_of(cls._settings) if ours else None  # what __init__ itself says
        )

    def __init__(self, params: Iterable[Any], *args: Any, **settings: Any) -> None:
        vars(self)["param_groups"] = []
        self.defaults = chosen(type(self), self._settings, args, settings)
        self.steps = 0
        self._flats: list[list[Flat]] = []  # by group
        self._members: list[tuple[Any, ...]] = []
        self._checked: list[Settings] = []  # what the settings of each group last were
        self._alone = False  # whether this may be a copy that left its model behind
        if not isinstance(params, Iterable) or isinstance(params, (Node, Mapping, set)):
            raise TypeError(
                f"{type(self).__name__} needs an iterable of parameters, such as "
                f"model.parameters(); got {type(params).__name__}"
            )
        members = list(params)
        if not members:
            raise ValueError(f"{type(self).__name__} got no parameters to update")
        in_groups = all(isinstance(x, Mapping) for x in members)
        for group in members if in_groups else [{"params": members}]:
            self.add_param_group(group)

    @property
    def parameters(self) -> list[Any]:
        """What is updated, each once, group by group."""
        return [p for group in self.param_groups for p in group["params"]]

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Update more parameters, with settings of their own.

        >>> x, y = Value(1.0), Value(2.0)
        >>> optimizer = Optimizer([x])
        >>> optimizer.add_param_group({"params": [y]})
        >>> optimizer.parameters
        [Value(data=1, grad=None), Value(data=2, grad=None)]
        """
        if not isinstance(param_group, Mapping):
            raise TypeError(
                'a group of parameters is a dictionary {"params": [...], ...}; got '
                f"{type(param_group).__name__}"
            )
        if "params" not in param_group:
            raise ValueError('a group of parameters needs "params": a list of them')
        given = {name: x for name, x in param_group.items() if name != "params"}
        check_known(type(self), self._settings, given)
        settings = {**self.defaults, **given}
        params = param_group["params"]
        params = (params,) if isinstance(params, Node) else params
        if not isinstance(params, Iterable) or isinstance(params, (Mapping, set)):
            raise TypeError(
                f'a group\'s "params" are an iterable of parameters, in order; got '
                f"{type(params).__name__}"
            )
        listed = [(_kind(p), p) for p in params]
        params = tuple(dict.fromkeys(p for _, p in listed))
        kinds: dict[Any, dict[Any, None]] = {}  # dictionaries: each once, in order
        for kind, p in listed:
            kinds.setdefault(kind, {})[p] = None
        if not params:
            raise ValueError(f"{type(self).__name__} got no parameters to update")
        if not set(params).isdisjoint(self.parameters):
            raise ValueError("a parameter is in two groups, and would be updated twice")
        now = self._evaluated(settings)
        self.check(params, now)
        together = getattr(self.update, "elementwise", False)
        self.param_groups.append({"params": params, **settings})
        self._members.append(params)
        self._checked.append(now)
        self._flats.append(
            [
                (FlatValues if kind is Value else FlatTensors)(list(members), together)
                for kind, members in kinds.items()
            ]
        )

    def check(self, params: tuple[Any, ...], settings: Settings) -> None:
        """Raise if these parameters cannot be updated with these settings.

        It is asked before anything changes. By names, such as lr, the usual ranges are
        checked here.
        """
        for name, value in settings.items():
            check_range(name, value)

    # Settings, as attributes ---------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        groups = vars(self).get("param_groups", ())
        if name not in self._settings or not groups:
            kind = type(self).__name__
            raise AttributeError(f"{kind!r} object has no attribute {name!r}")
        first, *others = [group[name] for group in groups]
        if any(other != first for other in others):
            raise AttributeError(
                f"the groups of this {type(self).__name__} differ in {name}: "
                f"{', '.join(map(repr, [first, *others]))}; see param_groups"
            )
        return first

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._settings:
            super().__setattr__(name, value)
            return
        for group in self.param_groups:
            self.check(group["params"], self._evaluated({**group, name: value}))
        for group in self.param_groups:
            group[name] = value
        self.defaults[name] = value

    def _evaluated(self, group: Mapping[str, Any]) -> Settings:
        """The settings of a group, functions called, NumPy's numbers as Python's.

        Those would widen float32.
        """
        now = {name: group[name] for name in self._settings}
        if PLAIN.issuperset(map(type, now.values())):
            return now
        for name, value in now.items():
            if callable(value):
                value = value(self.steps)
            if isinstance(value, (Tensor, Value)):
                value = np.asarray(value.detach().data)
            if isinstance(value, (np.generic, np.ndarray)) and value.size == 1:
                value = value.item()
            now[name] = value
        return now

    # Steps ---------------------------------------------------------------------------

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; return what the closure does.

        A ``closure`` is called first: it computes the gradients, and returns the loss.

        Graphs that used the old values notice: a ``backward()`` through one of them
        afterwards raises where it would need a value that is gone.
        """
        loss = None if closure is None else closure()
        tracing = recording.get().tracing
        if tracing is not None:
            traced.step(self, tracing)
            return loss
        settings = self._settings_now()
        if self._alone:
            self._check_not_alone()
        update = self.update
        for flats, now, presents in zip(self._flats, settings, gather(self._flats)):
            for flat, present in zip(flats, presents):
                for p, g, state in flat.parts(present):
                    state["step"] += 1
                    update(p, g, state, **now)
                flat.hand_back(present)
        vars(self)["steps"] += 1
        return loss

    def _settings_now(self) -> list[Settings]:
        """The settings of each group for the next step, checked if they changed."""
        members = [group["params"] for group in self.param_groups]
        if [*map(id, members)] != [*map(id, self._members)]:
            raise ValueError(
                "the parameters in param_groups were replaced; add some with "
                "add_param_group(), or make a new optimizer"
            )
        settings = [self._evaluated(group) for group in self.param_groups]
        if not _same(settings, self._checked):
            for group, now in zip(self.param_groups, settings):
                self.check(group["params"], now)
            self._checked = settings
        return settings

    def update(self, p: np.ndarray, g: np.ndarray, state: State) -> None:
        """Change the parameter ``p`` in place, by its gradient ``g``.

        Both are arrays of the parameter's own shape, () for a Value; ``g`` is not to be
        written. ``state`` is this parameter's own dictionary, and kept: its "step" is
        the number of this update, from 1; all else is the rule's. The keyword arguments
        of a rule are its settings.
        """
        raise NotImplementedError(f"{type(self).__name__} has no update()")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients: every parameter's ``.grad`` becomes None, or zero.

        >>> import autograd as ag
        >>> x = ag.tensor(1.0, requires_grad=True)
        >>> (x * x).backward()
        >>> Optimizer([x]).zero_grad()
        >>> x.grad is None
        True
        """
        for group in self.param_groups:
            forget(group["params"], set_to_none)

    # State ---------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that a training needs to go on to the bit, as PyTorch lays it.

        "state" has what the rule keeps of each parameter, by its number; "param_groups"
        the settings, and the numbers of the parameters; "steps" how many were taken;
        "kind" whose it is. Of a schedule it holds the present number, or what its own
        ``state_dict()`` says.

        >>> x = Value(1.0)
        >>> list(Optimizer([x]).state_dict())
        ['kind', 'state', 'param_groups', 'steps']
        """
        return states.saved(self)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from a state: also from one that PyTorch's optimizer of that name made.

        The parameters are found by their number. A setting that is a schedule here
        remains one, and goes on from the step of the state.

        Raises:
            ValueError: the state is of another optimizer, or of parameters of another
                number or shape. All is listed, and nothing has been loaded.

        >>> x, y = Value(1.0), Value(1.0)
        >>> Optimizer([x]).load_state_dict(Optimizer([y]).state_dict())
        """
        states.load(self, state_dict)

    def restored(self, p: Any, state: Mapping[str, Any]) -> State:
        """What to keep of ``p`` after a state is loaded; or raise ValueError.

        It is asked before anything changes. What a rule keeps are numbers, and arrays
        of the parameter's shape. One that keeps others overrides this.

        >>> x = Value(1.0)
        >>> Optimizer([x]).restored(x, {"step": 3, "sum": np.ones(2)})
        Traceback (most recent call last):
            ...
        ValueError: sum: expected shape (); got (2,)
        """
        return states.restored(p, state)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_alone": True}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)

    def _check_not_alone(self) -> None:
        """Refuse to train copies of parameters that no model uses.

        A copy of an optimizer holds copies of the parameters: those of the copied
        model, if both were copied together, and else ones that nobody looks at.
        """
        ours = 3  # the group, the flat, and the call that counts
        if all(
            getrefcount(group["params"][i]) <= ours
            for group in self.param_groups
            for i in range(len(group["params"]))
        ):
            raise ValueError(
                f"this {type(self).__name__} was copied or unpickled without its "
                "model, and would train parameters that nothing else uses. Copy both "
                "at once, as a pair; or make a new one with model.parameters(), and "
                "give it the old one's state: new.load_state_dict(old.state_dict())"
            )
        self._alone = False

    def __repr__(self) -> str:
        shown: dict[str, Any] = {}
        for name in self._settings:
            each = [group[name] for group in self.param_groups]
            shown[name] = each[0] if all(x == each[0] for x in each) else each
        for name, value in vars(self).items():
            if not name.startswith("_") and name not in NO_SETTINGS:
                shown.setdefault(name, value)
        settings = ", ".join(f"{name}={value!r}" for name, value in shown.items())
        return f"{type(self).__name__}({settings})"


def elementwise(update: Rule) -> Rule:
    """Say of an ``update`` that it works on each element by itself.

    It is then called with parameters of equal history end to end, as arrays of shape
    (n,): a few calls, however many parameters there are. Complex numbers are pairs of
    reals. Arrays of that shape in the state belong to the elements, too. A subclass
    that overrides the rule says it anew, or gets its parameters one at a time.

    >>> class SignDescent(Optimizer):
    ...     @elementwise
    ...     def update(self, p, g, state, lr=0.5):
    ...         p -= lr * np.sign(g)
    >>> x, y = Value(1.0), Value(-2.0)
    >>> (x * y).backward()
    >>> SignDescent([x, y]).step()
    >>> x.data, y.data
    (1.5, -2.5)
    """
    update.elementwise = True  # type: ignore[attr-defined]
    return update


def kept(state: State, name: str, like: np.ndarray, value: float = 0.0) -> np.ndarray:
    """What a rule keeps under a name: at first an array like another, of one value.

    >>> state = {}
    >>> kept(state, "sum", np.ones(2)).tolist(), list(state)
    ([0.0, 0.0], ['sum'])
    """
    array = state.get(name, value)
    if not hasattr(array, "dtype"):  # a number, too, that was loaded from text
        array = state[name] = np.full(like.shape, array, like.dtype)
    return array


def _same(one: list[Settings], other: list[Settings]) -> bool:
    try:
        return one == other
    except ValueError:  # of arrays, which are looked at again
        return False


def _kind(p: Any) -> Any:
    """What is updated together: Values, and the Tensors of each dtype."""
    if not isinstance(p, (Tensor, Value)) or p.op is not None:
        what = f"the result of {p.op.name}" if isinstance(p, Node) else type(p).__name__
        raise TypeError(
            f"an optimizer updates leaf Tensors and Values; got {what}. Pass them in "
            "one list, as model.parameters() gives it, without names; or groups, "
            'dictionaries such as {"params": [p, q], "lr": 0.1}'
        )
    return Value if isinstance(p, Value) else p.data.dtype
