"""Layers that are linear, that reshape, and that join others."""

CASES = [
    ("nn.Linear(3, 4)", (2, 3)),
    ("nn.Linear(3, 4, bias=False)", (3,)),
    ("nn.Linear(2, 3, True)", (2, 2, 2)),
    ("nn.Bilinear(2, 3, 4)", (5, 2), (5, 3)),
    ("nn.Bilinear(3, 2, 1, bias=False)", (2, 2, 3), (2, 2, 2)),
    ("nn.Identity(54, unused_argument1=0.1)", (2, 3)),
    ("nn.Flatten()", (2, 3, 2)),
    ("nn.Flatten(0, -2)", (2, 3, 2)),
    ("nn.Unflatten(1, (2, 3))", (2, 6)),
    ("nn.Unflatten(-1, (3, -1))", (2, 6)),
    ("nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))", (4, 2)),
    ("nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 3), nn.Tanh())[1:]", (2, 2)),
    ("nn.ModuleList([nn.Linear(2, 3), nn.Tanh()])[0]", (2, 2)),
    ("nn.ModuleDict({'a': nn.Linear(2, 3)})['a']", (2, 2)),
    ("F.linear", (2, 3), (4, 3), (4,)),
    ("F.bilinear", (2, 3), (2, 2), (4, 3, 2)),
    ("lambda x: F.dropout(x, 0.5, training=False)", (2, 3)),
    ("nn.Dropout(0.0)", (2, 3)),
    ("nn.Dropout2d(0.3).eval()", (2, 3, 2, 2)),
]
