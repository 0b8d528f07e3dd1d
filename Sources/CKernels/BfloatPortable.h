// Pairs of bfloat16 in units of 32 bits, for every processor: the same rounding of the operands,
// exact products, two roundings of the sum a pair.
#ifndef RETORT_BFLOAT_PORTABLE_H
#define RETORT_BFLOAT_PORTABLE_H

#include "Vector.h"

typedef uint32_t u16x __attribute__((ext_vector_type(16)));

/// The bits of x rounded to bfloat16, in the high half; denormals become zeros, NaN stay.
CK_INLINE u16x rounded16(v16 x) {
  u16x bits = (u16x)x, magnitude = bits & 0x7FFFFFFFu;
  u16x result = bits + 0x7FFFu + ((bits >> 16) & 1u);
  result = magnitude < 0x00800000u ? bits & 0x80000000u : result;
  result = magnitude > 0x7F800000u ? bits | 0x00400000u : result;
  return result & 0xFFFF0000u;
}

CK_INLINE i16 fromRows_portable(v16 even, v16 odd) {
  return (i16)(rounded16(even) >> 16 | rounded16(odd));
}
CK_INLINE i16 fromRun_portable(v16 first, v16 next) {
  v16 even = __builtin_shufflevector(first, next, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24,
                                     26, 28, 30);
  v16 odd = __builtin_shufflevector(first, next, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25,
                                    27, 29, 31);
  return fromRows_portable(even, odd);
}
CK_INLINE v16 multiplyAdd_portable(int32_t a, v16 b, v16 c) {
  u16x x = (u16x)((uint32_t)a), y = (u16x)b;
  c = fma16((v16)(x & 0xFFFF0000u), (v16)(y & 0xFFFF0000u), c);
  return fma16((v16)(x << 16), (v16)(y << 16), c);
}

/// The numbers of units, the odd k first, as multiplyAdd sums them.
CK_INLINE v16 part_portable(v16 b, int part) {
  u16x bits = (u16x)b;
  return (v16)(part == 0 ? bits & 0xFFFF0000u : bits << 16);
}
CK_INLINE float scalarPart_portable(int32_t a, int part) {
  uint32_t bits = part == 0 ? (uint32_t)a & 0xFFFF0000u : (uint32_t)a << 16;
  float x;
  memcpy(&x, &bits, sizeof(x));
  return x;
}

#endif
