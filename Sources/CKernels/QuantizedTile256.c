// Tiles of q8_0 products in 256-bit vectors of integers: AVX2, and AVX-VNNI where the processor has
// it. Formats and order of sums are those of PackedWeights.h, and a block's sum of products is the
// same exact integer as everywhere, so the bits are those of the other tiles.
//
// AVX2 multiplies words and adds neighbours (vpmaddwd): of four bytes of a column, k and k + 2 are
// the words of one vector, k + 1 and k + 3 those of another. vpmaddubsw would take bytes, but its
// sums of two do not fit 16 bits (2 * 255 * 127), and separating signs costs as much as widening.
// AVX-VNNI multiplies the bytes directly.
#include "QuantizedTile.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("arch=x86-64-v3")))
#define AVX2_INLINE AVX2 static inline __attribute__((always_inline))
#define AVXVNNI __attribute__((target("arch=x86-64-v3,avxvnni")))
#define AVXVNNI_INLINE AVXVNNI static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

enum {
  /// Blocks whose part of a panel, with their inputs, stays in the first-level cache.
  chunkBlocks = 8,
  /// Units of a block of inputs as words.
  wideUnits = 16
};

/// The bytes of a chunk's inputs as words: k and k + 2 of each unit, then k + 1 and k + 3.
AVX2_INLINE void widen(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
                       uint32_t *wide) {
  for (ptrdiff_t r = 0; r < rows; r++, x += xRow, wide += chunkBlocks * wideUnits) {
    for (ptrdiff_t b = 0; b < blocks; b++) {
      __m256i bytes = _mm256_loadu_si256((const __m256i *)(x + b * ck_input_block_units));
      __m256i even = _mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8);
      _mm256_store_si256((__m256i *)(wide + b * wideUnits), even);
      _mm256_store_si256((__m256i *)(wide + b * wideUnits + 8), _mm256_srai_epi16(bytes, 8));
    }
  }
}

AVX2_INLINE void writeSums(ptrdiff_t rows, const float *sums, float *c, ptrdiff_t cStride,
                           ptrdiff_t columns, int add) {
  for (ptrdiff_t r = 0; r < rows; r++, sums += ck_tile_columns, c += cStride) {
    if (add) {
      for (ptrdiff_t j = 0; j < columns; j++) c[j] += sums[j];
    } else {
      memcpy(c, sums, (size_t)columns * sizeof(float));
    }
  }
}

typedef struct {
  __m256i even, odd;
} weights_words;
AVX2_INLINE weights_words taken_words(__m256i w) {
  return (weights_words){_mm256_and_si256(w, _mm256_set1_epi32(0x00FF00FF)),
                         _mm256_srli_epi16(w, 8)};
}
AVX2_INLINE void multiply_words(const int J, __m256i *dot, const weights_words *w,
                                const uint32_t *input) {
  __m256i even = _mm256_set1_epi32((int)input[0]), odd = _mm256_set1_epi32((int)input[8]);
  UNROLL for (int j = 0; j < J; j++) {
    dot[j] = _mm256_add_epi32(dot[j], _mm256_madd_epi16(w[j].even, even));
    dot[j] = _mm256_add_epi32(dot[j], _mm256_madd_epi16(w[j].odd, odd));
  }
}
#define KIND(name) name##_words
#define KIND_TARGET AVX2
#define KIND_WIDENS 1
#include "QuantizedTileBody.h"
#undef KIND
#undef KIND_TARGET
#undef KIND_WIDENS

typedef __m256i weights_bytes;
AVXVNNI_INLINE weights_bytes taken_bytes(__m256i w) { return w; }
AVXVNNI_INLINE void multiply_bytes(const int J, __m256i *dot, const weights_bytes *w,
                                   const uint32_t *input) {
  UNROLL for (int j = 0; j < J; j++) {
    dot[j] = _mm256_dpbusd_avx_epi32(dot[j], w[j], _mm256_set1_epi32((int)input[0]));
  }
}
#define KIND(name) name##_bytes
#define KIND_TARGET AVXVNNI
#define KIND_WIDENS 0
#include "QuantizedTileBody.h"

void ck_quantized_tile_avx2(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
                            const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                            int add) {
  tiles_words(rows, blocks, x, xRow, panel, c, cStride, columns, add);
}
void ck_quantized_tile_avxvnni(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x,
                               ptrdiff_t xRow, const uint32_t *panel, float *c, ptrdiff_t cStride,
                               ptrdiff_t columns, int add) {
  tiles_bytes(rows, blocks, x, xRow, panel, c, cStride, columns, add);
}
#endif
