"""Losses: every reduction, every argument; probabilities are made of what is drawn."""

LABELS = [2, 0, 1, 2]
IMAGE = [[[0, 2], [1, 1]], [[2, 0], [0, -1]]]
HALF = [[0.5, 0.2, 0.3], [0.1, 0.0, 0.9]]
SIGNS = [1.0, -1.0, -1.0, 1.0]
COUNTS = [[0.0, 1.0, 2.0], [5.0, 3.0, 0.0]]
WEIGHT = [0.5, 2.0, 1.5]
PROBABLE = "F.softmax(t, dim=1)"
LISTS = [[0, 2, -1], [1, -1, 2]]
TARGETS = [[1, 2, 2], [3, 1, 0]]

REDUCTIONS = ("mean", "sum", "none")


def each(name, options, *inputs):
    """A class with every reduction."""
    more = [f"{options}{', ' if options else ''}reduction={r!r}" for r in REDUCTIONS]
    return [(f"nn.{name}({text})", *inputs) for text in more]


CASES = [
    # Differences
    *each("MSELoss", "", (2, 3), (2, 3)),
    *each("L1Loss", "", (2, 3), (2, 3)),
    *each("SmoothL1Loss", "beta=0.7", (2, 3), (2, 3)),
    ("nn.SmoothL1Loss()", (2, 3), (2, 3)),
    ("nn.SmoothL1Loss(beta=0.0)", (2, 3), (2, 3)),
    *each("HuberLoss", "delta=0.7", (2, 3), (2, 3)),
    *[
        (f"lambda x, t: F.{name}(x, t, weight=t * t, reduction={r!r})", (2, 3), (2, 3))
        for name in ("mse_loss", "l1_loss", "huber_loss")
        for r in REDUCTIONS
    ],
    ("nn.HuberLoss()", (2, 3), (2, 3)),
    # Classes
    *each("CrossEntropyLoss", "", (4, 3), LABELS),
    *each("CrossEntropyLoss", "label_smoothing=0.1", (4, 3), LABELS),
    *each("CrossEntropyLoss", "ignore_index=2", (4, 3), LABELS),
    *each("CrossEntropyLoss", "ignore_index=2, label_smoothing=0.3", (4, 3), LABELS),
    *each("CrossEntropyLoss", "ignore_index=-1", (2, 3, 2, 2), IMAGE),
    ("nn.CrossEntropyLoss(label_smoothing=0.2)", (3,), 1),
    ("lambda x, t, w: F.cross_entropy(x, t, weight=w)", (4, 3), LABELS, WEIGHT),
    *[
        (
            f"lambda x, t, w: F.cross_entropy(x, t, weight=w, ignore_index=-1, "
            f"label_smoothing=0.1, reduction={r!r})",
            (2, 3, 2, 2),
            IMAGE,
            WEIGHT,
        )
        for r in REDUCTIONS
    ],
    *[
        (f"lambda x, p: F.cross_entropy(x, p, reduction={r!r})", (2, 3), HALF)
        for r in REDUCTIONS
    ],
    *[
        (
            "lambda x, t, w: F.cross_entropy(x, F.softmax(t, dim=1), weight=w, "
            f"label_smoothing=0.1, reduction={r!r})",
            (2, 3, 2),
            (2, 3, 2),
            WEIGHT,
        )
        for r in REDUCTIONS
    ],
    ("lambda x, t: F.cross_entropy(x, F.softmax(t, dim=0))", (3,), (3,)),
    *each("NLLLoss", "", (4, 3), LABELS),
    *each("NLLLoss", "ignore_index=2", (4, 3), LABELS),
    ("lambda x, t, w: F.nll_loss(x, t, weight=w)", (4, 3), LABELS, WEIGHT),
    (
        "lambda x, t, w: F.nll_loss(x, t, weight=w, ignore_index=-1)",
        (2, 3, 2, 2),
        IMAGE,
        WEIGHT,
    ),
    # Probabilities
    *[
        (
            "lambda x, t: F.binary_cross_entropy(F.sigmoid(x), F.sigmoid(t), "
            f"reduction={r!r})",
            (2, 3),
            (2, 3),
        )
        for r in REDUCTIONS
    ],
    (
        "lambda x, t, w: nn.BCELoss()(F.sigmoid(x), t)"
        " + F.binary_cross_entropy(F.sigmoid(x), t, weight=w)",
        (2, 3),
        HALF,
        WEIGHT,
    ),
    *each("BCEWithLogitsLoss", "", (2, 3), HALF),
    (
        "lambda x, t, w, p: F.binary_cross_entropy_with_logits("
        "x, t, weight=w, pos_weight=p, reduction='none')",
        (2, 3),
        HALF,
        [[2.0], [0.5]],
        WEIGHT,
    ),
    *[
        (
            f"lambda x, t: nn.KLDivLoss(reduction={r!r})"
            f"(F.log_softmax(x, dim=1), {PROBABLE})",
            (2, 3),
            (2, 3),
        )
        for r in ("batchmean", *REDUCTIONS)
    ],
    (
        "lambda x, t: F.kl_div(F.log_softmax(x, dim=1), F.log_softmax(t, dim=1), "
        "log_target=True, reduction='batchmean')",
        (2, 3),
        (2, 3),
    ),
    ("lambda x, t: F.kl_div(x, t, reduction='none')", (2, 3), HALF),
    *each("PoissonNLLLoss", "", (2, 3), COUNTS),
    *each("PoissonNLLLoss", "full=True", (2, 3), COUNTS),
    (
        "lambda x, t: F.poisson_nll_loss(F.softplus(x), t, log_input=False, eps=0.01)",
        (2, 3),
        COUNTS,
    ),
    *[
        (
            "lambda x, t, v: F.gaussian_nll_loss(x, t, F.softplus(v), "
            f"full=True, reduction={r!r})",
            (2, 3),
            (2, 3),
            (2, 3),
        )
        for r in REDUCTIONS
    ],
    (
        "lambda x, t, v: nn.GaussianNLLLoss()(x, t, F.softplus(v))",
        (2, 3),
        (2, 3),
        (2, 1),
    ),
    (
        "lambda x, t, v: nn.GaussianNLLLoss(reduction='none')(x, t, F.softplus(v))",
        (2, 3),
        (2, 3),
        (2,),
    ),
    # Margins
    *each("HingeEmbeddingLoss", "margin=0.7", (4,), SIGNS),
    ("nn.HingeEmbeddingLoss()", (4,), SIGNS),
    *each("MarginRankingLoss", "margin=0.3", (4,), (4,), SIGNS),
    ("nn.MarginRankingLoss()", (4,), (4,), SIGNS),
    *each("SoftMarginLoss", "", (4,), SIGNS),
    *each("MultiMarginLoss", "", (4, 3), LABELS),
    *each("MultiMarginLoss", "p=2, margin=0.5", (4, 3), LABELS),
    ("lambda x, t: nn.MultiMarginLoss()(x, t)", (3,), 1),
    ("lambda x, t, w: F.multi_margin_loss(x, t, weight=w)", (4, 3), LABELS, WEIGHT),
    *each("MultiLabelMarginLoss", "", (2, 3), LISTS),
    ("lambda x, t: nn.MultiLabelMarginLoss()(x, t)", (4,), [3, 0, -1, 1]),
    *each("MultiLabelSoftMarginLoss", "", (2, 3), HALF),
    (
        "lambda x, t, w: F.multilabel_soft_margin_loss(x, t, weight=w)",
        (2, 3),
        HALF,
        WEIGHT,
    ),
    # Distances
    *each("TripletMarginLoss", "", (4, 3), (4, 3), (4, 3)),
    *each("TripletMarginLoss", "margin=2.0, p=1, swap=True", (4, 3), (4, 3), (4, 3)),
    *each("TripletMarginWithDistanceLoss", "", (4, 3), (4, 3), (4, 3)),
    (
        "nn.TripletMarginWithDistanceLoss(distance_function=lambda x, y: "
        "1 - F.cosine_similarity(x, y), margin=0.5, swap=True)",
        (4, 3),
        (4, 3),
        (4, 3),
    ),
    *each("CosineEmbeddingLoss", "margin=0.2", (4, 3), (4, 3), SIGNS),
    ("nn.CosineEmbeddingLoss()", (3,), (3,), -1.0),
    ("F.cosine_similarity", (2, 3, 2), (2, 3, 2)),
    ("lambda x, y: F.cosine_similarity(x, y, dim=0)", (3,), (3,)),
    ("F.pairwise_distance", (4, 3), (4, 3)),
    ("lambda x, y: F.pairwise_distance(x, y, p=3.0, keepdim=True)", (4, 3), (4, 3)),
    ("lambda x, y: F.pairwise_distance(x, y, p=1.0, eps=0.1)", (4, 3), (3,)),
    ("F.pdist", (4, 3)),
    # Sequences
    *[
        (
            f"lambda x, t: F.ctc_loss(F.log_softmax(x, dim=2), t, (5, 4), (3, 2), "
            f"reduction={r!r})",
            (5, 2, 4),
            TARGETS,
        )
        for r in REDUCTIONS
    ],
    (
        "lambda x, t, n, m: nn.CTCLoss(blank=2)(F.log_softmax(x, dim=2), t, n, m)",
        (5, 3, 4),
        [0, 0, 1, 3],
        [5, 3, 4],
        [2, 1, 1],
    ),
    (
        "lambda x, t: F.ctc_loss(F.log_softmax(x, dim=2), t, (5, 2), (3, 2), "
        "zero_infinity=True, reduction='none')",
        (5, 2, 4),
        [[1, 2, 3], [1, 1, 0]],
    ),
    (
        "lambda x, t: F.ctc_loss(F.log_softmax(x, dim=1), t, (4,), (2,))",
        (4, 3),
        [1, 1],
    ),
    (
        "lambda x, t: F.ctc_loss(F.log_softmax(x, dim=2), t, (3, 2), (0, 1), "
        "reduction='sum')",
        (3, 2, 3),
        [2],
    ),
]
