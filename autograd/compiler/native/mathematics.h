/* Functions of one element, without branches, so that loops of them become vectors.
 *
 * x_f is of float and x_d of double. Infinities, numbers that are none, the smallest
 * numbers and -0 give what they give in IEEE 754. Largest errors, in units of the last
 * place, measured by tests: of float exp, log, tanh 1.5, erf, sigmoid 2.5, e^(-x²), φ 4,
 * Φ, gelu 6, its slope 9, all else 1; of double exp, exp2, log 1.5, expm1, log1p, log2, erf, erfc, Φ 2.5, tanh, sigmoid 3,
 * φ 3.5.
 * What is not written out here is that of libm.
 *
 * Polynomials are our own minimax fits (Chebyshev, 60 digits); those of the error
 * function, NEAR, SHORT, ERFC and UPPER, come from autograd/ops/error_functions.py. The
 * logarithm of double is put together as in fdlibm (Sun Microsystems, 1993).
 */
#include <math.h>
#include <string.h>

#define is static inline __attribute__((always_inline))
/* Of many calls, gcc makes one vector function for each kind, rather than writing it out. */
#if defined(OUTLINE) && defined(__GNUC__) && !defined(__clang__)
#define function static __attribute__((noinline, unused, const, simd("notinbranch")))
#else
#define function is
#endif
is float f_of(int i) { float x; memcpy(&x, &i, 4); return x; }
is int i_of(float x) { int i; memcpy(&i, &x, 4); return i; }
is double d_of(long i) { double x; memcpy(&x, &i, 8); return x; }
is long l_of(double x) { long i; memcpy(&i, &x, 8); return i; }

/* x + ROUND has whole numbers in its last bits; x + ROUND - ROUND is the nearest. */
#define ROUND_F 0x1.8p23f
#define ROUND_D 0x1.8p52
#define LOG2_E 1.4426950408889634
#define LN2_HIGH 6.93147180369123816490e-01 /* 32 bits: times an exponent it is exact */
#define LN2_LOW 1.90821492927058770002e-10

is float two_to_f(float n) { return f_of(i_of(n + (ROUND_F + 127)) << 23); }
is double two_to_d(double n) { return d_of(l_of(n + (ROUND_D + 1023)) << 52); }

/* Exponentials: 2ⁿ eʳ, |r| ≤ ln 2 / 2; 2ⁿ in two steps, as it may be out of range. */

function float exp_f(float x) {
  float y = x < -104 ? -104 : x;
  y = y > 89 ? 89 : y;
  float n = (y*(float)LOG2_E + ROUND_F) - ROUND_F;
  float r = (y - n*0.693145752f) - n*1.42860677e-6f;
  float p = 0.001392617611993558f;
  p = p*r + 0.008363173074513711f;
  p = p*r + 0.041666554662050534f;
  p = p*r + 0.1666657702559799f;
  p = p*r + 0.5f;
  float half = (n*0.5f + ROUND_F) - ROUND_F;
  return (p*(r*r) + r + 1)*two_to_f(half)*two_to_f(n - half);
}

/* (eʳ - 1 - r) / r² */
is double exp_rest(double r) {
  double p = 1.6086622436215554e-10;
  p = p*r + 2.0918129454967065e-09;
  p = p*r + 2.5052071109214447e-08;
  p = p*r + 2.755726330147475e-07;
  p = p*r + 2.755731924720479e-06;
  p = p*r + 2.480158733642132e-05;
  p = p*r + 0.00019841269841263304;
  p = p*r + 0.0013888888888879082;
  p = p*r + 0.008333333333333333;
  p = p*r + 0.04166666666666668;
  p = p*r + 0.16666666666666666;
  return p*r + 0.5;
}

is double exp_of_parts(double n, double r) {
  double half = (n*0.5 + ROUND_D) - ROUND_D;
  return (exp_rest(r)*(r*r) + r + 1)*two_to_d(half)*two_to_d(n - half);
}

function double exp_d(double x) {
  double y = x < -746 ? -746 : x;
  y = y > 710 ? 710 : y;
  double n = (y*LOG2_E + ROUND_D) - ROUND_D;
  return exp_of_parts(n, (y - n*LN2_HIGH) - n*LN2_LOW);
}

function double exp2_d(double x) {
  double y = x < -1080 ? -1080 : x;
  y = y > 1025 ? 1025 : y;
  double n = (y + ROUND_D) - ROUND_D;
  return exp_of_parts(n, (y - n)*0.6931471805599453);
}

/* eˣ in double, as exact as float needs; from -700 to 700. */
is double exp_short(double x) {
  double y = x < -700 ? -700 : x;
  y = y > 700 ? 700 : y;
  double n = (y*LOG2_E + ROUND_D) - ROUND_D;
  double r = y - n*0.6931471805599453;
  double p = 2.4859578222625295e-05;
  p = p*r + 0.0001989927395864936;
  p = p*r + 0.001388885404961482;
  p = p*r + 0.008333298483754886;
  p = p*r + 0.041666666718980845;
  p = p*r + 0.16666666718997508;
  p = p*r + 0.5;
  return (p*(r*r) + r + 1)*two_to_d(n);
}

function float exp2_f(float x) { return exp_short(x*0.6931471805599453); }

function double expm1_d(double x) {
  double y = x < -60 ? -60 : x;
  y = y > 710 ? 710 : y;
  double n = (y*LOG2_E + ROUND_D) - ROUND_D;
  double high = y - n*LN2_HIGH, low = n*LN2_LOW, r = high - low;
  double p = exp_rest(r)*(r*r) + ((high - r) - low) + r;
  double t = two_to_d(n - 1);
  double e = 2*(t*p + (t - 0.5));
  return x == 0 ? x : e;
}
function float expm1_f(float x) { return expm1_d(x); }

/* Logarithms: n ln 2 + log(1 + m), √½ - 1 ≤ m < √2 - 1. */

function float log_f(float x) {
  int tiny = x < 0x1p-126f;
  float y = tiny ? x*0x1p23f : x;
  int k = (i_of(y) - 0x3f3504f3) >> 23;
  float m = f_of(i_of(y) - (k << 23)) - 1, z = m*m, n = k - (tiny ? 23 : 0);
  float p = 0.06971611471451178f;
  p = p*m - 0.11479733846637635f;
  p = p*m + 0.1168541992348674f;
  p = p*m - 0.12425687331451106f;
  p = p*m + 0.1424905764569748f;
  p = p*m - 0.16667802319501254f;
  p = p*m + 0.200007157488921f;
  p = p*m - 0.24999996957950882f;
  p = p*m + 0.33333331180030046f;
  float e = ((p*(m*z) + n*-2.12194440e-4f) - 0.5f*z + m) + n*0.693359375f;
  e = x == INFINITY ? x : e;
  e = x == 0 ? -INFINITY : e;
  return (x < 0) | (x != x) ? NAN : e;
}

/* y, positive and normal, as 2ⁿ (1 + m). */
is double log_parts(double y, double *m) {
  unsigned long k = ((unsigned long)l_of(y) - 0x3fe6a09e667f3bcdul + (1024ul << 52)) >> 52;
  *m = d_of(l_of(y) - ((long)(k - 1024) << 52)) - 1;
  return d_of((long)(k | 0x4330000000000000ul)) - (0x1p52 + 1024);
}

/* log(1 + m) + n ln 2 */
is double log_of_parts(double n, double m) {
  double s = m/(2 + m), z = s*s, half = 0.5*m*m;
  double p = 0.13086626147840102;
  p = p*z + 0.13268773138656886;
  p = p*z + 0.15386239702814658;
  p = p*z + 0.18181795640132906;
  p = p*z + 0.22222222391713917;
  p = p*z + 0.28571428570803614;
  p = p*z + 0.4000000000000088;
  p = p*z + 0.6666666666666666;
  return n*LN2_HIGH - ((half - (s*(half + p*z) + n*LN2_LOW)) - m);
}

is double log_edges(double x, double e) {
  e = x == INFINITY ? x : e;
  e = x == 0 ? -INFINITY : e;
  return (x < 0) | (x != x) ? NAN : e;
}

function double log_d(double x) {
  int tiny = x < 0x1p-1022;
  double m, n = log_parts(tiny ? x*0x1p54 : x, &m) - (tiny ? 54. : 0.);
  return log_edges(x, log_of_parts(n, m));
}

function double log2_d(double x) {
  int tiny = x < 0x1p-1022;
  double m, n = log_parts(tiny ? x*0x1p54 : x, &m) - (tiny ? 54. : 0.);
  return log_edges(x, n + log_of_parts(0, m)*LOG2_E);
}
function float log2_f(float x) { return log2_d(x); }

function double log1p_d(double x) {
  double u = 1 + x, m, n = log_parts(u, &m);
  double lost = u < 2 ? x - (u - 1) : 1 - (u - x);
  double e = log_of_parts(n, m) + lost/u;
  e = x == INFINITY ? x : e;
  e = x == -1 ? -INFINITY : e;
  e = x == 0 ? x : e;
  return (x < -1) | (x != x) ? NAN : e;
}
function float log1p_f(float x) { return log1p_d(x); }

/* log x in double, as exact as float needs, x ≥ 0. */
is double log_short(double x) {
  double m, n = log_parts(x, &m), s = m/(2 + m), z = s*s;
  double p = 0.23330467216303835;
  p = p*z + 0.28550820815960665;
  p = p*z + 0.40000121839806124;
  p = p*z + 0.6666666655449709;
  double e = 2*s + s*(p*z) + n*0.6931471805599453;
  e = x == INFINITY ? x : e;
  return x == 0 ? -INFINITY : x != x ? x : e;
}

/* Powers of float. */
function float power_f(float x, float y) {
  double a = fabs((double)x), w = y;
  double e = exp_short(w*log_short(a));
  int whole = rint(w) == w, odd = whole & (rint(w*0.5)*2 != w);
  e = odd ? copysign(e, x) : e;
  e = (x < 0) & (a != INFINITY) & !whole ? NAN : e;
  e = (a == 1) & (fabs(w) == INFINITY) ? 1 : e;
  e = (x != x) | (y != y) ? NAN : e;
  return (x == 1) | (y == 0) ? 1 : e;
}

/* Sigmoid and hyperbolic tangent. */
function float sigmoid_f(float x) {
  float e = exp_f(-fabsf(x));
  return (x < 0 ? e : 1)/(1 + e);
}
function double sigmoid_d(double x) {
  double e = exp_d(-fabs(x));
  return (x < 0 ? e : 1)/(1 + e);
}
function float tanh_f(float x) {
  float a = fabsf(x), z = a*a, p = -0.006269119719649729f;
  p = p*z + 0.02111095904951479f;
  p = p*z - 0.053873948848643334f;
  p = p*z + 0.13332915366987452f;
  p = p*z - 0.3333333033273155f;
  float far = 1 - 2/(exp_f(2*(a > 10 ? 10 : a)) + 1);
  return copysignf(a < 0.6f ? p*(z*a) + a : far, x);
}
function double tanh_d(double x) {
  double a = fabs(x);
  double t = expm1_d(2*(a > 22 ? 22 : a));
  return copysign(t/(t + 2), x);
}

/* The error function and the normal distribution. */
is double within(double x) {
  double a = fabs(x);
  return a > 40 ? 40 : a;
}
function float erf_f(float x) { /* 1 - e^(q(|x| - 2)) beyond 1 */
  float a = fabsf(x), z = a*a, b = (a > 4 ? 4 : a) - 2;
  float p = 7.875875062685488e-05f;
  p = p*z - 0.000801686428716587f;
  p = p*z + 0.005189087423433974f;
  p = p*z - 0.026854212010626412f;
  p = p*z + 0.11283594715160218f;
  p = p*z - 0.37612626666720334f;
  p = p*z + 1.1283791658483509f;
  float q = 1.6386373248754714e-06f;
  q = q*b - 1.986925009181837e-05f;
  q = q*b + 0.00013535606445949617f;
  q = q*b - 0.0007333484080553097f;
  q = q*b + 0.0035708591495982895f;
  q = q*b - 0.01646468232171829f;
  q = q*b - 0.9237508625650419f;
  q = q*b - 4.418160866563305f;
  q = q*b - 5.36494126580087f;
  return a < 1 ? p*x : copysignf(1 - exp_f(q), x);
}
is double tail_short(double a, double bell) { /* erfc a, a ≥ 0, with e^(-a²) */
  return bell*SHORT((a - 3)/(a + 3))/(a + 0.875);
}
function float erfc_f(float x) {
  double a = within(x), tail = tail_short(a, exp_short(-a*a));
  return x < 0 ? 2 - tail : tail;
}
/* e^(-c x²), 0 ≤ x ≤ 14.5, of y near x whose square is exact. */
is float bell_near_f(float x, float c) {
  float y = ((x*256 + ROUND_F) - ROUND_F)*(1.f/256), w = c*(x - y)*(x + y);
  return exp_f(-c*(y*y))*(1 - w*(1 - w*(0.5f - w*(1.f/6))));
}
is float to_14(float x) {
  float a = fabsf(x);
  return a > 14.5f ? 14.5f : a;
}
function float bell_f(float x) { return bell_near_f(to_14(x), 1); }
function float normal_density_f(float x) { return bell_near_f(to_14(x), 0.5f)*0.39894228f; }
is float upper_f(float a) { /* Φ(-a), a ≥ 0 */
  float b = a*0.70710678f, t = (b - 3)/(b + 3);
  float p = -0.00015155691385257167f;
  p = p*t + 0.0008026845556459928f;
  p = p*t + 0.001374943095408084f;
  p = p*t - 0.010359916815162806f;
  p = p*t + 0.025048250390448983f;
  p = p*t - 0.03274279582692986f;
  p = p*t + 0.008524513855830229f;
  p = p*t + 0.06831874658630359f;
  p = p*t - 0.19014797881188833f;
  p = p*t + 0.6936294789087886f;
  return 0.5f*bell_near_f(a, 0.5f)*p/(b + 0.875f);
}
function float normal_cdf_f(float x) {
  float tail = upper_f(to_14(x));
  return x < 0 ? tail : 1 - tail;
}
function float gelu_f(float x) {
  return x*normal_cdf_f(x);
}
function float gelu_slope_f(float x) {
  float a = to_14(x), d = (x - ROOT_F) - ROOT_REST_F;
  float tail = upper_f(a), by_density = a*bell_near_f(a, 0.5f)*0.39894228f;
  float far = x < 0 ? tail - by_density : 1 - tail + by_density;
  return fabsf(d) < 0.25f ? d*ABOUT_ROOT_F(d) : far;
}

/* e^(-c x²) = e (1 - w), e = e^(-c y²), where y² is exact. */
is double bell_parts(double x, double c, double *w) {
  double y = rint(x*0x1p20)*0x1p-20, v = c*(x - y)*(x + y);
  *w = v*(1 - v*(0.5 - v/6));
  return exp_d(-c*(y*y));
}
is double bell_of(double x, double c) {
  double w, e = bell_parts(within(x), c, &w);
  return e - e*w;
}
function double bell_d(double x) { return bell_of(x, 1); }
function double normal_density_d(double x) { return bell_of(x, 0.5)*0.3989422804014327; }

/* e (1 - w) (first + rest) / (a + x), to more digits than one product has. */
is double tail_of(double x, double a, double c, double first, double rest) {
  double w, e = bell_parts(x, c, &w);
  double total = first + rest, left = rest - (total - first);
  double under = a + x, short_of = x > a ? a - (under - x) : x - (under - a);
  double q = total/under;
  double low = (fma(-q, under, total) + left - q*short_of)/under;
  double high = e*q;
  return high + (fma(e, q, -high) + e*(low - w*(q + low)));
}
function double erf_d(double x) {
  double a = within(x), z = a*a, t = (a - 3)/(a + 3);
  double far = 1 - exp_d(-z)*(ERFC_FIRST + ERFC_REST(t))/(0.875 + a);
  return x == 0 ? x : copysign(a < 1 ? a*NEAR(z) : far, x);
}
function double erfc_d(double x) {
  double a = within(x), t = (a - 3)/(a + 3);
  double tail = tail_of(a, 0.875, 1, ERFC_FIRST, ERFC_REST(t));
  return x < 0 ? 2 - tail : tail;
}
function double normal_cdf_d(double x) {
  double a = within(x), t = (a - 5)/(a + 5);
  double tail = tail_of(a, 1.25, 0.5, UPPER_FIRST, UPPER_REST(t));
  return x < 0 ? tail : 1 - tail;
}

function double gelu_d(double x) { return x*normal_cdf_d(x); }
function double gelu_slope_d(double x) {
  double d = (x - ROOT) - ROOT_REST;
  double far = normal_cdf_d(x) + copysign(within(x), x)*normal_density_d(x);
  return fabs(d) < 0.25 ? d*ABOUT_ROOT(d) : far;
}

/* Those that processors have, and those of libm. */
#define OF_ONE(name, of_libm)                                                        \
  is float name##_f(float x) { return of_libm##f(x); }                               \
  is double name##_d(double x) { return of_libm(x); }
#define OF_TWO(name, of_libm)                                                        \
  is float name##_f(float x, float y) { return of_libm##f(x, y); }                   \
  is double name##_d(double x, double y) { return of_libm(x, y); }
OF_ONE(sqrt, sqrt) OF_ONE(absolute, fabs) OF_ONE(floor, floor) OF_ONE(ceil, ceil)
OF_ONE(trunc, trunc) OF_ONE(rint, rint) OF_TWO(copysign, copysign)
OF_ONE(log10, log10) OF_ONE(cbrt, cbrt) OF_TWO(hypot, hypot) OF_TWO(fmod, fmod)
OF_ONE(sin, sin) OF_ONE(cos, cos) OF_ONE(tan, tan) OF_ONE(arcsin, asin)
OF_ONE(arccos, acos) OF_ONE(arctan, atan) OF_TWO(arctan2, atan2)
OF_ONE(sinh, sinh) OF_ONE(cosh, cosh) OF_ONE(arcsinh, asinh)
OF_ONE(arccosh, acosh) OF_ONE(arctanh, atanh)
is double power_d(double x, double y) { return pow(x, y); }
