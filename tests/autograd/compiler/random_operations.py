"""Operations of random programs: of real arrays, and what lies between them.

Each draws how it is called from a generator, and from the shapes of its operands alone:
it is the same one whenever it is called with such operands.
"""

import numpy as np

import autograd as ag
import nn

F = nn.functional
LARGEST = 600  # elements of what is built upon

UNARY = [
    np.tanh,
    lambda x: np.exp(-x * x),
    ag.sigmoid,
    ag.relu,
    lambda x: np.log(np.abs(x) + 1),
    lambda x: np.sqrt(x * x + 0.5),
    lambda x: x**2,
    lambda x: x**3 * 1,
    lambda x: (np.abs(x) + 0.5) ** -1.5,
    lambda x: -np.negative(x) - 0,
    lambda x: np.sin(x) + 0.0,
    lambda x: 1 / (x * x + 1),
    ag.gelu,
    ag.erf,
    ag.softplus,
    ag.silu,
    np.square,
    lambda x: np.clip(x, -1, 1),
    ag.elu,
    ag.leaky_relu,
    ag.mish,
    ag.hardswish,
    ag.log_sigmoid,
    np.arctan,
    np.sinh,
    lambda x: np.log1p(x * x),
    lambda x: np.expm1(np.tanh(x)),
    lambda x: np.cbrt(x * x + 1),
    lambda x: np.arcsin(x / (1 + np.abs(x))),
    lambda x: ag.softsign(x) * np.sign(x),
    np.nan_to_num,
]
BINARY = [
    np.add,
    np.multiply,
    np.subtract,
    np.maximum,
    np.minimum,
    lambda x, y: x / (1 + y * y),
    lambda x, y: np.where(x > 0, x, y * 0.5),
    lambda x, y: np.where(y > x, 1.0, x),
    lambda x, y: np.hypot(x, y),
    lambda x, y: ag.binary_cross_entropy_with_logits(x, ag.sigmoid(y)),
    lambda x, y: np.mean(x) + y,
    lambda x, y: np.max(x, axis=-1, keepdims=True) * y if x.ndim else x * y,
    np.arctan2,
    np.logaddexp,
    lambda x, y: np.copysign(x, np.where(np.isnan(y), 1, y)),  # NaN has any sign
    lambda x, y: (np.abs(x) + 0.5) ** np.tanh(y),
    lambda x, y: F.huber_loss(x, y + 0 * x),
    lambda x, y: np.fmax(x, y) - np.fmin(x, y),
]


def _axis(q, x):
    return int(q.integers(-x.ndim, x.ndim))


def _axes(q, x):
    """None, one axis, or several."""
    if q.integers(4) == 0:
        return None
    if x.ndim > 1 and q.integers(2):
        some = q.permutation(x.ndim)[: int(q.integers(1, x.ndim + 1))]
        return tuple(some.tolist())
    return _axis(q, x)


def _of(x, *shape):
    """The numbers of ``x``, repeated, in a shape."""
    return np.resize(x, shape)


def unary(q, x, y, others):
    return UNARY[q.integers(len(UNARY))](x)


def binary(q, x, y, others):
    return BINARY[q.integers(len(BINARY))](x, y)


# Along axes ---------------------------------------------------------------------------


def reduced(q, x, y, others):
    how = [np.sum, np.mean, np.max, np.min, np.var, np.std, ag.logsumexp, np.prod]
    f = how[q.integers(len(how))]
    given = np.tanh(x) + (f is np.std) * y.mean()
    return f(given, axis=_axes(q, x), keepdims=bool(q.integers(2)))


def ordered(q, x, y, others):
    axis, how = _axis(q, x), q.integers(9)
    n = x.shape[axis]
    if how == 0:
        return np.sort(x, axis=axis)
    if how == 1:
        return np.median(x, axis=_axes(q, x))
    if how == 2:
        return np.quantile(x, float(q.uniform()), axis=axis)
    if how == 3:
        values, indices = ag.topk(x, int(q.integers(1, n + 1)), axis)
        others.append(indices)
        return values
    if how == 4:
        order = np.argsort(np.sin(3 * x), axis=axis)
        others.append(order)
        return np.take_along_axis(x, order, axis)
    if how == 5:
        return np.partition(x, n // 2, axis=axis)
    if how == 6:
        place = np.expand_dims(np.argmax(x, axis), axis)
        others.append(place)
        return np.take_along_axis(np.tanh(x), place, axis)
    if how == 7:
        return np.ptp(x, axis=axis)
    return ag.cummax(x, axis=axis)


def scanned(q, x, y, others):
    axis, how = _axis(q, x), q.integers(7)
    if how == 0:
        return np.cumsum(np.tanh(x), axis=axis)
    if how == 1:
        return np.cumprod(1 + np.tanh(x) / 4, axis=axis)
    if how == 2:
        return ag.logcumsumexp(x, axis=axis)
    if how == 3:
        return np.diff(x, axis=axis, prepend=0)
    if how == 4 and x.shape[axis] > 1:
        return np.gradient(x, axis=axis)
    if how == 5:
        return np.trapezoid(x, axis=axis)
    return np.cumsum(x)


def along(q, x, y, others):
    f = [ag.softmax, ag.log_softmax, F.softmin, F.normalize][q.integers(4)]
    return f(x, dim=_axis(q, x)) if f in (F.softmin, F.normalize) else f(x, _axis(q, x))


def normalised(q, x, y, others):
    n, how = x.shape[-1], q.integers(5)
    if how == 0:
        return ag.layer_norm(x, _of(y, n), _of(np.tanh(y), n))
    if how == 1:
        return ag.rms_norm(x, _of(y, n))
    if how == 2:
        grouped = _of(x, 2, 4, 3)
        return ag.group_norm(grouped, _of(y, 4), _of(x, 4), groups=2)
    if how == 3:
        return ag.batch_norm(_of(x, 5, 3, 2), _of(y, 3), _of(x, 3))[0]
    apart = x - np.mean(x, axis=-1, keepdims=True)
    return apart / np.sqrt(np.var(x, axis=-1, keepdims=True) + 1)


# Elements in other places -------------------------------------------------------------


def viewed(q, x, y, others):
    how = q.integers(14)
    if how == 0:
        return np.transpose(x, tuple(q.permutation(x.ndim).tolist()))
    if how == 1:
        return np.reshape(x, [(-1,), (x.size, 1), x.shape[::-1]][q.integers(3)])
    if how == 2:
        return np.swapaxes(x, _axis(q, x), _axis(q, x))
    if how == 3:
        return np.moveaxis(x, _axis(q, x), 0)
    if how == 4:
        return np.expand_dims(x, 0)
    if how == 5:
        return np.squeeze(np.expand_dims(x, -1), -1)
    if how == 6:
        return np.broadcast_to(x, (2, *x.shape))
    if how == 7:
        return np.split(x, x.shape[0], axis=0)[0]
    if how == 8:
        return np.reshape(np.transpose(x), x.shape)
    if how == 9:
        return np.roll(x, 1, axis=_axis(q, x))
    if how == 10:
        return np.tril(x) if x.ndim > 1 else np.diag(x)
    if how == 11:
        return np.rot90(x) if x.ndim > 1 else np.flip(x)
    if how == 12:
        return np.diagonal(x) if x.ndim > 1 else x[::2]
    return np.flip(x, 0)


def indexed(q, x, y, others):
    n, how = x.shape[-1], q.integers(10)
    if how == 0:
        return x[..., n // 2 :]
    if how == 1:
        return x[::-1]
    if how == 2:
        return x[0]
    if how == 3:
        return x[..., q.integers(0, n, 3)]
    if how == 4:
        return x[q.integers(0, len(x), (2, 2))]
    if how == 5:
        return x[None, ..., -1]
    if how == 6:
        return x[..., q.integers(0, 2, n).astype(bool)]
    if how == 7:  # by numbers that are computed
        which = np.argsort(x.mean(tuple(range(1, x.ndim))) if x.ndim > 1 else x)
        others.append(which)
        return x[which]
    if how == 8:
        return np.where(x > y.mean(), x, 0)[..., :1]
    return np.take(x, [0, -1, 0], axis=_axis(q, x))


def updated(q, x, y, others):
    how, rows = q.integers(8), q.integers(0, len(x), 3)
    value = np.tanh(y).mean()
    if how == 0:
        return x.at[rows].set(value)
    if how == 1:
        return x.at[rows].add(_of(y, 3, *x.shape[1:]))
    if how == 2:
        return x.at[..., 0].multiply(value)
    if how == 3:
        return x.at[1:].max(value)
    if how == 4:
        return x.at[rows].min(_of(y, 3, *x.shape[1:]))
    if how == 5:
        order = np.argsort(x, axis=-1)
        return ag.put_along_axis(x, order, _of(y, *x.shape), axis=-1)
    if how == 6:
        return np.append(np.delete(x, 0, axis=-1), y, axis=None)
    return np.insert(x, 0, value, axis=_axis(q, x))


def joined(q, x, y, others):
    how = q.integers(6)
    if how == 0:
        return np.concatenate([x, x * 2], axis=_axis(q, x))
    if how == 1:
        return np.stack([x, np.tanh(x)], axis=_axis(q, x))
    if how == 2:
        return np.tile(x, 2)
    if how == 3:
        return np.repeat(x, 2, axis=_axis(q, x))
    if how == 4:
        modes = ["constant", "edge", "reflect", "wrap"]
        return np.pad(x, 1, mode=modes[q.integers(4)])
    return np.concatenate([np.ravel(x), np.ravel(y)])


# Products -----------------------------------------------------------------------------


def product(q, x, y, others):
    how = q.integers(9)
    if how == 0:  # stacks that broadcast
        return _of(x, 2, 1, 3, 4) @ _of(np.tanh(y), 3, 4, 2)
    if how == 1:
        return np.outer(x, np.tanh(y)) if x.size * y.size < 900 else np.vdot(x, x)
    if how == 2:
        return np.tensordot(_of(x, 2, 3, 4), _of(y, 4, 3), axes=[[1, 2], [1, 0]])
    if how == 3:
        return np.einsum("bij,bjk,k->bi", _of(x, 2, 3, 4), _of(y, 2, 4, 2), _of(x, 2))
    if how == 4:
        return np.inner(_of(x, 3, 4), _of(y, 2, 4)) + np.kron(_of(x, 3), _of(y, 2))[0]
    if how == 5:
        return ag.affine(_of(x, 5, 3), _of(y, 2, 3), _of(np.tanh(x), 2))
    if x.ndim > 1 and y.ndim > 1 and x.shape[-1] == y.shape[-2]:
        return x @ y
    if x.ndim > 1 and y.ndim > 1 and x.shape[-1] == y.shape[-1]:
        return x @ np.swapaxes(y, -1, -2)
    return np.einsum("...i,...i->...", x, _of(y, x.shape[-1]))


def decomposed(q, x, y, others):
    matrix = _of(np.tanh(x), 3, 3)
    regular = matrix @ matrix.T + 2 * np.eye(3, dtype=x.dtype)
    how = q.integers(7)
    if how == 0:
        return np.linalg.inv(regular)
    if how == 1:
        return np.linalg.solve(regular, _of(y, 3, 2))
    if how == 2:
        return np.linalg.slogdet(regular)[1] + np.linalg.det(regular)
    if how == 3:
        return np.linalg.cholesky(regular)
    if how == 4:
        return np.linalg.norm(x + 0.1, axis=_axis(q, x))
    if how == 5:
        return np.linalg.eigvalsh(regular * np.array([1, 2, 4], x.dtype))
    return ag.linalg.solve_triangular(np.tril(regular), _of(y, 3), lower=True)


def transformed(q, x, y, others):
    """Complex numbers in between."""
    single = np.complex64 if x.dtype == np.float32 else np.complex128
    how = q.integers(6)
    if how == 0:
        z = np.fft.fft(x, axis=_axis(q, x))
    elif how == 1:
        z = np.exp(single(1j) * np.tanh(x))
    elif how == 2:
        z = x * single(1j) + y.mean()
    elif how == 3:
        return np.fft.irfft(np.fft.rfft(_of(x, 2, 6)) * single(2j))
    elif how == 4:
        return np.abs(np.fft.rfft2(_of(x, 4, 4)) + 1)
    else:
        z = np.conj(x.astype(single)) * single(0.5 + 1j)
    others.append(z)
    return [np.real, np.imag, lambda z: np.abs(z + 2)][q.integers(3)](z)


# Layers -------------------------------------------------------------------------------


def convolved(q, x, y, others):
    y, how = np.tanh(y), q.integers(8)
    two = int(q.integers(1, 3))
    if how == 0:
        return ag.conv(_of(x, 2, 4, 6, 5), _of(y, 4, 4 // two, 3, 2), two, 1, 1, two)
    if how == 1:
        return ag.conv(_of(x, 2, 3, 9), _of(y, 2, 3, 3), stride=two, dilation=2)
    if how == 2:
        given, weight = _of(x, 1, 3, 4, 4), _of(y, 3, 2, 3, 3)
        return ag.conv_transpose(given, weight, stride=two, padding=1)
    if how == 3:
        return ag.conv(_of(x, 1, 2, 3, 4, 3), _of(y, 2, 2, 2, 2, 2), padding=1)
    if how == 4:
        return ag.max_pool(_of(x, 2, 2, 5, 6), (2, 3), two)
    if how == 5:
        return F.avg_pool2d(_of(x, 2, 2, 5, 6), 2, two)
    if how == 6:
        return ag.unfold(_of(x, 1, 2, 4, 5), 2, two)
    return np.convolve(np.ravel(x), _of(y, 3), ["full", "same"][two - 1])


def attended(q, x, y, others):
    query, key, value = _of(x, 2, 3, 4), _of(np.tanh(y), 2, 3, 4), _of(x * 0.5, 2, 3, 4)
    mask = [None, q.integers(0, 2, (3, 3)).astype(bool) | np.eye(3, dtype=bool)]
    return F.scaled_dot_product_attention(
        query, key, value, mask[q.integers(2)], is_causal=False
    ) + F.scaled_dot_product_attention(query, value, key, is_causal=True)


def recurred(q, x, y, others):
    given, state = _of(x, 4, 2, 3), _of(np.tanh(y), 2, 2)
    how = q.integers(3)
    gates = [4, 3, 1][how]
    into, again = _of(np.tanh(x), gates * 2, 3), _of(y, gates * 2, 2) * 0.5
    bias = _of(x, gates * 2)
    if how == 0:
        return ag.lstm(given, state, state * 0.5, into, again, bias)[0]
    if how == 1:
        return ag.gru(given, state, into, again, bias, bias * 0.5)[0]
    return ag.rnn(given, state, into, again, bias, nonlinearity="tanh")


def lost(q, x, y, others):
    labels = q.integers(0, x.shape[-1], x.size // x.shape[-1])
    how = q.integers(4)
    if how == 0:
        rows = np.reshape(x, (-1, x.shape[-1]))
        return ag.cross_entropy(rows, labels)
    if how == 1:
        return F.mse_loss(x, _of(y, *x.shape))
    if how == 2:
        return F.embedding(labels % len(x), _of(x, len(x), 3))
    return F.cosine_similarity(_of(x, 3, 4), _of(y, 3, 4))


def dropped(q, x, y, others):
    return F.dropout(x, 0.3, generator=int(q.integers(100)))


# Numbers of other kinds ---------------------------------------------------------------


def cast(q, x, y, others):
    how = q.integers(7)
    if how == 0:  # a mask
        mask = (x > 0) & ~(x < 1) | np.isnan(x)
        others.append(mask)
        return np.where(mask, x, y.mean()) * mask
    if how == 1:  # integers
        whole = np.floor(np.clip(x * 4, -9, 9)).astype(np.int64)
        others.append(whole // 3 + whole % 5 - (whole & 3))
        return x * others[-1]
    if how == 2:
        return x.astype(np.float32).astype(x.dtype) + 1
    if how == 3:
        count = np.count_nonzero(x > 0.5, axis=_axis(q, x))
        others.append(count)
        return np.sum(x) / (count + 1).astype(x.dtype)
    if how == 4:
        others.append(np.any(x > 1, axis=_axis(q, x)))
        return np.where(others[-1], 0.5, 2.0).astype(x.dtype)
    if how == 5:
        others.append(np.argmin(x, axis=_axis(q, x)))
        return np.sum(x * np.isfinite(x)) + others[-1].astype(x.dtype)
    return np.round(x, 1) + x


def apart(q, x, y, others):
    how = q.integers(3)
    if how == 0:
        return ag.stop_gradient(np.tanh(x)) * x
    if how == 1:
        return ag.checkpoint(lambda a, b: np.tanh(a) * b.mean())(x, y)
    choices = [np.tanh(x), x * 0, x * 2]
    return np.select([x > 1, x < -1], choices[:2], choices[2])


OPERATIONS = [
    *[unary] * 4,
    *[binary] * 5,
    *[reduced] * 3,
    ordered,
    scanned,
    along,
    normalised,
    *[viewed] * 3,
    *[indexed] * 2,
    updated,
    *[joined] * 2,
    *[product] * 3,
    decomposed,
    transformed,
    convolved,
    attended,
    recurred,
    lost,
    dropped,
    *[cast] * 2,
    apart,
]


def grown(script, pool, without=()):
    """The real arrays there are after operations, one by each number of a script.

    Beside them the integers, booleans and complex numbers in between.
    """
    pool, beside = list(pool), []
    for code in script:
        q = np.random.default_rng(code)
        x, y = pool[q.integers(len(pool))], pool[q.integers(len(pool))]
        how = OPERATIONS[q.integers(len(OPERATIONS))]
        if how in without or (x.ndim == 0 and how is not binary):
            how = unary
        try:
            value = how(q, x, y, beside)
        except np.linalg.LinAlgError:
            raise
        except (ValueError, IndexError):  # shapes that do not fit
            continue
        if 0 < value.size < LARGEST:
            pool.append(value)
    return pool, beside
