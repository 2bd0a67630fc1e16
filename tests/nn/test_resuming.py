"""A training that is killed goes on to what one that is not ends with, to the bit."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from trainings import same

import nn
from autograd import Tensor, Value
from nn.optim import SGD, Adam, lr_scheduler, schedules

SCRIPT = Path(__file__).with_name("killed.py")
KILLS = 60 if settings().max_examples >= 500 else 12


def test_trainings_that_are_killed_go_on_to_the_same_end(tmp_path):
    """With dropout, a schedule and batches made ahead, also when killed in writing."""
    run = subprocess.run(
        [sys.executable, "-W", "error", SCRIPT, tmp_path, str(KILLS), "0"],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["equal"] == KILLS, (seen, run.stderr)
    assert seen["with a part of one"] > 0
    assert seen["left over"] == 0


# Whatever is saved -------------------------------------------------------------------


def goes_on(path, make, steps=3, undoing=True):
    """Whether a training goes on from a file as it went on without: all its state.

    ``make()`` gives the parts of it, and a function that takes a step.
    """
    nn.seed(0)
    parts, step = make()
    for _ in range(steps):
        step()
    nn.save(path, **parts)
    for _ in range(steps):
        step()
    nn.save(path.with_suffix(".end"), **parts)

    nn.seed(1)
    parts, step = make()
    if undoing:
        step()  # which loading undoes
    nn.load(path, **parts)
    for _ in range(steps):
        step()
    nn.save(path.with_suffix(".again"), **parts)
    end, again = (nn.load(path.with_suffix(kind)) for kind in (".end", ".again"))
    return same(end, again) and not same(nn.load(path), end)


X = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)


def training(model, optimizer, x=X, **parts):
    """The parts, and a step on the same batch."""

    def closure():
        optimizer.zero_grad()
        loss = (model(x) ** 2).mean()
        loss.backward()
        return loss

    def step():
        optimizer.step(closure)
        for part in parts.values():
            part.step()

    return {"model": model, "optimizer": optimizer, **parts}, step


OPTIMIZERS = {
    "SGD": {"lr": 0.1, "momentum": 0.9},
    "ASGD": {},
    "Rprop": {},
    "Lion": {"lr": 0.01},
    "Adagrad": {},
    "RMSprop": {"centered": True, "momentum": 0.5},
    "Adadelta": {"lr": 0.5},
    "Adam": {"amsgrad": True},
    "AdamW": {"lr": schedules.cosine(0.1, steps=5)},
    "Adamax": {},
    "NAdam": {},
    "RAdam": {},
    "LAMB": {"lr": 0.1},
    "Muon": {"lr": 0.1},
    "LBFGS": {"max_iter": 2, "line_search_fn": "strong_wolfe"},
}


def test_every_optimizer_is_tried():
    kinds = {x for x in nn.optim.__all__ if x[0].isupper()}
    assert set(OPTIMIZERS) == kinds - {"Optimizer"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_on_from_a_file(tmp_path, name):
    def make():
        bias = name != "Muon"  # which is for matrices
        model = nn.Sequential(nn.Linear(4, 3, bias=bias), nn.Linear(3, 1, bias=bias))
        rule = getattr(nn.optim, name)
        return training(model, rule(model.parameters(), **OPTIMIZERS[name]))

    assert goes_on(tmp_path / "c", make)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_every_precision_goes_on_from_a_file(tmp_path, dtype):
    def make():
        model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)).to(dtype)
        return training(model, Adam(model.parameters()), X.astype(dtype))

    assert goes_on(tmp_path / "c", make)


def test_numbers_and_complex_parameters_go_on_from_a_file(tmp_path):
    class Wave(nn.Module):
        def __init__(self):
            self.wave = nn.Parameter(np.array([1 + 2j, -1j]))
            self.number = Value(0.5)

        def forward(self, x):
            self.number.grad = 2 * self.number.data
            return abs(self.wave)

    def make():
        model = Wave()
        optimizer = Adam(model.parameters())
        parts, _ = training(model, optimizer)

        def step():
            optimizer.zero_grad()
            (model(X) ** 2).sum().backward()
            optimizer.step()

        return parts, step

    assert goes_on(tmp_path / "c", make)


SCHEDULERS = {
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda step: 0.9**step),
    "MultiplicativeLR": lambda o: lr_scheduler.MultiplicativeLR(o, lambda step: 0.9),
    "StepLR": lambda o: lr_scheduler.StepLR(o, 2),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, [2, 4]),
    "ConstantLR": lambda o: lr_scheduler.ConstantLR(o, total_iters=4),
    "LinearLR": lambda o: lr_scheduler.LinearLR(o, total_iters=4),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, 0.9),
    "PolynomialLR": lambda o: lr_scheduler.PolynomialLR(o, 6, 2.0),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, 6),
    "CosineAnnealingWarmRestarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(
        o, 2
    ),
    "CyclicLR": lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1, 2),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, 0.1, 8),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o), lr_scheduler.StepLR(o, 1)], [4]
    ),
    "ChainedScheduler": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ExponentialLR(o, 0.9), lr_scheduler.StepLR(o, 2)]
    ),
    "ReduceLROnPlateau": lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=1),
}


def test_every_scheduler_is_tried():
    assert set(SCHEDULERS) == set(lr_scheduler.__all__) - {"LRScheduler"}


@pytest.mark.parametrize("name", SCHEDULERS)
def test_every_scheduler_goes_on_from_a_file(tmp_path, name):
    def make():
        model = nn.Linear(4, 1)
        optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
        scheduler = SCHEDULERS[name](optimizer)
        parts, step = training(model, optimizer)

        def both():
            step()
            scheduler.step(*[1.0] * (name == "ReduceLROnPlateau"))

        return {**parts, "schedule": scheduler}, both

    assert goes_on(tmp_path / "c", make)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_schedulers_refuse_what_is_no_state_of_theirs(name):
    scheduler = SCHEDULERS[name](SGD([Value(1.0)], lr=0.1, momentum=0.9))
    before = scheduler.state_dict()
    with pytest.raises(ValueError, match=f"the state of a {name} has .*; got odd"):
        scheduler.load_state_dict({"odd": 1})
    assert scheduler.state_dict() == before


def attention(dropout):
    layer = nn.TransformerEncoderLayer(4, 2, 8, dropout=dropout)
    return nn.Sequential(nn.Unflatten(0, (2, 3)), layer, nn.Flatten(0, 1))


@pytest.mark.parametrize(
    "drawing",
    [
        lambda: nn.Dropout(0.5),
        lambda: nn.Dropout(0.5, generator=np.random.Generator(np.random.Philox(1))),
        lambda: nn.AlphaDropout(0.5, generator=2),
        lambda: nn.RReLU(generator=1),
        lambda: nn.RReLU(),
        lambda: attention(0.3),
        lambda: nn.AveragedModel(nn.Dropout(0.5, generator=1)),
        lambda: nn.ModuleList([nn.Dropout(generator=1)])[0],
    ],
)
def test_all_that_draws_goes_on_from_a_file(tmp_path, drawing):
    def make():
        model = nn.Sequential(nn.Linear(4, 4), drawing(), nn.Linear(4, 1))
        return training(model, SGD(model.parameters(), lr=0.1))

    assert goes_on(tmp_path / "c", make)


def endless(loader):
    while True:
        yield from loader


@pytest.mark.parametrize(
    "options",
    [
        {"shuffle": True},
        {"shuffle": True, "generator": 3, "prefetch": 2},
        {"weights": np.arange(8.0), "generator": 3},
        {"augment": lambda x, generator: x + generator.random(x.shape)},
    ],
    ids=lambda options: ",".join(options),
)
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("steps", [3, 4, 5])
def test_the_data_go_on_in_the_middle_of_an_epoch(tmp_path, options, shared, steps):
    """With dropout that draws from nn's generator, or from the one of the loader."""

    def make():
        generator = np.random.default_rng(5) if shared else None
        drawn = {**options, "generator": generator} if shared else options
        loader = nn.DataLoader(np.arange(8.0), batch_size=2, **drawn)
        batches = endless(loader)
        seen = nn.Module()
        seen.sum, seen.dropout = nn.Buffer(np.zeros(2)), nn.Dropout(generator=generator)

        def step():
            (x,) = next(batches)
            seen.sum = seen.dropout(Tensor(3 * seen.sum.data + x)).detach()

        return {"loader": loader, "seen": seen}, step

    assert goes_on(tmp_path / "c", make, steps, undoing=False)
