"""Pooling to a size, of other norms, with indices, and back; windows as columns."""

CASES = [
    ("nn.AdaptiveAvgPool1d(4)", (2, 3, 10)),
    ("nn.AdaptiveAvgPool1d(5)", (3, 10)),
    ("nn.AdaptiveAvgPool2d(1)", (2, 3, 4, 5)),
    ("nn.AdaptiveAvgPool2d((None, 3))", (2, 2, 3, 5)),
    ("nn.AdaptiveAvgPool2d((5, 2))", (2, 2, 3, 4)),
    ("nn.AdaptiveAvgPool3d((2, 1, 3))", (1, 2, 3, 4, 4)),
    ("nn.AdaptiveMaxPool1d(4)", (2, 3, 10)),
    ("nn.AdaptiveMaxPool1d(5, return_indices=True)", (3, 10)),
    ("nn.AdaptiveMaxPool2d((3, None), return_indices=True)", (2, 2, 5, 3)),
    ("nn.AdaptiveMaxPool2d((5, 2))", (2, 2, 3, 4)),
    ("nn.AdaptiveMaxPool3d((2, 1, 3), return_indices=True)", (1, 2, 3, 4, 4)),
    ("lambda x: F.lp_pool1d(x * x, 3, 2)", (1, 2, 5)),
    ("nn.LPPool1d(2, 3, stride=2, ceil_mode=True)", (2, 3, 8)),
    ("nn.LPPool2d(2, (3, 2), stride=1)", (2, 2, 5, 4)),
    ("nn.LPPool2d(1, 2)", (2, 4, 5)),
    ("nn.LPPool3d(4, 2)", (1, 2, 4, 3, 2)),
    ("nn.MaxPool1d(3, stride=2, padding=1, return_indices=True)", (2, 3, 7)),
    ("nn.MaxPool2d(2, dilation=2, stride=1, return_indices=True)", (2, 5, 4)),
    ("nn.MaxPool3d(2, return_indices=True, ceil_mode=True)", (1, 2, 3, 4, 3)),
    ("nn.MaxUnpool1d(2)", (1, 2, 2), [[[1, 2], [0, 3]]]),
    (
        "lambda x: F.max_unpool1d(*F.max_pool1d(x, 2, return_indices=True), 2, "
        "output_size=(2, 3, 7))",
        (2, 3, 7),
    ),
    (
        "lambda x: F.max_unpool2d(*F.max_pool2d(x, (2, 3), (2, 3), "
        "return_indices=True), (2, 3))",
        (2, 4, 6),
    ),
    (
        "lambda x: F.max_unpool3d(*F.max_pool3d(x, 2, return_indices=True), 2)",
        (1, 2, 4, 2, 2),
    ),
    ("nn.Unfold(2)", (2, 3, 3, 4)),
    ("nn.Unfold((2, 3), dilation=(2, 1), padding=1, stride=(1, 2))", (2, 4, 5)),
    ("nn.Fold((3, 4), 2)", (2, 8, 6)),
    ("nn.Fold((4, 5), (2, 3), dilation=(2, 1), padding=1, stride=(1, 2))", (12, 12)),
    ("nn.Sequential(nn.Unfold(2), nn.Fold((3, 3), 2))", (1, 2, 3, 3)),
]
