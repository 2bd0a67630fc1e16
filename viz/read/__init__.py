"""From nodes to a view: what a graph says, in the words of a drawing.

Reading order: build, with boxes and passes (what is written in boxes and on edges),
marks, scopes and summary (modules, large graphs), measures and overlay (colours); nodes
and words are what they ask.
"""
