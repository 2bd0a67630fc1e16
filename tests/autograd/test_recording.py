"""The recording switch: off, gradients, everything; per thread and per context."""

import asyncio
import threading

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd.core.context import Recording, recording


def tracks():
    """Whether computing with something tracked is recorded, here and now."""
    return (ag.tensor(1.0, requires_grad=True) * 2).requires_grad


# no_grad -------------------------------------------------------------------------------


def test_no_grad_records_nothing_and_ends():
    x, v = ag.tensor([1.0], requires_grad=True), Value(1.0)
    with ag.no_grad():
        y, w = x * 2, v * 2
        assert not y.requires_grad
        assert y.op is None
        assert y.inputs == ()
        assert not w.requires_grad
        assert w.op is None
    assert tracks()


def test_no_grad_ends_also_when_the_block_raises():
    with pytest.raises(KeyboardInterrupt), ag.no_grad():
        raise KeyboardInterrupt
    assert tracks()


def test_blocks_nest_and_enable_grad_switches_back_on():
    with ag.no_grad():
        with ag.enable_grad():
            assert tracks()
            with ag.no_grad():
                assert not tracks()
            assert tracks()
        assert not tracks()
    assert tracks()


def test_no_grad_and_enable_grad_decorate_functions():
    @ag.no_grad()
    def quiet():
        return tracks()

    assert not quiet()
    assert not quiet()
    assert tracks()

    @ag.enable_grad()
    def loud():
        return tracks()

    with ag.no_grad():
        assert loud()
        assert not tracks()


def test_leaves_made_under_no_grad_are_tracked_if_asked():
    with ag.no_grad():
        x = ag.tensor(2.0, requires_grad=True)
    (x * x).backward()
    assert x.grad == 4.0


def test_backward_of_a_recorded_graph_works_under_no_grad():
    x = ag.tensor(2.0, requires_grad=True)
    y = x * x
    with ag.no_grad():
        y.backward()
    assert x.grad == 4.0


# Threads and contexts ----------------------------------------------------------------------


def test_threads_that_use_no_grad_do_not_disturb_each_other():
    """Eight threads step in lockstep; half of them are inside no_grad at every step."""
    steps, threads = 50, 8
    barrier = threading.Barrier(threads)
    wrong = []

    def work(number):
        x = ag.tensor([1.0, 2.0], requires_grad=True)
        for step in range(steps):
            off = (number + step) % 2 == 0
            barrier.wait()
            if off:
                with ag.no_grad():
                    barrier.wait()
                    y = (x * x).sum()
                    barrier.wait()
            else:
                barrier.wait()
                y = (x * x).sum()
                barrier.wait()
            if y.requires_grad is off:
                wrong.append((number, step))
            if not off:
                x.grad = None
                y.backward()
                if x.grad.tolist() != [2.0, 4.0]:
                    wrong.append((number, step, x.grad))

    workers = [threading.Thread(target=work, args=(i,)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []
    assert tracks()


def test_a_new_thread_starts_with_gradients_on():
    seen = []
    with ag.no_grad():
        thread = threading.Thread(target=lambda: seen.append(tracks()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_transforms_in_several_threads_do_not_meet():
    results = {}
    barrier = threading.Barrier(4)

    def work(k):
        def f(x):
            barrier.wait()
            inner = ag.grad(lambda y: y**3 * x)(x)
            barrier.wait()
            return inner * k

        results[k] = ag.grad(f)(2.0)

    workers = [threading.Thread(target=work, args=(float(k),)) for k in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == {float(k): k * 9 * 4.0 for k in range(4)}  # d/dx 3x³ k


def test_threads_that_share_parameters_add_all_their_gradients():
    w = ag.tensor(np.ones(100), requires_grad=True)
    rounds, threads = 40, 4
    barrier = threading.Barrier(threads)

    def work():
        barrier.wait()
        for _ in range(rounds):
            (w * 2).sum().backward()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert np.all(w.grad == 2.0 * rounds * threads)


def test_listeners_hear_their_own_thread_only():
    heard = []
    with ag.listen(lambda *event: heard.append(event)):
        thread = threading.Thread(target=lambda: (Value(1.0) * 2).backward())
        thread.start()
        thread.join()
    assert heard == []


def test_async_tasks_do_not_disturb_each_other():
    async def quiet(started, other):
        with ag.no_grad():
            started.set()
            await other.wait()
            return tracks()

    async def loud(started, other):
        await other.wait()
        result = tracks()
        started.set()
        await asyncio.sleep(0)
        return result and tracks()

    async def main():
        one, two = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(quiet(one, two), loud(two, one))

    assert asyncio.run(main()) == [False, True]


def test_a_task_keeps_the_switch_it_was_started_under():
    """Although its parent has left the block, and whatever blocks it opens itself."""
    seen = []

    async def child(parent_left):
        seen.append(tracks())
        await parent_left.wait()
        seen.append(tracks())
        with ag.listen(lambda *event: None):
            pass
        ag.grad(ag.grad(lambda x: x**3))(2.0)
        seen.append(tracks())

    async def main():
        parent_left = asyncio.Event()
        with ag.no_grad():
            task = asyncio.create_task(child(parent_left))
            await asyncio.sleep(0)
        seen.append(tracks())
        parent_left.set()
        await task
        seen.append(tracks())

    asyncio.run(main())
    assert seen == [False, True, False, False, True]


def test_an_async_generator_that_is_abandoned_in_no_grad_leaves_gradients_on():
    async def batches():
        with ag.no_grad():
            yield 1
            yield 2

    async def main():
        async for _ in batches():
            break

    asyncio.run(main())
    assert tracks()


def test_a_generator_that_ran_to_its_end_leaves_gradients_on():
    def batches():
        with ag.no_grad():
            yield 1
            yield 2

    assert list(batches()) == [1, 2]
    assert tracks()


def test_a_generator_that_is_closed_early_leaves_gradients_on():
    def batches():
        with ag.no_grad():
            yield 1
            yield 2

    first = batches()
    next(first)
    first.close()
    assert tracks()


def test_two_generators_that_end_out_of_order_leave_gradients_on():
    """Each opened no_grad and they close first-in first-out, not last-in first-out."""

    def batches():
        with ag.no_grad():
            yield 1

    a, b = batches(), batches()
    next(a)
    next(b)
    a.close()
    b.close()
    try:
        assert tracks()
    finally:
        recording.set(recording.get().replace(gradients=True))


def test_a_generator_closed_by_another_thread_does_not_fail():
    def batches():
        with ag.no_grad():
            yield 1

    failures = []
    a = batches()

    def start():
        next(a)

    def close():
        try:
            a.close()
        except BaseException as error:
            failures.append(error)

    for target in (start, close):
        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
    assert failures == []
    assert tracks()


# Places, scopes ------------------------------------------------------------------------------


def test_places_are_recorded_on_request_only():
    x = ag.tensor(1.0, requires_grad=True)
    assert (x * 2).place is None
    assert x.place is None
    with ag.record_places():
        y = np.tanh(x * 2)
    file, line = y.place
    assert file == __file__
    assert y.inputs[0].place == (file, line)
    assert (x * 2).place is None


SWITCHES = {"bare": ag.no_grad, "with brackets": ag.no_grad()}


@pytest.mark.parametrize("switch", SWITCHES.values(), ids=SWITCHES)
def test_a_switch_holds_inside_of_a_function_that_is_resumed_and_nowhere_else(switch):
    """Of every kind: plain, generator, coroutine, asynchronous generator."""

    @switch
    def plain():
        return tracks()

    @switch
    def generator(closed):
        try:
            got = yield tracks()
            try:
                yield tracks(), got
            except KeyError:
                yield tracks()
            return tracks()
        finally:
            closed.append(tracks())

    @switch
    async def coroutine():
        before = tracks()
        await asyncio.sleep(0)
        return before, tracks()

    @switch
    async def asynchronous(closed):
        try:
            got = yield tracks()
            await asyncio.sleep(0)
            try:
                yield tracks(), got
            except KeyError:
                yield tracks()
        finally:
            closed.append(tracks())

    assert plain() is False

    closed = []
    run = generator(closed)
    assert next(run) is False
    assert tracks()
    assert run.send("sent") == (False, "sent")
    assert tracks()
    assert run.throw(KeyError()) is False
    assert tracks()
    with pytest.raises(StopIteration) as stopped:
        next(run)
    assert stopped.value.value is False
    run = generator(closed)
    next(run)
    run.close()
    assert closed == [False, False]
    assert tracks()

    async def main():
        assert await coroutine() == (False, False)
        assert tracks()
        other = asyncio.create_task(coroutine())
        await asyncio.sleep(0)
        assert tracks()
        assert await other == (False, False)
        run = asynchronous(closed)
        assert await anext(run) is False
        assert tracks()
        assert await run.asend("sent") == (False, "sent")
        assert tracks()
        assert await run.athrow(KeyError()) is False
        assert tracks()
        assert [each async for each in run] == []
        run = asynchronous(closed)
        await anext(run)
        await run.aclose()
        assert closed == [False] * 4
        assert tracks()

    asyncio.run(main())
    driven = coroutine()
    driven.send(None)
    assert tracks()
    with pytest.raises(StopIteration):
        driven.send(None)


@pytest.mark.parametrize(
    "switch", [ag.no_grad(), ag.detect_writes(), ag.record_places(), ag.listen(print)]
)
def test_one_switch_is_entered_again_and_within_itself(switch):
    before = recording.get()
    for _ in range(2):
        with switch, switch:
            with switch:
                inside = recording.get()
            assert recording.get() is not before
            assert inside is not before
        assert recording.get() is before

    @switch
    def recursive(n):
        return recursive(n - 1) if n else recording.get()

    assert recursive(3) is not before
    assert recording.get() is before


@pytest.mark.parametrize(
    "switch", [ag.no_grad, ag.enable_grad, ag.detect_writes, ag.record_places]
)
def test_a_switch_without_brackets_decorates_and_keeps_the_name(switch):
    @switch
    def named(x):
        """Said."""
        return x

    assert named(3) == 3
    assert (named.__name__, named.__doc__) == ("named", "Said.")
    with pytest.raises(TypeError, match=r"decorates a function; got int 3"):
        switch(3)


def test_a_listener_as_a_decorator_joins_those_of_the_call():
    heard = []

    @ag.listen(lambda *event: heard.append("inner"))
    def sweep():
        Value(1.0).backward()

    with ag.listen(lambda *event: heard.append("outer")):
        sweep()
    assert heard == ["outer", "inner"]


@pytest.mark.parametrize("switch", [ag.no_grad, ag.enable_grad, ag.detect_writes])
def test_a_switch_on_a_class_is_refused_since_its_methods_would_not_be_switched(switch):
    with pytest.raises(TypeError, match="decorates a function; got type"):

        @switch()
        class Network: ...


# Layers -------------------------------------------------------------------------------


def test_a_layer_for_a_module_is_what_replace_makes_for_its_scope():
    def fields(layer):
        return [getattr(layer, name) for name in Recording.__slots__]

    changes = {"listeners": (print,), "private": frozenset([1]), "left": True}
    flags = ["gradients", "everything", "places", "fingerprints", "tracing"]
    for changed in [changes, *[{flag: flag != "gradients"} for flag in flags]]:
        context = recording.get().replace(block=object(), **changed)
        one, other = context.within((None, 1)), context.replace(scope=(None, 1))
        assert fields(one) == fields(other)
        assert one.scope == (None, 1)
