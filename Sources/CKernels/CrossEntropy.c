// Log-softmax of rows.
#include "Rows.h"

CK_INLINE void ck_log_softmax_body(int isa, ptrdiff_t R, ptrdiff_t V, const float *x, float *y) {
  for (ptrdiff_t r = 0; r < R; r++, x += V, y += V) {
    float m = rowMaximum(V, x);
    v16 sum = splat16(0);
    FOR_EACH_GROUP(V) sum += exp16(READ(x, -INFINITY) - m);
    float logSum = (float)log((double)sum16(sum));
    FOR_EACH_GROUP(V) WRITE(y, READ(x, 0) - m - logSum);
  }
}
CK_KERNEL(ck_log_softmax, (ptrdiff_t R, ptrdiff_t V, const float *x, float *y), (R, V, x, y))
