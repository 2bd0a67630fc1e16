/* One pool of threads for all programs of a process, and how arrays are read. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

typedef void part_of_loop(void **m, long part, long parts);

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begin = PTHREAD_COND_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static long count = 1, started = 0, patience = 0;
static part_of_loop *loop;
static void **table;
static long all_parts;
static atomic_long next;
static atomic_long turn;    /* odd while a loop can be entered */
static atomic_long inside;  /* workers that have entered, or are about to look */
static atomic_long asleep;  /* workers that wait for ``begin`` */
static atomic_long waiting; /* whether the caller waits for ``done`` */
static _Thread_local int is_worker = 0;

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec*1000000000L + now.tv_nsec;
}

/* Loops of a program follow each other within microseconds, but to be woken takes
 * dozens of them: so wait awake for a while. Returns whether it came. */
static int comes_soon(int (*has_come)(long), long seen) {
  if (has_come(seen)) return 1;
  long end = nanoseconds() + patience;
  do {
    for (int i = 0; i < 32; i++) {
      pause_briefly();
      if (has_come(seen)) return 1;
    }
  } while (nanoseconds() < end);
  return 0;
}

static int another_loop(long seen) {
  long now = atomic_load(&turn);
  return now % 2 && now != seen;
}

static int all_left(long seen) { return !atomic_load(&inside); }

static void take_parts(void) {
  long part;
  while ((part = atomic_fetch_add(&next, 1)) < all_parts) loop(table, part, all_parts);
}

/* Enters a loop unless it is over: its caller closes it, then looks who is inside. */
static void *worker(void *given) {
  long seen = (long)given;
  is_worker = 1;
  for (;;) {
    if (!comes_soon(another_loop, seen)) {
      pthread_mutex_lock(&lock);
      atomic_fetch_add(&asleep, 1);
      while (!another_loop(seen)) pthread_cond_wait(&begin, &lock);
      atomic_fetch_sub(&asleep, 1);
      pthread_mutex_unlock(&lock);
    }
    atomic_fetch_add(&inside, 1);
    seen = atomic_load(&turn);
    if (seen % 2) take_parts();
    if (atomic_fetch_sub(&inside, 1) == 1 && atomic_load(&waiting)) {
      pthread_mutex_lock(&lock);
      pthread_cond_signal(&done);
      pthread_mutex_unlock(&lock);
    }
  }
  return NULL;
}

static void start_workers(void) {
  for (; started < count - 1; started++) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    long seen = atomic_load(&turn);
    int failed = pthread_create(&thread, &attributes, worker, (void *)seen);
    pthread_attr_destroy(&attributes);
    if (failed) break;
  }
}

/* Runs the parts of a loop; whoever comes while the pool works does so alone. */
void parallel(part_of_loop *f, void **m, long parts) {
  if (count < 2 || parts < 2 || is_worker || pthread_mutex_trylock(&one_at_a_time)) {
    for (long part = 0; part < parts; part++) f(m, part, parts);
    return;
  }
  start_workers();
  loop = f, table = m, all_parts = parts;
  atomic_store(&next, 0);
  atomic_fetch_add(&turn, 1);
  if (atomic_load(&asleep)) {
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&begin);
    pthread_mutex_unlock(&lock);
  }
  take_parts();
  atomic_fetch_add(&turn, 1);
  if (!comes_soon(all_left, 0)) {
    pthread_mutex_lock(&lock);
    atomic_store(&waiting, 1);
    while (!all_left(0)) pthread_cond_wait(&done, &lock);
    atomic_store(&waiting, 0);
    pthread_mutex_unlock(&lock);
  }
  pthread_mutex_unlock(&one_at_a_time);
}

/* A child of fork has no threads but its own, and finds the locks open. */
static void after_fork(void) {
  started = 0;
  atomic_store(&turn, 0);
  atomic_store(&inside, 0);
  atomic_store(&asleep, 0);
  atomic_store(&waiting, 0);
  pthread_mutex_init(&one_at_a_time, NULL);
  pthread_mutex_init(&lock, NULL);
  pthread_cond_init(&begin, NULL);
  pthread_cond_init(&done, NULL);
}

/* ``awake`` is for how many nanoseconds a thread waits before it sleeps. */
void start(long threads, long awake) {
  count = threads, patience = awake;
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
