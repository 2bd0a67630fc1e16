"""What optimizers and schedules do, step by step, recorded from PyTorch.

A case is the text of a constructor, alike here and in PyTorch; ``problem`` the loss.
"""

STEPS, HALF = 12, 6
START = [[1.0, -2.0, 0.5], [0.25, 3.0, -1.5]]  # a matrix, for Muon
OPTIMIZERS = [
    "SGD(params, lr=0.02)",
    "SGD(params, lr=0.02, momentum=0.9)",
    "SGD(params, lr=0.02, momentum=0.9, dampening=0.3, weight_decay=0.1)",
    "SGD(params, lr=0.02, momentum=0.9, weight_decay=0.1, nesterov=True)",
    "SGD(params, lr=0.001, momentum=0.5, maximize=True)",
    "ASGD(params, lr=0.02)",
    "ASGD(params, lr=0.02, lambd=0.1, alpha=0.5, t0=4, weight_decay=0.1)",
    "Rprop(params, lr=0.05)",
    "Rprop(params, lr=0.2, etas=(0.3, 1.5), step_sizes=(0.01, 0.3))",
    "Rprop(params, lr=0.01, maximize=True)",
    "Adagrad(params, lr=0.1)",
    "Adagrad(params, lr=0.1, lr_decay=0.1, weight_decay=0.1, eps=1e-3, "
    "initial_accumulator_value=0.5)",
    "Adagrad(params, lr=0.01, maximize=True)",
    "RMSprop(params, lr=0.02)",
    "RMSprop(params, lr=0.02, alpha=0.8, eps=1e-3, weight_decay=0.1, momentum=0.5)",
    "RMSprop(params, lr=0.02, centered=True)",
    "RMSprop(params, lr=0.02, centered=True, momentum=0.9, maximize=True)",
    "Adadelta(params)",
    "Adadelta(params, lr=0.5, rho=0.8, eps=1e-3, weight_decay=0.1)",
    "Adadelta(params, eps=1e-4, maximize=True)",
    "Adam(params, lr=0.1)",
    "Adam(params, lr=0.1, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)",
    "Adam(params, lr=0.1, betas=(0.5, 0.6), amsgrad=True)",
    "Adam(params, lr=0.1, maximize=True)",
    "Adam(params, lr=0.1, weight_decay=0.1, decoupled_weight_decay=True)",
    "AdamW(params)",
    "AdamW(params, lr=0.1, betas=(0.8, 0.95), weight_decay=0.3, amsgrad=True)",
    "AdamW(params, lr=0.1, eps=1e-2, maximize=True)",
    "Adamax(params, lr=0.1)",
    "Adamax(params, lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1)",
    "Adamax(params, lr=0.1, maximize=True)",
    "NAdam(params, lr=0.1)",
    "NAdam(params, lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1)",
    "NAdam(params, lr=0.1, momentum_decay=0.1, weight_decay=0.1, "
    "decoupled_weight_decay=True, maximize=True)",
    "RAdam(params, lr=0.1)",
    "RAdam(params, lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1)",
    "RAdam(params, lr=0.1, weight_decay=0.1, decoupled_weight_decay=True)",
    "RAdam(params, lr=0.1, maximize=True)",
    "Muon(params, lr=0.05)",
    "Muon(params, lr=0.05, weight_decay=0.3, momentum=0.8, nesterov=False)",
    "Muon(params, lr=0.05, ns_steps=3, adjust_lr_fn='match_rms_adamw')",
    "LBFGS(params, lr=0.1, max_iter=3)",
    "LBFGS(params, lr=0.5, max_iter=1, history_size=3)",
    "LBFGS(params, max_iter=4, line_search_fn='strong_wolfe')",
    "LBFGS(params, lr=5, max_iter=2, line_search_fn='strong_wolfe', history_size=2)",
    "LBFGS(params, lr=0.01, max_iter=2, line_search_fn='strong_wolfe')",
    "LBFGS(params, lr=30, max_iter=2, max_eval=4, line_search_fn='strong_wolfe')",
]
# A setting of the optimizer that changes after so many steps, and to what.
CHANGES = [
    ("SGD(params, lr=0.02)", 3, {"momentum": 0.9}),
    ("SGD(params, lr=0.02, momentum=0.9)", 3, {"momentum": 0.5, "dampening": 0.5}),
    ("SGD(params, lr=0.02, momentum=0.9)", 4, {"nesterov": True, "lr": 0.01}),
    ("SGD(params, lr=0.02, momentum=0.9)", 4, {"weight_decay": 0.5}),
    ("Adam(params, lr=0.1)", 3, {"betas": (0.5, 0.9)}),
    ("Adam(params, lr=0.1)", 3, {"lr": 0.01, "eps": 0.1}),
    ("AdamW(params, lr=0.1)", 5, {"weight_decay": 0.5}),
    ("Adagrad(params, lr=0.1)", 3, {"lr_decay": 0.5}),
    ("RMSprop(params, lr=0.1, momentum=0.5)", 3, {"alpha": 0.5, "momentum": 0.9}),
    ("Adadelta(params, lr=0.1)", 3, {"rho": 0.5}),
    ("Adamax(params, lr=0.1)", 3, {"betas": (0.5, 0.9)}),
    ("NAdam(params, lr=0.1)", 3, {"betas": (0.5, 0.9), "momentum_decay": 0.1}),
    ("RAdam(params, lr=0.1)", 3, {"betas": (0.5, 0.9)}),
    ("Rprop(params, lr=0.1)", 3, {"etas": (0.3, 1.7)}),
    ("ASGD(params, lr=0.1)", 3, {"lr": 0.02}),
    ("Muon(params, lr=0.1)", 3, {"momentum": 0.5}),
]
EPOCHS = 40
SCHEDULERS = [
    "LambdaLR(optimizer, lambda step: 1 / (1 + step))",
    "LambdaLR(optimizer, [lambda step: 0.9**step, lambda step: 0.5])",
    "MultiplicativeLR(optimizer, lambda step: 0.9 if step % 2 else 1.05)",
    "StepLR(optimizer, 7)",
    "StepLR(optimizer, step_size=3, gamma=0.5)",
    "MultiStepLR(optimizer, [2, 5, 5, 30], gamma=0.5)",
    "ConstantLR(optimizer)",
    "ConstantLR(optimizer, factor=0.1, total_iters=8)",
    "LinearLR(optimizer)",
    "LinearLR(optimizer, start_factor=0.01, end_factor=0.5, total_iters=9)",
    "ExponentialLR(optimizer, gamma=0.9)",
    "PolynomialLR(optimizer)",
    "PolynomialLR(optimizer, total_iters=20, power=2.5)",
    "CosineAnnealingLR(optimizer, T_max=9)",
    "CosineAnnealingLR(optimizer, T_max=50, eta_min=0.001)",
    "CosineAnnealingWarmRestarts(optimizer, T_0=5)",
    "CosineAnnealingWarmRestarts(optimizer, T_0=3, T_mult=2, eta_min=0.001)",
    "OneCycleLR(optimizer, max_lr=0.5, total_steps=50)",
    "OneCycleLR(optimizer, max_lr=[0.5, 0.1], epochs=10, steps_per_epoch=5, "
    "pct_start=0.4, anneal_strategy='linear', div_factor=5, final_div_factor=10)",
    "OneCycleLR(optimizer, max_lr=0.5, total_steps=41, three_phase=True, "
    "base_momentum=0.7, max_momentum=0.99)",
    "CyclicLR(optimizer, base_lr=0.01, max_lr=0.1, step_size_up=4)",
    "CyclicLR(optimizer, 0.01, 0.1, step_size_up=4, step_size_down=2, "
    "mode='triangular2', cycle_momentum=False)",
    "CyclicLR(optimizer, 0.01, 0.1, step_size_up=4, mode='exp_range', gamma=0.95)",
    "SequentialLR(optimizer, [LinearLR(optimizer, 0.1, total_iters=5), "
    "CosineAnnealingLR(optimizer, T_max=20)], milestones=[5])",
    "SequentialLR(optimizer, [ConstantLR(optimizer, 0.5, 3), "
    "ExponentialLR(optimizer, 0.9), StepLR(optimizer, 2)], milestones=[4, 11])",
    "ChainedScheduler([ConstantLR(optimizer, 0.1, 3), ExponentialLR(optimizer, 0.9)])",
    "ChainedScheduler([LinearLR(optimizer, 0.1, total_iters=5), "
    "CosineAnnealingLR(optimizer, T_max=50), StepLR(optimizer, 10)])",
    "ReduceLROnPlateau(optimizer)",
    "ReduceLROnPlateau(optimizer, factor=0.5, patience=2, threshold=0.1)",
    "ReduceLROnPlateau(optimizer, factor=0.5, patience=0, cooldown=3, min_lr=0.01)",
    "ReduceLROnPlateau(optimizer, mode='max', factor=0.5, patience=1, "
    "threshold_mode='abs', threshold=0.05, min_lr=[0.02, 0.001], eps=1e-3)",
    "ReduceLROnPlateau(optimizer, mode='max', factor=0.7, patience=1)",
    "ReduceLROnPlateau(optimizer, 'min', 0.7, 1, 0.01, 'abs')",
]


def problem(x):
    """A loss of a matrix, or of lists of numbers, that is not quadratic."""
    loss = x[0][0] * x[1][2] - x[1][1]
    for upper, lower in zip(x[0], x[1]):
        loss = loss + (upper**4 + lower**4) / 4 + (upper * lower) ** 2
    return loss


def metrics():
    """What a validation loss might do."""
    return [1.0 / (1 + 0.3 * epoch) + 0.1 * (epoch * 7 % 5) for epoch in range(EPOCHS)]
