// Tiles of q8_0 products by arm64's SDOT, if the processor has it (according to HWCAP). Formats and
// order of sums are those of PackedWeights.h; the bytes of weights, which are 128 above their
// quants, become quants by flipping their highest bit.
#include "QuantizedTile.h"

#if defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>
#include <sys/auxv.h>

#define SDOT __attribute__((target("dotprod")))
#define SDOT_INLINE SDOT static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

int ck_has_sdot(void) {
  // HWCAP_ASIMDDP of the kernel's interface.
  return (getauxval(AT_HWCAP) >> 20 & 1) != 0;
}

/// R rows times 16 columns.
SDOT_INLINE void tile(const int R, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
                      const uint32_t *panel, ptrdiff_t column, float *c, ptrdiff_t cStride,
                      ptrdiff_t columns, int add) {
  const uint8x16_t high = vdupq_n_u8(128);
  float32x4_t sum[3][4];
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int j = 0; j < 4; j++) sum[r][j] = vdupq_n_f32(0);
  }
  for (ptrdiff_t b = 0; b < blocks; b++, panel += ck_block_units, x += ck_input_block_units) {
    int32x4_t dot[3][4];
    UNROLL for (int r = 0; r < R; r++) {
      UNROLL for (int j = 0; j < 4; j++) dot[r][j] = vdupq_n_s32(0);
    }
    UNROLL for (int s = 0; s < 8; s++) {
      int8x16_t input[3];
      UNROLL for (int r = 0; r < R; r++) {
        input[r] = vreinterpretq_s8_u32(vdupq_n_u32(x[r * xRow + s]));
      }
      UNROLL for (int j = 0; j < 4; j++) {
        const uint8_t *at = (const uint8_t *)(panel + s * ck_tile_columns + column + 4 * j);
        int8x16_t w = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(at), high));
        UNROLL for (int r = 0; r < R; r++) dot[r][j] = vdotq_s32(dot[r][j], w, input[r]);
      }
    }
    const uint16_t *scales = (const uint16_t *)(panel + 8 * ck_tile_columns) + column;
    UNROLL for (int j = 0; j < 4; j++) {
      float32x4_t scale = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(scales + 4 * j)));
      UNROLL for (int r = 0; r < R; r++) {
        float inputScale;
        memcpy(&inputScale, x + r * xRow + 8, sizeof(inputScale));
        sum[r][j] = vfmaq_f32(sum[r][j], vmulq_n_f32(scale, inputScale),
                              vcvtq_f32_s32(dot[r][j]));
      }
    }
  }
  UNROLL for (int r = 0; r < R; r++) {
    float sums[16];
    UNROLL for (int j = 0; j < 4; j++) vst1q_f32(sums + 4 * j, sum[r][j]);
    float *at = c + r * cStride + column;
    ptrdiff_t left = columns - column < 16 ? columns - column : 16;
    for (ptrdiff_t j = 0; j < left; j++) at[j] = add ? at[j] + sums[j] : sums[j];
  }
}

SDOT void ck_quantized_tile_sdot(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x,
                                 ptrdiff_t xRow, const uint32_t *panel, float *c,
                                 ptrdiff_t cStride, ptrdiff_t columns, int add) {
  for (; rows > 0; rows -= 3, x += 3 * xRow, c += 3 * cStride) {
    for (ptrdiff_t j = 0; j < columns; j += 16) {
      switch (rows < 3 ? rows : 3) {
        case 1: tile(1, blocks, x, xRow, panel, j, c, cStride, columns, add); break;
        case 2: tile(2, blocks, x, xRow, panel, j, c, cStride, columns, add); break;
        case 3: tile(3, blocks, x, xRow, panel, j, c, cStride, columns, add); break;
      }
    }
  }
}
#endif
