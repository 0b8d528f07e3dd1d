// Products of float32 inputs with weights in a file's own bits, AVX-512: weights become floats in
// registers. An element is one chain of fused multiply-adds in ascending k, from zero, then one
// addition to c, as in MatrixTile.h, and a weight is d q or d q + m rounded once: bit for bit the
// product of the dequantised weights.
#include "StoredPanels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define V4 __attribute__((target("arch=x86-64-v4")))
#define V4_INLINE V4 static inline __attribute__((always_inline))

V4_INLINE __m512 halves(const uint16_t *p) {
  return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}

V4_INLINE void writeSum(float *at, ptrdiff_t columns, int add, __m512 sum) {
  __mmask16 mask = columns >= 16 ? 0xFFFF : (__mmask16)((1u << columns) - 1);
  if (add) sum = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, at), sum);
  _mm512_mask_storeu_ps(at, mask, sum);
}

/// R rows times 16 J columns, both constants: R J sums, J or 2 J scales.
V4_INLINE void tile(const int format, const int R, const int J, ptrdiff_t blocks, const float *x,
                    ptrdiff_t xRow, const uint32_t *panel, int column, float *c,
                    ptrdiff_t cStride, ptrdiff_t columns, int add) {
  const __m512 numbers =
      _mm512_set_ps(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const int isQ8 = format == ck_packed_stored_q8_0;
  const ptrdiff_t units = isQ8 ? 8 * ck_tile_columns + 32 : 4 * ck_tile_columns + 64;
  __m512 sum[6][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < J; j++) sum[r][j] = _mm512_setzero_ps();
  }
  for (ptrdiff_t b = 0; b < blocks; b++, panel += units, x += ck_block_k) {
    const uint16_t *scales = (const uint16_t *)(panel + (isQ8 ? 8 : 4) * ck_tile_columns) + column;
    __m512 d[4], m[4];
#pragma clang loop unroll(full)
    for (int j = 0; j < J; j++) {
      d[j] = halves(scales + 16 * j);
      if (!isQ8) m[j] = halves(scales + ck_tile_columns + 16 * j);
    }
    if (isQ8) {
      const uint8_t *bytes = (const uint8_t *)panel + column;
#pragma clang loop unroll_count(4)
      for (int k = 0; k < ck_block_k; k++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < J; j++) {
          __m128i q = _mm_loadu_si128((const __m128i *)(bytes + k * ck_tile_columns + 16 * j));
          __m512 w = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(q)), d[j]);
#pragma clang loop unroll(full)
          for (int r = 0; r < R; r++) {
            sum[r][j] = _mm512_fmadd_ps(_mm512_set1_ps(x[r * xRow + k]), w, sum[r][j]);
          }
        }
      }
    } else {
      for (int s = 0; s < 4; s++) {
        __m512i eight[4];
#pragma clang loop unroll(full)
        for (int j = 0; j < J; j++) {
          eight[j] = _mm512_loadu_si512(panel + s * ck_tile_columns + column + 16 * j);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < 8; i++) {
#pragma clang loop unroll(full)
          for (int j = 0; j < J; j++) {
            // A permutation uses only the lowest four bits of each lane.
            __m512 q = _mm512_permutexvar_ps(_mm512_srli_epi32(eight[j], 4 * i), numbers);
            __m512 w = _mm512_fmadd_ps(q, d[j], m[j]);
#pragma clang loop unroll(full)
            for (int r = 0; r < R; r++) {
              sum[r][j] = _mm512_fmadd_ps(_mm512_set1_ps(x[r * xRow + 8 * s + i]), w, sum[r][j]);
            }
          }
        }
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < J; j++) {
      ptrdiff_t left = columns - column - 16 * j;
      if (left > 0) writeSum(c + r * cStride + column + 16 * j, left, add, sum[r][j]);
    }
  }
}

/// 64 columns, as many at once as the registers allow.
#define ROWS(r, J)                                                                           \
  case r:                                                                                    \
    for (int column = 0; column < ck_tile_columns && column < columns; column += 16 * J) {   \
      tile(format, r, J, blocks, x, xRow, panel, column, c, cStride, columns, add);          \
    }                                                                                        \
    return;

V4_INLINE void tiles(const int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x,
                     ptrdiff_t xRow, const uint32_t *panel, float *c, ptrdiff_t cStride,
                     ptrdiff_t columns, int add) {
  switch (rows) {
    ROWS(1, 4)
    ROWS(2, 4)
    ROWS(3, 2)
    ROWS(4, 2)
    ROWS(5, 2)
    ROWS(6, 2)
  }
}

V4 static void tilesQ8(ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                       const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                       int add) {
  tiles(ck_packed_stored_q8_0, rows, blocks, x, xRow, panel, c, cStride, columns, add);
}
V4 static void tilesQ4(ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                       const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                       int add) {
  tiles(ck_packed_stored_q4_1, rows, blocks, x, xRow, panel, c, cStride, columns, add);
}
#endif

int ck_stored_tile(int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                   const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                   int add) {
#if defined(__x86_64__)
  if (ck_isa() == ck_isa_v4) {
    if (format == ck_packed_stored_q8_0) {
      tilesQ8(rows, blocks, x, xRow, panel, c, cStride, columns, add);
    } else if (format == ck_packed_stored_q4_1) {
      tilesQ4(rows, blocks, x, xRow, panel, c, cStride, columns, add);
    } else {
      return 0;
    }
    return 1;
  }
  if (ck_isa() == ck_isa_v3) {
    ck_stored_tile_avx2(format, rows, blocks, x, xRow, panel, c, cStride, columns, add);
    return 1;
  }
#endif
  return 0;
}
