"""Modules: what is found by walking attributes, and what is saved and loaded."""

import copy
import pickle
import subprocess
import sys
from collections import (
    ChainMap,
    OrderedDict,
    UserDict,
    UserList,
    defaultdict,
    deque,
    namedtuple,
)

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.check import check_grads
from autograd.core.context import recording


class Zoo(nn.Module):
    """Parameters in every kind of container, one of them twice, and much else."""

    def __init__(self):
        self.scale = nn.Parameter([1.0, 2.0])
        self.pair = (nn.Linear(2, 2), nn.Parameter(np.zeros(2)))
        self.by_name = {"first": nn.Linear(2, 1, bias=False), "again": self.scale}
        self.number = ag.Value(3.0)
        self.running = nn.Buffer([0.0, 0.0])
        self.constant = ag.tensor([1.0], requires_grad=True)  # unmarked: not state
        self.name = "zoo"
        self.parent = self

    def forward(self, x):
        return self.pair[0](x) * self.scale


NAMES = [
    "scale",
    "pair.0.weight",
    "pair.0.bias",
    "pair.1",
    "by_name.first.weight",
    "number",
]


class Arrayish:
    """Something NumPy can read, as a tensor of another library is."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype)


def test_parameters_are_found_in_attributes_containers_and_submodules():
    assert [name for name, _ in Zoo().named_parameters()] == NAMES


def test_a_shared_parameter_is_listed_once_and_saved_under_each_name():
    zoo = Zoo()
    assert len(zoo.parameters()) == len(NAMES)
    assert "by_name.again" in zoo.state_dict()


def test_a_shared_module_is_listed_once():
    linear = nn.Linear(2, 2)
    model = nn.Sequential(linear, linear)
    assert len(model.parameters()) == 2
    assert [name for name, _ in model.named_modules()] == ["", "0"]


def test_buffers_are_state_but_not_parameters():
    zoo = Zoo()
    assert [name for name, _ in zoo.named_buffers()] == ["running"]
    assert "running" in zoo.state_dict()
    assert zoo.buffers()[0] is zoo.running


def test_frozen_and_computed_values_are_not_parameters():
    module = nn.Module()
    module.frozen = ag.Value(1.0, requires_grad=False)
    module.computed = ag.Value(1.0) * 2
    assert module.parameters() == []


def test_a_frozen_parameter_remains_part_of_the_state():
    layer = nn.Linear(1, 1)
    layer.weight.requires_grad = False
    assert list(layer.state_dict()) == ["weight", "bias"]


def test_a_parameter_is_a_float32_tensor_unless_it_was_given_an_array():
    assert nn.Parameter([1, 2]).dtype == np.float32
    assert nn.Parameter(np.ones(2)).dtype == np.float64
    assert nn.Parameter([1.0], dtype=np.float64).dtype == np.float64
    assert nn.Buffer(0).dtype == np.int64
    assert type(nn.Parameter([1.0])) is ag.Tensor


def test_a_parameter_holds_a_copy():
    array = np.ones(2)
    parameter = nn.Parameter(array)
    array[0] = 5
    assert parameter.data[0] == 1


def test_what_is_computed_from_a_parameter_is_no_parameter():
    module = nn.Module()
    module.view = nn.Parameter([1.0, 2.0]).reshape(2, 1)
    module.double = nn.Parameter([1.0]) * 2
    assert module.parameters() == []


# Containers and names -----------------------------------------------------------------

Pair = namedtuple("Pair", "weight bias")


class Attributes(dict):
    """A dictionary with a type of its own."""

    def __getattr__(self, name):
        return self[name]


def parameter():
    return nn.Parameter(np.ones(2))


CONTAINERS = {
    "list": lambda: [parameter(), 7],
    "tuple": lambda: (parameter(), "text"),
    "named tuple": lambda: Pair(parameter(), None),
    "dictionary": lambda: {1: parameter(), "two": 2},
    "ordered dictionary": lambda: OrderedDict(b=parameter(), a=parameter()),
    "default dictionary": lambda: defaultdict(list, w=parameter()),
    "dictionary of its own type": lambda: Attributes(w=parameter()),
    "nested": lambda: {"a": [Pair((parameter(),), OrderedDict(x=parameter()))]},
}


def types(x):
    """The types of containers, within each other, and of what they hold."""
    if isinstance(x, dict):
        return type(x), [(key, types(child)) for key, child in x.items()]
    if isinstance(x, (list, tuple)):
        return type(x), [types(child) for child in x]
    return type(x)


@pytest.mark.parametrize("make", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_every_container_is_walked_substituted_and_restored(make):
    module = nn.Module()
    module.kept = kept = make()
    names = [name for name, _ in module.named_parameters()]
    assert names
    assert all(name.startswith("kept.") for name in names)
    before = types(kept)
    others = {name: ag.tensor(np.full(2, 5.0)) for name in names}
    with module.substituted(others):
        assert module.kept is not kept
        assert types(module.kept) == before
        inside = [x for _, x in nn.walking.walk(module) if isinstance(x, ag.Tensor)]
        assert {id(x) for x in inside} == {id(x) for x in others.values()}
    assert module.kept is kept
    assert types(kept) == before
    state = {name: np.full(2, 3.0) for name in names}
    module.load_state_dict(state)
    assert all((p.data == 3.0).all() for p in module.parameters())


def test_named_tuples_keep_their_fields_while_others_stand_in():
    module = nn.Module()
    module.pair = Pair(parameter(), parameter())
    other = ag.tensor(np.zeros(2))
    with module.substituted({"pair.1": other}):
        assert module.pair.bias is other


def test_keys_of_one_name_are_told_apart_or_refused():
    module = nn.Module()
    module.table = {1: parameter(), "1": parameter()}
    assert len(module.parameters()) == 2
    for names in (
        lambda: list(module.named_parameters()),
        module.state_dict,
        lambda: module.load_state_dict({}),
    ):
        with pytest.raises(ValueError, match=r"'table' → 1 and 'table' → '1'"):
            names()


def test_a_key_with_a_dot_may_not_mean_two_things():
    module = nn.Module()
    module.table = {"a.b": parameter(), "a": {"b": parameter()}}
    with pytest.raises(ValueError, match=r"'table' → 'a.b' and 'table' → 'a' → 'b'"):
        module.state_dict()


def test_keys_of_one_name_may_lead_to_one_parameter():
    module = nn.Module()
    shared = parameter()
    module.table = {1: shared, "1": shared}
    assert list(module.state_dict()) == ["table.1"]


@pytest.mark.parametrize("name", ["modules", "parameters", "buffers", "training"])
def test_an_attribute_may_be_named_like_a_method(name):
    module = nn.Module()
    child = nn.Linear(1, 1)
    setattr(module, name, [child])
    child(np.ones((1, 1))).sum().backward()
    module.zero_grad()
    assert child.weight.grad is None
    assert list(module.state_dict()) == [f"{name}.0.weight", f"{name}.0.bias"]
    other = ag.tensor(np.zeros((1, 1)))
    with module.substituted({f"{name}.0.weight": other}):
        assert child.weight is other
    module.load_state_dict(module.state_dict())
    assert "Linear(1, 1)" in repr(module)
    module.eval()
    assert not child.training


def test_a_module_may_list_its_parameters_itself():
    class Hidden(nn.Module):
        def __init__(self):
            self.values = {ag.Value(1.0)}  # a set, which is not walked

        def parameters(self):
            return list(self.values)

    module = Hidden()
    (value,) = module.values
    value.grad = 1.0
    module.zero_grad()
    assert value.grad is None


# State --------------------------------------------------------------------------------


def test_state_dict_is_a_copy():
    layer = nn.Linear(2, 3)
    layer.state_dict()["weight"][:] = 7
    assert not (layer.weight.data == 7).any()


def test_loading_copies_and_casts():
    layer, state = nn.Linear(2, 1), {"weight": np.ones((1, 2)), "bias": np.zeros(1)}
    layer.load_state_dict(state)
    state["weight"][:] = 7
    assert layer.weight.dtype == np.float32
    assert layer.weight.data.tolist() == [[1, 1]]


def test_state_round_trips_through_every_kind_of_attribute():
    one, other = Zoo(), Zoo()
    one.number.data = 9.0
    one.running.data = np.array([1.0, 2.0], np.float32)
    other.load_state_dict(one.state_dict())
    for name, array in other.state_dict().items():
        assert np.array_equal(array, one.state_dict()[name]), name


def test_arrays_of_other_libraries_load():
    layer = nn.Linear(2, 1)
    state = {"weight": Arrayish([[1.0, 2.0]]), "bias": Arrayish([3.0])}
    layer.load_state_dict(state)
    assert layer.weight.data.tolist() == [[1, 2]]


@pytest.mark.parametrize("wrong", ["missing", "unknown", "shape", "dtype"])
def test_a_state_that_does_not_fit_leaves_everything_as_it_was(wrong):
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    before = model.state_dict()
    state = {name: array + 1 for name, array in before.items()}
    if wrong == "missing":
        del state["1.bias"]
    if wrong == "unknown":
        state["2.bias"] = np.zeros(1)
    if wrong == "shape":
        state["1.bias"] = np.zeros(2)
    if wrong == "dtype":
        state["1.bias"] = np.zeros(1, complex)
    with pytest.raises(ValueError, match="nothing was loaded"):
        model.load_state_dict(state)
    for name, array in model.state_dict().items():
        assert np.array_equal(array, before[name]), name


def test_the_error_lists_all_that_is_wrong():
    layer = nn.Linear(2, 3)
    with pytest.raises(ValueError, match="nothing was loaded") as caught:
        layer.load_state_dict({"weight": np.zeros((2, 3)), "extra": np.zeros(1)})
    told = str(caught.value)
    assert "weight: expected shape (3, 2) float32; got shape (2, 3) float64" in told
    assert "bias: missing" in told
    assert "extra: unknown" in told


def test_two_arrays_for_one_shared_parameter_are_refused():
    zoo = Zoo()
    state = zoo.state_dict()
    state["by_name.again"] = state["scale"] + 1
    with pytest.raises(ValueError, match=r"by_name\.again: is scale here"):
        zoo.load_state_dict(state)


def test_arrays_with_nan_load_also_into_what_is_shared():
    zoo = Zoo()
    zoo.load_state_dict(
        {k: np.full_like(a, np.nan) for k, a in zoo.state_dict().items()}
    )
    assert np.isnan(zoo.scale.data).all()


def test_a_backward_after_loading_refuses_to_use_the_new_weights():
    layer = nn.Linear(2, 2)
    x = ag.tensor(np.ones((1, 2)), requires_grad=True)
    loss = layer(x).sum()
    layer.load_state_dict(layer.state_dict())
    with pytest.raises(ag.StaleWriteError):
        loss.backward()


# Calls and scopes ---------------------------------------------------------------------


def test_a_module_called_twice_accumulates_both_gradients():
    layer = nn.Linear(1, 1, dtype=float)
    x = np.array([[3.0]])
    (layer(x) + layer(x)).sum().backward()
    assert layer.weight.grad.tolist() == [[6.0]]
    assert layer.bias.grad.tolist() == [2.0]


def test_nodes_carry_the_chain_of_the_modules_that_made_them():
    layer = nn.Linear(1, 1)
    model = nn.Sequential(layer)
    node = model(np.ones((1, 1)))
    outer, innermost = node.scope
    assert innermost is layer
    assert outer[:2] == (None, model)


def test_two_calls_of_a_module_are_two_scopes():
    layer = nn.Linear(1, 1)
    first, second = layer(np.ones((1, 1))), layer(np.ones((1, 1)))
    assert first.scope is not second.scope


def test_the_scope_ends_with_the_call_also_by_an_error():
    layer = nn.Linear(2, 1)
    with pytest.raises(ValueError, match="needs an input"):
        layer(np.ones((1, 3)))
    assert recording.get().scope is None
    assert (layer.weight * 2).scope is None


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Module has no forward"):
        nn.Module()(1)


# Training mode, copies, text ----------------------------------------------------------


def test_train_and_eval_reach_every_module():
    zoo = Zoo()
    zoo.eval()
    assert not any(module.training for module in zoo.modules())
    assert zoo.train() is zoo
    assert all(module.training for module in zoo.modules())


def test_a_state_that_fits_in_part_is_loaded_in_part_and_the_rest_is_told():
    layer = nn.Linear(2, 3)
    bias = layer.bias.data.copy()
    state = {"weight": np.ones((3, 2)), "scale": np.ones(1)}
    told = layer.load_state_dict(state, strict=False)
    assert (told.missing_keys, told.unexpected_keys) == (["bias"], ["scale"])
    assert (layer.weight.data == 1).all()
    np.testing.assert_array_equal(layer.bias.data, bias)
    assert layer.load_state_dict(layer.state_dict()) == ([], [])
    with pytest.raises(ValueError, match="expected shape"):
        layer.load_state_dict({"weight": np.ones(3), "bias": np.ones(3)}, strict=False)
    np.testing.assert_array_equal(layer.bias.data, bias)


@pytest.mark.parametrize("state", [None, nn.Linear(2, 3), [("weight", 1)], "model.pt"])
def test_a_state_is_arrays_by_name(state):
    with pytest.raises(TypeError, match=r"arrays by name.*; got"):
        nn.Linear(2, 3).load_state_dict(state)


def test_zero_grad_keeps_arrays_of_zeros_where_asked_to():
    layer = nn.Linear(2, 1, bias=False)
    layer.zero_grad(set_to_none=False)
    assert layer.weight.grad is None
    layer(np.ones((1, 2))).sum().backward()
    layer.zero_grad(set_to_none=False)
    assert layer.weight.grad.tolist() == [[0.0, 0.0]]
    assert layer.weight.grad.dtype == np.float32


def test_zero_grad_leaves_none():
    layer = nn.Linear(2, 1)
    layer(np.ones((1, 2))).sum().backward()
    layer.zero_grad()
    assert [p.grad for p in layer.parameters()] == [None, None]


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))]
)
def test_copies_are_whole_and_independent(copied):
    zoo = Zoo()
    zoo(np.ones((1, 2))).sum().backward()
    twin = copied(zoo)
    assert [name for name, _ in twin.named_parameters()] == NAMES
    assert twin.parent is twin
    assert twin.by_name["again"] is twin.scale
    assert np.array_equal(twin.scale.grad, zoo.scale.grad)
    for mine, other in zip(zoo.parameters(), twin.parameters()):
        assert mine is not other
        assert not np.shares_memory(mine.data, other.data)
        assert np.array_equal(mine.data, other.data)


def test_the_repr_shows_the_tree():
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Flatten()))
    assert repr(model) == (
        "Sequential(\n"
        "  0: Linear(2, 3)\n"
        "  1: Sequential(\n"
        "    0: ReLU()\n"
        "    1: Flatten(start_dim=1, end_dim=-1)\n"
        "  )\n"
        ")"
    )


def test_the_repr_of_a_module_within_itself_ends():
    assert "parent: ..." in repr(Zoo())


def test_importing_nn_imports_nothing_optional():
    heavy = {"tqdm", "safetensors", "sklearn", "matplotlib", "hypothesis", "viz"}
    program = f"import sys, nn; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"


# Cost, and what is frozen ------------------------------------------------------------


def test_modules_that_share_others_are_walked_once():
    module = nn.Linear(2, 2)
    for _ in range(200):
        outer = nn.Module()
        outer.one = outer.other = module
        outer.pair = [module, {"again": module}]
        module = outer
    assert len(module.parameters()) == 2
    assert len(module.modules()) == 201
    names = [name for name, _ in module.named_parameters()]
    assert names[0] == "one." * 200 + "weight"
    assert module.eval().one.one.training is False


@pytest.mark.parametrize("via_lists", [True, False])
def test_modules_that_know_each_other_are_state_once(via_lists):
    modules = [nn.Linear(2, 2) for _ in range(12)]
    for module in modules:
        if via_lists:
            module.others = list(modules)
        else:
            for i, other in enumerate(modules):
                setattr(module, f"m{i}", other)
    assert len(modules[0].parameters()) == 24
    state = modules[0].state_dict()
    assert len(state) == 24
    modules[3].load_state_dict(modules[3].state_dict())


def test_a_module_shared_by_two_is_state_under_each_name_though_their_parent_is_known():
    parent, shared = nn.Module(), nn.Linear(1, 1)
    parent.one, parent.other = nn.Sequential(shared), nn.Sequential(shared)
    names = ["one.0.weight", "one.0.bias", "other.0.weight", "other.0.bias"]
    assert list(parent.state_dict()) == names
    parent.me = parent
    assert list(parent.state_dict()) == names


def test_frozen_values_remain_parameters_and_can_be_thawed():
    model = nn.scalar.MLP(2, [3, 1])
    names = list(model.state_dict())
    for p in model.parameters():
        p.requires_grad = False
    for twin in (model, copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert list(twin.state_dict()) == names
        assert len(twin.parameters()) == len(names)
        assert not model([1.0, 2.0]).requires_grad
        for p in twin.parameters():
            p.requires_grad = True
        twin([1.0, 2.0]).backward()
        assert all(p.grad is not None for p in twin.parameters())
        for p in twin.parameters():
            p.requires_grad = False


def test_a_module_is_cast_in_place_with_its_gradients_and_counts_stay_counts():
    model = nn.Linear(2, 3)
    model.count = nn.Buffer(4)
    weight = model.weight
    model(np.ones((1, 2), np.float32)).sum().backward()
    assert model.double() is model
    assert model.weight is weight
    assert (weight.dtype, weight.grad.dtype) == (np.float64, np.float64)
    assert np.issubdtype(model.count.dtype, np.integer)
    assert model(np.ones((1, 2))).dtype == np.float64
    assert model.float().weight.dtype == np.float32


def test_a_graph_made_before_the_cast_is_not_swept_with_the_new_numbers():
    model = nn.Linear(2, 3)
    x = ag.tensor(np.ones((1, 2), np.float32), requires_grad=True)
    loss = (model(x) ** 2).sum()
    model.to(np.float16)
    with pytest.raises(ag.StaleWriteError):
        loss.backward()


@pytest.mark.parametrize("dtype", [int, complex, "int8", "cpu", "cuda:0", None, 3])
def test_a_module_is_cast_to_real_numbers_only(dtype):
    model = nn.Linear(2, 3)
    with pytest.raises(TypeError, match="a dtype of real numbers"):
        model.to(dtype)
    assert model.weight.dtype == np.float32


# What takes the place of something ----------------------------------------------------


class Following(nn.Module):
    """A running mean, as people write it."""

    def __init__(self):
        self.mean = nn.Buffer(np.zeros(2))
        self.scale = nn.Parameter(np.ones(2))

    def forward(self, x):
        self.mean = 0.5 * self.mean + 0.5 * ag.asarray(x.mean(axis=0))
        return (x - self.mean) * self.scale


def test_a_buffer_that_is_assigned_anew_stays_in_the_state():
    module = Following()
    module(np.array([[2.0, 4.0]]))
    module(np.array([[2.0, 4.0]]))
    assert module.state_dict()["mean"].tolist() == [1.5, 3.0]
    assert [name for name, _ in module.named_buffers()] == ["mean"]
    module.load_state_dict({"mean": np.ones(2), "scale": np.ones(2)})
    assert module.mean.tolist() == [1.0, 1.0]


def test_what_replaces_a_buffer_keeps_its_gradient():
    module = Following()
    x = ag.tensor([[2.0, 4.0]], requires_grad=True)
    module(x).sum().backward()
    assert x.grad.tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("new", [np.ones(2), np.float32(1), ag.ones(2)])
def test_arrays_and_tensors_replace_buffers(new):
    module = Following()
    module.mean = new
    assert module.state_dict()["mean"].tolist() == new.tolist()


@pytest.mark.parametrize("new", [1.0, [1.0, 1.0], "text"])
def test_what_is_no_array_does_not_replace_a_buffer(new):
    module = Following()
    with pytest.raises(TypeError, match=r"'mean' is a Buffer, which a \w+ cannot"):
        module.mean = new
    assert module.mean.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "new", [ag.ones(2), np.ones(2), 1.0, nn.Buffer([1.0]).detach()]
)
def test_what_is_no_parameter_does_not_replace_one(new):
    module = Following()
    with pytest.raises(TypeError, match="'scale' is a Parameter"):
        module.scale = new
    with pytest.raises(TypeError, match="'scale' is a Parameter"):
        module.scale = module.scale * 0.9
    assert len(module.parameters()) == 1


@pytest.mark.parametrize("new", [None, nn.Parameter([3.0]), nn.Linear(1, 1)])
def test_nothing_another_parameter_or_a_module_may_take_any_place(new):
    module = Following()
    module.scale = new
    module.mean = new
    assert module.scale is new
    del module.mean
    module.mean = 3.0


def test_in_place_updates_of_attributes_keep_what_they_are():
    module = Following()
    module.mean += 1
    module.scale.data -= 0.5
    assert list(module.state_dict()) == ["mean", "scale"]
    with pytest.raises(TypeError, match="no_grad"):
        module.scale -= 1


def test_buffers_may_stay_out_of_the_state():
    module = nn.Module()
    module.register_buffer("mask", np.ones(2), persistent=False)
    module.mask = module.mask * 2
    assert list(module.state_dict()) == []
    assert [name for name, _ in module.named_buffers()] == ["mask"]
    assert module.float().mask.dtype == np.float32


@pytest.mark.parametrize("name", ["a.b", "", "forward", "there", 3])
def test_a_name_that_is_taken_or_no_name_is_refused(name):
    module = nn.Module()
    module.there = 1.0
    for register, new in [
        (module.register_buffer, np.ones(1)),
        (module.register_parameter, nn.Parameter([1.0])),
        (module.add_module, nn.ReLU()),
    ]:
        with pytest.raises(ValueError, match=r"name|already"):
            register(name, new)
    with pytest.raises(TypeError, match=r"an nn\.Parameter"):
        module.register_parameter("new", ag.ones(1))
    with pytest.raises(TypeError, match="a Module"):
        module.add_module("new", np.tanh)


# Parts by name, freezing --------------------------------------------------------------


def test_children_are_the_modules_directly_within():
    zoo = Zoo()
    names = ["pair.0", "by_name.first", "parent"]
    assert [name for name, _ in zoo.named_children()] == names
    assert zoo.children()[0] is zoo.pair[0]
    model = nn.Sequential(nn.Sequential(nn.ReLU()), nn.Tanh())
    model.again = model[1]
    assert model.children() == [model[0], model[1]]


def test_apply_goes_from_the_inside_out_once():
    inner = nn.Sequential(nn.ReLU(), nn.Tanh())
    model, told = nn.Sequential(inner, inner[0]), []
    assert model.apply(told.append) is model
    assert told == [*inner, inner, model]
    zoo = Zoo()
    zoo.apply(told.append)
    assert told[-1] is zoo


def test_a_submodule_is_found_by_its_path():
    model = nn.Sequential(nn.MLP(2, [3, 1]))
    assert model.get_submodule("0.layers.1") is model[0].layers[1]
    assert model.get_submodule("") is model
    with pytest.raises(AttributeError, match=r"no module '0\.weight'.*0\.layers\.1"):
        model.get_submodule("0.weight")


def test_freezing_stops_gradients_until_it_is_undone():
    model = nn.MLP(2, [3, 1])
    assert model.layers[0].freeze() is model.layers[0]
    model(np.ones((1, 2))).sum().backward()
    assert [p.grad is None for p in model.parameters()] == [True, True, False, False]
    model.requires_grad_()
    assert all(p.requires_grad for p in model.parameters())
    assert list(model.layers[0].freeze().state_dict()) == ["weight", "bias"]


# Errors -------------------------------------------------------------------------------


def notes(error):
    return getattr(error, "__notes__", [])


def test_an_error_tells_once_where_in_the_model_it_was():
    model = nn.Sequential(
        nn.MLP(2, [3, 4]), nn.Residual(nn.Sequential(nn.Linear(3, 4)))
    )
    with pytest.raises(ValueError, match="needs an input") as caught:
        model(np.ones((5, 2)))
    told = "in the module 1.module.0 (Linear(3, 4)) of this Sequential"
    assert notes(caught.value) == [told]


def test_the_model_itself_needs_no_note():
    with pytest.raises(ValueError, match=r"Linear\(3, 4\) needs an input") as caught:
        nn.Linear(3, 4)(np.ones((5, 2)))
    assert notes(caught.value) == []


def test_a_module_that_is_no_attribute_is_told_without_a_path():
    class Outer(nn.Module):
        def forward(self, x):
            return nn.Linear(3, 4)(x)

    with pytest.raises(ValueError, match="needs an input") as caught:
        Outer()(np.ones((5, 2)))
    assert notes(caught.value) == [
        "in the module of no name (Linear(3, 4)) of this Outer"
    ]


def test_errors_of_any_python_in_a_layer_are_told_and_stay_what_they_are():
    class Broken(nn.Module):
        def forward(self, x):
            return {}["key"]

    with pytest.raises(KeyError) as caught:
        nn.Sequential(nn.ReLU(), Broken())(np.ones(2))
    assert notes(caught.value) == ["in the module 1 (Broken()) of this Sequential"]


def test_a_masked_array_is_no_state():
    module = nn.Linear(1, 1)
    before = module.state_dict()
    weight = np.ma.masked_array([[1.0]], [[True]])
    with pytest.raises(TypeError, match="weight got a masked array"):
        module.load_state_dict({"weight": weight, "bias": np.ones(1)})
    assert module.state_dict() == before


@pytest.mark.parametrize(
    "container", [deque, lambda x: UserDict(enumerate(x)), UserList,
                  lambda x: ChainMap(dict(enumerate(x)))],
)  # fmt: skip
def test_parameters_are_found_in_other_containers_too(container):
    class Product(nn.Module):
        def __init__(self):
            self.factors = container([nn.Parameter([2.0]), nn.Parameter([3.0])])

        def forward(self, x):
            return x * self.factors[0] * self.factors[1]

    model = Product()
    assert [*model.state_dict()] == ["factors.0", "factors.1"]
    np.sum(model(ag.ones(1))).backward()
    assert [p.grad.item() for p in model.parameters()] == [3, 2]
    check_grads(model, np.ones(1))


def test_loading_keeps_memory_tied_that_was():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight.data = model[0].weight.data
    state = {name: a + 1 for name, a in model.state_dict().items()}
    model.load_state_dict(state)
    assert np.shares_memory(model[0].weight.data, model[1].weight.data)
    assert not np.shares_memory(model[0].weight.data, model[2].weight.data)
    np.testing.assert_array_equal(model[1].weight.data, state["0.weight"])
    state["1.weight"] = state["1.weight"] * 2  # saved when they were not
    model.load_state_dict(state)
    np.testing.assert_array_equal(model[0].weight.data, state["0.weight"])
    np.testing.assert_array_equal(model[1].weight.data, state["1.weight"])
