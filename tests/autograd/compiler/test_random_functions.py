"""Random functions of all kinds, and their derivatives, are compiled as they are."""

import pytest
import random_functions
import random_kinks

from autograd.compiler.native.compilers import NoCompiler, compiler

KINDS = 2 * len(random_functions.KINDS)  # each in both precisions


def found(seeds, backend, differences=random_functions.differences):
    told = {seed: differences(seed, backend) for seed in seeds}
    return {seed: each for seed, each in told.items() if each}


@pytest.mark.parametrize("start", range(0, 3 * KINDS, KINDS))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_functions_are_replayed_as_they_are(start):
    assert found(range(start, start + KINDS), "numpy") == {}


@pytest.mark.parametrize("seed", range(KINDS))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_functions_run_in_c_as_they_are(seed):
    try:
        compiler()
    except NoCompiler as error:
        pytest.skip(str(error))
    assert found([seed], "c") == {}


@pytest.mark.parametrize("start", range(0, 48, 16))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_derivatives_at_kinks_are_replayed_as_they_are(start):
    seeds = range(start, start + 16)
    assert found(seeds, "numpy", random_kinks.differences_at_kinks) == {}


@pytest.mark.parametrize("seed", range(16))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_derivatives_at_kinks_run_in_c_as_they_are(seed):
    try:
        compiler()
    except NoCompiler as error:
        pytest.skip(str(error))
    assert found([seed], "c", random_kinks.differences_at_kinks) == {}
