/* What a program calls beside its own loops: the pool of threads, and BLAS. */
#include <string.h>

typedef void part_of_loop(void **m, long part, long parts);
static void (*parallel)(part_of_loop *, void **m, long parts);
static long threads;

#ifndef BLAS_INT
#define BLAS_INT long
#endif
typedef BLAS_INT at;
static void (*gemm_s)(int, int, int, at, at, at, float, const float *, at,
                      const float *, at, float, float *, at);
static void (*gemm_d)(int, int, int, at, at, at, double, const double *, at,
                      const double *, at, double, double *, at);

/* Products that are too small for the call, or where there is no BLAS. */
#define SMALL(name, type)                                                          \
  static void name(long m, long n, long k, const type *x, const type *y, type *o,   \
                   long xm, long xk, long yk, long yn) {                            \
    for (long i = 0; i < m; i++) {                                                  \
      for (long j = 0; j < n; j++) o[i*n + j] = 0;                                  \
      for (long l = 0; l < k; l++) {                                                \
        type a = x[i*xm + l*xk];                                                    \
        for (long j = 0; j < n; j++) o[i*n + j] += a*y[l*yk + j*yn];                \
      }                                                                             \
    }                                                                               \
  }
SMALL(small_s, float)
SMALL(small_d, double)

#define PLAIN(name, small, type)                                                    \
  static void name(int order, int tx, int ty, at m, at n, at k, type one,           \
                   const type *x, at ldx, const type *y, at ldy, type zero,         \
                   type *o, at ldo) {                                               \
    (void)order, (void)one, (void)zero;                                             \
    for (at i = 0; i < m; i++) {                                                    \
      const type *row = x + i*(tx == 111 ? ldx : 1);                                \
      small(1, n, k, row, y, o + i*ldo, 0, tx == 111 ? 1 : ldx,                     \
            ty == 111 ? ldy : 1, ty == 111 ? 1 : ldy);                              \
    }                                                                               \
  }
PLAIN(plain_s, small_s, float)
PLAIN(plain_d, small_d, double)

void connect(void *pool, long count, void *s, void *d) {
  parallel = pool;
  threads = count;
  gemm_s = s ? s : (void *)plain_s;
  gemm_d = d ? d : (void *)plain_d;
}
