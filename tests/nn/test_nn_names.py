"""What nn offers by name, and who in it may know whom."""

import ast
import configparser
import importlib
import inspect
import pkgutil
import sys
from importlib.util import resolve_name
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
from nn.elsewhere import METHODS, NAMES, OPTIONS
from nn.layers import losses
from nn.layers.adaptive import AdaptiveMaxPooling, AdaptivePooling
from nn.layers.applied import Applied, Sliding
from nn.layers.batch_normalization import BatchNorm, InstanceNorm, Running
from nn.layers.containers import Listed
from nn.layers.convolution import Convolution, TransposedConvolution
from nn.layers.dropout import Dropping
from nn.layers.lookup import Table
from nn.layers.normalization import Scaled
from nn.layers.padding import ConstantPadding, Padding
from nn.layers.pooling import LPPooling, MaxPooling, Pooling, Unpooling
from nn.layers.recurrent import Recurrent
from nn.layers.recurrent_cells import Cell
from nn.layers.recurrent_units import Unit
from nn.layers.transformer import TransformerLayer, TransformerStack

ROOT = Path(nn.__file__).parent


def name_of(path):
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path):
    """The modules a file imports, by their full names."""
    package = name_of(path) if path.name == "__init__.py" else name_of(path.parent)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                name = f"{base}{'' if base.endswith('.') else '.'}{alias.name}"
                full = resolve_name(name, package)
                yield full if _is_module(full) else full.rpartition(".")[0]


def _is_module(name):
    path = ROOT.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


FILES = {name_of(path): list(imports(path)) for path in ROOT.rglob("*.py")}


@pytest.mark.parametrize(
    "module",
    [nn, nn.data, nn.functional, nn.init, nn.optim, nn.parallel, nn.scalar, nn.train],
)
def test_the_tab_key_shows_what_a_user_may_use(module):
    shown = {name for name in dir(module) if not name.startswith("__")}
    assert shown == set(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


def test_every_layer_activation_and_loss_is_a_name_of_nn():
    bases = {Applied, Sliding, losses.Loss}
    bases |= {Convolution, TransposedConvolution, Pooling}
    bases |= {AdaptivePooling, AdaptiveMaxPooling}
    bases |= {LPPooling, MaxPooling, Unpooling}
    bases |= {Cell, Recurrent, TransformerLayer, TransformerStack, Unit}
    bases |= {BatchNorm, Dropping, InstanceNorm, Listed, Running, Scaled, Table}
    bases |= {Padding, ConstantPadding}
    for file in pkgutil.iter_modules([str(ROOT / "layers")], "nn.layers."):
        module = importlib.import_module(file.name)
        for name, x in inspect.getmembers(module, inspect.isclass):
            if x.__module__ == module.__name__ and x not in bases:
                assert getattr(nn, name) is x
                assert name in nn.__all__


def test_what_layers_apply_are_the_functions_of_functional():
    functions = {getattr(nn.functional, name) for name in nn.functional.__all__}
    named = [getattr(nn, name) for name in nn.__all__]
    applied = [x for x in named if inspect.isclass(x) and hasattr(x, "function")]
    assert {x.function for x in applied} <= functions


def test_a_function_becomes_a_module_in_one_line_and_can_be_subclassed():
    class Sine(Applied, function=ag.sin):
        pass

    class Loud(Sine):
        def forward(self, x):
            return 2 * super().forward(x)

    assert Loud()(ag.tensor(1.0)).item() == 2 * Sine()(ag.tensor(1.0)).item()


def test_every_package_is_shipped():
    config = configparser.ConfigParser()
    config.read(ROOT.parent / "setup.cfg", encoding="utf-8")
    shipped = set(config["options"]["packages"].split())
    for path in ROOT.rglob("__init__.py"):
        assert name_of(path) in shipped


def test_nn_enters_the_engine_by_its_front_door_and_a_few_rooms():
    entered = {
        other
        for others in FILES.values()
        for other in others
        if other.startswith("autograd.")
    }
    assert entered == {
        "autograd.core.context",  # whether a program is recorded
        "autograd.core.node",  # what is decided by data, and what is read of them
        "autograd.core.space",
        "autograd.core.writes",
        "autograd.ops.held",
        "autograd.ops.indexing",
        "autograd.ops.keywords",  # what errors add
        "autograd.ops.reductions",  # of losses, which need none of NumPy's keywords
        "autograd.ops.windows",
        "autograd.protocols.pytorch",
        "autograd.compiler.numbers",  # settings of optimizers, at each call
        "autograd.compiler.tracing",
    }


@pytest.mark.parametrize(
    ("room", "others"),
    [
        ("nn.module", ["functional", "layers", "optim", "train", "init", "scalar"]),
        ("nn.functional", ["layers", "optim", "train", "module", "scalar"]),
        ("nn.layers", ["optim", "parallel", "train", "scalar"]),
        ("nn.data", ["layers", "optim", "parallel", "train", "module", "scalar"]),
        ("nn.optim", ["functional", "layers", "parallel", "train", "module", "scalar"]),
        ("nn.parallel", ["optim", "train", "scalar"]),
        ("nn.saving", ["functional", "layers", "optim", "parallel", "train", "scalar"]),
        ("nn.train", ["scalar"]),
    ],
)
def test_a_room_knows_only_the_rooms_below_it(room, others):
    above = tuple(f"nn.{other}" for other in others)
    for name, found in FILES.items():
        if name == room or name.startswith(f"{room}."):
            assert not [other for other in found if other.startswith(above)], name
            assert "nn" not in found, name


@pytest.mark.parametrize("module", NAMES)
def test_a_name_of_pytorchs_that_is_not_here_is_told_and_is_not_there(module):
    owner = importlib.import_module(module)
    for name, instead in NAMES[module].items():
        with pytest.raises(AttributeError, match="PyTorch") as caught:
            getattr(owner, name)
        assert instead in str(caught.value)
        assert not hasattr(owner, name)
        assert name not in dir(owner)
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        _ = owner.no_such_name


def test_a_method_of_pytorchs_modules_is_told_and_the_name_is_free_to_use():
    model = nn.Sequential(nn.Linear(2, 2))
    for name, instead in METHODS.items():
        with pytest.raises(AttributeError, match="PyTorch") as caught:
            getattr(model, name)
        assert instead in str(caught.value)
        assert not hasattr(model, name)
        assert name not in dir(model)
    model.type = "encoder"
    assert model.type == "encoder"
    model.register_buffer("half", np.ones(2))
    assert list(model.half.data) == [1.0, 1.0]

    class Classifier(nn.Module):
        def reset_parameters(self):
            return "anew"

        @property
        def cuda(self):
            raise AttributeError("of my own")

    assert Classifier().reset_parameters() == "anew"
    with pytest.raises(AttributeError, match="of my own"):
        _ = Classifier().cuda


def test_what_is_told_instead_of_a_method_runs():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    given = {"nn": nn, "np": np, "model": model, "hook": print, "module": nn.ReLU()}
    written = [x.partition(";")[0].removeprefix("write ") for x in METHODS.values()]
    calls = [x for x in written if x.startswith(("model.", "dict("))]
    for call in calls:
        known = "1.running_mean" if "named_buffers" in call else "0.bias"
        eval(call, {**given, "name": "act" if "add_module" in call else known})
    assert len(calls) >= 10


@pytest.mark.parametrize("option", ["num_workers", "pin_memory", "collate_fn"])
def test_an_option_of_pytorchs_loader_is_told(option):
    with pytest.raises(TypeError, match=f"'{option}'; it is PyTorch's: ") as caught:
        nn.DataLoader(np.ones(3), **{option: 2})
    assert OPTIONS[option] in str(caught.value)
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'other'$"):
        nn.DataLoader(np.ones(3), other=2)


@pytest.mark.parametrize("option", ["foreach", "fused"])
def test_an_option_of_pytorchs_optimizers_is_told_after_those_there_are(option):
    told = f"has no setting '{option}'; there is lr, [^§]*; it is PyTorch's: "
    with pytest.raises(TypeError, match=told):
        nn.optim.AdamW([nn.Parameter(np.ones(3))], **{option: True})


@pytest.mark.parametrize(
    ("call", "option"),
    [
        (lambda **x: nn.TransformerEncoder(nn.ReLU(), 1, **x), "enable_nested_tensor"),
        (lambda **x: nn.optim.lr_scheduler.CyclicLR(None, 0, 1, **x), "scale_fn"),
    ],
)
def test_an_option_of_pytorchs_layers_and_schedulers_is_told(call, option):
    with pytest.raises(TypeError, match=f"'{option}'; it is PyTorch's: ") as caught:
        call(**{option: None})
    assert OPTIONS[option] in str(caught.value)


@pytest.mark.parametrize(
    ("module", "name", "instead"),
    [
        ("nn.data", "ConcatDataset", "TensorDataset"),
        ("nn.optim", "SparseAdam", "nn.optim.Adam"),
        ("nn", "LazyLinear", "nn.Linear"),
        ("nn.functional", "grid_sample", "index"),
        ("nn.init", "uniform", "uniform_"),
        ("nn.utils", "spectral_norm", "weight"),
        ("autograd", "cat", "concatenate"),
    ],
)
def test_an_import_of_a_name_of_pytorchs_is_told_too(module, name, instead):
    with pytest.raises(ImportError, match=instead):
        exec(f"from {module} import {name}")
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec(f"from {module} import nothing")
    assert not hasattr(sys.modules[module], name)
