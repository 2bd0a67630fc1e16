"""The other package of this name: HIPS autograd. Say so where both are installed."""

from __future__ import annotations

import os
import sys
import warnings


def warn_of_namesake() -> None:
    """Warn if HIPS autograd, known by its ``autograd.numpy``, lies on the path."""
    for folder in sys.path:
        if not isinstance(folder, str):  # which Python passes over, too
            continue
        if os.path.exists(os.path.join(folder, "autograd", "numpy", "__init__.py")):
            warnings.warn(
                f"HIPS autograd is installed in {folder}, under the same import name "
                "as glassgrad's autograd. Make a new environment for one of them: "
                "uninstalling either may delete files of the other",
                RuntimeWarning,
                stacklevel=3,
            )
