// Weights stored in the bits of their file, for products with float32 inputs.
//
// A panel is a run of blocks of 32 k, as in PackedWeights.h, of 64 columns:
//   Q8_0   32 x 64 signed bytes, byte (k, column j); 64 halves d
//   Q4_1   4 x 64 units, unit (s, column j) the quants of k 8 s ... 8 s + 7, the first lowest;
//          64 halves d; 64 halves m
//   Q4_K   as Q4_1, d and m as floats
//   Q5_K   bytes as of Q8_0, 64 floats d, 64 floats m
//   Q6_K   bytes as of Q8_0, 64 floats d of the first 16 k, 64 of the last
// with w = d q or d q + m. Every element of a product equals, bit for bit, that of the dequantised
// weights packed as float32: with AVX-512 and AVX2 weights become floats in registers
// (StoredTile.c, StoredTile256.c); elsewhere, and with many rows on AVX2, a chain of k at a time
// becomes a panel of floats in the thread's scratch, for the tiles of float32.
#include "Half.h"
#include "StoredPanels.h"

/// One row of a file's matrix, k / 32 blocks of `x`, as column `column` of a panel.
void ck_stored_fill(int format, ptrdiff_t k, ptrdiff_t column, const uint8_t *x,
                    uint32_t *panel) {
  if (storedFloats(format)) {
    ck_stored_fill_groups(format, k, column, x, panel);
    return;
  }
  for (ptrdiff_t b = 0; b < k / ck_block_k; b++, panel += storedBlockUnits(format)) {
    if (format == ck_packed_stored_q8_0) {
      uint16_t *scales = (uint16_t *)(panel + 8 * ck_tile_columns);
      memcpy(scales + column, x, 2);
      uint8_t *bytes = (uint8_t *)panel + column;
      for (int i = 0; i < ck_block_k; i++) bytes[i * ck_tile_columns] = x[2 + i];
      x += 34;
    } else {
      uint16_t *scales = (uint16_t *)(panel + 4 * ck_tile_columns);
      memcpy(scales + column, x, 2);
      memcpy(scales + ck_tile_columns + column, x + 2, 2);
      // In the file, byte i holds quant i low and quant 16 + i high.
      for (int s = 0; s < 4; s++) {
        uint32_t unit = 0;
        for (int i = 0; i < 8; i++) {
          uint32_t byte = x[4 + (8 * s + i) % 16];
          unit |= (s < 2 ? byte & 15u : byte >> 4) << (4 * i);
        }
        panel[s * ck_tile_columns + column] = unit;
      }
      x += 20;
    }
  }
}

/// The first (0) or second (1) value after the quants, of sixteen columns from j on.
CK_INLINE v16 scalesAt(const int isa, int format, const uint32_t *block, int which, ptrdiff_t j) {
  const uint32_t *scales = block + storedQuantUnits(format);
  if (storedFloats(format)) return load16((const float *)scales + which * ck_tile_columns + j);
  return floats16(isa, loadHalves((const uint16_t *)scales + which * ck_tile_columns + j));
}

CK_INLINE void bytesBlock(const int isa, int format, const uint32_t *block, float *y) {
  typedef int8_t s16 __attribute__((ext_vector_type(16)));
  for (int j = 0; j < ck_tile_columns; j += 16) {
    v16 d = scalesAt(isa, format, block, 0, j), last = d, m = splat16(0);
    if (storedMinimum(format)) m = scalesAt(isa, format, block, 1, j);
    if (format == ck_packed_stored_q6_k) last = scalesAt(isa, format, block, 1, j);
    const uint8_t *bytes = (const uint8_t *)block + j;
    for (int i = 0; i < ck_block_k; i++) {
      s16 q;
      memcpy(&q, bytes + i * ck_tile_columns, sizeof(q));
      v16 weight = __builtin_convertvector(__builtin_convertvector(q, i16), v16);
      v16 scaled = weight * (i < 16 ? d : last);
      // d q is exact: fused or not, it rounds once.
      store16(y + i * ck_tile_columns + j, storedMinimum(format) ? scaled + m : scaled);
    }
  }
}

CK_INLINE void nibblesBlock(const int isa, int format, const uint32_t *block, float *y) {
  for (int j = 0; j < ck_tile_columns; j += 16) {
    v16 d = scalesAt(isa, format, block, 0, j), m = scalesAt(isa, format, block, 1, j);
    for (int s = 0; s < 4; s++) {
      u16x eight;
      memcpy(&eight, block + s * ck_tile_columns + j, sizeof(eight));
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) {
        v16 q = __builtin_convertvector((i16)(eight >> (4 * i) & 15u), v16);
        store16(y + (8 * s + i) * ck_tile_columns + j, fma16(q, d, m));
      }
    }
  }
}

CK_INLINE void ck_stored_floats_body(int isa, int format, ptrdiff_t blocks, const uint32_t *panel,
                                     float *y) {
  for (ptrdiff_t b = 0; b < blocks; b++, y += ck_block_k * ck_tile_columns) {
    if (storedBytes(format)) {
      bytesBlock(isa, format, panel, y);
    } else {
      nibblesBlock(isa, format, panel, y);
    }
    panel += storedBlockUnits(format);
  }
}
CK_KERNEL(ck_stored_floats, (int format, ptrdiff_t blocks, const uint32_t *panel, float *y),
          (format, blocks, panel, y))

const float *ck_stored_steps(int format, const uint32_t *panel, ptrdiff_t first,
                             ptrdiff_t steps) {
  float *y = (float *)ck_matrix_scratch();
  ptrdiff_t from = first / ck_block_k, to = (first + steps + ck_block_k - 1) / ck_block_k;
  ck_stored_floats(format, to - from, panel + from * storedBlockUnits(format), y);
  return y + (first - from * ck_block_k) * ck_tile_columns;
}

void ck_stored_row(int format, ptrdiff_t k, const uint32_t *panel, ptrdiff_t column, float *y) {
  for (ptrdiff_t p = 0; p < k; p++) {
    const uint32_t *block = panel + p / ck_block_k * storedBlockUnits(format);
    ptrdiff_t i = p % ck_block_k, first = column / 16 * 16, lane = column - first;
    uint32_t eight = block[i / 8 % 4 * ck_tile_columns + column];
    float q = storedBytes(format)
                  ? (float)((const int8_t *)block)[i * ck_tile_columns + column]
                  : (float)(eight >> (4 * (i % 8)) & 15u);
    int which = format == ck_packed_stored_q6_k && i >= 16;
    y[p] = q * scalesAt(ck_isa_baseline, format, block, which, first)[lane];
    if (storedMinimum(format)) {
      y[p] += scalesAt(ck_isa_baseline, format, block, 1, first)[lane];
    }
  }
}
