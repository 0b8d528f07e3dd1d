// Tiles of bfloat16 products with float32 sums, where the processor multiplies bfloat16.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "CKernels.h"

// Every function from here on, including those of the headers below, is for such a processor: a
// vector may not cross between one of them and any other function, inlined or not.
#pragma clang attribute push(                                                                 \
    __attribute__((target("arch=x86-64-v4,avx512bf16"))), apply_to = function)
#include "MatrixTile.h"

#define KIND(name) name##_bfloat
#define KIND_FUNCTION CK_INLINE
#define KIND_DEPTH 2
#define KIND_SCALAR int32_t

#include "BfloatNative.h"
#include "MatrixTileBody.h"

TILE_KERNELS(tiles_native, , 0)
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
