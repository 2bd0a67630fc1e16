/* Products of small matrices, for which BLAS takes longer to begin than to multiply.
 *
 * A tile of the result, of 6 rows and 2 vectors, stays in registers while it runs
 * through the factors. The columns of the second factor that a tile needs are read
 * where they lie if they lie side by side, else copied first. */
#define TALL 6
#define DEEP 256 /* numbers at most that are added up for one of the result */

#define TILES(name, end, type, lanes)                                                  \
  typedef type name##_vector __attribute__((vector_size(32), aligned(sizeof(type))));  \
  static inline __attribute__((always_inline)) void name##_tile(                       \
      const int rows, long k, const type *x, long xm, long xk, const type *y,          \
      long apart, type *o, long width) {                                               \
    name##_vector sum[TALL][2] = {};                                                   \
    for (long l = 0; l < k; l++) {                                                     \
      name##_vector first = *(const name##_vector *)(y + l*apart);                     \
      name##_vector second = *(const name##_vector *)(y + l*apart + lanes);            \
      _Pragma("GCC unroll 6") for (int r = 0; r < rows; r++) {                         \
        type factor = x[r*xm + l*xk];                                                  \
        sum[r][0] += factor*first, sum[r][1] += factor*second;                         \
      }                                                                                \
    }                                                                                  \
    _Pragma("GCC unroll 6") for (int r = 0; r < rows; r++) {                           \
      *(name##_vector *)(o + r*width) = sum[r][0];                                     \
      *(name##_vector *)(o + r*width + lanes) = sum[r][1];                             \
    }                                                                                  \
  }                                                                                    \
  static void name##_rows(long rows, long k, const type *x, long xm, long xk,          \
                          const type *y, long apart, type *o, long width) {            \
    switch (rows) {                                                                    \
      case 1: name##_tile(1, k, x, xm, xk, y, apart, o, width); break;                 \
      case 2: name##_tile(2, k, x, xm, xk, y, apart, o, width); break;                 \
      case 3: name##_tile(3, k, x, xm, xk, y, apart, o, width); break;                 \
      case 4: name##_tile(4, k, x, xm, xk, y, apart, o, width); break;                 \
      case 5: name##_tile(5, k, x, xm, xk, y, apart, o, width); break;                 \
      default: name##_tile(6, k, x, xm, xk, y, apart, o, width);                       \
    }                                                                                  \
  }                                                                                    \
  static void name(long m, long n, long k, const type *x, const type *y, type *o,      \
                   long xm, long xk, long yk, long yn) {                               \
    type copied[DEEP*2*lanes], beside[TALL*2*lanes];                                   \
    for (long j = 0; j < n; j += 2*lanes) {                                            \
      long some = n - j < 2*lanes ? n - j : 2*lanes, apart = yk;                       \
      const type *from = y + j*yn;                                                     \
      if (yn != 1 || some < 2*lanes) {                                                 \
        pack_##end(k, some, from, yk, yn, copied);                                     \
        from = copied, apart = 2*lanes;                                                \
      }                                                                                \
      for (long i = 0; i < m; i += TALL) {                                             \
        long rows = m - i < TALL ? m - i : TALL;                                       \
        int all = some == 2*lanes;                                                     \
        type *to = all ? o + i*n + j : beside;                                         \
        name##_rows(rows, k, x + i*xm, xm, xk, from, apart, to, all ? n : 2*lanes);    \
        for (long r = 0; !all && r < rows; r++)                                        \
          for (long c = 0; c < some; c++) o[(i + r)*n + j + c] = beside[r*2*lanes + c];\
      }                                                                                \
    }                                                                                  \
  }
TILES(tiles_s, f, float, 8)
TILES(tiles_d, d, double, 4)
