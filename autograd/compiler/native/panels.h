/* Products of few rows with a weight that many of them meet, one after the other.
 *
 * The weight lies in panels of as many columns as 64 bytes hold, (panels, k, columns):
 * BLAS would put it in such an order anew at each call, which costs half as much as the
 * product itself. Four rows and a panel fill the registers.
 */
#define PANELS(name, real, rows_by_panel)                                            \
  typedef real name __attribute__((vector_size(32), aligned(sizeof(real))));         \
  is void name##_block(long k, const real *x, long apart, const real *w, real *o,    \
                       long wide, const int rows) {                                  \
    enum { half = 32/sizeof(real) };                                                 \
    name a[4], b[4];                                                                 \
    _Pragma("GCC unroll 4") for (int r = 0; r < rows; r++) {                         \
      a[r] = *(const name *)(o + r*wide);                                            \
      b[r] = *(const name *)(o + r*wide + half);                                     \
    }                                                                                \
    for (long l = 0; l < k; l++) {                                                   \
      name u = *(const name *)(w + 2*half*l), v = *(const name *)(w + 2*half*l + half); \
      _Pragma("GCC unroll 4") for (int r = 0; r < rows; r++) {                       \
        a[r] += x[r*apart + l]*u;                                                    \
        b[r] += x[r*apart + l]*v;                                                    \
      }                                                                              \
    }                                                                                \
    _Pragma("GCC unroll 4") for (int r = 0; r < rows; r++) {                         \
      *(name *)(o + r*wide) = a[r];                                                  \
      *(name *)(o + r*wide + half) = b[r];                                           \
    }                                                                                \
  }                                                                                  \
  /* o += x w, of rows ``apart`` and ``wide`` from each other */                     \
  static void rows_by_panel(long rows, long k, const real *x, long apart,            \
                            const real *w, real *o, long wide) {                     \
    for (long at = 0; at < wide; at += 64/sizeof(real), w += k*(64/sizeof(real))) {  \
      long r = 0;                                                                    \
      for (; r + 4 <= rows; r += 4)                                                  \
        name##_block(k, x + r*apart, apart, w, o + r*wide + at, wide, 4);            \
      for (; r < rows; r++)                                                          \
        name##_block(k, x + r*apart, apart, w, o + r*wide + at, wide, 1);            \
    }                                                                                \
  }
PANELS(lanes_f, float, panels_f)
PANELS(lanes_d, double, panels_d)
