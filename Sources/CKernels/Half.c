// float32 to IEEE half, round to nearest even.
#include "Half.h"

CK_INLINE void ck_float_to_half_body(int isa, ptrdiff_t n, const float *x, uint16_t *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) storeHalves(y + j, halvesFromBits(load16(x + j)));
  if (j < n) storeHalvesPart(y + j, n - j, halvesFromBits(loadPart(x + j, n - j, 0)));
}
CK_KERNEL(ck_float_to_half, (ptrdiff_t n, const float *x, uint16_t *y), (n, x, y))
