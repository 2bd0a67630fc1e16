/* Columns of a matrix side by side, as products read them: 64 bytes of each row. */
#ifdef __clang__
#define PICK(places, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define PICK(places, a, b, ...) __builtin_shuffle(a, b, (places){__VA_ARGS__})
#endif
typedef int places_f __attribute__((vector_size(32)));
typedef long places_d __attribute__((vector_size(32)));
typedef float lanes_f __attribute__((vector_size(32), aligned(4), may_alias));
typedef double lanes_d __attribute__((vector_size(32), aligned(8), may_alias));

/* 8, or 4, columns in which numbers lie side by side, as rows ``wide`` apart. */
is void turned_f(const float *from, long apart, float *to, long wide) {
  lanes_f a[8], b[8];
  for (int c = 0; c < 8; c++) a[c] = *(const lanes_f *)(from + c*apart);
  for (int c = 0; c < 8; c += 2) {
    b[c] = PICK(places_f, a[c], a[c + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    b[c + 1] = PICK(places_f, a[c], a[c + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int c = 0; c < 8; c += 4)
    for (int d = 0; d < 2; d++) {
      lanes_f x = b[c + d], y = b[c + d + 2];
      a[c + 2*d] = PICK(places_f, x, y, 0, 1, 8, 9, 4, 5, 12, 13);
      a[c + 2*d + 1] = PICK(places_f, x, y, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int c = 0; c < 4; c++) {
    lanes_f *low = (lanes_f *)(to + c*wide), *high = (lanes_f *)(to + (c + 4)*wide);
    *low = PICK(places_f, a[c], a[c + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *high = PICK(places_f, a[c], a[c + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}
is void turned_d(const double *from, long apart, double *to, long wide) {
  lanes_d a[4], b[4];
  for (int c = 0; c < 4; c++) a[c] = *(const lanes_d *)(from + c*apart);
  for (int c = 0; c < 4; c += 2) {
    b[c] = PICK(places_d, a[c], a[c + 1], 0, 4, 2, 6);
    b[c + 1] = PICK(places_d, a[c], a[c + 1], 1, 5, 3, 7);
  }
  for (int c = 0; c < 2; c++) {
    lanes_d *low = (lanes_d *)(to + c*wide), *high = (lanes_d *)(to + (c + 2)*wide);
    *low = PICK(places_d, b[c], b[c + 2], 0, 1, 4, 5);
    *high = PICK(places_d, b[c], b[c + 2], 2, 3, 6, 7);
  }
}

#define PACKS(end, real)                                                             \
  /* a panel of ``some`` columns, filled up with zeros */                            \
  is void pack_##end(long k, long some, const real *x, long down, long along,        \
                     real *to) {                                                     \
    enum { lanes = 32/sizeof(real), wide = 2*lanes };                                \
    long l = 0;                                                                      \
    if (along == 1 && some == wide)                                                  \
      for (; l < k; l++) memcpy(to + l*wide, x + l*down, sizeof(real)*wide);         \
    if (down == 1 && some == wide)                                                   \
      for (; l + lanes <= k; l += lanes) {                                           \
        turned_##end(x + l, along, to + l*wide, wide);                               \
        turned_##end(x + l + lanes*along, along, to + l*wide + lanes, wide);         \
      }                                                                              \
    for (; l < k; l++)                                                               \
      for (long c = 0; c < wide; c++)                                                \
        to[l*wide + c] = c < some ? x[l*down + c*along] : 0;                         \
  }
PACKS(f, float)
PACKS(d, double)
