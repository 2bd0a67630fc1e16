/* Convolutions without columns: products straight from a few padded lines of an image.
 *
 * Lines lie in a *room* that stays in cache, one channel after the other; where windows
 * are several elements apart, those of a line that neighbours see at one tap stand side
 * by side. So each tap of a filter, counted k, is one number: how far off in the room it
 * sees. Built once for REAL float, and once for double; vectors are of 32 bytes. */
#include <string.h>

#define LANES (32 / (long)sizeof(REAL))
#define TILE 6 /* filters, or taps, at a time: with two vectors each, 12 sums */
#define WIDE (2 * LANES)
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 6")

typedef REAL vector __attribute__((vector_size(32), aligned(sizeof(REAL)), may_alias));

struct sliding {
  long n, groups, channels, filters; /* channels and filters of one group */
  long image[3], count[3], kernel[3], stride[3], dilation[3], before[3];
  long x[5];          /* strides: image, channel, axes */
  long y[5];          /* of results: image, filter, axes */
  long w[6];          /* group, filter, channel, axes */
  long rows, height, width; /* windows in a room along the first axis, lines, elements */
  long by_images, by_taps;  /* in how many parts the filters' gradient is computed */
};

static long least(long a, long b) { return a < b ? a : b; }
static long taps(const struct sliding *s) {
  return s->kernel[0] * s->kernel[1] * s->kernel[2];
}
static long lines(const struct sliding *s) { /* along the second axis */
  return (s->count[1] - 1) * s->stride[1] + s->dilation[1] * (s->kernel[1] - 1) + 1;
}
static long line(const struct sliding *s) { return s->stride[2] * s->width; }
static long pieces(const struct sliding *s) { /* of an image, a room for each */
  return (s->count[0] + s->rows - 1) / s->rows;
}
static long tiles(long n) { return (n + TILE - 1) / TILE; }

/* Where a window begins in the room. */
static long window(const struct sliding *s, long a, long b) {
  return (a * s->stride[0] * lines(s) + b * s->stride[1]) * line(s);
}

static void find_taps(const struct sliding *s, long *off) {
  const long *kernel = s->kernel, *dilation = s->dilation;
  for (long channel = 0; channel < s->channels; channel++)
    for (long a = 0; a < kernel[0]; a++)
      for (long b = 0; b < kernel[1]; b++)
        for (long c = 0; c < kernel[2]; c++) {
          long at = c * dilation[2];
          *off++ = ((channel * s->height + a * dilation[0]) * lines(s) +
                    b * dilation[1]) * line(s) +
                   at % s->stride[2] * s->width + at / s->stride[2];
        }
}

/* Every ``step``-th of ``n`` elements, from ``first`` on, with zeros beyond them. */
INLINE void copy(const REAL *x, long n, long first, long step, long apart, REAL *to,
                 long width) {
  long low = 0, high = width;
  while (low < width && first + low * step < 0) to[low++] = 0;
  while (high > low && first + (high - 1) * step >= n) to[--high] = 0;
  for (long i = low; i < high; i++) to[i] = x[(first + i * step) * apart];
}

static void fill_line(const struct sliding *s, const REAL *x, REAL *room) {
  long step = s->stride[2], n = s->image[2], apart = s->x[4], width = s->width;
  if (step == 1 && apart == 1)
    copy(x, n, -s->before[2], 1, 1, room, width);
  else
    for (long phase = 0; phase < step; phase++)
      copy(x, n, phase - s->before[2], step, apart, room + phase * width, width);
}

/* What ``rows`` windows from ``row`` on see of channels ``from`` to ``to``. */
static void fill(const struct sliding *s, const REAL *x, REAL *room, long row, long rows,
                 long from, long to) {
  long high = (rows - 1) * s->stride[0] + s->dilation[0] * (s->kernel[0] - 1) + 1;
  for (long channel = from; channel < to; channel++)
    for (long a = 0; a < high; a++)
      for (long b = 0; b < lines(s); b++) {
        REAL *to_line = room + ((channel * s->height + a) * lines(s) + b) * line(s);
        long i = row * s->stride[0] + a - s->before[0], j = b - s->before[1];
        if (i < 0 || i >= s->image[0] || j < 0 || j >= s->image[1])
          memset(to_line, 0, line(s) * sizeof(REAL));
        else
          fill_line(s, x + channel * s->x[1] + i * s->x[2] + j * s->x[3], to_line);
      }
}

/* The results ------------------------------------------------------------------- */

/* Filters by tiles, in each of which a tap has all its weights side by side. */
void pack(const struct sliding *s, const REAL *w, REAL *packed, long part, long parts) {
  long all = tiles(s->filters), depth = s->channels * taps(s);
  for (long t = s->groups * all * part / parts; t < s->groups * all * (part + 1) / parts;
       t++) {
    long group = t / all, first = s->filters * (t % all) / all;
    long size = s->filters * (t % all + 1) / all - first;
    REAL *to = packed + (group * s->filters + first) * depth;
    for (long channel = 0; channel < s->channels; channel++)
      for (long a = 0; a < s->kernel[0]; a++)
        for (long b = 0; b < s->kernel[1]; b++)
          for (long c = 0; c < s->kernel[2]; c++)
            for (long f = 0; f < size; f++)
              *to++ = w[group * s->w[0] + (first + f) * s->w[1] + channel * s->w[2] +
                        a * s->w[3] + b * s->w[4] + c * s->w[5]];
  }
}

/* Some filters at neighbouring windows: the sums over all taps, ``wide`` of them used. */
INLINE void results(const int filters, const int vectors, const REAL *room,
                    const long *off, long depth, const REAL *w, REAL *y, long apart,
                    long wide) {
  vector sum[TILE][2] = {0};
  for (long k = 0; k < depth; k++, w += filters) {
    const vector *x = (const vector *)(room + off[k]);
    vector first = x[0], second = first;
    if (vectors == 2) second = x[1];
    UNROLL for (int f = 0; f < filters; f++) {
      sum[f][0] += first * w[f];
      if (vectors == 2) sum[f][1] += second * w[f];
    }
  }
  if (wide == vectors * LANES) {
    UNROLL for (int f = 0; f < filters; f++) {
      vector *to = (vector *)(y + f * apart);
      to[0] = sum[f][0];
      if (vectors == 2) to[1] = sum[f][1];
    }
  } else {
    REAL rest[TILE][WIDE];
    UNROLL for (int f = 0; f < filters; f++) {
      *(vector *)rest[f] = sum[f][0];
      if (vectors == 2) *(vector *)(rest[f] + LANES) = sum[f][1];
    }
    for (int f = 0; f < filters; f++)
      for (long i = 0; i < wide; i++) y[f * apart + i] = rest[f][i];
  }
}

typedef void results_of(const REAL *, const long *, long, const REAL *, REAL *, long, long);
#define RESULTS(n)                                                                  \
  static void narrow_##n(const REAL *room, const long *off, long depth, const REAL *w, \
                         REAL *y, long apart, long wide) {                          \
    results(n, 1, room, off, depth, w, y, apart, wide);                             \
  }                                                                                 \
  static void wide_##n(const REAL *room, const long *off, long depth, const REAL *w, \
                       REAL *y, long apart, long wide) {                            \
    results(n, 2, room, off, depth, w, y, apart, wide);                             \
  }
RESULTS(1) RESULTS(2) RESULTS(3) RESULTS(4) RESULTS(5) RESULTS(6)
static results_of *const of_filters[][2] = {
    {narrow_1, wide_1}, {narrow_2, wide_2}, {narrow_3, wide_3},
    {narrow_4, wide_4}, {narrow_5, wide_5}, {narrow_6, wide_6}};

/* A line of windows. The last vectors reach back, or beyond a line that is shorter. */
static void results_of_line(results_of *const *by_width, const REAL *room,
                            const long *off, long depth, const REAL *w, REAL *y,
                            long apart, long count) {
  long i = 0;
  for (; i + WIDE <= count; i += WIDE)
    by_width[1](room + i, off, depth, w, y + i, apart, WIDE);
  long rest = count - i, wide = rest > LANES ? WIDE : LANES;
  if (!rest) return;
  if (count >= wide)
    i = count - wide, rest = wide;
  by_width[wide == WIDE](room + i, off, depth, w, y + i, apart, rest);
}

void convolve(const struct sliding *s, const REAL *x, const REAL *packed, REAL *y,
              long *off, long size, long part, long parts) {
  long depth = s->channels * taps(s), all = tiles(s->filters), many = pieces(s);
  off = (long *)((char *)off + part * size);
  find_taps(s, off);
  REAL *room = (REAL *)(off + depth);
  for (long i = s->n * many * part / parts; i < s->n * many * (part + 1) / parts; i++) {
    long image = i / many, row = i % many * s->rows;
    long rows = least(s->rows, s->count[0] - row);
    for (long group = 0; group < s->groups; group++) {
      fill(s, x + image * s->x[0] + group * s->channels * s->x[1], room, row, rows, 0,
           s->channels);
      for (long a = 0; a < rows; a++)
        for (long b = 0; b < s->count[1]; b++)
          for (long t = 0; t < all; t++) {
            long first = s->filters * t / all, next = s->filters * (t + 1) / all;
            long at = group * s->filters + first;
            results_of_line(of_filters[next - first - 1], room + window(s, a, b), off,
                            depth, packed + at * depth,
                            y + image * s->y[0] + at * s->y[1] + (row + a) * s->y[2] +
                                b * s->y[3],
                            s->y[1], s->count[2]);
          }
    }
  }
}

/* The filters' gradient --------------------------------------------------------- */

/* Some taps times neighbouring filters: added to the sums over windows of some rows. */
INLINE void products(const int some, const int vectors, const struct sliding *s,
                     const REAL *room, const long *off, const REAL *turned, long rows,
                     REAL *total, long apart) {
  vector sum[TILE][2] = {0};
  for (long a = 0; a < rows; a++)
    for (long b = 0; b < s->count[1]; b++) {
      const REAL *at = room + window(s, a, b), *x[TILE];
      UNROLL for (int k = 0; k < some; k++) x[k] = at + off[k];
      for (long c = 0; c < s->count[2]; c++, turned += vectors * LANES) {
        const vector *y = (const vector *)turned;
        vector first = y[0], second = first;
        if (vectors == 2) second = y[1];
        UNROLL for (int k = 0; k < some; k++) {
          sum[k][0] += first * x[k][c];
          if (vectors == 2) sum[k][1] += second * x[k][c];
        }
      }
    }
  UNROLL for (int k = 0; k < some; k++) {
    vector *to = (vector *)(total + k * apart);
    to[0] += sum[k][0];
    if (vectors == 2) to[1] += sum[k][1];
  }
}

typedef void products_of(const struct sliding *, const REAL *, const long *, const REAL *,
                         long, REAL *, long);
#define PRODUCTS(n)                                                                   \
  static void single_##n(const struct sliding *s, const REAL *room, const long *off,  \
                         const REAL *turned, long rows, REAL *total, long apart) {    \
    products(n, 1, s, room, off, turned, rows, total, apart);                         \
  }                                                                                   \
  static void double_##n(const struct sliding *s, const REAL *room, const long *off,  \
                         const REAL *turned, long rows, REAL *total, long apart) {    \
    products(n, 2, s, room, off, turned, rows, total, apart);                         \
  }
PRODUCTS(1) PRODUCTS(2) PRODUCTS(3) PRODUCTS(4) PRODUCTS(5) PRODUCTS(6)
static products_of *const of_taps[][2] = {
    {single_1, double_1}, {single_2, double_2}, {single_3, double_3},
    {single_4, double_4}, {single_5, double_5}, {single_6, double_6}};

/* Results of ``rows`` with their filters last: ``WIDE`` of them, or those that are left,
 * for each window, then the next ones. */
static void turn(const struct sliding *s, const REAL *y, REAL *to, long row, long rows) {
  long apart = s->y[1];
  for (long first = 0; first < s->filters; first += WIDE) {
    long some = least(WIDE, s->filters - first), wide = some > LANES ? WIDE : LANES;
    for (long a = 0; a < rows; a++)
      for (long b = 0; b < s->count[1]; b++, to += wide * s->count[2]) {
        const REAL *from =
            y + first * apart + (row + a) * s->y[2] + b * s->y[3];
        for (long f = 0; f < some; f++)
          for (long c = 0; c < s->count[2]; c++)
            to[c * wide + f] = from[f * apart + c * s->y[4]];
        for (long f = some; f < wide; f++)
          for (long c = 0; c < s->count[2]; c++) to[c * wide + f] = 0;
      }
  }
}

static long padded(const struct sliding *s) {
  return (s->filters + LANES - 1) / LANES * LANES;
}

/* Sums over some images, for some taps: (groups, taps, filters), for ``add_up``. */
void filters(const struct sliding *s, const REAL *x, const REAL *y, REAL *sums,
             long *off, long size, long part, long parts) {
  long depth = s->channels * taps(s), wide = padded(s), many = pieces(s);
  long by_images = s->by_images, by_taps = s->by_taps;
  off = (long *)((char *)off + part * size);
  find_taps(s, off);
  REAL *turned = (REAL *)(off + depth);
  REAL *room = turned + s->rows * s->count[1] * s->count[2] * wide;
  long mine = part / by_taps, of_mine = part % by_taps, all = tiles(depth);
  long k0 = least(depth, all * of_mine / by_taps * TILE);
  long k1 = least(depth, all * (of_mine + 1) / by_taps * TILE);
  sums += mine * s->groups * depth * wide;
  for (long group = 0; group < s->groups; group++)
    memset(sums + (group * depth + k0) * wide, 0, (k1 - k0) * wide * sizeof(REAL));
  for (long i = s->n * many * mine / by_images; i < s->n * many * (mine + 1) / by_images;
       i++) {
    long image = i / many, row = i % many * s->rows;
    long rows = least(s->rows, s->count[0] - row);
    for (long group = 0; group < s->groups; group++) {
      fill(s, x + image * s->x[0] + group * s->channels * s->x[1], room, row, rows,
           k0 / taps(s), (k1 + taps(s) - 1) / taps(s));
      turn(s, y + image * s->y[0] + group * s->filters * s->y[1], turned, row, rows);
      const REAL *block = turned;
      for (long f = 0; f < s->filters; f += WIDE) {
        int two = s->filters - f > LANES;
        for (long k = k0; k < k1; k += TILE)
          of_taps[least(TILE, k1 - k) - 1][two](
              s, room, off + k, block, rows, sums + (group * depth + k) * wide + f, wide);
        block += rows * s->count[1] * s->count[2] * LANES * (1 + two);
      }
    }
  }
}

/* What the parts found, as filters lie: (groups, filters, taps). */
void add_up(const struct sliding *s, const REAL *sums, REAL *out, long part, long parts) {
  long depth = s->channels * taps(s), wide = padded(s), rows = s->groups * depth;
  for (long i = rows * part / parts; i < rows * (part + 1) / parts; i++)
    for (long f = 0; f < s->filters; f++) {
      REAL total = 0;
      for (long p = 0; p < s->by_images; p++) total += sums[(p * rows + i) * wide + f];
      out[(i / depth * s->filters + f) * depth + i % depth] = total;
    }
}
