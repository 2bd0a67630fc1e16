"""How NumPy's calls arrive: ufuncs, functions, and what is refused."""
