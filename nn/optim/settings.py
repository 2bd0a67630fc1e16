"""The settings of a rule: the keyword arguments of its ``update``, and their ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature, signature
from typing import Any

from ..elsewhere import option_told

Settings = dict[str, Any]


def settings_of(update: Callable[..., None], inherited: Settings) -> Settings:
    """The settings that a rule takes, with their defaults; inherited ones by ``**``.

    >>> def update(self, p, g, state, lr=0.1, **settings): ...
    >>> settings_of(update, {"eps": 1e-8})
    {'lr': 0.1, 'eps': 1e-08}
    """
    own = list(signature(update).parameters.values())[4:]
    found = {x.name: x.default for x in own if x.kind is not Parameter.VAR_KEYWORD}
    if len(found) < len(own):
        return {**found, **{k: x for k, x in inherited.items() if k not in found}}
    missing = [name for name in inherited if name not in found]
    if missing:
        raise TypeError(
            f"{update.__qualname__}() overrides a rule with the setting "
            f"{missing[0]!r}: take **settings, and hand them on"
        )
    return found


def signature_of(settings: Settings) -> Signature:
    """How an optimizer with these settings is made, for ``help``."""
    kind = Parameter.POSITIONAL_OR_KEYWORD
    each = [Parameter(name, kind, default=x) for name, x in settings.items()]
    return Signature([Parameter("params", kind), *each])


def chosen(kind: type, defaults: Settings, args: tuple[Any, ...], given: Any) -> Any:
    """The settings of an optimizer made with these arguments."""
    if len(args) > len(defaults):
        raise TypeError(
            f"{kind.__name__} has {len(defaults)} settings, the keyword arguments of "
            f"its update(); got {', '.join(map(repr, args))}"
        )
    named = dict(zip(defaults, args))
    check_known(kind, defaults, given)
    for name in given:
        if name in named:
            raise TypeError(f"{kind.__name__} got two values for the setting {name!r}")
    settings = {**defaults, **named, **given}
    for name, value in settings.items():
        if value is Parameter.empty:
            raise TypeError(f"{kind.__name__} needs the setting {name!r}")
    return settings


def check_known(kind: type, defaults: Settings, given: Mapping[str, Any]) -> None:
    """Raise if something is given that is no setting of this kind of optimizer."""
    for name in given:
        if name not in defaults:
            there = f"there is {', '.join(defaults)}" if defaults else "it has none"
            raise TypeError(
                f"{kind.__name__} has no setting {name!r}; {there}{option_told(name)}"
            )


def _not_negative(x: Any) -> bool:
    return x >= 0


def _decay_rates(x: Any) -> bool:
    return len(x) == 2 and all(0 <= beta < 1 for beta in x)


NOT_NEGATIVE = (_not_negative, "must not be negative")
RANGES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "lr": NOT_NEGATIVE,
    "momentum": NOT_NEGATIVE,
    "weight_decay": NOT_NEGATIVE,
    "eps": NOT_NEGATIVE,
    "lr_decay": NOT_NEGATIVE,
    "initial_accumulator_value": NOT_NEGATIVE,
    "momentum_decay": NOT_NEGATIVE,
    "alpha": NOT_NEGATIVE,
    "max_iter": (lambda x: x >= 1, "must be at least 1"),
    "history_size": (lambda x: x >= 1, "must be at least 1"),
    "betas": (_decay_rates, "must be two numbers from 0 to 1, 1 excluded"),
    "rho": (lambda x: 0 <= x <= 1, "must lie between 0 and 1"),
    "etas": (lambda x: 0 < x[0] < 1 < x[1], "must be a pair around 1, above 0"),
    "step_sizes": (lambda x: 0 <= x[0] <= x[1], "must be a smallest and a largest"),
}


def check_range(name: str, value: Any) -> None:
    """Raise if a setting of this name may not have this value.

    >>> check_range("lr", -1)
    Traceback (most recent call last):
        ...
    ValueError: lr must not be negative; got -1
    """
    if name in RANGES:
        fits, text = RANGES[name]
        try:
            right = bool(fits(value))
        except (TypeError, ValueError, IndexError):
            raise TypeError(f"{name} {text}; got {value!r}") from None
        if not right:
            raise ValueError(f"{name} {text}; got {value!r}")
