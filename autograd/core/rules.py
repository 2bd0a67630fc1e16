"""From rules that ask by name for what they read to functions of a node.

The call of a rule is among the hottest in a sweep, so it is written out as Python text,
once for each primitive, when it is first swept: the only generated code there is. Its
functions bear the name of the operation, and tracebacks show their text.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from .node import Node, raw
from .signature import Signature, names_of

FAILURES = (ArithmeticError, IndexError, TypeError, ValueError)
RESERVED = ("g", "out", "t")  # what a rule asks for beside operands and parameters


def call_text(
    signature: Signature, rule: Callable[..., Any], name: str, g: str = "g"
) -> str:
    """The text of a call of ``rule``, known by ``name``, with what it asks for.

    It stands where ``g, out, params``, the operands ``x0, x1 …`` and further ones
    ``rest`` are known. A push takes the tangents ``t`` where a pull takes ``g``.
    """
    where = {key: f"params[{key!r}]" for key in signature.defaults}
    where |= {"g": g, "out": "out", "t": g}
    for i, operand in enumerate(signature.operands):
        where |= {operand: f"x{i}", f"{operand}_shape": f"shape(x{i})"}
    rest = signature.rest
    where |= {rest: "rest", f"{rest}_shape": "[*map(shape, rest)]"}
    names = names_of(rule)
    unknown = [key for key in names if key not in where]
    if unknown:
        known = ", ".join(key for key in where if key.strip("_"))
        raise TypeError(f"a rule reads {unknown[0]!r}, which is none of {known}")
    return f"{name}({', '.join([where[key] for key in names])})"


def fresh(g: Any) -> Any:
    """A cotangent, or tangents, that a person's rule may write into."""
    if isinstance(g, tuple):
        return tuple([fresh(each) for each in g])
    if isinstance(g, Node) and g.op is None:  # all others get a new name by g *= x
        leaf: Any = g
        return +leaf
    return g.copy("K") if type(g) is np.ndarray else g


def compiled(op: Any, text: str, **known: Any) -> Callable[..., Any]:
    """``text`` as a function of (g, out, params, *operands)."""
    operands = [f"x{i}" for i in range(op.arity)]
    header = ", ".join(["g", "out", "params", *operands])
    header += ", *rest" if op.signature.rest else ""
    return _generated(op, f"def derivative({header}):\n    return {text}\n", known)


def pull_of(op: Any) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    """The function that a reverse sweep calls at each node of ``op``.

    It gives the contribution of a cotangent to each input, None where none is wanted.
    """

    def first(node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        many = op.joint_written is not None or op.signature.rest
        pull = _general_pull(op) if many else _written_out(op)
        op.pull = pull if op.is_declared else _copying(pull)
        return op.pull(node, g, floor, lift)

    return first


def _copying(
    pull: Callable[[Node, Any, int, bool], Sequence[Any]],
) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    """What a person's rule returns may be held by that rule, or be an operand."""

    def copying(node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        return [
            part.copy() if type(part) is np.ndarray and part.base is None else part
            for part in pull(node, g, floor, lift)
        ]

    return copying


def _written_out(op: Any) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    """With the calls of all rules in its text, which saves a call for each."""
    texts = [
        None if rule is None else op.contribution(i, f"rule{i}")
        for i, rule in enumerate(op.written)
    ]
    whole = " ".join(filter(None, texts))
    lines = ["def derivative(node, g, floor, lift):"]
    lines += [f"    {''.join([f'x{i}, ' for i in range(op.arity)])}= node.inputs"]
    lines += ["    kind = type(node)"]
    for i, text in enumerate(texts):
        x, alone = f"x{i}", op.arity == 1  # then it is what makes the node tracked
        is_read = f"{x}," in whole or f"{x})" in whole
        lines += [f"    wants{i} = False"] * (text is not None and not alone)
        inside = [f"wants{i} = {x}.tracked and {x}.age >= floor"] * (text is not None)
        inside += ["if not lift:", f"    {x} = {x}._raw"] * is_read
        indent = "    " if alone else "        "
        if inside and not alone:
            lines += [f"    if type({x}) is kind:"]
        lines += [indent + line for line in inside]
        if op.by_element and is_read and not alone:
            cast = f"{x} = in_dtype({x}, node._raw)"
            other = f"(type({x}) is not array or {x}.dtype is not node._raw.dtype)"
            unwanted = f"not wants{i} and " * (text is not None)
            lines += [f"        if {unwanted}{other}:", f"            {cast}"]
            lines += [f"    elif type({x}) is not float and {other}:"]
            lines += [f"        {cast}"]
    if not op.by_element:
        lines += ["    if type(g) is list:", "        g = complete(g, node, lift)"]
    if "params[" in whole:
        lines += ["    params = node.params"]
    if "out" in whole:
        lines += ["    out = node if lift else node._raw"]
    parts = [f"{text} if wants{i} else None" for i, text in enumerate(texts) if text]
    parts = [parts.pop(0) if text else "None" for text in texts]
    lines += ["    try:", f"        return {', '.join(parts)},"]
    lines += ["    except FAILURES:", "        if lift:", "            raise"]
    lines += ["        return as_numpy(op, node, g, floor)", ""]
    rules = {f"rule{i}": rule for i, rule in enumerate(op.written)}
    known = {"op": op, "as_numpy": _as_numpy, "complete": _complete}
    known |= {"in_dtype": in_dtype, "array": np.ndarray}
    return _generated(op, "\n".join(lines), {**rules, **known, "FAILURES": FAILURES})


def in_dtype(x: Any, out: Any) -> Any:
    """A constant operand in the dtype of the result, which its rules compute in."""
    if type(x) is float or type(x) is int or type(out) is float:
        return x
    if isinstance(x, Node):
        if x._raw.dtype == out.dtype:
            return x
        constant: Any = x
        return constant.astype(out.dtype)
    dtype = getattr(x, "dtype", None)
    return x if dtype == out.dtype else np.asarray(x, out.dtype)


def _generated(op: Any, text: str, known: Mapping[str, Any]) -> Callable[..., Any]:
    place = f"<derivative of {op.name}>"
    linecache.cache[place] = (len(text), None, text.splitlines(True), place)
    space = {"shape": np.shape, "fresh": fresh, **known}
    exec(compile(text, place, "exec"), space)
    function = space["derivative"]
    name = place.strip("<>")
    function.__code__ = function.__code__.replace(co_name=name, co_qualname=name)
    return function


def _general_pull(op: Any) -> Callable[[Node, Any, int, bool], Sequence[Any]]:
    def pull(node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        if type(g) is list:
            g = _complete(g, node, lift)
        if lift:
            return pulled(op, node, g, node, node.inputs, floor)
        operands = [raw(x) for x in node.inputs]
        try:
            return pulled(op, node, g, node._raw, operands, floor)
        except FAILURES:
            return _as_numpy(op, node, g, floor)

    return pull


def _complete(cotangents: list[Any], node: Node, lift: bool) -> tuple[Any, ...]:
    """The cotangents of a node with several outputs, zeros where none arrived."""
    whole = []
    for g, data in zip(cotangents, node._raw, strict=True):
        if g is None:
            g = np.zeros_like(data)
            g = type(node).leaf(g) if lift else g
        whole.append(g)
    return tuple(whole)


def pulled(
    op: Any, node: Node, g: Any, out: Any, operands: Sequence[Any], floor: int
) -> Sequence[Any]:
    """The contributions of ``g``, by the rules as they are."""
    kind, params = type(node), node.params
    wanted = [type(x) is kind and x.tracked and x.age >= floor for x in node.inputs]
    if op.joint is not None:
        parts = op.joint(g, out, params, *operands)
        return [p if wants else None for p, wants in zip(parts, wanted, strict=True)]
    return [
        rule(g, out, params, *operands) if wants and rule else None
        for wants, rule in zip_longest(wanted, op.rules)
    ]


def _as_numpy(op: Any, node: Node, g: Any, floor: int) -> Sequence[Any]:
    """Where Python's floats raise (1 / 0.0), NumPy's have an answer."""
    operands = [*map(raw, node.inputs)]
    if not all(type(x) is float for x in operands):
        raise
    with np.errstate(all="ignore"):
        xs = [*map(np.float64, operands)]
        return pulled(op, node, np.float64(g), np.float64(node._raw), xs, floor)
