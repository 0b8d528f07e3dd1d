// Sums of probabilities that are held as logarithms.
#include "Rows.h"

/// log (1 + t) for 0 <= t <= 1, to about 1e-7 of itself: 2 artanh s with s = t / (2 + t) <= 1/3, by
/// its series up to s^13 (the remainder is below 1e-8).
CK_INLINE v16 logOnePlusShare16(v16 t) {
#pragma clang fp contract(fast)
  v16 s = t / (2.0f + t), z = s * s;
  v16 p = z * 0.0769230769f + 0.0909090909f;
  p = p * z + 0.111111111f;
  p = p * z + 0.142857143f;
  p = p * z + 0.2f;
  p = p * z + 0.333333333f;
  v16 twice = s + s;
  return twice + twice * (z * p);
}

/// log(e^a + e^b) = h + log(1 + e^(l - h)), h the larger, l the smaller: nothing overflows, and the
/// tail keeps its digits.
CK_INLINE v16 addLogarithms16(v16 a, v16 b) {
  v16 high = a > b ? a : b, low = a > b ? b : a;
  v16 sum = high + logOnePlusShare16(exp16(low - high));
  // Both impossible: their difference is no number.
  sum = high == -INFINITY ? high : sum;
  v16 both = a + b;
  return both == both ? sum : both;
}

CK_INLINE void ck_add_logarithms_body(int isa, ptrdiff_t N, float shift, const float *x, float *y) {
  FOR_EACH_GROUP(N) {
    WRITE(y, addLogarithms16(READ(y, -INFINITY), READ(x, -INFINITY) + shift));
  }
}
CK_KERNEL(ck_add_logarithms, (ptrdiff_t N, float shift, const float *x, float *y), (N, shift, x, y))
