"""nn.fit: a training that was killed goes on as if nothing had happened, to the bit."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import nn
from nn.optim import Adam, lr_scheduler, schedules

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype(np.float32)
Y = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int)


class Killed(BaseException):
    """What no one catches."""


def throw(kind):
    raise kind


def press():
    os.kill(os.getpid(), signal.SIGINT)


def train(path, kill=0, seed=0, epochs=4, resume=True, end=None, **kwargs):
    """A training with all that has a state; after so many steps killed, or ended."""
    nn.seed(seed)
    model = nn.Sequential(
        nn.Linear(4, 8, generator=seed),
        nn.BatchNorm1d(8),
        nn.Dropout(0.3),
        nn.ReLU(),
        nn.Linear(8, 2, generator=seed),
        nn.Dropout(0.1, generator=seed),
    )
    optimizer = Adam(model.parameters(), lr=0.05)
    loader = nn.DataLoader(
        X, Y, batch_size=8, shuffle=True, generator=seed, **kwargs.pop("loading", {})
    )

    def killing(run):
        if run.step == kill:
            end() if end else throw(Killed)

    history = nn.fit(
        model,
        loader,
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        epochs=epochs,
        validation=(X, Y),
        checkpoint=path,
        resume=resume,
        step_callbacks=[killing],
        schedule=kwargs.pop("schedule", lambda o: None)(optimizer),
        **kwargs,
    )
    return history, model, optimizer


def assert_same(one, other):
    (first, model, optimizer), (second, twin, others) = one, other
    np.testing.assert_equal(model.state_dict(), twin.state_dict())
    np.testing.assert_equal(optimizer.state_dict(), others.state_dict())
    columns = [{**x, "seconds": None} for x in (first, second)]
    assert columns[0] == columns[1]
    assert first.best_epoch == second.best_epoch
    assert first.stopped == second.stopped


@pytest.mark.parametrize(
    ("kill", "every"),
    [
        (1, None),
        (3, 1),
        (3, 3),
        (7, 1),
        (7, None),
        (8, 3),
        (14, 1),
        (20, 3),
        (27, None),
    ],
)
def test_a_killed_training_ends_as_if_it_had_not_been(kill, every, tmp_path):
    whole = train(tmp_path / "whole")
    with pytest.raises(Killed):
        train(tmp_path / "killed", kill=kill, every=every)
    assert_same(
        train(tmp_path / "killed", every=every, seed=9 if kill > 7 else 0), whole
    )


SCHEDULES = {
    "function": lambda optimizer: schedules.cosine(0.05, steps=28),
    "plateau": lambda optimizer: schedules.plateau(0.05, patience=0, threshold=0.2),
    "by epoch": lambda optimizer: lr_scheduler.StepLR(optimizer, 2),
    "waiting": lambda optimizer: lr_scheduler.ReduceLROnPlateau(
        optimizer, patience=0, threshold=0.2
    ),
}


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_schedules_go_on_too(schedule, tmp_path):
    options = {"schedule": SCHEDULES[schedule], "every": 2}
    whole = train(tmp_path / "whole", **options)
    with pytest.raises(Killed):
        train(tmp_path / "killed", kill=19, **options)
    assert_same(train(tmp_path / "killed", seed=5, **options), whole)


@pytest.mark.parametrize(
    "options",
    [
        {"accumulate": 2},  # 7 batches: the last step takes one
        {"accumulate": 3, "clip": 0.5},
        {"loading": {"drop_last": True}},
        {"loading": {"prefetch": 2}},
        {
            "schedule": lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=14),
            "schedule_every": "step",
        },
    ],
    ids=["accumulated", "and clipped", "full batches", "prefetched", "by step"],
)
def test_every_step_is_one_to_go_on_from(options, tmp_path):
    whole = train(tmp_path / "whole", epochs=2, **options)
    steps = whole[2].steps
    for kill in (steps // 2, steps // 2 + 1, steps):  # an epoch ends, and begins
        with pytest.raises(Killed):
            train(tmp_path / f"{kill}", kill=kill, every=1, epochs=2, **options)
        again = train(tmp_path / f"{kill}", every=1, epochs=2, seed=kill, **options)
        assert_same(again, whole)


def test_the_best_weights_and_patience_are_kept(tmp_path):
    options = {"patience": 2, "epochs": 30, "every": 3}
    whole = train(tmp_path / "whole", **options)
    assert whole[0].stopped
    for kill in (5, whole[2].steps - 3):
        with pytest.raises(Killed):
            train(tmp_path / f"{kill}", kill=kill, **options)
        assert_same(train(tmp_path / f"{kill}", seed=3, **options), whole)
    assert_same(train(tmp_path / "whole", seed=3, **options), whole)  # which is done


def test_more_epochs_go_on_from_a_training_that_is_done(tmp_path):
    train(tmp_path / "run", epochs=2)
    assert_same(train(tmp_path / "run", epochs=4), train(tmp_path / "whole"))


@pytest.mark.parametrize(
    "now",
    [
        {"watch": "loss"},
        {"watch": "val_accuracy", "metrics": [nn.metrics.accuracy]},
    ],
)
def test_the_best_epoch_is_not_compared_with_another_column(now, tmp_path):
    train(tmp_path / "run", epochs=2)
    content = (tmp_path / "run").read_bytes()
    with pytest.raises(ValueError, match="go on with the former"):
        train(tmp_path / "run", epochs=4, **now)
    assert (tmp_path / "run").read_bytes() == content


@pytest.mark.parametrize("kill", [5, 7, 11])  # 7 steps are an epoch
def test_what_ctrl_c_leaves_behind_is_to_go_on_from(kill, tmp_path, capsys):
    whole = train(tmp_path / "whole")
    history, _, optimizer = train(tmp_path / "run", kill=kill, end=press)
    assert (history.epochs, optimizer.steps) == (kill // 7, kill)
    assert f"after step {kill}" in capsys.readouterr().err
    assert_same(train(tmp_path / "run"), whole)


def looked_at(path, end=0, look=None, of="callbacks", resume=False):
    """A training whose callbacks look at its data; ended at a step."""
    loader = nn.DataLoader(X, Y, batch_size=10, shuffle=True, generator=0)
    held_out = nn.DataLoader(X, Y, batch_size=10)
    next(iter(held_out))
    model = nn.Linear(4, 2, generator=0)

    def ending(run):
        if run.step == end:
            run.stop()

    looks = {"callbacks": [], "step_callbacks": [ending]}
    looks[of] = [*looks[of], lambda run: look(run)]
    history = nn.fit(
        model,
        loader,
        loss=nn.CrossEntropyLoss(),
        optimizer=Adam(model.parameters()),
        epochs=3,
        validation=held_out,
        checkpoint=path,
        every=2,
        resume=resume,
        **looks,
    )
    history.pop("seconds", None)
    return model.state_dict(), dict(history)


def peek(run):
    next(iter(run.loader))
    next(iter(run.validation))


def evaluate(run):
    nn.evaluate(run.model, run.loader, nn.CrossEntropyLoss())


@pytest.mark.parametrize("end", [3, 5, 7, 10])
@pytest.mark.parametrize("look", [peek, evaluate])
def test_callbacks_may_look_at_the_data_between_epochs(look, end, tmp_path):
    whole = looked_at(tmp_path / "whole", look=look)
    looked_at(tmp_path / "run", end, look=look)
    again = looked_at(tmp_path / "run", look=look, resume=True)
    np.testing.assert_equal(again, whole)


@pytest.mark.parametrize(("look", "place"), [(peek, 1), (evaluate, 0)])
def test_data_that_a_callback_moves_within_an_epoch_have_no_checkpoint(
    look, place, tmp_path
):
    with pytest.raises(ValueError, match=f"the data, .* at batch {place}, not 2"):
        looked_at(tmp_path / "run", look=look, of="step_callbacks")


def test_without_resume_training_begins_anew(tmp_path):
    whole = train(tmp_path / "run", epochs=2)
    assert_same(train(tmp_path / "run", epochs=2, resume=False), whole)


def test_a_checkpoint_of_another_training_is_refused_and_kept(tmp_path):
    path = tmp_path / "run"
    train(path, epochs=1)
    content = path.read_bytes()
    model = nn.Linear(4, 2)
    before = model.state_dict()
    with pytest.raises(ValueError, match="was not loaded"):
        nn.fit(
            model,
            (X, Y),
            loss=nn.CrossEntropyLoss(),
            optimizer=Adam(model.parameters()),
            epochs=2,
            checkpoint=path,
            resume=True,
        )
    np.testing.assert_equal(model.state_dict(), before)
    assert path.read_bytes() == content
    path.write_bytes(content[:-9])
    with pytest.raises(ValueError, match="run"):
        train(path)
    assert path.read_bytes() == content[:-9]


def test_data_that_do_not_know_their_place_have_checkpoints_between_epochs(tmp_path):
    def run(path, **kwargs):
        model = nn.Linear(4, 2, generator=0)
        batches = [(X[:30], Y[:30]), (X[30:], Y[30:])]
        optimizer = Adam(model.parameters())
        kwargs = {"optimizer": optimizer, "loss": nn.CrossEntropyLoss(), **kwargs}
        nn.fit(model, batches, checkpoint=path, resume=True, **kwargs)
        return model.state_dict()

    def stopping(run):
        if run.step == 3:  # the first of two in the second epoch
            run.stop()

    run(tmp_path / "run", epochs=1)
    run(tmp_path / "run", epochs=3, step_callbacks=[stopping])
    again = run(tmp_path / "run", epochs=3)
    np.testing.assert_equal(again, run(tmp_path / "whole", epochs=3))
    with pytest.raises(ValueError, match="know their place"):
        run(tmp_path / "run", epochs=5, every=1)


def test_a_process_that_is_killed_by_the_system_goes_on(tmp_path):
    program = (
        "import os, signal, sys\n"
        f"sys.path.insert(0, {os.path.dirname(__file__)!r})\n"
        "from test_fit_resuming import train\n"
        "end = lambda: os.kill(os.getpid(), signal.SIGKILL)\n"
        "train(sys.argv[1], every=2, kill=17, end=end, loading={'prefetch': 1})\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert_same(train(tmp_path / "run", every=2), train(tmp_path / "whole"))
