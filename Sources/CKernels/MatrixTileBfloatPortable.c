// Tiles of bfloat16 products with float32 sums, for every processor: the same rounding of the
// operands, exact products, two roundings of the sum a pair.
#include "MatrixTile.h"

#define KIND(name) name##_portable
#define KIND_FUNCTION CK_INLINE
#define KIND_DEPTH 2
#define KIND_SCALAR int32_t

#include "BfloatPortable.h"
#include "MatrixTileBody.h"

TILE_KERNELS(tiles_baseline, , 0)
#if defined(__x86_64__)
TILE_KERNELS(tiles_v3, __attribute__((target("arch=x86-64-v3"))), 0)
#endif

const ck_tile_kernels *ck_tiles_bfloat_portable(void) {
#if defined(__x86_64__)
  if (ck_isa() >= ck_isa_v3) return &tiles_v3;
#endif
  return &tiles_baseline;
}
