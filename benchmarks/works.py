"""The works that are timed: by which script on which side, and the goals."""

from __future__ import annotations

from typing import NamedTuple

OURS = ("ours", "compiled", "replay")  # eager; generated C; NumPy alone
NETWORKS = ("torch", "torch.compile")  # which have layers and optimizers
FUNCTIONS = ("jax", "hips", "mygrad", "tinygrad")  # which differentiate functions
PEERS = {  # side: the environment it runs in
    "torch": "torch",
    "torch.compile": "torch",
    "jax": "jax",
    "hips": "hips",
    "mygrad": "mygrad",
    "tinygrad": "tinygrad",
    "micrograd": "micrograd",
    "numpy": "torch",  # by hand, on the NumPy that stands there
}


class Work(NamedTuple):
    """Goals are ratios of medians, (ours, the peer's): at most."""

    scripts: dict[str, str]
    threads: int
    goals: dict[tuple[str, str], float]


def of(script: str, *sides: str) -> dict[str, str]:
    """The same script for several sides."""
    return dict.fromkeys(sides, script)


WORKS = {
    "chain": Work(
        of("chain.py", *OURS, *NETWORKS, *FUNCTIONS),
        1,
        {("ours", "torch"): 0.7, ("compiled", "jax"): 0.8},
    ),
    "small": Work(
        of("small.py", *OURS, *NETWORKS)
        | of("small_functions.py", *FUNCTIONS, "numpy"),
        1,
        {
            ("ours", "torch"): 0.6,
            ("compiled", "jax"): 0.8,
            ("replay", "torch"): 1.0,
        },
    ),
    "hessian": Work(
        of("hessian.py", *OURS, "torch", "jax", "hips"),
        1,
        {("compiled", "jax"): 0.8, ("replay", "torch"): 1.0},
    ),
    "black-scholes": Work(
        of("black_scholes.py", *OURS, *NETWORKS, "jax", "hips", "tinygrad"),
        2,
        {("ours", "torch"): 2.0, ("compiled", "jax"): 0.8},
    ),
    "mlp": Work(
        of("mlp.py", *OURS, *NETWORKS) | of("mlp_functions.py", *FUNCTIONS, "numpy"),
        2,
        {
            ("ours", "torch"): 0.8,
            ("compiled", "torch"): 0.6,
            ("compiled", "jax"): 0.8,
            ("replay", "torch"): 1.0,
        },
    ),
    "lenet": Work(
        of("lenet.py", *OURS, *NETWORKS),
        2,
        {("ours", "torch"): 1.0, ("compiled", "torch"): 0.9},
    ),
    "block": Work(
        of("block.py", *OURS, *NETWORKS),
        2,
        {("ours", "torch"): 1.3, ("compiled", "torch"): 0.9},
    ),
    "gpt": Work(
        of("gpt.py", *OURS, *NETWORKS),
        2,
        {
            ("ours", "torch"): 1.4,
            ("compiled", "torch"): 0.65,
            ("compiled", "torch.compile"): 0.9,
        },
    ),
    "lstm": Work(
        of("lstm.py", *OURS, *NETWORKS),
        2,
        {("ours", "torch"): 1.0, ("compiled", "torch"): 0.7},
    ),
    "moons": Work(
        of("moons.py", "ours", "compiled", "micrograd"),
        1,
        {("ours", "micrograd"): 0.28, ("compiled", "micrograd"): 0.001},
    ),
}
