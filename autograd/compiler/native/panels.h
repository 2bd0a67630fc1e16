/* Products of rows with a weight that many of them meet, which lies in panels.
 *
 * A panel has as many columns as 64 bytes hold: (panels, k, columns). BLAS would put a
 * weight in such an order anew at each call, in each thread. Six rows and a panel fill
 * the registers, and keep them busy; a panel stays in cache while all rows meet it. */
#define DEEP_PANEL 256 /* numbers that a row adds up at a time */

#define PANELS(end, real)                                                            \
  /* some rows and a panel: o = first + x w, where first may be o */                 \
  is void block_##end(long k, const real *x, long apart, const real *w,              \
                      const real *first, long step, real *o, long wide,              \
                      const int rows) {                                              \
    enum { half = 32/sizeof(real) };                                                 \
    lanes_##end a[6], b[6];                                                          \
    _Pragma("GCC unroll 6") for (int r = 0; r < rows; r++) {                         \
      a[r] = *(const lanes_##end *)(first + r*step);                                 \
      b[r] = *(const lanes_##end *)(first + r*step + half);                          \
      __builtin_prefetch(o + r*wide, 1);                                             \
    }                                                                                \
    for (long l = 0; l < k; l++) {                                                   \
      lanes_##end u = *(const lanes_##end *)(w + 2*half*l);                          \
      lanes_##end v = *(const lanes_##end *)(w + 2*half*l + half);                   \
      _Pragma("GCC unroll 6") for (int r = 0; r < rows; r++) {                       \
        a[r] += x[r*apart + l]*u;                                                    \
        b[r] += x[r*apart + l]*v;                                                    \
      }                                                                              \
    }                                                                                \
    _Pragma("GCC unroll 6") for (int r = 0; r < rows; r++) {                         \
      *(lanes_##end *)(o + r*wide) = a[r];                                           \
      *(lanes_##end *)(o + r*wide + half) = b[r];                                    \
    }                                                                                \
  }                                                                                  \
  /* o = first + x w; rows of x are ``apart``, of first ``step``, of o ``wide`` */   \
  static void panels_##end(long rows, long k, const real *x, long apart,             \
                           const real *w, const real *first, long step, real *o,     \
                           long wide) {                                              \
    static const real zeros[64/sizeof(real)];                                        \
    long blocks = (rows + 5)/6;                                                      \
    for (long l = 0; l < k; l += DEEP_PANEL) {                                       \
      long deep = k - l < DEEP_PANEL ? k - l : DEEP_PANEL;                           \
      for (long at = 0; at < wide; at += 64/sizeof(real)) {                          \
        const real *panel = w + at*k + l*(64/sizeof(real));                          \
        for (long i = 0; i < blocks; i++) {                                          \
          long r = rows*i/blocks, some = rows*(i + 1)/blocks - r;                    \
          const real *p = x + r*apart + l;                                           \
          real *q = o + r*wide + at;                                                 \
          const real *f = l ? q : first ? first + r*step + at : zeros;               \
          long s = l ? wide : first ? step : 0;                                      \
          switch (some) {                                                            \
            case 6: block_##end(deep, p, apart, panel, f, s, q, wide, 6); break;     \
            case 5: block_##end(deep, p, apart, panel, f, s, q, wide, 5); break;     \
            case 4: block_##end(deep, p, apart, panel, f, s, q, wide, 4); break;     \
            case 3: block_##end(deep, p, apart, panel, f, s, q, wide, 3); break;     \
            case 2: block_##end(deep, p, apart, panel, f, s, q, wide, 2); break;     \
            default: block_##end(deep, p, apart, panel, f, s, q, wide, 1);           \
          }                                                                          \
        }                                                                            \
      }                                                                              \
    }                                                                                \
  }
PANELS(f, float)
PANELS(d, double)
