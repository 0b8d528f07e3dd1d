// Tiles of q8_0 products in 256-bit vectors; included once for each way to multiply. The includer
// defines
//   KIND(name)      the name of this kind's copy
//   KIND_TARGET     the attribute of every function here
//   KIND_WIDENS     1 where inputs are multiplied as words, not as the bytes that they are
// and KIND(multiply)(dot, w, input): dot += the products of four bytes of each column of w, that
// many more than zero by 128, with the inputs of a unit.

/// R rows times 8 J columns from `column` on, blocks one after the other, added to `sums`. `wide`:
/// inputs as words; x holds scales and corrections.
KIND_TARGET static inline __attribute__((always_inline)) void KIND(tile)(
    const int R, const int J, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
    const uint32_t *wide, const uint32_t *panel, ptrdiff_t column, float *sums) {
  __m256 sum[6][2];
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int j = 0; j < J; j++) sum[r][j] = _mm256_load_ps(sums + r * ck_tile_columns + 8 * j);
  }
  for (ptrdiff_t b = 0; b < blocks; b++) {
    __m256i dot[6][2];
    UNROLL for (int r = 0; r < R; r++) {
      UNROLL for (int j = 0; j < J; j++) dot[r][j] = _mm256_set1_epi32((int)x[r * xRow + 9]);
    }
    UNROLL for (int s = 0; s < 8; s++) {
      KIND(weights) w[2];
      UNROLL for (int j = 0; j < J; j++) {
        const uint32_t *units = panel + s * ck_tile_columns + column + 8 * j;
        w[j] = KIND(taken)(_mm256_loadu_si256((const __m256i *)units));
      }
      UNROLL for (int r = 0; r < R; r++) {
        KIND(multiply)(J, dot[r], w,
                       KIND_WIDENS ? wide + r * (chunkBlocks * wideUnits) + s : x + r * xRow + s);
      }
    }
    const uint16_t *scales = (const uint16_t *)(panel + 8 * ck_tile_columns) + column;
    __m256 scale[2];
    UNROLL for (int j = 0; j < J; j++) {
      scale[j] = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(scales + 8 * j)));
    }
    UNROLL for (int r = 0; r < R; r++) {
      float inputScale;
      memcpy(&inputScale, x + r * xRow + 8, sizeof(inputScale));
      UNROLL for (int j = 0; j < J; j++) {
        __m256 factor = _mm256_mul_ps(scale[j], _mm256_set1_ps(inputScale));
        sum[r][j] = _mm256_fmadd_ps(factor, _mm256_cvtepi32_ps(dot[r][j]), sum[r][j]);
      }
    }
    panel += ck_block_units, x += ck_input_block_units, wide += wideUnits;
  }
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int j = 0; j < J; j++) _mm256_store_ps(sums + r * ck_tile_columns + 8 * j, sum[r][j]);
  }
}

/// Up to six rows at a time, a chunk of blocks at a time.
KIND_TARGET static void KIND(tiles)(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x,
                                    ptrdiff_t xRow, const uint32_t *panel, float *c,
                                    ptrdiff_t cStride, ptrdiff_t columns, int add) {
  for (ptrdiff_t i = 0; i < rows; i += ck_tile_rows) {
    _Alignas(64) float sums[ck_tile_rows * ck_tile_columns] = {0};
    _Alignas(64) uint32_t wide[KIND_WIDENS ? ck_tile_rows * chunkBlocks * wideUnits : 1];
    ptrdiff_t count = rows - i < ck_tile_rows ? rows - i : ck_tile_rows;
    for (ptrdiff_t b = 0; b < blocks; b += chunkBlocks) {
      ptrdiff_t some = blocks - b < chunkBlocks ? blocks - b : chunkBlocks;
      const uint32_t *in = x + i * xRow + b * ck_input_block_units;
      const uint32_t *units = panel + b * ck_block_units;
      if (KIND_WIDENS) widen(count, some, in, xRow, wide);
#define ROWS(first, r, J)                                                                 \
  for (ptrdiff_t j = 0; j < columns; j += 8 * J) {                                        \
    KIND(tile)(r, J, some, in + first * xRow, xRow, wide + first * chunkBlocks * wideUnits, \
               units, j, sums + first * ck_tile_columns + j);                             \
  }
      // Three rows leave registers free; six, spilt, are slower than twice three.
      switch (count) {
        case 1: ROWS(0, 1, 2) break;
        case 2: ROWS(0, 2, 1) break;
        case 3: ROWS(0, 3, 1) break;
        case 4: ROWS(0, 4, 1) break;
        case 5: ROWS(0, 3, 1) ROWS(3, 2, 1) break;
        case 6: ROWS(0, 3, 1) ROWS(3, 3, 1) break;
      }
#undef ROWS
    }
    writeSums(count, sums, c + i * cStride, cStride, columns, add);
  }
}
