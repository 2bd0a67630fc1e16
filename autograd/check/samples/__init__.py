"""How each primitive of ``autograd.ops`` is drawn: a file a family, as there.

A sample is a function of a context, ``c``, that draws one thing after another and
returns a call of them::

    SAMPLES = {
        "flip": lambda c: call(x := c.array(), axis=c.axes(x.ndim)),
        "roll": _roll,

Each table says by what function the primitive is drawn that is registered under a name;
what a context can draw is said there. Elementwise primitives without parameters need no
sample: their operands are arrays that broadcast, within the domain of each.
"""

from importlib import import_module
from pkgutil import iter_modules

from ..context import Sample

FAMILIES = [
    import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)
]
SAMPLES: dict[str, Sample] = {
    name: sample for family in FAMILIES for name, sample in family.SAMPLES.items()
}
