// Attention with bfloat16 products on every processor: the same rounding of the operands.
#ifndef RETORT_ATTENTION_BFLOAT_PORTABLE_H
#define RETORT_ATTENTION_BFLOAT_PORTABLE_H

#include "CKernels.h"

void ck_attention_forward_bfloat_portable(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
                                          const float *q, const float *k, const float *v,
                                          ptrdiff_t stride, float *y, ptrdiff_t yStride,
                                          float *logSumExp, float scale, float *scratch);
void ck_attention_backward_bfloat_portable(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
                                           const float *q, const float *k, const float *v,
                                           ptrdiff_t stride, const float *y, const float *dy,
                                           ptrdiff_t yStride, const float *logSumExp, float scale,
                                           float *dq, float *dk, float *dv, ptrdiff_t dStride,
                                           float *scratch);

#endif
