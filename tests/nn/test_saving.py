"""nn.save and nn.load: what is written comes back, and into what it fits, or nowhere."""

import sys
from collections import OrderedDict

import numpy as np
import pytest
from trainings import network, same, step, trained

import nn
from autograd import Tensor, Value
from nn.optim import SGD, Adam
from nn.optim.lr_scheduler import ReduceLROnPlateau, StepLR

# What is written comes back ----------------------------------------------------------


def test_a_model_is_saved_under_its_names_and_loaded_to_the_bit(tmp_path):
    model, other = network(), network()
    step(model, Adam(model.parameters()))
    nn.save(tmp_path / "model.safetensors", model)
    found = nn.load(tmp_path / "model.safetensors", other)
    assert same(dict(sorted(model.state_dict().items())), found)
    assert same(model.state_dict(), other.state_dict())


def test_numbers_of_values_are_saved_too(tmp_path):
    model, other = nn.scalar.MLP(2, [2, 1]), nn.scalar.MLP(2, [2, 1])
    nn.save(tmp_path / "model", model)
    nn.load(tmp_path / "model", other)
    assert same(model.state_dict(), other.state_dict())


@pytest.mark.parametrize(
    "array",
    [
        np.array(2.5),
        np.zeros((0, 3), np.float16),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(10)[::-3],
        np.array([True, False]),
        np.array([1, 2**63], np.uint64),
        np.array([1 + 2j], np.complex64),
        np.array(1 + 2j),
        np.array([[1j, np.nan], [-0.0, np.inf]]).T,
        np.array([np.nan, -0.0, np.inf, 5e-324]),
        np.broadcast_to(np.float32(3.0), (2, 2)),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_arrays_of_any_layout_and_dtype_come_back(tmp_path, array):
    nn.save(tmp_path / "x", {"x": array})
    nn.save(tmp_path / "y", part={"x": [array]})
    for found in (
        nn.load(tmp_path / "x")["x"],
        nn.load(tmp_path / "y")["part"]["x"][0],
    ):
        assert same(found, np.array(array, order="C"))
        assert found.flags.writeable


def test_arrays_of_the_other_byte_order_come_back_in_this_one(tmp_path):
    nn.save(tmp_path / "x", {"x": np.arange(3, dtype=">i4"), "y": np.array(1j, ">c16")})
    found = nn.load(tmp_path / "x")
    assert same(found, {"x": np.arange(3, dtype=np.int32), "y": np.array(1j)})


def test_plain_data_comes_back_as_it_was(tmp_path):
    tree = {
        "numbers": [1, -(2**200), 0.1, 5e-324, float("inf"), -0.0, True, None, 1 + 2j],
        "nan": float("nan"),
        "texts": ("", "ü\n\ud800", 'quote"'),
        "nested": {0: {"a": np.ones(2)}, "0": [], (1, "b"): (), None: {}},
        "numpy": [np.float32(0.1), np.int8(3), np.True_, np.complex128(1j)],
        "kinds": {"array": "a", "dict": [1]},
        "a.b": np.ones(1),
        "a": {"b": np.zeros(1), "": np.arange(3)},
    }
    nn.save(tmp_path / "tree", tree=tree, epoch=3)
    found = nn.load(tmp_path / "tree")
    assert same(found["tree"], tree)
    assert found["epoch"] == 3


def test_tensors_and_ordered_dictionaries_come_back_as_arrays_and_dictionaries(
    tmp_path,
):
    nn.save(tmp_path / "tree", tree=OrderedDict(x=Tensor([1.0]), y=Value(2.0)))
    assert same(
        nn.load(tmp_path / "tree")["tree"], {"x": np.ones(1), "y": np.array(2.0)}
    )


def test_a_checkpoint_holds_all_that_a_training_goes_on_from(tmp_path):
    nn.seed(5)
    model, optimizer = trained(lr=0.1)
    scheduler = StepLR(optimizer, 1)
    scheduler.step()
    nn.save(tmp_path / "c", model=model, optimizer=optimizer, schedule=scheduler)
    step(model, optimizer)
    expected, drawn = model.state_dict(), np.asarray(nn.Linear(2, 2).weight.data)

    nn.seed(6)
    other = network()
    twin = Adam(other.parameters(), lr=0.1)
    again = StepLR(twin, 1)
    nn.load(tmp_path / "c", model=other, optimizer=twin, schedule=again)
    assert again.state_dict() == {"kind": "StepLR", "last_epoch": 1, "base_lrs": [0.1]}
    step(other, twin)
    assert same(other.state_dict(), expected)
    assert same(np.asarray(nn.Linear(2, 2).weight.data), drawn)


def test_schedules_with_a_state_are_kept_in_the_optimizers(tmp_path):
    _, optimizer = trained()
    optimizer.lr = nn.optim.schedules.plateau(0.5, patience=0)
    for loss in (1.0, 1.0):
        optimizer.lr.observe(loss)
    nn.save(tmp_path / "c", optimizer=optimizer)
    optimizer.lr = nn.optim.schedules.plateau(0.5, patience=0)
    nn.load(tmp_path / "c", optimizer=optimizer)
    assert optimizer.lr(0) == 0.05


def test_generators_of_every_kind_go_on(tmp_path):
    kinds = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
    model = nn.Module()
    model.layers = [
        nn.Dropout(generator=np.random.Generator(getattr(np.random, kind)(1)))
        for kind in kinds
    ]
    for layer in model.layers:  # half of a word is used
        layer.generator.integers(5, dtype=np.uint32)
    nn.save(tmp_path / "c", model=model)
    first = [layer.generator.random(3) for layer in model.layers]
    nn.load(tmp_path / "c", model=model)
    assert same(first, [layer.generator.random(3) for layer in model.layers])


def test_weights_alone_are_loaded_from_a_checkpoint_and_leave_the_random_state(
    tmp_path,
):
    model, optimizer = trained()
    nn.save(tmp_path / "c", model=model, optimizer=optimizer)
    other = nn.Sequential(
        nn.Linear(2, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1)
    )
    nn.seed(1)
    first = nn.random.generator_of(None).random()
    nn.seed(1)
    nn.load(tmp_path / "c", other)
    assert same(other.state_dict(), model.state_dict())
    assert nn.random.generator_of(None).random() == first


def test_what_is_shared_stays_shared(tmp_path):
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    nn.save(tmp_path / "model", model)
    assert set(nn.load(tmp_path / "model", model)) == set(model.state_dict())
    assert model[1].weight is model[0].weight


# What is not saved -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda path: nn.save(nn.ReLU(), path), "path first"),
        (lambda path: nn.load(nn.ReLU(), path), "path first"),
        (lambda path: nn.save(path), "one model"),
        (lambda path: nn.save(path, nn.ReLU(), epoch=1), "one model"),
        (lambda path: nn.load(path, nn.ReLU(), epoch=1), "one model"),
        (lambda path: nn.save(path, [1.0]), "a module, or arrays by name"),
        (lambda path: nn.save(path, {"a": {"b": np.ones(1)}}), "a is none"),
        (lambda path: nn.save(path, {"a": 1.0}), "a is none"),
        (lambda path: nn.save(path, {1: np.ones(1)}), "arrays by name"),
        (lambda path: nn.save(path, {"a": np.array(["b"])}), "a: an array of <U1"),
        (
            lambda path: nn.save(path, {"a": np.ones(1, np.longdouble)}),
            "a: an array of",
        ),
        (lambda path: nn.save(path, {"__metadata__": np.ones(1)}), "__metadata__"),
        (lambda path: nn.save(path, f=print), "f is builtin_function_or_method"),
        (lambda path: nn.save(path, x={"y": [0, {1}]}), r"x\.y\.1 is set"),
        (lambda path: nn.save(path, x=np.ma.ones(1)), "x is MaskedArray"),
        (lambda path: nn.save(path, random=1), "'random' is the name"),
    ],
)
def test_what_cannot_be_saved_is_told_and_nothing_written(tmp_path, call, told):
    with pytest.raises(TypeError, match=told):
        call(tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_what_is_within_itself_is_refused(tmp_path):
    circle = []
    circle.append(circle)
    with pytest.raises(ValueError, match=r"x\.0\.0\.0\.0.*in itself"):
        nn.save(tmp_path / "file", x=circle)


def test_without_the_package_the_error_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ImportError, match=r'pip install "glassgrad\[train\]"'):
        nn.save(tmp_path / "x", nn.ReLU())


# What does not fit -------------------------------------------------------------------


class Stubborn:
    """A part that changes half of itself before it refuses."""

    def __init__(self):
        self.a = self.b = 0

    def state_dict(self):
        return {"a": self.a, "b": self.b}

    def load_state_dict(self, state):
        self.a = state["a"]
        if self.a == 7:
            raise RuntimeError("not 7")
        self.b = state["b"]


class Seven(Stubborn):
    def state_dict(self):
        return {"a": 7, "b": 7}


def mixed():
    model, optimizer = trained(lr=0.5)
    scheduler = StepLR(optimizer, 2)
    loader = nn.DataLoader(np.arange(8), batch_size=2, shuffle=True, generator=4)
    return {
        "model": model,
        "optimizer": optimizer,
        "schedule": scheduler,
        "loader": loader,
        "own": Stubborn(),
    }


def everything(parts):
    states = {name: part.state_dict() for name, part in parts.items()}
    own = parts["model"][2].generator.bit_generator.state
    return [states, own, nn.random.generator_of(None).bit_generator.state]


def other_parts(name):
    parts = mixed()
    if name == "model":
        parts["model"] = network(4)
    elif name == "optimizer":
        parts["optimizer"] = SGD(parts["model"].parameters(), lr=0.1)
    elif name == "schedule":
        parts["schedule"] = ReduceLROnPlateau(parts["optimizer"])
    elif name == "loader":
        parts["loader"] = nn.DataLoader(np.arange(9), batch_size=2, shuffle=True)
    elif name == "own":
        parts["own"] = Seven()
    else:
        parts["model"][2].generator = np.random.Generator(np.random.MT19937(1))
    return parts


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "model",
            "model: the state does not fit this Sequential(.|\n)*0.weight: expected",
        ),
        (
            "optimizer",
            "optimizer: the state does not fit this Adam(.|\n)*'betas' is miss",
        ),
        (
            "schedule",
            "schedule: the state of a StepLR has kind and last_epoch and base_lrs; got",
        ),
        ("loader", "loader: this loader has {'examples': 8"),
        ("own", r"own: RuntimeError\('not 7'\)"),
        ("random", "random: the random state does not fit\n.*is a PCG64 here"),
    ],
)
def test_a_checkpoint_is_loaded_whole_or_not_at_all(tmp_path, name, told):
    nn.save(tmp_path / "c", **other_parts(name))
    parts = mixed()
    batches = iter(parts["loader"])
    next(batches)
    before = everything(parts)
    with pytest.raises(
        ValueError, match=f"c was not loaded, and all is as before. {told}"
    ):
        nn.load(tmp_path / "c", **parts)
    assert same(before, everything(parts))
    next(batches)
    assert not same(before, everything(parts))  # which tells of the epoch that runs


def test_a_training_goes_on_after_a_failed_load_as_if_there_had_been_none(tmp_path):
    nn.save(tmp_path / "c", **other_parts("own"))
    ends = []
    for fails in (False, True):
        nn.seed(2)
        parts = mixed()
        batches = iter(parts["loader"])
        for i in range(4):
            step(parts["model"], parts["optimizer"])
            parts["schedule"].step()
            next(batches)
            if fails and i == 1:
                with pytest.raises(ValueError, match="not 7"):
                    nn.load(tmp_path / "c", **parts)
        ends.append(everything(parts))
    assert same(*ends)


def test_missing_parts_and_random_states_are_told(tmp_path):
    model, optimizer = trained()
    nn.save(tmp_path / "c", model=model, epoch=3)
    nn.save(tmp_path / "m", model)
    nn.save(tmp_path / "o", optimizer=optimizer)
    with pytest.raises(
        ValueError, match="no part optimizer; it has model, epoch, random"
    ):
        nn.load(tmp_path / "c", model=model, optimizer=optimizer)
    with pytest.raises(ValueError, match=r"no part model; it has 0\.bias"):
        nn.load(tmp_path / "m", model=model)
    with pytest.raises(ValueError, match="no part model; it has optimizer, random"):
        nn.load(tmp_path / "o", model)
    with pytest.raises(ValueError, match="no part epoch"):
        nn.load(tmp_path / "c", epoch=0)
    plain = nn.Sequential(
        nn.Linear(2, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1)
    )
    with pytest.raises(ValueError, match=r"model\.2\.generator has no generator here"):
        nn.load(tmp_path / "c", model=plain)
    nn.save(tmp_path / "p", model=plain)
    with pytest.raises(ValueError, match=r"model\.2\.generator is a generator here"):
        nn.load(tmp_path / "p", model=model)


def test_what_takes_no_state_is_refused(tmp_path):
    nn.save(tmp_path / "c", model={"a": 1})
    with pytest.raises(
        TypeError, match=r"model has no load_state_dict.*nn.load returns"
    ):
        nn.load(tmp_path / "c", model={})


def test_a_part_that_is_not_asked_for_is_passed_over(tmp_path):
    model, optimizer = trained()
    nn.save(tmp_path / "c", model=model, optimizer=optimizer, note={"by": "hand"})
    other = network()
    assert nn.load(tmp_path / "c", model=other)["note"] == {"by": "hand"}
    assert same(other.state_dict(), model.state_dict())


def test_a_missing_file_is_told():
    with pytest.raises(FileNotFoundError, match="no/such"):
        nn.load("/no/such", nn.ReLU())
