// The Gaussian error linear unit (Hendrycks and Gimpel 2016) in its form with a hyperbolic tangent,
// which GPT-2 and Gemma were trained with:
//   x (1 + tanh u) / 2 = x s(2 u),   u = sqrt(2 / pi) (x + 0.044715 x^3)
// with s the logistic function.
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

/// gelu' = s + 2 u' x s (1 - s), with s of 2 u; gelu itself to y.
CK_INLINE v16 geluSlope16(v16 x, v16 *y) {
#pragma clang fp contract(fast)
  v16 twice = x * (x * x * 0.0713548163f + 1.59576912f);
  v16 s = 1.0f / (1.0f + clampedExp16(-twice));
  *y = x * s;
  // 2 u' = 2 sqrt(2 / pi) (1 + 3 0.044715 x^2)
  return s + x * s * (1.0f - s) * (x * x * 0.214064449f + 1.59576912f);
}

CK_INLINE void ck_gelu_backward_body(int isa, ptrdiff_t n, const float *x, const float *dy,
                                     float *dx) {
  v16 unused;
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) store16(dx + j, load16(dy + j) * geluSlope16(load16(x + j), &unused));
  if (j < n) {
    storePart(dx + j, n - j,
              loadPart(dy + j, n - j, 0) * geluSlope16(loadPart(x + j, n - j, 0), &unused));
  }
}
CK_KERNEL(ck_gelu_backward, (ptrdiff_t n, const float *x, const float *dy, float *dx),
          (n, x, dy, dx))

// y = gelu(g) u:  dg = dy u gelu'(g),   du = dy gelu(g)
CK_INLINE void ck_gelu_gated_backward_body(int isa, ptrdiff_t R, ptrdiff_t F, const float *gu,
                                           const float *dy, float *dgu) {
  for (ptrdiff_t r = 0; r < R; r++, gu += 2 * F, dgu += 2 * F, dy += F) {
    for (ptrdiff_t j = 0; j < F; j += 16) {
      ptrdiff_t n = F - j;
      v16 g = n >= 16 ? load16(gu + j) : loadPart(gu + j, n, 0);
      v16 u = n >= 16 ? load16(gu + F + j) : loadPart(gu + F + j, n, 0);
      v16 d = n >= 16 ? load16(dy + j) : loadPart(dy + j, n, 0);
      v16 y, slope = geluSlope16(g, &y);
      if (n >= 16) {
        store16(dgu + j, d * u * slope);
        store16(dgu + F + j, d * y);
      } else {
        storePart(dgu + j, n, d * u * slope);
        storePart(dgu + F + j, n, d * y);
      }
    }
  }
}
CK_KERNEL(ck_gelu_gated_backward,
          (ptrdiff_t R, ptrdiff_t F, const float *gu, const float *dy, float *dgu),
          (R, F, gu, dy, dgu))
