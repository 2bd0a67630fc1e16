"""What the primitives mean, for ``help()``: those that are rows of a table themselves.

A meaning, the derivative, an example and its result. Functions that are written with
``def`` have a docstring there.
"""

from __future__ import annotations

from ..core.primitive import Primitive, registry
from .conventions import ROWS

# fmt: off
MEANINGS = {
    # Arithmetic
    "add": ("The sum x + y.", "1 and 1", "ag.grad(ag.add, (0, 1))(2.0, 3.0)", "(1.0, 1.0)"),
    "subtract": ("The difference x - y.", "1 and -1", "ag.grad(ag.subtract, (0, 1))(2.0, 3.0)", "(1.0, -1.0)"),
    "multiply": ("The product x y.", "y and x", "ag.grad(ag.multiply, (0, 1))(2.0, 3.0)", "(3.0, 2.0)"),
    "divide": ("The quotient x / y.", "1/y and -x/y²", "ag.grad(ag.divide, (0, 1))(3.0, 2.0)", "(0.5, -0.75)"),
    "remainder": ("What is left of x after whole steps of y, with the sign of y: x - y ⌊x/y⌋.", "1 and -⌊x/y⌋", "ag.grad(ag.remainder, (0, 1))(7.0, 3.0)", "(1.0, -2.0)"),
    "fmod": ("What is left of x after whole steps of y, with the sign of x, as in C.", "1 and -trunc(x/y)", "ag.grad(ag.fmod, (0, 1))(-7.0, 3.0)", "(1.0, 2.0)"),
    "floor_divide": ("The quotient, rounded down: ⌊x / y⌋.", "", "ag.floor_divide(ag.tensor([7.0, -7.0]), 2)", "Tensor([ 3., -4.])"),
    "power": ("x to the power y.", "y xʸ⁻¹ and xʸ log x", "ag.grad(ag.power)(3.0, 2.0)", "6.0"),
    "float_power": ("x to the power y, in double precision at least.", "y xʸ⁻¹ and xʸ log x", "ag.grad(ag.float_power)(3.0, 2)", "6.0"),
    "negative": ("The opposite, -x.", "-1", "ag.grad(ag.negative)(2.0)", "-1.0"),
    "positive": ("x itself, as a new array.", "1", "ag.grad(ag.positive)(2.0)", "1.0"),
    "reciprocal": ("One over x.", "-1/x²", "ag.grad(ag.reciprocal)(2.0)", "-0.25"),
    "square": ("x².", "2 x", "ag.grad(ag.square)(3.0)", "6.0"),
    "gcd": ("The greatest common divisor of whole numbers.", "", "ag.gcd(ag.tensor([12, 7]), 18)", "Tensor([6, 1])"),
    "lcm": ("The least common multiple of whole numbers.", "", "ag.lcm(ag.tensor([4, 5]), 6)", "Tensor([12, 30])"),
    # Exponentials and roots
    "exp": ("eˣ.", "eˣ, the result itself", "ag.grad(ag.exp)(0.0)", "1.0"),
    "exp2": ("2ˣ.", "2ˣ log 2", "ag.exp2(ag.tensor([0.0, 3.0]))", "Tensor([1., 8.])"),
    "expm1": ("eˣ - 1, without loss of digits where x is small.", "eˣ", "ag.grad(ag.expm1)(0.0)", "1.0"),
    "log": ("The natural logarithm; NaN of negative numbers.", "1/x", "ag.grad(ag.log)(4.0)", "0.25"),
    "log2": ("The logarithm to base 2.", "1 / (x log 2)", "ag.log2(ag.tensor([1.0, 8.0]))", "Tensor([0., 3.])"),
    "log10": ("The logarithm to base 10.", "1 / (x log 10)", "ag.log10(ag.tensor([1.0, 1000.0]))", "Tensor([0., 3.])"),
    "log1p": ("log(1 + x), without loss of digits where x is small.", "1 / (1 + x)", "ag.grad(ag.log1p)(1.0)", "0.5"),
    "logaddexp": ("log(eˣ + eʸ), without overflow.", "eˣ / (eˣ + eʸ) and eʸ / (eˣ + eʸ)", "ag.grad(ag.logaddexp, (0, 1))(0.0, 0.0)", "(0.5, 0.5)"),
    "logaddexp2": ("log₂(2ˣ + 2ʸ), without overflow.", "2ˣ / (2ˣ + 2ʸ) and 2ʸ / (2ˣ + 2ʸ)", "ag.grad(ag.logaddexp2, (0, 1))(1.0, 1.0)", "(0.5, 0.5)"),
    "sqrt": ("The square root; NaN of negative numbers.", "1 / (2 √x)", "ag.grad(ag.sqrt)(4.0)", "0.25"),
    "cbrt": ("The cube root, of negative numbers, too.", "1 / (3 ∛x²)", "ag.cbrt(ag.tensor([-8.0, 27.0]))", "Tensor([-2.,  3.])"),
    "hypot": ("The length of the vector (x, y): √(x² + y²), without overflow.", "x/√(x² + y²) and y/√(x² + y²); 0 at (0, 0)", "ag.grad(ag.hypot, (0, 1))(3.0, 4.0)", "(0.6, 0.8)"),
    # Angles
    "sin": ("The sine of an angle in radians.", "cos x", "ag.grad(ag.sin)(0.0)", "1.0"),
    "cos": ("The cosine of an angle in radians.", "-sin x", "ag.grad(ag.cos)(np.pi / 2)", "-1.0"),
    "tan": ("The tangent of an angle in radians.", "1 + tan² x", "ag.grad(ag.tan)(0.0)", "1.0"),
    "arcsin": ("The angle in [-π/2, π/2] that has this sine.", "1 / √(1 - x²)", "ag.grad(ag.arcsin)(0.0)", "1.0"),
    "arccos": ("The angle in [0, π] that has this cosine.", "-1 / √(1 - x²)", "ag.grad(ag.arccos)(0.0)", "-1.0"),
    "arctan": ("The angle in (-π/2, π/2) that has this tangent.", "1 / (1 + x²)", "ag.grad(ag.arctan)(1.0)", "0.5"),
    "arctan2": ("The angle, from -π to π, at which the point (y, x) is seen: x is its height, y its\nwidth.", "y / (x² + y²) and -x / (x² + y²)", "ag.grad(ag.arctan2, (0, 1))(3.0, 4.0)", "(0.16, -0.12)"),
    "deg2rad": ("An angle in degrees, in radians: π x / 180.", "π / 180", "ag.deg2rad(ag.tensor(180.0)) == np.pi", "Tensor(True)"),
    "rad2deg": ("An angle in radians, in degrees: 180 x / π.", "180 / π", "ag.rad2deg(ag.tensor(np.pi))", "Tensor(180.)"),
    "radians": ("An angle in degrees, in radians: ``deg2rad``.", "π / 180", "ag.radians(ag.tensor(180.0)) == np.pi", "Tensor(True)"),
    "degrees": ("An angle in radians, in degrees: ``rad2deg``.", "180 / π", "ag.degrees(ag.tensor(np.pi))", "Tensor(180.)"),
    "sinc": ("sin(πx) / (πx), and 1 at 0.", "(cos πx - sinc x) / x; 0 at 0", "ag.sinc(ag.tensor(0.0))", "Tensor(1.)"),
    "sinh": ("The hyperbolic sine, (eˣ - e⁻ˣ) / 2.", "cosh x", "ag.grad(ag.sinh)(0.0)", "1.0"),
    "cosh": ("The hyperbolic cosine, (eˣ + e⁻ˣ) / 2.", "sinh x", "ag.grad(ag.cosh)(0.0)", "0.0"),
    "tanh": ("The hyperbolic tangent, sinh x / cosh x.", "1 - tanh² x", "ag.grad(ag.tanh)(0.0)", "1.0"),
    "arcsinh": ("The number whose hyperbolic sine this is.", "1 / √(x² + 1)", "ag.grad(ag.arcsinh)(0.0)", "1.0"),
    "arccosh": ("The number ≥ 0 whose hyperbolic cosine this is.", "1 / √(x² - 1)", "ag.arccosh(ag.tensor(1.0))", "Tensor(0.)"),
    "arctanh": ("The number whose hyperbolic tangent this is.", "1 / (1 - x²)", "ag.grad(ag.arctanh)(0.5)", "1.3333333333333333"),
    # Sizes, signs and choices
    "absolute": ("The size |x|; of complex numbers √(a² + b²).", "sign x; 0 at 0", "ag.grad(ag.absolute)(-3.0)", "-1.0"),
    "fabs": ("The size |x| of real numbers, as a float.", "sign x; 0 at 0", "ag.grad(ag.fabs)(-3.0)", "-1.0"),
    "copysign": ("The size of x with the sign of y.", "sign x · sign y, and 0", "ag.grad(ag.copysign)(2.0, -1.0)", "-1.0"),
    "heaviside": ("A step: 0 where x < 0, 1 where x > 0, and y where x = 0.", "0, and 1 where x = 0", "ag.heaviside(ag.tensor([-1.0, 0.0, 1.0]), 0.5)", "Tensor([0. , 0.5, 1. ])"),
    "maximum": ("The larger of x and y; NaN if one is.", "1 to the larger; ½ to each where they are equal", "ag.grad(ag.maximum, (0, 1))(2.0, 3.0)", "(0.0, 1.0)"),
    "minimum": ("The smaller of x and y; NaN if one is.", "1 to the smaller; ½ to each where they are equal", "ag.grad(ag.minimum, (0, 1))(2.0, 2.0)", "(0.5, 0.5)"),
    "fmax": ("The larger of x and y; where one is NaN, the other.", "1 to what is taken; ½ to each where they are equal", "ag.grad(ag.fmax, (0, 1))(np.nan, 3.0)", "(0.0, 1.0)"),
    "fmin": ("The smaller of x and y; where one is NaN, the other.", "1 to what is taken; ½ to each where they are equal", "ag.grad(ag.fmin, (0, 1))(2.0, 3.0)", "(1.0, 0.0)"),
    "floor": ("The next whole number below, ⌊x⌋.", "", "ag.floor(ag.tensor([-1.5, 1.5]))", "Tensor([-2.,  1.])"),
    "ceil": ("The next whole number above, ⌈x⌉.", "", "ag.ceil(ag.tensor([-1.5, 1.5]))", "Tensor([-1.,  2.])"),
    "trunc": ("The whole part: x rounded towards 0.", "", "ag.trunc(ag.tensor([-1.5, 1.5]))", "Tensor([-1.,  1.])"),
    "rint": ("The nearest whole number; of two as near, the even one.", "", "ag.rint(ag.tensor([0.5, 1.5, 1.6]))", "Tensor([0., 2., 2.])"),
    "round": ("x rounded to so many decimals; of two as near, the even one.", "", "ag.round(ag.tensor([0.25, 1.75]), 1)", "Tensor([0.2, 1.8])"),
    "signbit": ("Whether x is negative, -0 included.", "", "ag.signbit(ag.tensor([-0.0, 2.0]))", "Tensor([ True, False])"),
    "nextafter": ("The next float from x towards y.", "", "ag.nextafter(ag.tensor(1.0), 2.0) > 1", "Tensor(True)"),
    "spacing": ("How far it is from x to the next float.", "", "ag.spacing(ag.tensor(1.0)) == np.finfo(float).eps", "Tensor(True)"),
    "ldexp": ("x · 2ⁿ for whole n, ``exponents``: exact.", "2ⁿ g", "ag.grad(ag.ldexp)(1.5, 3)", "8.0"),
    "nan_to_num": ("x with numbers in place of NaN and ±∞: 0 and the largest there are, or those given.", "1 where x stays, 0 where it is replaced", "ag.grad(ag.nan_to_num)(np.nan)", "0.0"),
    # Comparisons and bits
    "greater": ("Whether x > y.", "", "ag.greater(ag.tensor([1.0, 2.0, 3.0]), 2)", "Tensor([False, False,  True])"),
    "greater_equal": ("Whether x ≥ y.", "", "ag.greater_equal(ag.tensor([1.0, 2.0, 3.0]), 2)", "Tensor([False,  True,  True])"),
    "less": ("Whether x < y.", "", "ag.less(ag.tensor([1.0, 2.0, 3.0]), 2)", "Tensor([ True, False, False])"),
    "less_equal": ("Whether x ≤ y.", "", "ag.less_equal(ag.tensor([1.0, 2.0, 3.0]), 2)", "Tensor([ True,  True, False])"),
    "equal": ("Whether x = y.", "", "ag.equal(ag.tensor([1.0, 2.0, 3.0]), 2)", "Tensor([False,  True, False])"),
    "not_equal": ("Whether x ≠ y.", "", "ag.not_equal(ag.tensor([1.0, 2.0, 3.0]), 2)", "Tensor([ True, False,  True])"),
    "logical_and": ("Whether both are true, that is: not 0.", "", "ag.logical_and(ag.tensor([0, 1, 2]), 1)", "Tensor([False,  True,  True])"),
    "logical_or": ("Whether one or both are true.", "", "ag.logical_or(ag.tensor([0, 1, 2]), 0)", "Tensor([False,  True,  True])"),
    "logical_xor": ("Whether just one of both is true.", "", "ag.logical_xor(ag.tensor([0, 1, 2]), 1)", "Tensor([ True, False, False])"),
    "logical_not": ("Whether x is false, that is: 0.", "", "ag.logical_not(ag.tensor([0, 1, 2]))", "Tensor([ True, False, False])"),
    "bitwise_and": ("The bits that both whole numbers have.", "", "ag.bitwise_and(ag.tensor([5, 6]), 3)", "Tensor([1, 2])"),
    "bitwise_or": ("The bits that either whole number has.", "", "ag.bitwise_or(ag.tensor([5, 6]), 3)", "Tensor([7, 7])"),
    "bitwise_xor": ("The bits that just one of both whole numbers has.", "", "ag.bitwise_xor(ag.tensor([5, 6]), 3)", "Tensor([6, 5])"),
    "bitwise_count": ("How many bits of a whole number's size are 1.", "", "ag.bitwise_count(ag.tensor([5, 8])).tolist()", "[2, 1]"),
    "invert": ('Each bit turned over: -x - 1 of signed whole numbers, "not" of booleans.', "", "ag.invert(ag.tensor([0, 5]))", "Tensor([-1, -6])"),
    "left_shift": ("The bits of x moved up by y places: x · 2ʸ.", "", "ag.left_shift(ag.tensor([1, 5]), 2)", "Tensor([ 4, 20])"),
    "right_shift": ("The bits of x moved down by y places: ⌊x / 2ʸ⌋.", "", "ag.right_shift(ag.tensor([4, 21]), 2)", "Tensor([1, 5])"),
    "isfinite": ("Whether x is neither NaN nor infinite.", "", "ag.isfinite(ag.tensor([1.0, np.inf, np.nan]))", "Tensor([ True, False, False])"),
    "isinf": ("Whether x is ∞ or -∞.", "", "ag.isinf(ag.tensor([1.0, np.inf, np.nan]))", "Tensor([False,  True, False])"),
    "isnan": ("Whether x is not a number.", "", "ag.isnan(ag.tensor([1.0, np.inf, np.nan]))", "Tensor([False, False,  True])"),
    "isposinf": ("Whether x is ∞.", "", "ag.isposinf(ag.tensor([-np.inf, np.inf]))", "Tensor([False,  True])"),
    "isneginf": ("Whether x is -∞.", "", "ag.isneginf(ag.tensor([-np.inf, np.inf]))", "Tensor([ True, False])"),
    "isreal": ("Whether the imaginary part is 0.", "", "ag.isreal(ag.tensor([1.0, 2.0j]))", "Tensor([ True, False])"),
    "iscomplex": ("Whether the imaginary part is not 0.", "", "ag.iscomplex(ag.tensor([1.0, 2.0j]))", "Tensor([False,  True])"),
    # Complex numbers
    "conjugate": ("z̄ = a - bi of z = a + bi; of real numbers themselves.", "ḡ", "ag.conjugate(ag.tensor([1.0 + 2.0j]))", "Tensor([1.-2.j])"),
    "real": ("The real part.", "g, of the real part alone", "ag.real(ag.tensor([1.0 + 2.0j]))", "Tensor([1.])"),
    "imag": ("The imaginary part.", "g, of the imaginary part alone", "ag.imag(ag.tensor([1.0 + 2.0j]))", "Tensor([2.])"),
    # Activations
    "relu": ("x where it is positive, else 0.", "1 where x > 0, else 0", "ag.grad(ag.relu)(2.0)", "1.0"),
    "sigmoid": ("The logistic function, 1 / (1 + e⁻ˣ), without overflow.", "σ (1 - σ)", "ag.grad(ag.sigmoid)(0.0)", "0.25"),
    "softplus": ("log(1 + eˣ), a smooth relu.", "σ(x)", "ag.grad(ag.softplus)(0.0)", "0.5"),
    "silu": ("x σ(x), also called swish.", "σ + x σ (1 - σ)", "ag.grad(ag.silu)(0.0)", "0.5"),
    "gelu": ("x Φ(x), with the normal distribution's Φ itself, no approximation.", "Φ(x) + x φ(x)", "ag.grad(ag.gelu)(0.0)", "0.5"),
    "celu": ("x above 0, α (exp(x / α) - 1) below: smooth at 0. Barron (2017), arXiv:1704.07483.", "1 where x > 0, else exp(x / α)", "ag.grad(ag.celu)(2.0)", "1.0"),
    "elu": ("x above 0, α (eˣ - 1) below. Clevert, Unterthiner, Hochreiter (2015), arXiv:1511.07289.", "1 where x > 0, else α eˣ", "ag.grad(ag.elu)(2.0)", "1.0"),
    "gelu_tanh": ("x ½ (1 + tanh u), with u = √(2/π) (x + 0.044715 x³): nearly x Φ(x). Hendrycks, Gimpel,\narXiv:1606.08415.", "½ (1 + tanh u) + ½ x (1 - tanh² u) u′", "ag.grad(ag.gelu_tanh)(0.0)", "0.5"),
    "hardshrink": ("x where its size is beyond λ (``lambd``), else 0.", "1 where |x| > λ, else 0", "ag.hardshrink(ag.tensor([-2.0, 0.2, 2.0]))", "Tensor([-2.,  0.,  2.])"),
    "hardsigmoid": ("x / 6 + ½, between 0 and 1: a sigmoid of three lines.", "1/6 where |x| < 3, else 0", "ag.hardsigmoid(ag.tensor([-3.0, 0.0, 3.0]))", "Tensor([0. , 0.5, 1. ])"),
    "hardswish": ("x · hardsigmoid(x). Howard et al. (2019), arXiv:1905.02244.", "x / 3 + ½ where |x| < 3; 0 below, 1 above", "ag.grad(ag.hardswish)(0.0)", "0.5"),
    "hardtanh": ("x, limited to the numbers from ``min_val`` to ``max_val``.", "1 between them, else 0", "ag.hardtanh(ag.tensor([-2.0, 0.5, 2.0]))", "Tensor([-1. ,  0.5,  1. ])"),
    "leaky_relu": ("x above 0, x times ``negative_slope`` below. Maas, Hannun, Ng (2013).", "1 where x > 0, else that slope", "ag.grad(ag.leaky_relu)(-2.0)", "0.01"),
    "log_sigmoid": ("log σ(x), without overflow, and exact where σ is 1 to all digits.", "σ(-x)", "ag.grad(ag.log_sigmoid)(0.0)", "0.5"),
    "mish": ("x tanh(log(1 + eˣ)). Misra (2019), arXiv:1908.08681.", "w + x σ(x) (1 - w²), with w = tanh(log(1 + eˣ))", "ag.mish(ag.tensor([0.0, 40.0]))", "Tensor([ 0., 40.])"),
    "prelu": ("x above 0, x times a weight below. He et al. (2015), arXiv:1502.01852.", "1 where x > 0, else the weight; and 0 where x > 0, else x", "ag.grad(ag.prelu, (0, 1))(-2.0, 0.25)", "(0.25, -2.0)"),
    "relu6": ("x, limited to the numbers from 0 to 6.", "1 where 0 < x < 6, else 0", "ag.relu6(ag.tensor([-1.0, 2.0, 7.0]))", "Tensor([0., 2., 6.])"),
    "selu": ("λ x above 0, λ α (eˣ - 1) below, such that layers keep mean 0 and variance 1.\nKlambauer et al. (2017), arXiv:1706.02515.", "λ where x > 0, else λ α eˣ", "ag.selu(ag.tensor([0.0, 1.0]))", "Tensor([0.        , 1.05070099])"),
    "softshrink": ("x, nearer to 0 by λ (``lambd``); 0 where it is that near.", "1 where |x| > λ, else 0", "ag.softshrink(ag.tensor([-2.0, 0.2, 2.0]))", "Tensor([-1.5,  0. ,  1.5])"),
    "softsign": ("x / (1 + |x|), between -1 and 1.", "1 / (1 + |x|)²", "ag.grad(ag.softsign)(1.0)", "0.25"),
    "tanhshrink": ("x - tanh x.", "tanh² x", "ag.grad(ag.tanhshrink)(0.0)", "0.0"),
    "threshold": ("x where it is beyond ``threshold``, else ``value``.", "1 where x > threshold, else 0", "ag.threshold(ag.tensor([0.5, 2.0]), 1.0, -1.0)", "Tensor([-1.,  2.])"),
    "erf": ("The error function, 2/√π ∫₀ˣ exp(-t²) dt.", "2/√π exp(-x²)", "ag.erf(ag.tensor([0.0, np.inf]))", "Tensor([0., 1.])"),
    "erfc": ("1 - erf x, without loss of digits where x is large.", "-2/√π exp(-x²)", "ag.erfc(ag.tensor([0.0, np.inf]))", "Tensor([1., 0.])"),
    "softmax": ("exp(x) over its sum along an axis: (…, n, …) → (…, n, …), ≥ 0 and of sum 1.", "s ⊙ (g - Σ g ⊙ s)", "ag.softmax(ag.tensor([0.0, 0.0]))", "Tensor([0.5, 0.5])"),
    "log_softmax": ("x - log Σ exp(x) along an axis: (…, n, …) → (…, n, …), without overflow.", "g - softmax(x) Σ g", "ag.log_softmax(ag.tensor([1000.0, 0.0]))", "Tensor([    0., -1000.])"),
    "binary_cross_entropy": ("-y log x - (1 - y) log(1 - x), of probabilities x and y; logarithms end at -100.", "(x - y) / (x (1 - x)) and log(1 - x) - log x", "ag.grad(ag.binary_cross_entropy)(0.5, 1.0)", "-2.0"),
    "binary_cross_entropy_with_logits": ("-y log σ(x) - (1 - y) log σ(-x), of any numbers x and probabilities y.", "(1 - y) σ(x) - y σ(-x) and -x", "ag.grad(ag.binary_cross_entropy_with_logits)(0.0, 1.0)", "-0.5"),
    "huber": ("½ x² where |x| ≤ ``delta``, else delta (|x| - ½ delta). Huber (1964),\ndoi:10.1214/aoms/1177703732.", "x, limited to ±delta", "ag.grad(ag.huber)(3.0)", "1.0"),
    "cross_entropy": ("The mean of -log softmax(logits)[label]: (…, classes) and integers (…) → (). Raises\nTypeError for labels that are no integers, ValueError for classes that there are not.", "g (softmax(logits) - one-hot) / n", "ag.grad(ag.cross_entropy)(np.zeros((1, 2)), np.array([1]))", "array([[ 0.5, -0.5]])"),
    "conv": ("Filters (filters, channels / groups, …) slide over images (n, channels, …) → (n, filters, …).\n``stride``, ``padding``, ``dilation`` are numbers or one for each axis; padding also pairs, \"same\" or\n\"valid\".", "the transposed convolution of g; what each tap met, times g", "ag.conv(ag.tensor([[[1.0, 2.0, 4.0]]]), np.array([[[-1.0, 1.0]]]))", "Tensor([[[1., 2.]]])"),
    "max_pool": ("The largest element of each window: ``kernel`` is its size along the last axes, ``stride`` how far\nit slides (None: by its size).", "g at the first of the largest", "ag.max_pool(ag.tensor([[[1.0, 3.0, 2.0, 5.0]]]), 2)", "Tensor([[[3., 5.]]])"),
    "argmax_pool": ("Where the largest element of each window lies, as a number among the elements of its image:\n(n, channels, …) → integers (n, channels, …). Arguments are those of ``max_pool``.", "", "ag.argmax_pool(ag.tensor([[[1.0, 3.0, 2.0, 5.0]]]), 2)", "Tensor([[[1, 3]]])"),
    "unfold": ("What each window sees, as a column: (n, channels, …) → (n, channels · taps, windows).\n``kernel`` is its size along the last axes; ``stride``, ``padding``, ``dilation`` as in ``conv``.", "the columns of g, added where they lay", "ag.unfold(ag.tensor([[[1.0, 2.0, 4.0]]]), 2).tolist()", "[[[1.0, 2.0], [2.0, 4.0]]]"),
    "fold": ("Columns added where the windows lay that saw them, on axes of lengths ``shape``: the transpose\nof ``unfold``, (n, channels · taps, windows) → (n, channels, *shape).", "what each window sees of g", "ag.fold(ag.ones((1, 2, 2)), (3,), 2).tolist()", "[[[1.0, 2.0, 1.0]]]"),
    "sum_pool": ("The sum of each window: ``kernel`` is its size along the last axes, ``stride`` how far it slides\n(None: by its size).", "g at every element of its window", "ag.sum_pool(ag.tensor([[[1.0, 3.0, 2.0, 5.0]]]), 2)", "Tensor([[[4., 7.]]])"),
    "affine": ("x Wᵀ + b, the map of a layer: (…, n_in), (n_out, n_in) and (n_out,) → (…, n_out).", "g W, gᵀ x and Σ g", "ag.affine(ag.tensor([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([5.0]))", "Tensor([[16.]])"),
    # Attention and recurrent layers
    "attention": ("softmax(query keyᵀ · scale + mask) value, and the weights, which are that softmax: (…, n, d), (…, m, d),\n(…, m, e) → (…, n, e) and (…, n, m). The mask is True, booleans (True: attend) or floats that are\nadded; ``causal`` leaves keys that come later out; ``keep`` says which weights are not dropped.", "through weights ⊙ (g valueᵀ - Σ …)", "ag.attention(ag.ones((1, 1)), np.ones((2, 1)), np.array([[1.0], [3.0]]), True, True, scale=1.0)[0]", "Tensor([[2.]])"),
    "rnn": ("The states hₜ = tanh(W xₜ + U hₜ₋₁ + b) of all steps, or with ``nonlinearity='relu'``: inputs (steps,\nbatch, n_in), a state before (batch, n), W (n, n_in), U (n, n) and b (n,) → (steps, batch, n).", "one loop backwards", "ag.rnn(ag.ones((2, 1, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.zeros((1, 1)), np.zeros(1)).round(3).tolist()", "[[[0.762]], [[0.762]]]"),
    "lstm": ("The states h, the cells c, tanh c and the gates of all steps of a long short-term memory, cₜ = f cₜ₋₁ + i g\nand hₜ = o tanh cₜ: inputs (steps, batch, n_in), a state and a cell before (batch, n), weights (4·n, n_in)\nand (4·n, n) and a bias (4·n,), for i, f, g and o. The gates are in the order o, i, f, g, (steps, batch,\n4·n). Hochreiter and Schmidhuber (1997); Gers et al. (2000).", "one loop backwards", "ag.lstm(ag.ones((3, 1, 1)), np.zeros((1, 1)), np.zeros((1, 1)), np.ones((4, 1)), np.zeros((4, 1)), np.zeros(4))[0].round(3).tolist()", "[[[0.37]], [[0.545]], [[0.622]]]"),
    "gru": ("The states and the gates r, z, n of all steps of a gated recurrent unit, hₜ = (1 - z) n + z hₜ₋₁:\ninputs (steps, batch, n_in), a state before (batch, n), weights (3·n, n_in) and (3·n, n) and two biases\n(3·n,), where n = tanh(W xₜ + b + r (U hₜ₋₁ + c)). Cho et al. (2014), arXiv:1406.1078.", "one loop backwards", "ag.gru(ag.ones((2, 1, 1)), np.zeros((1, 1)), np.ones((3, 1)), np.zeros((3, 1)), np.zeros(3), np.zeros(3))[0].round(3).tolist()", "[[[0.205]], [[0.355]]]"),
    # Normalization
    "layer_norm": ("(x - mean) / √(var + eps) · weight + bias, over the last ``ndim`` axes, which are those of weight and\nbias.", "s (g·weight - mean of it - h · mean of it · h), h the normalized x and s = 1/√(var + eps); Σ g h; Σ g", "ag.layer_norm(ag.tensor([1.0, 3.0]), np.ones(2), np.zeros(2), eps=0.0)", "Tensor([-1.,  1.])"),
    "rms_norm": ("x / √(mean x² + eps) · weight, over the last ``ndim`` axes, which are those of weight.", "as ``layer_norm``, without the mean", "ag.rms_norm(ag.tensor([3.0, -3.0]), np.ones(2), eps=0.0)", "Tensor([ 1., -1.])"),
    "group_norm": ("``layer_norm`` of (batch, channels, …) over each of so many ``groups`` of channels; weight and bias are\n(channels,).", "as ``layer_norm``", "ag.group_norm(ag.tensor([[1.0, 3.0]]), np.ones(2), np.zeros(2), groups=1, eps=0.0)", "Tensor([[-1.,  1.]])"),
    "batch_norm": ("(x - mean) / √(var + eps) · weight + bias of (batch, channels, …), over all but the channels; the mean\nand the variance of each channel, too.", "as ``layer_norm``; of the mean g / n, of the variance 2 g (x - mean) / n", "ag.batch_norm(ag.tensor([[1.0], [3.0]]), np.ones(1), np.zeros(1), eps=0.0)[0].tolist()", "[[-1.0], [1.0]]"),
    # Shapes
    "reshape": ("The same elements in another shape; one side may be -1, which is found.", "g, reshaped back", "ag.reshape(ag.ones((2, 6)), (3, -1)).shape", "(3, 4)"),
    "transpose": ("The axes in another order, or in reverse: (n, m) → (m, n).", "g, with its axes back", "ag.transpose(ag.ones((2, 3, 4)), (2, 0, 1)).shape", "(4, 2, 3)"),
    "swapaxes": ("Two axes exchanged.", "g, exchanged back", "ag.swapaxes(ag.ones((2, 3, 4)), 0, 2).shape", "(4, 3, 2)"),
    "moveaxis": ("Axes moved to other places, the others in their order.", "g, moved back", "ag.moveaxis(ag.ones((2, 3, 4)), 0, -1).shape", "(3, 4, 2)"),
    "expand_dims": ("New axes of one element, at the places that they have in the result.", "g, without them", "ag.expand_dims(ag.ones((2, 3)), 1).shape", "(2, 1, 3)"),
    "squeeze": ("Without the axes of one element: all of them, or those named.", "g, with them again", "ag.squeeze(ag.ones((1, 3, 1))).shape", "(3,)"),
    "broadcast_to": ("Repeated along axes of one element, and new ones in front, to a shape.", "the sum of g over them", "ag.grad(lambda x: ag.sum(ag.broadcast_to(x, (4, 2))))(np.ones(2))", "array([4., 4.])"),
    "sliding_window_view": ("What a window sees at each place: views of x, where a last axis is added for each of\n``axis`` (None: all), (…, n, …) → (…, n - w + 1, …, w).", "the windows of g, added where they lay", "ag.sliding_window_view(ag.tensor([1.0, 2.0, 3.0]), 2).tolist()", "[[1.0, 2.0], [2.0, 3.0]]"),
    # Rearranging
    "copy": ("A copy, in memory of its own.", "g", "ag.copy(ag.tensor([1.0, 2.0]))", "Tensor([1., 2.])"),
    "diag": ("Of a vector the matrix with it on a diagonal, (n,) → (n, n); of a matrix that diagonal.", "g there", "ag.diag(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))", "Tensor([1., 4.])"),
    "diagflat": ("The matrix with all elements on a diagonal, whatever their shape.", "g there", "ag.diagflat(ag.tensor([[1.0], [2.0]])).tolist()", "[[1.0, 0.0], [0.0, 2.0]]"),
    "diagonal": ("The diagonal over two axes, which becomes the last: (n, m) → (k,).", "g there, 0 elsewhere", "ag.diagonal(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))", "Tensor([1., 4.])"),
    "flip": ("The elements in reverse, along some axes or all.", "g, in reverse", "ag.flip(ag.tensor([1.0, 2.0, 3.0]))", "Tensor([3., 2., 1.])"),
    "resize": ("The elements in a shape of any size, over and over until it is full.", "the sum of g over the repetitions", "ag.resize(ag.tensor([1.0, 2.0, 3.0]), (2, 2)).tolist()", "[[1.0, 2.0], [3.0, 1.0]]"),
    "roll": ("The elements moved on by some places, and around the end.", "g, moved back", "ag.roll(ag.tensor([1.0, 2.0, 3.0]), 1)", "Tensor([3., 1., 2.])"),
    "rot90": ("A matrix turned by 90°, k times, from the first axis towards the second.", "g, turned back", "ag.rot90(ag.tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()", "[[2.0, 4.0], [1.0, 3.0]]"),
    # Products
    "matmul": ("Products of matrices in a stack, (…, n, k) and (…, k, m) → (…, n, m); vectors count as a\nrow and a column. Raises ValueError where k differs.", "g yᵀ and xᵀ g", "ag.matmul(ag.tensor([[1.0, 2.0]]), ag.tensor([3.0, 4.0]))", "Tensor([11.])"),
    "dot": ("The sum of products over the last axis of a and the last but one of b: of vectors (n,)\nand (n,) → ().", "g b and g a, over the other axes", "ag.grad(ag.dot)(np.array([1.0, 2.0]), np.array([3.0, 4.0]))", "array([3., 4.])"),
    "inner": ("The sum of products over the last axes: (…, n) and (…, n) → (…, …).", "g b and g a, over the other axes", "ag.inner(ag.tensor([1.0, 2.0]), ag.tensor([[3.0, 4.0], [5.0, 6.0]]))", "Tensor([11., 17.])"),
    "convolve": ('Σⱼ aⱼ vᵢ₋ⱼ of two vectors: all of it, (n + m - 1,), or as ``mode`` "same" or "valid"\ncuts it.', "g correlated with the other one", "ag.convolve(ag.tensor([1.0, 2.0, 3.0]), np.array([1.0, -1.0]))", "Tensor([ 1.,  1.,  1., -3.])"),
    "correlate": ('Σⱼ aᵢ₊ⱼ v̄ⱼ of two vectors, where they overlap as ``mode`` says: "valid", "same" or\n"full".', "g convolved with the other one", "ag.correlate(ag.tensor([1.0, 2.0, 4.0]), np.array([1.0, -1.0]))", "Tensor([-1., -2.])"),
    # Reductions and scans
    "logsumexp": ("log Σ exp(x) over axes, without overflow.", "g softmax(x)", "ag.grad(ag.logsumexp)(np.array([800.0, 800.0]))", "array([0.5, 0.5])"),
    "cummax": ("The largest element so far along an axis; of all elements in a row, without one.", "g to the element that it is; equal ones share it", "ag.cummax(ag.tensor([1.0, 3.0, 2.0]))", "Tensor([1., 3., 3.])"),
    "cummin": ("The smallest element so far along an axis; of all elements in a row, without one.", "g to the element that it is; equal ones share it", "ag.cummin(ag.tensor([3.0, 1.0, 2.0]))", "Tensor([3., 1., 1.])"),
    "logcumsumexp": ("log Σ exp(x) of the elements so far along an axis, without overflow.", "Σᵢ gᵢ exp(xₖ - outᵢ), over i ≥ k", "ag.logcumsumexp(ag.tensor([800.0, 800.0])) - 800", "Tensor([0.        , 0.69314718])"),
    # Searching
    "all": ("Whether all elements are true, over axes.", "", "ag.all(ag.tensor([True, False]))", "Tensor(False)"),
    "any": ("Whether an element is true, over axes.", "", "ag.any(ag.tensor([True, False]))", "Tensor(True)"),
    "argmax": ("The place of the largest element, the first of equals, along an axis or among all.", "", "ag.argmax(ag.tensor([1.0, 3.0, 2.0]))", "Tensor(1)"),
    "argmin": ("The place of the smallest element, the first of equals, along an axis or among all.", "", "ag.argmin(ag.tensor([3.0, 1.0, 2.0]))", "Tensor(1)"),
    "argsort": ("The places of the elements in their order along an axis; equals keep theirs.", "", "ag.argsort(ag.tensor([3.0, 1.0, 2.0]))", "Tensor([1, 2, 0])"),
    "count_nonzero": ("How many elements are not 0, over axes.", "", "ag.count_nonzero(ag.tensor([3.0, 0.0, 2.0]))", "Tensor(2)"),
    "searchsorted": ('The places at which x2 would keep the vector x1, which is in order, so: before what is\nequal, or after it (``side="right"``).', "", "ag.searchsorted(np.array([1.0, 2.0, 3.0]), ag.tensor([2.0, 2.5]))", "Tensor([1, 2])"),
    # Linear algebra and Fourier transforms
    "det": ("The determinant: (…, n, n) → (…). Raises LinAlgError if the matrices are not square.", "g det x · x⁻ᵀ, by cofactors where x is singular", "ag.linalg.det(ag.tensor([[2.0, 1.0], [0.0, 3.0]]))", "Tensor(6.)"),
    "inv": ("The inverse: (…, n, n) → (…, n, n). Raises LinAlgError if there is none.", "-x⁻ᵀ g x⁻ᵀ", "ag.linalg.inv(ag.tensor([[2.0, 0.0], [0.0, 4.0]])).tolist()", "[[0.5, 0.0], [0.0, 0.25]]"),
    "expm": ("The exponential, Σₖ xᵏ / k!: (…, n, n) → (…, n, n). (Higham, 2005, DOI\n10.1137/04061101X; the derivative is a corner of another exponential: Van Loan, 1978.)", "the derivative at xᵀ along g", "ag.linalg.expm(ag.tensor([[0.0, 1.0], [0.0, 0.0]])).tolist()", "[[1.0, 1.0], [0.0, 1.0]]"),
    "pinv": ("The inverse of Moore and Penrose: (…, n, m) → (…, m, n). Singular values below ``rcond``\nof the largest count as 0.", "as of matrices of the same rank", "ag.linalg.pinv(ag.tensor([[2.0], [0.0]]))", "Tensor([[0.5, 0. ]])"),
    "matrix_rank": ("How many singular values are more than rounding, or than ``tol``: (…, n, m) → (…).", "", "ag.linalg.matrix_rank(ag.tensor([[1.0, 2.0], [2.0, 4.0]]))", "Tensor(1)"),
    "fft": ("Σⱼ xⱼ exp(-2πi jk / n) along an axis, cut or filled with zeros to n elements.", "the same transform of g", "ag.fft.fft(ag.tensor([1.0, 0.0]))", "Tensor([1.+0.j, 1.+0.j])"),
    "ifft": ("What ``fft`` undoes: 1/n Σₖ xₖ exp(2πi jk / n) along an axis.", "the same transform of g", "ag.fft.ifft(ag.tensor([2.0, 0.0]))", "Tensor([1.+0.j, 1.+0.j])"),
}
# fmt: on


__test__: dict[str, str] = {}  # where doctest looks for more examples


def describe() -> None:
    """Give the primitives docstrings of the table, and composites their signatures."""
    edges: dict[str, list[str]] = {}
    for row in ROWS:
        for name in row.functions.split(", "):
            edges.setdefault(name, []).append(f"where {row.where}: {row.choice}")
    for name in MEANINGS:
        op = registry[name]
        op.__doc__ = __test__[name] = _text(op, edges.get(name, []))
    for op in registry.values():
        if op.kind == "composite":  # help() would not show its arguments
            op.__doc__ = f"{op.name}{op.signature}\n\n    {op.__doc__}"


def _text(op: Primitive, edges: list[str]) -> str:
    meaning, derivative, example, result = MEANINGS[op.name]
    if not op.tracks:
        slope = "Without a derivative: the result is never tracked."
    elif op.kind != "elementwise":
        slope = f"Contribution of a cotangent g: {derivative}."
    elif op.arity == 1:
        slope = f"Derivative: {derivative}."
    else:
        slope = f"Derivatives by both operands: {derivative}."
    conventions = [f"By convention, {edge}." for edge in edges]
    imports = ">>> import numpy as np\n" if "np." in example else ""
    shown = f"{imports}>>> import autograd as ag\n>>> {example}\n{result}\n"
    signature = f"{op.name}{op.signature}"
    return "\n\n".join([signature, meaning, slope, *conventions, shown])
