// Gated feed-forward activation (Shazeer 2020): y = g s(g) u with s the logistic function.
#include "Vector.h"

CK_INLINE v16 logistic16(v16 x) { return 1.0f / (1.0f + clampedExp16(-x)); }

CK_INLINE void ck_swiglu_forward_body(int isa, ptrdiff_t R, ptrdiff_t F, const float *gu,
                                      float *y) {
  for (ptrdiff_t r = 0; r < R; r++, gu += 2 * F, y += F) {
    ptrdiff_t j = 0;
    for (; j + 16 <= F; j += 16) {
      v16 g = load16(gu + j);
      store16(y + j, g * logistic16(g) * load16(gu + F + j));
    }
    if (j < F) {
      v16 g = loadPart(gu + j, F - j, 0);
      storePart(y + j, F - j, g * logistic16(g) * loadPart(gu + F + j, F - j, 0));
    }
  }
}
CK_KERNEL(ck_swiglu_forward, (ptrdiff_t R, ptrdiff_t F, const float *gu, float *y), (R, F, gu, y))

// y = g s u:  du = dy g s,   dg = dy u s (1 + g (1 - s))
CK_INLINE void ck_swiglu_backward_body(int isa, ptrdiff_t R, ptrdiff_t F, const float *gu,
                                       const float *dy, float *dgu) {
#pragma clang fp contract(fast)
  for (ptrdiff_t r = 0; r < R; r++, gu += 2 * F, dgu += 2 * F, dy += F) {
    for (ptrdiff_t j = 0; j < F; j += 16) {
      ptrdiff_t n = F - j;
      v16 g = n >= 16 ? load16(gu + j) : loadPart(gu + j, n, 0);
      v16 u = n >= 16 ? load16(gu + F + j) : loadPart(gu + F + j, n, 0);
      v16 d = n >= 16 ? load16(dy + j) : loadPart(dy + j, n, 0);
      v16 s = logistic16(g);
      v16 dg = d * u * s * (1.0f + g * (1.0f - s)), du = d * g * s;
      if (n >= 16) {
        store16(dgu + j, dg);
        store16(dgu + F + j, du);
      } else {
        storePart(dgu + j, n, dg);
        storePart(dgu + F + j, n, du);
      }
    }
  }
}
CK_KERNEL(ck_swiglu_backward,
          (ptrdiff_t R, ptrdiff_t F, const float *gu, const float *dy, float *dgu),
          (R, F, gu, dy, dgu))
