// Products of weights in Q8_0 (blocks of 32 with a half scale, as GGUF defines it) with inputs
// rounded to eight bits a block. A block's sum of products is an exact integer; then
//   y += (weight scale * input scale) * sum       blocks in ascending order, one fused step each
// so all instruction sets with fused multiply-add give the same bits.
#include "QuantizedTile.h"

/// x / scale rounded to nearest; adding 1.5 * 2^23 rounds.
CK_INLINE v16 rounded16(v16 x) { return (x + 12582912.0f) - 12582912.0f; }

/// Factor that makes quants of a block of largest magnitude `top`; tiny blocks become zeros.
CK_INLINE float inverseScale(float top) { return top > 1e-30f ? 127.0f / top : 0.0f; }

CK_INLINE void ck_quantized_inputs_body(int isa, ptrdiff_t rows, ptrdiff_t k, const float *x,
                                        ptrdiff_t stride, uint32_t *packed, ptrdiff_t row) {
  typedef int8_t b16 __attribute__((ext_vector_type(16)));
  for (ptrdiff_t r = 0; r < rows; r++, x += stride, packed += row) {
    uint32_t *block = packed;
    for (ptrdiff_t p = 0; p < k; p += ck_block_k, block += ck_input_block_units) {
      ptrdiff_t left = k - p;
      v16 a = left >= 16 ? load16(x + p) : loadPart(x + p, left, 0), b = splat16(0);
      if (left >= 32) {
        b = load16(x + p + 16);
      } else if (left > 16) {
        b = loadPart(x + p + 16, left - 16, 0);
      }
      // 0, or NaN where an input is not finite: the scale passes it on.
      v16 damage = (a - a) + (b - b);
      a = damage == 0 ? a : splat16(0);
      b = damage == 0 ? b : splat16(0);
      float top = maximum16(max16(max16(a, -a), max16(b, -b)));
      float inverse = inverseScale(top), scale = top / 127.0f + sum16(damage);
      v16 qa = rounded16(a * inverse), qb = rounded16(b * inverse);
      b16 low = __builtin_convertvector(__builtin_convertvector(qa, i16), b16);
      b16 high = __builtin_convertvector(__builtin_convertvector(qb, i16), b16);
      // Sums of at most 32 quants: exact in any order.
      int32_t correction = -128 * (int32_t)sum16(qa + qb);
      memcpy(block, &low, 16);
      memcpy(block + 4, &high, 16);
      memcpy(block + 8, &scale, sizeof(scale));
      memcpy(block + 9, &correction, sizeof(correction));
    }
  }
}
CK_KERNEL(ck_quantized_inputs,
          (ptrdiff_t rows, ptrdiff_t k, const float *x, ptrdiff_t stride, uint32_t *packed,
           ptrdiff_t row),
          (rows, k, x, stride, packed, row))

void ck_quantized_panel(ptrdiff_t k, ptrdiff_t columns, const float *w, ptrdiff_t stride,
                        uint32_t *panel) {
  uint8_t *bytes = (uint8_t *)panel;
  for (ptrdiff_t p = 0; p < k; p += ck_block_k, bytes += ck_block_units * sizeof(uint32_t)) {
    float scales[ck_tile_columns] = {0};
    ptrdiff_t width = k - p < ck_block_k ? k - p : ck_block_k;
    for (ptrdiff_t j = 0; j < ck_tile_columns; j++) {
      float block[ck_block_k] = {0}, top = 0;
      if (j < columns) memcpy(block, w + j * stride + p, (size_t)width * sizeof(float));
      for (int i = 0; i < ck_block_k; i++) top = fmaxf(top, fabsf(block[i]));
      float inverse = inverseScale(top), damage = 0;
      for (int i = 0; i < ck_block_k; i++) damage += block[i] - block[i];
      scales[j] = top / 127.0f + damage;
      for (int i = 0; i < ck_block_k; i++) {
        int quant = damage == 0 ? (int)lrintf(block[i] * inverse) : 0;
        bytes[(i / 4 * ck_tile_columns + j) * 4 + i % 4] = (uint8_t)(quant + 128);
      }
    }
    ck_float_to_half(ck_tile_columns, scales,
                     (uint16_t *)(bytes + 8 * ck_tile_columns * sizeof(uint32_t)));
  }
}

CK_INLINE void writeTile(const v16 sum[4], float *c, ptrdiff_t columns, int add) {
  for (ptrdiff_t j = 0; 16 * j < columns; j++) {
    ptrdiff_t n = columns - 16 * j;
    if (n >= 16) {
      store16(c + 16 * j, add ? load16(c + 16 * j) + sum[j] : sum[j]);
    } else {
      v16 before = add ? loadPart(c + 16 * j, n, 0) : splat16(0);
      storePart(c + 16 * j, n, before + sum[j]);
    }
  }
}

// Portable form: bytes become floats, in which sums of 32 products are exact, below 2^24.
CK_INLINE void portable_tile_body(int isa, ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x,
                                  ptrdiff_t xRow, const uint32_t *panel, float *c,
                                  ptrdiff_t cStride, ptrdiff_t columns, int add) {
  for (ptrdiff_t r = 0; r < rows; r++, x += xRow, c += cStride) {
    v16 sum[4] = {splat16(0), splat16(0), splat16(0), splat16(0)};
    const uint32_t *units = panel;
    for (ptrdiff_t b = 0; b < blocks; b++, units += ck_block_units) {
      const uint32_t *input = x + b * ck_input_block_units;
      float scale;
      memcpy(&scale, input + 8, sizeof(scale));
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; j++) {
        v16 dot = splat16(0);
        for (int s = 0; s < 8; s++) {
          u16x four;
          memcpy(&four, units + s * ck_tile_columns + 16 * j, sizeof(four));
          int8_t quants[4];
          memcpy(quants, input + s, sizeof(quants));
#pragma clang loop unroll(full)
          for (int i = 0; i < 4; i++) {
            v16 w = __builtin_convertvector((i16)(four >> (8 * i) & 255u), v16) - 128.0f;
            dot = fma16(w, splat16((float)quants[i]), dot);
          }
        }
        const uint16_t *scales = (const uint16_t *)(units + 8 * ck_tile_columns) + 16 * j;
        sum[j] = fma16(halves16(scales) * scale, dot, sum[j]);
      }
    }
    writeTile(sum, c, columns, add);
  }
}
CK_KERNEL(portable_tile,
          (ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
           const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns, int add),
          (rows, blocks, x, xRow, panel, c, cStride, columns, add))

#if defined(__x86_64__)
#include <immintrin.h>
#define VNNI __attribute__((target("arch=x86-64-v4,avx512vnni")))

/// R rows, a constant, at once: each step's weights are loaded once for all of them.
VNNI static inline __attribute__((always_inline)) void vnniRows(
    const int R, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow, const uint32_t *panel,
    float *c, ptrdiff_t cStride, ptrdiff_t columns, int add) {
  __m512 sum[3][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) sum[r][j] = _mm512_setzero_ps();
  }
  for (ptrdiff_t b = 0; b < blocks; b++, panel += ck_block_units, x += ck_input_block_units) {
    __m512i dot[3][4];
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; j++) dot[r][j] = _mm512_set1_epi32((int)x[r * xRow + 9]);
    }
#pragma clang loop unroll(full)
    for (int s = 0; s < 8; s++) {
#pragma clang loop unroll(full)
      for (int j = 0; j < 4; j++) {
        __m512i w = _mm512_loadu_si512(panel + s * ck_tile_columns + 16 * j);
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
          dot[r][j] =
              _mm512_dpbusd_epi32(dot[r][j], w, _mm512_set1_epi32((int)x[r * xRow + s]));
        }
      }
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
      const uint16_t *scales = (const uint16_t *)(panel + 8 * ck_tile_columns) + 16 * j;
      __m512 scale = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)scales));
#pragma clang loop unroll(full)
      for (int r = 0; r < R; r++) {
        float inputScale;
        memcpy(&inputScale, x + r * xRow + 8, sizeof(inputScale));
        sum[r][j] = _mm512_fmadd_ps(_mm512_mul_ps(scale, _mm512_set1_ps(inputScale)),
                                    _mm512_cvtepi32_ps(dot[r][j]), sum[r][j]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++) {
    for (ptrdiff_t j = 0; 16 * j < columns; j++) {
      ptrdiff_t n = columns - 16 * j;
      __mmask16 mask = n >= 16 ? 0xFFFF : (__mmask16)((1u << n) - 1);
      float *at = c + r * cStride + 16 * j;
      __m512 y = sum[r][j];
      if (add) y = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, at), y);
      _mm512_mask_storeu_ps(at, mask, y);
    }
  }
}

VNNI static void vnniTile(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
                          const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                          int add) {
  for (; rows >= 3; rows -= 3, x += 3 * xRow, c += 3 * cStride) {
    vnniRows(3, blocks, x, xRow, panel, c, cStride, columns, add);
  }
  if (rows == 2) vnniRows(2, blocks, x, xRow, panel, c, cStride, columns, add);
  if (rows == 1) vnniRows(1, blocks, x, xRow, panel, c, cStride, columns, add);
}

static int hasVNNI(void) {
  static _Thread_local int known = -1;
  if (known < 0) {
    __builtin_cpu_init();
    known = __builtin_cpu_supports("avx512vnni") != 0;
  }
  return known;
}
#endif

int ck_has_avx_vnni(void) {
#if defined(__x86_64__)
  static _Thread_local int known = -1;
  if (known < 0) {
    __builtin_cpu_init();
    known = __builtin_cpu_supports("avxvnni") != 0;
  }
  return known;
#else
  return 0;
#endif
}

void ck_quantized_tile(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
                       const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                       int add) {
#if defined(__x86_64__)
  if (ck_isa() == ck_isa_v4 && hasVNNI()) {
    vnniTile(rows, blocks, x, xRow, panel, c, cStride, columns, add);
    return;
  }
  if (ck_isa() >= ck_isa_v3) {
    (ck_has_avx_vnni() ? ck_quantized_tile_avxvnni : ck_quantized_tile_avx2)(
        rows, blocks, x, xRow, panel, c, cStride, columns, add);
    return;
  }
#elif defined(__aarch64__) && defined(__linux__)
  if (ck_has_sdot()) {
    ck_quantized_tile_sdot(rows, blocks, x, xRow, panel, c, cStride, columns, add);
    return;
  }
#endif
  portable_tile(rows, blocks, x, xRow, panel, c, cStride, columns, add);
}
