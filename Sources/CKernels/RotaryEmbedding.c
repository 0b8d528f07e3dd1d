// Rotary position embedding (Su et al. 2021) in halves: coordinate i of a head is paired with
// coordinate i + D/2, as in Hugging Face's Llama.
#include "Vector.h"

CK_INLINE void ck_rotary_body(int isa, ptrdiff_t T, ptrdiff_t heads, ptrdiff_t D, float *x,
                              ptrdiff_t stride, const int32_t *positions, const float *cosines,
                              const float *sines, float sign) {
#pragma clang fp contract(fast)
  ptrdiff_t half = D / 2;
  for (ptrdiff_t t = 0; t < T; t++) {
    const float *restrict c = cosines + positions[t] * half;
    const float *restrict s = sines + positions[t] * half;
    for (ptrdiff_t h = 0; h < heads; h++) {
      float *restrict a = x + t * stride + h * D;
      float *restrict b = a + half;
      ptrdiff_t i = 0;
      for (; i + 16 <= half; i += 16) {
        v16 p = load16(a + i), q = load16(b + i), cosine = load16(c + i);
        v16 sine = load16(s + i) * sign;
        store16(a + i, p * cosine - q * sine);
        store16(b + i, q * cosine + p * sine);
      }
      for (; i < half; i++) {
        float p = a[i], q = b[i], sine = sign * s[i];
        a[i] = p * c[i] - q * sine;
        b[i] = q * c[i] + p * sine;
      }
    }
  }
}
CK_KERNEL(ck_rotary,
          (ptrdiff_t T, ptrdiff_t heads, ptrdiff_t D, float *x, ptrdiff_t stride,
           const int32_t *positions, const float *cosines, const float *sines, float sign),
          (T, heads, D, x, stride, positions, cosines, sines, sign))
