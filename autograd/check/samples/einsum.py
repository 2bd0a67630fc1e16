"""Sums of products: labels that repeat, axes that broadcast, sides of 0 and 1."""

from ..context import Call, Context, Sample, call

# fmt: off
SUMMATIONS = (
    "ij,jk->ik", "i,i->", "ii->", "ii->i", "iij->j", "ij->j", "i,j->ji", "ij->ji",
    ",i->i", "ij,jk,kl->il", "i,i,i->i", "ij,k->i", "iji,j->ij", "ii,ij->", "->",
    "...ij,...jk->...ik", "...i->...", "i...,...i->...", "...,...->...", "...ii->...",
    "bij,bjk->bik", "aab,bc->ca", "i,ij,j->",
)
# fmt: on


def _einsum(c: Context) -> Call:
    subscripts = c.choice(*SUMMATIONS)
    sides = {x: c.choice(2, 3, 1) for x in subscripts if x.isalpha()}
    sides[c.choice(*sides, "none")] = c.choice(2, 0)
    batch = (c.choice(2, 1), c.choice(3, 1))
    arrays = []
    for term in subscripts.split("->")[0].split(","):
        one = {x: c.choice(n, n, n, 1) for x, n in sides.items()}  # to be stretched
        front, _, back = term.rpartition("...")
        few = [c.choice(n, 1) for n in batch[c.choice(0, 1, 2) :]]
        few = few if "..." in term else []
        shape = [*[one[x] for x in front], *few, *[one[x] for x in back]]
        arrays.append(c.array(tuple(shape)))
    first, *others = arrays
    if others and first.shape == others[0].shape and c.choice(False, True):
        others[0] = first
    optimize = c.choice(False, True, "greedy")
    return call(first, *others, subscripts=subscripts, optimize=optimize)


SAMPLES: dict[str, Sample] = {"einsum": _einsum}
