// Rows of a file in ggml's formats as groups of 32 weights: quants as small integers, scales and
// minima as the file's halves or, where they are a half times a small integer, as the exact floats.
#include "Half.h"
#include "Levels.h"
#include "StoredPanels.h"

static float halfAt(const uint8_t *x) {
  uint16_t bits[16] = {0};
  memcpy(bits, x, sizeof(*bits));
  return floatsFromBits(loadHalves(bits))[0];
}

// ---- Blocks of 32

/// Low nibbles are weights 0 ... 15, high ones 16 ... 31.
static void nibbles(const uint8_t *x, int quants[32]) {
  for (int i = 0; i < 32; i++) quants[i] = i < 16 ? x[i] & 15 : x[i - 16] >> 4;
}

/// Bit i of four bytes is the fifth bit of weight i.
static void fifthBits(const uint8_t *x, int quants[32]) {
  for (int i = 0; i < 32; i++) quants[i] |= (x[i / 8] >> (i % 8) & 1) << 4;
}

static void ofLevels(int quants[32]) {
  for (int i = 0; i < 32; i++) quants[i] = ck_levels[quants[i]];
}

static void ofThirtyTwo(int file, const uint8_t *x, ck_stored_group *to) {
  memcpy(to->halves, x, 2);
  switch (file) {
    case ck_format_q8_0:
      for (int i = 0; i < 32; i++) to->quants[i] = (int8_t)x[2 + i];
      break;
    case ck_format_q4_0: nibbles(x + 2, to->quants); break;
    case ck_format_q4_1:
      memcpy(to->halves + 1, x + 2, 2);
      nibbles(x + 4, to->quants);
      break;
    case ck_format_q5_0:
      nibbles(x + 6, to->quants);
      fifthBits(x + 2, to->quants);
      for (int i = 0; i < 32; i++) to->quants[i] -= 16;
      break;
    case ck_format_q5_1:
      nibbles(x + 8, to->quants);
      fifthBits(x + 4, to->quants);
      to->values[0] = halfAt(x), to->values[1] = halfAt(x + 2);
      break;
    default:
      nibbles(x + 2, to->quants);
      ofLevels(to->quants);
  }
}

// ---- Blocks of 256: eight groups of 32

/// Six bits each of the scale and the minimum of group g, from twelve bytes that hold eight pairs.
static void sixBits(const uint8_t *s, int g, int *scale, int *minimum) {
  if (g < 4) {
    *scale = s[g] & 63, *minimum = s[g + 4] & 63;
  } else {
    *scale = (s[g + 4] & 15) | (s[g - 4] >> 6) << 4;
    *minimum = s[g + 4] >> 4 | (s[g] >> 6) << 4;
  }
}

/// Q4_K and Q5_K: one scale and one minimum.
static void ofPairs(int isFive, const uint8_t *x, int g, ck_stored_group *to) {
  int scale, minimum;
  sixBits(x + 4, g, &scale, &minimum);
  const uint8_t *quants = x + (isFive ? 48 : 16) + 32 * (g / 2);
  for (int i = 0; i < 32; i++) {
    to->quants[i] = g % 2 == 0 ? quants[i] & 15 : quants[i] >> 4;
    if (isFive) to->quants[i] |= (x[16 + i] >> g & 1) << 4;
  }
  to->values[0] = halfAt(x) * (float)scale, to->values[1] = -halfAt(x + 2) * (float)minimum;
}

/// Q6_K: 128 bytes of nibbles, 64 of upper pairs of bits, 16 signed scales of 16 weights, d.
static void ofSixBits(const uint8_t *x, int g, ck_stored_group *to) {
  int part = g / 4, run = g % 4;
  const uint8_t *low = x + 64 * part + 32 * (run % 2), *high = x + 128 + 32 * part;
  const int8_t *scales = (const int8_t *)(x + 192) + 2 * g;
  for (int i = 0; i < 32; i++) {
    int nibble = run < 2 ? low[i] & 15 : low[i] >> 4;
    to->quants[i] = (nibble | (high[i] >> (2 * run) & 3) << 4) - 32;
  }
  for (int i = 0; i < 2; i++) to->values[i] = halfAt(x + 208) * (float)scales[i];
}

/// Pair of bits of weight i of group g, from 64 bytes.
static int pairOfBits(const uint8_t *x, int g, int i) {
  return x[32 * (g / 4) + i] >> (2 * (g % 4)) & 3;
}

/// Q3_K: 32 bytes of third bits, 64 of pairs of bits, 16 scales of six bits, d.
static void ofThreeBits(const uint8_t *x, int g, ck_stored_group *to) {
  for (int i = 0; i < 32; i++) {
    to->quants[i] = (pairOfBits(x + 32, g, i) | (x[i] >> g & 1) << 2) - 4;
  }
  for (int i = 0; i < 2; i++) {
    int number = 2 * g + i;
    const uint8_t *scales = x + 96;
    int low = number < 8 ? scales[number] & 15 : scales[number - 8] >> 4;
    int high = scales[8 + number % 4] >> (2 * (number / 4)) & 3;
    to->values[i] = halfAt(x + 108) * (float)((low | high << 4) - 32);
  }
}

/// Q2_K: 16 pairs of a scale and a minimum, of four bits each, 64 bytes of quants, d, d of minima.
static void ofTwoBits(const uint8_t *x, int g, ck_stored_group *to) {
  for (int i = 0; i < 32; i++) to->quants[i] = pairOfBits(x + 16, g, i);
  for (int i = 0; i < 2; i++) {
    int pair = x[2 * g + i];
    to->values[i] = halfAt(x + 80) * (float)(pair & 15);
    to->values[2 + i] = -halfAt(x + 82) * (float)(pair >> 4);
  }
}

/// IQ4_XS: d, upper pairs of bits of eight scales, their low nibbles, 128 bytes of nibbles.
static void ofLevelGroups(const uint8_t *x, int g, ck_stored_group *to) {
  nibbles(x + 8 + 16 * g, to->quants);
  ofLevels(to->quants);
  int low = x[4 + g / 2] >> (4 * (g % 2)) & 15, high = x[2 + g / 4] >> (2 * (g % 4)) & 3;
  to->values[0] = to->values[1] = halfAt(x) * (float)((low | high << 4) - 32);
}

void ck_stored_group_at(int file, const uint8_t *row, ptrdiff_t g, ck_stored_group *to) {
  ptrdiff_t block = g / 8;
  int within = (int)(g % 8);
  switch (file) {
    case ck_format_q8_0: ofThirtyTwo(file, row + g * 34, to); break;
    case ck_format_q4_0:
    case ck_format_iq4_nl: ofThirtyTwo(file, row + g * 18, to); break;
    case ck_format_q4_1: ofThirtyTwo(file, row + g * 20, to); break;
    case ck_format_q5_0: ofThirtyTwo(file, row + g * 22, to); break;
    case ck_format_q5_1: ofThirtyTwo(file, row + g * 24, to); break;
    case ck_format_q2_k: ofTwoBits(row + block * 84, within, to); break;
    case ck_format_q3_k: ofThreeBits(row + block * 110, within, to); break;
    case ck_format_q4_k: ofPairs(0, row + block * 144, within, to); break;
    case ck_format_q5_k: ofPairs(1, row + block * 176, within, to); break;
    case ck_format_q6_k: ofSixBits(row + block * 210, within, to); break;
    default: ofLevelGroups(row + block * 136, within, to);
  }
}
