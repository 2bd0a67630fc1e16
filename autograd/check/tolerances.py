"""Every number by which a derivative is judged, and why it is that number."""

from __future__ import annotations

import numpy as np

# What is allowed ----------------------------------------------------------------------

RELATIVE = 1e-10  # of the sum of the terms' magnitudes, against an oracle
ADJOINT = 1e-12  # the same where no oracle is needed
FLOOR = 1e-14  # for unit derivatives, and for unit values
TINY, TINIEST = 2.0**-20, 2.0**-960  # outputs between them are magnified,
COARSE, EVEN = 2.0**36, 2.0**-6  # but for those that never have more digits
ABOUT_ONE = 0.25  # and are then at least that, and at most its inverse
ROUNDINGS = 64  # machine epsilons: as many are always allowed
LAYOUT_ROUNDINGS = 2**12  # another memory layout may add in another order
SINGLE_ROUNDINGS = 64  # of single precision, of the largest derivative, seed or value
OVERFLOW = 1e30  # beyond this an infinite single-precision result is no surprise
MARGIN = 16.0  # times the spread close by: at few points it is rarely the largest

# What proves something ----------------------------------------------------------------

KINK = 1e-6  # of a slope, or of 1: more than that between the two sides is a kink
JUMP = 1e-3  # of a value, a few roundings away: more than that is no slope
CONCLUSIVE = 1e-4  # of a slope, or of 1: an error beyond it proves nothing
MOST_INCONCLUSIVE = 0.2  # of all examples, and two standard deviations more

# Seeds --------------------------------------------------------------------------------

SCALE = -1024.0  # changes the sign and the size of a seed, and rounds nothing
FINE, FINELY = np.pi, 1e-9  # makes seeds of all digits; as many must be left
SMALLEST = float(np.finfo(np.float32).tiny)  # below it digits are lost to underflow
SHORTEST = 2.0**-500  # of directions, as of what they start from: squares stay numbers

# How many are looked at one by one: more would take too long --------------------------

FEW_ALONE = 16  # elements, to say which is wrong
FEW_OUTPUTS = 8
MOST_ARGUMENTS = 12
DEEPEST = 6  # elements, up to which the third order is looked at

# The complex step ---------------------------------------------------------------------

IMAGINARY_STEP = 2.0**-100  # a power of 2 adds no rounding of its own
LONGER = (1.1, 0.7, 1.3, 0.9)  # other steps, which are rounded, to see what that makes
FIRM, FIRM_FLOOR = 1e-3, 1e-12  # of a slope, of 1: differences good to it are a probe
AGREE, AGREE_FLOOR = 1e-9, 1e-14  # of a slope, of 1: allowed beyond 3 times their error

# Ridders' extrapolation ---------------------------------------------------------------

# Series of steps, each half of the one before; the next where the last settles nothing.
RIDDERS_STEPS = [2.0**-n * 0.5 ** np.arange(6) for n in (3, 9, 15)]
PROBE_STEPS = RIDDERS_STEPS[0][1:5]  # to try the complex step by
# Between the terms of each series: right and left go by h, the middle by h².
RATIOS = np.array([2.0, 2.0, 4.0])[:, None, None]
AMPLIFICATION = 4.0  # of rounding, by the weights of an extrapolation
DISTRUST = 4.0  # the least of many error estimates is too small
SMOOTH = 10.0  # times the error: two sides that are no farther apart are one
PROOF = 2.0**-24  # a far smaller step, of which a slope must predict what f does,
PREDICTED = 1e-4  # but for this share of it,
UNPREDICTED = 10.0  # and for so many times the rounding
STAYS = 0.3  # of the first difference: where f jumps, the last is as large,
STANDS = 0.1  # and differs from the one before by no more than this share

# Close by -----------------------------------------------------------------------------

FARTHEST = 64  # units of 2⁻⁵², of each element by itself: all alike round alike
CLOSE, CLOSE_BY = 2.0**-20, 24  # how far points about a kink are away, and how many
STRIDE = 2.0**-26  # the step there, which leads to no other side
CLOSEST, FEW_CLOSE_BY = 2.0**-30, 6  # the same, to see whether a derivative jumps

# Taylor's remainder -------------------------------------------------------------------

TAYLOR_STEPS = 0.5 ** np.arange(2, 22)
LOUD = 16.0  # times the rounding of f, below which a remainder says nothing
FEWEST = 4  # remainders above it, for a rate that can be believed
RIGHT = 1.7  # the rate of decay, at least, if the slope is right: it should be 2
WRONG, ABOUT = 1.0, 0.15  # what it is about, if the slope is wrong
STILL = 0.01  # of a quotient: quotients that move by no more have a limit
LOPSIDED = 0.1  # of how far a slope is off: by so much the two sides may differ

# At the end of a domain ---------------------------------------------------------------

EDGE_STEPS = 0.5 ** np.arange(4, 44)
TAIL = 12  # of the smallest steps, over which a difference quotient must keep growing
GROWTH = 1.1  # from one step to the next: √x grows by 1.41, x log x by a little
