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

CK_INLINE void ck_cached_attention_body(int isa, ptrdiff_t length, ptrdiff_t capacity,
                                        ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q,
                                        const float *keys, const float *values, float *y,
                                        float scale, float *scratch) {
#pragma clang fp contract(fast)
  ptrdiff_t group = H / K, padded = (length + 15) / 16 * 16;
  for (ptrdiff_t h = 0; h < H; h++) {
    const float *KT = keys + h / group * D * capacity, *V = values + h / group * capacity * D;
    const float *query = q + h * D;
    for (ptrdiff_t j = 0; j < padded; j += 16) {
      v16 sum = splat16(0);
      for (ptrdiff_t i = 0; i < D; i++) sum += query[i] * load16(KT + i * capacity + j);
      store16(scratch + j, sum * scale);
    }
    for (ptrdiff_t j = length; j < padded; j++) scratch[j] = -INFINITY;
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
      v16 sum = splat16(0);
      for (ptrdiff_t j = 0; j < length; j++) sum += scratch[j] * load16(V + j * D + i);
      store16(y + h * D + i, sum * inverse);
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
