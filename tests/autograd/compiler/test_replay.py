"""Programs that are replayed give what they gave when they were recorded."""

import pytest
from random_flats import differences

from autograd.compiler.replay import built


@pytest.mark.parametrize(
    "seeds", [range(i, i + 25) for i in range(0, 200, 25)], ids=str
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_random_programs_are_replayed_as_they_are(seeds):
    found = {seed: differences(built, seed) for seed in seeds}
    assert {seed: told for seed, told in found.items() if told} == {}
