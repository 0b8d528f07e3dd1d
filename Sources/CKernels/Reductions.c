// Sums over flat buffers.
#include "Vector.h"

CK_INLINE void sum_of_squares_body(int isa, ptrdiff_t n, const float *x, double *result) {
#pragma clang fp contract(fast)
  d8 a = (d8)(0.0), b = (d8)(0.0);
  for (ptrdiff_t j = 0; j < n; j += 16) {
    v16 y = n - j >= 16 ? load16(x + j) : loadPart(x + j, n - j, 0);
    d8 low = __builtin_convertvector(y.lo, d8), high = __builtin_convertvector(y.hi, d8);
    a += low * low;
    b += high * high;
  }
  *result = sumDouble8(a + b);
}
CK_KERNEL(sum_of_squares, (ptrdiff_t n, const float *x, double *result), (n, x, result))

double ck_sum_of_squares(ptrdiff_t n, const float *x) {
  double result;
  sum_of_squares(n, x, &result);
  return result;
}

CK_INLINE void ck_add_body(int isa, ptrdiff_t n, const float *x, float *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) store16(y + j, load16(y + j) + load16(x + j));
  for (; j < n; j++) y[j] += x[j];
}
CK_KERNEL(ck_add, (ptrdiff_t n, const float *x, float *y), (n, x, y))
