"""Images made larger and smaller, in every mode."""

CASES = [
    ("nn.Upsample(scale_factor=2)", (2, 3, 4)),
    ("nn.Upsample(size=(5, 7))", (2, 2, 3, 4)),
    ("nn.Upsample(scale_factor=(1, 2, 3))", (1, 2, 2, 3, 2)),
    ("nn.Upsample(scale_factor=1.7, mode='nearest')", (2, 2, 3, 4)),
    ("nn.Upsample(size=3, mode='linear')", (2, 3, 5)),
    ("nn.Upsample(scale_factor=2.5, mode='linear', align_corners=True)", (2, 3, 4)),
    ("nn.Upsample(scale_factor=2, mode='bilinear')", (2, 2, 3, 4)),
    ("nn.Upsample(size=(2, 6), mode='bilinear', align_corners=True)", (2, 2, 3, 4)),
    ("nn.Upsample(scale_factor=1.7, mode='bilinear')", (2, 2, 3, 4)),
    (
        "nn.Upsample(scale_factor=1.7, mode='bilinear', recompute_scale_factor=True)",
        (2, 2, 3, 4),
    ),
    ("nn.Upsample(scale_factor=2, mode='trilinear')", (1, 2, 2, 3, 2)),
    (
        "nn.Upsample(size=(3, 1, 4), mode='trilinear', align_corners=True)",
        (1, 1, 2, 3, 3),
    ),
    ("nn.Upsample(scale_factor=2, mode='bicubic')", (1, 2, 3, 4)),
    ("nn.Upsample(size=(5, 2), mode='bicubic', align_corners=True)", (1, 2, 3, 4)),
    ("nn.UpsamplingNearest2d(scale_factor=3)", (2, 1, 2, 3)),
    ("nn.UpsamplingNearest2d(size=(2, 5))", (2, 1, 3, 3)),
    ("nn.UpsamplingBilinear2d(scale_factor=2)", (2, 1, 2, 3)),
    ("nn.UpsamplingBilinear2d(size=(1, 5))", (2, 1, 3, 3)),
    ("lambda x: F.interpolate(x, size=4, mode='nearest-exact')", (2, 3, 6)),
    (
        "lambda x: F.interpolate(x, scale_factor=0.5, mode='nearest-exact')",
        (1, 2, 5, 4),
    ),
    ("lambda x: F.interpolate(x, size=(2, 5), mode='area')", (1, 2, 4, 3)),
    ("lambda x: F.interpolate(x, scale_factor=0.5, mode='bilinear')", (1, 2, 5, 4)),
    ("nn.PixelShuffle(2)", (2, 8, 2, 3)),
    ("nn.PixelShuffle(3)", (9, 2, 1)),
    ("nn.PixelUnshuffle(2)", (2, 2, 4, 2)),
    *[
        (
            f"lambda x: F.interpolate(x, {how}, mode={mode!r}, antialias=True)",
            (1, 2, 7, 5),
        )
        for mode in ("bilinear", "bicubic")
        for how in ("(3, 2)", "(9, 3), align_corners=True", "None, (0.6, 0.5)")
    ],
]
