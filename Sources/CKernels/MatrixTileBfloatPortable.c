// Tiles of bfloat16 products with float32 sums, for every processor: the same rounding of the
// operands, exact products, two roundings of the sum a pair.
#include "MatrixTile.h"

#define KIND(name) name##_portable
#define KIND_FUNCTION CK_INLINE
#define KIND_DEPTH 2
#define KIND_SCALAR int32_t
#define KIND_PARTS 2

#include "BfloatPortable.h"
#include "MatrixTileBody.h"

TILE_KERNELS(tiles_baseline, , ck_baseline_rows)
#if defined(__x86_64__)
TILE_KERNELS(tiles_v3, __attribute__((target("arch=x86-64-v3"))), 6)
#endif

const ck_tile_kernels *ck_tiles_bfloat_portable(void) {
#if defined(__x86_64__)
  if (ck_isa() >= ck_isa_v3) return &tiles_v3;
#endif
  return &tiles_baseline;
}
