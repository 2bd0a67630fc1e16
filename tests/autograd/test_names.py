"""What the namespaces offer: each name once, found by TAB, and listed in its family."""

import ast
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import ops
from autograd.core.declare import NUMPY

ROOT = Path(__file__).resolve().parents[2]
NAMESPACES = [ag, ag.linalg, ag.fft]
FAMILIES = [family for families in ops.FAMILIES.values() for family in families]


def name_of(module):
    return module.__name__.rpartition(".")[2]


@pytest.mark.parametrize("namespace", NAMESPACES, ids=name_of)
def test_every_name_is_there_and_listed_once(namespace):
    assert [name for name, n in Counter(namespace.__all__).items() if n > 1] == []
    assert [name for name in namespace.__all__ if not hasattr(namespace, name)] == []


@pytest.mark.parametrize("family", FAMILIES, ids=name_of)
def test_a_family_lists_what_it_offers_in_order_and_all_of_it_is_offered(family):
    assert family.__all__ == sorted(family.__all__)
    found = [family in families for families in ops.FAMILIES.values()]
    namespace = NAMESPACES[found.index(True)]
    for name in family.__all__:
        assert getattr(namespace, name) is getattr(family, name)


def test_every_file_of_ops_that_lists_names_is_a_family():
    """Imported on demand: ``special``, which needs SciPy."""
    listing = set()
    for path in (ROOT / "autograd" / "ops").glob("[!_]*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assigned = [node.targets[0] for node in tree.body if type(node) is ast.Assign]
        if "__all__" in map(ast.unparse, assigned):
            listing.add(path.stem)
    assert listing - {"special"} == set(map(name_of, FAMILIES))


def test_tab_shows_what_is_offered_and_nothing_else():
    plain = [name for name in dir(ag) if not re.fullmatch("__.*__", name)]
    assert sorted(plain) == sorted(
        name for name in ag.__all__ if not re.fullmatch("__.*__", name)
    )
    assert {"__version__", "__doc__", "__file__"} <= set(dir(ag))


@pytest.mark.parametrize("namespace", [ag.linalg, ag.fft], ids=name_of)
def test_tab_shows_what_a_namespace_of_ours_offers(namespace):
    plain = [name for name in dir(namespace) if not name.startswith("__")]
    assert sorted(plain) == sorted(namespace.__all__)


@pytest.mark.parametrize("node", [ag.tensor(1.0), ag.Value(1.0)], ids=repr)
def test_tab_on_a_node_shows_what_a_person_may_use(node):
    """And all of that has a docstring, but for what a node remembers."""
    plain = [name for name in dir(node) if not name.startswith("_")]
    assert {"backward", "grad", "data", "requires_grad", "detach", "item"} <= {*plain}
    assert not {"leaf", "retains", "space", "tracked"} & {*plain}
    told = [name for name in plain if getattr(type(node), name).__doc__]
    assert {*plain} - {*told} <= {"op", "inputs", "params", "age", "scope", "grad"}


def test_the_version_is_that_of_the_distribution():
    text = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert "version = attr: autograd.__version__" in text
    assert re.fullmatch(r"\d+\.\d+\.\d+", ag.__version__)


def test_a_primitive_that_a_person_makes_takes_nobodys_place():
    """However it is called: NumPy's functions are known by the objects they are."""
    seventh = ag.elementwise(lambda x: x * 7, lambda: 7.0, name="square")
    other = ag.elementwise(lambda x: x * 9, lambda: 9.0, name="square")
    ag.general(lambda x: 0 * x, lambda g: 0 * g, name="sum")
    x = ag.tensor([3.0], requires_grad=True)
    assert ag.grad(np.square)(3.0) == 6.0
    assert ag.grad(lambda x: np.sum(x))(3.0) == 1.0
    assert (ag.grad(seventh)(3.0), ag.grad(other)(3.0)) == (7.0, 9.0)
    assert [seventh(x).item(), other(x).item(), ag.square(x).item()] == [21, 27, 9]
    assert ag.registry["square"] is ag.square


def test_functions_that_write_in_place_do_not_take_ours_which_return():
    assert np.put not in NUMPY
    assert "put" in ag.__all__


# One linspace -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (ag.tensor(1.0, requires_grad=True), 2.0),
        (1.0, ag.tensor([2.0, 3.0], requires_grad=True)),
        (ag.tensor(1.0, requires_grad=True), ag.tensor(2.0, requires_grad=True)),
    ],
)
def test_linspace_of_tensors_differentiates_under_both_names(start, stop):
    ends = [x for x in (start, stop) if isinstance(x, ag.Tensor)]
    for linspace in (ag.linspace, np.linspace):
        values = linspace(start, stop, 5)
        reference = np.linspace(*[getattr(x, "data", x) for x in (start, stop)], 5)
        np.testing.assert_allclose(values.data, reference)
        ag.sum(values).backward()
    for x in ends:
        np.testing.assert_allclose(x.grad, np.full(x.shape, 2 * 2.5))
        x.grad = None


@pytest.mark.parametrize("between", ["linspace", "geomspace"])
@pytest.mark.parametrize("ends", [([1.0, 2.0], (4.0, 8)), ((1, 2), 4), (1.0, [4, 8])])
def test_ends_may_be_lists_beside_a_tensor(between, ends):
    expected = getattr(np, between)(*ends, 3)
    for i in range(2):
        given = [ag.tensor(x) if i == k else x for k, x in enumerate(ends)]
        values = getattr(np, between)(*given, 3)
        np.testing.assert_allclose(values.data, expected, rtol=1e-6)


@pytest.mark.parametrize(
    "options",
    [{}, {"endpoint": False}, {"retstep": True}, {"dtype": int}, {"axis": -1}],
    ids=str,
)
def test_linspace_of_numbers_is_a_leaf_of_what_numpy_gives(options):
    ours = ag.linspace([0.0, 1.0], 5.0, 4, **options)
    theirs = np.linspace([0.0, 1.0], 5.0, 4, **options)
    if options.get("retstep"):
        np.testing.assert_array_equal(ours[1], theirs[1])
        ours, theirs = ours[0], theirs[0]
    assert ours.op is None
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours.data, theirs)
