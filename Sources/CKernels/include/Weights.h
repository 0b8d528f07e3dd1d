// How weights are stored in files and packed in memory, and their products with few rows of inputs.
#ifndef RETORT_WEIGHTS_H
#define RETORT_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- PackedWeights.c
enum {
  ck_packed_float32 = 0,
  ck_packed_bfloat16 = 1,
  ck_packed_q8_0 = 2,
  /// A file's own bits; inputs as for float32.
  ck_packed_stored_q8_0 = 3,
  ck_packed_stored_q4_1 = 4,
  ck_packed_stored_q4_0 = 5,
  ck_packed_stored_q4_k = 6,
  ck_packed_stored_q5_k = 7,
  ck_packed_stored_q6_k = 8,
  ck_packed_stored_q2_k = 9
};
/// Weights W (n, k) in panels of 64 of its rows; a unit is 32 bits.
typedef struct {
  int format;
  ptrdiff_t n, k;
  uint32_t *panels;
} ck_packed_weights;
/// Units of one panel; of one packed row of inputs; of 32 elements (a half panel) of such a row.
ptrdiff_t ck_packed_panel_units(int format, ptrdiff_t k);
ptrdiff_t ck_packed_input_units(int format, ptrdiff_t k);
ptrdiff_t ck_packed_half_panel_units(int format);
/// Packs the up to 64 rows of one panel, `stride` floats apart.
void ck_packed_fill(const ck_packed_weights *w, ptrdiff_t panel, const float *rows,
                    ptrdiff_t stride);
/// Format of the panels that keep the bits of a file's format (ck_format_...); -1 where none does.
int ck_packed_stored_format(int file);
/// Takes row r of W, k a whole number of blocks, from the bytes of a file of format `file`, whose
/// panels w has; panels that are not full must be zero before.
void ck_packed_fill_stored(const ck_packed_weights *w, int file, ptrdiff_t r, const void *row);
/// W[r,:] as rounded.
void ck_packed_row(const ck_packed_weights *w, ptrdiff_t r, float *y);
/// Packs x (rows, k): float32 as it is, bfloat16 rounded, q8_0 as 8 bits with a scale a block.
void ck_packed_inputs(int format, ptrdiff_t rows, ptrdiff_t k, const float *x, ptrdiff_t stride,
                      uint32_t *packed, ptrdiff_t row);
/// A product's items: 64 columns of 6 rows each, column by column.
ptrdiff_t ck_packed_items(const ck_packed_weights *w, ptrdiff_t rows);
/// Items from ..< to of c (rows, n) = or += x W^T, x packed, rows `xRow` units apart. An element
/// depends only on its rows of x and W and on the instruction set.
void ck_packed_product(const ck_packed_weights *w, ptrdiff_t rows, const uint32_t *x,
                       ptrdiff_t xRow, float *c, ptrdiff_t cStride, int add, ptrdiff_t from,
                       ptrdiff_t to);

// ---- QuantizedTile.c
/// Whether the processor multiplies bytes in 256-bit vectors (AVX-VNNI).
int ck_has_avx_vnni(void);

// ---- Half.c
/// Round to nearest even; too large becomes infinity, infinities and NaN stay.
void ck_float_to_half(ptrdiff_t n, const float *x, uint16_t *y);

// ---- Dequantize.c, QuantizeBlocks.c, NotFinite.c
/// How a file stores weights; the numbers are those of ggml's tensor types.
enum {
  ck_format_f32 = 0,
  ck_format_f16 = 1,
  ck_format_q4_0 = 2,
  ck_format_q4_1 = 3,
  ck_format_q5_0 = 6,
  ck_format_q5_1 = 7,
  ck_format_q8_0 = 8,
  ck_format_q2_k = 10,
  ck_format_q3_k = 11,
  ck_format_q4_k = 12,
  ck_format_q5_k = 13,
  ck_format_q6_k = 14,
  ck_format_iq4_nl = 20,
  ck_format_iq4_xs = 23,
  ck_format_bf16 = 30
};
/// y = n weights, whole blocks, from their bytes at any alignment; exact but for one rounding where
/// a minimum is added.
void ck_dequantize(int format, ptrdiff_t n, const void *x, float *y);
/// n weights, whole blocks of 32, as Q8_0; y holds 34 bytes a block.
void ck_quantize_q8_0(ptrdiff_t n, const float *x, uint8_t *y);
/// The first of n stored weights that is NaN or infinite; -1 if all are finite.
ptrdiff_t ck_first_not_finite(int format, ptrdiff_t n, const void *x);

#ifdef __cplusplus
}
#endif
#endif
