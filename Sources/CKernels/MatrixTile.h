// Tiles of matrix products over packed operands: the layer below ck_matrix_product, for code that
// packs a matrix once and multiplies by it many times.
//
// Unit      32 bits: one float (float32, depth 1), or two bfloat16 of neighbouring k, the even k in
//           the low half (bfloat16, depth 2; an odd k is filled up with a zero). A product over k
//           takes ceil(k / depth) steps of one unit.
// Panel     64 columns of op(b): unit (step s, column j) at panel[64 s + j]; columns beyond n are
//           zeros. Panels of one matrix lie one after the other, 64 * steps units each.
// Runs      rows of op(a): unit (row i, step s) at a[i * aRow + s]. A float32 matrix that is not
//           transposed is runs already.
//
// A tile multiplies 1 ... 6 rows by one panel and overwrites c, or adds to it; only `columns` (1
// ... 64) columns of c are read or written. Every element is one chain of fused multiply-adds in
// ascending k, from zero, then one addition to c: it does not depend on how many rows or columns
// are computed beside it. bfloat16 operands are rounded to nearest even while they are packed;
// denormals count as zero there, as in VDPBF16PS; sums are float32.
#ifndef RETORT_MATRIX_TILE_H
#define RETORT_MATRIX_TILE_H

#include "Vector.h"

enum {
  ck_tile_rows = 6,
#if defined(__x86_64__)
  /// Rows of 16 columns that the registers of the baseline hold: 16 of four floats.
  ck_baseline_rows = 2,
#else
  /// 32 of them.
  ck_baseline_rows = 6,
#endif
  ck_tile_columns = 64,
  /// Longest chain of steps before its sum is added to c.
  ck_block_steps = 512
};

/// The steps of one precision. `k` counts elements, `steps` units.
typedef struct {
  ptrdiff_t depth;
  /// b (k, n) as it lies, `columns` of them, into one panel.
  void (*panel)(ptrdiff_t k, ptrdiff_t columns, const float *b, ptrdiff_t stride, void *panel);
  /// b (n, k) transposed, `columns` rows of it, into one panel.
  void (*panelTransposed)(ptrdiff_t k, ptrdiff_t columns, const float *b, ptrdiff_t stride,
                          void *panel);
  /// a (rows, k) as it lies into runs `row` units apart.
  void (*run)(ptrdiff_t rows, ptrdiff_t k, const float *a, ptrdiff_t stride, void *packed,
              ptrdiff_t row);
  /// a (k, rows) transposed into runs.
  void (*runTransposed)(ptrdiff_t rows, ptrdiff_t k, const float *a, ptrdiff_t stride,
                        void *packed, ptrdiff_t row);
  /// c (rows, columns) from runs.
  void (*tile)(ptrdiff_t rows, ptrdiff_t steps, const void *a, ptrdiff_t aRow, const void *panel,
               float *c, ptrdiff_t cStride, ptrdiff_t columns, int add);
} ck_tile_kernels;

/// The steps for a precision on the calling thread's instruction set.
const ck_tile_kernels *ck_tiles(int bfloat16);
const ck_tile_kernels *ck_tiles_float(void);
const ck_tile_kernels *ck_tiles_bfloat(void);
const ck_tile_kernels *ck_tiles_bfloat_portable(void);

/// The calling thread's scratch: `ck_scratch_panels` units, then `ck_scratch_rows`.
uint32_t *ck_matrix_scratch(void);
enum {
  ck_scratch_panels = 128 * 1024,
  ck_scratch_runs = 256,
  /// A run's longest row, with one spare line that keeps rows out of each other's cache sets.
  ck_scratch_row = ck_block_steps + 16,
  ck_scratch_units = ck_scratch_panels + ck_scratch_runs * ck_scratch_row
};

/// x[i][j] becomes x[j][i]: 32-bit pairs, then 64-bit pairs, within each 128-bit lane; then lanes.
CK_INLINE void transpose16(i16 x[16]) {
  i16 y[16], z[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 2) {
    y[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12,
                                   28, 13, 29);
    y[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27,
                                       14, 30, 15, 31);
  }
  // z[4 i + j], lane l: column 4 l + j of rows 4 i ... 4 i + 3.
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i += 4) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      z[i + 2 * j] = __builtin_shufflevector(y[i + j], y[i + j + 2], 0, 1, 16, 17, 4, 5, 20, 21,
                                             8, 9, 24, 25, 12, 13, 28, 29);
      z[i + 2 * j + 1] = __builtin_shufflevector(y[i + j], y[i + j + 2], 2, 3, 18, 19, 6, 7, 22,
                                                 23, 10, 11, 26, 27, 14, 15, 30, 31);
    }
  }
#define EVEN_LANES(a, b) \
  __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define ODD_LANES(a, b) \
  __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#pragma clang loop unroll(full)
  for (int j = 0; j < 4; j++) {
    i16 even = EVEN_LANES(z[j], z[j + 4]), odd = ODD_LANES(z[j], z[j + 4]);
    i16 nextEven = EVEN_LANES(z[j + 8], z[j + 12]), nextOdd = ODD_LANES(z[j + 8], z[j + 12]);
    x[j] = EVEN_LANES(even, nextEven), x[j + 8] = ODD_LANES(even, nextEven);
    x[j + 4] = EVEN_LANES(odd, nextOdd), x[j + 12] = ODD_LANES(odd, nextOdd);
  }
#undef EVEN_LANES
#undef ODD_LANES
}

/// Steps of each block of k but the last: a function of `steps` alone.
CK_INLINE ptrdiff_t blockSteps(ptrdiff_t steps) {
  ptrdiff_t blocks = (steps + ck_block_steps - 1) / ck_block_steps;
  return ((steps + blocks - 1) / blocks + 15) / 16 * 16;
}

#endif
