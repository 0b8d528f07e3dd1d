// The tiles of StoredTile.c for AVX2: the same chains, the same bits.
//
// Of a Q4_1 unit each quant is cut out where it stands, as a float 16^i times itself, and d / 16^i
// takes that back: powers of two, so d q is as exact as ever, and no shift is spent on it.
#include "StoredPanels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("arch=x86-64-v3")))
#define AVX2_INLINE AVX2 static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

AVX2_INLINE __m256 halves(const uint16_t *p) {
  return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}

AVX2_INLINE void writeSum(float *at, ptrdiff_t columns, int add, __m256 sum) {
  if (columns >= 8) {
    if (add) sum = _mm256_add_ps(_mm256_loadu_ps(at), sum);
    _mm256_storeu_ps(at, sum);
    return;
  }
  float sums[8];
  _mm256_storeu_ps(sums, sum);
  for (ptrdiff_t j = 0; j < columns; j++) at[j] = add ? at[j] + sums[j] : sums[j];
}

/// R rows times 8 J columns, both constants.
AVX2_INLINE void tile(const int isQ8, const int R, const int J, ptrdiff_t blocks, const float *x,
                      ptrdiff_t xRow, const uint32_t *panel, int column, float *c,
                      ptrdiff_t cStride, ptrdiff_t columns, int add) {
  const ptrdiff_t units = isQ8 ? 8 * ck_tile_columns + 32 : 4 * ck_tile_columns + 64;
  __m256 sum[6][4];
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int j = 0; j < J; j++) sum[r][j] = _mm256_setzero_ps();
  }
  for (ptrdiff_t b = 0; b < blocks; b++, panel += units, x += ck_block_k) {
    const uint16_t *scales = (const uint16_t *)(panel + (isQ8 ? 8 : 4) * ck_tile_columns) + column;
    __m256 d[4][8], m[4];
    UNROLL for (int j = 0; j < J; j++) {
      d[j][0] = halves(scales + 8 * j);
      if (isQ8) continue;
      m[j] = halves(scales + ck_tile_columns + 8 * j);
      UNROLL for (int i = 1; i < 7; i++) {
        d[j][i] = _mm256_mul_ps(d[j][0], _mm256_set1_ps(1.0f / (float)(1 << (4 * i))));
      }
      d[j][7] = d[j][0];
    }
    if (isQ8) {
      const uint8_t *bytes = (const uint8_t *)panel + column;
#pragma clang loop unroll_count(4)
      for (int k = 0; k < ck_block_k; k++) {
        UNROLL for (int j = 0; j < J; j++) {
          __m128i q = _mm_loadl_epi64((const __m128i *)(bytes + k * ck_tile_columns + 8 * j));
          __m256 w = _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(q)), d[j][0]);
          UNROLL for (int r = 0; r < R; r++) {
            sum[r][j] = _mm256_fmadd_ps(_mm256_set1_ps(x[r * xRow + k]), w, sum[r][j]);
          }
        }
      }
    } else {
      for (int s = 0; s < 4; s++) {
        const float *input = x + 8 * s;
        UNROLL for (int i = 0; i < 8; i++) {
          UNROLL for (int j = 0; j < J; j++) {
            const uint32_t *at = panel + s * ck_tile_columns + column + 8 * j;
            __m256i q = _mm256_loadu_si256((const __m256i *)at);
            q = i == 7 ? _mm256_srli_epi32(q, 28)
                       : _mm256_and_si256(q, _mm256_set1_epi32(15 << (4 * i)));
            __m256 w = _mm256_fmadd_ps(_mm256_cvtepi32_ps(q), d[j][i], m[j]);
            UNROLL for (int r = 0; r < R; r++) {
              sum[r][j] = _mm256_fmadd_ps(_mm256_set1_ps(input[r * xRow + i]), w, sum[r][j]);
            }
          }
        }
      }
    }
  }
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int j = 0; j < J; j++) {
      ptrdiff_t left = columns - column - 8 * j;
      if (left > 0) writeSum(c + r * cStride + column + 8 * j, left, add, sum[r][j]);
    }
  }
}

#define ROWS(r, J)                                                                          \
  case r:                                                                                   \
    for (int column = 0; column < ck_tile_columns && column < columns; column += 8 * J) {   \
      tile(isQ8, r, J, blocks, x, xRow, panel, column, c, cStride, columns, add);           \
    }                                                                                       \
    return;

/// One row wants chains beside each other; more rows have them.
AVX2_INLINE void tiles(const int isQ8, ptrdiff_t rows, ptrdiff_t blocks, const float *x,
                       ptrdiff_t xRow, const uint32_t *panel, float *c, ptrdiff_t cStride,
                       ptrdiff_t columns, int add) {
  switch (rows) {
    ROWS(1, 4)
    ROWS(2, (isQ8 ? 4 : 2))
    ROWS(3, 2)
    ROWS(4, 2)
    ROWS(5, 1)
    ROWS(6, 1)
  }
}

AVX2 void ck_stored_tile_q8_avx2(ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                                 const uint32_t *panel, float *c, ptrdiff_t cStride,
                                 ptrdiff_t columns, int add) {
  tiles(1, rows, blocks, x, xRow, panel, c, cStride, columns, add);
}
AVX2 void ck_stored_tile_q4_avx2(ptrdiff_t rows, ptrdiff_t blocks, const float *x, ptrdiff_t xRow,
                                 const uint32_t *panel, float *c, ptrdiff_t cStride,
                                 ptrdiff_t columns, int add) {
  tiles(0, rows, blocks, x, xRow, panel, c, cStride, columns, add);
}
#endif
