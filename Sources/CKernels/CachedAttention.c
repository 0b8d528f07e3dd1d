// Attention of one new position against the keys and values of the positions before it.
#include "Vector.h"

void ck_cache_store(ptrdiff_t T, ptrdiff_t start, ptrdiff_t capacity, ptrdiff_t K, ptrdiff_t D,
                    const float *k, const float *v, ptrdiff_t stride, float *keys,
                    float *values) {
  for (ptrdiff_t h = 0; h < K; h++) {
    for (ptrdiff_t t = 0; t < T; t++) {
      const float *row = k + t * stride + h * D;
      for (ptrdiff_t i = 0; i < D; i++) keys[(h * D + i) * capacity + start + t] = row[i];
      memcpy(values + (h * capacity + start + t) * D, v + t * stride + h * D,
             (size_t)D * sizeof(float));
    }
  }
}

/// Scaled scores of n groups of 16 keys, n a constant.
CK_INLINE void scores(const int n, ptrdiff_t D, const float *query, const float *KT,
                      ptrdiff_t capacity, float scale, float *s) {
#pragma clang fp contract(fast)
  v16 sum[4] = {splat16(0), splat16(0), splat16(0), splat16(0)};
  for (ptrdiff_t i = 0; i < D; i++) {
#pragma unroll
    for (int p = 0; p < n; p++) sum[p] += query[i] * load16(KT + i * capacity + 16 * p);
  }
#pragma unroll
  for (int p = 0; p < n; p++) store16(s + 16 * p, sum[p] * scale);
}

CK_INLINE void ck_cached_attention_body(int isa, ptrdiff_t length, ptrdiff_t capacity,
                                        ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q,
                                        const float *keys, const float *values, float *y,
                                        float scale, float *scratch) {
#pragma clang fp contract(fast)
  ptrdiff_t group = H / K, padded = (length + 15) / 16 * 16;
  for (ptrdiff_t h = 0; h < H; h++) {
    const float *KT = keys + h / group * D * capacity, *V = values + h / group * capacity * D;
    const float *query = q + h * D;
    ptrdiff_t j = 0;
    for (; j + 64 <= padded; j += 64) scores(4, D, query, KT + j, capacity, scale, scratch + j);
    for (; j < padded; j += 16) scores(1, D, query, KT + j, capacity, scale, scratch + j);
    for (j = length; j < padded; j++) scratch[j] = -INFINITY;
    v16 top = load16(scratch), total = splat16(0);
    for (ptrdiff_t j = 16; j < padded; j += 16) top = max16(load16(scratch + j), top);
    float m = maximum16(top);
    for (ptrdiff_t j = 0; j < padded; j += 16) {
      v16 e = exp16(load16(scratch + j) - m);
      store16(scratch + j, e);
      total += e;
    }
    float inverse = 1.0f / sum16(total);
    ptrdiff_t i = 0;
    for (; i + 16 <= D; i += 16) {
      // Four sums, since each addition waits for the one before it.
      v16 sum[4] = {splat16(0), splat16(0), splat16(0), splat16(0)};
      for (j = 0; j + 4 <= length; j += 4) {
#pragma unroll
        for (int p = 0; p < 4; p++) sum[p] += scratch[j + p] * load16(V + (j + p) * D + i);
      }
      for (; j < length; j++) sum[0] += scratch[j] * load16(V + j * D + i);
      store16(y + h * D + i, ((sum[0] + sum[1]) + (sum[2] + sum[3])) * inverse);
    }
    for (; i < D; i++) {
      float sum = 0;
      for (ptrdiff_t j = 0; j < length; j++) sum += scratch[j] * V[j * D + i];
      y[h * D + i] = sum * inverse;
    }
  }
}
CK_KERNEL(ck_cached_attention,
          (ptrdiff_t length, ptrdiff_t capacity, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
           const float *q, const float *keys, const float *values, float *y, float scale,
           float *scratch),
          (length, capacity, H, K, D, q, keys, values, y, scale, scratch))
