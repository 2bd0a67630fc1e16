/* Products of few rows with a weight that many of them meet, one after the other.
 *
 * The weight lies in panels of as many columns as 64 bytes hold, (panels, k, columns):
 * BLAS would put it in such an order anew at each call, which costs half as much as the
 * product itself. Six rows and a panel fill the registers, and keep them busy.
 */
#define PANELS(name, real, rows_by_panel)                                            \
  typedef real name __attribute__((vector_size(32), aligned(sizeof(real))));         \
  is void name##_block(long k, const real *x, long apart, const real *w, real *o,    \
                       long wide, const int rows) {                                  \
    enum { half = 32/sizeof(real) };                                                 \
    name a[6], b[6];                                                                 \
    _Pragma("GCC unroll 6") for (int r = 0; r < rows; r++) {                         \
      a[r] = *(const name *)(o + r*wide);                                            \
      b[r] = *(const name *)(o + r*wide + half);                                     \
    }                                                                                \
    for (long l = 0; l < k; l++) {                                                   \
      name u = *(const name *)(w + 2*half*l), v = *(const name *)(w + 2*half*l + half);\
      _Pragma("GCC unroll 6") for (int r = 0; r < rows; r++) {                       \
        a[r] += x[r*apart + l]*u;                                                    \
        b[r] += x[r*apart + l]*v;                                                    \
      }                                                                              \
    }                                                                                \
    _Pragma("GCC unroll 6") for (int r = 0; r < rows; r++) {                         \
      *(name *)(o + r*wide) = a[r];                                                  \
      *(name *)(o + r*wide + half) = b[r];                                           \
    }                                                                                \
  }                                                                                  \
  /* o += x w, of rows ``apart`` and ``wide`` from each other */                     \
  static void rows_by_panel(long rows, long k, const real *x, long apart,            \
                            const real *w, real *o, long wide) {                     \
    for (long at = 0; at < wide; at += 64/sizeof(real), w += k*(64/sizeof(real))) {  \
      for (long i = 0, blocks = (rows + 5)/6; i < blocks; i++) {                     \
        long r = rows*i/blocks, some = rows*(i + 1)/blocks - r;                      \
        const real *p = x + r*apart;                                                 \
        real *q = o + r*wide + at;                                                   \
        switch (some) {                                                              \
          case 6: name##_block(k, p, apart, w, q, wide, 6); break;                   \
          case 5: name##_block(k, p, apart, w, q, wide, 5); break;                   \
          case 4: name##_block(k, p, apart, w, q, wide, 4); break;                   \
          case 3: name##_block(k, p, apart, w, q, wide, 3); break;                   \
          case 2: name##_block(k, p, apart, w, q, wide, 2); break;                   \
          default: name##_block(k, p, apart, w, q, wide, 1);                         \
        }                                                                            \
      }                                                                              \
    }                                                                                \
  }
PANELS(lanes_f, float, panels_f)
PANELS(lanes_d, double, panels_d)
