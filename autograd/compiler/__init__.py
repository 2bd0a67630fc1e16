"""A recording becomes one flat program: traced, simplified, run by NumPy or as C."""
