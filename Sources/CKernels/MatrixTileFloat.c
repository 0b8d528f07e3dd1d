// Tiles of float32 products.
#include "MatrixTile.h"

#define KIND(name) name##_float
#define KIND_FUNCTION CK_INLINE
#define KIND_DEPTH 1
#define KIND_SCALAR float
#define KIND_PARTS 1

CK_INLINE i16 fromRows_float(v16 even, v16 odd) { return (i16)even; }
CK_INLINE i16 fromRun_float(v16 first, v16 next) { return (i16)first; }
CK_INLINE v16 multiplyAdd_float(float a, v16 b, v16 c) { return fma16(splat16(a), b, c); }

CK_INLINE v16 part_float(v16 b, int part) { return b; }

#include "MatrixTileBody.h"

TILE_KERNELS(tiles_baseline, , ck_baseline_rows)
#if defined(__x86_64__)
TILE_KERNELS(tiles_v3, __attribute__((target("arch=x86-64-v3"))), 6)
TILE_KERNELS(tiles_v4, __attribute__((target("arch=x86-64-v4"))), 0)
#endif

const ck_tile_kernels *ck_tiles_float(void) {
#if defined(__x86_64__)
  static const ck_tile_kernels *const table[3] = {&tiles_baseline, &tiles_v3, &tiles_v4};
  return table[ck_isa()];
#else
  return &tiles_baseline;
#endif
}
