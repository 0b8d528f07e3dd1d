// What PackedWeights.c needs of weights in a file's own bits.
#ifndef RETORT_STORED_PANELS_H
#define RETORT_STORED_PANELS_H

#include "MatrixTile.h"

enum { ck_block_k = 32 };

void ck_stored_fill(int format, ptrdiff_t k, ptrdiff_t column, const uint8_t *x, uint32_t *panel);
/// c (rows, columns) = or += a chain of `blocks` blocks, 1 ... 6 rows of float32 inputs. 0 where the
/// instruction set in force has no such tile.
int ck_stored_tile(int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                   const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns, int add);
#if defined(__x86_64__)
void ck_stored_tile_q8_avx2(ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                            const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                            int add);
void ck_stored_tile_q4_avx2(ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                            const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                            int add);
#endif
/// Units of one block of a panel.
ptrdiff_t ck_stored_block_units(int format);
/// Steps first ..< first + steps of a panel as a panel of float32, in the thread's scratch; at most
/// a chain of ck_block_steps.
const float *ck_stored_steps(int format, const uint32_t *panel, ptrdiff_t first, ptrdiff_t steps);
void ck_stored_row(int format, ptrdiff_t k, const uint32_t *panel, ptrdiff_t column, float *y);

#endif
