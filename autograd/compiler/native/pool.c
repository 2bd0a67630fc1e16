/* One pool of threads for all programs of a process, and how arrays are read. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef void part_of_loop(void **m, long part, long parts);

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begin = PTHREAD_COND_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static long count = 1, started = 0, turn = 0, working = 0;
static part_of_loop *loop;
static void **table;
static long all_parts;
static atomic_long next;
static _Thread_local int is_worker = 0;

static void take_parts(void) {
  long part;
  while ((part = atomic_fetch_add(&next, 1)) < all_parts) loop(table, part, all_parts);
}

static void *worker(void *given) {
  long seen = (long)given;
  is_worker = 1;
  for (;;) {
    pthread_mutex_lock(&lock);
    while (turn == seen) pthread_cond_wait(&begin, &lock);
    seen = turn;
    pthread_mutex_unlock(&lock);
    take_parts();
    pthread_mutex_lock(&lock);
    if (--working == 0) pthread_cond_signal(&done);
    pthread_mutex_unlock(&lock);
  }
  return NULL;
}

/* Runs the parts of a loop; whoever comes while the pool works does so alone. */
void parallel(part_of_loop *f, void **m, long parts) {
  if (count < 2 || parts < 2 || is_worker || pthread_mutex_trylock(&one_at_a_time)) {
    for (long part = 0; part < parts; part++) f(m, part, parts);
    return;
  }
  pthread_mutex_lock(&lock);
  for (; started < count - 1; started++) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failed = pthread_create(&thread, &attributes, worker, (void *)turn);
    pthread_attr_destroy(&attributes);
    if (failed) break;
  }
  loop = f, table = m, all_parts = parts;
  atomic_store(&next, 0);
  working = started;
  turn++;
  pthread_cond_broadcast(&begin);
  pthread_mutex_unlock(&lock);
  take_parts();
  pthread_mutex_lock(&lock);
  while (working) pthread_cond_wait(&done, &lock);
  pthread_mutex_unlock(&lock);
  pthread_mutex_unlock(&one_at_a_time);
}

/* A child of fork has no threads but its own, and finds the locks open. */
static void after_fork(void) {
  started = 0, working = 0;
  pthread_mutex_init(&one_at_a_time, NULL);
  pthread_mutex_init(&lock, NULL);
  pthread_cond_init(&begin, NULL);
  pthread_cond_init(&done, NULL);
}

void start(long threads) {
  count = threads;
  pthread_atfork(NULL, NULL, after_fork);
}

/* Writes the addresses of arrays' elements to the table. NumPy's array object begins,
 * after Python's head, with these fields; that they stand so is public (arrayobject.h)
 * and tried when the pool is loaded. The first ``checked`` arrays must be as expected:
 * returns the number of one that is not, counted from 1, else 0. */
struct array {
  char *data;
  int ndim;
  long *shape, *strides;
  void *base, *dtype;
  int flags;
};

long bind(void **m, long head, long count, void **arrays, long *slots, long checked,
          long *flags, void **dtypes, long *ndims, long *shapes) {
  for (long i = 0; i < count; i++) {
    struct array *x = (struct array *)((char *)arrays[i] + head);
    if (i < checked) {
      long wrong = (x->flags & flags[i]) != flags[i];
      wrong |= x->dtype != dtypes[i] || x->ndim != ndims[i];
      for (int d = 0; !wrong && d < x->ndim; d++) wrong |= x->shape[d] != *shapes++;
      if (wrong) return i + 1;
    }
    m[slots[i]] = x->data;
  }
  return 0;
}

/* Whether one of the arrays that are written has memory in common with another. */
long overlap(void **m, long count, long *sizes, long written, long *which) {
  for (long k = 0; k < written; k++) {
    char *low = m[which[k]], *high = low + sizes[which[k]];
    for (long i = 0; i < count; i++) {
      char *x = m[i];
      if (i != which[k] && x < high && low < x + sizes[i]) return 1;
    }
  }
  return 0;
}
