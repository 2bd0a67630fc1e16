"""Images and filters, in one to three dimensions, with every option of a layer."""

from __future__ import annotations

from typing import Any

from ...ops.windows import windows
from ..arrays import Shape
from ..context import Call, Context, Sample, call


def _geometry(c: Context) -> tuple[list[int], list[int], dict[str, Any]]:
    """The lengths of an image, those of a filter, and how it slides."""
    ndim = c.choice(2, 1, 3)
    kernel = [c.choice(2, 1, 3) for _ in range(ndim)]
    dilation = c.choice(1, 2)
    shape = [dilation * (k - 1) + c.choice(2, 1, 3) for k in kernel]
    pairs = tuple([(i % 2, 1) for i in range(ndim)])
    options = {
        "stride": c.choice(1, 2, 3),
        "padding": c.choice(0, 1, pairs),
        "dilation": dilation,
        "groups": c.choice(1, 2),
    }
    return shape, kernel, options


def _shapes(c: Context) -> tuple[Shape, Shape, Shape, dict[str, Any]]:
    shape, kernel, options = _geometry(c)
    groups, n = options["groups"], c.choice(2, 1)
    own, filters = c.choice(2, 1), groups * c.choice(1, 2)
    image = (n, own * groups, *shape)
    weight = (filters, own, *kernel)
    geometry = [options[name] for name in ("stride", "padding", "dilation")]
    count = windows(tuple(shape), tuple(kernel), *geometry).count
    return image, weight, (n, filters, *count), options


def _conv(c: Context) -> Call:
    image, weight, _, options = _shapes(c)
    return call(c.array(image), c.array(weight), **options)


def _to_image(c: Context) -> Call:
    image, weight, results, options = _shapes(c)
    return call(c.array(results), c.array(weight), shape=image[2:], **options)


def _to_filters(c: Context) -> Call:
    image, weight, results, options = _shapes(c)
    return call(c.array(image), c.array(results), kernel=weight[2:], **options)


def _transpose(c: Context) -> Call:
    _, kernel, options = _geometry(c)
    groups = options["groups"]
    lengths = [3 + c.choice(0, 1) for _ in kernel]
    own = c.choice(2, 1)
    return call(
        c.array((c.choice(2, 1), own * groups, *lengths)),
        c.array((own * groups, c.choice(1, 2), *kernel)),
        output_padding=c.choice(0, min(1, options["stride"] - 1)),
        **options,
    )


SAMPLES: dict[str, Sample] = {
    "conv": _conv,
    "conv to filters": _to_filters,
    "conv to image": _to_image,
    "conv_transpose": _transpose,
}
