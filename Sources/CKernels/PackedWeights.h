// A weight matrix W (n, k) packed once for products y (m, n) = x (m, k) W^T with few rows m.
//
// Panels of 64 columns lie one after the other. float32 and bfloat16 panels are those of
// MatrixTile.h. A q8_0 panel is a run of blocks of 32 k (the last one filled up with zeros):
//   8 x 64 units of four bytes   unit (s, column j): W[j, 32 b + 4 s ... + 3] as quant + 128
//   64 IEEE halves               the scale of each column
// Its inputs are rounded too, to eight bits with a scale per block: a row of inputs is a run of
// blocks of ten units: 32 quants, the float scale, and -128 times the sum of the quants, which
// cancels the 128 added to the weights.
//
// Panels in a file's own bits are those of StoredPanels.c; their inputs are float32.
//
// An element of y is a fixed chain over k of its row of x and its row of W: it depends neither on m
// nor on which items are computed together.
#ifndef RETORT_PACKED_WEIGHTS_H
#define RETORT_PACKED_WEIGHTS_H

#include "MatrixTile.h"
#include "StoredPanels.h"

enum {
  ck_block_units = 8 * ck_tile_columns + ck_tile_columns / 2,
  ck_input_block_units = 10
};

/// Rounds rows of x (rows, k) to blocks of ten units; packed rows `row` units apart.
void ck_quantized_inputs(ptrdiff_t rows, ptrdiff_t k, const float *x, ptrdiff_t stride,
                         uint32_t *packed, ptrdiff_t row);
/// `columns` rows of w (n, k) into one q8_0 panel.
void ck_quantized_panel(ptrdiff_t k, ptrdiff_t columns, const float *w, ptrdiff_t stride,
                        uint32_t *panel);
/// c (rows, columns) = or += inputs times one panel.
void ck_quantized_tile(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
                       const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                       int add);
typedef uint32_t u16x __attribute__((ext_vector_type(16)));
typedef uint16_t h16 __attribute__((ext_vector_type(16)));
typedef uint16_t h16u __attribute__((ext_vector_type(16), aligned(2)));
/// 16 halves, not negative, as floats; subnormal ones keep their value.
CK_INLINE v16 halves16(const void *p) {
  u16x bits = __builtin_convertvector((h16)*(const h16u *)p, u16x);
  u16x normal = ((bits & 0x7FFFu) << 13) + (112u << 23);
  u16x infinite = (bits << 13) | 0x7F800000u;  // or NaN
  v16 small = __builtin_convertvector((i16)(bits & 0x3FFu), v16) * 0x1p-24f;
  v16 result = (bits & 0x7C00u) == 0 ? small : (v16)normal;
  return (bits & 0x7C00u) == 0x7C00u ? (v16)infinite : result;
}

/// Rows `rows` of one panel's product; k in blocks, as MatrixTile.h wants it.
void ck_packed_panel_product(const ck_packed_weights *w, ptrdiff_t panel, ptrdiff_t rows,
                             const uint32_t *x, ptrdiff_t xRow, float *c, ptrdiff_t cStride,
                             ptrdiff_t columns, int add);

#endif
