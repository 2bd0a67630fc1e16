"""From rules that ask by name for what they read to functions of a node.

The call of a rule is among the hottest in a sweep, so it is written out as Python text,
once for each primitive, when it is first swept: the only generated code there is. Its
functions bear the name of the operation, and tracebacks show their text.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from types import FunctionType
from typing import Any

import numpy as np

from .node import Node, raw
from .signature import Signature, names_of

FAILURES = (ArithmeticError, IndexError, TypeError, ValueError)
RESERVED = ("g", "out", "t")  # what a rule asks for beside operands and parameters
IDENTITY = (lambda x: x).__code__.co_code


def call_text(
    signature: Signature, rule: Callable[..., Any], name: str, ours: bool = True
) -> str:
    """The text of a call of ``rule``, known by ``name``, with what it asks for.

    It stands where ``g, out, params``, the operands ``x0, x1 …`` and further ones
    ``rest`` are known. A push takes the tangents ``t`` where a pull takes ``g``.
    """
    g, read = ("g", "{}") if ours else ("fresh(g)", "sealed({})")
    where = {key: f"params[{key!r}]" for key in signature.defaults}
    where |= {"g": g, "out": read.format("out"), "t": g}
    for i, operand in enumerate(signature.operands):
        where |= {operand: read.format(f"x{i}"), f"{operand}_shape": f"shape(x{i})"}
    rest = signature.rest
    where |= {rest: "rest" if ours else "[*map(sealed, rest)]"}
    where |= {f"{rest}_shape": "[*map(shape, rest)]"}
    names = names_of(rule)
    unknown = [key for key in names if key not in where]
    if unknown:
        known = ", ".join(key for key in where if key.strip("_"))
        raise TypeError(f"a rule reads {unknown[0]!r}, which is none of {known}")
    if type(rule) is FunctionType and rule.__code__.co_code == IDENTITY:
        return where[names[0]]
    call = f"{name}({', '.join([where[key] for key in names])})"
    return call if ours else f"given({call})"


def sealed(x: Any) -> Any:
    """An operand, or the result, as a person's rule may read it, and not write."""
    if type(x) is tuple:
        return tuple([sealed(each) for each in x])
    if type(x) is np.ndarray:
        x = x.view()
        x.flags.writeable = False
    return x


def given(part: Any) -> Any:
    """What a person's rule returns: without ``return`` that were a silent 0."""
    if part is None:
        raise TypeError("a rule returned None; of no gradient it returns zeros")
    return part


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

    def pull(node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
        if type(g) is list:
            g = _complete(g, node, lift)
        operands = node.inputs if lift else [raw(x) for x in node.inputs]
        if op.by_element and op.arity > 1:
            kind, data, pairs = type(node), node._raw, zip(operands, node.inputs)
            operands = [
                x if type(at) is kind and at.tracked else in_dtype(x, data)
                for x, at in pairs
            ]
        if lift:
            return contributions(op, node, g, node, operands, floor)
        try:
            return contributions(op, node, g, node._raw, operands, floor)
        except FAILURES:
            return _as_numpy(op, node, g, floor)

    def first(node: Node, g: Any, floor: int, lift: bool) -> Sequence[Any]:
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


def flow_of(op: Any, floats: bool) -> Callable[..., None]:
    """The function of a plain sweep: it adds what a cotangent contributes to ``sums``.

    It is called with (node, g, sums, add, floor). What is most common it adds itself:
    floats, or the first array to arrive, of the right kind; else it calls ``add``.
    """

    def first(node: Node, g: Any, sums: Any, add: Any, floor: int) -> None:
        alone = op.joint_written is None and not op.signature.rest
        is_ours = op.is_declared and op.name not in ("item", "freed")
        flow = written_out(op, floats) if alone and is_ours else _general_flow(op)
        setattr(op, "flow_of_floats" if floats else "flow", flow)
        flow(node, g, sums, add, floor)

    return first


def _general_flow(op: Any) -> Callable[..., None]:
    def flow(node: Node, g: Any, sums: Any, add: Any, floor: int) -> None:
        parts, inputs = op.pull(node, g, floor, False), node.inputs
        if not inputs:  # freed since, by another thread
            node.op.pull(node, g, floor, False)
        for x, part in zip(inputs, parts):
            if part is not None:
                add(x, part)

    return flow


def written_out(op: Any, floats: bool) -> Callable[..., None]:
    """With the calls of all rules in its text, which saves a call for each."""
    written = enumerate(op.written)
    texts = [rule and op.contribution(i, f"rule{i}") for i, rule in written]
    whole = " ".join(filter(None, texts))
    words = {*re.findall(r"\w+", whole)}
    parts = "".join([f"part{i}, " for i in range(op.arity)])
    lines = ["def derivative(node, g, sums, add, floor):"]
    lines += [f"    {parts.replace('part', 'n')}= node.inputs", "    kind = type(node)"]
    for i in range(op.arity):
        x, n = f"x{i}", f"n{i}"
        lines += [f"    is_node{i} = type({n}) is kind"]
        lines += [f"    wants{i} = is_node{i} and {n}.tracked and {n}.age >= floor"]
        if x in words:
            lines += [f"    {x} = {n}._raw if is_node{i} else {n}"]
            if op.by_element and op.arity > 1 and not floats:
                unlike = f"type({x}) is not array or {x}.dtype is not node._raw.dtype"
                constant = f"not wants{i} and type({x}) is not float"
                lines += [f"    if {constant} and ({unlike}):"]
                lines += [f"        {x} = in_dtype({x}, node._raw)"]
    lines += ["    params = node.params"] * ("params" in words)
    lines += ["    out = node._raw"] * ("out" in words)
    if not op.by_element:
        lines += ["    if type(g) is list:", "        g = complete(g, node, False)"]
    lines += ["    try:"]
    for i, text in enumerate(texts):
        lines += [f"        part{i} = {text} if wants{i} else None"]
    lines += ["    except FAILURES:"]
    lines += [f"        {parts}= as_numpy(op, node, g, floor)"]
    for i, text in enumerate(texts):
        x, part = f"n{i}", f"part{i}"
        if text is None:
            continue
        if floats:
            total = f"sums[{x}] + {part} if {x} in sums else {part}"
            fits = f"type({part}) is float" if "(" in whole else f"wants{i}"
            lines += [f"    if {fits}:", f"        sums[{x}] = {total}"]
        else:
            lines += [f"    if type({part}) is array and {x} not in sums and ("]
            lines += [f"        {part}.dtype is {x}._raw.dtype"]
            lines += [f"        and {part}.shape == {x}._raw.shape"]
            lines += ["    ):", f"        sums[{x}] = {part}"]
        if not floats or "(" in whole:
            lines += [f"    elif {part} is not None:", f"        add({x}, {part})"]
    rules = {f"rule{i}": rule for i, rule in enumerate(op.written)}
    known = {"op": op, "as_numpy": _as_numpy, "complete": _complete}
    known |= {"in_dtype": in_dtype, "array": np.ndarray, "FAILURES": FAILURES}
    return _generated(op, "\n".join(lines) + "\n", {**rules, **known})


def in_dtype(x: Any, out: Any) -> Any:
    """A constant operand in the dtype of the result, which its rules compute in."""
    if (type(x) is float or type(x) is int) and x:
        return x  # but of 1 / 0.0 NumPy knows more than Python
    if isinstance(x, Node):
        constant: Any = x
        same = type(out) is float or x._raw.dtype == out.dtype
        return x if same else constant.astype(out.dtype)
    return np.float64(x) if type(out) is float else np.asarray(x, out.dtype)


def _generated(op: Any, text: str, known: Mapping[str, Any]) -> Callable[..., Any]:
    name = f"derivative of {op.name}"
    place = f"<{name}, text {hash(text):x}>"  # an operation has several
    linecache.cache[place] = (len(text), None, text.splitlines(True), place)
    space = {"__name__": __name__, "shape": np.shape, **known}
    space |= {"fresh": fresh, "sealed": sealed, "given": given}
    exec(compile(text, place, "exec"), space)
    function = space["derivative"]
    function.__code__ = function.__code__.replace(co_name=name, co_qualname=name)
    return function


def _complete(cotangents: list[Any], node: Node, lift: bool) -> tuple[Any, ...]:
    """The cotangents of a node with several outputs, zeros where none arrived."""
    whole = []
    for g, data in zip(cotangents, node._raw, strict=True):
        if g is None:
            g = np.zeros_like(data)
            g = type(node).leaf(g) if lift else g
        whole.append(g)
    return tuple(whole)


def contributions(
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
        return contributions(op, node, np.float64(g), np.float64(node._raw), xs, floor)
