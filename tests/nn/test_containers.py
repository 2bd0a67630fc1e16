"""Rows, lists and dictionaries of modules, as PyTorch has them."""

import copy
from collections import OrderedDict
from itertools import pairwise

import numpy as np
import pytest

import nn


def layers(*sizes):
    return [nn.Linear(a, b) for a, b in pairwise(sizes)]


@pytest.mark.parametrize("make", [nn.ModuleList, lambda steps: nn.Sequential(*steps)])
def test_lists_and_rows_are_changed_as_lists_are(make):
    one, two, three = layers(2, 3, 4, 2)
    steps = make([one])
    assert steps.append(three) is steps
    steps.insert(1, two)
    assert list(steps) == [one, two, three]
    assert steps[-1] is three
    assert [name for name, _ in steps.named_children()] == ["0", "1", "2"]
    assert list(steps[1:]) == [two, three]
    assert type(steps[1:]) is type(steps)
    assert one in steps
    assert three not in steps[:2]
    steps[0] = other = nn.Linear(2, 3)
    assert steps[0] is other
    del steps[1]
    assert [name for name, _ in steps.named_children()] == ["0", "1"]
    assert steps.pop(-1) is three
    steps.extend([two, three])
    assert list(steps) == [other, two, three]
    del steps[:2]
    assert list(steps) == [three]
    assert list(steps.state_dict()) == ["0.weight", "0.bias"]


@pytest.mark.parametrize("make", [nn.ModuleList, lambda steps: nn.Sequential(*steps)])
@pytest.mark.parametrize("i", [2, -3])
def test_an_index_beyond_the_end_is_refused(make, i):
    steps = make(layers(2, 3, 4))
    with pytest.raises(IndexError, match="has 2 members"):
        steps[i]
    with pytest.raises(IndexError, match="has 2 members"):
        steps[i] = nn.ReLU()
    with pytest.raises(IndexError, match="has 2 members"):
        del steps[i]
    assert len(steps) == 2


def test_a_row_of_names_runs_in_their_order():
    model = nn.Sequential(OrderedDict(last=nn.Linear(2, 3), first=nn.ReLU()))
    assert list(model.state_dict()) == ["last.weight", "last.bias"]
    assert model.first is model[1]
    assert (model(np.ones((4, 2))).data >= 0).all()
    assert [name for name, _ in model[1:].named_children()] == ["first"]
    with pytest.raises(TypeError, match="a step with a name is a module"):
        nn.Sequential({"act": np.tanh})


def test_rows_join():
    model = nn.Sequential(*layers(2, 3)) + nn.Sequential(np.tanh)
    assert len(model) == 2
    assert model[1] is np.tanh


def test_other_attributes_of_a_row_are_no_steps():
    class Named(nn.Sequential):
        def __init__(self, *steps):
            super().__init__(*steps)
            self.note = "text"
            self.scale = nn.Parameter([2.0])

    model = Named(*layers(2, 3))
    assert len(model.eval()) == 1
    assert model(np.ones((1, 2))).shape == (1, 3)


def test_lists_join_and_have_no_forward():
    steps = nn.ModuleList(layers(2, 3))
    steps += layers(3, 4)
    assert len(steps + layers(4, 5)) == 3
    assert len(steps) == 2
    with pytest.raises(NotImplementedError, match="ModuleList has no forward"):
        steps(np.ones(2))


def test_dictionaries_are_changed_as_dictionaries_are():
    one, two = layers(2, 3, 4)
    named = nn.ModuleDict({"one": one})
    named["two"] = two
    named.update({"three": nn.ReLU()})
    assert list(named) == list(named.keys()) == ["one", "two", "three"]
    assert list(named.values())[:2] == [one, two]
    assert dict(named.items())["two"] is two
    assert "two" in named
    assert len(named) == 3
    assert named.pop("one") is one
    assert list(named.state_dict()) == ["two.weight", "two.bias"]
    del named["two"]
    assert list(copy.deepcopy(named)) == ["three"]
    named.clear()
    assert len(named) == 0
    for missing in (named.__getitem__, named.__delitem__, named.pop):
        with pytest.raises(KeyError):
            missing("none")


@pytest.mark.parametrize(
    ("name", "module", "error"),
    [
        ("a.b", nn.ReLU(), ValueError),
        ("", nn.ReLU(), ValueError),
        (3, nn.ReLU(), ValueError),
        ("keys", nn.ReLU(), ValueError),
        ("training", nn.ReLU(), ValueError),
        ("act", np.tanh, TypeError),
    ],
)
def test_a_dictionary_refuses_names_and_members_that_do_not_fit(name, module, error):
    named = nn.ModuleDict()
    with pytest.raises(error):
        named[name] = module
    assert len(named) == 0


def test_a_residual_adds_what_it_was_given():
    layer = nn.Linear(3, 3)
    x = np.ones((2, 3), np.float32)
    assert np.allclose(nn.Residual(layer)(x).data, x + layer(x).data)
    assert list(nn.Residual(layer).state_dict()) == ["module.weight", "module.bias"]
    with pytest.raises(ValueError, match=r"keeps the shape; \(2, 3\) became \(2, 4\)"):
        nn.Residual(nn.Linear(3, 4))(x)


@pytest.mark.parametrize("shape", [(2, 6), (6,), (0, 6)])
def test_unflatten_undoes_flatten(shape):
    split = nn.Unflatten(-1, (2, 3))(np.ones(shape))
    assert split.shape == (*shape[:-1], 2, 3)
    assert nn.Flatten(-2)(split).shape == shape


@pytest.mark.parametrize(
    "layer",
    [
        nn.Unflatten(1, (4, 2)),
        nn.Unflatten(1, (4, -1)),
        nn.Unflatten(1, (-1, -1)),
        nn.Unflatten(2, (6,)),
        nn.Flatten(2),
        nn.Flatten(1, 0),
        nn.Linear(3, 2),
        nn.Bilinear(3, 2, 2),
    ],
    ids=repr,
)
def test_an_input_that_does_not_fit_is_told_with_its_shape(layer):
    args = [np.ones((2, 6))] * (2 if isinstance(layer, nn.Bilinear) else 1)
    with pytest.raises(ValueError, match=r"\(2, 6\)"):
        layer(*args)


@pytest.mark.parametrize(
    "function",
    [
        nn.functional.dropout,
        nn.functional.dropout2d,
        nn.functional.normalize,
        nn.functional.local_response_norm,
        nn.functional.instance_norm,
        nn.functional.linear,
        nn.functional.bilinear,
    ],
    ids=lambda f: f.__name__,
)
def test_functions_refuse_lists_and_say_what_to_write(function):
    more = {"local_response_norm": 1, "linear": 1, "bilinear": 2}
    args = [[1.0, 2.0]] * more.get(function.__name__, 0)
    if function is nn.functional.local_response_norm:
        args = [2]
    with pytest.raises(TypeError, match=r"got list .*ag\.tensor"):
        function([[1.0, 2.0]], *args)


@pytest.mark.parametrize("kind", [nn.Sequential, nn.ModuleList])
def test_a_class_in_place_of_a_module_is_refused(kind):
    for put in (
        lambda: kind(*([[nn.ReLU]] if kind is nn.ModuleList else [nn.ReLU])),
        lambda: kind().append(nn.ReLU),
        lambda: kind().insert(0, nn.ReLU),
    ):
        with pytest.raises(TypeError, match=r"is a class. Make one: ReLU\(…\)"):
            put()


@pytest.mark.parametrize("step", [3, None, "relu", np.ones(2)])
def test_a_step_is_something_that_can_be_called(step):
    model = nn.Sequential(nn.ReLU())
    for put in (
        lambda: nn.Sequential(step),
        lambda: model.append(step),
        lambda: model.insert(0, step),
        lambda: model.extend([nn.Tanh(), step]),
    ):
        with pytest.raises(TypeError, match="a module or a function; got"):
            put()
    with pytest.raises(TypeError, match="a module or a function; got"):
        model[0] = step
    assert isinstance(model[0], nn.ReLU)
    assert len(model) == 1
    model.kind = nn.Tanh  # an attribute is no step
    assert len(model) == 1


def test_a_member_of_a_list_is_something_that_can_be_called_too():
    with pytest.raises(TypeError, match=r"a member of a ModuleList is .*; got 5"):
        nn.ModuleList([nn.ReLU(), 5])


@pytest.mark.parametrize("name", ["", "a.b", "forward"])
def test_a_name_in_a_row_is_one_that_leads_to_one_member(name):
    with pytest.raises(
        ValueError, match=r"without dots|an attribute 'forward' already"
    ):
        nn.Sequential({name: nn.ReLU()})
