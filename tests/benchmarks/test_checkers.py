"""The planted bugs: the same in all libraries; our column; how the table counts."""

import pytest

from benchmarks.checkers import (
    COLUMNS,
    WORK,
    draw,
    findings,
    keys_of,
    names_in,
    table,
)

BUGS, HARMLESS = names_in("ours", "BUGS"), names_in("ours", "HARMLESS")


@pytest.mark.parametrize("side", COLUMNS)
def test_every_library_has_the_same_20_bugs_and_5_harmless_variants(side):
    assert names_in(side, "BUGS") == BUGS
    assert names_in(side, "HARMLESS") == HARMLESS
    assert (len(set(BUGS)), len(set(HARMLESS))) == (20, 5)


@pytest.mark.parametrize(
    ("script", "table"),
    [("draw_inputs.py", "NATURAL"), ("triggers.py", "TRIGGERS")],
)
def test_other_tables_name_functions_that_exist(script, table):
    assert set(keys_of(WORK / script, table)) <= {*BUGS, *HARMLESS}


def test_our_checker_catches_bugs_and_passes_a_harmless_variant(tmp_path):
    plain, hidden, harmless = (
        "sin: wrong sign",
        "maximum: both 1 at ties",
        "abs: slope 0.3 at 0",
    )
    draw(tmp_path / "inputs.npz", [plain, hidden, harmless], count=10)
    found = findings("ours", tmp_path / "inputs.npz")
    assert found[plain]["one"].startswith("input 0, first_order: GradientError")
    assert found[plain]["many"]
    assert not found[hidden]["one"]
    assert "GradientError" in found[hidden]["many"]
    assert all(each["alarms"] == [] for each in found.values())


def test_the_table_counts_what_was_caught_and_what_was_flagged():
    alarm = {"input": 3, "check": "second_order", "said": "…"}
    fine = {"expressible": True, "one": None, "many": "said", "alarms": []}
    shy = {"expressible": True, "one": None, "many": None, "alarms": [alarm]}
    names = [BUGS[0], HARMLESS[0]]
    found = {side: dict(zip(names, [fine, shy])) for side in COLUMNS}
    found["jax"] = {names[0]: {"expressible": False}, names[1]: shy}
    rows = [line.strip("| ").split(" | ") for line in table(found).splitlines()]
    ours, jax = ([each[i] for each in rows[2:]] for i in (1, 3))
    assert ours == ["– · ✓", "0 · 1 of 1", "0 · 1", "0 · 1 of 200", "0 · 0 of 200"]
    assert jax == ["n/a", "0 · 0 of 0", "0 · 1", "0 · 1 of 100", "0 · 0 of 100"]
