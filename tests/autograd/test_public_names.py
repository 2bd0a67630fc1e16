"""Every declared primitive has a public name, or a reason to have none."""

import sys
from types import ModuleType

import autograd as ag
from autograd import Primitive, registry

PUBLIC = (ag, ag.linalg, ag.fft)
PARTS = "a part of {}, which chooses it by the arguments"
UNNAMED = {
    # Internal: nobody calls them.
    "argument": "links a derivative to the leaves of the one it is taken of",
    "freed": "stands in for an op after backward(free=True)",
    "item": "one of several outputs",
    "weigh": "the product of a sweep in which a zero stays zero",
    "without slope": "a derivative that has none of its own where a length is 0",
    # A way of writing, or a method.
    "getitem": "x[index]",
    "scatter": "the transpose of x[index]",
    "set items": PARTS.format("x.at[index].set"),
    "add items": PARTS.format("x.at[index].add"),
    "multiply items": PARTS.format("x.at[index].multiply"),
    "min items": PARTS.format("x.at[index].min"),
    "max items": PARTS.format("x.at[index].max"),
    # Parts of functions that have a name.
    "add windows": "the derivative of sliding_window_view",
    "bell": "the derivative of erf",
    "gelu slope": "the derivative of gelu",
    "normal cdf": PARTS.format("gelu"),
    "normal density": "the derivative of the normal cdf",
    "as integers": PARTS.format("astype"),
    "cofactors": "the derivative of det",
    "conv to filters": "the derivative of conv",
    "conv to image": PARTS.format("conv_transpose"),
    "exponent": PARTS.format("frexp"),
    "fraction": PARTS.format("modf"),
    "in_order": PARTS.format("sort"),
    "length": PARTS.format("norm"),
    "max of chosen": PARTS.format("max"),
    "mean of chosen": PARTS.format("mean"),
    "min of chosen": PARTS.format("min"),
    "pad copies": PARTS.format("pad"),
    "pad zeros": PARTS.format("pad"),
    "pick in windows": "the second derivative of max_pool",
    "prod of chosen": PARTS.format("prod"),
    "put in windows": "the derivative of max_pool",
    "detach": "data that are read without a derivative",
    "largest_tap": "where the derivative of max_pool goes",
    "periods": PARTS.format("unwrap"),
    "places within": PARTS.format("take"),
    "presumed": "what a recording takes for granted",
    "rank": PARTS.format("quantile"),
    "series": "the derivative of pinv",
    "shares": "the derivatives of x.at[i].min and x.at[i].max",
    "stays": "the derivative of x.at[i].set",
    "value of": "NumPy's functions without a derivative, where they are recorded",
    "scatter_all": "the sum of what is scattered to one array",
    "softplus to": PARTS.format("nn.functional.softplus"),
    "spread to windows": "the derivative of sum_pool",
    "sum of chosen": PARTS.format("sum"),
    "var of chosen": PARTS.format("var"),
    "weighted average": PARTS.format("average"),
    # Reached as NumPy's functions alone.
    **dict.fromkeys(["matvec", "vecmat"], "a ufunc, since NumPy 2.2"),
    **dict.fromkeys(["poly", "polydiv", "polyfit", "roots"], "of NumPy's old module"),
}


def test_every_primitive_has_a_public_name_or_a_reason_to_have_none() -> None:
    found = [x for module in _modules() for x in vars(module).values()]
    names = {op.name for op in found if isinstance(op, Primitive)}
    names = {name for name in names if not name.startswith("special.")}
    public = {name for module in PUBLIC for name in module.__all__}
    assert names - public == set(UNNAMED)
    assert names <= set(registry)


def _modules() -> list[ModuleType]:
    """All that are imported; not the compiler's, whose passes have steps of their own."""
    return [
        module
        for name, module in sys.modules.items()
        if name.startswith("autograd") and not name.startswith("autograd.compiler")
    ]
