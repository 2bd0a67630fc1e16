"""``python -m benchmarks``: times ours; with ``--peers``, ours beside the peers'.

Machines are shared and noisy, so no absolute time is worth quoting: in each round every
side runs once, in a process of its own, and the median of the ratios of one round is
what counts. A side that computes another number is not timed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from .peers import environment, python_of
from .works import OURS, PEERS, WORKS

HERE = Path(__file__).parent
SAME = 2e-3  # how far results may lie apart, relatively: float32, after many steps

Rounds = dict[str, list[dict[str, float]]]  # what each side measured, round by round


def measured(name: str, side: str) -> dict[str, float]:
    """Run one process of a work: its median seconds a step, its latency, the bytes at
    its peak beyond those before the first step, and a number to compare."""
    work = WORKS[name]
    python = sys.executable if side in OURS else python_of(PEERS[side])
    script = str(HERE / "work" / work.scripts[side])
    done = subprocess.run(
        [python, "-W", "ignore", script, side],
        env=environment(side, work.threads),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name} on {side} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def compared(name: str, sides: list[str], rounds: int) -> tuple[Rounds, dict[str, str]]:
    """The measurements of every side that works and agrees; why of the others."""
    found: Rounds = {side: [] for side in sides}
    missing: dict[str, str] = {}
    for _ in range(rounds):
        for side in sides:
            if side not in missing:
                try:
                    found[side].append(measured(name, side))
                except (RuntimeError, subprocess.CalledProcessError) as error:
                    missing[side] = str(error)
    right = next(found[side][-1]["check"] for side in sides if side not in missing)
    for side in sides:
        if side not in missing:
            check = found[side][-1]["check"]
            if not abs(check - right) <= SAME * abs(right):
                missing[side] = f"{name} on {side} computed {check}, not {right}"
    return {side: found[side] for side in sides if side not in missing}, missing


def ratio(found: Rounds, side: str, other: str) -> float:
    """The median over the rounds of how much longer one takes than another."""
    pairs = zip(found[side], found[other], strict=True)
    return statistics.median(x["seconds"] / y["seconds"] for x, y in pairs)


def rows(name: str, found: Rounds) -> list[dict[str, Any]]:
    """A line of the table for each side of a work."""
    lines = []
    for side, rounds in found.items():
        middle = {
            key: statistics.median(each[key] for each in rounds) for key in rounds[0]
        }
        ratios = {
            ours: ratio(found, ours, side)
            for ours in OURS
            if ours in found and side not in OURS
        }
        goals = {
            ours: goal
            for (ours, peer), goal in WORKS[name].goals.items()
            if peer == side
        }
        lines.append(
            {"work": name, "side": side, **middle, "ratios": ratios, "goals": goals}
        )
    return lines


def printed(line: dict[str, Any]) -> None:
    """A line of the table, as Markdown: goals in brackets."""
    cells = [line["work"], line["side"], f"{line['seconds'] * 1e3:.3f}"]
    for ours in OURS:
        goal = line["goals"].get(ours)
        value = line["ratios"].get(ours)
        text = "" if value is None else f"{value:.3g}"
        cells.append(text + (f" ({goal:g})" if goal and text else ""))
    cells += [f"{line['latency']:.2f}", f"{line['bytes'] / 1e6:.0f}"]
    print(f"| {' | '.join(cells)} |", flush=True)


def plotted(table: list[dict[str, Any]], path: str) -> None:
    """The ratios as bars on a logarithmic axis, by work and peer."""
    from matplotlib.figure import Figure

    lines = [line for line in table if line["ratios"]]
    figure = Figure(figsize=(8, 1 + 0.35 * len(lines)), layout="constrained")
    axes = figure.subplots()
    for ours, shift in zip(OURS, (0.25, 0.0, -0.25)):
        places = [i + shift for i, line in enumerate(lines) if ours in line["ratios"]]
        values = [line["ratios"][ours] for line in lines if ours in line["ratios"]]
        axes.barh(places, values, 0.22, label=ours)
    axes.set_yticks(
        range(len(lines)), [f"{line['work']}, {line['side']}" for line in lines]
    )
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel("our time / theirs, median of ratios; less is better")
    axes.legend()
    figure.savefig(path)


def profiled(name: str) -> None:
    """Where the time of ours goes, by operation."""
    work = WORKS[name]
    script = str(HERE / "work" / work.scripts["ours"])
    command = [sys.executable, script, "ours", "profile"]
    subprocess.run(command, env=environment("ours", work.threads), check=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--peers", action="store_true", help="install and time peers")
    parser.add_argument("--rounds", type=int, default=9, help="runs of each side")
    parser.add_argument("--only", choices=[*WORKS, "memory"], help="one of the works")
    parser.add_argument("--sides", help="of all sides these, separated by commas")
    parser.add_argument("--json", help="a file to write the table to")
    parser.add_argument("--plot", help="a picture of the ratios")
    parser.add_argument("--profile", choices=WORKS, help="where the time of ours goes")
    options = parser.parse_args()
    if options.profile:
        profiled(options.profile)
        return
    table: list[dict[str, Any]] = []
    names = [name for name in WORKS if options.only in (None, name)]
    if options.peers and names:
        print(f"{options.rounds} rounds of processes; milliseconds, ours / theirs\n")
        heads = "work | side | ms a step | eager | compiled | NumPy alone"
        print(f"| {heads} | latency, s | peak, MB |\n|{'---|' * 8}")
        for name in names:
            wanted = options.sides.split(",") if options.sides else [*OURS, *PEERS]
            sides = [side for side in WORKS[name].scripts if side in wanted]
            found, missing = compared(name, sides, options.rounds)
            for line in rows(name, found):
                printed(line)
                table.append(line)
            for reason in missing.values():
                print(f"\n{reason}", file=sys.stderr)
    elif names:
        for name in names:
            seconds = measured(name, "ours")["seconds"]
            print(f"{name}: {seconds * 1e3:.2f} ms a step")
    if options.json:
        Path(options.json).write_text(json.dumps(table, indent=1))
    if options.plot:
        plotted(table, options.plot)
    if options.only in (None, "memory"):
        from .memory import report

        report(options.rounds)


if __name__ == "__main__":
    main()
