"""The other package of this name: HIPS autograd. Say so where both are installed."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path


def warn_of_namesake() -> None:
    """Warn if HIPS autograd, known by its ``autograd.numpy``, lies on the path."""
    for folder in sys.path:
        if Path(folder, "autograd", "numpy", "__init__.py").exists():
            warnings.warn(
                f"HIPS autograd is installed in {folder}, under the same import name "
                "as glassgrad's autograd. Keep them in environments of their own",
                RuntimeWarning,
                stacklevel=3,
            )
