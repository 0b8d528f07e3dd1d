// Rows of a file in ggml's formats of 256 weights, K, as columns of panels. Their groups of 32 (16 of
// Q6_K) have a scale, and most a minimum, that are a half times a small integer: exact as floats.
#include "Half.h"
#include "StoredPanels.h"

static float halfAt(const uint8_t *x) {
  uint16_t bits[16] = {0};
  memcpy(bits, x, sizeof(*bits));
  return floatsFromBits(loadHalves(bits))[0];
}

/// Six bits each of the scale and the minimum of group g, from twelve bytes that hold eight pairs.
static void sixBits(const uint8_t *s, int g, int *scale, int *minimum) {
  if (g < 4) {
    *scale = s[g] & 63, *minimum = s[g + 4] & 63;
  } else {
    *scale = (s[g + 4] & 15) | (s[g - 4] >> 6) << 4;
    *minimum = s[g + 4] >> 4 | (s[g] >> 6) << 4;
  }
}

/// Group g of a file's block: 32 quants, and the first and second value after a panel's quants.
static void group(int format, const uint8_t *x, int g, int quants[32], float *first,
                  float *second) {
  if (format == ck_packed_stored_q6_k) {
    int part = g / 4, run = g % 4;
    const uint8_t *low = x + 64 * part + 32 * (run % 2), *high = x + 128 + 32 * part;
    const int8_t *scales = (const int8_t *)(x + 192 + 8 * part) + 2 * run;
    for (int i = 0; i < 32; i++) {
      int nibble = run < 2 ? low[i] & 15 : low[i] >> 4;
      quants[i] = (nibble | (high[i] >> (2 * run) & 3) << 4) - 32;
    }
    *first = halfAt(x + 208) * (float)scales[0], *second = halfAt(x + 208) * (float)scales[1];
    return;
  }
  int scale, minimum, isFive = format == ck_packed_stored_q5_k;
  sixBits(x + 4, g, &scale, &minimum);
  const uint8_t *nibbles = x + (isFive ? 48 : 16) + 32 * (g / 2);
  for (int i = 0; i < 32; i++) {
    quants[i] = g % 2 == 0 ? nibbles[i] & 15 : nibbles[i] >> 4;
    if (isFive) quants[i] += (x[16 + i] >> g & 1) << 4;
  }
  *first = halfAt(x) * (float)scale, *second = -halfAt(x + 2) * (float)minimum;
}

void ck_stored_fill_groups(int format, ptrdiff_t k, ptrdiff_t column, const uint8_t *x,
                           uint32_t *panel) {
  ptrdiff_t bytes = format == ck_packed_stored_q4_k ? 144
                    : format == ck_packed_stored_q5_k ? 176
                                                      : 210;
  for (ptrdiff_t b = 0; b < k / ck_block_k; b++, panel += storedBlockUnits(format)) {
    int quants[32];
    float *scales = (float *)(panel + storedQuantUnits(format)) + column;
    group(format, x + b / 8 * bytes, (int)(b % 8), quants, scales, scales + ck_tile_columns);
    if (storedBytes(format)) {
      for (int i = 0; i < 32; i++) {
        ((uint8_t *)panel)[i * ck_tile_columns + column] = (uint8_t)quants[i];
      }
      continue;
    }
    for (int s = 0; s < 4; s++) {
      uint32_t unit = 0;
      for (int i = 0; i < 8; i++) unit |= (uint32_t)quants[8 * s + i] << (4 * i);
      panel[s * ck_tile_columns + column] = unit;
    }
  }
}
