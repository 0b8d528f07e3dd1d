// Attention with bfloat16 products where the processor has them, and the choice between that and
// the portable form.
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <math.h>
#include <string.h>

#include "AttentionBfloatPortable.h"

#if defined(__x86_64__)
// Every function from here on, including those of the headers below, is for such a processor: a
// vector may not cross between one of them and any other function, inlined or not.
#pragma clang attribute push(                                                                 \
    __attribute__((target("arch=x86-64-v4,avx512bf16"))), apply_to = function)
#include "BfloatNative.h"

#define BFLOAT(name) name##_bfloat
#define BFLOAT_ROWS 8

#include "AttentionBfloatBackward.h"
#include "AttentionBfloatForward.h"

static void forward_native(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q,
                           const float *k, const float *v, ptrdiff_t stride, float *y,
                           ptrdiff_t yStride, float *logSumExp, float scale, float *scratch) {
  attentionForwardUnits(T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
}
static void backward_native(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q,
                            const float *k, const float *v, ptrdiff_t stride, const float *y,
                            const float *dy, ptrdiff_t yStride, const float *logSumExp,
                            float scale, float *dq, float *dk, float *dv, ptrdiff_t dStride,
                            float *scratch) {
  attentionBackwardUnits(T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv,
                         dStride, scratch);
}
#pragma clang attribute pop
#define NATIVE (ck_isa() == ck_isa_v4 && ck_has_bfloat16())
#else
#define NATIVE 0
#define forward_native ck_attention_forward_bfloat_portable
#define backward_native ck_attention_backward_bfloat_portable
#endif

void ck_attention_forward_bfloat(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
                                 const float *q, const float *k, const float *v, ptrdiff_t stride,
                                 float *y, ptrdiff_t yStride, float *logSumExp, float scale,
                                 float *scratch) {
  (NATIVE ? forward_native : ck_attention_forward_bfloat_portable)(
      T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
}

void ck_attention_backward_bfloat(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
                                  const float *q, const float *k, const float *v,
                                  ptrdiff_t stride, const float *y, const float *dy,
                                  ptrdiff_t yStride, const float *logSumExp, float scale,
                                  float *dq, float *dk, float *dv, ptrdiff_t dStride,
                                  float *scratch) {
  (NATIVE ? backward_native : ck_attention_backward_bfloat_portable)(
      T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv, dStride, scratch);
}
