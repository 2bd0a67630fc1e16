"""Convolutions as C: the three maps, however windows lie."""

import re
from pathlib import Path

import numpy as np
import pytest
from test_native import check, floats, reason

import autograd as ag
from autograd.compiler.native import convolutions, products

pytestmark = pytest.mark.skipif(bool(reason), reason=reason)

R = ag.registry
GEOMETRIES = {  # image, filters, and how they slide
    "padded": ((2, 3, 8, 9), (4, 3, 3, 3), {"padding": 1}),
    "of one channel": ((2, 1, 28, 28), (16, 1, 5, 5), {"padding": 2}),
    "of some lines at a time": ((1, 2, 300, 150), (3, 2, 3, 3), {"padding": 1}),
    "of many channels": ((2, 130, 6, 7), (70, 130, 3, 3), {"padding": 1}),
    "of many images": ((40, 3, 8, 8), (20, 3, 3, 3), {"padding": ((0, 2), (3, 1))}),
    "apart": (
        (3, 4, 17, 30),
        (6, 2, 3, 5),
        {"padding": (1, 2), "groups": 2, "stride": (2, 3), "dilation": (2, 1)},
    ),
    "apart, not further than a dilation": (
        (2, 2, 9, 20),
        (3, 2, 2, 3),
        {"stride": (1, 2), "dilation": (3, 4), "padding": 4},
    ),
    "by channel": ((2, 8, 40), (8, 1, 3), {"padding": "same", "groups": 8}),
    "of lines": ((2, 3, 40), (7, 3, 4), {"stride": 3}),
    "of volumes": (
        (2, 3, 6, 7, 9),
        (5, 3, 2, 3, 3),
        {"padding": (0, 1, 2), "stride": (1, 2, 1)},
    ),
    "within more padding than windows": ((2, 3, 5, 8), (4, 3, 3, 3), {"padding": 5}),
    "of single elements": ((2, 3, 8, 8), (4, 3, 1, 1), {}),
    "of single elements, apart": ((2, 3, 8, 8), (4, 3, 1, 1), {"stride": 2}),
    "few along a line": ((2, 6, 5, 3), (4, 3, 3, 2), {"groups": 2}),
    "of four axes": ((1, 2, 3, 4, 3, 5), (2, 2, 2, 2, 2, 2), {"padding": 1}),
}


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_windows_meet_filters_wherever_they_lie(geometry):
    x_shape, w_shape, given = GEOMETRIES[geometry]
    given = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, **given}
    x, w = floats(*x_shape), floats(*w_shape)
    g = floats(*ag.conv(x, w, **given).shape)

    def maps(x, w, g):
        image = R["conv to image"](g, w, shape=x_shape[2:], **given)
        filters = R["conv to filters"](x, g, kernel=w_shape[2:], **given)
        return ag.conv(x, w, **given), image, filters

    single = (x, w, g)
    double = [each.astype(float) for each in single]
    check(lambda *xs: (*maps(*xs[:3]), *maps(*xs[3:])), *single, *double)


def test_images_and_filters_may_be_views():
    def f(x, w):
        image, filters = np.moveaxis(x, -1, 1)[:, :, ::2], np.swapaxes(w, 0, 1)
        return ag.conv(image, filters, padding=1)

    check(f, floats(2, 16, 9, 3), floats(3, 5, 3, 3))


def test_one_filter_sees_what_is_no_number_where_it_stands():
    x = np.zeros((1, 1, 12, 12), np.float32)
    x[0, 0, 5, 5], x[0, 0, 0, 11] = np.nan, np.inf
    run = check(lambda x, w: ag.conv(x, w, padding=1), x, np.ones((2, 1, 3, 3), "f"))
    assert "sliding_s.convolve" in run.source


@pytest.mark.parametrize(
    ("file", "name", "number"),
    [
        ("sliding.c", "#define TILE", convolutions.TILE),
        ("sliding.c", "#define LANES \\(", convolutions.VECTOR),
        ("sliding.c", "vector_size\\(", convolutions.VECTOR),
        ("tiles.h", "#define DEEP", products.DEEP),
    ],
)
def test_rooms_are_as_large_as_the_text_takes_them_to_be(file, name, number):
    text = (Path(products.__file__).parent / file).read_text(encoding="utf-8")
    assert [*map(int, re.findall(rf"{name} ?(\d+)", text))] == [number]
