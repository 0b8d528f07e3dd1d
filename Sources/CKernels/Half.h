// IEEE halves, sixteen at a time: by the processor's conversion where it has one, else by integers.
#ifndef RETORT_HALF_H
#define RETORT_HALF_H

#include "Vector.h"

typedef uint32_t u16x __attribute__((ext_vector_type(16)));
typedef uint16_t h16 __attribute__((ext_vector_type(16)));
typedef uint16_t h16u __attribute__((ext_vector_type(16), aligned(2)));

#if defined(__x86_64__)
typedef _Float16 f16x16 __attribute__((ext_vector_type(16)));
#define CK_HAS_HALF(isa) ((isa) >= ck_isa_v3)
#else
#define CK_HAS_HALF(isa) 0
#endif

CK_INLINE h16 loadHalves(const uint16_t *p) { return *(const h16u *)p; }
CK_INLINE void storeHalves(uint16_t *p, h16 x) { *(h16u *)p = x; }
/// The first n < 16 halves at p; the other lanes hold -infinity.
CK_INLINE h16 loadHalvesPart(const uint16_t *p, ptrdiff_t n) {
  h16 x = (h16)((uint16_t)0xFC00);
  memcpy(&x, p, (size_t)n * sizeof(uint16_t));
  return x;
}
CK_INLINE void storeHalvesPart(uint16_t *p, ptrdiff_t n, h16 x) {
  memcpy(p, &x, (size_t)n * sizeof(uint16_t));
}

/// Round to nearest even; too large becomes infinity, infinities and NaN stay (a NaN as 0x7E00).
CK_INLINE h16 halvesFromBits(v16 x) {
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

/// Exact.
CK_INLINE v16 floatsFromBits(h16 x) {
  u16x bits = __builtin_convertvector(x, u16x);
  u16x sign = (bits & 0x8000u) << 16;
  u16x magnitude = bits & 0x7FFFu;
  u16x normal = (magnitude << 13) + (112u << 23);
  // A subnormal half is an integer times 2^-24; as float bits it would be a denormal, flushed.
  v16 small = __builtin_convertvector((i16)magnitude, v16) * 0x1p-24f;
  u16x result = magnitude < 0x0400u ? (u16x)small : normal;
  result = magnitude >= 0x7C00u ? (magnitude << 13) | 0x7F800000u : result;
  return (v16)(result | sign);
}

/// As `halvesFromBits`, but for the bits of a NaN.
CK_INLINE h16 halves16(int isa, v16 x) {
#if defined(__x86_64__)
  if (CK_HAS_HALF(isa)) return (h16)__builtin_convertvector(x, f16x16);
#endif
  return halvesFromBits(x);
}

CK_INLINE v16 floats16(int isa, h16 x) {
#if defined(__x86_64__)
  if (CK_HAS_HALF(isa)) return __builtin_convertvector((f16x16)x, v16);
#endif
  return floatsFromBits(x);
}

#endif
