"""The process-wide clock: one tick for every node and every write."""

from itertools import count

clock = count(1)
