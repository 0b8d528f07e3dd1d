// The Gaussian error linear unit (Hendrycks and Gimpel 2016) in its form with a hyperbolic tangent,
// which GPT-2 and Gemma were trained with:
//   x (1 + tanh u) / 2 = x s(2 u),   u = sqrt(2 / pi) (x + 0.044715 x^3),   s the logistic function.
#include "Vector.h"

CK_INLINE v16 gelu16(v16 x) {
#pragma clang fp contract(fast)
  // 2 sqrt(2 / pi), and that times 0.044715.
  v16 twice = x * (x * x * 0.0713548163f + 1.59576912f);
  return x / (1.0f + clampedExp16(-twice));
}

CK_INLINE void ck_gelu_forward_body(int isa, ptrdiff_t n, const float *x, float *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) store16(y + j, gelu16(load16(x + j)));
  if (j < n) storePart(y + j, n - j, gelu16(loadPart(x + j, n - j, 0)));
}
CK_KERNEL(ck_gelu_forward, (ptrdiff_t n, const float *x, float *y), (n, x, y))

CK_INLINE void ck_gelu_gated_forward_body(int isa, ptrdiff_t R, ptrdiff_t F, const float *gu,
                                          float *y) {
  for (ptrdiff_t r = 0; r < R; r++, gu += 2 * F, y += F) {
    ptrdiff_t j = 0;
    for (; j + 16 <= F; j += 16) store16(y + j, gelu16(load16(gu + j)) * load16(gu + F + j));
    if (j < F) {
      storePart(y + j, F - j, gelu16(loadPart(gu + j, F - j, 0)) * loadPart(gu + F + j, F - j, 0));
    }
  }
}
CK_KERNEL(ck_gelu_gated_forward, (ptrdiff_t R, ptrdiff_t F, const float *gu, float *y),
          (R, F, gu, y))
