// The part of weights in a file's own bits that PackedWeights.c uses.
#ifndef RETORT_STORED_PANELS_H
#define RETORT_STORED_PANELS_H

#include "MatrixTile.h"

enum { ck_block_k = 32 };

/// Whether a format's quants are bytes, not nibbles.
static inline int storedBytes(int format) {
  return format != ck_packed_stored_q4_1 && format != ck_packed_stored_q4_k;
}
/// Whether its scales are floats, computed from a file's scales of scales; otherwise the file's
/// halves.
static inline int storedFloats(int format) { return format >= ck_packed_stored_q4_k; }
/// Whether a minimum is added to each weight; Q6_K has there a second scale, of the last 16 of k.
static inline int storedMinimum(int format) {
  return format == ck_packed_stored_q4_1 || format == ck_packed_stored_q4_k ||
         format == ck_packed_stored_q5_k;
}
/// Units of a block's quants; its scales follow.
static inline ptrdiff_t storedQuantUnits(int format) {
  return (storedBytes(format) ? 8 : 4) * ck_tile_columns;
}

/// Units of one block of a panel.
static inline ptrdiff_t storedBlockUnits(int format) {
  ptrdiff_t scales = (storedMinimum(format) || storedFloats(format) ? 2 : 1) * ck_tile_columns;
  return storedQuantUnits(format) + (storedFloats(format) ? scales : scales / 2);
}

void ck_stored_fill(int format, ptrdiff_t k, ptrdiff_t column, const uint8_t *x, uint32_t *panel);
/// c (rows, columns) = or += a chain of `blocks` blocks, 1 ... 6 rows of float32 inputs. 0 where the
/// instruction set in force has no such tile.
int ck_stored_tile(int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                   const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns, int add);
#if defined(__x86_64__)
void ck_stored_tile_avx2(int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x,
                         ptrdiff_t xRow, const uint32_t *panel, float *c, ptrdiff_t cStride,
                         ptrdiff_t columns, int add);
#endif
/// Same for a K format, k a multiple of 256.
void ck_stored_fill_groups(int format, ptrdiff_t k, ptrdiff_t column, const uint8_t *x,
                           uint32_t *panel);
/// Steps first ..< first + steps of a panel as a panel of float32, in the thread's scratch; at most
/// a chain of ck_block_steps.
const float *ck_stored_steps(int format, const uint32_t *panel, ptrdiff_t first, ptrdiff_t steps);
void ck_stored_row(int format, ptrdiff_t k, const uint32_t *panel, ptrdiff_t column, float *y);

#endif
