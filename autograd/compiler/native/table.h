/* What a program calls beside its own loops: the pool of threads, and BLAS. */
#include <string.h>
#include "packing.h"
#include "tiles.h"

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

#define PLAIN(name, type)                                                   \
  static void name(int order, int tx, int ty, at m, at n, at k, type one,           \
                   const type *x, at ldx, const type *y, at ldy, type zero,         \
                   type *o, at ldo) {                                               \
    at xm = tx == 111 ? ldx : 1, xk = tx == 111 ? 1 : ldx;                          \
    at yk = ty == 111 ? ldy : 1, yn = ty == 111 ? 1 : ldy;                          \
    for (at i = 0; i < m; i++) {                                                    \
      for (at j = 0; j < n; j++) o[i*ldo + j] = zero ? o[i*ldo + j] : 0;            \
      for (at l = 0; l < k; l++)                                                    \
        for (at j = 0; j < n; j++) o[i*ldo + j] += x[i*xm + l*xk]*y[l*yk + j*yn];   \
    }                                                                               \
  }
PLAIN(plain_s, float)
PLAIN(plain_d, double)

void connect(void *pool, long count, void *s, void *d) {
  parallel = pool;
  threads = count;
  gemm_s = s ? s : (void *)plain_s;
  gemm_d = d ? d : (void *)plain_d;
}
