// The tiles of StoredTile.c for AVX2: the same chains, the same bits.
//
// Each quant of a Q4_1 unit is masked in place, as a float of 16^i times itself, and d / 16^i
// undoes that: powers of two, so d q stays exact, and no shift is needed.
#include "StoredPanels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("arch=x86-64-v3")))
#define AVX2_INLINE AVX2 static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

/// Value `which` behind the quants, of eight columns from j on.
AVX2_INLINE __m256 scalesAt(const int format, const uint32_t *block, int which, ptrdiff_t j) {
  const uint32_t *scales = block + storedQuantUnits(format);
  ptrdiff_t at = which * ck_tile_columns + j;
  if (storedFloats(format)) return _mm256_loadu_ps((const float *)scales + at);
  return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)((const uint16_t *)scales + at)));
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

/// Asks for a block of nibbles before its turn: 32 columns leave every other pair of lines out,
/// which hides the order from the processor. One row from memory: a fifth faster. Bytes gain
/// nothing.
AVX2_INLINE void fetch(const uint32_t *block, ptrdiff_t units) {
  UNROLL for (ptrdiff_t i = 0; i < units; i += 16) {
    _mm_prefetch((const char *)(block + i), _MM_HINT_T0);
  }
}

/// R rows times 8 J columns, both constants.
AVX2_INLINE void tile(const int format, const int R, const int J, ptrdiff_t blocks,
                      const float *x, ptrdiff_t xRow, const uint32_t *panel, int column, float *c,
                      ptrdiff_t cStride, ptrdiff_t columns, int add) {
  const int parts = storedParts(format);
  const ptrdiff_t units = storedBlockUnits(format);
  __m256 sum[6][4];
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int j = 0; j < J; j++) sum[r][j] = _mm256_setzero_ps();
  }
  for (ptrdiff_t b = 0; b < blocks; b++) {
    if (!storedBytes(format) && R <= 2 && column == 0) fetch(panel + 2 * units, units);
    if (storedBytes(format)) {
      __m256 d[4][2], m[4];
      UNROLL for (int j = 0; j < J; j++) {
        UNROLL for (int part = 0; part < parts; part++) {
          d[j][part] = scalesAt(format, panel, part, column + 8 * j);
        }
        if (storedMinimum(format)) m[j] = scalesAt(format, panel, 1, column + 8 * j);
      }
      const uint8_t *bytes = (const uint8_t *)panel + column;
      UNROLL for (int part = 0; part < parts; part++) {
#pragma clang loop unroll_count(4)
        for (int k = part * 16; k < (part + 1) * ck_block_k / parts; k++) {
          UNROLL for (int j = 0; j < J; j++) {
            __m128i q = _mm_loadl_epi64((const __m128i *)(bytes + k * ck_tile_columns + 8 * j));
            __m256 w = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(q));
            w = storedMinimum(format) ? _mm256_fmadd_ps(w, d[j][part], m[j])
                                      : _mm256_mul_ps(w, d[j][part]);
            UNROLL for (int r = 0; r < R; r++) {
              sum[r][j] = _mm256_fmadd_ps(_mm256_set1_ps(x[r * xRow + k]), w, sum[r][j]);
            }
          }
        }
      }
    } else {
      UNROLL for (int part = 0; part < parts; part++) {
        __m256 d[4][8], m[4];
        UNROLL for (int j = 0; j < J; j++) {
          d[j][0] = scalesAt(format, panel, part, column + 8 * j);
          m[j] = storedMinimum(format) ? scalesAt(format, panel, parts + part, column + 8 * j)
                                       : _mm256_mul_ps(d[j][0], _mm256_set1_ps(-8));
          UNROLL for (int i = 1; i < 7; i++) {
            d[j][i] = _mm256_mul_ps(d[j][0], _mm256_set1_ps(1.0f / (float)(1 << (4 * i))));
          }
          d[j][7] = d[j][0];
        }
        for (int s = part * 2; s < (part + 1) * 4 / parts; s++) {
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
    panel += units, x += ck_block_k;
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
      tile(format, r, J, blocks, x, xRow, panel, column, c, cStride, columns, add);           \
    }                                                                                       \
    return;

/// One row needs parallel chains; more rows have them already.
AVX2_INLINE void tiles(const int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x,
                       ptrdiff_t xRow, const uint32_t *panel, float *c, ptrdiff_t cStride,
                       ptrdiff_t columns, int add) {
  switch (rows) {
    ROWS(1, 4)
    ROWS(2, (storedBytes(format) ? 4 : 2))
    ROWS(3, 2)
    ROWS(4, 2)
    ROWS(5, 1)
    ROWS(6, 1)
  }
}

#define FORMAT(name)                                                                        \
  case name: tiles(name, rows, blocks, x, xRow, panel, c, cStride, columns, add); break;

AVX2 void ck_stored_tile_avx2(int format, ptrdiff_t rows, ptrdiff_t blocks, const float *x,
                              ptrdiff_t xRow, const uint32_t *panel, float *c, ptrdiff_t cStride,
                              ptrdiff_t columns, int add) {
  switch (format) {
    FORMAT(ck_packed_stored_q8_0)
    FORMAT(ck_packed_stored_q4_1)
    FORMAT(ck_packed_stored_q4_0)
    FORMAT(ck_packed_stored_q4_k)
    FORMAT(ck_packed_stored_q5_k)
    FORMAT(ck_packed_stored_q6_k)
    FORMAT(ck_packed_stored_q2_k)
  }
}
#endif
