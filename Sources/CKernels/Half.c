// float32 to IEEE half, round to nearest even.
#include "Vector.h"

typedef uint32_t u16x __attribute__((ext_vector_type(16)));
typedef uint16_t h16 __attribute__((ext_vector_type(16)));
typedef uint16_t h16u __attribute__((ext_vector_type(16), aligned(2)));

CK_INLINE h16 half16(v16 x) {
  u16x bits = ((u16x)x);
  u16x sign = (bits >> 16) & 0x8000u;
  u16x magnitude = bits & 0x7FFFFFFFu;
  // Normal halves: drop 13 bits after adding just under half of the last kept one, and one more
  // when that one is odd; the carry runs into the exponent as it should.
  u16x normal = (magnitude - (112u << 23) + 0xFFFu + ((magnitude >> 13) & 1u)) >> 13;
  // Subnormal halves are multiples of 2^-24: adding 0.5 leaves exactly those bits, rounded.
  v16 lifted = ((v16)magnitude) + 0.5f;
  u16x subnormal = ((u16x)lifted) - 0x3F000000u;
  u16x result = magnitude < 0x38800000u ? subnormal : normal;
  result = magnitude >= 0x477FF000u ? (u16x)(0x7C00u) : result;
  result = magnitude > 0x7F800000u ? (u16x)(0x7E00u) : result;
  return __builtin_convertvector(result | sign, h16);
}

CK_INLINE void ck_float_to_half_body(int isa, ptrdiff_t n, const float *x, uint16_t *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) *(h16u *)(y + j) = half16(load16(x + j));
  if (j < n) {
    h16 last = half16(loadPart(x + j, n - j, 0));
    memcpy(y + j, &last, (size_t)(n - j) * sizeof(uint16_t));
  }
}
CK_KERNEL(ck_float_to_half, (ptrdiff_t n, const float *x, uint16_t *y), (n, x, y))
