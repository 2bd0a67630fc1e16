"""What joins layers: in a row, in a list, by names, around a shortcut."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

from ..module import Module

Step = Callable[..., Any]


class Listed(Module):
    """What a row and a list of modules share: attributes named "0", "1", ….

    So parameters are named as in PyTorch: ``0.weight``.
    """

    def _steps(self) -> dict[str, Any]:
        """The members, by name, in their order: modules, and whatever is numbered."""
        return {
            name: x
            for name, x in vars(self).items()
            if isinstance(x, Module) or name.isdigit()
        }

    def __setattr__(self, name: str, value: Any) -> None:
        if name.isdigit():
            self._check(value)
        super().__setattr__(name, value)

    def _check(self, step: Any) -> None:
        """Raise if this can be no member."""
        if isinstance(step, type) and issubclass(step, Module):
            raise TypeError(
                f"a {type(self).__name__} holds modules; {step.__name__} is a class. "
                f"Make one: {step.__name__}(…)"
            )
        if not callable(step):
            raise TypeError(
                f"a member of a {type(self).__name__} is a module or a function; got "
                f"{step!r}"
            )

    def _renew(self, steps: Iterable[Any]) -> None:
        """Let these be the members, under new numbers."""
        steps = list(steps)
        for step in steps:
            self._check(step)
        for name in self._steps():
            delattr(self, name)
        for i, step in enumerate(steps):
            setattr(self, str(i), step)

    def _place(self, i: Any) -> str:
        """The name of member ``i``, which may count from the end."""
        names, i = list(self._steps()), operator.index(i)
        if not -len(names) <= i < len(names):
            raise IndexError(
                f"index {i} is out of range: this {type(self).__name__} has "
                f"{len(names)} members"
            )
        return names[i]

    def __len__(self) -> int:
        return len(self._steps())

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._steps().values()))

    def __contains__(self, step: Any) -> bool:
        return any(x is step for x in self)

    def __setitem__(self, i: Any, step: Any) -> None:
        setattr(self, self._place(i), step)

    def insert(self, index: int, module: Any) -> Any:
        """Put a member before another, as ``list.insert`` does.

        >>> import nn
        >>> model = nn.Sequential(nn.ReLU())
        >>> model.insert(0, nn.Linear(2, 3))
        Sequential(
          0: Linear(2, 3)
          1: ReLU()
        )
        """
        steps = list(self)
        steps.insert(index, module)
        self._renew(steps)
        return self

    def extend(self, modules: Iterable[Any]) -> Self:
        """Add members at the end.

        >>> import nn
        >>> len(nn.ModuleList().extend([nn.ReLU(), nn.ReLU()]))
        2
        """
        modules = list(modules)
        for module in modules:
            self._check(module)
        for module in modules:
            self.append(module)
        return self

    def append(self, module: Any) -> Self:
        """Add a member at the end.

        >>> import nn
        >>> nn.ModuleList().append(nn.ReLU())
        ModuleList(
          0: ReLU()
        )
        """
        name = str(len(self))
        if name in self._steps():
            raise ValueError(
                f"{name!r} is the name of a member already; use insert(), or name it "
                "by assignment"
            )
        setattr(self, name, module)
        return self

    def pop(self, key: Any) -> Any:
        """Take out a member, and return it.

        >>> import nn
        >>> nn.Sequential(nn.ReLU(), nn.Tanh()).pop(0)
        ReLU()
        """
        step = vars(self)[self._place(key)]
        del self[key]
        return step

    def __delitem__(self, key: Any) -> None:
        if isinstance(key, slice):
            gone = list(self._steps())[key]
        else:
            gone = [self._place(key)]
        numbered = all(name.isdigit() for name in self._steps())
        for name in gone:
            delattr(self, name)
        if numbered:
            self._renew(self)


class Sequential(Listed):
    """x ↦ modules[-1](… modules[0](x)): each takes what the one before returned.

    Any function will do as a step. A dictionary gives the steps names of their own. A
    slice is a Sequential again, of the same steps.

    >>> from collections import OrderedDict
    >>> import numpy as np
    >>> import nn
    >>> model = Sequential(nn.Linear(2, 3), np.tanh, nn.Linear(3, 1))
    >>> model(np.ones((5, 2))).shape
    (5, 1)
    >>> list(model.state_dict())
    ['0.weight', '0.bias', '2.weight', '2.bias']
    >>> Sequential(OrderedDict(first=nn.Linear(2, 3), act=nn.ReLU()))[:1]
    Sequential(
      first: Linear(2, 3)
    )
    """

    def __init__(self, *modules: Any) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                if not isinstance(module, Module) and not str(name).isdigit():
                    raise TypeError(
                        f"a step with a name is a module; {name!r} is {module!r}. Give "
                        "functions without names, one after the other"
                    )
                if isinstance(module, Module) and not str(name).isdigit():
                    self.add_module(name, module)
                else:
                    setattr(self, str(name), module)
        else:
            self._renew(modules)

    def forward(self, input: Any) -> Any:
        """Through every step, in order."""
        for step in self._steps().values():
            input = step(input)
        return input

    def __getitem__(self, i: Any) -> Any:
        if not isinstance(i, slice):
            return vars(self)[self._place(i)]
        return type(self)(dict(list(self._steps().items())[i]))

    def __add__(self, other: Any) -> Sequential:
        if not isinstance(other, Sequential):
            return NotImplemented
        return Sequential(*self, *other)


class ModuleList(Listed):
    """A list of modules: parameters within are found, and named ``0.weight``.

    A plain list does as well; this one has PyTorch's methods.

    >>> import nn
    >>> layers = ModuleList([nn.Linear(2, 3), nn.Linear(3, 1)])
    >>> len(layers), layers[-1]
    (2, Linear(3, 1))
    >>> [name for name, _ in layers.named_parameters()][:2]
    ['0.weight', '0.bias']
    """

    def __init__(self, modules: Iterable[Any] | None = None) -> None:
        self.extend(modules or ())

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return type(self)(list(self)[i])
        return vars(self)[self._place(i)]

    def __iadd__(self, modules: Iterable[Any]) -> Self:
        return self.extend(modules)

    def __add__(self, other: Iterable[Any]) -> ModuleList:
        return ModuleList([*self, *other])


class ModuleDict(Module):
    """Modules by name: parameters within are named ``name.weight``.

    >>> import nn
    >>> layers = ModuleDict({"first": nn.Linear(2, 3), "act": nn.ReLU()})
    >>> layers["act"], "first" in layers, list(layers)
    (ReLU(), True, ['first', 'act'])
    """

    def __init__(self, modules: Any = None) -> None:
        self.update(modules or {})

    def update(self, modules: Any) -> None:
        """Add or replace, from a dictionary or pairs.

        >>> import nn
        >>> layers = ModuleDict()
        >>> layers.update([("act", nn.ReLU())])
        >>> list(layers.items())
        [('act', ReLU())]
        """
        for name, module in dict(modules).items():
            self[name] = module

    def _members(self) -> dict[str, Any]:
        return {name: x for name, x in vars(self).items() if isinstance(x, Module)}

    def __getitem__(self, name: str) -> Any:
        return self._members()[name]

    def __setitem__(self, name: str, module: Any) -> None:
        if not isinstance(name, str) or not name or "." in name:
            raise ValueError(f"a module's name is a text without dots; got {name!r}")
        if hasattr(type(self), name):
            raise ValueError(f"{name!r} is an attribute of every ModuleDict; rename it")
        if not isinstance(module, Module):
            raise TypeError(f"a ModuleDict holds modules; {name!r} is {module!r}")
        setattr(self, name, module)

    def __delitem__(self, name: str) -> None:
        self._members()[name]  # raises KeyError
        delattr(self, name)

    def __len__(self) -> int:
        return len(self._members())

    def __iter__(self) -> Iterator[str]:
        return iter(self._members())

    def __contains__(self, name: object) -> bool:
        return name in self._members()

    def keys(self) -> Iterable[str]:
        """The names.

        >>> import nn
        >>> list(ModuleDict({"act": nn.ReLU()}).keys())
        ['act']
        """
        return self._members().keys()

    def values(self) -> Iterable[Any]:
        """The modules.

        >>> import nn
        >>> list(ModuleDict({"act": nn.ReLU()}).values())
        [ReLU()]
        """
        return self._members().values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Pairs of both.

        >>> import nn
        >>> list(ModuleDict({"act": nn.ReLU()}).items())
        [('act', ReLU())]
        """
        return self._members().items()

    def pop(self, key: str) -> Any:
        """Take out a module, and return it.

        >>> import nn
        >>> ModuleDict({"act": nn.ReLU()}).pop("act")
        ReLU()
        """
        module = self[key]
        del self[key]
        return module

    def clear(self) -> None:
        """Take out all.

        >>> import nn
        >>> layers = ModuleDict({"act": nn.ReLU()})
        >>> layers.clear()
        >>> len(layers)
        0
        """
        for name in self._members():
            del self[name]


class Residual(Module):
    """x ↦ x + module(x): a shortcut around it. He et al. (2015), arXiv:1512.03385.

    Raises:
        ValueError: the result has another shape than the input.

    >>> import nn, numpy as np
    >>> Residual(np.square)(np.array([3.0]))
    array([12.])
    >>> Residual(nn.Linear(2, 2))(np.ones((5, 2))).shape
    (5, 2)
    """

    def __init__(self, module: Step) -> None:
        self.module = module

    def forward(self, input: Any, *args: Any, **kwargs: Any) -> Any:
        """(…) → (…)."""
        y = self.module(input, *args, **kwargs)
        if y.shape != input.shape:
            raise ValueError(
                f"a shortcut needs a module that keeps the shape; {input.shape} became "
                f"{y.shape}"
            )
        return input + y
