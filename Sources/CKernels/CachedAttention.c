// Attention of new positions against the keys and values before them.
//
// The cache of one head: keys in groups of 16 positions, (group, D, 16), so that scores of 16
// positions are one vector and the data read grows only at its end; then values, (position, D). Its
// elements are float32 or, halved, bfloat16 (rounded to nearest even).
#include "Vector.h"

typedef uint16_t h16 __attribute__((ext_vector_type(16)));
typedef uint16_t h16u __attribute__((ext_vector_type(16), aligned(2)));
typedef uint32_t u16x __attribute__((ext_vector_type(16)));

CK_INLINE v16 bfloats16(const uint16_t *p) {
  return (v16)(__builtin_convertvector((h16)*(const h16u *)p, u16x) << 16);
}
CK_INLINE v16 cached16(const int halved, const void *p, ptrdiff_t at) {
  return halved ? bfloats16((const uint16_t *)p + at) : load16((const float *)p + at);
}
/// Prefetches the line of the element at `at`, if `fetching`, while other data are processed. It is
/// read once a step and should leave the caches to the weights.
CK_INLINE void fetch(const int fetching, const int halved, const void *p, ptrdiff_t at) {
  if (fetching) __builtin_prefetch((const char *)p + at * (halved ? 2 : 4), 0, 0);
}
CK_INLINE uint16_t bfloat(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof(bits));
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return (uint16_t)(bits >> 16 | 64u);
  return (uint16_t)((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

void ck_cache_store(int halved, ptrdiff_t position, ptrdiff_t D, const float *k, const float *v,
                    void *keys, void *values) {
  ptrdiff_t key = position / 16 * 16 * D + position % 16, value = position * D;
  if (halved) {
    uint16_t *keyAt = (uint16_t *)keys + key, *valueAt = (uint16_t *)values + value;
    for (ptrdiff_t i = 0; i < D; i++) keyAt[16 * i] = bfloat(k[i]), valueAt[i] = bfloat(v[i]);
  } else {
    float *keyAt = (float *)keys + key, *valueAt = (float *)values + value;
    for (ptrdiff_t i = 0; i < D; i++) keyAt[16 * i] = k[i], valueAt[i] = v[i];
  }
}

/// Scaled scores of n groups of 16 keys, n a constant.
CK_INLINE void scores(const int n, const int halved, const int fetching, ptrdiff_t D,
                      const float *query, const void *keys, const void *next, ptrdiff_t j,
                      float scale, float *s) {
  v16 sum[4] = {splat16(0), splat16(0), splat16(0), splat16(0)};
  for (ptrdiff_t i = 0; i < D; i++) {
    v16 q = splat16(query[i]);
#pragma clang loop unroll(full)
    for (int p = 0; p < n; p++) {
      sum[p] = fma16(q, cached16(halved, keys, (j + 16 * p) * D + 16 * i), sum[p]);
      fetch(fetching, halved, next, (j + 16 * p) * D + 16 * i);
    }
  }
#pragma clang loop unroll(full)
  for (int p = 0; p < n; p++) store16(s + j + 16 * p, sum[p] * scale);
}

/// 16 n coordinates of the output from coordinate i on, n a constant. Four sums of every vector,
/// since each addition waits for the one before it.
CK_INLINE void mixed(const int n, const int halved, const int fetching, ptrdiff_t length,
                     ptrdiff_t D, const float *shares, const void *values, const void *nextValues,
                     ptrdiff_t i, float inverse, float *y) {
  v16 sum[4][4];
#pragma clang loop unroll(full)
  for (int p = 0; p < 4; p++) {
#pragma clang loop unroll(full)
    for (int c = 0; c < n; c++) sum[p][c] = splat16(0);
  }
  ptrdiff_t j = 0;
  for (; j + 4 <= length; j += 4) {
#pragma clang loop unroll(full)
    for (int p = 0; p < 4; p++) {
      v16 share = splat16(shares[j + p]);
#pragma clang loop unroll(full)
      for (int c = 0; c < n; c++) {
        sum[p][c] = fma16(share, cached16(halved, values, (j + p) * D + i + 16 * c), sum[p][c]);
        fetch(fetching, halved, nextValues, (j + p) * D + i + 16 * c);
      }
    }
  }
  for (; j < length; j++) {
    v16 share = splat16(shares[j]);
#pragma clang loop unroll(full)
    for (int c = 0; c < n; c++) {
      sum[0][c] = fma16(share, cached16(halved, values, j * D + i + 16 * c), sum[0][c]);
    }
  }
#pragma clang loop unroll(full)
  for (int c = 0; c < n; c++) {
    store16(y + i + 16 * c, ((sum[0][c] + sum[1][c]) + (sum[2][c] + sum[3][c])) * inverse);
  }
}

CK_INLINE void attendHeads(const int halved, const int fetching, ptrdiff_t first,
                           ptrdiff_t length, ptrdiff_t heads, ptrdiff_t D, const float *query,
                           const void *keys, const void *values, const void *next, float *y,
                           float scale, float *scratch) {
  // From here on positions count from the first position's group of 16.
  ptrdiff_t group = first / 16 * 16, skipped = first - group;
  keys = (const char *)keys + group * D * (halved ? 2 : 4);
  values = (const char *)values + group * D * (halved ? 2 : 4);
  const char *nextValues = NULL;
  if (fetching) {
    next = (const char *)next + group * D * (halved ? 2 : 4);
    nextValues = (const char *)next + ((const char *)values - (const char *)keys);
  }
  length -= group;
  ptrdiff_t padded = (length + 15) / 16 * 16;
  for (ptrdiff_t h = 0; h < heads; h++, query += D, y += D) {
    ptrdiff_t j = 0;
#define SCORES(n) scores(n, halved, fetching, D, query, keys, next, j, scale, scratch)
    for (; j + 64 <= padded; j += 64) SCORES(4);
    for (; j < padded; j += 16) SCORES(1);
#undef SCORES
    for (j = 0; j < skipped; j++) scratch[j] = -INFINITY;
    for (j = length; j < padded; j++) scratch[j] = -INFINITY;
    v16 top = load16(scratch), total = splat16(0);
    for (j = 16; j < padded; j += 16) top = max16(load16(scratch + j), top);
    float m = maximum16(top);
    for (j = 0; j < padded; j += 16) {
      v16 e = exp16(load16(scratch + j) - m);
      store16(scratch + j, e);
      total += e;
    }
    float inverse = 1.0f / sum16(total);
    ptrdiff_t i = 0;
#define MIXED(n) \
  mixed(n, halved, fetching, length, D, scratch, values, nextValues, i, inverse, y)
    for (; i + 64 <= D; i += 64) MIXED(4);
    for (; i + 32 <= D; i += 32) MIXED(2);
    for (; i + 16 <= D; i += 16) MIXED(1);
#undef MIXED
    for (; i < D; i++) {
      float sum = 0;
      for (j = 0; j < length; j++) {
        uint32_t bits = halved ? (uint32_t)((const uint16_t *)values)[j * D + i] << 16 : 0;
        float value;
        memcpy(&value, halved ? (const void *)&bits : (const float *)values + j * D + i, 4);
        sum += scratch[j] * value;
      }
      y[i] = sum * inverse;
    }
  }
}

CK_INLINE void ck_cached_attention_body(int isa, int halved, ptrdiff_t first, ptrdiff_t length,
                                        ptrdiff_t heads, ptrdiff_t D, const float *query,
                                        const void *keys, const void *values, const void *next,
                                        float *y, float scale, float *scratch) {
#define ATTEND(halved, fetching)                                                               \
  attendHeads(halved, fetching, first, length, heads, D, query, keys, values, next, y, scale, \
              scratch)
  if (halved && next != NULL) {
    ATTEND(1, 1);
  } else if (halved) {
    ATTEND(1, 0);
  } else if (next != NULL) {
    ATTEND(0, 1);
  } else {
    ATTEND(0, 0);
  }
#undef ATTEND
}
CK_KERNEL(ck_cached_attention,
          (int halved, ptrdiff_t first, ptrdiff_t length, ptrdiff_t heads, ptrdiff_t D,
           const float *query, const void *keys, const void *values, const void *next, float *y,
           float scale, float *scratch),
          (halved, first, length, heads, D, query, keys, values, next, y, scale, scratch))
