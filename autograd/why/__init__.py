"""Why a gradient is what it is: a table of the paths it came by, and words.

Reading order: explanation (the door), flow (the paths), then one file for each
question: zeros, finite (NaN and infinity), left (None), depth (vanishing, exploding).
"""

from .explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
