#include <math.h>
static inline float exp_f(float x) { return expf(x); }
static inline double exp_d(double x) { return exp(x); }
static inline float exp2_f(float x) { return exp2f(x); }
static inline double exp2_d(double x) { return exp2(x); }
static inline float expm1_f(float x) { return expm1f(x); }
static inline double expm1_d(double x) { return expm1(x); }
static inline float log_f(float x) { return logf(x); }
static inline double log_d(double x) { return log(x); }
static inline float log2_f(float x) { return log2f(x); }
static inline double log2_d(double x) { return log2(x); }
static inline float log10_f(float x) { return log10f(x); }
static inline double log10_d(double x) { return log10(x); }
static inline float log1p_f(float x) { return log1pf(x); }
static inline double log1p_d(double x) { return log1p(x); }
static inline float sqrt_f(float x) { return sqrtf(x); }
static inline double sqrt_d(double x) { return sqrt(x); }
static inline float cbrt_f(float x) { return cbrtf(x); }
static inline double cbrt_d(double x) { return cbrt(x); }
static inline float sin_f(float x) { return sinf(x); }
static inline double sin_d(double x) { return sin(x); }
static inline float cos_f(float x) { return cosf(x); }
static inline double cos_d(double x) { return cos(x); }
static inline float tan_f(float x) { return tanf(x); }
static inline double tan_d(double x) { return tan(x); }
static inline float arcsin_f(float x) { return asinf(x); }
static inline double arcsin_d(double x) { return asin(x); }
static inline float arccos_f(float x) { return acosf(x); }
static inline double arccos_d(double x) { return acos(x); }
static inline float arctan_f(float x) { return atanf(x); }
static inline double arctan_d(double x) { return atan(x); }
static inline float sinh_f(float x) { return sinhf(x); }
static inline double sinh_d(double x) { return sinh(x); }
static inline float cosh_f(float x) { return coshf(x); }
static inline double cosh_d(double x) { return cosh(x); }
static inline float tanh_f(float x) { return tanhf(x); }
static inline double tanh_d(double x) { return tanh(x); }
static inline float arcsinh_f(float x) { return asinhf(x); }
static inline double arcsinh_d(double x) { return asinh(x); }
static inline float arccosh_f(float x) { return acoshf(x); }
static inline double arccosh_d(double x) { return acosh(x); }
static inline float arctanh_f(float x) { return atanhf(x); }
static inline double arctanh_d(double x) { return atanh(x); }
static inline float absolute_f(float x) { return fabsf(x); }
static inline double absolute_d(double x) { return fabs(x); }
static inline float floor_f(float x) { return floorf(x); }
static inline double floor_d(double x) { return floor(x); }
static inline float ceil_f(float x) { return ceilf(x); }
static inline double ceil_d(double x) { return ceil(x); }
static inline float trunc_f(float x) { return truncf(x); }
static inline double trunc_d(double x) { return trunc(x); }
static inline float rint_f(float x) { return rintf(x); }
static inline double rint_d(double x) { return rint(x); }
static inline float erf_f(float x) { return erff(x); }
static inline double erf_d(double x) { return erf(x); }
static inline float erfc_f(float x) { return erfcf(x); }
static inline double erfc_d(double x) { return erfc(x); }
static inline float power_f(float x, float y) { return powf(x, y); }
static inline double power_d(double x, double y) { return pow(x, y); }
static inline float arctan2_f(float x, float y) { return atan2f(x, y); }
static inline double arctan2_d(double x, double y) { return atan2(x, y); }
static inline float hypot_f(float x, float y) { return hypotf(x, y); }
static inline double hypot_d(double x, double y) { return hypot(x, y); }
static inline float copysign_f(float x, float y) { return copysignf(x, y); }
static inline double copysign_d(double x, double y) { return copysign(x, y); }
static inline float fmod_f(float x, float y) { return fmodf(x, y); }
static inline double fmod_d(double x, double y) { return fmod(x, y); }
static inline float sigmoid_f(float x) { return 1 / (1 + exp_f(-x)); }
static inline float bell_f(float x) { return exp_f(-x*x); }
static inline float normal_density_f(float x) { return exp_f(-x*x/2) * (float)0.3989422804014327; }
static inline float normal_cdf_f(float x) { return (float)0.5 * erfc_f(x * -(float)0.7071067811865476); }
static inline double sigmoid_d(double x) { return 1 / (1 + exp_d(-x)); }
static inline double bell_d(double x) { return exp_d(-x*x); }
static inline double normal_density_d(double x) { return exp_d(-x*x/2) * (double)0.3989422804014327; }
static inline double normal_cdf_d(double x) { return (double)0.5 * erfc_d(x * -(double)0.7071067811865476); }
