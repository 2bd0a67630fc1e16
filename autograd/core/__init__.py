"""The core: nodes, the primitives that make them, and the sweeps over them."""
