"""What tests declare is gone after them: others draw whatever is registered."""

from collections.abc import Iterator

import pytest

from autograd import registry


@pytest.fixture(autouse=True)
def restored_registry() -> Iterator[None]:
    before = dict(registry)
    yield
    registry.clear()
    registry.update(before)
