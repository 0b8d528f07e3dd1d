// Attention with bfloat16 products on every processor: the same rounding of the operands.
#include "AttentionBfloatPortable.h"

#include "BfloatPortable.h"

#define BFLOAT(name) name##_portable
#define BFLOAT_ROWS 2

#include "AttentionBfloatBackward.h"
#include "AttentionBfloatForward.h"

CK_INLINE void ck_attention_forward_bfloat_portable_body(
    int isa, ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q, const float *k,
    const float *v, ptrdiff_t stride, float *y, ptrdiff_t yStride, float *logSumExp, float scale,
    float *scratch) {
  attentionForwardUnits(T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
}
CK_KERNEL(ck_attention_forward_bfloat_portable,
          (ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q, const float *k,
           const float *v, ptrdiff_t stride, float *y, ptrdiff_t yStride, float *logSumExp,
           float scale, float *scratch),
          (T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, scratch))

CK_INLINE void ck_attention_backward_bfloat_portable_body(
    int isa, ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q, const float *k,
    const float *v, ptrdiff_t stride, const float *y, const float *dy, ptrdiff_t yStride,
    const float *logSumExp, float scale, float *dq, float *dk, float *dv, ptrdiff_t dStride,
    float *scratch) {
  attentionBackwardUnits(T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv,
                         dStride, scratch);
}
CK_KERNEL(ck_attention_backward_bfloat_portable,
          (ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q, const float *k,
           const float *v, ptrdiff_t stride, const float *y, const float *dy, ptrdiff_t yStride,
           const float *logSumExp, float scale, float *dq, float *dk, float *dv,
           ptrdiff_t dStride, float *scratch),
          (T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv, dStride,
           scratch))
