"""Extremes of what is not NaN."""

from ..context import Sample
from .reductions import extreme_of_chosen

SAMPLES: dict[str, Sample] = {
    "nanmax": extreme_of_chosen,
    "nanmin": extreme_of_chosen,
}
