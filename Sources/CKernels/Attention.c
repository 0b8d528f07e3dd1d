// Causal grouped-query attention of one sequence, forward and backward, head by head.
//
//   S = scale Q K^T,  P = softmax of S over keys 0…t,  Y = P V
//
// Nothing of size T x T is kept: the forward saves log-sum-exp of each row, the backward makes P
// again from it (Dao et al. 2022). Operands of a head are packed once into rows of Dp = D rounded
// up to 16 floats and Tp = T rounded up to 32 rows, zero beyond D and T, so that every product
// below is whole register tiles.
#include "Vector.h"

enum { blockRows = 32, rowTile = 8 };

CK_INLINE ptrdiff_t roundUp(ptrdiff_t n, ptrdiff_t to) { return (n + to - 1) / to * to; }
/// Rows of Tp floats are 16 apart from a power of two, which keeps them in different cache sets.
CK_INLINE ptrdiff_t keyStride(ptrdiff_t T) { return roundUp(T, blockRows) + 16; }

ptrdiff_t ck_attention_scratch(ptrdiff_t T, ptrdiff_t D) {
  ptrdiff_t Tp = roundUp(T, blockRows), Dp = roundUp(D, 16), L = keyStride(T);
  // K, V, Q, dY, dK, dV; K^T, V^T; P and dS of one block; one block of rows of dQ; D of each row.
  return 6 * Tp * Dp + 2 * Dp * L + 2 * blockRows * L + blockRows * Dp + Tp;
}

/// c (m rows of 16 n floats) = or += a (m x k) b (k x 16 n): m, n constants, all sums in registers.
/// Element (i, p) of a is a[i * ai + p * ap].
CK_INLINE void registerTile(const int m, const int n, ptrdiff_t k, const float *a, ptrdiff_t ai,
                            ptrdiff_t ap, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc,
                            const int accumulate) {
#pragma clang fp contract(fast)
  v16 sum[8][2];
#pragma unroll
  for (int i = 0; i < m; i++) {
#pragma unroll
    for (int j = 0; j < n; j++) {
      sum[i][j] = accumulate ? load16(c + i * ldc + 16 * j) : splat16(0);
    }
  }
  for (ptrdiff_t p = 0; p < k; p++) {
    v16 row[2];
#pragma unroll
    for (int j = 0; j < n; j++) row[j] = load16(b + p * ldb + 16 * j);
#pragma unroll
    for (int i = 0; i < m; i++) {
      float x = a[i * ai + p * ap];
#pragma unroll
      for (int j = 0; j < n; j++) sum[i][j] += x * row[j];
    }
  }
#pragma unroll
  for (int i = 0; i < m; i++) {
#pragma unroll
    for (int j = 0; j < n; j++) store16(c + i * ldc + 16 * j, sum[i][j]);
  }
}

/// c (M x N) = or += a b, M a multiple of 8, N of 16, in tiles that fit the registers.
CK_INLINE void product(const int isa, ptrdiff_t M, ptrdiff_t N, ptrdiff_t k, const float *a,
                       ptrdiff_t ai, ptrdiff_t ap, const float *b, ptrdiff_t ldb, float *c,
                       ptrdiff_t ldc, const int accumulate) {
  const int m = isa == ck_isa_v4 ? 8 : isa == ck_isa_v3 ? 4 : 2;
  for (ptrdiff_t i = 0; i < M; i += m) {
    ptrdiff_t j = 0;
    if (isa == ck_isa_v4) {
      for (; j + 32 <= N; j += 32) {
        registerTile(m, 2, k, a + i * ai, ai, ap, b + j, ldb, c + i * ldc + j, ldc, accumulate);
      }
    }
    for (; j < N; j += 16) {
      registerTile(m, 1, k, a + i * ai, ai, ap, b + j, ldb, c + i * ldc + j, ldc, accumulate);
    }
  }
}

CK_INLINE void pack(ptrdiff_t T, ptrdiff_t Tp, ptrdiff_t D, ptrdiff_t Dp, const float *x,
                    ptrdiff_t stride, float factor, float *y) {
  for (ptrdiff_t t = 0; t < T; t++) {
    for (ptrdiff_t i = 0; i < D; i++) y[t * Dp + i] = x[t * stride + i] * factor;
    for (ptrdiff_t i = D; i < Dp; i++) y[t * Dp + i] = 0;
  }
  memset(y + T * Dp, 0, (size_t)((Tp - T) * Dp) * sizeof(float));
}

CK_INLINE void packTransposed(ptrdiff_t T, ptrdiff_t D, ptrdiff_t L, const float *x,
                              ptrdiff_t stride, float *y) {
  for (ptrdiff_t i = 0; i < D; i++) {
    for (ptrdiff_t t = 0; t < T; t++) y[i * L + t] = x[t * stride + i];
    for (ptrdiff_t t = T; t < L; t++) y[i * L + t] = 0;
  }
}

CK_INLINE v16 causal(v16 x, ptrdiff_t key, ptrdiff_t row, float outside) {
  const i16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane <= (int32_t)(row - key) ? x : splat16(outside);
}

/// Scores of one row become exp(score - maximum); keys after `row` 0. Returns their sum.
CK_INLINE float softmaxRow(float *s, ptrdiff_t row, ptrdiff_t limit, float *maximum) {
  v16 top = splat16(-INFINITY);
  ptrdiff_t j = 0;
  for (; j + 16 <= row + 1; j += 16) top = max16(load16(s + j), top);
  for (; j < limit; j += 16) top = max16(causal(load16(s + j), j, row, -INFINITY), top);
  float m = maximum16(top);
  v16 sum = splat16(0);
  for (j = 0; j < limit; j += 16) {
    v16 e = causal(exp16(load16(s + j) - m), j, row, 0);
    store16(s + j, e);
    sum += e;
  }
  *maximum = m;
  return sum16(sum);
}

CK_INLINE void ck_attention_forward_body(int isa, ptrdiff_t T, ptrdiff_t H, ptrdiff_t K,
                                         ptrdiff_t D, const float *q, const float *k,
                                         const float *v, ptrdiff_t stride, float *y,
                                         ptrdiff_t yStride, float *logSumExp, float scale,
                                         float *scratch) {
  ptrdiff_t Tp = roundUp(T, blockRows), Dp = roundUp(D, 16), L = keyStride(T), group = H / K;
  float *Q = scratch, *V = Q + Tp * Dp, *KT = V + Tp * Dp, *S = KT + Dp * L;
  float *out = S + rowTile * L;
  for (ptrdiff_t kv = 0; kv < K; kv++) {
    packTransposed(T, D, L, k + kv * D, stride, KT);
    pack(T, Tp, D, Dp, v + kv * D, stride, 1, V);
    for (ptrdiff_t h = kv * group; h < (kv + 1) * group; h++) {
      pack(T, Tp, D, Dp, q + h * D, stride, scale, Q);
      for (ptrdiff_t t = 0; t < T; t += rowTile) {
        ptrdiff_t limit = roundUp(t + rowTile, 16);
        ptrdiff_t rows = T - t < rowTile ? T - t : rowTile;
        product(isa, rowTile, limit, D, Q + t * Dp, Dp, 1, KT, L, S, L, 0);
        float inverse[rowTile];
        for (ptrdiff_t i = 0; i < rows; i++) {
          float m, sum = softmaxRow(S + i * L, t + i, limit, &m);
          inverse[i] = 1.0f / sum;
          logSumExp[(t + i) * H + h] = m + logf(sum);
        }
        product(isa, rowTile, Dp, limit, S, L, 1, V, Dp, out, Dp, 0);
        for (ptrdiff_t i = 0; i < rows; i++) {
          float *row = y + (t + i) * yStride + h * D;
          for (ptrdiff_t j = 0; j < D; j++) row[j] = out[i * Dp + j] * inverse[i];
        }
      }
    }
  }
}
CK_KERNEL(ck_attention_forward,
          (ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q, const float *k,
           const float *v, ptrdiff_t stride, float *y, ptrdiff_t yStride, float *logSumExp,
           float scale, float *scratch),
          (T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, scratch))

/// P = exp(S - logSumExp) and dS = P (dP - delta), in place, for one row; 0 after `row`.
CK_INLINE void softmaxRowBackward(float *s, float *ds, ptrdiff_t row, ptrdiff_t limit,
                                  ptrdiff_t end, float logSumExp, float delta) {
  ptrdiff_t j = 0;
  for (; j < limit; j += 16) {
    v16 p = causal(exp16(load16(s + j) - logSumExp), j, row, 0);
    store16(s + j, p);
    store16(ds + j, p * (load16(ds + j) - delta));
  }
  for (; j < end; j += 16) {
    store16(s + j, splat16(0));
    store16(ds + j, splat16(0));
  }
}

// Y = P V:                dV = P^T dY, dP = dY V^T
// P = softmax(S):         dS = P (dP - delta), delta[t] = sum_j P dP = dY[t] . Y[t]
// S = (scale Q) K^T:      dQ = scale dS K, dK = dS^T (scale Q)
CK_INLINE void ck_attention_backward_body(int isa, ptrdiff_t T, ptrdiff_t H, ptrdiff_t K,
                                          ptrdiff_t D, const float *q, const float *k,
                                          const float *v, ptrdiff_t stride, const float *y,
                                          const float *dy, ptrdiff_t yStride,
                                          const float *logSumExp, float scale, float *dq,
                                          float *dk, float *dv, ptrdiff_t dStride,
                                          float *scratch) {
  ptrdiff_t Tp = roundUp(T, blockRows), Dp = roundUp(D, 16), L = keyStride(T), group = H / K;
  float *Q = scratch, *packedK = Q + Tp * Dp, *dY = packedK + Tp * Dp;
  float *dK = dY + Tp * Dp, *dV = dK + Tp * Dp, *KT = dV + Tp * Dp, *VT = KT + Dp * L;
  float *P = VT + Dp * L, *dS = P + blockRows * L, *dQ = dS + blockRows * L;
  float *delta = dQ + blockRows * Dp;
  for (ptrdiff_t kv = 0; kv < K; kv++) {
    pack(T, Tp, D, Dp, k + kv * D, stride, 1, packedK);
    packTransposed(T, D, L, k + kv * D, stride, KT);
    packTransposed(T, D, L, v + kv * D, stride, VT);
    memset(dK, 0, (size_t)(2 * Tp * Dp) * sizeof(float));  // dK and dV
    for (ptrdiff_t h = kv * group; h < (kv + 1) * group; h++) {
      pack(T, Tp, D, Dp, q + h * D, stride, scale, Q);
      pack(T, Tp, D, Dp, dy + h * D, yStride, 1, dY);
      for (ptrdiff_t t = 0; t < T; t++) {
        const float *out = y + t * yStride + h * D;
        float sum = 0;
        for (ptrdiff_t i = 0; i < D; i++) sum += dY[t * Dp + i] * out[i];
        delta[t] = sum;
      }
      for (ptrdiff_t block = 0; block < T; block += blockRows) {
        ptrdiff_t end = block + blockRows;
        for (ptrdiff_t t = block; t < end; t += rowTile) {
          ptrdiff_t limit = roundUp(t + rowTile, 16);
          float *p = P + (t - block) * L, *ds = dS + (t - block) * L;
          product(isa, rowTile, limit, D, Q + t * Dp, Dp, 1, KT, L, p, L, 0);
          product(isa, rowTile, limit, D, dY + t * Dp, Dp, 1, VT, L, ds, L, 0);
          for (ptrdiff_t i = 0; i < rowTile; i++) {
            int inside = t + i < T;  // rows beyond T: limit 0 leaves zeros
            softmaxRowBackward(p + i * L, ds + i * L, t + i, inside ? limit : 0, end,
                               inside ? logSumExp[(t + i) * H + h] : 0, inside ? delta[t + i] : 0);
          }
          product(isa, rowTile, Dp, limit, ds, L, 1, packedK, Dp, dQ, Dp, 0);
          for (ptrdiff_t i = 0; i < rowTile && t + i < T; i++) {
            float *row = dq + (t + i) * dStride + h * D;
            for (ptrdiff_t j = 0; j < D; j++) row[j] = dQ[i * Dp + j] * scale;
          }
        }
        product(isa, end, Dp, blockRows, P, 1, L, dY + block * Dp, Dp, dV, Dp, 1);
        product(isa, end, Dp, blockRows, dS, 1, L, Q + block * Dp, Dp, dK, Dp, 1);
      }
    }
    for (ptrdiff_t t = 0; t < T; t++) {
      memcpy(dk + t * dStride + kv * D, dK + t * Dp, (size_t)D * sizeof(float));
      memcpy(dv + t * dStride + kv * D, dV + t * Dp, (size_t)D * sizeof(float));
    }
  }
}
CK_KERNEL(ck_attention_backward,
          (ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q, const float *k,
           const float *v, ptrdiff_t stride, const float *y, const float *dy, ptrdiff_t yStride,
           const float *logSumExp, float scale, float *dq, float *dk, float *dv,
           ptrdiff_t dStride, float *scratch),
          (T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv, dStride,
           scratch))
