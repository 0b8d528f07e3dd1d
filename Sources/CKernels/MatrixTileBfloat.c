// Tiles of bfloat16 products with float32 sums, where the processor multiplies bfloat16.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "CKernels.h"

// Every function from here on, those of the headers below included, is for such a processor: a
// vector may not cross from one of them into one that is not, inlined or not.
#pragma clang attribute push(                                                                 \
    __attribute__((target("arch=x86-64-v4,avx512bf16"))), apply_to = function)
#include "MatrixTile.h"

#define KIND(name) name##_bfloat
#define KIND_FUNCTION CK_INLINE
#define KIND_DEPTH 2
#define KIND_SCALAR int32_t

KIND_FUNCTION i16 fromRun_bfloat(v16 first, v16 next) {
  return (i16)_mm512_cvtne2ps_pbh((__m512)next, (__m512)first);
}
KIND_FUNCTION i16 fromRows_bfloat(v16 even, v16 odd) {
  // Words 0 ... 15 hold the even row, 16 ... 31 the odd one.
  const __m512i pairs = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9,
                                         24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1,
                                         16, 0);
  return (i16)_mm512_permutexvar_epi16(pairs, (__m512i)fromRun_bfloat(even, odd));
}
KIND_FUNCTION v16 multiplyAdd_bfloat(int32_t a, v16 b, v16 c) {
  return (v16)_mm512_dpbf16_ps((__m512)c, (__m512bh)_mm512_set1_epi32(a), (__m512bh)b);
}

#include "MatrixTileBody.h"

TILE_KERNELS(tiles_native, , 1)
#pragma clang attribute pop

int ck_has_bfloat16(void) {
  __builtin_cpu_init();
  return ck_isa_best() == ck_isa_v4 && __builtin_cpu_supports("avx512bf16") != 0;
}

const ck_tile_kernels *ck_tiles_bfloat(void) {
  return ck_isa() == ck_isa_v4 && ck_has_bfloat16() ? &tiles_native : ck_tiles_bfloat_portable();
}
#else
#include "MatrixTile.h"

int ck_has_bfloat16(void) { return 0; }
const ck_tile_kernels *ck_tiles_bfloat(void) { return ck_tiles_bfloat_portable(); }
#endif
