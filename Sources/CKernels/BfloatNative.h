// Pairs of bfloat16 in units of 32 bits, where the processor multiplies them. To be included where
// every function has the target "avx512bf16".
#ifndef RETORT_BFLOAT_NATIVE_H
#define RETORT_BFLOAT_NATIVE_H

#include <immintrin.h>

#include "Vector.h"

/// Units of 32 floats that follow one another.
CK_INLINE i16 fromRun_bfloat(v16 first, v16 next) {
  return (i16)_mm512_cvtne2ps_pbh((__m512)next, (__m512)first);
}
/// Units of two rows: the even one in the low halves.
CK_INLINE i16 fromRows_bfloat(v16 even, v16 odd) {
  // Words 0 ... 15 hold the even row, 16 ... 31 the odd one.
  const __m512i pairs = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9,
                                         24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1,
                                         16, 0);
  return (i16)_mm512_permutexvar_epi16(pairs, (__m512i)fromRun_bfloat(even, odd));
}
/// c += a.low b.low + a.high b.high
CK_INLINE v16 multiplyAdd_bfloat(int32_t a, v16 b, v16 c) {
  return (v16)_mm512_dpbf16_ps((__m512)c, (__m512bh)_mm512_set1_epi32(a), (__m512bh)b);
}

#endif
