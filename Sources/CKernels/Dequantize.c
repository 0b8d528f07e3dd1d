// Converts stored weights to float32.
//
// The block formats are ggml's: runs of 32 or 256 weights that share scales. Halves have 11
// significant bits, scales and quants together at most 14, so every product here is exact in
// float32, and what adds a minimum rounds once: all instruction sets give the same bits, fused
// multiply-add or not. No operand is subnormal, so flushing denormals changes nothing.
#include "Half.h"
#include "Levels.h"

typedef uint8_t b16 __attribute__((ext_vector_type(16)));
typedef uint8_t b16u __attribute__((ext_vector_type(16), aligned(1)));
typedef int8_t s16 __attribute__((ext_vector_type(16)));
typedef uint32_t u16u __attribute__((ext_vector_type(16), aligned(1)));

CK_INLINE float floatOf(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof(x));
  return x;
}

/// A half's value. Subnormal ones are computed as 2^-14 plus the value, minus 2^-14: exact, and no
/// operand is subnormal.
CK_INLINE float half(const uint8_t *p) {
  uint32_t h = (uint32_t)p[0] | (uint32_t)p[1] << 8, magnitude = h & 0x7FFFu;
  float value;
  if (magnitude < 0x400u) {
    value = floatOf((113u << 23) | magnitude << 13) - floatOf(113u << 23);
  } else {
    value = floatOf((magnitude << 13) + ((magnitude < 0x7C00u ? 112u : 224u) << 23));
  }
  return h & 0x8000u ? -value : value;
}

/// Sixteen halves, at any alignment.
CK_INLINE h16 halvesAt(const uint8_t *p) {
  h16 x;
  memcpy(&x, p, sizeof(x));
  return x;
}

CK_INLINE b16 bytes16(const uint8_t *p) { return *(const b16u *)p; }
CK_INLINE v16 quants16(b16 x) {
  return __builtin_convertvector(__builtin_convertvector(x, i16), v16);
}

// ---- Two bytes each

CK_INLINE void ck_dequantize_f16_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) store16(y + j, floats16(isa, halvesAt(x + 2 * j)));
  for (; j < n; j++) y[j] = half(x + 2 * j);
}
CK_KERNEL(ck_dequantize_f16, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

CK_INLINE void ck_dequantize_bf16_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) {
    u16x bits = __builtin_convertvector(halvesAt(x + 2 * j), u16x) << 16;
    *(u16u *)(y + j) = bits;
  }
  for (; j < n; j++) {
    uint32_t bits = (uint32_t)x[2 * j] << 16 | (uint32_t)x[2 * j + 1] << 24;
    memcpy(y + j, &bits, sizeof(bits));
  }
}
CK_KERNEL(ck_dequantize_bf16, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

// ---- Blocks of 32: w = d q, or d q + m. Low nibbles are weights 0...15, high ones 16...31.

CK_INLINE void ck_dequantize_q8_0_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 32, x += 34) {
    float d = half(x);
    for (int k = 0; k < 32; k += 16) {
      i16 q = __builtin_convertvector((s16)bytes16(x + 2 + k), i16);
      store16(y + j + k, __builtin_convertvector(q, v16) * d);
    }
  }
}
CK_KERNEL(ck_dequantize_q8_0, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

CK_INLINE void ck_dequantize_q4_0_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 32, x += 18) {
    float d = half(x);
    b16 q = bytes16(x + 2);
    store16(y + j, (quants16(q & 15) - 8.0f) * d);
    store16(y + j + 16, (quants16(q >> 4) - 8.0f) * d);
  }
}
CK_KERNEL(ck_dequantize_q4_0, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

CK_INLINE void ck_dequantize_q4_1_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 32, x += 20) {
    float d = half(x), m = half(x + 2);
    b16 q = bytes16(x + 4);
    store16(y + j, quants16(q & 15) * d + m);
    store16(y + j + 16, quants16(q >> 4) * d + m);
  }
}
CK_KERNEL(ck_dequantize_q4_1, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

/// Bits `from` ... `from` + 15 of 32, each as 0 or 16.
CK_INLINE v16 fifth(const uint8_t *p, int from) {
  const u16x lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  uint32_t bits = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
  u16x each = ((u16x)(bits >> from) >> lane) & 1u;
  return __builtin_convertvector((i16)(each << 4), v16);
}

CK_INLINE void ck_dequantize_q5_0_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 32, x += 22) {
    float d = half(x);
    b16 q = bytes16(x + 6);
    store16(y + j, (quants16(q & 15) + fifth(x + 2, 0) - 16.0f) * d);
    store16(y + j + 16, (quants16(q >> 4) + fifth(x + 2, 16) - 16.0f) * d);
  }
}
CK_KERNEL(ck_dequantize_q5_0, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

CK_INLINE void ck_dequantize_q5_1_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 32, x += 24) {
    float d = half(x), m = half(x + 2);
    b16 q = bytes16(x + 8);
    store16(y + j, (quants16(q & 15) + fifth(x + 4, 0)) * d + m);
    store16(y + j + 16, (quants16(q >> 4) + fifth(x + 4, 16)) * d + m);
  }
}
CK_KERNEL(ck_dequantize_q5_1, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

/// Low nibbles are weights 0...15 of 32, high ones 16...31.
CK_INLINE void dequantizeLevels(float d, const uint8_t *quants, float *y) {
  for (int k = 0; k < 16; k++) {
    y[k] = d * (float)ck_levels[quants[k] & 15];
    y[k + 16] = d * (float)ck_levels[quants[k] >> 4];
  }
}

CK_INLINE void ck_dequantize_iq4_nl_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 32, x += 18) dequantizeLevels(half(x), x + 2, y + j);
}
CK_KERNEL(ck_dequantize_iq4_nl, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

// ---- Blocks of 256 in eight groups of 32, or sixteen of 16, with small scales of their own

/// Scale and minimum of group g < 8: six bits each, packed in twelve bytes.
CK_INLINE void groupScales(const uint8_t *p, int g, float *scale, float *minimum) {
  if (g < 4) {
    *scale = (float)(p[g] & 63);
    *minimum = (float)(p[g + 4] & 63);
  } else {
    *scale = (float)((p[g + 4] & 15) | (p[g - 4] >> 6) << 4);
    *minimum = (float)((p[g + 4] >> 4) | (p[g] >> 6) << 4);
  }
}

/// `highBits` is NULL for four-bit quants. The bytes of two groups lie together: low nibbles are
/// the first group's; bit g of highBits[l] is the fifth bit of weight l of group g.
CK_INLINE void dequantizeGroups(float d, float dMinimum, const uint8_t *scales,
                                const uint8_t *highBits, const uint8_t *quants, float *y) {
  for (int g = 0; g < 8; g++) {
    float scale, minimum;
    groupScales(scales, g, &scale, &minimum);
    scale *= d;
    minimum *= dMinimum;
    for (int k = 0; k < 32; k += 16) {
      b16 q = bytes16(quants + 32 * (g / 2) + k);
      q = g % 2 ? q >> 4 : q & 15;
      if (highBits) q |= ((bytes16(highBits + k) >> (b16)((uint8_t)g)) & 1) << 4;
      store16(y + 32 * g + k, quants16(q) * scale - minimum);
    }
  }
}

CK_INLINE void ck_dequantize_q4_k_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 256, x += 144) {
    dequantizeGroups(half(x), half(x + 2), x + 4, NULL, x + 16, y + j);
  }
}
CK_KERNEL(ck_dequantize_q4_k, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

CK_INLINE void ck_dequantize_q5_k_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 256, x += 176) {
    dequantizeGroups(half(x), half(x + 2), x + 4, x + 16, x + 48, y + j);
  }
}
CK_KERNEL(ck_dequantize_q5_k, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

/// 128 bytes of low nibbles, 64 of upper pairs of bits, 16 signed scales, d. Each half of the
/// block is four runs of 32: run r has the low nibbles (r < 2) or high ones of 32 bytes, and bits
/// 2r and 2r + 1 of the half's 32 upper bytes.
CK_INLINE void ck_dequantize_q6_k_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 256, x += 210) {
    float d = half(x + 208);
    for (int part = 0; part < 2; part++) {
      const uint8_t *low = x + 64 * part, *high = x + 128 + 32 * part;
      const int8_t *scales = (const int8_t *)(x + 192 + 8 * part);
      for (int r = 0; r < 4; r++) {
        for (int k = 0; k < 2; k++) {
          b16 q = bytes16(low + 32 * (r % 2) + 16 * k);
          q = r < 2 ? q & 15 : q >> 4;
          q |= ((bytes16(high + 16 * k) >> (b16)((uint8_t)(2 * r))) & 3) << 4;
          float scale = d * (float)scales[2 * r + k];
          store16(y + j + 128 * part + 32 * r + 16 * k, (quants16(q) - 32.0f) * scale);
        }
      }
    }
  }
}
CK_KERNEL(ck_dequantize_q6_k, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

/// Sixteen pairs of a scale and a minimum, four bits each; 64 bytes of two-bit quants; d; d of the
/// minima. Each half of the block is four runs of 32: run r has bits 2r and 2r + 1 of 32 bytes.
CK_INLINE void ck_dequantize_q2_k_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 256, x += 84) {
    float d = half(x + 80), dMinimum = half(x + 82);
    for (int g = 0; g < 16; g++) {
      float scale = d * (float)(x[g] & 15), minimum = dMinimum * (float)(x[g] >> 4);
      b16 q = bytes16(x + 16 + 32 * (g / 8) + 16 * (g % 2));
      q = (q >> (b16)((uint8_t)(2 * (g % 8 / 2)))) & 3;
      store16(y + j + 16 * g, quants16(q) * scale - minimum);
    }
  }
}
CK_KERNEL(ck_dequantize_q2_k, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

/// 32 bytes of third bits, 64 of lower pairs, sixteen scales of six bits in twelve bytes, d. Bit r
/// of the third bits' byte l is that of weight l of run r, of eight.
CK_INLINE void ck_dequantize_q3_k_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 256, x += 110) {
    float d = half(x + 108);
    const uint8_t *scales = x + 96;
    for (int g = 0; g < 16; g++) {
      int low = g < 8 ? scales[g] & 15 : scales[g - 8] >> 4;
      int high = (scales[8 + g % 4] >> (2 * (g / 4))) & 3;
      float scale = d * (float)((low | high << 4) - 32);
      b16 q = bytes16(x + 32 + 32 * (g / 8) + 16 * (g % 2));
      q = (q >> (b16)((uint8_t)(2 * (g % 8 / 2)))) & 3;
      q |= ((bytes16(x + 16 * (g % 2)) >> (b16)((uint8_t)(g / 2))) & 1) << 2;
      store16(y + j + 16 * g, (quants16(q) - 4.0f) * scale);
    }
  }
}
CK_KERNEL(ck_dequantize_q3_k, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

/// d, the upper pairs of bits of eight scales, their low nibbles, 128 bytes of nibbles.
CK_INLINE void ck_dequantize_iq4_xs_body(int isa, ptrdiff_t n, const uint8_t *x, float *y) {
  for (ptrdiff_t j = 0; j < n; j += 256, x += 136) {
    float d = half(x);
    for (int g = 0; g < 8; g++) {
      int low = (x[4 + g / 2] >> (4 * (g % 2))) & 15;
      int high = (x[2 + g / 4] >> (2 * (g % 4))) & 3;
      dequantizeLevels(d * (float)((low | high << 4) - 32), x + 8 + 16 * g, y + j + 32 * g);
    }
  }
}
CK_KERNEL(ck_dequantize_iq4_xs, (ptrdiff_t n, const uint8_t *x, float *y), (n, x, y))

void ck_dequantize(int format, ptrdiff_t n, const void *x, float *y) {
  switch (format) {
    case ck_format_f32: memcpy(y, x, (size_t)n * sizeof(float)); break;
    case ck_format_f16: ck_dequantize_f16(n, x, y); break;
    case ck_format_bf16: ck_dequantize_bf16(n, x, y); break;
    case ck_format_q8_0: ck_dequantize_q8_0(n, x, y); break;
    case ck_format_q4_0: ck_dequantize_q4_0(n, x, y); break;
    case ck_format_q4_1: ck_dequantize_q4_1(n, x, y); break;
    case ck_format_q5_0: ck_dequantize_q5_0(n, x, y); break;
    case ck_format_q5_1: ck_dequantize_q5_1(n, x, y); break;
    case ck_format_q2_k: ck_dequantize_q2_k(n, x, y); break;
    case ck_format_q3_k: ck_dequantize_q3_k(n, x, y); break;
    case ck_format_iq4_nl: ck_dequantize_iq4_nl(n, x, y); break;
    case ck_format_iq4_xs: ck_dequantize_iq4_xs(n, x, y); break;
    case ck_format_q4_k: ck_dequantize_q4_k(n, x, y); break;
    case ck_format_q5_k: ck_dequantize_q5_k(n, x, y); break;
    case ck_format_q6_k: ck_dequantize_q6_k(n, x, y); break;
    default: __builtin_trap();
  }
}
