"""Large work in parts, by a few threads."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from autograd import blas, threads
from autograd.threads import Helpers, in_parts

ROOT = Path(__file__).resolve().parents[2]
MAIN = threading.main_thread()


@pytest.fixture(scope="module")
def three_helpers():
    return Helpers(3)


@pytest.fixture(params=[0, 3])
def any_number(request, monkeypatch, three_helpers):
    """No helpers, and three."""
    helpers = three_helpers if request.param else Helpers(0)
    monkeypatch.setattr(threads, "_helpers", helpers)
    return request.param


@pytest.fixture
def helped(monkeypatch, three_helpers):
    monkeypatch.setattr(threads, "_helpers", three_helpers)


def both_at_once():
    """Work on two parts, each of which waits for the other to begin."""
    meeting = threading.Barrier(2, timeout=30)
    return lambda part: meeting.wait()


@pytest.mark.parametrize(
    ("size", "each"), [(0, 4), (1, 4), (4, 4), (5, 4), (8, 4), (1000, 7), (3, 1)]
)
def test_parts_make_up_the_range_whatever_the_number_of_threads(any_number, size, each):
    counts, parts = np.zeros(size, int), []

    def work(part):
        counts[part] += 1
        parts.append((part.start, part.stop))

    in_parts(work, size, each)
    assert np.all(counts == 1)
    assert sorted(parts) == [(i, min(i + each, size)) for i in range(0, size, each)]


def test_two_threads_work_at_the_same_time(helped):
    in_parts(both_at_once(), 2, 1)


def test_parts_see_the_context_of_the_caller(any_number):
    leaf, over, made = ag.tensor(1.0, requires_grad=True), [], []

    def work(part):
        over.append(np.geterr()["over"])
        made.append(leaf * 2)

    with np.errstate(over="call"), ag.no_grad():
        in_parts(work, 8, 1)
    assert over == ["call"] * 8
    assert not any(x.requires_grad for x in made)


def test_what_a_part_changes_in_its_context_stays_there(helped):
    with np.errstate(over="warn"):
        in_parts(lambda part: np.seterr(over="raise"), 8, 1)
        assert np.geterr()["over"] == "warn"


def test_the_error_of_the_first_part_that_fails_is_raised(any_number):
    def work(part):
        if part.start >= 5:
            raise ValueError(f"part {part.start}")

    for _ in range(20):
        with pytest.raises(ValueError, match="part 5"):
            in_parts(work, 40, 1)


def test_parts_that_began_have_ended_when_another_has_failed(helped):
    begun, failed, ended = threading.Event(), threading.Event(), []

    def work(part):
        if threading.current_thread() is MAIN:
            assert begun.wait(30)
            failed.set()
            raise ValueError("no")
        begun.set()
        assert failed.wait(30)
        ended.append(np.sqrt(np.ones(100_000)).sum())

    with pytest.raises(ValueError, match="no"):
        in_parts(work, 2, 1)
    assert len(ended) == 1


@pytest.mark.parametrize("presses", [1, 2])
def test_parts_that_began_have_ended_when_the_caller_was_interrupted(helped, presses):
    """Ctrl-C while the caller works, and once more while it waits for the others."""
    begun, pressed, ended = threading.Event(), threading.Event(), []

    def work(part):
        if threading.current_thread() is MAIN:
            assert begun.wait(30)
            pressed.set()
            signal.raise_signal(signal.SIGINT)
        begun.set()
        assert pressed.wait(30)
        if presses == 2:
            os.kill(os.getpid(), signal.SIGINT)
        ended.append(np.sqrt(np.ones(100_000)).sum())

    with pytest.raises(KeyboardInterrupt):
        in_parts(work, 2, 1)
    assert len(ended) == 1


def test_ctrl_c_at_any_moment_leaves_no_lock_behind(helped):
    """Python looks for it where a function begins, and where one of C has returned."""

    def interrupted_at(moment):
        def count(frame, event, _):
            nonlocal moment
            moment -= event in ("call", "c_return")
            if moment < 0:
                sys.setprofile(None)
                raise KeyboardInterrupt

        sys.setprofile(count)
        try:
            in_parts(lambda part: np.sqrt(np.ones(1000)), 8, 1)
        except KeyboardInterrupt:
            return True
        finally:
            sys.setprofile(None)
        return False

    found = []
    caller = threading.Thread(
        target=lambda: found.extend([interrupted_at(i) for i in range(300)]),
        daemon=True,
    )
    caller.start()
    caller.join(30)
    assert found, "it waits for a lock that nobody gives back"
    assert found[0]
    assert not found[-1]


def test_parts_of_parts_are_done_by_whoever_has_the_part(any_number):
    table = np.zeros((6, 10), int)

    def rows(part):
        def columns(inner):
            table[part, inner] += 1

        in_parts(columns, 10, 3)

    in_parts(rows, 6, 1)
    assert np.all(table == 1)


def test_several_threads_may_call_at_once(helped):
    tables = np.zeros((8, 1000), int)

    def call(table):
        def work(part):
            table[part] += 1

        for _ in range(50):
            in_parts(work, 1000, 100)

    callers = [threading.Thread(target=call, args=(table,)) for table in tables]
    for each in callers:
        each.start()
    for each in callers:
        each.join(60)
    assert np.all(tables == 50)


def test_what_was_worked_on_is_freed_without_the_garbage_collector(helped):
    def big(fails):
        array = np.ones(10)

        def work(part):
            array[part] += 1
            if fails:
                raise ValueError("no")

        with contextlib.suppress(ValueError):
            in_parts(work, 10, 1)
        return weakref.ref(array)

    gc.collect()
    gc.disable()
    try:
        seen = [big(fails) for fails in (False, True, False, True)]
        in_parts(both_at_once(), 2, 1)  # helpers look at what waited for them
        in_parts(lambda part: None, 8, 1)
    finally:
        gc.enable()
    assert [each() for each in seen] == [None] * 4


def run(code, **variables):
    """What a Python of its own prints, with warnings of threads and fork left alone."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.split()


MEET = """
import os, threading
from autograd.threads import in_parts
meeting = threading.Barrier(2, timeout=30)
def meet():
    in_parts(lambda part: meeting.wait(), 2, 1)
    os.write(1, b"met\\n")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_of_fork_has_threads_of_its_own():
    code = MEET + (
        "meet()\n"
        "child = os.fork()\n"
        "meet()\n"
        "if child:\n"
        "    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0\n"
    )
    assert run(code, GLASSGRAD_NUM_THREADS="2") == ["met"] * 3


def test_the_interpreter_ends_and_parts_are_done_until_then():
    code = MEET + (
        "import atexit\n"
        "def last():\n"
        "    in_parts(lambda part: os.write(1, b'late\\n'), 2, 1)\n"
        "atexit.register(last)\n"
        "meet()\n"
    )
    assert run(code, GLASSGRAD_NUM_THREADS="2") == ["met", "late", "late"]
    assert run(code.replace("meet()\n", "pass\n")) == ["late", "late"]


@pytest.mark.parametrize(
    ("variables", "count"),
    [
        ({"GLASSGRAD_NUM_THREADS": "3", "OMP_NUM_THREADS": "1"}, 2),
        ({"GLASSGRAD_NUM_THREADS": "", "OMP_NUM_THREADS": "2,1"}, 1),
        ({"GLASSGRAD_NUM_THREADS": "1"}, 0),
        ({"GLASSGRAD_NUM_THREADS": "100"}, threads.FEW - 1),
    ],
)
def test_the_number_of_threads_is_the_one_asked_for(variables, count, monkeypatch):
    asked = []
    monkeypatch.setattr(threads, "Helpers", asked.append)
    monkeypatch.setattr(threads, "_helpers", None)
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    threads._begin()
    assert asked == [count]


def test_work_is_done_where_no_thread_can_be_made(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    helpers = Helpers(2)
    assert helpers.count == 0
    monkeypatch.setattr(threads, "_helpers", helpers)
    done = []
    in_parts(done.append, 4, 2)
    assert done == [slice(0, 2), slice(2, 4)]


# The threads of BLAS ------------------------------------------------------------------


class Counting:
    """A BLAS that only counts its threads; Ctrl-C comes while they are set to 1."""

    def __init__(self, count, interrupts=False):
        self.count, self.interrupts = count, interrupts

    def threads(self):
        return self.count

    def set_threads(self, count):
        self.count = count
        if self.interrupts and count == 1:
            raise KeyboardInterrupt


def test_ctrl_c_while_the_threads_of_blas_are_taken_gives_them_back(monkeypatch):
    counting = Counting(4, interrupts=True)
    monkeypatch.setattr(blas, "blas", lambda: counting)
    with pytest.raises(KeyboardInterrupt):
        blas.take_threads()
    assert counting.count == 4
    counting.interrupts = False
    blas.take_threads()
    assert counting.count == 1
    blas.give_threads()
    assert counting.count == 4


def test_a_child_of_fork_has_the_threads_of_blas_that_its_parent_took(monkeypatch):
    counting = Counting(4)
    monkeypatch.setattr(blas, "blas", lambda: counting)
    monkeypatch.setattr(blas, "_users", 0)
    blas.take_threads()
    blas._in_a_child()
    assert counting.count == 4
    assert blas._users == 0


def test_middling_products_of_an_affine_map_are_made_on_one_core(monkeypatch):
    taken = []
    counting = Counting(4)
    monkeypatch.setattr(blas, "blas", lambda: counting)
    monkeypatch.setattr(counting, "set_threads", taken.append)
    x = ag.tensor(np.ones((100, 100)), requires_grad=True)
    weight = ag.tensor(np.ones((100, 100)), requires_grad=True)
    np.sum(ag.affine(x, weight, np.ones(100))).backward()
    assert taken == [1, 4] * 3
