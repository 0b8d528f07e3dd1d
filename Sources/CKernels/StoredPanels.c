// Weights stored in the bits of their file, for products with float32 inputs.
//
// A panel is a run of blocks of 32 k, as in PackedWeights.h, of 64 columns:
//   q8_0   32 x 64 signed bytes, byte (k, column j); 64 halves d
//   q4_1   4 x 64 units, unit (s, column j) the quants of k 8 s ... 8 s + 7, the first lowest;
//          64 halves d; 64 halves m
//   q4_0   as q4_1 without m, which is -8 d
//   q4_k   as q4_1, d and m as floats
//   q5_k   bytes as of q8_0, 64 floats d, 64 floats m
//   q6_k   bytes as of q8_0, 64 floats d of the first 16 k, 64 of the last
//   q2_k   units as of q4_1, 64 floats d of the first 16 k, 64 of the last, m likewise
// with w = d q or d q + m. A file's format has the panels that hold all its bits:
//   q8_0 of Q8_0, Q5_0, IQ4_NL; q4_1 of Q4_1; q4_0 of Q4_0; q4_k of Q4_K; q5_k of Q5_K, Q5_1;
//   q6_k of Q6_K, Q3_K, IQ4_XS; q2_k of Q2_K.
// Every element of a product equals, bit for bit, that of the dequantised weights packed as
// float32: with AVX-512 and AVX2 weights become floats in registers (StoredTile.c,
// StoredTile256.c); elsewhere, and with many rows on AVX2, a chain of k at a time becomes a panel
// of floats in the thread's scratch, for the tiles of float32.
#include "Half.h"
#include "StoredPanels.h"

int ck_packed_stored_format(int file) {
  switch (file) {
    case ck_format_q8_0:
    case ck_format_q5_0:
    case ck_format_iq4_nl: return ck_packed_stored_q8_0;
    case ck_format_q4_1: return ck_packed_stored_q4_1;
    case ck_format_q4_0: return ck_packed_stored_q4_0;
    case ck_format_q4_k: return ck_packed_stored_q4_k;
    case ck_format_q5_k:
    case ck_format_q5_1: return ck_packed_stored_q5_k;
    case ck_format_q6_k:
    case ck_format_q3_k:
    case ck_format_iq4_xs: return ck_packed_stored_q6_k;
    case ck_format_q2_k: return ck_packed_stored_q2_k;
    default: return -1;
  }
}

void ck_stored_fill(int format, int file, ptrdiff_t k, ptrdiff_t column, const uint8_t *x,
                    uint32_t *panel) {
  for (ptrdiff_t b = 0; b < k / ck_block_k; b++, panel += storedBlockUnits(format)) {
    ck_stored_group group;
    ck_stored_group_at(file, x, b, &group);
    uint32_t *behind = panel + storedQuantUnits(format);
    for (int i = 0; i < storedValues(format); i++) {
      ptrdiff_t at = i * ck_tile_columns + column;
      if (storedFloats(format)) {
        ((float *)behind)[at] = group.values[i];
      } else {
        ((uint16_t *)behind)[at] = group.halves[i];
      }
    }
    if (storedBytes(format)) {
      uint8_t *bytes = (uint8_t *)panel + column;
      for (int i = 0; i < ck_block_k; i++) bytes[i * ck_tile_columns] = (uint8_t)group.quants[i];
      continue;
    }
    for (int s = 0; s < 4; s++) {
      uint32_t unit = 0;
      for (int i = 0; i < 8; i++) unit |= (uint32_t)group.quants[8 * s + i] << (4 * i);
      panel[s * ck_tile_columns + column] = unit;
    }
  }
}

/// Value `which` behind the quants, of sixteen columns from j on.
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
    if (storedParts(format) == 2) last = scalesAt(isa, format, block, 1, j);
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
  const int parts = storedParts(format);
  for (int j = 0; j < ck_tile_columns; j += 16) {
    for (int s = 0; s < 4; s++) {
      int part = s * parts / 4;
      v16 d = scalesAt(isa, format, block, part, j);
      v16 m = storedMinimum(format) ? scalesAt(isa, format, block, parts + part, j) : -8.0f * d;
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

/// Formats are constants in each copy.
CK_INLINE void ck_stored_floats_body(int isa, int format, ptrdiff_t blocks, const uint32_t *panel,
                                     float *y) {
  const ptrdiff_t floats = ck_block_k * ck_tile_columns;
#define EACH(name, block)                                                           \
  case name:                                                                        \
    for (ptrdiff_t b = 0; b < blocks; b++, panel += storedBlockUnits(name)) {       \
      block(isa, name, panel, y + b * floats);                                      \
    }                                                                               \
    break;
  switch (format) {
    EACH(ck_packed_stored_q8_0, bytesBlock)
    EACH(ck_packed_stored_q5_k, bytesBlock)
    EACH(ck_packed_stored_q6_k, bytesBlock)
    EACH(ck_packed_stored_q4_0, nibblesBlock)
    EACH(ck_packed_stored_q4_1, nibblesBlock)
    EACH(ck_packed_stored_q4_k, nibblesBlock)
    EACH(ck_packed_stored_q2_k, nibblesBlock)
  }
#undef EACH
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
  const int parts = storedParts(format);
  for (ptrdiff_t p = 0; p < k; p++) {
    const uint32_t *block = panel + p / ck_block_k * storedBlockUnits(format);
    ptrdiff_t i = p % ck_block_k, first = column / 16 * 16, lane = column - first;
    uint32_t eight = block[i / 8 % 4 * ck_tile_columns + column];
    float q = storedBytes(format)
                  ? (float)((const int8_t *)block)[i * ck_tile_columns + column]
                  : (float)(eight >> (4 * (i % 8)) & 15u);
    if (format == ck_packed_stored_q4_0) q -= 8;
    int part = (int)i * parts / ck_block_k;
    y[p] = q * scalesAt(ck_isa_baseline, format, block, part, first)[lane];
    if (storedMinimum(format)) {
      y[p] += scalesAt(ck_isa_baseline, format, block, parts + part, first)[lane];
    }
  }
}
