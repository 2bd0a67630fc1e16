"""The few steps of a pickle that plain data needs, taken without running any code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pickletools import genops
from typing import Any

MARK = object()
PLAIN = {
    "BINFLOAT", "BININT", "BININT1", "BININT2", "LONG1",
    "BINUNICODE", "BINUNICODE8", "SHORT_BINUNICODE",
}  # fmt: skip
MADE: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
    "MARK": lambda: MARK,
}


def interpreted(
    pickle: bytes, names: Mapping[str, Any], persistent: Callable[[Any], Any]
) -> Any:
    """What a pickle says, of plain data and of what ``names`` gives a meaning to.

    A pickle is a program for a stack. Here it can build numbers, texts, lists, tuples
    and dictionaries, and call the functions among ``names``; what lies outside of it is
    asked of ``persistent``. The attributes that it sets on dictionaries are left out.

    Raises:
        ValueError: it asks for another name or another step, told in the error.

    >>> import pickle
    >>> interpreted(pickle.dumps({"a": [1, (2.0, "b")]}), {}, print)
    {'a': [1, (2.0, 'b')]}
    >>> interpreted(pickle.dumps(print), {}, print)
    Traceback (most recent call last):
        ...
    ValueError: it refers to builtins.print, and only plain weights are read: ...
    """
    stack: list[Any] = []
    memo: dict[int, Any] = {}

    def popped_to_mark() -> list[Any]:
        start = max(i for i, x in enumerate(stack) if x is MARK)
        items = stack[start + 1 :]
        del stack[start:]
        return items

    argument: Any
    for opcode, argument, _ in genops(pickle):
        step = opcode.name
        if step in PLAIN:
            stack.append(argument)
        elif step in MADE:
            stack.append(MADE[step]())
        elif step in ("TUPLE1", "TUPLE2", "TUPLE3"):
            items = [stack.pop() for _ in range(int(step[-1]))]
            stack.append(tuple(reversed(items)))
        elif step == "TUPLE":
            stack.append(tuple(popped_to_mark()))
        elif step in ("APPEND", "APPENDS"):
            items = popped_to_mark() if step == "APPENDS" else [stack.pop()]
            _of(list, stack[-1]).extend(items)
        elif step in ("SETITEM", "SETITEMS"):
            items = (
                popped_to_mark() if step == "SETITEMS" else [stack.pop(-2), stack.pop()]
            )
            _of(dict, stack[-1]).update(zip(items[::2], items[1::2], strict=True))
        elif step in ("BINPUT", "LONG_BINPUT"):
            memo[argument] = stack[-1]
        elif step == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif step in ("BINGET", "LONG_BINGET"):
            stack.append(memo[argument])
        elif step == "GLOBAL":
            stack.append(_meant(argument.replace(" ", "."), names))
        elif step == "STACK_GLOBAL":
            module, name = stack.pop(-2), stack.pop()
            stack.append(_meant(f"{module}.{name}", names))
        elif step == "BINPERSID":
            stack.append(persistent(stack.pop()))
        elif step == "REDUCE":
            function, arguments = stack.pop(-2), stack.pop()
            stack.append(function(*_of(tuple, arguments)))
        elif step == "BUILD":
            stack.pop()
            _of(dict, stack[-1])
        elif step == "STOP":
            return stack.pop()
        elif step not in ("PROTO", "FRAME"):
            raise ValueError(
                f"its pickle has the step {step}, which plain data needs not"
            )
    raise ValueError("its pickle ends early")


def _of(kind: type, x: Any) -> Any:
    if type(x) is not kind:
        raise ValueError(f"expected a {kind.__name__}; got {type(x).__name__}")
    return x


def _meant(name: str, names: Mapping[str, Any]) -> Any:
    if name not in names:
        raise ValueError(
            f"it refers to {name}, and only plain weights are read: tensors, numbers, "
            "texts, and lists, tuples and dictionaries of them. In PyTorch, save "
            "model.state_dict()"
        )
    return names[name]
