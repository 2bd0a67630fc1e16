"""Einstein's summation over any number of arrays: its rules are summations again."""

import string

import numpy as np

from ..core.declare import multilinear
from .shaping import astype

__all__ = ["einsum"]


def _einsum(*arrays, subscripts, optimize=False):
    return np.einsum(subscripts, *arrays, optimize=optimize)


def _pull_einsum(g, arrays, arrays_shape, subscripts, optimize):
    """To each operand: einsum of g and the others, with its own term for the result."""
    *terms, out = _spelled_out(subscripts, arrays_shape)
    optimize = optimize if isinstance(optimize, str) else bool(optimize)  # no path
    return [
        _pull_operand(
            terms[k],
            arrays_shape[k],
            [out, *terms[:k], *terms[k + 1 :]],
            [g, *arrays[:k], *arrays[k + 1 :]],
            optimize,
        )
        for k in range(len(terms))
    ]


def _pull_operand(term, shape, others, factors, optimize):
    sides = dict(zip(term, shape))
    known: dict[str, int] = {}  # the sides of the others, which may stretch one of 1
    for other, factor in zip(others, factors):
        for label, n in zip(other, np.shape(factor)):
            known[label] = known.get(label, 1) if n == 1 else n
    kept = [
        label
        for label, n in sides.items()
        if label in known and (n != 1 or known[label] == 1)
    ]
    result = f"{','.join(others)}->{''.join(kept)}"
    part = np.einsum(result, *factors, optimize=optimize)
    new = tuple([i for i, label in enumerate(sides) if label not in kept])
    part = np.broadcast_to(np.expand_dims(part, new), tuple(sides.values()))
    return part if len(sides) == len(term) else _onto_diagonals(part, term, sides)


def _onto_diagonals(part, term, sides):
    """An axis for each label of the term; zero where equal labels have other places."""
    fresh = (label for label in string.ascii_letters if label not in sides)
    labels, pairs, ones = [], [], []
    for label in term:
        if label in labels:
            pairs.append(label + next(fresh))
            ones.append(np.eye(sides[label], dtype=part.dtype))
            label = pairs[-1][1]
        labels.append(label)
    result = f"{','.join([''.join(sides), *pairs])}->{''.join(labels)}"
    return np.einsum(result, part, *ones)


def _spelled_out(subscripts, shapes):
    """The terms, that of the result last, with letters for what an ellipsis stands."""
    inputs, out = subscripts.split("->")
    terms = inputs.split(",")
    unused = [x for x in string.ascii_letters if x not in subscripts]
    counts = [
        len(shape) - len(term) + 3 if "..." in term else 0
        for term, shape in zip(terms, shapes)
    ]
    longest = max(counts, default=0)
    letters = "".join(unused[:longest])
    return [
        term.replace("...", letters[longest - count :])
        for term, count in zip([*terms, out], [*counts, longest])
    ]


def _with_result(subscripts):
    """Subscripts with "->": what occurs once, in alphabetic order, unless they say."""
    subscripts = "".join(subscripts.split())
    if "->" in subscripts:
        return subscripts
    labels = subscripts.replace("...", "").replace(",", "")
    once = sorted(label for label in labels if labels.count(label) == 1)
    return f"{subscripts}->{'...' if '...' in subscripts else ''}{''.join(once)}"


def _as_string(operands):
    """Operands and lists of integers by turns, as subscripts and operands."""
    pairs = len(operands) // 2
    terms = [_as_term(labels) for labels in operands[1::2]]
    result = ["->" + _as_term(operands[-1])] if len(operands) % 2 else []
    return "".join([",".join(terms), *result]), operands[: 2 * pairs : 2]


def _as_term(labels):
    letters = string.ascii_uppercase + string.ascii_lowercase
    return "".join(["..." if i is Ellipsis else letters[i] for i in labels])


# Subscripts, a letter each; sides are drawn for the letters.


_sum_of_products = multilinear(_einsum, joint=_pull_einsum, name="einsum")


def einsum(*operands, optimize=False, dtype=None, order="K", casting="safe"):
    """Sums of products, by labels of axes: what the result does not name is summed.

    Labels are letters in a string, ``"ij,jk->ik"``, or integers in a list after each
    operand: ``einsum(x, [0, 1], y, [1, 2], [0, 2])``. ``...`` stands for axes that
    broadcast. Without "->" the result has the labels that occur once, in order.

    Each operand's gradient is a sum of the same kind, with g in its place.

    >>> import numpy as np
    >>> import autograd as ag
    >>> x = ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> np.einsum("ii->", x).backward()
    >>> x.grad
    array([[1., 0.],
           [0., 1.]])
    """
    if isinstance(operands[0], str):
        subscripts, *arrays = operands
    else:
        subscripts, arrays = _as_string(operands)
    if dtype is not None:
        for x in arrays:
            if not np.can_cast(np.result_type(x), dtype, casting):
                raise TypeError(
                    f"einsum: cannot cast an operand of dtype {np.result_type(x)} to "
                    f"{dtype} by the rule {casting!r}"
                )
        arrays = [astype(x, dtype) for x in arrays]
    subscripts = _with_result(subscripts)
    return _sum_of_products(*arrays, subscripts=subscripts, optimize=optimize)
