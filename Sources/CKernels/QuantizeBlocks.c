// Converts float32 to blocks of eight bits, as in GGUF's Q8_0.
#include "Vector.h"

typedef int8_t s16 __attribute__((ext_vector_type(16)));

/// d = largest magnitude / 127, q = x / d rounded half away from zero. A block whose scale
/// is below the normal numbers becomes zeros.
CK_INLINE void ck_quantize_q8_0_body(int isa, ptrdiff_t n, const float *x, uint8_t *y) {
  for (ptrdiff_t j = 0; j < n; j += 32, y += 34) {
    v16 a = load16(x + j), b = load16(x + j + 16);
    // + 0: a block of zeros has scale 0, not -0.
    float top = maximum16(max16(max16(a, -a), max16(b, -b))) + 0.0f;
    float d = top / 127.0f, inverse = d >= 1.17549435e-38f ? 1.0f / d : 0.0f;
    uint16_t scale;
    ck_float_to_half(1, &d, &scale);
    memcpy(y, &scale, sizeof(scale));
    for (int k = 0; k < 2; k++) {
      v16 scaled = (k ? b : a) * inverse;
      v16 magnitude = max16(scaled, -scaled);
      v16 whole = __builtin_convertvector(__builtin_convertvector(magnitude, i16), v16);
      v16 away = magnitude - whole >= 0.5f ? splat16(1.0f) : splat16(0.0f);
      i16 q = __builtin_convertvector(whole + away, i16);
      q = scaled < 0.0f ? -q : q;
      s16 quants = __builtin_convertvector(q, s16);
      memcpy(y + 2 + 16 * k, &quants, 16);
    }
  }
}
CK_KERNEL(ck_quantize_q8_0, (ptrdiff_t n, const float *x, uint8_t *y), (n, x, y))
