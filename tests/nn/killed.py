"""Trainings that are killed and go on, beside one that is not: the ends are equal.

``python tests/nn/killed.py FOLDER KILLS SEED`` kills that many trainings, one after the
other at random moments, in random steps, and at the points of writing a checkpoint. It
prints what became of them.
"""

import json
import os
import signal
import sys
import time
from collections import Counter
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads is not to be forked
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

import nn
from nn.saving import atomic

EPOCHS, EXAMPLES, BATCH = 4, 24, 5
STEPS = EPOCHS * -(-EXAMPLES // BATCH)


class Training:
    """A network with dropout, a schedule, and batches that are made ahead."""

    def __init__(self, folder):
        nn.seed(0)
        rng = np.random.default_rng(0)
        x = rng.normal(size=(EXAMPLES, 4)).astype(np.float32)
        y = rng.integers(3, size=EXAMPLES)
        self.model = nn.Sequential(
            nn.Linear(4, 8),
            nn.BatchNorm1d(8),
            nn.Dropout(0.3, generator=1),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(8, 3),
        )
        self.loader = nn.DataLoader(
            x, y, batch_size=BATCH, shuffle=True, generator=2, augment=noisy, prefetch=2
        )
        self.optimizer = nn.optim.Adam(self.model.parameters(), lr=0.01)
        self.schedule = nn.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, STEPS)
        self.folder, self.path = folder, folder / "checkpoint"

    def parts(self):
        return {k: x for k, x in vars(self).items() if hasattr(x, "state_dict")}

    def by_hand(self, after_step):
        """From the checkpoint, if there is one, to the end, in a loop of one's own."""
        epoch = nn.load(self.path, **self.parts())["epoch"] if self.path.exists() else 0
        while epoch < EPOCHS:
            for x, labels in self.loader:
                self.optimizer.zero_grad()
                nn.functional.cross_entropy(self.model(x), labels).backward()
                self.optimizer.step()
                self.schedule.step()
                after_step(self)
                if self.optimizer.steps % 2 == 0:
                    nn.save(self.path, **self.parts(), epoch=epoch)
            epoch += 1
        nn.save(self.folder / "end", **self.parts())

    def by_fit(self, after_step):
        """The same by ``nn.fit``."""
        nn.fit(
            self.model,
            self.loader,
            loss=nn.functional.cross_entropy,
            optimizer=self.optimizer,
            schedule=self.schedule,
            schedule_every="step",
            epochs=EPOCHS,
            step_callbacks=[after_step],
            checkpoint=self.path,
            every=2,
            resume=True,
            progress=False,
        )
        nn.save(self.folder / "end", **self.parts())


def noisy(x, generator):
    return x + generator.normal(scale=0.1, size=x.shape).astype(x.dtype)


def end_of(folder):
    """All that the last file has, to compare."""
    return repr(bare(nn.load(folder / "end")))


def bare(x):
    if isinstance(x, dict):
        return {key: bare(child) for key, child in x.items()}
    return x.tobytes() if isinstance(x, np.ndarray) else x


# Ways to be killed -------------------------------------------------------------------


def now(*args):
    os.kill(os.getpid(), signal.SIGKILL)


def in_step(rng):
    last = rng.integers(1, STEPS + 1)
    return lambda self: self.optimizer.steps == last and now()


def in_writing(name, before, rng):
    """At a call of a function of the system by which a checkpoint is written."""
    calls, last, real = [], rng.integers(1, STEPS // 2), getattr(os, name)

    def call(*args):
        calls.append(name)
        if len(calls) == last:
            before(real, *args)
            now()
        return real(*args)

    setattr(atomic.os, name, call)


def nothing(*args):
    pass


def half(write, descriptor, content):
    write(descriptor, content[: len(content) // 2])


def all_of_it(call, *args):
    call(*args)


POINTS = {
    "half is written": ("write", half),
    "all is written": ("fsync", nothing),
    "all is synced": ("rename", nothing),
    "all is renamed": ("rename", all_of_it),
}


def forked(folder, way, kind, rng):
    """Train in a process of its own, which is killed in this way."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            after_step = in_step(rng) if kind == "step" else nothing
            if kind in POINTS:
                in_writing(*POINTS[kind], rng)
            getattr(Training(folder), way)(after_step)
            code = 0
        finally:
            os._exit(code)
    return child


def ended(child):
    """How a process ended: killed, or its exit status."""
    status = os.waitpid(child, 0)[1]
    return "killed" if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def main(folder, kills, seed):
    rng, seen = np.random.default_rng(int(seed)), Counter()
    expected, durations = {}, {}
    for way in ("by_hand", "by_fit"):
        alone = Path(folder) / way
        alone.mkdir()
        began = time.perf_counter()
        if ended(forked(alone, way, None, rng)) != 0:
            raise SystemExit(f"the undisturbed training {way} failed")
        durations[way], expected[way] = time.perf_counter() - began, end_of(alone)
    for number in range(int(kills)):
        way = ("by_hand", "by_fit")[number % 2]
        kind = ("time", "step", *POINTS)[number // 2 % 6]
        there = Path(folder) / str(number)
        while True:
            there.mkdir()
            (drawn,) = rng.spawn(1)
            child = forked(there, way, kind, drawn)
            if kind == "time":
                time.sleep(rng.uniform(0, durations[way]))
                os.kill(child, signal.SIGKILL)
            if ended(child) == "killed":
                break
            there.rename(Path(folder) / f"{number} was too late {rng.integers(10**9)}")
        seen[f"killed: {kind}"] += 1
        seen["with a checkpoint"] += (there / "checkpoint").exists()
        seen["with a part of one"] += (there / ".checkpoint.tmp").exists()
        resumed = ended(forked(there, way, None, rng))
        seen["equal"] += resumed == 0 and end_of(there) == expected[way]
        seen["left over"] += (there / ".checkpoint.tmp").exists()
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
