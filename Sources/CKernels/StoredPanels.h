// The part of weights in a file's own bits that PackedWeights.c uses.
#ifndef RETORT_STORED_PANELS_H
#define RETORT_STORED_PANELS_H

#include "MatrixTile.h"

enum { ck_block_k = 32 };

/// Whether a format's quants are bytes, not nibbles.
static inline int storedBytes(int format) {
  return format == ck_packed_stored_q8_0 || format == ck_packed_stored_q5_k ||
         format == ck_packed_stored_q6_k;
}
/// Whether its scales are floats, computed from a file's scales of scales; otherwise the file's
/// halves.
static inline int storedFloats(int format) { return format >= ck_packed_stored_q4_k; }
/// Scales of a block: one, or one of each 16 k.
static inline int storedParts(int format) {
  return format == ck_packed_stored_q6_k || format == ck_packed_stored_q2_k ? 2 : 1;
}
/// Whether a minimum is added to each weight, stored behind the scales, one of each.
static inline int storedMinimum(int format) {
  return format == ck_packed_stored_q4_1 || format == ck_packed_stored_q4_k ||
         format == ck_packed_stored_q5_k || format == ck_packed_stored_q2_k;
}
/// Values of each column behind a block's quants: scales, then minima.
static inline int storedValues(int format) {
  return storedParts(format) * (storedMinimum(format) ? 2 : 1);
}
/// Units of a block's quants; its scales follow.
static inline ptrdiff_t storedQuantUnits(int format) {
  return (storedBytes(format) ? 8 : 4) * ck_tile_columns;
}

/// Units of one block of a panel.
static inline ptrdiff_t storedBlockUnits(int format) {
  ptrdiff_t values = storedValues(format) * ck_tile_columns;
  return storedQuantUnits(format) + (storedFloats(format) ? values : values / 2);
}

/// 32 weights of a file's row: quants, and what the panel holds behind them, bits of halves or
/// floats.
typedef struct {
  int quants[ck_block_k];
  uint16_t halves[2];
  float values[4];
} ck_stored_group;
/// Group g of a row of a file's format.
void ck_stored_group_at(int file, const uint8_t *row, ptrdiff_t g, ck_stored_group *group);

/// One row of a file's matrix, k / 32 groups of `x`, as column `column` of a panel.
void ck_stored_fill(int format, int file, ptrdiff_t k, ptrdiff_t column, const uint8_t *x,
                    uint32_t *panel);
/// c (rows, columns) = or += a chain of `blocks` blocks, 1 ... 6 rows of float32 inputs. 0 where
/// the instruction set in force has no such tile.
int ck_stored_tile(int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                   const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns, int add);
#if defined(__x86_64__)
void ck_stored_tile_avx2(int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x,
                         ptrdiff_t xRow, const uint32_t *panel, float *c, ptrdiff_t cStride,
                         ptrdiff_t columns, int add);
#endif
/// Steps first ..< first + steps of a panel as a panel of float32, in the thread's scratch; at most
/// a chain of ck_block_steps.
const float *ck_stored_steps(int format, const uint32_t *panel, ptrdiff_t first, ptrdiff_t steps);
void ck_stored_row(int format, ptrdiff_t k, const uint32_t *panel, ptrdiff_t column, float *y);

#endif
