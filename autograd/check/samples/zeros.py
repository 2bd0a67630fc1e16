"""The product of a sweep in which a zero stays zero."""

from ..context import Sample, call

SAMPLES: dict[str, Sample] = {
    "weigh": lambda c: call(
        c.array(c.narrower()), c.array(c.narrower()), either=c.flag()
    ),
}
