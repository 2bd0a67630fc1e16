"""Around nn.fit: its history, the learning-rate finder, the progress bar."""

import copy
import io
import sys

import numpy as np
import pytest

import nn
from nn.optim import SGD, Adam, schedules
from nn.train.finder import Rates
from nn.train.history import History
from nn.train.progress import Line

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)
LOSS = nn.CrossEntropyLoss()


def fit(model=None, **kwargs):
    model = model or nn.Linear(4, 2, generator=0)
    optimizer = SGD(model.parameters(), lr=0.1)
    kwargs = {"epochs": 3, "validation": (X, Y), **kwargs}
    return nn.fit(model, (X, Y), loss=LOSS, optimizer=optimizer, **kwargs)


# History --------------------------------------------------------------------------------


def test_a_history_is_a_table_in_text_and_in_pandas():
    pandas = pytest.importorskip("pandas")
    history = fit(metrics=[nn.metrics.accuracy])
    table = pandas.DataFrame(history)
    names = ["epoch", "loss", "val_loss", "val_accuracy", "lr", "seconds"]
    assert list(table.columns) == names == list(history)
    assert table.shape == (3, 6)
    assert list(table["epoch"]) == [1, 2, 3]
    lines = str(history).splitlines()
    assert lines[0].split() == names
    assert len(lines) == 4


def test_a_column_that_comes_later_is_empty_before():
    history = History()
    history.append({"loss": 1.0})
    history.append({"loss": 0.5, "val_f1": 0.25})
    history.append({"val_f1": 0.5})
    assert history.epochs == 3
    assert np.array_equal(history["val_f1"], [np.nan, 0.25, 0.5], equal_nan=True)
    assert np.array_equal(history["loss"], [1.0, 0.5, np.nan], equal_nan=True)
    assert str(History()) == ""


def test_a_history_plots_itself(tmp_path):
    pytest.importorskip("matplotlib")
    history = fit(metrics=[nn.metrics.accuracy], patience=5)
    figure = history.plot()
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "accuracy", "lr"]
    labels = [line.get_label() for line in figure.axes[0].lines]
    assert labels == ["loss", "val_loss", "best epoch"]
    figure.savefig(tmp_path / "history.png")
    assert "matplotlib.pyplot" not in sys.modules or figure.number is None


def test_without_matplotlib_a_plot_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"glassgrad\[examples\]"):
        History({"loss": [1.0]}).plot()


# The learning-rate finder ---------------------------------------------------------------


def everything(model, optimizer, loader):
    return copy.deepcopy(
        {
            "model": model.state_dict(),
            "gradients": [p.grad for p in model.parameters()],
            "modes": [module.training for module in model.modules()],
            "optimizer": optimizer.state_dict(),
            "lr": repr(optimizer.param_groups[0]["lr"]),
            "dropout": model[2].generator.bit_generator.state,
            "order": loader.generator.bit_generator.state,
            "nn": nn.random.generator_of(None).bit_generator.state,
        }
    )


@pytest.mark.parametrize("lr", [0.1, schedules.linear(0.1, 0.0, steps=50)])
def test_the_finder_leaves_everything_as_it_was(lr):
    model = nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(generator=1), nn.Linear(8, 2)
    )
    model.append(nn.Dropout(0.1))  # which draws from nn's own generator
    optimizer = Adam(model.parameters(), lr=lr)
    loader = nn.DataLoader(X, Y, batch_size=16, shuffle=True, generator=0)
    nn.fit(model, loader, loss=LOSS, optimizer=optimizer, epochs=1)
    model[1].eval()
    options = {"loss": LOSS, "optimizer": optimizer}
    before = everything(model, optimizer, loader)
    first = nn.lr_finder(model, loader, **options)
    np.testing.assert_equal(everything(model, optimizer, loader), before)
    second = nn.lr_finder(model, loader, **options)
    assert np.array_equal(first.losses, second.losses)
    bad = [(np.full_like(X, np.nan), Y)]
    with pytest.raises(FloatingPointError, match="batch 1"):
        nn.lr_finder(model, bad, **options)
    np.testing.assert_equal(everything(model, optimizer, loader), before)


@pytest.mark.parametrize("seed", [0, 179, 210, 250])  # the last: of hard batches
def test_what_the_finder_suggests_trains_well_and_ten_times_more_diverges(seed):
    nn.random.seed(seed)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 4))
    y = x @ np.array([[1.0], [2.0], [-1.0], [0.5]])

    def trained(lr):
        model = nn.Linear(4, 1, generator=0).double()
        optimizer = SGD(model.parameters(), lr=lr)
        return model, optimizer

    model, optimizer = trained(1e-3)
    found = nn.lr_finder(
        model, (x, y), loss=nn.MSELoss(), optimizer=optimizer, batch_size=32
    )
    assert 0.003 < found.suggestion < 0.9  # beyond 1 this diverges
    assert found.rates[-1] < 10  # it ended where the loss rose
    model, optimizer = trained(found.suggestion)
    history = nn.fit(model, (x, y), loss=nn.MSELoss(), optimizer=optimizer, epochs=20)
    assert history["loss"][-1] < 1e-3 * history["loss"][0]


def test_what_the_loss_does_at_the_lowest_rates_suggests_nothing():
    rates = np.geomspace(1e-6, 10, 100).tolist()
    chance = [4.0, 3.5]  # of the first batches
    losses = [*chance, *np.full(48, 3.0), *np.linspace(3.0, 1.0, 50)]
    assert Rates(rates, losses).suggestion > 1e-3
    assert Rates(rates, np.arange(100.0)).suggestion == rates[10]  # nothing falls


@pytest.mark.parametrize(
    ("kwargs", "said"),
    [
        ({"lowest": 1.0, "highest": 0.1}, "lowest < highest"),
        ({"lowest": 0.0}, "lowest < highest"),
        ({"steps": 0}, "steps"),
        ({"steps": 1}, "two rates or more is needed; it was finite at 1"),
    ],
)
def test_rates_that_cannot_be_are_told(kwargs, said):
    model = nn.Linear(4, 2)
    with pytest.raises(ValueError, match=said):
        nn.lr_finder(
            model, (X, Y), loss=LOSS, optimizer=SGD(model.parameters()), **kwargs
        )


# Progress -------------------------------------------------------------------------------


def test_the_bar_is_quiet_where_there_is_no_terminal(capsys):
    fit()
    fit(progress=False)
    said = capsys.readouterr()
    assert said.out == said.err == ""


@pytest.mark.parametrize("missing", [True, False])
def test_the_bar_tells_steps_rate_time_left_and_losses(missing, capsys, monkeypatch):
    if missing:
        monkeypatch.setitem(sys.modules, "tqdm", None)
    else:
        pytest.importorskip("tqdm")
    fit(progress=True, epochs=2)
    said = capsys.readouterr()
    assert said.out == ""
    last = said.err.replace("\n", "\r").rstrip("\r").rpartition("\r")[2]
    assert "4/4" in last
    assert "epoch 2/2, loss " in last
    assert "val_loss " in last


def test_a_line_of_progress_tells_the_time_left(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    line = Line(total=100, done=20)
    line.began -= 10.0
    line.done = 40
    assert line.told().startswith("40/100 steps, 2 a second, 30 s left")
    line.close()
    line = Line(total=None, done=0)
    line.update()
    assert "1/? steps" in sys.stderr.getvalue()
