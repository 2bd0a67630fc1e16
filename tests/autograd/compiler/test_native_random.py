"""Random programs, whose C gives what they give in NumPy, NaN and infinities included."""

import pytest
import random_flats

from autograd.compiler.native import NoCompiler, built
from autograd.compiler.native.cache import library


@pytest.mark.parametrize("seed", range(12))
def test_random_programs_are_as_in_numpy(seed):
    try:
        library("int nothing;")
    except NoCompiler as error:
        pytest.skip(str(error))
    assert random_flats.differences(built, seed) == []
