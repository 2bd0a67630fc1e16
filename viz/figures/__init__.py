"""Figures by matplotlib, each returned: weights, maps, attention, histograms, losses.

Signs are blue above 0 and orange below, white at 0; numbers stand beside the colours.
A figure is saved as ``figure.savefig("weights.png")``, and shown in notebooks.
"""

from .attention import attention_maps
from .curves import loss_curves
from .grids import feature_maps, weight_images
from .spread import histograms

__all__ = [
    "attention_maps",
    "feature_maps",
    "histograms",
    "loss_curves",
    "weight_images",
]
