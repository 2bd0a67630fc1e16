"""Padding by every mode, and what else moves or compares without parameters."""

KINDS = ("ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad")
WIDTHS = {1: (2, 1), 2: (1, 2, 0, 1), 3: (1, 0, 0, 1, 1, 1)}
SHAPES = {1: (2, 3, 4), 2: (2, 1, 3, 3), 3: (1, 2, 3, 2, 3)}

CASES = [
    *[(f"nn.{kind}{n}d({WIDTHS[n]})", SHAPES[n]) for kind in KINDS for n in (1, 2, 3)],
    *[(f"nn.{kind}{n}d(1)", SHAPES[n][1:]) for kind in KINDS for n in (1, 2, 3)],
    *[(f"nn.ConstantPad{n}d({WIDTHS[n]}, 1.5)", SHAPES[n]) for n in (1, 2, 3)],
    *[(f"nn.ConstantPad{n}d(1, -2.0)", SHAPES[n][1:]) for n in (1, 2, 3)],
    ("nn.ZeroPad2d((-1, 2, 0, -1))", (2, 1, 3, 3)),
    ("nn.ConstantPad1d((1, -2), 3.0)", (2, 3, 4)),
    ("lambda x: F.pad(x, (1, 2))", (2, 3)),
    ("lambda x: F.pad(x, (1, 0, 0, 2), value=0.5)", (2, 3)),
    ("lambda x: F.pad(x, (1, 0, 0, 2, 1, 1, 0, 1))", (2, 1, 2, 2)),
    ("lambda x: F.pad(x, (1, 2), mode='reflect')", (2, 3, 3)),
    ("lambda x: F.pad(x, (1, 2, 2, 0), mode='replicate')", (2, 3, 3)),
    ("lambda x: F.pad(x, (3, 1, 1, 2), mode='circular')", (1, 2, 2, 3)),
    ("lambda x: F.pad(x, (2, -3), mode='reflect')", (2, 2, 4)),
    ("lambda x: F.pad(x, (-3, 5), mode='replicate', value=0)", (2, 2, 4)),
    ("lambda x: F.pad(x, (2, -1), mode='circular')", (2, 2, 4)),
    ("nn.ChannelShuffle(2)", (2, 4, 3)),
    ("lambda x: nn.ChannelShuffle(3)(x)", (1, 6, 2, 2)),
    ("nn.CosineSimilarity()", (2, 3, 2), (2, 3, 2)),
    ("nn.CosineSimilarity(dim=0, eps=0.1)", (3, 2), (3, 2)),
    ("nn.CosineSimilarity(dim=-1)", (2, 3), (2, 1)),
    ("F.cosine_similarity", (3, 1, 2), (2, 1)),
    ("nn.PairwiseDistance()", (4, 3), (4, 3)),
    ("nn.PairwiseDistance(p=1.5, eps=0.01, keepdim=True)", (4, 3), (4, 3)),
    ("nn.PairwiseDistance(p=float('inf'))", (4, 3), (4, 3)),
]
