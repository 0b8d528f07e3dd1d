// Adam with decoupled weight decay (Loshchilov and Hutter 2019), one pass over the parameters.
#include "Vector.h"

CK_INLINE void ck_adamw_body(int isa, ptrdiff_t n, float *p, const float *g, float *m, float *v,
                             const ck_adamw_step *step) {
#pragma clang fp contract(fast)
  float b1 = step->beta1, b2 = step->beta2, keep = 1.0f - step->learningRate * step->decay;
  float rate = step->learningRate / step->firstCorrection;
  float root = 1.0f / sqrtf(step->secondCorrection);
  for (ptrdiff_t j = 0; j < n; j += 16) {
    ptrdiff_t k = n - j;
    int whole = k >= 16;
    v16 gradient = (whole ? load16(g + j) : loadPart(g + j, k, 0)) * step->gradientScale;
    v16 first = whole ? load16(m + j) : loadPart(m + j, k, 0);
    v16 second = whole ? load16(v + j) : loadPart(v + j, k, 0);
    v16 weight = whole ? load16(p + j) : loadPart(p + j, k, 0);
    first = first * b1 + gradient * (1.0f - b1);
    second = second * b2 + gradient * gradient * (1.0f - b2);
    v16 denominator = __builtin_elementwise_sqrt(second) * root + step->epsilon;
    weight = weight * keep - first * rate / denominator;
    if (whole) {
      store16(m + j, first);
      store16(v + j, second);
      store16(p + j, weight);
    } else {
      storePart(m + j, k, first);
      storePart(v + j, k, second);
      storePart(p + j, k, weight);
    }
  }
}
CK_KERNEL(ck_adamw,
          (ptrdiff_t n, float *p, const float *g, float *m, float *v, const ck_adamw_step *step),
          (n, p, g, m, v, step))
