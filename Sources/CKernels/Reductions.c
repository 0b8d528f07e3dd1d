// Sums over flat buffers.
#include "Vector.h"

/// Eight running sums, so that no addition waits for the one before it. The order of additions
/// depends on n alone.
typedef struct {
  d8 low[4], high[4];
} Squares;

CK_INLINE void addSquares(const int k, v16 x, Squares *sums) {
#pragma clang fp contract(fast)
  d8 low = __builtin_convertvector(x.lo, d8), high = __builtin_convertvector(x.hi, d8);
  sums->low[k] += low * low;
  sums->high[k] += high * high;
}

CK_INLINE double total(const Squares *s) {
  d8 low = (s->low[0] + s->low[1]) + (s->low[2] + s->low[3]);
  d8 high = (s->high[0] + s->high[1]) + (s->high[2] + s->high[3]);
  return sumDouble8(low + high);
}

CK_INLINE void sum_of_squares_body(int isa, ptrdiff_t n, const float *x, double *result) {
  Squares sums = {0};
  ptrdiff_t j = 0;
  for (; j + 64 <= n; j += 64) {
#pragma unroll
    for (int k = 0; k < 4; k++) addSquares(k, load16(x + j + 16 * k), &sums);
  }
  for (; j < n; j += 16) {
    addSquares(0, n - j >= 16 ? load16(x + j) : loadPart(x + j, n - j, 0), &sums);
  }
  *result = total(&sums);
}
CK_KERNEL(sum_of_squares, (ptrdiff_t n, const float *x, double *result), (n, x, result))

double ck_sum_of_squares(ptrdiff_t n, const float *x) {
  double result;
  sum_of_squares(n, x, &result);
  return result;
}

CK_INLINE void add_and_sum_of_squares_body(int isa, ptrdiff_t n, const float *x, float *y,
                                           double *result) {
  Squares sums = {0};
  ptrdiff_t j = 0;
  for (; j + 64 <= n; j += 64) {
#pragma unroll
    for (int k = 0; k < 4; k++) {
      v16 z = load16(y + j + 16 * k) + load16(x + j + 16 * k);
      store16(y + j + 16 * k, z);
      addSquares(k, z, &sums);
    }
  }
  for (; j + 16 <= n; j += 16) {
    v16 z = load16(y + j) + load16(x + j);
    store16(y + j, z);
    addSquares(0, z, &sums);
  }
  if (j < n) {
    v16 z = loadPart(y + j, n - j, 0) + loadPart(x + j, n - j, 0);
    storePart(y + j, n - j, z);
    addSquares(0, z, &sums);
  }
  *result = total(&sums);
}
CK_KERNEL(add_and_sum_of_squares, (ptrdiff_t n, const float *x, float *y, double *result),
          (n, x, y, result))

double ck_add_and_sum_of_squares(ptrdiff_t n, const float *x, float *y) {
  double result;
  add_and_sum_of_squares(n, x, y, &result);
  return result;
}

CK_INLINE void ck_add_body(int isa, ptrdiff_t n, const float *x, float *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) store16(y + j, load16(y + j) + load16(x + j));
  for (; j < n; j++) y[j] += x[j];
}
CK_KERNEL(ck_add, (ptrdiff_t n, const float *x, float *y), (n, x, y))
