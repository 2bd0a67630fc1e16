"""L-BFGS: a quasi-Newton method, for losses of the whole data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd import Value
from autograd.core.context import recording

from .cells import State
from .optimizer import Optimizer
from .settings import Settings
from .traced import refused
from .wolfe import Point, strong_wolfe

KEPT = (  # from step to step, of all parameters: by PyTorch's names
    "n_iter", "func_evals", "d", "t", "H_diag",
    "old_dirs", "old_stps", "prev_flat_grad",
)  # fmt: skip


class LBFGS(Optimizer):
    """p ← p + t·d along d = -H·g, H made of the last ``history_size`` steps.

    Of the changes s of the parameters and y of the gradient it makes what stands for
    the inverse of the matrix of second derivatives, in two loops over them. t is lr
    (at first min(1, 1 / Σ|g|)·lr), or with ``line_search_fn="strong_wolfe"`` found by a
    search. One ``step`` makes up to ``max_iter`` such iterations, or ``max_eval`` calls
    of the closure (max_iter·5 // 4 unless given), and ends where no gradient is beyond
    ``tolerance_grad``, or nothing changes by more than ``tolerance_change``. Liu and
    Nocedal, "On the limited memory BFGS method for large scale optimization" (1989).

    Raises:
        ValueError: there are several groups of parameters, or a setting is out of its
            range, or ``step`` is called without a closure.

    >>> from autograd import Value
    >>> x, y = Value(-1.0), Value(2.0)
    >>> optimizer = LBFGS([x, y], line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    ...     loss.backward()
    ...     return loss
    >>> for _ in range(3):
    ...     loss = optimizer.step(closure)
    >>> round(x.data, 4), round(y.data, 4)
    (1.0, 1.0)
    """

    def update(
        self,
        p: np.ndarray,
        g: np.ndarray,
        state: State,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        raise NotImplementedError("LBFGS updates all parameters at once, in step()")

    def check(self, params: tuple[Any, ...], settings: Settings) -> None:
        super().check(params, settings)
        if self.param_groups and params is not self.param_groups[0]["params"]:
            raise ValueError("LBFGS updates one group of parameters, all at once")
        if settings["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(
                "line_search_fn must be None or 'strong_wolfe'; got "
                f"{settings['line_search_fn']!r}"
            )

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Make some iterations; return the loss there was before them.

        The ``closure`` forgets the gradients, computes them anew, and returns the loss.
        """
        if closure is None:
            raise ValueError(
                "LBFGS evaluates the loss several times in a step: give it a closure "
                "that calls zero_grad() and backward(), and returns the loss"
            )
        if recording.get().tracing is not None:
            raise refused("LBFGS", "decides by the loss what it computes next")
        (now,) = self._settings_now()
        if self._alone:
            self._check_not_alone()
        most_calls = now["max_eval"]
        if most_calls is None:
            most_calls = now["max_iter"] * 5 // 4
        state = self._flats[0][0].cells[0].state
        before_all = dict(state), self._position()
        try:
            return self._iterate(closure, state, now, most_calls)
        except BaseException:  # Ctrl-C in a closure, too
            state.clear()
            state |= before_all[0]
            self._move(before_all[1])
            raise

    def _iterate(
        self,
        closure: Callable[[], Any],
        state: State,
        now: Settings,
        most_calls: int,
    ) -> Any:
        first = closure()
        loss, g, calls = _number(first), self._gradient(), 1
        state["func_evals"] = state.get("func_evals", 0) + 1
        flat = np.abs(g).max() <= now["tolerance_grad"]
        for i in range(now["max_iter"] if not flat else 0):
            d, t = _direction(state, g, now["lr"], now["history_size"])
            slope = float(g @ d)
            if slope > -now["tolerance_change"]:
                break
            before, x, extra = loss, self._position(), 0

            def at(t: float, x: np.ndarray = x, d: np.ndarray = d) -> Point:
                self._move(x + t * d)
                loss, g = _number(closure()), self._gradient()
                return Point(t, loss, g, float(g @ d))

            if now["line_search_fn"]:
                start, size = Point(0.0, loss, g, slope), np.abs(d).max()
                limits = now["tolerance_change"], most_calls - calls
                (t, loss, g, _), extra = strong_wolfe(at, start, t, size, *limits)
                self._move(x + t * d)
            elif i + 1 < now["max_iter"]:
                _, loss, g, _ = at(t)
                extra = 1
            else:
                self._move(x + t * d)
            state |= {"t": t, "func_evals": state["func_evals"] + extra}
            calls += extra
            if (
                calls >= most_calls
                or np.abs(g).max() <= now["tolerance_grad"]
                or np.abs(d * t).max() <= now["tolerance_change"]
                or abs(loss - before) < now["tolerance_change"]
            ):
                break
        self.steps += 1
        return first

    # All parameters as one vector -----------------------------------------------------

    def _position(self) -> np.ndarray:
        return _vector([p.data for p in self.parameters])

    def _gradient(self) -> np.ndarray:
        return _vector(
            np.zeros_like(p.data) if p.grad is None else p.grad for p in self.parameters
        )

    def _move(self, x: np.ndarray) -> None:
        """Go there."""
        start = 0
        for p in self.parameters:
            if isinstance(p, Value):
                p.data, start = float(x[start]), start + 1
                continue
            stop = start + _reals(p.data).size
            part = x[start:stop].astype(p.data.real.dtype)
            p.data[...] = part.view(p.dtype).reshape(p.shape)
            p.written()
            start = stop

    def restored(self, p: Any, state: Mapping[str, Any]) -> State:
        found = {name: state[name] for name in KEPT if state.get(name) is not None}
        size, dtype = self._position().size, self._position().dtype
        for name in ("d", "prev_flat_grad", "old_dirs", "old_stps"):
            rows = np.asarray(found.get(name, np.empty((0, size))), dtype)
            if rows.size and rows.shape[-1] != size:
                raise ValueError(
                    f"{name}: expected {size} numbers, one for each of all parameters; "
                    f"got shape {rows.shape}"
                )
            if name in found:
                found[name] = rows if rows.ndim == 1 and rows.size else list(rows)
        return {"step": 0, **found}


def _direction(
    state: State, g: np.ndarray, lr: float, history_size: int
) -> tuple[np.ndarray, float]:
    """Where to go, -H·g, and how far to try; the newest step is taken up before."""
    if "d" not in state:
        state |= {"n_iter": 0, "old_dirs": [], "old_stps": [], "H_diag": 1.0}
        d, t = -g, min(1.0, 1.0 / float(np.abs(g).sum())) * lr
    else:
        ys, steps = state["old_dirs"], state["old_stps"]
        y, s = g - state["prev_flat_grad"], state["d"] * state["t"]
        product = float(y @ s)
        if product > 1e-10:
            ys = [*ys, y][-history_size:]
            steps = [*steps, s][-history_size:]
            state |= {"old_dirs": ys, "old_stps": steps}
            state["H_diag"] = product / float(y @ y)
        d, factors = -g, []
        for y, s in zip(reversed(ys), reversed(steps)):
            factors.append(float(s @ d) / float(y @ s))
            d -= factors[-1] * y
        d *= state["H_diag"]
        for y, s, factor in zip(ys, steps, reversed(factors)):
            d += (factor - float(y @ d) / float(y @ s)) * s
        t = lr
    state |= {"n_iter": state["n_iter"] + 1, "prev_flat_grad": g, "d": d, "t": t}
    return d, t


def _vector(arrays: Iterable[Any]) -> np.ndarray:
    """Arrays and numbers end to end, in single precision at least."""
    rows = [_reals(array) for array in arrays]
    return np.concatenate(rows, dtype=np.result_type(np.float32, *rows))


def _reals(data: Any) -> np.ndarray:
    array = np.ascontiguousarray(data).reshape(-1)
    return array.view(array.real.dtype)


def _number(loss: Any) -> float:
    return float(loss.item() if hasattr(loss, "item") else loss)
