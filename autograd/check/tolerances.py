"""Every number by which a derivative is judged, and why it is that number."""

from __future__ import annotations

import numpy as np

# What is allowed ----------------------------------------------------------------------

RELATIVE = 1e-10  # of the sum of the terms' magnitudes, against an oracle
ADJOINT = 1e-12  # the same where no oracle is needed
FLOOR = 1e-14  # for unit derivatives, and for unit values
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

# How many are looked at one by one: more would take too long --------------------------

FEW_ALONE = 16  # elements, to say which is wrong
FEW_OUTPUTS = 8
MOST_ARGUMENTS = 12
DEEPEST = 6  # elements, up to which the third order is looked at

# The complex step ---------------------------------------------------------------------

IMAGINARY_STEP = 2.0**-100  # a power of 2 adds no rounding of its own
LONGER = (1.1, 0.7, 1.3, 0.9)  # other steps, which are rounded, to see what that makes
# It is believed if it agrees with differences to three times the error of these, and
FIRM, FIRM_FLOOR = 1e-3, 1e-12  # where that error is so small, of the slope and of 1;
AGREE, AGREE_FLOOR = 1e-9, 1e-14  # beyond the error these are allowed, likewise.

# Ridders' extrapolation ---------------------------------------------------------------

# Series of steps, each half of the one before; the next series only where the last
# settles nothing.
RIDDERS_STEPS = [2.0**-n * 0.5 ** np.arange(6) for n in (3, 9, 15)]
PROBE_STEPS = RIDDERS_STEPS[0][1:5]
# Between the terms of each series: right and left go by h, the middle by h².
RATIOS = np.array([2.0, 2.0, 4.0])[:, None, None]
AMPLIFICATION = 4.0  # of rounding, by the weights of an extrapolation
DISTRUST = 4.0  # the least of many error estimates is too small
SMOOTH = 10.0  # times the error: the sides of a smooth function are no farther apart
PROOF, PROVED = 2.0**-24, 1e-4  # a far smaller step, of which slopes predict all but so
PROOF_NOISE = 10.0  # much; of so many roundings nothing is predicted
STAYS, SETTLED = 0.3, 0.1  # of the first difference, of the last: as far as f jumps

# Close by -----------------------------------------------------------------------------

FARTHEST = 64  # units of 2⁻⁵², of each element by itself: all alike round alike
CLOSE, STRIDE, CLOSE_BY = 2.0**-20, 2.0**-26, 24  # points about a kink: how far away
# they are, the step that is taken there, how many; and to see whether something jumps
CLOSEST, FEW_CLOSE_BY = 2.0**-30, 6

# Taylor's remainder -------------------------------------------------------------------

TAYLOR_STEPS = 0.5 ** np.arange(2, 22)
LOUD = 16.0  # times the rounding of f, below which a remainder says nothing
FEWEST = 4  # remainders above it, for a rate that can be believed
RIGHT, WRONG, ABOUT = 1.7, 1.0, 0.15  # the rate of decay: at least the one; the other,
STILL, LOPSIDED = 0.01, 0.1  # about, of quotients that have a limit, on both sides one

# At the end of a domain ---------------------------------------------------------------

EDGE_STEPS = 0.5 ** np.arange(4, 44)
TAIL = 12  # of the smallest steps, over which a difference quotient must keep growing
GROWTH = 1.1  # from one step to the next: √x grows by 1.41, x log x by a little
