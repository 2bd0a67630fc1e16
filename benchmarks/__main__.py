"""``python -m benchmarks``: times ours; with ``--peers``, ours beside the peers'.

Machines are shared and noisy, so no absolute time is worth quoting: processes of ours
and theirs take turns, and the median of the ratios of neighbours is what counts.
"""

from __future__ import annotations

import argparse
import json
import pstats
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from .peers import environment, python_of

HERE = Path(__file__).parent

# work: (ours, theirs, the peer, threads, the ratio to stay under)
WORKS = {
    "chain": ("chain_ours.py", "chain_torch.py", "torch", 1, 0.7),
    "moons": ("moons.py", "moons.py", "micrograd", 1, 0.3),
    "mlp": ("mlp_ours.py", "mlp_torch.py", "torch", 2, 0.8),
    "small": ("small.py", "small.py", "torch", 2, 0.6),
    "gpt": ("gpt.py", "gpt.py", "torch", 2, 1.4),
    "lstm": ("lstm.py", "lstm.py", "torch", 2, 1.0),
    "black-scholes": ("black_scholes.py", "black_scholes.py", "torch", 2, 2.0),
    "lenet": ("lenet_ours.py", "lenet_torch.py", "torch", 2, 1.0),
    "block": ("block.py", "block.py", "torch", 2, 1.3),
}


def measured(python: str, script: str, threads: int, side: str) -> dict[str, float]:
    """Run one process of a work: its median seconds a step, the bytes at its peak
    beyond those before the first step, and a number to compare."""
    command = [python, "-W", "ignore", str(HERE / "work" / script), side]
    done = subprocess.run(
        command,
        env=environment(side, threads),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def compare(name: str, pairs: int) -> None:
    """Take turns, ours and theirs, and print the ratios."""
    ours, theirs, peer, threads, goal = WORKS[name]
    python = python_of(peer)
    seconds, checks, peaks = [], [], []
    for _ in range(pairs):
        mine = measured(sys.executable, ours, threads, "ours")
        other = measured(python, theirs, threads, peer)
        seconds.append((mine["seconds"], other["seconds"]))
        peaks.append(mine["bytes"] / max(other["bytes"], 1))
        checks.append(abs(mine["check"] - other["check"]) / abs(other["check"]))
    ratios = sorted(mine / other for mine, other in seconds)
    print(
        f"| {name} | {statistics.median(s for s, _ in seconds) * 1e3:.2f} "
        f"| {peer} {statistics.median(s for _, s in seconds) * 1e3:.2f} "
        f"| **{statistics.median(ratios):.2f}** | {ratios[0]:.2f} to {ratios[-1]:.2f} "
        f"| {goal} | {threads} | {max(checks):.0e} | {statistics.median(peaks):.2f} |",
        flush=True,
    )


def profiled(name: str, rows: int = 25) -> None:
    """Where the time of ours goes, by the functions in which it is spent."""
    script, _, _, threads, _ = WORKS[name]
    with tempfile.NamedTemporaryFile(suffix=".profile") as file:
        command = [sys.executable, "-m", "cProfile", "-o", file.name]
        command += [str(HERE / "work" / script), "ours"]
        subprocess.run(command, env=environment("ours", threads), check=True)
        table = pstats.Stats(file.name)
    table.strip_dirs().sort_stats("tottime").print_stats(rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--peers", action="store_true", help="install and time peers")
    parser.add_argument("--pairs", type=int, default=9, help="how often each side runs")
    parser.add_argument("--only", choices=[*WORKS, "memory"], help="one of the works")
    parser.add_argument("--profile", choices=WORKS, help="where the time of ours goes")
    options = parser.parse_args()
    if options.profile:
        profiled(options.profile)
        return
    names = [name for name in WORKS if options.only in (None, name)]
    if options.peers and names:
        for peer in sorted({WORKS[name][2] for name in names}):
            python_of(peer)
        print(f"{options.pairs} interleaved pairs of processes, milliseconds a step\n")
        columns = (
            "work | ours | theirs | median ratio | range | goal | threads | differ "
            "| peak memory"
        )
        print(f"| {columns} |")
        print("|" + "---|" * 9)
        for name in names:
            compare(name, options.pairs)
    elif names:
        for name in names:
            script, _, _, threads, _ = WORKS[name]
            seconds = measured(sys.executable, script, threads, "ours")["seconds"]
            print(f"{name}: {seconds * 1e3:.2f} ms a step")
    if options.only in (None, "memory"):
        from .memory import report

        report(options.pairs)


if __name__ == "__main__":
    main()
