"""``python -m benchmarks.checkers``: the same planted bugs, before four checkers.

20 functions, each declared right and wrong by the public means of each library, and
five harmless variants of right ones. Each checker is called once on a natural input, as
its documentation shows, and on the same 100 inputs that our sampling draws; default
tolerances, double precision, every argument, to first and to second order. A bug is
caught where the checker fails on the wrong declaration and not on the right one, at an
input where they differ. Failing on what is right there is a false alarm.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .peers import CACHE, REQUIREMENTS, environment, python_of

WORK = Path(__file__).parent / "work"
TITLES = {"jax": "JAX", "ours": "ours", "torch": "PyTorch", "hips": "HIPS autograd"}
COLUMNS = ("ours", "torch", "jax", "hips")
INPUTS = 100  # for each function, besides the natural one
PROCESSES = 2  # at a time
BAR = r"\|"

Found = dict[str, dict[str, Any]]  # what one checker said, by the function's name


def keys_of(script: Path, table: str) -> list[str]:
    """The keys of a dictionary in a script, which is only read."""
    for node in ast.parse(script.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == table:
            return [ast.literal_eval(key) for key in node.value.keys]
    raise ValueError(f"{script} has no {table}")


def names_in(side: str, table: str) -> list[str]:
    """The names in ``BUGS`` or ``HARMLESS`` of one library."""
    return keys_of(WORK / f"bugs_{side}.py", table)


def output_of(side: str, script: str, *arguments: str) -> str:
    """What a script of ``work`` prints, in the environment of its library."""
    python = sys.executable if side == "ours" else python_of(side)
    command = [python, "-W", "ignore", str(WORK / script), *arguments]
    with tempfile.TemporaryDirectory() as folder:  # hypothesis leaves files behind
        done = subprocess.run(
            command,
            env=environment(side, threads=1),
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def draw(path: Path, names: list[str], count: int = INPUTS) -> None:
    """Write the inputs of some functions (all, if none is named) to an .npz file."""
    output_of("ours", "draw_inputs.py", str(path), str(count), *names)


def findings(side: str, inputs: Path) -> Found:
    """What the checker of one library says of every function, by name."""
    lines = map(
        json.loads, output_of(side, f"bugs_{side}.py", str(inputs)).splitlines()
    )
    return {line.pop("name"): line for line in lines}


# The table ----------------------------------------------------------------------------


def row(first: str, *cells: str) -> str:
    """A row of Markdown, where a name may hold the sign that ends a cell."""
    return f"| {' | '.join([first.replace('|', BAR), *cells])} |"


def mark(found: dict[str, Any]) -> str:
    """One call, and 100 inputs."""
    if not found["expressible"]:
        return "n/a"
    return " · ".join("✓" if found[column] else "–" for column in ("one", "many"))


def caught(found: Found, bugs: list[str]) -> str:
    """How many bugs were caught by one call, by 100 inputs, of how many."""
    posed = [found[name] for name in bugs if found[name]["expressible"]]
    one, many = (sum(bool(each[c]) for each in posed) for c in ("one", "many"))
    return f"{one} · {many} of {len(posed)}"


def flagged(found: Found, names: list[str]) -> str:
    """How many functions that are right were flagged, once or more."""
    each = [{a["input"] for a in found[name]["alarms"]} for name in names]
    return f"{sum(0 in inputs for inputs in each)} · {sum(map(bool, each))}"


def alarms(found: Found, check: str | None = None) -> str:
    """At how many inputs a derivative that is right was flagged."""
    posed = [each["alarms"] for each in found.values() if each["expressible"]]
    each = [{a["input"] for a in x if check in (None, a["check"])} for x in posed]
    one = sum(0 in inputs for inputs in each)
    return f"{one} · {sum(map(len, each)) - one} of {INPUTS * len(each):,}"


def table(found: dict[str, Found]) -> str:
    """Markdown: a row for each bug, then what was caught, then the false alarms."""
    sides = [found[side] for side in COLUMNS]
    bugs = [name for name in names_in("ours", "BUGS") if name in sides[0]]
    harmless = [name for name in names_in("ours", "HARMLESS") if name in sides[0]]
    versions = ["", *(REQUIREMENTS[s][0].partition("==")[2] for s in COLUMNS[1:])]
    titles = [f"{TITLES[s]} {v}".strip() for s, v in zip(COLUMNS, versions)]
    right = "false alarms: inputs of right derivatives"
    return "\n".join(
        [
            row(f"planted bug (one call · {INPUTS} inputs)", *titles),
            row(*["---"] * 5),
            *(row(name, *(mark(each[name]) for each in sides)) for name in bugs),
            row("**caught**", *(caught(each, bugs) for each in sides)),
            row(
                f"false alarms: harmless variants, of {len(harmless)}",
                *(flagged(each, harmless) for each in sides),
            ),
            row(right, *(alarms(each) for each in sides)),
            row(
                "the same, of the first order alone",
                *(alarms(each, "first_order") for each in sides),
            ),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checkers")
    known = names_in("ours", "BUGS") + names_in("ours", "HARMLESS")
    parser.add_argument("--only", choices=known, metavar="NAME", help="one function")
    only = parser.parse_args().only
    for side in COLUMNS[1:]:
        python_of(side)
    kept = CACHE / "checkers"  # every message, to be looked up
    kept.mkdir(parents=True, exist_ok=True)
    inputs = kept / "inputs.npz"
    draw(inputs, [only] if only else [])
    with ThreadPoolExecutor(PROCESSES) as pool:  # the slowest first
        found = dict(zip(TITLES, pool.map(lambda s: findings(s, inputs), TITLES)))
    for side, each in found.items():
        text = json.dumps(each, indent=1, ensure_ascii=False)
        (kept / f"{side}.json").write_text(text)
    print(table(found))


if __name__ == "__main__":
    main()
