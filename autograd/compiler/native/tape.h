/* Runs over one array of numbers: what lies side by side is made by one operation.
 *
 * A row tells of a run: its kind, where it starts and stops, and of each operand where
 * its places stand in the table; -1 - first where they lie side by side from first on.
 * Operands are gathered block by block, so that the loops themselves become vectors.
 */
#define BLOCK 256
typedef void loop(double *o, const double *x, const double *y, const double *z, long n);

#define LOOP(name, expression)                                                      \
  static void name(double *restrict o, const double *x, const double *y,            \
                   const double *z, long n) {                                       \
    for (long i = 0; i < n; i++) o[i] = expression;                                 \
  }

static const double *operand(const double *v, const int *places, long where, long done,
                             long n, double *room) {
  if (where < 0) return v - 1 - where + done;
  const int *at = places + where + done;
  for (long i = 0; i < n; i++) room[i] = v[at[i]];
  return room;
}

/* Kind 0: sums of several terms; the second table tells where those of each begin. */
static void sums(double *v, long start, const int *terms, const int *ends, long n) {
  for (long i = 0; i < n; i++) {
    double total = v[terms[ends[i]]];
    for (long j = ends[i] + 1; j < ends[i + 1]; j++) total += v[terms[j]];
    v[start + i] = total;
  }
}

#define LOOPS(...)                                                                  \
  static loop *loops[] = {__VA_ARGS__};                                             \
  void run(double *v, const int *places, const long *rows, long count) {            \
    double room[3][BLOCK];                                                          \
    for (; count--; rows += 6) {                                                    \
      long start = rows[1], n = rows[2] - start;                                    \
      if (!rows[0]) {                                                               \
        sums(v, start, places + rows[3], places + rows[4], n);                      \
        continue;                                                                   \
      }                                                                             \
      for (long done = 0; done < n; done += BLOCK) {                                \
        long m = n - done < BLOCK ? n - done : BLOCK;                               \
        const double *xs[3];                                                        \
        for (int k = 0; k < 3; k++)                                                 \
          xs[k] = operand(v, places, rows[3 + k], done, m, room[k]);                \
        loops[rows[0] - 1](v + start + done, xs[0], xs[1], xs[2], m);               \
      }                                                                             \
    }                                                                               \
  }
