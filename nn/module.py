"""Module: an object whose parameters are found by walking its attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from reprlib import recursive_repr
from typing import Any, Self

import numpy as np

from autograd import Tensor
from autograd.core.context import recording

from .elsewhere import METHODS, Elsewhere
from .faults import check_arrays, note
from .hooks import Handle, Hooks
from .parameter import Buffer, forget, handed_on, is_buffer, is_parameter
from .plain import plain
from .restoring import preserved, standing_in
from .state import Unmatched, load, saved
from .walking import (
    Part,
    children,
    distinct,
    inside_out,
    is_module,
    named,
    walk,
)


class Module(Part):
    """A part of a network: attributes hold what it is made of, ``forward`` uses them.

    Attributes are plain: assign Parameters, Buffers, Values, other modules, and lists,
    tuples or dictionaries of them, in any order, at any time. Names follow the
    attributes: ``layers.0.weight``. What is assigned in place of a Buffer becomes one.
    There is no ``super().__init__()`` to call, and no name is forbidden: after
    ``self.parameters = …`` you cannot call that method of this module, but
    ``zero_grad()``, ``eval()`` and the rest go on.

    Attributes:
        training: True until ``eval()``, for modules that behave differently then.

    >>> import nn
    >>> class Scale(nn.Module):
    ...     def __init__(self):
    ...         self.factor = nn.Parameter(3.0)
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> scale = Scale()
    >>> scale(2.0).item()
    6.0
    >>> [name for name, _ in scale.named_parameters()]
    ['factor']
    """

    training = True
    _hooks: Hooks | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """``forward(...)``, with every node made inside marked as this module's.

        An error has a note that says where in the model this module is.
        """
        context = recording.get()
        link: tuple[Any, ...] = (context.scope, self)
        if context.scope is None:  # what was given is told from constants, by drawings
            named = {name: plain(x) for name, x in kwargs.items()}
            link = (None, self, tuple(map(plain, args)), named)
        if context.tracing is not None:
            context.tracing.module(self)
        token = recording.set(context.within(link))
        try:
            if self._hooks is None:
                return self.forward(*args, **kwargs)
            return self._hooks.run(self, args, kwargs)
        except Exception as error:
            note(error, self, context.scope)
            if isinstance(error, AttributeError):
                check_arrays(self, error, [*args, *kwargs.values()])
            raise
        finally:
            recording.reset(token)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; what takes the place of a Buffer is one.

        Raises:
            TypeError: something else would take the place of a Parameter, which would
                not be trained any more. Write into its ``.data``; or assign another
                Parameter, or None.
        """
        before = vars(self).get(name)
        if type(before) is Tensor and value is not before:
            value = handed_on(before, name, value)
        object.__setattr__(self, name, value)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every module defines its own."""
        raise NotImplementedError(
            f"{type(self).__name__} has no forward(); define what it computes there"
        )

    # What it is made of --------------------------------------------------------------

    def parameters(self) -> list[Any]:
        """What is trained: each Parameter and each tracked Value once, in order.

        >>> import nn
        >>> [p.shape for p in nn.Linear(2, 3).parameters()]
        [(3, 2), (3,)]
        """
        return distinct(self, is_parameter)

    def named_parameters(self) -> Iterator[tuple[str, Any]]:
        """Each parameter once, under the first name that leads to it.

        Raises:
            ValueError: two have one name, as by the keys 1 and "1" of a dictionary.

        >>> import nn
        >>> [name for name, _ in nn.Sequential(nn.Linear(2, 3)).named_parameters()]
        ['0.weight', '0.bias']
        """
        return iter(named(walk(self), is_parameter).items())

    def buffers(self) -> list[Tensor]:
        """The state that is not trained, each Buffer once.

        >>> import nn
        >>> module = nn.Module()
        >>> module.mean = nn.Buffer([0.0])
        >>> module.buffers()
        [Tensor([0.], dtype=float32)]
        """
        return distinct(self, is_buffer)

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """Each buffer once, under the first name that leads to it.

        >>> import nn
        >>> module = nn.Module()
        >>> module.means = [nn.Buffer([0.0]), nn.Buffer([1.0])]
        >>> [name for name, _ in module.named_buffers()]
        ['means.0', 'means.1']
        """
        return iter(named(walk(self), is_buffer).items())

    def modules(self) -> list[Module]:
        """This module and all within it, each once.

        >>> import nn
        >>> nn.Sequential(nn.ReLU()).modules()[1:]
        [ReLU()]
        """
        return distinct(self, is_module)

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module, named ``""``, and all within it, each once.

        >>> import nn
        >>> list(nn.Sequential(nn.ReLU()).named_modules())[1:]
        [('0', ReLU())]
        """
        return iter(named(walk(self), is_module).items())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly within this one, each once.

        >>> import nn
        >>> list(nn.MLP(2, [3, 1]).named_children())[1]
        ('layers.1', Layer(3, 1))
        """
        seen = set()
        for name, module in children(self):
            if id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def children(self) -> list[Module]:
        """The modules directly within this one, each once.

        >>> import nn
        >>> nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh())).children()[0]
        ReLU()
        """
        return [module for _, module in Module.named_children(self)]

    def get_submodule(self, target: str) -> Module:
        """The module of that name, such as "layers.0"; "" is this one.

        Raises:
            AttributeError: there is none.

        >>> import nn
        >>> nn.MLP(2, [3, 1]).get_submodule("layers.1")
        Layer(3, 1)
        """
        inside = named(walk(self, everywhere=True), is_module)
        if target not in inside:
            known = ", ".join(filter(None, inside)) or "none"
            raise AttributeError(
                f"no module {target!r} in this {type(self).__name__}; there is {known}"
            )
        return inside[target]

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call ``fn`` with every module within, each once, and then with this one.

        >>> import nn
        >>> model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
        >>> _ = model.apply(lambda m: print(type(m).__name__))
        Linear
        ReLU
        Sequential
        """
        for module in inside_out(self, set()):
            fn(module)
        return self

    def add_module(self, name: str, module: Module) -> None:
        """Set an attribute whose name is known at run time only.

        >>> import nn
        >>> model = nn.Module()
        >>> model.add_module("act", nn.ReLU())
        >>> model.act
        ReLU()
        """
        self._set_new(name, module, is_module(module), "a Module")

    def register_parameter(self, name: str, param: Tensor | None) -> None:
        """Set a Parameter whose name is known at run time only.

        >>> import nn
        >>> module = nn.Module()
        >>> module.register_parameter("scale", nn.Parameter([1.0]))
        >>> list(module.state_dict())
        ['scale']
        """
        known = param is None or is_parameter(param)
        self._set_new(name, param, known, "an nn.Parameter, or None")

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Set a Buffer, with a copy of ``tensor``; in the state if ``persistent``.

        >>> import nn
        >>> module = nn.Module()
        >>> module.register_buffer("mean", np.zeros(2))
        >>> module.mean = module.mean + 1.0
        >>> module.state_dict()
        {'mean': array([1., 1.])}
        """
        buffer = None if tensor is None else Buffer(tensor, persistent=persistent)
        self._set_new(name, buffer, True, "")

    def _set_new(self, name: str, value: Any, fits: bool, expected: str) -> None:
        if not isinstance(name, str) or "." in name or not name:
            raise ValueError(f"a name is a text without dots; got {name!r}")
        if hasattr(self, name) and vars(self).get(name, self) is not None:
            raise ValueError(f"{type(self).__name__} has an attribute {name!r} already")
        if not fits:
            raise TypeError(f"{name!r} is to be {expected}; got {type(value).__name__}")
        setattr(self, name, value)

    # State ---------------------------------------------------------------------------

    def state_dict(self) -> dict[str, np.ndarray]:
        """A copy of every parameter and buffer, by name.

        What is shared between modules appears under each of its names, as in PyTorch;
        modules that know each other under one.

        >>> import nn
        >>> {name: a.shape for name, a in nn.Linear(2, 3).state_dict().items()}
        {'weight': (3, 2), 'bias': (3,)}
        """
        return saved(self)

    def load_state_dict(
        self, state: Mapping[str, Any], strict: bool = True
    ) -> Unmatched:
        """Copy arrays into the parameters and buffers of those names.

        The arrays may be anything NumPy understands, PyTorch's tensors included; they
        are cast to the dtype of what they fill. Names that are missing
        or unknown are errors if ``strict``, and else passed over, and returned.

        Raises:
            ValueError: names are missing, unknown, or of another shape or kind of
                number. All are listed, and nothing has been loaded.

        >>> import nn
        >>> one, other = nn.Linear(2, 3), nn.Linear(2, 3)
        >>> _ = other.load_state_dict(one.state_dict())
        >>> other.load_state_dict({"weight": one.weight.data}, strict=False)
        Unmatched(missing_keys=['bias'], unexpected_keys=[])
        >>> nn.Linear(2, 4).load_state_dict(one.state_dict())
        Traceback (most recent call last):
            ...
        ValueError: the state does not fit this Linear; nothing was loaded
          weight: expected shape (4, 2) float32; got shape (3, 2) float32
          bias: expected shape (4,) float32; got shape (3,) float32
        """
        return load(self, state, strict)

    def substituted(self, nodes: Mapping[str, Any]) -> AbstractContextManager[None]:
        """Let other nodes stand in place of the parameters of those names, in a block.

        Derivatives by the parameters as arguments of a function then need nothing else.

        >>> import autograd as ag, nn, numpy as np
        >>> model, x = nn.Linear(2, 1), np.array([3.0, 4.0])
        >>> def loss(weight):
        ...     with model.substituted({"weight": weight}):
        ...         return model(x).sum()
        >>> ag.grad(loss)(np.zeros((1, 2)))
        array([[3., 4.]])
        """
        return standing_in(self, nodes)

    def preserved(self) -> AbstractContextManager[None]:
        """A block in which the model may run; after it, it is as it was before.

        Attributes, modes and running means are put back, and dropout goes on with the
        random numbers that come next: of nn's generator, and of the modules' own.

        >>> import nn, numpy as np
        >>> norm = nn.BatchNorm1d(2)
        >>> with norm.preserved():
        ...     _ = norm(np.ones((3, 2), np.float32))
        >>> norm.running_mean
        Tensor([0., 0.], dtype=float32)
        """
        return preserved(self)

    # Training ------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Set ``training`` here and in every module within.

        >>> import nn
        >>> nn.ReLU().eval().train().training
        True
        """
        for module in distinct(self, is_module):
            module.training = mode
        return self

    def eval(self) -> Self:
        """The opposite of ``train()``: for using the network, not training it.

        >>> import nn
        >>> nn.ReLU().eval().training
        False
        """
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients: every parameter's ``.grad`` becomes None, or zero.

        >>> import nn
        >>> model = nn.Linear(2, 1)
        >>> model(np.ones((1, 2))).sum().backward()
        >>> model.zero_grad()
        >>> model.weight.grad is None
        True
        """
        forget(type(self).parameters(self), set_to_none)

    def to(self, dtype: Any) -> Self:
        """Cast the real parameters and buffers, and their gradients, to ``dtype``.

        They stay the same Tensors; integers, such as a count, stay integers. An
        optimizer made before has memory of the old dtype: make it after.

        Raises:
            TypeError: ``dtype`` is no dtype of real numbers.

        >>> import nn
        >>> nn.Linear(2, 3).to("float64").weight.dtype
        dtype('float64')
        """
        try:
            fits = dtype is not None and np.issubdtype(dtype, np.floating)
        except TypeError:  # what NumPy knows no dtype by, such as a device
            fits = False
        if not fits:
            raise TypeError(
                f"a module is cast to a dtype of real numbers, such as np.float64; got "
                f"{dtype!r}. There is one device, the CPU: nothing is moved"
            )
        for node in distinct(self, lambda x: is_parameter(x) or is_buffer(x)):
            if isinstance(node, Tensor) and np.issubdtype(node.dtype, np.floating):
                node._recast(dtype)
        return self

    def double(self) -> Self:
        """``to(np.float64)``: as gradients are checked.

        >>> import nn
        >>> nn.Linear(2, 3).double().bias.dtype
        dtype('float64')
        """
        return self.to(np.float64)

    def float(self) -> Self:
        """``to(np.float32)``: as layers are made.

        >>> import nn
        >>> nn.Linear(2, 3).double().float().bias.dtype
        dtype('float32')
        """
        return self.to(np.float32)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Track every parameter, or none.

        >>> import nn
        >>> nn.Linear(2, 3).requires_grad_(False).weight.requires_grad
        False
        """
        for parameter in distinct(self, is_parameter):
            parameter.requires_grad = requires_grad
        return self

    def freeze(self) -> Self:
        """``requires_grad_(False)``: what is within is trained no more.

        >>> import nn
        >>> nn.Linear(2, 3).freeze().bias.requires_grad
        False
        """
        return self.requires_grad_(False)

    # Hooks ---------------------------------------------------------------------------

    def register_forward_pre_hook(self, hook: Callable[..., Any]) -> Handle:
        """Before each call run ``hook(module, args)``; what it returns replaces args.

        >>> import nn
        >>> layer = nn.Identity()
        >>> handle = layer.register_forward_pre_hook(lambda module, args: 2 * args[0])
        >>> layer(3.0)
        6.0
        >>> handle.remove()
        >>> layer(3.0)
        3.0
        """
        return self._hook("before", hook)

    def register_forward_hook(self, hook: Callable[..., Any]) -> Handle:
        """After each call run ``hook(module, args, output)``; what it returns replaces
        the output.

        >>> import nn
        >>> layer = nn.Identity()
        >>> with layer.register_forward_hook(lambda module, args, out: print(out)):
        ...     _ = layer(3.0)
        3.0
        """
        return self._hook("after", hook)

    def register_full_backward_hook(self, hook: Callable[..., Any]) -> Handle:
        """In each backward pass run ``hook(module, grad_input, grad_output)``.

        Both are tuples: of positional arguments, None for those without a gradient,
        and of outputs. What it returns replaces ``grad_input``.

        >>> import autograd as ag, nn
        >>> layer = nn.ReLU()
        >>> handle = layer.register_full_backward_hook(
        ...     lambda module, grad_input, grad_output: print(grad_input, grad_output)
        ... )
        >>> x = ag.tensor([-1.0, 2.0], requires_grad=True)
        >>> (3 * layer(x)).sum().backward()
        (array([0., 3.]),) (array([3., 3.]),)
        """
        return self._hook("backward", hook)

    def _hook(self, kind: str, hook: Callable[..., Any]) -> Handle:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks.add(kind, hook)

    # For people ----------------------------------------------------------------------

    def __dir__(self) -> list[str]:
        """What TAB shows: not the names that are PyTorch's alone."""
        absent = {name for name, x in vars(Module).items() if isinstance(x, Elsewhere)}
        return [name for name in super().__dir__() if name not in absent]

    def extra_repr(self) -> str:
        """What the repr says between the brackets of this module's own.

        >>> import nn
        >>> nn.Linear(2, 3).extra_repr()
        '2, 3'
        """
        return ""

    @recursive_repr()
    def __repr__(self) -> str:
        lines = [self.extra_repr()] if self.extra_repr() else []
        rows = [f"{name}: {module!r}" for name, module in children(self)]
        head = type(self).__name__
        if not rows:
            return f"{head}({', '.join(lines)})"
        body = "\n".join(lines + rows).replace("\n", "\n  ")
        return f"{head}(\n  {body}\n)"


for _name in METHODS:
    setattr(Module, _name, Elsewhere(_name))
