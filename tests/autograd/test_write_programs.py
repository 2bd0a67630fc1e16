"""Random programs with writes: right or refused, against copies of every operand."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import StaleWriteError


def tracked(array):
    return ag.tensor(array, requires_grad=True)


OPERATIONS = {
    "*": lambda x, y: x * y,
    "+": lambda x, y: x + y,
    "@": lambda x, y: x @ y,
    "tanh": lambda x, y: np.tanh(x),
    "view": lambda x, y: x[::-1],
    "T": lambda x, y: x.T,
}
PULLS = {
    "*": lambda g, x, y, out: (g * y, g * x),
    "+": lambda g, x, y, out: (g, g),
    "@": lambda g, x, y, out: (g @ y.T, x.T @ g),
    "tanh": lambda g, x, y, out: (g * (1 - out * out), 0),
    "view": lambda g, x, y, out: (g[::-1], 0),
    "T": lambda g, x, y, out: (g.T, 0),
}


def rebind(node):
    node.data = node.data + 1.0


def halve(node):
    node.data *= 0.5


def fill_the_detached(node):
    node.detach().data[...] = 0.25
    node.detach().written()


def set_an_item(node):
    node.detach()[0] = 0.75


def add_to_the_transposed(node):
    ag.asarray(node.data.T).data += 1.0


STEPS = st.one_of(
    st.tuples(st.sampled_from(list(OPERATIONS)), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(
        st.sampled_from(
            [rebind, halve, fill_the_detached, set_an_item, add_to_the_transposed]
        ),
        st.integers(0, 9),
    ),
)


@given(st.lists(STEPS, min_size=2, max_size=12))
@settings(max_examples=4 * settings.default.max_examples)
def test_random_programs_with_writes_are_right_or_refused(program):
    """The oracle keeps a copy of every operand as it was when it was used."""
    rng = np.random.default_rng(0)
    leaves = [tracked(rng.normal(size=(2, 2))) for _ in range(3)]
    nodes, tape = leaves[:], []
    for what, *which in program:
        if callable(what):
            what(nodes[which[0] % len(nodes)])
            continue
        i, j = (k % len(nodes) for k in which)
        before = nodes[i].data.copy(), nodes[j].data.copy()
        nodes.append(OPERATIONS[what](nodes[i], nodes[j]))
        tape.append((what, i, j, *before, nodes[-1].data.copy()))
    seeds = [rng.normal(size=(2, 2)) for _ in nodes]
    loss = sum((node * seed).sum() for node, seed in zip(nodes, seeds, strict=True))
    try:
        loss.backward()
    except StaleWriteError:
        assert all(leaf.grad is None for leaf in leaves)
        return
    for k in range(len(tape) - 1, -1, -1):
        what, i, j, *values = tape[k]
        left, right = PULLS[what](seeds[k + 3], *values)
        seeds[i] = seeds[i] + left
        seeds[j] = seeds[j] + right
    for leaf, expected in zip(leaves, seeds, strict=False):
        np.testing.assert_allclose(leaf.grad, expected, rtol=1e-9, atol=1e-9)


@given(st.lists(STEPS, min_size=1, max_size=12))
@settings(max_examples=4 * settings.default.max_examples)
def test_programs_whose_writes_all_come_before_their_uses_are_never_refused(program):
    leaves = [tracked(np.full((2, 2), 0.1)) for _ in range(3)]
    for what, *which in program:
        if callable(what):
            what(leaves[which[0] % 3])
    nodes = leaves[:]
    for what, *which in program:
        if not callable(what):
            i, j = (k % len(nodes) for k in which)
            nodes.append(OPERATIONS[what](nodes[i], nodes[j]))
    nodes[-1].sum().backward()
