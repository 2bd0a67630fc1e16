/* Convolutions that need no columns: those of sliding.c, for float and for double. */
typedef void first_or_last(const long *, const void *, void *, long part, long parts);
typedef void by_images(const long *, const void *, const void *, void *, void *rooms,
                       long size, long part, long parts);
static struct {
  first_or_last *pack, *add_up;
  by_images *convolve, *filters;
} sliding_s, sliding_d;

void connect_sliding(void **s, void **d) {
  memcpy(&sliding_s, s, sizeof sliding_s);
  memcpy(&sliding_d, d, sizeof sliding_d);
}
