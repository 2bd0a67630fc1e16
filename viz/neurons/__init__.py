"""Networks as circles: a neuron's brightness is its activation, an edge its weight.

Reading order: read (from a model to layers of numbers), place, sheet, picture (SVG),
still (``network``); then moving pictures: recorder, film, page (HTML).
"""
