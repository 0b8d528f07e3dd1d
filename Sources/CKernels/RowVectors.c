// Adds one vector to every row, every row to one vector; multiplies every element by one factor.
#include "Vector.h"

CK_INLINE void ck_add_to_rows_body(int isa, ptrdiff_t R, ptrdiff_t C, const float *b, float *y,
                                   ptrdiff_t stride) {
  for (ptrdiff_t r = 0; r < R; r++, y += stride) {
    ptrdiff_t j = 0;
    for (; j + 16 <= C; j += 16) store16(y + j, load16(y + j) + load16(b + j));
    for (; j < C; j++) y[j] += b[j];
  }
}
CK_KERNEL(ck_add_to_rows,
          (ptrdiff_t R, ptrdiff_t C, const float *b, float *y, ptrdiff_t stride),
          (R, C, b, y, stride))

CK_INLINE void ck_scale_body(int isa, ptrdiff_t n, float factor, float *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) store16(y + j, load16(y + j) * factor);
  for (; j < n; j++) y[j] *= factor;
}
CK_KERNEL(ck_scale, (ptrdiff_t n, float factor, float *y), (n, factor, y))

/// Sixteen columns at a time, so that a column's sum stays in a register.
CK_INLINE void ck_add_rows_body(int isa, ptrdiff_t R, ptrdiff_t C, const float *y, float *b) {
  ptrdiff_t j = 0;
  for (; j + 16 <= C; j += 16) {
    v16 sum = load16(b + j);
    for (ptrdiff_t r = 0; r < R; r++) sum += load16(y + r * C + j);
    store16(b + j, sum);
  }
  for (; j < C; j++) {
    for (ptrdiff_t r = 0; r < R; r++) b[j] += y[r * C + j];
  }
}
CK_KERNEL(ck_add_rows, (ptrdiff_t R, ptrdiff_t C, const float *y, float *b), (R, C, y, b))
